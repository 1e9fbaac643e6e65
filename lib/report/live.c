/* The live view: as many lines as the screen has, each cut to its width. */
#include "breaker.h"
#include "live_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    LABEL = 7,
    BAR_MOST = 60,
    BAR_LEAST = 10,
    HISTORY_MOST = 180,
    LEVELS = 8,
    WIDE = 80,
    MORE_WIDTH = 28,
};

void drawing_line_end(struct drawing *drawing)
{
    if (drawing->lines < drawing->live->height) {
        text_put(drawing->text, drawing->lines > 0 ? "\n" : "");
        text_put_bytes(drawing->text, drawing->line.bytes, drawing->line.length);
    }
    drawing->lines++;
    drawing->line.length = 0;
    text_put(&drawing->line, "");
}

void drawing_words_put(struct drawing *drawing, size_t column, const char *words)
{
    size_t width = drawing->live->report->width;
    size_t needed = text_width(words, drawing->line.plain);
    size_t room = column < width ? width - column : 0;
    if (room > 0)
        text_put_cell(&drawing->line, words, needed < room ? needed : room, TEXT_LEFT);
}

static void colour_words_put(struct drawing *drawing, enum colour colour, size_t column,
                             const char *words)
{
    colour_on(drawing->live->report, &drawing->line, colour);
    drawing_words_put(drawing, column, words);
    colour_off(drawing->live->report, &drawing->line, colour);
}

static void label_put(struct drawing *drawing, const char *label)
{
    colour_on(drawing->live->report, &drawing->line, COLOUR_DIM);
    text_put_cell(&drawing->line, label, LABEL, TEXT_LEFT);
    colour_off(drawing->live->report, &drawing->line, COLOUR_DIM);
}

/* --- the first line --- */

static void title_put(struct drawing *drawing)
{
    const struct live *live = drawing->live;
    char clock[24], since[32], every[32];
    struct arena *arena = live->report->arena;
    const char *end = arena_printf(arena, "  %s UTC", clock_show(live->now_ms, clock));
    const char *what =
        arena_printf(arena, "  every %s, %s so far", span_show(live->interval_ms, every),
                     span_show(live->now_ms - live->since_ms, since));
    int64_t left_ms = live->until_ms > live->now_ms ? live->until_ms - live->now_ms : 0;
    if (live->until_ms != 0)
        what = arena_printf(arena, "%s, %s left", what, span_show(left_ms, since));
    what = arena_printf(arena, "%s; q ends", what);
    size_t name = text_width(live->server, drawing->line.plain), width = live->report->width;
    size_t most = width - strlen(end);
    name = name < most ? name : most;
    colour_on(live->report, &drawing->line, COLOUR_BOLD);
    text_put_cell(&drawing->line, live->server, name, TEXT_LEFT);
    colour_off(live->report, &drawing->line, COLOUR_BOLD);
    size_t room = width - name - strlen(end), length = strlen(what);
    text_put_cell(&drawing->line, what, room < length ? (room < 12 ? 0 : room) : length, TEXT_LEFT);
    size_t put = name + (room < length ? (room < 12 ? 0 : room) : length);
    text_repeat(&drawing->line, " ", width - strlen(end) - put);
    text_put(&drawing->line, end);
    drawing_line_end(drawing);
}

/* --- now, and the peak --- */

static enum colour level_colour(int64_t used, int64_t line, int64_t most)
{
    return used >= most ? COLOUR_RED : used > line ? COLOUR_YELLOW : COLOUR_GREEN;
}

/* A bar of all slots, with the alert line in it where it is not filled so far. */
static void bar_put(struct drawing *drawing, int64_t used, int64_t line, int64_t most, size_t cells)
{
    const struct report *report = drawing->live->report;
    int64_t width = (int64_t)cells;
    int64_t filled = used >= most ? width : (used * width + most - 1) / most;
    int64_t mark = line < 0 || line >= most ? -1 : line * width / most;
    enum colour colour = level_colour(used, line, most);
    for (int64_t i = 0; i < width; i++) {
        bool is_filled = i < filled;
        const char *cell = is_filled   ? (report->unicode ? "\xe2\x96\x88" : "#")
                           : i == mark ? (report->unicode ? "\xe2\x94\x82" : "|")
                                       : (report->unicode ? "\xe2\x96\x91" : ".");
        if (is_filled && i == 0)
            colour_on(report, &drawing->line, colour);
        text_put(&drawing->line, cell);
        if (is_filled && i + 1 == filled)
            colour_off(report, &drawing->line, colour);
    }
}

