/*
 * A record being read, for history.c, which takes its lines, and history_end.c, which says what
 * they said. Inside lib/size only.
 */
#ifndef PGSIZE_HISTORY_PARTS_H
#define PGSIZE_HISTORY_PARTS_H

#include "history.h"

/* Of one owner in a span. */
struct history_sum {
    int64_t sessions, in_use;         /* over its groups */
    struct record_peak largest, busy; /* of one of them */
};

struct history_reading {
    struct arena *arena;          /* of the answer */
    struct arena memory, scratch; /* of the reading, and of a line */
    struct record record;
    struct history *history;
    struct sizing owner_sizing; /* whose sessions are whose: sessions.h */
    const struct server_sizing *server;
    size_t *owners;           /* by group: a class from 1, or one of the two below; 0: not yet */
    struct record_use *uses;  /* by group: its peaks */
    size_t capacity;          /* of both */
    struct history_sum *sums; /* by owner */
    size_t *touched;          /* owners that have sessions in the span at hand */
    size_t touched_count;
    int64_t strangers; /* the most sessions in a span of which nobody knows whose they are */
    int64_t line;
};

/* Owners behind the classes. */
static inline size_t owner_nobody(const struct history_reading *reading)
{
    return reading->history->class_count + 1;
}
static inline size_t owner_unknown(const struct history_reading *reading)
{
    return reading->history->class_count + 2;
}

#endif
