/*
 * The part of a snapshot that says what was observed. Inside lib/model/snapshot*.c only.
 */
#ifndef PGSIZE_SNAPSHOT_OBSERVED_H
#define PGSIZE_SNAPSHOT_OBSERVED_H

#include "observation.h"
#include "snapshot_values.h"

/* The member "observed" of a server's "live"; absent or null leaves the place as it was. */
bool snapshot_observed(struct snapshot_reader *reader, const struct json *live,
                       const struct observed **ret_observed) MUST_USE;

#endif
