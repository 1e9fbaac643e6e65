/*
 * What `pgsize watch` makes of a look: the breaker, the peaks and the alarm take it, then all sinks
 * get it. When to look is the loop's affair (watch_loop.h).
 */
#ifndef PGSIZE_WATCH_LOOKED_H
#define PGSIZE_WATCH_LOOKED_H

#include "watch_loop.h"

/* The sampler has a sample. */
void watch_looked(struct watch *watch, struct fail *fail);

/* The breaker lets one look through again, which is told at once: the look may take a while. */
void watch_half_open_tell(struct watch *watch, struct fail *fail);

/* The first reason holds. */
void watch_end_with(struct watch *watch, enum watch_end end);

#endif
