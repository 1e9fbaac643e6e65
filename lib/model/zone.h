/*
 * A time zone, from the bytes of its TZif file (RFC 8536 and 9636, versions 1 to 4): which offset
 * from UTC is in force at an instant, and when that changes. The bytes are the caller's: nothing
 * here opens a file, knows where zone files lie, or what time it is. Names of zones and their
 * abbreviations are not read.
 *
 * Behind the last change that is listed, the POSIX TZ string of the file's footer rules, which
 * repeats every 400 years. Where there is none (version 1), the last offset stays.
 */
#ifndef PGSIZE_ZONE_H
#define PGSIZE_ZONE_H

#include "arena.h"
#include "fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ZONE_MAX_BYTES = 1024 * 1024 };

/* Instants are seconds since 1970-01-01 00:00:00 UTC. Beyond these (the years -29000 to 33000) the
 * offset is the one that is in force there. */
static const int64_t ZONE_AT_LEAST_S = -(INT64_C(1) << 40), ZONE_AT_MOST_S = INT64_C(1) << 40;

struct zone_change {
    int64_t at_s;
    int32_t offset_s; /* local time is UTC + offset, from then on */
};

struct zone;

/* `what` names the zone in messages. Fails (FAIL_INPUT) when the bytes are not a time zone, or one
 * that counts leap seconds ("right/"). */
bool zone_read(struct arena *arena, const char *what, const void *bytes, size_t length,
               const struct zone **ret_zone, struct fail *fail) MUST_USE;

/* The same from a POSIX TZ string alone, as `CET-1CEST,M3.5.0,M10.5.0/3`. */
bool zone_read_rule(struct arena *arena, const char *what, const char *rule,
                    const struct zone **ret_zone, struct fail *fail) MUST_USE;

int32_t zone_offset(const struct zone *zone, int64_t at_s);

/* The first instant after `after_s` at which the offset becomes another; false when none does. */
bool zone_next_change(const struct zone *zone, int64_t after_s, struct zone_change *ret_change);

/* From then on only the rule counts, and 400 years later all is the same again. */
int64_t zone_last_listed_s(const struct zone *zone);

#endif
