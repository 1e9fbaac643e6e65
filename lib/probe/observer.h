/*
 * Observing a server on the connection of a talk: its counters at both ends, and between them
 * samples at random moments. It decides what is asked next, and when; the talk asks, and the
 * readers keep what is answered.
 */
#ifndef PGSIZE_OBSERVER_H
#define PGSIZE_OBSERVER_H

#include "observation.h"
#include "talk.h"

struct observer {
    int64_t window_ms;
    int64_t start_ms;    /* of the window; 0: not yet */
    int64_t slot, slots; /* next one, of equal parts of the window: each has one sample */
    uint64_t random;
    bool ends;
};

/* Everything that was asked has been answered: what comes next. */
void observer_on_answer(struct talk *talk);

/* The talk has rested for long enough. */
void observer_on_time(struct talk *talk);

/* Ends it as soon as what is asked has been answered. */
void observer_stop(struct talk *talk);

#endif
