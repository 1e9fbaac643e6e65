/*
 * A cron expression: five fields read into sets of bits, in the dialect of the program that obeys
 * it. It knows which minutes of which dates match; when they come, in which time zone, and what
 * happens when two runs meet is not its business.
 *
 * The dialects, from their sources:
 * - vixie: Vixie cron and its descendants (ISC cron, Debian's, cronie). A day matches when both day
 *   fields match if either begins with `*` (also with a step), when one of them does otherwise. 7
 * is Sunday. A step needs a range or `*`.
 * - kubernetes: robfig/cron v3, the parser of CronJobs. `*`, `?` and a step of 1 on them are a star
 *   wherever they stand in a list, a larger step is not. 7 is no weekday. `N/s` is from N to the
 *   highest value. `@every 90m` has no phase that anybody could know.
 *
 * Daylight saving, from their sources: both match local time, so what is in a repeated hour
 * matches twice. In an hour that is skipped kubernetes starts nothing. Vixie cron starts what would
 * have come in it at its end, if the hour is less than three and neither minute nor hour begins
 * with `*` (seconds apart; here all at once); its daemon spares such fixed times the repetition
 * when the zone is its own, but not when it is only the table's (CRON_TZ of cronie), so that they
 * count twice here: the safe side.
 */
#ifndef PGSIZE_CRON_H
#define PGSIZE_CRON_H

#include "calendar.h"
#include "fail.h"

#include <stdbool.h>
#include <stdint.h>

enum { CRON_MAX_BYTES = 1024, CRON_CATCH_UP_MINUTES = 180 };

enum cron_dialect { CRON_VIXIE, CRON_KUBERNETES };

struct cron {
    enum cron_dialect dialect;
    uint64_t minutes;  /* bits 0 to 59 */
    uint32_t hours;    /* bits 0 to 23 */
    uint32_t days;     /* of the month, bits 1 to 31 */
    uint32_t months;   /* bits 1 to 12 */
    uint32_t weekdays; /* bits 0 to 6, Sunday is 0 */
    bool both_days;  /* a date must match `days` and `weekdays`; otherwise one of them is enough */
    bool catches_up; /* what a skipped hour would have started is started at its end */
    int64_t every_s; /* `@every`: the interval, and no other field counts; otherwise 0 */
};

/* Fails (FAIL_INPUT) with a message that names the field, what was found and what is allowed:
 * `cron: field 3 (day of month): 32 is not in 1 to 31`. */
bool cron_read(const char *text, enum cron_dialect dialect, struct cron *ret_cron,
               struct fail *fail) MUST_USE;

/* Whether it fires at some minute of that date. */
bool cron_matches(const struct cron *cron, int month, int day, int weekday);

/* Whether both start the same at the same times. */
bool cron_equals(const struct cron *left, const struct cron *right);

/* Whether it matches no date at all, as `0 0 30 2 *` does: valid, and in vain. */
bool cron_never_fires(const struct cron *cron);

#endif
