/* Cron expressions: what they stand for in either dialect, and what is said about those that stand
 * for nothing. */
#include "cron.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Bits of a list as people write it: "1,5-7". */
static uint64_t bits(const char *list)
{
    uint64_t set = 0;
    char *end;
    for (const char *at = list;; at = end + 1) {
        long first = strtol(at, &end, 10), last = first;
        if (*end == '-')
            last = strtol(end + 1, &end, 10);
        for (long i = first; i <= last; i++)
            set |= UINT64_C(1) << i;
        if (*end == '\0')
            return set;
        assert_int_equal(*end, ',');
    }
}

#define V CRON_VIXIE
#define K CRON_KUBERNETES

static const struct valid {
    enum cron_dialect dialect;
    const char *text;
    const char *minutes, *hours, *days, *months, *weekdays;
    bool both_days, catches_up;
} valid[] = {
    {V, "* * * * *", "0-59", "0-23", "1-31", "1-12", "0-6", true, false},
    {V, "0 3 * * *", "0", "3", "1-31", "1-12", "0-6", true, true},
    {K, "0 3 * * *", "0", "3", "1-31", "1-12", "0-6", true, false},
    {V, "  5\t4 3  2 1\n", "5", "4", "3", "2", "1", false, true},
    {V, "*/20 */6 * * *", "0,20,40", "0,6,12,18", "1-31", "1-12", "0-6", true, false},
    {V, "0 */6 * * *", "0", "0,6,12,18", "1-31", "1-12", "0-6", true, false},
    {V, "*/5 3 * * *", "0,5,10,15,20,25,30,35,40,45,50,55", "3", "1-31", "1-12", "0-6", true,
     false},
    {V, "1-10/3,59 0 * * *", "1,4,7,10,59", "0", "1-31", "1-12", "0-6", true, true},
    {V, "0 0 * JAN,feb-Mar mon-FRI", "0", "0", "1-31", "1-3", "1-5", true, true},
    {K, "0 0 * JAN,feb-Mar mon-FRI", "0", "0", "1-31", "1-3", "1-5", true, false},
    /* 7 is Sunday, in ranges too. */
    {V, "0 0 * * 7", "0", "0", "1-31", "1-12", "0", true, true},
    {V, "0 0 * * 5-7", "0", "0", "1-31", "1-12", "0,5,6", true, true},
    {V, "0 0 * * 0-7", "0", "0", "1-31", "1-12", "0-6", true, true},
    {V, "0 0 * * */2", "0", "0", "1-31", "1-12", "0,2,4,6", true, true},
    /* The star rule. vixie: the field begins with a star, whatever follows. */
    {V, "0 0 1 * 1", "0", "0", "1", "1-12", "1", false, true},
    {V, "0 0 */2 * 1", "0", "0", "1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31", "1-12", "1", true,
     true},
    {V, "0 0 *,1 * 1", "0", "0", "1-31", "1-12", "1", true, true},
    {V, "0 0 1,* * 1", "0", "0", "1-31", "1-12", "1", false, true},
    {V, "0 0 1-31 * 1", "0", "0", "1-31", "1-12", "1", false, true},
    /* kubernetes: a star without a step stands anywhere in the list. */
    {K, "0 0 */2 * 1", "0", "0", "1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31", "1-12", "1", false,
     false},
    {K, "0 0 */1 * 1", "0", "0", "1-31", "1-12", "1", true, false},
    {K, "0 0 1,* * 1", "0", "0", "1-31", "1-12", "1", true, false},
    {K, "0 0 ? * 1", "0", "0", "1-31", "1-12", "1", true, false},
    {K, "0 0 1 * ?", "0", "0", "1", "1-12", "0-6", true, false},
    {K, "5/20 * * * *", "5,25,45", "0-23", "1-31", "1-12", "0-6", true, false},
    {K, "0 0 * * 4/1", "0", "0", "1-31", "1-12", "4-6", true, false},
    {V, "*/100 0 * * *", "0", "0", "1-31", "1-12", "0-6", true, false},
    /* Names for expressions. */
    {V, "@hourly", "0", "0-23", "1-31", "1-12", "0-6", true, false},
    {V, "@daily", "0", "0", "1-31", "1-12", "0-6", true, true},
    {K, "@midnight", "0", "0", "1-31", "1-12", "0-6", true, false},
    {V, "@weekly ", "0", "0", "1-31", "1-12", "0", true, true},
    {V, "@monthly", "0", "0", "1", "1-12", "0-6", true, true},
    {K, "@yearly", "0", "0", "1", "1", "0-6", true, false},
    {V, "@annually", "0", "0", "1", "1", "0-6", true, true},
};

