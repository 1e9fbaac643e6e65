#include "calendar.h"

enum { DAYS_TO_1970 = 719468 }; /* from 0000-03-01 */

int64_t date_day(int64_t year, int month, int day)
{
    int64_t march_year = month <= 2 ? year - 1 : year;
    int64_t cycle = divide_down(march_year, CALENDAR_CYCLE_YEARS);
    int64_t year_of_cycle = march_year - cycle * CALENDAR_CYCLE_YEARS;
    int64_t months = (month + 9) % 12; /* since March */
    int64_t day_of_year = (153 * months + 2) / 5 + day - 1;
    int64_t day_of_cycle =
        year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    return cycle * CALENDAR_CYCLE_DAYS + day_of_cycle - DAYS_TO_1970;
}

struct date date_of_day(int64_t day)
{
    int64_t shifted = day + DAYS_TO_1970;
    int64_t cycle = divide_down(shifted, CALENDAR_CYCLE_DAYS);
    int64_t day_of_cycle = shifted - cycle * CALENDAR_CYCLE_DAYS;
    int64_t year_of_cycle = (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 -
                             day_of_cycle / (CALENDAR_CYCLE_DAYS - 1)) /
                            365;
    int64_t day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    int64_t months = (5 * day_of_year + 2) / 153;
    int month = (int)(months < 10 ? months + 3 : months - 9);
    int64_t week = day + 4; /* 1970-01-01 was a Thursday */
    return (struct date){
        .year = cycle * CALENDAR_CYCLE_YEARS + year_of_cycle + (month <= 2),
        .month = month,
        .day = (int)(day_of_year - (153 * months + 2) / 5 + 1),
        .weekday = (int)(week - divide_down(week, 7) * 7),
    };
}

bool year_is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
