/*
 * The curve of --curve as a picture: the use at peak by value, below the line at which it alerts
 * and the one at which the server is full.
 */
#include "html_parts.h"
#include "what_if.h"

#include <inttypes.h>

enum { TOP = 8, HEIGHT = 180, BOTTOM = TOP + HEIGHT, PICTURE_HEIGHT = BOTTOM + 42 };
enum { EDGE_PERCENT = 2 };

/* One server of a curve. */
struct plot {
    const struct what_if *what_if;
    size_t server;
    int64_t scale; /* connections from bottom to top */
};

static const struct what_if_server *plot_at(const struct plot *plot, size_t point)
{
    const struct what_if_point *at = &plot->what_if->points[point];
    return plot->server < at->server_count ? &at->servers[plot->server] : NULL;
}

static int64_t used_at(const struct plot *plot, size_t point)
{
    const struct what_if_server *server = plot_at(plot, point);
    return server == NULL ? UNKNOWN : server->used;
}

static int64_t full_at(const struct plot *plot, size_t point)
{
    const struct what_if_server *server = plot_at(plot, point);
    return server == NULL ? UNKNOWN : server->max_connections;
}

static int64_t alert_at(const struct plot *plot, size_t point)
{
    const struct what_if_server *server = plot_at(plot, point);
    return server == NULL ? UNKNOWN : server->alert;
}

/* In percent of the picture; a single value stands in the middle. */
static double across(const struct plot *plot, size_t point)
{
    size_t last = plot->what_if->point_count - 1;
    return last == 0 ? 50.0
                     : EDGE_PERCENT + (100.0 - 2 * EDGE_PERCENT) * (double)point / (double)last;
}

static double down(const struct plot *plot, int64_t count)
{
    return TOP + HEIGHT * (1 - (double)count / (double)plot->scale);
}

typedef int64_t figure_at(const struct plot *plot, size_t point);

static void segment_put(const struct plot *plot, const char *style, figure_at *figure, size_t from,
                        size_t to, struct text *text)
{
    text_printf(text, "<line class=\"%s\" x1=\"%.2f%%\" y1=\"%.2f\" x2=\"%.2f%%\" y2=\"%.2f\"/>\n",
                style, across(plot, from), down(plot, figure(plot, from)), across(plot, to),
                down(plot, figure(plot, to)));
}

/* Where it stays the same, one segment is enough; a figure that is not known is a gap. */
static void series_put(const struct plot *plot, const char *style, figure_at *figure,
                       struct text *text)
{
    size_t count = plot->what_if->point_count;
    for (size_t from = 0; from + 1 < count;) {
        size_t to = from + 1;
        while (to + 1 < count && figure(plot, to) == figure(plot, from) &&
               figure(plot, to + 1) == figure(plot, from))
            to++;
        if (figure(plot, from) != UNKNOWN && figure(plot, to) != UNKNOWN)
            segment_put(plot, style, figure, from, to, text);
        from = to;
    }
}

static void dots_put(const struct plot *plot, struct text *text)
{
    for (size_t i = 0; i < plot->what_if->point_count; i++) {
        const struct what_if_server *server = plot_at(plot, i);
        if (server == NULL || server->used == UNKNOWN)
            continue;
        text_printf(text, "<circle class=\"%s\" cx=\"%.2f%%\" cy=\"%.2f\" r=\"4\"><title>",
                    plot->what_if->points[i].breaks ? "dot broken" : "dot", across(plot, i),
                    down(plot, server->used));
        name_put(text, plot->what_if->points[i].label);
        text_printf(text, ": %" PRId64 " of %" PRId64 ", %" PRId64 " %%</title></circle>\n",
                    server->used, server->max_connections, (server->permille + 5) / 10);
    }
}

/* What a line is, and where, if that is the same for every value. */
static void line_name_put(const struct plot *plot, const char *style, const char *name,
                          figure_at *figure, struct text *text)
{
    bool is_same = figure(plot, 0) != UNKNOWN;
    for (size_t i = 1; i < plot->what_if->point_count; i++)
        is_same &= figure(plot, i) == figure(plot, 0);
    text_printf(text,
                "<li><svg width=\"28\" height=\"12\" aria-hidden=\"true\"><line class=\"%s\" "
                "x1=\"0\" y1=\"6\" x2=\"28\" y2=\"6\"/></svg> %s",
                style, name);
    if (is_same && figure != used_at)
        text_printf(text, " at %" PRId64, figure(plot, 0));
    text_put(text, "</li>\n");
}

