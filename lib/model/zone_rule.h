/*
 * The POSIX TZ string at the end of a TZif file: the offset outside the listed changes, and the two
 * moments of each year at which it changes. Files and their lists are not its business.
 */
#ifndef PGSIZE_ZONE_RULE_H
#define PGSIZE_ZONE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum zone_date_kind { ZONE_JULIAN, ZONE_DAY_OF_YEAR, ZONE_WEEKDAY_OF_MONTH };

/* A moment of each year in local time: `J60` (1 to 365, never 29 February), `59` (0 to 365), or
 * `M3.5.0` (the last Sunday of March), and seconds from that midnight, which may be negative. */
struct zone_date {
    enum zone_date_kind kind;
    int day;                  /* of the year */
    int month, week, weekday; /* ZONE_WEEKDAY_OF_MONTH; week 5 is the last */
    int32_t time_s;
};

struct zone_rule {
    int32_t standard_s, daylight_s; /* local time is UTC + this */
    bool has_daylight;
    struct zone_date start, end; /* of daylight saving time */
};

/* `text` need not be terminated. False when it is not a rule, or daylight saving without dates. */
bool zone_rule_read(const char *text, size_t length, struct zone_rule *ret_rule);

int32_t zone_rule_offset(const struct zone_rule *rule, int64_t at_s);

/* The first instant after `after_s` at which the rule's offset becomes another. */
bool zone_rule_next(const struct zone_rule *rule, int64_t after_s, int64_t *ret_at_s);

#endif