static void share_put(struct drawing *drawing, const char *label, const struct sample *sample,
                      int64_t used, const char *more)
{
    const struct live *live = drawing->live;
    int64_t most = sample->max_connections, permille = sample_permille(sample, used);
    int64_t line = alarm_line(live->alarm, most);
    const char *words = arena_printf(live->report->arena,
                                     "%s%4" PRId64 " of %" PRId64 " %3" PRId64 ".%" PRId64 " %%",
                                     sample->sessions_are_upper_bound ? "at most " : "", used, most,
                                     permille / 10, permille % 10);
    label_put(drawing, label);
    drawing_words_put(drawing, LABEL, words);
    text_put(&drawing->line, "  ");
    size_t column = LABEL + strlen(words) + 2, width = live->report->width;
    /* The bars of two lines are of one length where there is room. */
    size_t wanted = 2 + (width >= WIDE ? MORE_WIDTH : strlen(more));
    size_t bar = width > column + wanted ? width - column - wanted : 0;
    bar = bar < BAR_MOST ? bar : BAR_MOST;
    if (bar >= BAR_LEAST) {
        bar_put(drawing, used, line, most, bar);
        text_put(&drawing->line, "  ");
        column += bar + 2;
    }
    drawing_words_put(drawing, column, more);
    drawing_line_end(drawing);
}

static void now_put(struct drawing *drawing)
{
    const struct live *live = drawing->live;
    const struct sample *sample = &live->sample;
    struct arena *arena = live->report->arena;
    char span[32];
    int64_t used = sample_used(sample);
    if (sample->at_ms != 0 && sample->kind == SAMPLE_SEEN && sample->max_connections > 0) {
        int64_t line = alarm_line(live->alarm, sample->max_connections);
        share_put(drawing, "now", sample, used,
                  arena_printf(arena, "%salert above %" PRId64,
                               live->alarm->is_over ? "OVER: " : "", line));
        return;
    }
    const char *words = "not known yet: no answer so far";
    if (sample->at_ms != 0 && sample->kind == SAMPLE_FULL)
        words = arena_printf(arena, "FULL: %s", sample->reason);
    else if (sample->at_ms != 0)
        words = arena_printf(arena, "not known for %s: %s",
                             span_show(live->watched->gap_since_ms > 0
                                           ? live->now_ms - live->watched->gap_since_ms
                                           : 0,
                                       span),
                             sample->reason == NULL ? "" : sample->reason);
    label_put(drawing, "now");
    colour_words_put(drawing, sample->at_ms != 0 ? COLOUR_RED : COLOUR_NONE, LABEL, words);
    drawing_line_end(drawing);
}

static void peak_put(struct drawing *drawing)
{
    const struct watched *watched = drawing->live->watched;
    char clock[24], span[32];
    if (watched->peak_at_ms == 0 || watched->peak_max_connections < 1)
        return;
    const struct sample peak = {.max_connections = watched->peak_max_connections,
                                .sessions_are_upper_bound = watched->peak_is_upper_bound};
    share_put(drawing, "peak", &peak, watched->peak,
              arena_printf(drawing->live->report->arena, "at %s, %s ago",
                           clock_show(watched->peak_at_ms, clock),
                           span_show(drawing->live->now_ms - watched->peak_at_ms, span)));
}

/* --- the last hour --- */

static const char *level_cell(const struct report *report, int64_t peak, int64_t most)
{
    static const char *const blocks[LEVELS] = {"\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83",
                                               "\xe2\x96\x84", "\xe2\x96\x85", "\xe2\x96\x86",
                                               "\xe2\x96\x87", "\xe2\x96\x88"};
    static const char *const plain[LEVELS] = {"_", ".", ",", "-", "=", "+", "*", "#"};
    int64_t level = most > 0 ? peak * LEVELS / most : 0;
    level = level < 0 ? 0 : level >= LEVELS ? LEVELS - 1 : level;
    return report->unicode ? blocks[level] : plain[level];
}

