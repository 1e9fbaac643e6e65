/*
 * The baseline as a file (baseline.h reads it).
 */
#include "report.h"

#include "identity.h"
#include "json_write.h"

void baseline_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    const struct identity *identities = identities_make(report->arena, sizing);
    struct json_writer writer = {.text = text};
    json_write_open(&writer, NULL, '{');
    json_write_string(&writer, "pgsize", report->program_version);
    json_write_integer(&writer, "format", 1);
    json_write_string(&writer, "baseline", purpose_name(sizing->purpose));
    json_write_open(&writer, "findings", '[');
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct finding *finding = &sizing->findings[i];
        if (finding->standing == STANDING_IGNORED)
            continue;
        json_write_open(&writer, NULL, '{');
        json_write_string(&writer, "key", identities[i].key);
        json_write_string(&writer, "rule", finding->rule->name);
        json_write_string(&writer, "message", finding->message);
        if (finding->excess > 0)
            json_write_integer(&writer, "excess", finding->excess);
        json_write_close(&writer, '}');
    }
    json_write_close(&writer, ']');
    json_write_close(&writer, '}');
    text_put_char(text, '\n');
}
