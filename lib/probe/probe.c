#include "probe.h"

#include "facts_read.h"
#include "observer.h"

#include <limits.h>
#include <poll.h>

enum { TICK_MS = 200 };

/* Ends those that are late. False when all are done. */
static bool talks_await(struct talk *talks, size_t count, int64_t *ret_until_ms)
{
    bool waiting = false;
    for (size_t i = 0; i < count; i++) {
        int64_t now_ms = clock_now_ms();
        while (talks[i].stage != TALK_DONE && now_ms >= talks[i].host_deadline_ms) {
            if (talks[i].stage == TALK_RESTING)
                observer_on_time(&talks[i]);
            else
                talk_on_late(&talks[i]);
        }
        if (talks[i].stage == TALK_DONE)
            continue;
        if (!waiting || talks[i].host_deadline_ms < *ret_until_ms)
            *ret_until_ms = talks[i].host_deadline_ms;
        waiting = true;
    }
    return waiting;
}

static struct pollfd talk_poll(const struct talk *talk)
{
    int events = (talk->wants_read ? POLLIN : 0) | (talk->wants_write ? POLLOUT : 0);
    return (struct pollfd){.fd = talk_socket(talk), .events = (short)events};
}

/* Those that are done are left out: poll(2) refuses more than RLIMIT_NOFILE, whatever they are. */
static void talks_turn(struct talk *talks, struct pollfd *polls, size_t count, int64_t until_ms)
{
    nfds_t polled = 0;
    for (size_t i = 0; i < count; i++)
        if (talks[i].stage != TALK_DONE)
            polls[polled++] = talk_poll(&talks[i]);
    int64_t wait_ms = until_ms - clock_now_ms();
    wait_ms = wait_ms < 0 ? 0 : wait_ms > INT_MAX ? INT_MAX : wait_ms;
    /* A signal is a turn in which nothing happened. */
    if (poll(polls, polled, (int)wait_ms) <= 0)
        return;
    /* Who is late stays late: else the server's own statement time-out could come first, or second.
     */
    const struct pollfd *next = polls;
    for (size_t i = 0; i < count; i++) {
        if (talks[i].stage == TALK_DONE)
            continue;
        if (next++->revents != 0 && clock_now_ms() < talks[i].host_deadline_ms)
            talk_on_ready(&talks[i]);
    }
}

/* Tells how far it is, and ends it where that is wanted. */
static void talks_tick(struct talk *talks, size_t count, const struct observing *observing)
{
    int64_t elapsed_ms = 0, now_ms = clock_now_ms();
    for (size_t i = 0; i < count; i++) {
        int64_t start_ms = talks[i].observer->start_ms;
        if (start_ms > 0 && now_ms - start_ms > elapsed_ms)
            elapsed_ms = now_ms - start_ms;
    }
    if (observing->on_tick(observing->to, elapsed_ms))
        return;
    for (size_t i = 0; i < count; i++)
        observer_stop(&talks[i]);
}

void probe_servers(struct arena *arena, struct probe_target *targets, size_t count,
                   int64_t timeout_ms)
{
    probe_observe(arena, targets, count, timeout_ms, NULL);
}

static struct observer *observer_new(struct arena *arena, const struct observing *observing)
{
    if (observing == NULL)
        return NULL;
    struct observer *observer = ARENA_NEW(arena, struct observer);
    observer->window_ms = observing->window_ms;
    return observer;
}

void probe_observe(struct arena *arena, struct probe_target *targets, size_t count,
                   int64_t timeout_ms, const struct observing *observing)
{
    struct talk *talks = ARENA_ARRAY(arena, count, struct talk);
    struct pollfd *polls = ARENA_ARRAY(arena, count, struct pollfd);
    int64_t deadline_ms = clock_now_ms() + timeout_ms;
    for (size_t i = 0; i < count; i++) {
        talks[i] = (struct talk){
            .arena = arena,
            .url = targets[i].url,
            .facts = targets[i].ret_facts,
            .signs = targets[i].signs,
            .timeout_ms = timeout_ms,
            .deadline_ms = deadline_ms,
            .host_deadline_ms = deadline_ms,
            .observer = observer_new(arena, observing),
        };
        facts_clear(talks[i].facts);
        talk_start(&talks[i]);
    }
    int64_t until_ms = deadline_ms;
    while (talks_await(talks, count, &until_ms)) {
        int64_t tick_ms = clock_now_ms() + TICK_MS;
        if (observing != NULL)
            talks_tick(talks, count, observing);
        talks_turn(talks, polls, count,
                   observing != NULL && tick_ms < until_ms ? tick_ms : until_ms);
    }
}
