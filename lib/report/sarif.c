/*
 * SARIF 2.1.0, as code scanning reads it: what was found, by which rule, where, and a fingerprint
 * that survives moved lines. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
#include "finding_parts.h"
#include "identity.h"
#include "sarif_parts.h"
#include "url.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MOST_RESULTS = 25000 }; /* that GitHub takes of a run */

static const char schema[] =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/* In a SARIF text `[words](1)` is a link, and a bracket behind a backslash is none (3.11.6). Most
 * readers show the backslash, so it is put only where a name could make a link. */
static void unlinked_put(struct text *text, const char *words)
{
    bool has_link = strstr(words, "](") != NULL;
    while (*words != '\0') {
        size_t plain = has_link ? strcspn(words, "[]\\") : strlen(words);
        text_put_bytes(text, words, plain);
        words += plain;
        if (*words != '\0')
            text_printf(text, "\\%c", *words++);
    }
}

/* A path as a URI: below the root a relative one, else that of a file. */
static const char *uri_of(struct arena *arena, const char *path)
{
    struct text uri = {.arena = arena};
    text_put(&uri, path[0] == '/' ? "file://" : "");
    for (;;) {
        size_t length = strcspn(path, "/");
        text_put(&uri, url_encode(arena, arena_strndup(arena, path, length)));
        path += length;
        if (*path == '\0')
            break;
        text_put_char(&uri, *path++);
    }
    const char *copy = arena_strdup(arena, uri.bytes);
    text_free(&uri);
    return copy;
}

static void file_put(struct json_writer *writer, const struct finding *finding, const char *uri)
{
    json_write_open(writer, "physicalLocation", '{');
    json_write_open(writer, "artifactLocation", '{');
    json_write_string(writer, "uri", uri);
    json_write_close(writer, '}');
    json_write_open(writer, "region", '{');
    json_write_count(writer, "startLine", finding->line);
    json_write_count(writer, "startColumn", finding->column);
    json_write_close(writer, '}');
    json_write_close(writer, '}');
}

static void place_put(struct json_writer *writer, const struct report *report,
                      const struct finding *finding)
{
    const char *path = report_path(report, finding->file);
    json_write_open(writer, "locations", '[');
    json_write_open(writer, NULL, '{');
    if (path != NULL)
        file_put(writer, finding, uri_of(report->arena, path));
    json_write_open(writer, "logicalLocations", '[');
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "fullyQualifiedName", finding->pointer);
    json_write_string(writer, "kind", "value");
    json_write_close(writer, '}');
    json_write_close(writer, ']');
    json_write_close(writer, '}');
    json_write_close(writer, ']');
}

static void fingerprints_put(struct json_writer *writer, const struct identity *identity)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%016" PRIx64 ":1", identity->fingerprint);
    json_write_open(writer, "partialFingerprints", '{');
    json_write_string(writer, "primaryLocationLineHash", digits);
    json_write_string(writer, "pgsizeFinding/v1", identity->key);
    json_write_close(writer, '}');
}

static void result_put(struct json_writer *writer, const struct report *report,
                       const struct sarif_rules *rules, const struct finding *finding,
                       const struct identity *identity)
{
    struct text words = {.arena = report->arena}, unlinked = {.arena = report->arena};
    finding_paragraph_put(finding, &words);
    unlinked_put(&unlinked, words.bytes);
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "ruleId", finding->rule->id);
    json_write_count(writer, "ruleIndex", (int64_t)sarif_rule_index(rules, finding->rule));
    json_write_string(writer, "level", severity_name(finding->rule->severity));
    sarif_message_put(writer, "message", unlinked.bytes);
    place_put(writer, report, finding);
    fingerprints_put(writer, identity);
    json_write_close(writer, '}');
    text_free(&words);
    text_free(&unlinked);
}

/* Returns how many were left out. */
static size_t results_put(struct json_writer *writer, const struct report *report,
                          const struct sarif_rules *rules)
{
    const struct sizing *sizing = report->sizing;
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    const struct identity *identities = identities_make(report->arena, sizing);
    struct report scratch = *report;
    size_t count = 0;
    scratch.arena = &arena;
    json_write_open(writer, "results", '[');
    for (size_t i = 0; i < sizing->finding_count; i++) {
        arena_clear(&arena);
        if (finding_counts(report, &sizing->findings[i]) && count++ < MOST_RESULTS)
            result_put(writer, &scratch, rules, &sizing->findings[i], &identities[i]);
    }
    json_write_close(writer, ']');
    arena_free(&arena);
    return count > MOST_RESULTS ? count - MOST_RESULTS : 0;
}

static void tool_put(struct json_writer *writer, const struct report *report,
                     const struct sarif_rules *rules)
{
    json_write_open(writer, "tool", '{');
    json_write_open(writer, "driver", '{');
    json_write_string(writer, "name", "pgsize");
    json_write_string(writer, "version", report->program_version);
    sarif_rules_put(writer, rules);
    json_write_close(writer, '}');
    json_write_close(writer, '}');
}

/* What the run was, and that not all is here: the worst come first. */
static void invocation_put(struct json_writer *writer, size_t left_out)
{
    char words[160];
    json_write_open(writer, "invocations", '[');
    json_write_open(writer, NULL, '{');
    json_write_bool(writer, "executionSuccessful", true);
    if (left_out > 0) {
        (void)snprintf(words, sizeof words,
                       "%zu more results are left out: readers take %d of a run. The format json "
                       "has all of them.",
                       left_out, MOST_RESULTS);
        json_write_open(writer, "toolExecutionNotifications", '[');
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "level", "warning");
        sarif_message_put(writer, "message", words);
        json_write_close(writer, '}');
        json_write_close(writer, ']');
    }
    json_write_close(writer, '}');
    json_write_close(writer, ']');
}

void sarif_render(const struct report *report, struct text *text)
{
    struct json_writer writer = {.text = text};
    struct sarif_rules rules = sarif_rules_make(report->arena);
    json_write_open(&writer, NULL, '{');
    json_write_string(&writer, "$schema", schema);
    json_write_string(&writer, "version", "2.1.0");
    json_write_open(&writer, "runs", '[');
    json_write_open(&writer, NULL, '{');
    tool_put(&writer, report, &rules);
    json_write_string(&writer, "columnKind", "unicodeCodePoints");
    size_t left_out = results_put(&writer, report, &rules);
    invocation_put(&writer, left_out);
    json_write_close(&writer, '}');
    json_write_close(&writer, ']');
    json_write_close(&writer, '}');
    text_put_char(text, '\n');
}
