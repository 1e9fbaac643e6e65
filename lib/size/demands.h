/*
 * What a service's demand means for one of its pools: the load that is offered to it, how many
 * connections it needs, and how long requests wait at a given limit. It joins the topology to the
 * queueing formulas (waiting.h, need.h), and judges nothing.
 */
#ifndef PGSIZE_DEMANDS_H
#define PGSIZE_DEMANDS_H

#include "need.h"
#include "sizing.h"
#include "text.h"

/* A demand, as it reaches one pool. */
struct pool_demand {
    int64_t serving;    /* instances that carry the peak: the fewest there are at that moment */
    bool is_observed;   /* else declared */
    bool held_is_known; /* else how long requests wait is not known, only whether they do */
    struct offered_load load; /* of one pool */
    struct wait_targets targets;
    struct need need; /* of the targets, without bounds */
};

/* The demand of a service's pools when its traffic is so many hundredths of what is declared, and
 * its need; false where none is given, or nothing runs. */
bool pool_demand_find(const struct service *service, int64_t traffic_hundredths,
                      struct pool_demand *ret_demand) MUST_USE;

/* The demand of a class, and its need; NULL where none is given, or nothing runs. Everything that
 * is read from a topology is within the domains of the formulas. */
const struct pool_demand *pool_demand_make(struct arena *arena, const struct service *service);

/* The same by what was observed of it: the upper limit of its load, spread over the pools that
 * carry the peak, and of the time held in its database. Where nobody counted that, the need is for
 * 1 % of the requests to wait at all, which is safe for any time. NULL where its load is not known.
 */
const struct pool_demand *pool_demand_observe(struct arena *arena, const struct service *service,
                                              const struct observed_class *class,
                                              const struct observed_database *database);

/* An observed demand at so many hundredths of its load. What grew is no longer only seen. */
bool pool_demand_grow(const struct pool_demand *demand, int64_t traffic_hundredths,
                      struct pool_demand *ret_grown) MUST_USE;

/* What is declared of a whole service, in Erlang. */
double demand_erlangs(const struct demand *said);

/* What a class needs by its `want`, else by its demand and the threads of a process, which hold no
 * more connections than they can ask for; UNKNOWN where neither is given, or no pool is enough. */
int64_t class_need(const struct service *service, const struct pool_demand *demand);

/* How its requests wait at the limit that the command is about; false where there is no demand, no
 * such limit, or no time held and no overload. Where every thread has its connections nobody waits.
 */
bool class_waiting(const struct sizing *sizing, const struct pool_class *class,
                   struct waiting *ret_waiting) MUST_USE;

/* The same at any limit. */
bool class_waiting_at(const struct pool_class *class, int64_t limit,
                      struct waiting *ret_waiting) MUST_USE;

/* Of all statements that execute in a server at its services' busiest, in Erlang; negative where no
 * service says how busy the server is. A lower bound where only some do. */
double server_executing(const struct server_sizing *server);

/* "0.4 ms", "48 ms", "1.5 s", "12 min". */
void wait_put(double ms, struct text *text);

/* "17 %", "0.2 %", "1 in 50000", "1 in 1 million", "next to none". */
void chance_put(double chance, struct text *text);

/* "p99 wait 10 ms", "1 in 1 million timing out", "2.4 Erlang", "no requests": what a need is for.
 */
void need_put(const struct pool_demand *demand, struct text *text);

/* "3.0 ms": what became of that target at a limit; false where there is no word for it. */
bool need_reached_put(const struct pool_demand *demand, const struct waiting *waiting,
                      struct text *text);

/* "p99 wait 48 ms, 0.2 % time out", "overloaded: after 100 s 17 % time out". */
void waiting_put(const struct waiting *waiting, struct text *text);

/* "after 100 s 17 % time out": of a pool that is overloaded. */
void overload_put(const struct waiting *waiting, struct text *text);

#endif
