/*
 * recommend with two snapshots: the later one is the snapshot, and what its counters gained since
 * the earlier one is what was observed (moments.h).
 */
#ifndef PGSIZE_TWO_SNAPSHOTS_H
#define PGSIZE_TWO_SNAPSHOTS_H

#include "command.h"
#include "sizing.h"

/* Fails with FAIL_USAGE where there are more snapshots than the command takes. */
bool two_snapshots_check(const struct run *run, struct fail *fail) MUST_USE;

/* Fills the facts of each server from two snapshots, given in any order. */
bool two_snapshots_use(struct run *run, const struct topology *topology,
                       struct server_input *inputs, struct fail *fail) MUST_USE;

#endif
