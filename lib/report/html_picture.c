/*
 * A server's slots as two bars, steady and at peak, with what they alert at and what there is; and
 * the legend.
 */
#include "budget.h"
#include "html_parts.h"

#include <inttypes.h>

enum { BAR_HEIGHT = 30, BARS_TOP = 20, BAR_STEP = 60 };
/* A key stands in its part where that is so wide on a narrow screen. */
enum { KEY_LEAST_PX = 18, NARROW_PX = 300, LEGEND_COLUMNS = 40 };

static const char *const moments[] = {[MOMENT_STEADY] = "steady", [MOMENT_PEAK] = "at peak"};

/* "api, at peak: 28 connections (4 x 7)". */
static void part_title_put(const struct slots *slots, const struct slot_part *part,
                           enum moment moment, struct text *text)
{
    const struct pool_class *class = part->class;
    int64_t count = part->counts[moment];
    text_put(text, "<title>");
    name_put(text, part->name);
    text_printf(text, ", %s: %" PRId64 " %s", moments[moment], count,
                plural(count, "connection", "connections"));
    if (class != NULL) {
        size_t context = slots->worst[moment];
        int64_t extra = context_extra(slots->server, class, context, moment);
        text_printf(text, " (%" PRId64 " x %" PRId64,
                    context_pools(slots->server, class, context, moment),
                    class_limit_of(class, slots->kind));
        if (extra > 0)
            text_printf(text, " + %" PRId64, extra);
        text_put_char(text, ')');
    }
    text_put(text, "</title>");
}

static void part_put(const struct slots *slots, const struct slot_part *part, enum moment moment,
                     int64_t left, struct text *text)
{
    if (part->counts[moment] <= 0)
        return;
    text_printf(text, "<rect class=\"part %s\" y=\"%d\" height=\"%d\"", part->style,
                BARS_TOP + (int)moment * BAR_STEP, BAR_HEIGHT);
    share_put(text, "x", left, slots->scale);
    share_put(text, "width", part->counts[moment], slots->scale);
    text_put_char(text, '>');
    part_title_put(slots, part, moment, text);
    text_put(text, "</rect>\n");
}

/* Where there is room for it; the legend has all. */
static void key_put(const struct slots *slots, const struct slot_part *part, enum moment moment,
                    int64_t left, struct text *text)
{
    int64_t count = part->counts[moment];
    if (count * NARROW_PX < slots->scale * KEY_LEAST_PX)
        return;
    text_printf(text, "<text class=\"key k-%s\" y=\"%d\"", part->style,
                BARS_TOP + (int)moment * BAR_STEP + 20);
    share_put(text, "x", 2 * left + count, 2 * slots->scale);
    text_printf(text, ">%s</text>\n", part->key);
}

/* What is beyond the last slot. */
static void over_put(const struct slots *slots, enum moment moment, struct text *text)
{
    int64_t most = slots->server->budget.max_connections, used = slots->used[moment];
    if (used <= most)
        return;
    text_printf(text, "<rect class=\"over\" y=\"%d\" height=\"%d\"",
                BARS_TOP + (int)moment * BAR_STEP, BAR_HEIGHT);
    share_put(text, "x", most, slots->scale);
    share_put(text, "width", used - most, slots->scale);
    text_put(text, "/>\n");
}

static void bar_put(const struct slots *slots, enum moment moment, struct text *text)
{
    int64_t left = 0;
    struct slot_part free = {.style = "free", .name = "free"};
    for (size_t i = 0; i < slots->part_count; left += slots->parts[i++].counts[moment])
        part_put(slots, &slots->parts[i], moment, left, text);
    free.counts[moment] = slots->server->budget.max_connections - left;
    part_put(slots, &free, moment, left, text);
    over_put(slots, moment, text);
}

static void bar_words_put(const struct slots *slots, enum moment moment, struct text *text)
{
    const struct budget *budget = &slots->server->budget;
    int64_t left = 0, used = slots->used[moment];
    text_printf(text,
                "<text x=\"0\" y=\"%d\"><tspan class=\"strong\">%s</tspan> %" PRId64 " of %" PRId64
                ", %" PRId64 " %%</text>\n",
                BARS_TOP + (int)moment * BAR_STEP - 6, moments[moment], used,
                budget->max_connections, (budget_permille(budget, used) + 5) / 10);
    for (size_t i = 0; i < slots->part_count; left += slots->parts[i++].counts[moment])
        key_put(slots, &slots->parts[i], moment, left, text);
}

/* A line through both bars, down to its name. */
static void mark_put(const struct slots *slots, const char *style, int64_t at, int label_y,
                     struct text *text)
{
    text_printf(text, "<line class=\"%s\" y1=\"%d\" y2=\"%d\"", style, BARS_TOP - 4, label_y - 11);
    share_put(text, "x1", at, slots->scale);
    share_put(text, "x2", at, slots->scale);
    text_put(text, "/>\n");
}

static void mark_words_put(const struct slots *slots, const char *label, int64_t at, int label_y,
                           struct text *text)
{
    struct text words = {.arena = text->arena};
    text_printf(&words, "%s %" PRId64, label, at);
    line_label_put(text, words.bytes, at, slots->scale, label_y);
    text_free(&words);
}

