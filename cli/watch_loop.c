#include "watch_loop.h"

#include "signals.h"
#include "watch_looked.h"

#include <limits.h>
#include <time.h>

int64_t wall_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Unix time would not do: it may be set. INT64_MAX: it does not end by itself. */
static int64_t end_ms(const struct watch *watch)
{
    return watch->options->for_ms == 0 ? INT64_MAX : watch->start_ms + watch->options->for_ms;
}

/* --- asking, or not --- */

/* A look is due. The moments of the others stay where they are, however late it is. */
static void look(struct watch *watch, int64_t now_ms, struct fail *fail)
{
    int64_t last_ms = least(now_ms, end_ms(watch) - 1);
    int64_t due = (last_ms - watch->start_ms) / watch->options->interval_ms;
    enum breaker_state before = watch->breaker.state;
    watch->watched.skipped += due - watch->next;
    watch->next = due + 1;
    if (watch->sampler.is_asking) {
        watch->watched.skipped++;
    } else if (breaker_allows(&watch->breaker, now_ms)) {
        if (watch->breaker.state != before)
            watch_half_open_tell(watch, fail);
        sampler_ask(&watch->sampler);
    }
}

/* --- waiting --- */

static int64_t due_ms(const struct watch *watch)
{
    int64_t at_ms = watch->start_ms + watch->next * watch->options->interval_ms;
    return at_ms < end_ms(watch) ? at_ms : INT64_MAX;
}

static int64_t until_find(const struct watch *watch, int64_t now_ms)
{
    int64_t until_ms = least(due_ms(watch), sampler_until_ms(&watch->sampler));
    if (end_ms(watch) > now_ms) /* else the last look is waited for */
        until_ms = least(until_ms, end_ms(watch));
    for (size_t i = 0; i < watch->sink_count; i++)
        if (watch->sinks[i].until_ms != NULL)
            until_ms = least(until_ms, watch->sinks[i].until_ms(watch->sinks[i].to));
    return until_ms;
}

enum { OWN_POLLS = 2 };
struct waiting {
    struct pollfd polls[OWN_POLLS + WATCH_MOST_SINKS * SINK_MOST_POLLS];
    size_t counts[WATCH_MOST_SINKS], count;
};

static void waiting_fill(struct watch *watch, struct waiting *waiting)
{
    waiting->polls[0] = (struct pollfd){.fd = signals_fd(), .events = POLLIN};
    waiting->polls[1] = sampler_poll(&watch->sampler);
    waiting->count = OWN_POLLS;
    for (size_t i = 0; i < watch->sink_count; i++) {
        const struct sink *sink = &watch->sinks[i];
        waiting->counts[i] =
            sink->polls == NULL
                ? 0
                : sink->polls(sink->to, waiting->polls + waiting->count, SINK_MOST_POLLS);
        waiting->count += waiting->counts[i];
    }
}

static void sinks_turn(struct watch *watch, const struct waiting *waiting, struct fail *fail)
{
    const struct pollfd *polls = waiting->polls + OWN_POLLS;
    for (size_t i = 0; i < watch->sink_count; i++) {
        const struct sink *sink = &watch->sinks[i];
        if (sink->turn != NULL && !sink->turn(sink->to, polls, waiting->counts[i], fail))
            watch_end_with(watch, fail->kind == FAIL_NONE ? WATCH_STOPPED : WATCH_FAILED);
        polls += waiting->counts[i];
    }
}

static void signals_heed(struct watch *watch)
{
    struct signals signals = signals_take();
    if (signals.stop)
        watch_end_with(watch, WATCH_STOPPED);
    if (signals.child)
        alert_reap(&watch->alert);
    for (size_t i = 0; i < watch->sink_count; i++)
        if (watch->sinks[i].signals != NULL)
            watch->sinks[i].signals(watch->sinks[i].to, &signals);
}

static void turn(struct watch *watch, struct waiting *waiting, struct fail *fail)
{
    waiting_fill(watch, waiting);
    int64_t now_ms = clock_now_ms(), until_ms = until_find(watch, now_ms);
    int64_t wait_ms = until_ms > now_ms ? least(until_ms - now_ms, INT_MAX) : 0;
    if (poll(waiting->polls, (nfds_t)waiting->count, (int)wait_ms) < 0)
        for (size_t i = 0; i < waiting->count; i++)
            waiting->polls[i].revents = 0;
    signals_heed(watch);
    if (sampler_turn(&watch->sampler, waiting->polls[1].revents != 0) != NULL)
        watch_looked(watch, fail);
    sinks_turn(watch, waiting, fail);
}

/* The look at hand is waited for, no longer than an answer may take. */
static bool is_over(const struct watch *watch, int64_t now_ms)
{
    return now_ms >= end_ms(watch) && !watch->sampler.is_asking;
}

void watch_loop(struct watch *watch, struct fail *fail)
{
    struct waiting *waiting = ARENA_NEW(watch->run->arena, struct waiting);
    watch->start_ms = clock_now_ms();
    while (watch->end == WATCH_GOES_ON) {
        int64_t now_ms = clock_now_ms();
        if (now_ms >= due_ms(watch))
            look(watch, now_ms, fail);
        turn(watch, waiting, fail);
        if (is_over(watch, clock_now_ms()))
            watch_end_with(watch, WATCH_OVER);
    }
}
