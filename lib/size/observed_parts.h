/*
 * What both ways of observing have in common: watching a server for a while (observed_server.c),
 * and its counters of two moments (moments.c). Inside lib/size/ only.
 */
#ifndef PGSIZE_OBSERVED_PARTS_H
#define PGSIZE_OBSERVED_PARTS_H

#include "observed.h"

/* What the counters of a database gained in a window, without pgsize's own. */
struct gained {
    double transactions, busy_us, window_ms;
};

/* `own` are pgsize's; neither figure is negative then. */
struct gained gained_find(const struct observed_counters *before,
                          const struct observed_counters *after, double own_transactions,
                          double own_busy_us, double window_ms);

/* Limits are rounded outwards. */
struct estimate estimate_of(const struct interval *interval, double unit);

/* Whether the counters were set to zero in between. */
bool were_reset(const struct observed_counters *before, const struct observed_counters *after);

/* Rate and mean time held, of times that vary by `variability` (held_interval()). `lumped`: they
 * are not about this window, and no time is given. */
struct observed_database database_estimate(const char *name, const struct gained *gained,
                                           double variability, bool lumped);

#endif
