/*
 * GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/. It wants a path
 * of every finding: what was read from standard input, or from no file, is in `-`.
 */
#include "finding_parts.h"
#include "identity.h"
#include "json_write.h"

#include <inttypes.h>
#include <stdio.h>

static void place_put(const struct report *report, const struct finding *finding,
                      struct json_writer *writer)
{
    const char *path = report_path(report, finding->file);
    json_write_open(writer, "location", '{');
    json_write_string(writer, "path", path != NULL ? path : "-");
    json_write_open(writer, "lines", '{');
    json_write_count(writer, "begin", path != NULL && finding->line > 0 ? finding->line : 1);
    json_write_close(writer, '}');
    json_write_close(writer, '}');
}

static void finding_put(const struct report *report, const struct finding *finding,
                        uint64_t fingerprint, struct json_writer *writer)
{
    /* What does not hold refuses connections, so it is more than `major`. */
    static const char *const severities[] = {
        [SEVERITY_NOTE] = "info", [SEVERITY_WARNING] = "minor", [SEVERITY_ERROR] = "critical"};
    char digits[17];
    struct text words = {.arena = report->arena};
    (void)snprintf(digits, sizeof digits, "%016" PRIx64, fingerprint);
    finding_paragraph_put(finding, &words);
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "description", words.bytes);
    json_write_string(writer, "check_name", finding->rule->name);
    json_write_string(writer, "fingerprint", digits);
    json_write_string(writer, "severity", severities[finding->rule->severity]);
    place_put(report, finding, writer);
    json_write_close(writer, '}');
    text_free(&words);
}

void gitlab_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    const struct identity *identities = identities_make(report->arena, sizing);
    struct json_writer writer = {.text = text};
    json_write_open(&writer, NULL, '[');
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (finding_counts(report, &sizing->findings[i]))
            finding_put(report, &sizing->findings[i], identities[i].fingerprint, &writer);
    json_write_close(&writer, ']');
    text_put_char(text, '\n');
}
