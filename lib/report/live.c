/* The live view: as many lines as the screen has, each cut to its width. */
#include "breaker.h"
#include "layout.h"
#include "moment.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    LABEL = 7,
    BAR_MOST = 60,
    BAR_LEAST = 10,
    HISTORY_MOST = 180,
    NAME_MOST = 40,
    LEVELS = 8,
    WIDE = 80,
    MORE_WIDTH = 28
};

/* A line is built apart, and put where the screen has room for it. */
struct page {
    const struct live *live;
    struct text *text;
    struct text line;
    size_t lines;
};

static void line_end(struct page *page)
{
    if (page->lines < page->live->height) {
        text_put(page->text, page->lines > 0 ? "\n" : "");
        text_put_bytes(page->text, page->line.bytes, page->line.length);
    }
    page->lines++;
    page->line.length = 0;
    text_put(&page->line, "");
}

/* Words that may be anybody's, cut to what is left of the line after `column`. */
static void words_put(struct page *page, size_t column, const char *words)
{
    size_t width = page->live->report->width;
    size_t needed = text_width(words, page->line.plain);
    size_t room = column < width ? width - column : 0;
    if (room > 0)
        text_put_cell(&page->line, words, needed < room ? needed : room, TEXT_LEFT);
}

static void colour_words_put(struct page *page, enum colour colour, size_t column,
                             const char *words)
{
    colour_on(page->live->report, &page->line, colour);
    words_put(page, column, words);
    colour_off(page->live->report, &page->line, colour);
}

static void label_put(struct page *page, const char *label)
{
    colour_on(page->live->report, &page->line, COLOUR_DIM);
    text_put_cell(&page->line, label, LABEL, TEXT_LEFT);
    colour_off(page->live->report, &page->line, COLOUR_DIM);
}

/* --- the first line --- */

static void title_put(struct page *page)
{
    const struct live *live = page->live;
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
    size_t name = text_width(live->server, page->line.plain), width = live->report->width;
    size_t most = width - strlen(end);
    name = name < most ? name : most;
    colour_on(live->report, &page->line, COLOUR_BOLD);
    text_put_cell(&page->line, live->server, name, TEXT_LEFT);
    colour_off(live->report, &page->line, COLOUR_BOLD);
    size_t room = width - name - strlen(end), length = strlen(what);
    text_put_cell(&page->line, what, room < length ? (room < 12 ? 0 : room) : length, TEXT_LEFT);
    size_t put = name + (room < length ? (room < 12 ? 0 : room) : length);
    text_repeat(&page->line, " ", width - strlen(end) - put);
    text_put(&page->line, end);
    line_end(page);
}

/* --- now, and the peak --- */

static enum colour level_colour(int64_t used, int64_t line, int64_t most)
{
    return used >= most ? COLOUR_RED : used > line ? COLOUR_YELLOW : COLOUR_GREEN;
}

/* A bar of all slots, with the alert line in it where it is not filled so far. */
static void bar_put(struct page *page, int64_t used, int64_t line, int64_t most, size_t cells)
{
    const struct report *report = page->live->report;
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
            colour_on(report, &page->line, colour);
        text_put(&page->line, cell);
        if (is_filled && i + 1 == filled)
            colour_off(report, &page->line, colour);
    }
}

static void share_put(struct page *page, const char *label, const struct sample *sample,
                      int64_t used, const char *more)
{
    const struct live *live = page->live;
    int64_t most = sample->max_connections, permille = sample_permille(sample, used);
    int64_t line = alarm_line(live->alarm, most);
    const char *words = arena_printf(live->report->arena,
                                     "%s%4" PRId64 " of %" PRId64 " %3" PRId64 ".%" PRId64 " %%",
                                     sample->sessions_are_upper_bound ? "at most " : "", used, most,
                                     permille / 10, permille % 10);
    label_put(page, label);
    words_put(page, LABEL, words);
    text_put(&page->line, "  ");
    size_t column = LABEL + strlen(words) + 2, width = live->report->width;
    /* The bars of two lines are of one length where there is room. */
    size_t wanted = 2 + (width >= WIDE ? MORE_WIDTH : strlen(more));
    size_t bar = width > column + wanted ? width - column - wanted : 0;
    bar = bar < BAR_MOST ? bar : BAR_MOST;
    if (bar >= BAR_LEAST) {
        bar_put(page, used, line, most, bar);
        text_put(&page->line, "  ");
        column += bar + 2;
    }
    words_put(page, column, more);
    line_end(page);
}

