#include "snapshot.h"
#include "terminal.h"
#include "watch_sinks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DRAW_LEAST_MS = 200, DRAW_MOST_MS = 1000, REASON_BYTES = 512 };

struct view {
    struct watch *watch;
    struct arena arena; /* of one drawing */
    struct report report;
    struct sample sample; /* the last one, without what ends with it */
    char reason[REASON_BYTES];
    struct live_event events[LIVE_MOST_EVENTS];
    int64_t drawn_ms; /* clock_now_ms(); 0: draw it anew */
    bool is_changed, hears_keys, says_too;
};

static bool view_draw(struct view *view)
{
    const struct watch *watch = view->watch;
    struct terminal_size size = terminal_size();
    arena_clear(&view->arena);
    view->report.arena = &view->arena;
    view->report.width = size.width;
    int64_t now_ms = wall_now_ms(), gone_ms = clock_now_ms() - watch->start_ms,
            left_ms = watch->options->for_ms - gone_ms;
    const struct live live = {
        .report = &view->report,
        .height = size.height,
        .server = watch->target->name,
        .sample = view->sample,
        .watched = &watch->watched,
        .alarm = &watch->alarm,
        .now_ms = now_ms,
        .since_ms = now_ms - gone_ms, /* Unix time may have been set */
        .interval_ms = watch->options->interval_ms,
        .until_ms = watch->options->for_ms == 0 ? 0 : now_ms + left_ms,
        .events = view->events,
    };
    struct text text = {.arena = &view->arena, .plain = view->report.plain};
    live_put(&live, &text);
    bool done = terminal_draw(text.bytes);
    text_free(&text);
    view->drawn_ms = clock_now_ms();
    view->is_changed = false;
    return done;
}

static bool view_take(void *to, const struct moment *moment, struct fail *fail)
{
    struct view *view = to;
    const char *reason = moment->sample->reason;
    (void)fail;
    view->sample = *moment->sample;
    view->sample.groups = NULL;
    view->sample.group_count = 0;
    (void)snprintf(view->reason, sizeof view->reason, "%s", reason == NULL ? "" : reason);
    view->sample.reason = view->reason;
    view->is_changed = true;
    return true;
}

static size_t view_polls(void *to, struct pollfd *ret_polls, size_t room)
{
    const struct view *view = to;
    if (!view->hears_keys || room == 0)
        return 0;
    ret_polls[0] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    return 1;
}

static int64_t view_until_ms(void *to)
{
    const struct view *view = to;
    return view->drawn_ms == 0 ? 0
                               : view->drawn_ms + (view->is_changed ? DRAW_LEAST_MS : DRAW_MOST_MS);
}

/* False: `q` was pressed. */
static bool keys_read(struct view *view)
{
    char keys[64];
    ssize_t count = read(STDIN_FILENO, keys, sizeof keys);
    if (count <= 0) /* nobody will type there again */
        view->hears_keys = false;
    return count <= 0 || memchr(keys, 'q', (size_t)count) == NULL;
}

static bool view_turn(void *to, const struct pollfd *polls, size_t count, struct fail *fail)
{
    struct view *view = to;
    (void)fail;
    if (count > 0 && polls[0].revents != 0 && !keys_read(view))
        return false;
    return clock_now_ms() < view_until_ms(view) || view_draw(view);
}

static void view_signals(void *to, const struct signals *signals)
{
    struct view *view = to;
    if (signals->suspend) {
        terminal_leave();
        signals_suspend();
    }
    if (signals->suspend || signals->resumed)
        terminal_enter();
    if (signals->suspend || signals->resumed || signals->resized)
        view->drawn_ms = 0;
}

static void view_event(void *to, int64_t at_ms, const char *words)
{
    struct view *view = to;
    char time[24];
    memmove(view->events + 1, view->events, (LIVE_MOST_EVENTS - 1) * sizeof view->events[0]);
    view->events[0].at_ms = at_ms;
    (void)snprintf(view->events[0].words, sizeof view->events[0].words, "%s", words);
    view->is_changed = true;
    if (view->says_too)
        say("%s %s", time_show(at_ms / 1000, time), words);
}

static bool view_end(void *to, const struct watched *watched, int64_t now_ms, struct fail *fail)
{
    struct view *view = to;
    struct run *run = view->watch->run;
    struct output output;
    terminal_leave();
    arena_free(&view->arena);
    if (!output_open(run->arena, NULL, false, &run->screen, &output, fail))
        return false;
    view->report.arena = run->arena;
    view->report.width = terminal_size().width;
    watched_lines_put(&view->report, view->watch->target->name, watched, now_ms, &output.text);
    return output_close(&output, fail);
}

bool live_is_possible(const struct run *run)
{
    const char *terminal = variable(run, "TERM");
    return run->screen.is_terminal && terminal != NULL && strcmp(terminal, "dumb") != 0;
}

void live_open(struct watch *watch, struct sink *ret_sink)
{
    struct run *run = watch->run;
    struct view *view = ARENA_NEW(run->arena, struct view);
    *view = (struct view){
        .watch = watch,
        .arena = {.on_out_of_memory = run->arena->on_out_of_memory},
        .report = {.unicode = run->screen.unicode,
                   .plain = run->screen.plain,
                   .colour = run->screen.colour},
        .hears_keys = isatty(STDIN_FILENO) == 1,
        .says_too = isatty(STDERR_FILENO) != 1 && !watch->options->quiet,
    };
    *ret_sink = (struct sink){
        .to = view,
        .take = view_take,
        .polls = view_polls,
        .until_ms = view_until_ms,
        .turn = view_turn,
        .signals = view_signals,
        .event = view_event,
        .end = view_end,
    };
    terminal_enter();
}
