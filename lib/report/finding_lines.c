/*
 * Findings for people: what, where and the way out; and the verdict in one line.
 */
#include "layout.h"
#include "table_parts.h"
#include "verdict.h"

#include "baseline.h"

#include <string.h>

static void finding_put(const struct report *report, const struct finding *finding,
                        size_t name_width, struct text *text)
{
    static const struct {
        const char *sign;
        enum colour colour;
    } signs[] = {
        [SEVERITY_NOTE] = {"i", COLOUR_DIM},
        [SEVERITY_WARNING] = {"!", COLOUR_YELLOW},
        [SEVERITY_ERROR] = {"x", COLOUR_RED},
    };
    enum severity severity = finding->rule->severity;
    struct text line = {.arena = report->arena};
    colour_on(report, text, signs[severity].colour);
    text_printf(text, "%s  ", signs[severity].sign);
    text_put_cell(text, finding->rule->name, name_width, TEXT_LEFT);
    colour_off(report, text, signs[severity].colour);
    text_put(text, "  ");
    if (finding->service != NULL)
        text_printf(&line, "%s: ", finding->service->name);
    text_put(&line, finding->message);
    if (finding->file != NULL)
        text_printf(&line, "  %s:%u", finding->file, finding->line);
    (void)wrap_put(report, text, line.bytes, name_width + 5, name_width + 5);
    text_put_char(text, '\n');
    if (strcmp(finding->help, finding->rule->help) != 0) {
        text_put(text, "   ");
        (void)wrap_put(report, text, finding->help, 3, 3);
        text_put_char(text, '\n');
    }
    text_free(&line);
}

void findings_put(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    size_t width = 0;
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (finding_counts(report, &sizing->findings[i])) {
            size_t length = strlen(sizing->findings[i].rule->name);
            width = length > width ? length : width;
        }
    if (width > 0)
        text_put_char(text, '\n');
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (finding_counts(report, &sizing->findings[i]))
            finding_put(report, &sizing->findings[i], width, text);
}

/* What is in the baseline and found no more. */
static void gone_put(const struct report *report, struct text *text)
{
    struct text line = {.arena = report->arena};
    for (size_t i = 0; i < report->gone_count; i++) {
        const struct baseline_entry *entry = report->gone[i];
        line.length = 0;
        text_printf(&line, "gone since %s: %s: %s", report->baseline, entry->rule, entry->message);
        (void)wrap_put(report, text, line.bytes, 0, 3);
        text_put_char(text, '\n');
    }
    text_free(&line);
}

void tally_put(const struct report *report, struct text *text)
{
    struct verdict verdict = verdict_make(report);
    struct text counts = {.arena = report->arena};
    verdict_counts_put(report, &verdict, &counts);
    text_put_char(text, '\n');
    text_put_visible(text, counts.bytes);
    text_put_char(text, '\n');
    text_free(&counts);
    gone_put(report, text);
}

void verdict_put(const struct report *report, struct text *text)
{
    struct verdict verdict = verdict_make(report);
    struct text counts = {.arena = report->arena};
    colour_on(report, text, verdict.is_good ? COLOUR_GREEN : COLOUR_RED);
    text_printf(text, "\n%s", verdict.word);
    colour_off(report, text, COLOUR_GREEN);
    text_put(text, ": ");
    verdict_counts_put(report, &verdict, &counts);
    text_put_visible(text, counts.bytes);
    text_put_char(text, '\n');
    text_free(&counts);
    gone_put(report, text);
}
