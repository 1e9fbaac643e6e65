/* Days and dates, against the C library's and against the calendar's own rules. */
#include "calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

static void dates_are_those_of_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -200000; day <= 400000; day++) {
        time_t at = (time_t)(day * DAY_S);
        struct tm parts;
        assert_non_null(gmtime_r(&at, &parts));
        struct date date = date_of_day(day);
        if (date.year != parts.tm_year + 1900 || date.month != parts.tm_mon + 1 ||
            date.day != parts.tm_mday || date.weekday != parts.tm_wday)
            fail_msg("day %lld", (long long)day);
        assert_int_equal(date_day(date.year, date.month, date.day), day);
    }
}

static void years_leap_by_the_rule(void **state)
{
    (void)state;
    assert_true(year_is_leap(2000) && year_is_leap(2024) && year_is_leap(2400));
    assert_false(year_is_leap(1900) || year_is_leap(2100) || year_is_leap(2023));
    assert_int_equal(date_day(2100, 3, 1) - date_day(2100, 2, 28), 1);
    assert_int_equal(date_day(2000, 3, 1), 11017);
}

static void cycle_is_whole_weeks(void **state)
{
    (void)state;
    assert_int_equal(date_day(2426, 2, 28) - date_day(2026, 2, 28), CALENDAR_CYCLE_DAYS);
    assert_int_equal(CALENDAR_CYCLE_DAYS % 7, 0);
}

static void division_goes_down(void **state)
{
    (void)state;
    assert_int_equal(divide_down(7, 3), 2);
    assert_int_equal(divide_down(-7, 3), -3);
    assert_int_equal(divide_down(-6, 3), -2);
    assert_int_equal(divide_down(-1, DAY_S), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_those_of_the_c_library),
        cmocka_unit_test(years_leap_by_the_rule),
        cmocka_unit_test(cycle_is_whole_weeks),
        cmocka_unit_test(division_goes_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
