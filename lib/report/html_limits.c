/*
 * What each pool may hold, beside what it may hold today.
 */
#include "html_parts.h"

#include <inttypes.h>

enum { ROW_STEP = 60, BAR_HEIGHT = 11, PICTURE_COLUMNS = 28 };

/* The longest bar leaves room for the words behind it. */
static int64_t scale_find(const struct slots *slots)
{
    int64_t most = 1;
    for (size_t i = 0; i < slots->part_count; i++) {
        const struct pool_class *class = slots->parts[i].class;
        if (class == NULL)
            continue;
        most = class->limit > most ? class->limit : most;
        most = class->today > most ? class->today : most;
    }
    return (most * 10 + 5) / 6;
}

static void limit_bar_put(const char *style, const char *word, int64_t limit, int64_t scale, int y,
                          struct text *text)
{
    if (limit == UNKNOWN) {
        text_printf(text, "<text x=\"0\" y=\"%d\">%s: none</text>\n", y + 10, word);
        return;
    }
    text_printf(text, "<rect class=\"%s\" x=\"0\" y=\"%d\" height=\"%d\"", style, y, BAR_HEIGHT);
    share_put(text, "width", limit, scale);
    text_printf(text, "><title>%s %" PRId64 "</title></rect><text dx=\"6\" y=\"%d\"", word, limit,
                y + 10);
    share_put(text, "x", limit, scale);
    text_printf(text, ">%" PRId64 " %s</text>\n", limit, word);
}

static void limits_row_put(const struct slot_part *part, int64_t scale, int y, struct text *text)
{
    const struct pool_class *class = part->class;
    text_printf(text, "<text x=\"0\" y=\"%d\"><tspan class=\"strong\">%s</tspan> ", y + 13,
                part->key);
    name_cut_put(text, part->name, PICTURE_COLUMNS);
    text_put(text, "</text>\n");
    limit_bar_put("today", "today", class->today, scale, y + 20, text);
    limit_bar_put(part->style, "recommended", class->limit, scale, y + 37, text);
}

void limits_picture_put(const struct report *report, const struct slots *slots, struct text *text)
{
    int64_t scale = scale_find(slots);
    int count = 0;
    size_t all = 0;
    for (size_t i = 0; i < slots->part_count; i++)
        count += slots->parts[i].class != NULL;
    for (size_t i = 0; i < slots->server->class_count; i++)
        all += report_shows(report, slots->server->classes[i]->service);
    if (count == 0)
        return;
    text_put(text, "<figure class=\"limits\">\n<figcaption>Connections each pool may hold: today, "
                   "and recommended.");
    if (all > (size_t)count)
        text_printf(text, " The %d that hold most at peak, of %zu; the table has all.", count, all);
    text_printf(text,
                "</figcaption>\n<svg class=\"picture\" width=\"100%%\" height=\"%d\" "
                "role=\"img\" aria-label=\"Limit today and recommended, by service; the table of "
                "services has the numbers\">\n",
                count * ROW_STEP);
    int y = 0;
    for (size_t i = 0; i < slots->part_count; i++) {
        if (slots->parts[i].class == NULL)
            continue;
        limits_row_put(&slots->parts[i], scale, y, text);
        y += ROW_STEP;
    }
    text_put(text, "</svg>\n</figure>\n");
}
