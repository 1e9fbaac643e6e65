/*
 * What writing and reading the lines of a record have in common. Inside lib/model only.
 */
#ifndef PGSIZE_RECORD_PARTS_H
#define PGSIZE_RECORD_PARTS_H

#include "record.h"

enum {
    RECORD_LIMITS = 3,
    RECORD_BREAKERS = BREAKER_HALF_OPEN + 1,
    RECORD_MOST_EVERY_MS = 24 * 3600 * 1000,
};
#define RECORD_LAST_MS INT64_C(253402300799999) /* of the year 9999 */

/* That a number was used, whatever it stands for. */
void record_group_mention(struct record *record, size_t number);

/* Gives a number its names; false: it has others. */
bool record_group_name(struct record *record, size_t number,
                       const struct record_group *group) MUST_USE;

/* The number of a group, new or known; 0: the rest, where there are too many or a name is too long.
 */
size_t record_group_find(struct record *record, const struct record_group *group, bool *ret_is_new);

/* How long nothing was known before an observation at `at_ms`. One stands for the interval behind
 * it; a sample that comes late by less than another interval leaves no gap, but one that was lost
 * does. Worked: every 5 s, observed at 0 s and 30 s: 25 s; at 0 s and 9 s: none; with one lost in
 * between: 4 s. Clocks that are set back leave none. */
int64_t record_gap_before(const struct record *record, int64_t at_ms);

/* Moves on behind a sample or span. */
void record_advance(struct record *record, const struct record_span *span);

#endif
