/*
 * The worst overlap of scheduled jobs (sizing.md 6): how many runs can be alive at one moment,
 * when, and whose; and, for several services together, the combinations that no other moment
 * exceeds. It is exact: every minute of the calendar is accounted for, until all repeats. It knows
 * nothing of pools, connections and budgets, and looks at no clock: time begins where the caller
 * says.
 *
 * A run that fires at s occupies [s, s + duration): one that ends when another begins is gone.
 * - allow: each fire starts a run.
 * - forbid: there is a run at t if one could have been started in (t - duration, t]: the worst case
 *   over every time that a run can take.
 * - forbid-late (Kubernetes' Forbid): a fire that finds a run is kept, one only, and started when
 *   that run ends. Every run lasts its longest; that shorter ones can shift late starts to where
 *   these never are is left out. One whose late starts go on shifting, so that thousands of its
 * days differ, counts as always running in the end: never too few.
 * - replace: as forbid, and each run that a fire replaces stays for the grace, from then on.
 * - `@every` has no phase: what it can come to at some moment counts at every moment.
 *
 * Time zones: a schedule fires at every minute whose local time matches, twice in a repeated hour;
 * what a skipped hour does is in cron.h. Time is that of the file of the zone from `from_s` on.
 */
#ifndef PGSIZE_OVERLAP_H
#define PGSIZE_OVERLAP_H

#include "schedule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OVERLAP_MAX_SCHEDULES = 5000,
    OVERLAP_MAX_ROWS = 64,
    OVERLAP_MAX_JOINT = 512, /* services; beyond them each is taken at its own worst moment */
};

struct overlap_problem {
    const struct schedule *schedules;
    size_t schedule_count;
    size_t service_count; /* what schedule.service is below */
    int64_t from_s;       /* the UTC day that this is in is the first; 1970 to 9999 */
};

/* A minute, and what is alive in it. */
struct overlap_moment {
    int64_t at_s;
    int64_t total;      /* the sum of `processes` */
    int64_t *processes; /* of each service: runs x parallel, over its schedules */
    int64_t *runs;      /* of each schedule */
};

/* The first minute at which a service has most processes. */
struct overlap_most {
    int64_t processes, at_s;
};

struct overlap {
    struct overlap_moment peak;    /* the first minute with most processes of all services */
    struct overlap_most *services; /* each for itself */
    /* What the services can come to together: every minute is at most one of these in every
     * service. At least one, the largest total first, then the earliest. */
    struct overlap_moment *rows;
    size_t row_count;
    /* False: more combinations than OVERLAP_MAX_ROWS or than the caller can use, and the one row is
     * every service at its own worst (`runs` is NULL, `at_s` that of the peak): it may never come,
     * but nothing exceeds it.
     */
    bool rows_are_moments;
};

/* Fails (FAIL_INPUT, with the name of the schedule) where a duration, grace, count or time zone is
 * outside of what is possible, and where more than 2^31 - 1 processes would meet. */
bool overlap_find(struct arena *arena, const struct overlap_problem *problem,
                  struct overlap *ret_overlap, struct fail *fail) MUST_USE;

/* One row in place of all, where so many are of no use: every service at its own worst. */
void overlap_rows_join(struct arena *arena, const struct overlap_problem *problem,
                       struct overlap *overlap);

#endif
