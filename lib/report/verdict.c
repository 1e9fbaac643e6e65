/*
 * The verdict, in the same words wherever people read it.
 */
#include "verdict.h"

static bool has_uncounted_error(const struct report *report)
{
    const struct sizing *sizing = report->sizing;
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (sizing->findings[i].standing != STANDING_COUNTS &&
            sizing->findings[i].rule->severity == SEVERITY_ERROR)
            return true;
    return false;
}

/* What somebody accepts is no more true for it. */
const char *verdict_word(bool is_good, bool has_uncounted_error)
{
    static const char *const words[] = {"does not hold", "holds", "passes"};
    return words[!is_good ? 0 : has_uncounted_error ? 2 : 1];
}

struct verdict verdict_make(const struct report *report)
{
    struct verdict verdict = {.tally = finding_tally_make(report)};
    verdict.is_good = verdict.tally.of[SEVERITY_ERROR] == 0;
    verdict.word = verdict_word(verdict.is_good, has_uncounted_error(report));
    if (verdict.is_good && sizing_is_incomplete(report->sizing)) {
        verdict.is_good = false;
        verdict.word = "is incomplete";
    }
    return verdict;
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
        text_printf(text, "%s%zu in %s", between, counts[STANDING_KNOWN], report->baseline);
        between = ", ";
    }
    if (*between == ',')
        text_put_char(text, ')');
}

void verdict_counts_put(const struct report *report, const struct verdict *verdict,
                        struct text *text)
{
    finding_tally_put(&verdict->tally, text);
    uncounted_put(report, text);
}
