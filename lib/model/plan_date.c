#include "plan_date.h"

#include "calendar.h"

#include <stdbool.h>
#include <stddef.h>

enum { YEAR_FIRST = 1990, YEAR_LAST = 2199 };

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* A number of exactly `digits`; -1: there is none here. */
static int64_t number_at(const char *at, unsigned digits)
{
    int64_t number = 0;
    for (unsigned i = 0; i < digits; i++) {
        if (!is_digit(at[i]))
            return -1;
        number = number * 10 + (at[i] - '0');
    }
    return is_digit(at[digits]) ? -1 : number;
}

/* "-09" from 1 to `most`; 0: there is none here, as in "2014-2019". */
static int part_at(const char *at, int most)
{
    int64_t part = *at == '-' ? number_at(at + 1, 2) : -1;
    return part >= 1 && part <= most ? (int)part : 0;
}

/* The first moment after the day, month or year that begins at `at`. */
static int64_t end_of(const char *at, int64_t year)
{
    int month = part_at(at + 4, 12), day = month > 0 ? part_at(at + 7, 31) : 0;
    int64_t next = day > 0     ? date_day(year, month, day) + 1
                   : month > 0 ? date_day(year + month / 12, month % 12 + 1, 1)
                               : date_day(year + 1, 1, 1);
    return next * DAY_S;
}

int64_t plan_date_latest(const char *words)
{
    int64_t latest = 0;
    for (const char *at = words; at != NULL && *at != '\0'; at++) {
        if (!is_digit(*at) || (at > words && is_digit(at[-1])))
            continue;
        int64_t year = number_at(at, 4);
        int64_t end = year >= YEAR_FIRST && year <= YEAR_LAST ? end_of(at, year) : 0;
        if (end > latest)
            latest = end;
    }
    return latest;
}
