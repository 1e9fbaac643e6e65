/* The alarm's line and its hysteresis, from the rule. */
#include "alarm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct sample sample_of(int64_t max_connections, int64_t sessions)
{
    return (struct sample){
        .kind = SAMPLE_SEEN,
        .max_connections = max_connections,
        .superuser_reserved_connections = 3,
        .reserved_connections = 0,
        .sessions = sessions,
    };
}

static struct alarm alarm_of_80(void)
{
    return (struct alarm){.is_share = true, .at = 80000};
}

static enum alarm_change take(struct alarm *alarm, int64_t max_connections, int64_t used)
{
    struct sample sample = sample_of(max_connections, used - 3);
    return alarm_take(alarm, &sample);
}

static void used_counts_what_the_server_keeps(void **state)
{
    (void)state;
    struct sample sample = sample_of(100, 41);
    assert_int_equal(sample_used(&sample), 44);
    assert_int_equal(sample_permille(&sample, 44), 440);
    sample.reserved_connections = 5;
    assert_int_equal(sample_used(&sample), 49);
    sample.reserved_connections = -1; /* older than 16 */
    assert_int_equal(sample_used(&sample), 44);
    sample.sessions = -1;
    assert_int_equal(sample_used(&sample), -1);
    assert_int_equal(sample_permille(&sample, -1), -1);
    sample.max_connections = 3;
    assert_int_equal(sample_permille(&sample, 2), 667);
}

static void lines(void **state)
{
    (void)state;
    struct alarm alarm = alarm_of_80();
    struct sample sample = sample_of(100, 0);
    assert_int_equal(alarm_line(&alarm, 100), 80);
    assert_int_equal(alarm_line(&alarm, 21), 16);
    assert_int_equal(alarm_line(&alarm, -1), -1);
    assert_int_equal(alarm_clear_line(&alarm, &sample), 75);
    sample.max_connections = 20;
    assert_int_equal(alarm_clear_line(&alarm, &sample), 15);
    alarm = (struct alarm){.at = 30}; /* a count */
    assert_int_equal(alarm_line(&alarm, 100), 30);
    assert_int_equal(alarm_line(&alarm, -1), 30);
    alarm.at = 4; /* it can never be fewer than the 3 of the server */
    assert_int_equal(alarm_clear_line(&alarm, &sample), 3);
}

static void over_and_under_again(void **state)
{
    (void)state;
    struct alarm alarm = alarm_of_80();
    assert_int_equal(take(&alarm, 100, 80), ALARM_SAME); /* at the line is not above it */
    assert_int_equal(take(&alarm, 100, 81), ALARM_OVER);
    assert_int_equal(take(&alarm, 100, 90), ALARM_SAME);
    assert_int_equal(take(&alarm, 100, 80), ALARM_SAME);
    assert_int_equal(take(&alarm, 100, 76), ALARM_SAME);
    assert_int_equal(take(&alarm, 100, 75), ALARM_UNDER);
    assert_int_equal(take(&alarm, 100, 80), ALARM_SAME);
    assert_int_equal(take(&alarm, 100, 81), ALARM_OVER);
}

static void nothing_known_changes_nothing(void **state)
{
    (void)state;
    struct alarm alarm = alarm_of_80();
    struct sample lost = {.kind = SAMPLE_LOST, .sessions = -1, .max_connections = -1};
    assert_int_equal(alarm_take(&alarm, &lost), ALARM_SAME);
    assert_false(alarm.is_over);
    assert_int_equal(take(&alarm, 100, 99), ALARM_OVER);
    assert_int_equal(alarm_take(&alarm, &lost), ALARM_SAME);
    assert_true(alarm.is_over);
}

static void a_full_server_is_over(void **state)
{
    (void)state;
    struct alarm alarm = alarm_of_80();
    struct sample full = {.kind = SAMPLE_FULL, .sessions = -1, .max_connections = -1};
    assert_int_equal(alarm_take(&alarm, &full), ALARM_OVER);
    assert_int_equal(alarm_take(&alarm, &full), ALARM_SAME);
    assert_int_equal(take(&alarm, 100, 50), ALARM_UNDER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(used_counts_what_the_server_keeps),
        cmocka_unit_test(lines),
        cmocka_unit_test(over_and_under_again),
        cmocka_unit_test(nothing_known_changes_nothing),
        cmocka_unit_test(a_full_server_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
