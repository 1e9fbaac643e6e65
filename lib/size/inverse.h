/*
 * The inverse answers: what would be just enough for a server's peak, and how far its traffic can
 * grow. How many instances there is room for is found with the limits (recommend.h).
 */
#ifndef PGSIZE_INVERSE_H
#define PGSIZE_INVERSE_H

#include "sizing.h"

/* The peak that "enough" is measured by: the command's own, or in recommend, where needs are not
 * met, the one at which they would be. UNKNOWN: nobody knows. */
int64_t peak_wanted(const struct sizing *sizing, const struct server_sizing *server);

/* The smallest plan of the server's provider that holds a peak within budget and alert, with what
 * is reserved and kept on it; NULL: none does, or there is no plan, or it limits roles. */
const struct plan *plan_enough(const struct server_sizing *server, int64_t peak);

enum growth_end {
    GROWTH_BUDGET, /* the needs no longer fit the budget */
    GROWTH_CAP,    /* nor a role's or database's CONNECTION LIMIT */
    GROWTH_BOUND,  /* a service needs more than its at_most or threads */
    GROWTH_LOAD,   /* no pool is enough */
    GROWTH_WANT,   /* a service is overloaded at what it wants */
    GROWTH_CORES,  /* the cores are saturated */
    GROWTH_ENDS
};

/* How far the traffic of all services with a demand can grow at once, their number of instances
 * staying what it is: of all that count on a server, where it has to hold on the standbys too. */
struct growth {
    int64_t factor_hundredths;      /* 100 and more, rounded down */
    enum growth_end end;            /* what comes next */
    const struct pool_class *class; /* GROWTH_BOUND, GROWTH_LOAD, GROWTH_WANT */
    const struct cap *cap;          /* GROWTH_CAP */
    const struct server_sizing *at; /* GROWTH_BUDGET, GROWTH_CAP: the server, or a standby of it */
};

/* False where no service has a demand that counts, where something is unmet already, where nothing
 * ends it below 10,000-fold, or where more than 10,000 pools have a demand: then it would take
 * longer than all else together. */
bool growth_find(const struct arena *arena, const struct server_sizing *server,
                 struct growth *ret_growth) MUST_USE;

#endif
