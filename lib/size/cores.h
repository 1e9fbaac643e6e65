/*
 * The server behind the pools: whether its cores can run what the pools let through. `executing` is
 * the time that statements execute in the server, in Erlang, measured or declared; the time that a
 * connection is held is longer and says nothing about cores. Nothing here limits a pool.
 */
#ifndef PGSIZE_CORES_H
#define PGSIZE_CORES_H

#include "fail.h"

#include <stdbool.h>
#include <stdint.h>

enum { CORES_MAX = 1 << 20 };        /* cores, and spindles */
enum { POISSON_MAX_MEAN = 1 << 30 }; /* and of `executing` */

struct cores_load {
    double utilisation;    /* executing / cores */
    int64_t executing_p99; /* 99 % of the time no more statements than this would execute */
    int64_t comfortable;   /* 2 x cores + spindles, below */
    bool is_busy;          /* utilisation > 0.7 */
    bool is_saturated;     /* utilisation >= 1: no pool size helps */
    bool queues;           /* executing_p99 > comfortable: statements will queue for the cores */
};

/* Domain: executing 0 to 2^30, cores 1 to 2^20, spindles 0 to 2^20; false outside it. Worked: 6
 * Erlang on 8 cores: 75 %, busy; no more than 12 at once 99 % of the time, which is within 17. */
bool cores_load_find(double executing, int64_t cores, int64_t spindles,
                     struct cores_load *ret_load) MUST_USE;

/* Active sessions that a server works through best: 2 x cores + spindles. Source: the PostgreSQL
 * wiki's and HikariCP's starting point for a pool. Worked: 8 cores, 1 spindle: 17. */
static inline int64_t cores_comfortable(int64_t cores, int64_t spindles)
{
    return 2 * cores + spindles;
}

/* Whether pools of `steady` connections (without a deploy's) allow more than four times that, so
 * that a burst would slow everybody. Domain of cores and spindles as above. */
static inline bool cores_are_crowded(int64_t steady, int64_t cores, int64_t spindles)
{
    return steady > 4 * cores_comfortable(cores, spindles);
}

/* The smallest q with P(N > q) <= chance, N Poisson: how many are at work at once where each comes
 * independently and none waits. Domain: mean 0 to 2^30, 1e-15 <= chance < 0.5; false outside it. It
 * takes some sqrt(mean) steps. Worked: mean 6, 1 %: 12. */
bool poisson_quantile(double mean, double chance, int64_t *ret_count) MUST_USE;

#endif
