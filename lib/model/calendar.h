/*
 * Days of the Gregorian calendar, counted from 1970-01-01, for any date a schedule can meet. Time
 * of day, time zones and clocks are not its business.
 */
#ifndef PGSIZE_CALENDAR_H
#define PGSIZE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

enum {
    DAY_S = 86400,
    DAY_MINUTES = 1440,
    CALENDAR_CYCLE_YEARS = 400,
    CALENDAR_CYCLE_DAYS = 146097, /* of 400 years: whole weeks, so weekdays repeat as well */
};

struct date {
    int64_t year;
    int month;   /* 1 to 12 */
    int day;     /* 1 to 31 */
    int weekday; /* 0 to 6, Sunday is 0 */
};

/* Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms": a year that begins in March
 * has its leap day last. Worked: 2000-03-01 is day 11017. */
int64_t date_day(int64_t year, int month, int day);

/* The inverse. Worked: day 11017 is Wednesday, 2000-03-01. */
struct date date_of_day(int64_t day);

bool year_is_leap(int64_t year);

/* Rounded towards minus infinity, for b > 0: the day of an instant before 1970. */
static inline int64_t divide_down(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

#endif
