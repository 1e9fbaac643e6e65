/*
 * What `pgsize watch` has seen so far: how often, the peak and when it was, the last hour in slots,
 * who used the most, and how long nothing was known. Of a fixed size, however long it goes on. A
 * moment of which nothing is known counts as a gap, never as zero.
 */
#ifndef PGSIZE_WATCHED_H
#define PGSIZE_WATCHED_H

#include "sample.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WATCHED_HOUR_MS = 3600000,
    WATCHED_MOST_SLOTS = 360,
    WATCHED_MOST_USERS = 64,
    WATCHED_NAME_BYTES = 257,
};

/* Whose sessions they are: a service, or an application name. */
struct watched_user {
    char name[WATCHED_NAME_BYTES]; /* cut where it is longer; "": the sessions without a name */
    bool is_rest;                  /* of all that have no row of their own */
    int64_t sessions, active, idle, idle_in_transaction; /* of the last moment that is known */
    int64_t peak, peak_at_ms;
};

struct watched_slot {
    int64_t number; /* Unix time / slot_ms; a slot of another hour is empty */
    int64_t peak;   /* used connections */
};

struct watched {
    int64_t slot_ms; /* as watched_slot_ms() gives it */
    int64_t seen, full, lost;
    int64_t skipped; /* moments that had passed before the answer to an earlier one was there */
    int64_t first_at_ms, last_at_ms; /* of samples that are known; 0: none */
    int64_t gaps, gap_ms;            /* ended ones */
    int64_t gap_since_ms;            /* of the one at hand; 0: none */
    int64_t over_count;              /* how often the alarm was raised */
    bool is_full; /* the server refused, or would have refused, an ordinary role at some moment */
    int64_t peak_at_ms;          /* 0: no number is known */
    int64_t peak, peak_sessions; /* used connections, and sessions alone */
    int64_t peak_max_connections;
    bool peak_is_upper_bound;
    struct watched_slot slots[WATCHED_MOST_SLOTS];
    struct watched_user users[WATCHED_MOST_USERS]; /* the last one is of the rest, once there is
                                                      one */
    size_t user_count;
};

/* Slots of an hour: of 10 s, or of the interval where that is longer. */
int64_t watched_slot_ms(int64_t interval_ms);

/* `owners`: whose each group of the sample is. */
void watched_take(struct watched *watched, const struct sample *sample, const char *const *owners);

/* Time without data so far, with the gap at hand. */
int64_t watched_gap_ms(const struct watched *watched, int64_t now_ms);

/* The highest use between two moments (Unix time), the second left out; -1: nothing is known of
 * it. */
int64_t watched_peak_between(const struct watched *watched, int64_t from_ms, int64_t until_ms);

/* Users, those with the most sessions now (or at their peak) first. */
enum watched_order { WATCHED_BY_SESSIONS, WATCHED_BY_PEAK };
size_t watched_users(const struct watched *watched, enum watched_order order,
                     const struct watched_user *ret_users[WATCHED_MOST_USERS]);

#endif
