/*
 * All schedules of a day together: what the files of overlap_find() share that add up, compare and
 * keep the most. How a schedule's own day comes about is in overlap_parts.h.
 */
#ifndef PGSIZE_OVERLAP_SUMS_H
#define PGSIZE_OVERLAP_SUMS_H

#include "overlap_parts.h"

/* --- levels --- */

/* How many processes of several schedules are alive in each minute of a day. */
struct levels {
    /* They may wrap around while one schedule after another is renewed, never in the end. */
    uint32_t changes[DAY_MINUTES];
    uint32_t first[BLOCKS];  /* alive in the first minute of each block */
    uint32_t bounds[BLOCKS]; /* no minute of the block has more */
    uint32_t changed;        /* bits of the blocks that are other than when the most was found */
};

/* One day of a schedule in place of another, both times `factor`. */
struct renewal {
    const struct profile *old, *new;
    int32_t factor;
    int32_t base;            /* more in the first minute of the day */
    uint32_t first[BLOCKS];  /* more in the first minute of each block */
    uint32_t bounds[BLOCKS]; /* and in any */
    uint32_t changed;        /* bits of the blocks in which something may change */
};

/* `all_day`: more runs of those that are alive all day. */
void renewal_make(struct renewal *ret_renewal, const struct profile *old, const struct profile *new,
                  int32_t all_day, int32_t factor);

void levels_renew(struct levels *levels, const struct renewal *renewal);

/* The most that any minute has, and the first that has it; `over` where no minute has more. What
 * has not changed since the last time is not looked at: it had no more then, and `over` only grows.
 */
int32_t levels_most(struct levels *levels, int32_t over, int *ret_minute);

/* --- front --- */

/* Combinations on the way: an early one is often exceeded by a later one. */
enum { FRONT_MOST = 4 * OVERLAP_MAX_ROWS };

struct witness {
    int64_t day; /* counted from 1970 */
    int minute;
    struct job_day *jobs; /* a copy */
};

struct front {
    struct arena *arena;
    size_t service_count, job_count, count;
    int32_t *vectors[FRONT_MOST + 1];
    struct witness witnesses[FRONT_MOST + 1];
    bool gave_up; /* more than FRONT_MOST at one time */
};

void front_offer(struct front *front, const int32_t *vector, int64_t day, int minute,
                 const struct job_day *jobs);

/* --- sums --- */

/* Changes of a few schedules: only minutes that have any are looked at, and are 0 again then. */
enum { MINUTE_WORDS = (DAY_MINUTES + 63) / 64 };
struct sparse {
    int64_t changes[DAY_MINUTES];
    uint64_t touched[MINUTE_WORDS];
};

struct service_sum {
    const uint32_t *jobs;
    uint32_t job_count;
    struct levels *levels; /* NULL where there are only a few schedules */
    int64_t bound;         /* no minute of the day has more */
    bool changed;
    struct overlap_most most;
};

struct sums {
    struct arena *arena;
    const struct job *jobs;
    size_t job_count;
    const struct profile_table *profiles;
    struct job_day *now; /* the day that the sums are of, by job */
    uint32_t *changed;   /* the jobs whose day is another than before */
    size_t changed_count;
    bool any;              /* there was one */
    struct levels *levels; /* of the total */
    struct sparse sparse;  /* all 0 between two services */
    uint32_t *grid;        /* changes by minute and service, while there is a front */
    int32_t *moving;       /* by minute: services that change in it */
    int32_t *vector;
    int64_t bound; /* no minute of the day has more */
    struct service_sum *services;
    size_t service_count;
    struct front front;
    int32_t total;
    struct witness peak;
};

void sums_open(struct sums *sums, struct arena *arena, const struct profile_table *profiles,
               const struct job *jobs, size_t job_count, size_t service_count);

/* The sums become those of another day; `changed` tells which jobs are other than before. */
bool sums_renew(struct sums *sums, const struct job_day *days, struct fail *fail) MUST_USE;

/* Takes a day into account: `days` by job. */
bool sums_take(struct sums *sums, const struct job_day *days, int64_t day,
               struct fail *fail) MUST_USE;

#endif
