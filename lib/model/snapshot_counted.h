/*
 * The part of a snapshot that holds the counters of its databases. Inside lib/model/snapshot*.c
 * only.
 */
#ifndef PGSIZE_SNAPSHOT_COUNTED_H
#define PGSIZE_SNAPSHOT_COUNTED_H

#include "observation.h"
#include "snapshot_values.h"

/* The members "counted_at", "own" and "counters" of a server's "live"; without counters the place
 * is left as it was. `observed` says how long that run observed; NULL: it did not. */
bool snapshot_counted(struct snapshot_reader *reader, const struct json *live,
                      const struct observed *observed, const struct counted **ret_counted) MUST_USE;

#endif
