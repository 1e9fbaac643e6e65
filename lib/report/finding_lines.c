/*
 * Findings for people: what, where and the way out; and the verdict in one line.
 */
#include "layout.h"
#include "table_parts.h"

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

/* " (2 accepted, 1 in baseline.json)": what does not count. */
static void uncounted_put(const struct report *report, struct text *text)
{
    size_t counts[3] = {0};
    for (size_t i = 0; i < report->sizing->finding_count; i++)
        counts[report->sizing->findings[i].standing]++;
    const char *between = " (";
    if (counts[STANDING_IGNORED] > 0) {
        text_printf(text, "%s%zu accepted", between, counts[STANDING_IGNORED]);
        between = ", ";
    }
    if (counts[STANDING_KNOWN] > 0) {
        text_printf(text, "%s%zu in ", between, counts[STANDING_KNOWN]);
        text_put_visible(text, report->baseline);
        between = ", ";
    }
    if (*between == ',')
        text_put_char(text, ')');
}

static bool has_uncounted_error(const struct report *report)
{
    const struct sizing *sizing = report->sizing;
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (sizing->findings[i].standing != STANDING_COUNTS &&
            sizing->findings[i].rule->severity == SEVERITY_ERROR)
            return true;
    return false;
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

void verdict_put(const struct report *report, struct text *text)
{
    struct finding_tally tally = finding_tally_make(report);
    bool holds = tally.of[SEVERITY_ERROR] == 0;
    /* What somebody accepts is no more true for it. */
    bool all_hold = holds && !has_uncounted_error(report);
    colour_on(report, text, holds ? COLOUR_GREEN : COLOUR_RED);
    text_printf(text, "\n%s", all_hold ? "holds" : holds ? "passes" : "does not hold");
    colour_off(report, text, COLOUR_GREEN);
    text_put(text, ": ");
    finding_tally_put(&tally, text);
    uncounted_put(report, text);
    text_put_char(text, '\n');
    gone_put(report, text);
}
