/*
 * Who gets what a watch sees: the live view, lines of JSON, and whatever else an option asks for.
 * Each is a row of functions, of which all but `take` may be NULL; the loop (watch_loop.h) drives
 * them and knows nothing else of them.
 */
#ifndef PGSIZE_SINK_H
#define PGSIZE_SINK_H

#include "fail.h"
#include "moment.h"
#include "signals.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SINK_MOST_POLLS = 64 };

struct sink {
    void *to;

    /* After each look, and when the breaker changes without one (half-open: SAMPLE_LOST, with the
     * reason). What the moment points to holds during the call alone. False ends the watch: with
     * `fail` set, or without where nobody wants more (a closed pipe). */
    bool (*take)(void *to, const struct moment *moment, struct fail *fail);

    /* File descriptors to wait for; returns how many. */
    size_t (*polls)(void *to, struct pollfd *ret_polls, size_t room);

    /* Until when to wait at most (clock_now_ms()); INT64_MAX: as long as it takes. */
    int64_t (*until_ms)(void *to);

    /* After each wait, with the file descriptors as poll(2) left them. False as `take`. */
    bool (*turn)(void *to, const struct pollfd *polls, size_t count, struct fail *fail);

    /* A signal has come. */
    void (*signals)(void *to, const struct signals *signals);

    /* Something that people shall know happened; `at_ms` is Unix time. */
    void (*event)(void *to, int64_t at_ms, const char *words);

    /* The watch has ended, also where it failed. */
    bool (*end)(void *to, const struct watched *watched, int64_t now_ms, struct fail *fail);
};

#endif
