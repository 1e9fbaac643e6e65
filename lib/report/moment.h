/*
 * What `pgsize watch` shows: a line of JSON for each look, the live view of a terminal, and what is
 * said at the end. Functions of what was seen; the clock is a field, and where it is written is the
 * caller's affair.
 */
#ifndef PGSIZE_MOMENT_H
#define PGSIZE_MOMENT_H

#include "alarm.h"
#include "report.h"
#include "watched.h"

/* One look, and all before it. */
struct moment {
    const char *server; /* its name in the topology */
    const struct sample *sample;
    const char *const *services;   /* of each group: NULL: no service of the topology explains it */
    const struct watched *watched; /* with this look */
    const struct alarm *alarm;     /* the same */
    enum alarm_change change;      /* by this look */
};

/* {"at": ..., "kind": "seen", ...} on one line: the contract of those who read it in a pipe. */
void moment_json_put(const struct moment *moment, struct text *text);

/* The last line: {"kind": "end", ...}. */
void watched_json_put(const struct watched *watched, int64_t now_ms, struct text *text);

/* A few lines: the peak, the samples, the gaps, the users. */
void watched_lines_put(const struct report *report, const char *server,
                       const struct watched *watched, int64_t now_ms, struct text *text);

/* What a live view needs besides. */
struct live_event {
    int64_t at_ms; /* 0: none */
    char words[200];
};
enum { LIVE_MOST_EVENTS = 4 };
struct live {
    const struct report *report; /* width, colour, unicode */
    size_t height;
    const char *server;
    struct sample sample; /* the last one, without its groups; at_ms 0: none yet */
    const struct watched *watched;
    const struct alarm *alarm;
    int64_t now_ms, since_ms, interval_ms;
    int64_t until_ms;                /* 0: until it is stopped */
    const struct live_event *events; /* LIVE_MOST_EVENTS, the newest first */
};

/* At most `height` lines, none of them longer than the screen. */
void live_put(const struct live *live, struct text *text);

/* "13:05:07", of Unix time, in UTC; `buffer` of at least 24 bytes. */
const char *clock_show(int64_t at_ms, char *buffer);

/* "1 h 4 min", "23 s", and, of a clock that was set back, "0 s"; `buffer` of at least 32 bytes. */
const char *span_show(int64_t ms, char *buffer);

#endif