/* One column for each part of the hour: its peak; nothing where nothing is known. */
static void hour_put(struct drawing *drawing)
{
    const struct live *live = drawing->live;
    const struct watched *watched = live->watched;
    const struct report *report = live->report;
    int64_t most = watched->peak_max_connections, line = alarm_line(live->alarm, most);
    int64_t width = (int64_t)report->width - LABEL;
    if (watched->peak_at_ms == 0 || most < 1 || width < 1)
        return;
    int64_t slots = WATCHED_HOUR_MS / watched->slot_ms;
    width = width < HISTORY_MOST ? width : HISTORY_MOST;
    width = width < slots ? width : slots;
    /* Whole slots to the column, so that none flickers between two of them. */
    int64_t each_ms = (slots + width - 1) / width * watched->slot_ms;
    width = (WATCHED_HOUR_MS + each_ms - 1) / each_ms;
    int64_t end_ms = (live->now_ms / each_ms + 1) * each_ms;
    label_put(drawing, "1 hour");
    enum colour on = COLOUR_NONE;
    for (int64_t i = width; i > 0; i--) {
        int64_t peak =
            watched_peak_between(watched, end_ms - i * each_ms, end_ms - (i - 1) * each_ms);
        enum colour colour =
            peak < 0 || peak <= line ? COLOUR_NONE : level_colour(peak, line, most);
        if (colour != on) {
            colour_off(report, &drawing->line, on);
            if (colour != COLOUR_NONE)
                colour_on(report, &drawing->line, colour);
        }
        on = colour;
        text_put(&drawing->line, peak < 0 ? " " : level_cell(report, peak, most));
    }
    colour_off(report, &drawing->line, on);
    drawing_line_end(drawing);
}

/* --- how it goes, and what happened --- */

static void state_put(struct drawing *drawing)
{
    const struct live *live = drawing->live;
    const struct watched *watched = live->watched;
    char span[32];
    int64_t gaps = watched->gaps + (watched->gap_since_ms != 0);
    struct text words = {.arena = live->report->arena};
    text_printf(&words, "%" PRId64 " %s, breaker %s", watched->seen,
                plural(watched->seen, "sample", "samples"),
                breaker_state_names[live->sample.breaker]);
    if (watched->full > 0)
        text_printf(&words, ", %" PRId64 " refused as full", watched->full);
    if (gaps > 0)
        text_printf(&words, ", %" PRId64 " %s (%s)", gaps, plural(gaps, "gap", "gaps"),
                    span_show(watched_gap_ms(watched, live->now_ms), span));
    if (watched->skipped > 0)
        text_printf(&words, ", %" PRId64 " left out", watched->skipped);
    label_put(drawing, "seen");
    colour_words_put(drawing, live->sample.breaker == BREAKER_CLOSED ? COLOUR_NONE : COLOUR_YELLOW,
                     LABEL, words.bytes);
    drawing_line_end(drawing);
    text_free(&words);
}

static void events_put(struct drawing *drawing)
{
    const struct live *live = drawing->live;
    char clock[24];
    for (size_t i = 0; i < LIVE_MOST_EVENTS && live->events[i].at_ms != 0; i++) {
        label_put(drawing, i == 0 ? "events" : "");
        drawing_words_put(drawing, LABEL,
                          arena_printf(live->report->arena, "%s %s",
                                       clock_show(live->events[i].at_ms, clock),
                                       live->events[i].words));
        drawing_line_end(drawing);
    }
}

void live_put(const struct live *live, struct text *text)
{
    struct drawing drawing = {.live = live, .text = text};
    drawing.line = (struct text){.arena = live->report->arena, .plain = live->report->plain};
    text_put(&drawing.line, "");
    title_put(&drawing);
    now_put(&drawing);
    peak_put(&drawing);
    hour_put(&drawing);
    state_put(&drawing);
    events_put(&drawing);
    drawing_users_put(&drawing);
    text_free(&drawing.line);
}