static void line_names_put(const struct plot *plot, struct text *text)
{
    text_put(text, "<ul class=\"lines\">\n");
    line_name_put(plot, "use", "used at peak", used_at, text);
    line_name_put(plot, "alert", "alert", alert_at, text);
    line_name_put(plot, "full", "the budget ends", full_at, text);
    text_put(text, "</ul>\n");
}

static void axis_put(const struct plot *plot, struct text *text)
{
    const struct what_if *what_if = plot->what_if;
    size_t broken = what_if_first_broken(what_if), last = what_if->point_count - 1;
    text_printf(text, "<line class=\"axis\" x1=\"0\" y1=\"%d\" x2=\"100%%\" y2=\"%d\"/>\n", BOTTOM,
                BOTTOM);
    text_printf(text, "<text x=\"0\" y=\"%d\">", BOTTOM + 17);
    name_cut_put(text, what_if->points[0].label, 16);
    text_put(text, "</text>");
    if (last > 0) {
        text_printf(text, "<text class=\"end\" x=\"100%%\" y=\"%d\">", BOTTOM + 17);
        name_cut_put(text, what_if->points[last].label, 16);
        text_put(text, "</text>\n");
    }
    if (broken > last)
        return;
    bool is_right = across(plot, broken) >= 50;
    text_printf(text,
                "<line class=\"breaks\" x1=\"%.2f%%\" y1=\"%d\" x2=\"%.2f%%\" y2=\"%d\"/>"
                "<text class=\"strong %s\" x=\"%.2f%%\" y=\"%d\">breaks at ",
                across(plot, broken), TOP, across(plot, broken), BOTTOM + 24,
                is_right ? "end" : "start", across(plot, broken), BOTTOM + 35);
    name_cut_put(text, what_if->points[broken].label, 16);
    text_put(text, "</text>\n");
}

static int64_t scale_find(const struct plot *plot)
{
    int64_t most = 1;
    for (size_t i = 0; i < plot->what_if->point_count; i++) {
        most = used_at(plot, i) > most ? used_at(plot, i) : most;
        most = full_at(plot, i) > most ? full_at(plot, i) : most;
    }
    return most;
}

static bool is_flat(const struct plot *plot)
{
    for (size_t i = 1; i < plot->what_if->point_count; i++)
        if (used_at(plot, i) != used_at(plot, 0) || full_at(plot, i) != full_at(plot, 0))
            return false;
    return true;
}

static void plot_put(struct plot *plot, struct text *text)
{
    const struct what_if *what_if = plot->what_if;
    plot->scale = scale_find(plot);
    text_put(text, "<figure class=\"curve\">\n<figcaption>Slots of <bdi>");
    name_put(text, what_if->points[0].servers[plot->server].name);
    text_put(text, "</bdi> used at peak, with what is kept back, by <code>");
    text_put_xml(text, what_if->title);
    text_put(text, "</code></figcaption>\n");
    line_names_put(plot, text);
    text_printf(text,
                "<svg class=\"picture\" width=\"100%%\" height=\"%d\" "
                "role=\"img\" aria-label=\"Use at peak by value; the table below has the "
                "numbers\">\n",
                PICTURE_HEIGHT);
    axis_put(plot, text);
    series_put(plot, "full", full_at, text);
    series_put(plot, "alert", alert_at, text);
    series_put(plot, "use", used_at, text);
    dots_put(plot, text);
    text_put(text, "</svg>\n</figure>\n");
}

void curve_pictures_put(const struct report *report, struct text *text)
{
    const struct what_if *what_if = report->curve;
    size_t count = what_if->points[0].server_count, same = 0;
    for (size_t i = 0; i < count; i++) {
        struct plot plot = {.what_if = what_if, .server = i};
        if (count > 1 && is_flat(&plot))
            same++;
        else
            plot_put(&plot, text);
    }
    if (same > 0)
        text_printf(text, "<p>%zu %s not change with it.</p>\n", same,
                    plural((int64_t)same, "server does", "servers do"));
}
