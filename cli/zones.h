/*
 * Time zones of schedules: their files are found here, and read by the library.
 */
#ifndef PGSIZE_ZONES_H
#define PGSIZE_ZONES_H

#include "command.h"
#include "topology.h"

#include <stdint.h>

/* Finds the zone of every schedule, in TZDIR or where the system keeps them. */
bool zones_read(struct run *run, struct arena *arena, struct topology *topology,
                struct fail *fail) MUST_USE;

/* From when on worst moments are looked for: now, or SOURCE_DATE_EPOCH, so that an answer can be
 * made again. */
bool schedules_begin(const struct run *run, int64_t *ret_s, struct fail *fail) MUST_USE;

#endif