static void now_put(struct page *page)
{
    const struct live *live = page->live;
    const struct sample *sample = &live->sample;
    struct arena *arena = live->report->arena;
    char span[32];
    int64_t used = sample_used(sample);
    if (sample->at_ms != 0 && sample->kind == SAMPLE_SEEN && sample->max_connections > 0) {
        int64_t line = alarm_line(live->alarm, sample->max_connections);
        share_put(page, "now", sample, used,
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
    label_put(page, "now");
    colour_words_put(page, sample->at_ms != 0 ? COLOUR_RED : COLOUR_NONE, LABEL, words);
    line_end(page);
}

static void peak_put(struct page *page)
{
    const struct watched *watched = page->live->watched;
    char clock[24], span[32];
    if (watched->peak_at_ms == 0 || watched->peak_max_connections < 1)
        return;
    const struct sample peak = {.max_connections = watched->peak_max_connections,
                                .sessions_are_upper_bound = watched->peak_is_upper_bound};
    share_put(page, "peak", &peak, watched->peak,
              arena_printf(page->live->report->arena, "at %s, %s ago",
                           clock_show(watched->peak_at_ms, clock),
                           span_show(page->live->now_ms > watched->peak_at_ms
                                         ? page->live->now_ms - watched->peak_at_ms
                                         : 0,
                                     span)));
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
static void hour_put(struct page *page)
{
    const struct live *live = page->live;
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
    label_put(page, "1 hour");
    enum colour on = COLOUR_NONE;
    for (int64_t i = width; i > 0; i--) {
        int64_t peak =
            watched_peak_between(watched, end_ms - i * each_ms, end_ms - (i - 1) * each_ms);
        enum colour colour =
            peak < 0 || peak <= line ? COLOUR_NONE : level_colour(peak, line, most);
        if (colour != on) {
            colour_off(report, &page->line, on);
            if (colour != COLOUR_NONE)
                colour_on(report, &page->line, colour);
        }
        on = colour;
        text_put(&page->line, peak < 0 ? " " : level_cell(report, peak, most));
    }
    colour_off(report, &page->line, on);
    line_end(page);
}

/* --- how it goes, and what happened --- */

static void state_put(struct page *page)
{
    const struct live *live = page->live;
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
    label_put(page, "seen");
    colour_words_put(page, live->sample.breaker == BREAKER_CLOSED ? COLOUR_NONE : COLOUR_YELLOW,
                     LABEL, words.bytes);
    line_end(page);
    text_free(&words);
}

static void events_put(struct page *page)
{
    const struct live *live = page->live;
    char clock[24];
    for (size_t i = 0; i < LIVE_MOST_EVENTS && live->events[i].at_ms != 0; i++) {
        label_put(page, i == 0 ? "events" : "");
        words_put(page, LABEL,
                  arena_printf(live->report->arena, "%s %s",
                               clock_show(live->events[i].at_ms, clock), live->events[i].words));
        line_end(page);
    }
}

/* --- who --- */

static const struct {
    const char *heading;
    size_t width;
} user_columns[] = {{"NOW", 5}, {"ACTIVE", 8}, {"IDLE", 6}, {"IN TRANSACTION", 16}, {"PEAK", 6}};
enum { USER_COLUMNS = sizeof user_columns / sizeof user_columns[0] };

/* The last columns but PEAK go where the screen is narrow. */
static bool column_shows(const struct page *page, size_t column)
{
    enum { LEAST = 56 };
    return column == 0 || column + 1 == USER_COLUMNS || page->live->report->width >= LEAST;
}

static size_t names_width(const struct page *page, const struct watched_user *const *users,
                          size_t count)
{
    size_t others = 0, widest = 4;
    for (size_t i = 0; i < USER_COLUMNS; i++)
        others += column_shows(page, i) ? user_columns[i].width : 0;
    for (size_t i = 0; i < count; i++) {
        size_t width = text_width(users[i]->name, page->line.plain);
        widest = width > widest ? width : widest;
    }
    size_t room = page->live->report->width - others;
    widest = widest < NAME_MOST ? widest : NAME_MOST;
    widest = widest < 24 ? 24 : widest; /* for "without application_name" */
    return widest < room ? widest : room;
}

static void user_put(struct page *page, const struct watched_user *user, size_t width, bool known)
{
    const int64_t counts[USER_COLUMNS] = {user->sessions, user->active, user->idle,
                                          user->idle_in_transaction, user->peak};
    const char *name = user->is_rest         ? "(all others)"
                       : *user->name == '\0' ? "(no application_name)"
                                             : user->name;
    char number[24];
    text_put_cell(&page->line, name, width, TEXT_LEFT);
    for (size_t i = 0; i < USER_COLUMNS; i++) {
        if (!column_shows(page, i))
            continue;
        (void)snprintf(number, sizeof number, "%" PRId64, counts[i]);
        /* What is not known now is no number. */
        text_put_cell(&page->line, known || i + 1 == USER_COLUMNS ? number : "-",
                      user_columns[i].width, TEXT_RIGHT);
    }
    line_end(page);
}

static void heading_put(struct page *page, size_t width)
{
    colour_on(page->live->report, &page->line, COLOUR_BOLD);
    text_put_cell(&page->line, "USER", width, TEXT_LEFT);
    for (size_t i = 0; i < USER_COLUMNS; i++)
        if (column_shows(page, i))
            text_put_cell(&page->line, user_columns[i].heading, user_columns[i].width, TEXT_RIGHT);
    colour_off(page->live->report, &page->line, COLOUR_BOLD);
    line_end(page);
}

static void users_put(struct page *page)
{
    const struct watched_user *users[WATCHED_MOST_USERS];
    size_t count = watched_users(page->live->watched, WATCHED_BY_SESSIONS, users);
    size_t height = page->live->height, left = height > page->lines ? height - page->lines : 0;
    if (count == 0 || left < 3)
        return;
    size_t width = names_width(page, users, count), shown = count;
    if (left > 8) {
        line_end(page);
        left--;
    }
    heading_put(page, width);
    left--;
    if (shown > left)
        shown = left - 1;
    for (size_t i = 0; i < shown; i++)
        user_put(page, users[i], width, page->live->sample.kind == SAMPLE_SEEN);
    if (shown < count) {
        words_put(page, 0, arena_printf(page->live->report->arena, "and %zu more", count - shown));
        line_end(page);
    }
}

void live_put(const struct live *live, struct text *text)
{
    struct page page = {.live = live, .text = text};
    page.line = (struct text){.arena = live->report->arena, .plain = live->report->plain};
    text_put(&page.line, "");
    title_put(&page);
    now_put(&page);
    peak_put(&page);
    hour_put(&page);
    state_put(&page);
    events_put(&page);
    users_put(&page);
    text_free(&page.line);
}
