/*
 * From a topology to the pool classes of each server: how many pools, their bounds, what is
 * declared today. Inside this room.
 */
#ifndef PGSIZE_CLASSES_H
#define PGSIZE_CLASSES_H

#include "sizing.h"

/* Fills sizing->servers and sizing->classes, all but the recommended limits. */
void classes_make(struct arena *arena, struct sizing *sizing, const struct server_input *inputs);

/* Where somebody on a server says what it needs, who does not gets no more than a nominal limit;
 * and nobody gets more clients of a pooler than that. */
void nominal_bounds_find(struct server_sizing *server, bool is_front);

/* Sum of a x b, which stays far from overflow: pools < 2^31, limits < 2^18. UNKNOWN limits count
 * as 1. */
static inline int64_t class_connections(int64_t pools, int64_t limit)
{
    return pools * (limit == UNKNOWN ? 1 : limit);
}

#endif