static void expressions_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof valid / sizeof valid[0]; i++) {
        const struct valid *row = &valid[i];
        struct cron cron;
        struct fail fail = {0};
        if (!cron_read(row->text, row->dialect, &cron, &fail))
            fail_msg("%s: %s", row->text, fail.message);
        assert_int_equal(cron.dialect, row->dialect);
        assert_int_equal(cron.minutes, bits(row->minutes));
        assert_int_equal(cron.hours, bits(row->hours));
        assert_int_equal(cron.days, bits(row->days));
        assert_int_equal(cron.months, bits(row->months));
        assert_int_equal(cron.weekdays, bits(row->weekdays));
        assert_int_equal(cron.both_days, row->both_days);
        assert_int_equal(cron.catches_up, row->catches_up);
        assert_int_equal(cron.every_s, 0);
    }
}

static const struct invalid {
    enum cron_dialect dialect;
    const char *text, *message, *hint; /* the hint: a part of it, or NULL */
} invalid[] = {
    {V, "0 0 32 * *", "cron: field 3 (day of month): 32 is not in 1 to 31", NULL},
    {V, "60 0 * * *", "cron: field 1 (minute): 60 is not in 0 to 59", NULL},
    {V, "0 24 * * *", "cron: field 2 (hour): 24 is not in 0 to 23", NULL},
    {V, "0 0 0 * *", "cron: field 3 (day of month): 0 is not in 1 to 31", NULL},
    {V, "0 0 * 13 *", "cron: field 4 (month): 13 is not in 1 to 12", "jan"},
    {V, "0 0 * 0 *", "cron: field 4 (month): 0 is not in 1 to 12", NULL},
    {V, "0 0 * * 8", "cron: field 5 (day of week): 8 is not in 0 to 7", "sun"},
    {K, "0 0 * * 7", "cron: field 5 (day of week): 7 is not in 0 to 6", "Sunday is 0"},
    {K, "0 0 * * 5-7", "cron: field 5 (day of week): 7 is not in 0 to 6", "Sunday is 0"},
    {V, "0 0 * janu *", "cron: field 4 (month): janu is not in 1 to 12", NULL},
    {V, "mon 0 * * *", "cron: field 1 (minute): mon is not in 0 to 59", NULL},
    {V, "-1 0 * * *", "cron: field 1 (minute): -1 misses a value", NULL},
    {V, "+1 0 * * *", "cron: field 1 (minute): +1 is not in 0 to 59", NULL},
    {V, "1- 0 * * *", "cron: field 1 (minute): 1- misses a value", NULL},
    {V, "1.5 0 * * *", "cron: field 1 (minute): 1.5 is not in 0 to 59", NULL},
    {V, "99999999999999999999 0 * * *",
     "cron: field 1 (minute): 99999999999999999999 is not in 0 to 59", NULL},
    {V, "30-10 0 * * *", "cron: field 1 (minute): 30-10 is backwards", "comma"},
    {V, "0 0 * * fri-mon", "cron: field 5 (day of week): fri-mon is backwards", NULL},
    {V, "1,,2 0 * * *", "cron: field 1 (minute): 1,,2 has nothing beside a comma", NULL},
    {V, ", 0 * * *", "cron: field 1 (minute): , has nothing beside a comma", NULL},
    {V, "*/0 0 * * *", "cron: field 1 (minute): */0 has no step of 1 to 9999 after the /", NULL},
    {V, "*/10000 0 * * *", "cron: field 1 (minute): */10000 has no step of 1 to 9999 after the /",
     NULL},
    {V, "*/ 0 * * *", "cron: field 1 (minute): */ has no step of 1 to 9999 after the /", NULL},
    {V, "*/x 0 * * *", "cron: field 1 (minute): */x has no step of 1 to 9999 after the /", NULL},
    {V, "*/5/5 0 * * *", "cron: field 1 (minute): */5/5 has no step of 1 to 9999 after the /",
     NULL},
    {V, "5/15 0 * * *", "cron: field 1 (minute): 5/15 has a step without a range", "write 5-59/15"},
    {V, "? 0 * * *", "cron: field 1 (minute): ? is not known to vixie cron", "write *"},
    {V, "0 0 L * *", "cron: field 3 (day of month): L is not possible: there is no L, W or #",
     NULL},
    {K, "0 0 15W * *", "cron: field 3 (day of month): 15W is not possible: there is no L, W or #",
     NULL},
    {V, "0 0 * * 1#2", "cron: field 5 (day of week): 1#2 is not possible: there is no L, W or #",
     NULL},
    {K, "0 0 * * 5L", "cron: field 5 (day of week): 5L is not possible: there is no L, W or #",
     NULL},
    {V, "H 3 * * *", "cron: field 1 (minute): H is chosen at random by other programs", NULL},
    {V, "0~59 3 * * *", "cron: field 1 (minute): 0~59 is chosen at random by other programs", NULL},
    {V, "", "cron: there is no field, 5 are expected", "every day at 03:00"},
    {V, " \t ", "cron: there is no field, 5 are expected", NULL},
    {V, "0 3 * *", "cron: there are 4 fields, 5 are expected", "minute, hour"},
    {V, "0 0 3 * * *", "cron: there are 6 fields, 5 are expected; seconds are not supported",
     "leave out"},
    {K, "0 0 3 * * * 2030", "cron: there are 7 fields, 5 are expected", NULL},
    {K, "TZ=Europe/Berlin 0 3 * * *", "cron: a time zone does not belong into the expression",
     "\"timezone\""},
    {V, "CRON_TZ=Europe/Berlin 0 3 * * *", "cron: a time zone does not belong into the expression",
     "CRON_TZ=Europe/Berlin"},
    {V, "@every 5m", "cron: vixie cron does not know @every", "kubernetes"},
    {K, "@every 5", "cron: @every 5: this is not a duration", "90s"},
    {K, "@every ", "cron: @every : this is not a duration", NULL},
    {K, "@every -5m", "cron: @every -5m: this is not a duration", NULL},
    {K, "@every 0s", "cron: @every 0s: this is not a duration", NULL},
    {K, "@every 1d", "cron: @every 1d: this is not a duration", NULL},
    {K, "@every 99999999999999h", "cron: @every 99999999999999h: this is not a duration", NULL},
    {V, "@reboot", "cron: @reboot has no time", "concurrent"},
    {V, "@dayly", "cron: @dayly is not known", "did you mean @daily?"},
    {V, "@", "cron: @ is not known", "@hourly"},
    {V, "@daily 0 3 * * *", "cron: @daily 0 3 * * * is not known", NULL},
};

