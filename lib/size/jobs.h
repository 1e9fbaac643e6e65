/*
 * Scheduled jobs: how many of their runs there can be at one moment, of each alone and of all on a
 * server together. It joins the topology's schedules to overlap.h.
 */
#ifndef PGSIZE_JOBS_H
#define PGSIZE_JOBS_H

#include "overlap.h"
#include "sizing.h"

/* Rows of an overlap times pool classes of its server; beyond it the rows are joined into one. */
enum { JOBS_MOST_CELLS = 1000000 };

/* Sets `instances_max` of every scheduled service to its worst overlap, cut by `concurrent` x its
 * largest `parallel`, and the overlap of every server with such services; then the topology can be
 * sized. `from_s` is the Unix time from which on moments are looked for. Fails (FAIL_INPUT) where
 * more runs would meet than can be counted. */
bool jobs_find(struct arena *arena, struct topology *topology, int64_t from_s,
               struct server_input *inputs, struct fail *fail) MUST_USE;

/* The same beside a topology whose jobs were found from the same moment on: where a server has the
 * same schedules, it has the same overlap, which is that of `inputs_before`. */
bool jobs_find_again(struct arena *arena, const struct topology *before,
                     const struct server_input *inputs_before, struct topology *topology,
                     int64_t from_s, struct server_input *inputs, struct fail *fail) MUST_USE;

/* Starts that every schedule of a server that ever fires would come to at once: what adding them up
 * would say. */
int64_t jobs_if_all_at_once(const struct server_sizing *server);

#endif