static void legend_row_put(const struct slot_part *part, struct text *text)
{
    text_printf(text,
                "<tr><td><svg class=\"swatch\" width=\"26\" height=\"20\" aria-hidden=\"true\">"
                "<rect class=\"%s\" width=\"26\" height=\"20\"/>"
                "<text class=\"key k-%s\" x=\"13\" y=\"15\">%s</text></svg></td>"
                "<th scope=\"row\">",
                part->style, part->style, part->key);
    name_cut_put(text, part->name, LEGEND_COLUMNS);
    text_put(text, "</th>");
    element_int_put(text, "td class=\"n\"", part->counts[MOMENT_STEADY]);
    element_int_put(text, "td class=\"n\"", part->counts[MOMENT_PEAK]);
    text_put(text, "</tr>\n");
}

/* `sign` 1: what is free; -1: what is too many. Nothing where neither bar has any. */
static void legend_rest_put(const struct slots *slots, int sign, struct text *text)
{
    int64_t most = slots->server->budget.max_connections;
    int64_t rest[2] = {sign * (most - slots->used[MOMENT_STEADY]),
                       sign * (most - slots->used[MOMENT_PEAK])};
    if (rest[MOMENT_STEADY] <= 0 && rest[MOMENT_PEAK] <= 0)
        return;
    text_printf(text,
                "<tr><td><svg class=\"swatch\" width=\"26\" height=\"20\" aria-hidden=\"true\">"
                "<rect class=\"%s\" width=\"26\" height=\"20\"/>%s</svg></td>"
                "<th scope=\"row\">%s</th>",
                sign > 0 ? "free" : "more",
                sign > 0 ? "" : "<rect class=\"over\" width=\"26\" height=\"20\"/>",
                sign > 0 ? "free" : "too many");
    for (int moment = MOMENT_STEADY; moment <= MOMENT_PEAK; moment++)
        element_int_put(text, "td class=\"n\"", rest[moment] < 0 ? UNKNOWN : rest[moment]);
    text_put(text, "</tr>\n");
}

static void legend_sum_put(const struct slots *slots, struct text *text)
{
    text_put(text, "</tbody><tfoot>\n<tr><td></td><th scope=\"row\">used</th>");
    element_int_put(text, "td class=\"n\"", slots->used[MOMENT_STEADY]);
    element_int_put(text, "td class=\"n\"", slots->used[MOMENT_PEAK]);
    text_put(text, "</tr>\n");
    legend_rest_put(slots, 1, text);
    legend_rest_put(slots, -1, text);
    text_put(text, "</tfoot></table>\n");
}

void slots_legend_put(const struct slots *slots, struct text *text)
{
    text_put(text, "<table class=\"legend\"><thead><tr><td></td><th scope=\"col\">SLOTS</th>"
                   "<th scope=\"col\" class=\"n\">STEADY</th>"
                   "<th scope=\"col\" class=\"n\">AT PEAK</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < slots->part_count; i++)
        legend_row_put(&slots->parts[i], text);
    legend_sum_put(slots, text);
}

static void slots_caption_put(const struct slots *slots, struct text *text)
{
    static const char *const by[] = {
        [LIMIT_RECOMMENDED] = "Slots by the recommended limits",
        [LIMIT_TODAY] = "Slots by what is declared today",
        [LIMIT_LEAST] = "Nothing fits; these are the slots with every limit at its smallest",
    };
    text_printf(text,
                "<figcaption>%s: while nothing is deployed (steady), and at the worst moment of "
                "deploys and jobs (at peak).%s</figcaption>\n",
                by[slots->kind],
                slots->kind == LIMIT_TODAY && slots->server->today_is_lower_bound
                    ? " A limit that nobody knows counts as 1."
                    : "");
}

void slots_picture_put(const struct slots *slots, struct text *text)
{
    enum { BOTTOM = BARS_TOP + BAR_STEP + BAR_HEIGHT, ALERT_Y = BOTTOM + 18, FULL_Y = BOTTOM + 36 };
    int64_t alert = slots->server->budget.alert_connections,
            full = slots->server->budget.max_connections;
    text_put(text, "<figure class=\"slots\">\n");
    slots_caption_put(slots, text);
    text_printf(text,
                "<svg class=\"picture\" width=\"100%%\" height=\"%d\" "
                "role=\"img\" aria-label=\"Slots, steady and at peak; the table beside it has the "
                "numbers\">\n",
                FULL_Y + 8);
    bar_put(slots, MOMENT_STEADY, text);
    bar_put(slots, MOMENT_PEAK, text);
    mark_put(slots, "alert", alert, ALERT_Y, text);
    mark_put(slots, "full", full, FULL_Y, text);
    /* Words last: they stay legible where a line runs through them. */
    bar_words_put(slots, MOMENT_STEADY, text);
    bar_words_put(slots, MOMENT_PEAK, text);
    mark_words_put(slots, "alert at", alert, ALERT_Y, text);
    mark_words_put(slots, "max_connections", full, FULL_Y, text);
    text_put(text, "</svg>\n</figure>\n");
}