static void wrong_expressions_are_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        const struct invalid *row = &invalid[i];
        struct cron cron;
        struct fail fail = {0};
        if (cron_read(row->text, row->dialect, &cron, &fail))
            fail_msg("%s was read", row->text);
        assert_int_equal(fail.kind, FAIL_INPUT);
        assert_string_equal(fail.message, row->message);
        if (row->hint != NULL && strstr(fail.hint, row->hint) == NULL)
            fail_msg("%s: the hint is: %s", row->text, fail.hint);
    }
}

static void long_text_is_bounded(void **state)
{
    (void)state;
    char text[CRON_MAX_BYTES + 2];
    struct cron cron;
    struct fail fail = {0}, again = {0};
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    assert_false(cron_read(text, V, &cron, &fail));
    assert_string_equal(fail.message, "cron: the expression is longer than 1024 bytes");
    text[40] = '\0';
    strcat(text, " 0 * * *");
    assert_false(cron_read(text, V, &cron, &again));
    assert_string_equal(again.message,
                        "cron: field 1 (minute): xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... "
                        "is not in 0 to 59");
}

static void intervals_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t every_s;
    } rows[] = {
        {"@every 5m", 300},         {"@every 1h30m10s", 5410}, {"@every 1.5h", 5400},
        {"@every 90s", 90},         {"@every 500ms", 1},       {"@every 1900ms", 1},
        {"@every 1h0.5m", 3630},    {"@every 3000000us", 3},   {"@every 3000000\xc2\xb5s", 3},
        {"@every 2000000000ns", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cron cron;
        struct fail fail = {0};
        if (!cron_read(rows[i].text, K, &cron, &fail))
            fail_msg("%s: %s", rows[i].text, fail.message);
        assert_int_equal(cron.every_s, rows[i].every_s);
        assert_false(cron_never_fires(&cron));
    }
}

static struct cron cron_of(const char *text, enum cron_dialect dialect)
{
    struct cron cron;
    struct fail fail = {0};
    if (!cron_read(text, dialect, &cron, &fail))
        fail_msg("%s: %s", text, fail.message);
    return cron;
}

/* 13 April 2001 is a Friday. */
static void days_match_by_the_star_rule(void **state)
{
    (void)state;
    struct cron either = cron_of("0 0 13 * 5", V), both = cron_of("0 0 */2 * 5", V);
    struct cron step = cron_of("0 0 */2 * 5", K);
    assert_true(cron_matches(&either, 4, 13, 5));
    assert_true(cron_matches(&either, 4, 12, 5));
    assert_true(cron_matches(&either, 4, 13, 4));
    assert_false(cron_matches(&either, 4, 12, 4));
    assert_true(cron_matches(&both, 4, 13, 5));
    assert_false(cron_matches(&both, 4, 12, 5));
    assert_false(cron_matches(&both, 4, 13, 4));
    assert_true(cron_matches(&step, 4, 12, 5));
    assert_true(cron_matches(&step, 4, 13, 4));
}

static void some_never_fire(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool never;
    } rows[] = {
        {"0 0 30 2 *", true},  {"0 0 31 4,6,9,11 *", true}, {"0 0 30-31 2 *", true},
        {"0 0 29 2 *", false}, {"0 0 30 2 1", false},       {"0 0 31 2,3 *", false},
        {"* * * * *", false},  {"0 0 29 2 */6", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cron cron = cron_of(rows[i].text, V);
        if (cron_never_fires(&cron) != rows[i].never)
            fail_msg("%s", rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_are_read),
        cmocka_unit_test(wrong_expressions_are_explained),
        cmocka_unit_test(long_text_is_bounded),
        cmocka_unit_test(intervals_are_read),
        cmocka_unit_test(days_match_by_the_star_rule),
        cmocka_unit_test(some_never_fire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
