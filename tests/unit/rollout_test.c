/* The arithmetic of deploys, against the contract's own words and worked numbers. */
#include "rollout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT(n)                                                                                   \
    {                                                                                              \
        .given = true, .value = (n)                                                                \
    }
#define PERCENT(n)                                                                                 \
    {                                                                                              \
        .given = true, .is_share = true, .value = (n)*INT64_C(1000)                                \
    }

static const int64_t LARGEST = INT64_C(1) << 31;

static struct rollout rolling(struct amount surge, struct amount unavailable, int64_t drain_ms,
                              int64_t ready_ms)
{
    return (struct rollout){.strategy = ROLLOUT_ROLLING,
                            .surge = surge,
                            .unavailable = unavailable,
                            .drain_ms = drain_ms,
                            .ready_ms = ready_ms};
}

/* What Kubernetes' ResolveFenceposts answers. */
static void surge_and_unavailable(void **state)
{
    (void)state;
    static const struct {
        int64_t instances;
        struct amount surge, unavailable;
        int64_t want_surge, want_unavailable;
    } rows[] = {
        {1, PERCENT(25), PERCENT(25), 1, 0},
        {4, PERCENT(25), PERCENT(25), 1, 1},
        {10, PERCENT(25), PERCENT(25), 3, 2},
        {3, PERCENT(0), PERCENT(25), 0, 1},
        {3, PERCENT(25), PERCENT(25), 1, 0},
        {8, PERCENT(25), PERCENT(25), 2, 2},
        {10, COUNT(0), COUNT(0), 0, 1},
        {10, COUNT(3), COUNT(0), 3, 0},
        {10, PERCENT(100), COUNT(0), 10, 0},
        {10, PERCENT(250), COUNT(0), 10, 0},
        {10, COUNT(0), PERCENT(300), 0, 10},
        {10, COUNT(99), COUNT(99), 10, 10},
        {1, COUNT(0), PERCENT(99), 0, 1},
        {0, PERCENT(25), PERCENT(25), 0, 0},
        {0, COUNT(0), COUNT(0), 0, 0},
        {0, COUNT(5), COUNT(5), 0, 0},
        {10, {.given = false}, {.given = false}, 3, 2},
        {1000, {true, true, 1}, {true, true, 1}, 1, 0},      /* 0.001 % */
        {100000, {true, true, 1}, {true, true, 1}, 1, 1},    /* exactly one */
        {3, {true, true, 33333}, {true, true, 66667}, 1, 2}, /* 0.99999 and 2.00001 */
        {8, {true, true, 12500}, {true, true, 12499}, 1, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rollout rollout = rolling(rows[i].surge, rows[i].unavailable, 0, 0);
        assert_int_equal(rollout_surge(&rollout, rows[i].instances), rows[i].want_surge);
        assert_int_equal(rollout_unavailable(&rollout, rows[i].instances),
                         rows[i].want_unavailable);
    }
}

static void peak_of_each_strategy(void **state)
{
    (void)state;
    struct rollout rollout = rolling((struct amount)PERCENT(25), (struct amount)PERCENT(25), 0, 0);
    assert_int_equal(rollout_peak(&rollout, 3, false), 4);
    assert_int_equal(rollout_peak(&rollout, 3, true), 6);
    rollout.strategy = ROLLOUT_BLUE_GREEN;
    assert_int_equal(rollout_peak(&rollout, 3, false), 6);
    assert_int_equal(rollout_peak(&rollout, 3, true), 6);
    rollout.strategy = ROLLOUT_RECREATE;
    assert_int_equal(rollout_peak(&rollout, 3, false), 3);
    assert_int_equal(rollout_peak(&rollout, 3, true), 3);
}

/* K: how many of those that were told to stop still hold their connections. */
static void peak_counts_those_that_stop(void **state)
{
    (void)state;
    static const struct {
        int64_t instances, drain_ms, ready_ms, peak;
    } rows[] = {
        {10, 0, UNKNOWN, 13},     /* drain 0s: nobody lingers, whatever ready is */
        {10, 0, 0, 13},           /* likewise */
        {10, UNKNOWN, 20000, 20}, /* drain not given */
        {10, 30000, UNKNOWN, 20}, /* ready not given */
        {10, 30000, 0, 20},       /* ready 0s */
        {10, 19999, 20000, 18},   /* s+u = 5, one wave */
        {10, 20000, 20000, 20},   /* two waves: 10 + 3 + 10 = 23, cut to 2R */
        {100, 20000, 20000, 200}, /* 25 + 25, twice: all */
        {100, 10000, 20000, 175}, /* 100 + 25 + 50 */
        {0, UNKNOWN, UNKNOWN, 0}, {1, 10000, 20000, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rollout rollout = rolling((struct amount)PERCENT(25), (struct amount)PERCENT(25),
                                         rows[i].drain_ms, rows[i].ready_ms);
        assert_int_equal(rollout_peak(&rollout, rows[i].instances, false), rows[i].peak);
    }
    struct rollout two = rolling((struct amount)COUNT(1), (struct amount)COUNT(0), 45000, 20000);
    assert_int_equal(rollout_peak(&two, 100, false), 104); /* 100 + 1 + 1 x 3 */
}

/* The default rolling deploy of three instances: six pools at peak. */
static void defaults_are_those_of_kubernetes(void **state)
{
    (void)state;
    struct rollout rollout = {
        .strategy = ROLLOUT_ROLLING, .drain_ms = UNKNOWN, .ready_ms = UNKNOWN};
    assert_int_equal(rollout_peak(&rollout, 3, false), 6);
}

static void extremes_do_not_overflow(void **state)
{
    (void)state;
    struct rollout rollout =
        rolling((struct amount)PERCENT(1000), (struct amount)PERCENT(1000), INT64_MAX, 1);
    assert_int_equal(rollout_surge(&rollout, LARGEST), LARGEST);
    assert_int_equal(rollout_unavailable(&rollout, LARGEST), LARGEST);
    assert_int_equal(rollout_peak(&rollout, LARGEST, false), 2 * LARGEST);
    assert_int_equal(rollout_peak(&rollout, INT64_MAX, false), INT64_MAX);
    rollout.surge = (struct amount){.given = true, .is_share = true, .value = 99999};
    rollout.drain_ms = 0;
    assert_int_equal(rollout_surge(&rollout, INT64_MAX), INT64_C(9223279803134407260));
    assert_int_equal(rollout_peak(&rollout, LARGEST, false), 2 * LARGEST - 21474);
    rollout.surge = (struct amount)COUNT(INT64_MAX);
    assert_int_equal(rollout_peak(&rollout, LARGEST, false), 2 * LARGEST);
    assert_int_equal(rollout_peak(&rollout, INT64_MIN, false), 0);
    rollout.surge = rollout.unavailable = (struct amount)COUNT(INT64_MIN);
    rollout.drain_ms = INT64_MIN;
    assert_int_equal(rollout_peak(&rollout, 7, false), 14);
}

static void instances_within_a_peak(void **state)
{
    (void)state;
    struct rollout rollout = rolling((struct amount)PERCENT(25), (struct amount)PERCENT(25), 0, 0);
    static const struct {
        int64_t peak, instances;
    } rows[] = {
        {-1, -1},
        {INT64_MIN, -1},
        {0, 0},
        {1, 0},
        {2, 1},
        {3, 2},
        {4, 3},
        {5, 4},
        {6, 4},
        {7, 5},
        {INT64_MAX, ROLLOUT_MAX_INSTANCES},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(rollout_instances_within(&rollout, rows[i].peak, false),
                         rows[i].instances);
    assert_int_equal(rollout_instances_within(&rollout, 7, true), 3);
    rollout.strategy = ROLLOUT_RECREATE;
    assert_int_equal(rollout_instances_within(&rollout, 7, true), 7);
    assert_int_equal(rollout_instances_within(&rollout, LARGEST, true), LARGEST - 1);
    assert_int_equal(rollout_instances_within(&rollout, LARGEST - 1, true), LARGEST - 1);
    assert_int_equal(rollout_instances_within(&rollout, LARGEST - 2, true), LARGEST - 2);
}

/* K = 0 if drain is 0; R if drain or ready is not given, or ready is 0; else min(R, (s + u) x
 * (floor(drain / ready) + 1)). */
static void stopping(void **state)
{
    static const struct {
        int64_t instances, drain_ms, ready_ms, expected;
    } rows[] = {
        {10, 0, 20000, 0},       {10, UNKNOWN, 20000, 10}, {10, 30000, UNKNOWN, 10},
        {10, 30000, 0, 10},      {10, 30000, 20000, 8}, /* (3 + 1) x 2 */
        {10, 19999, 20000, 4},   {10, 60000, 20000, 10},   {0, 30000, 20000, 0},
        {-5, UNKNOWN, 20000, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rollout rollout = rolling((struct amount)COUNT(3), (struct amount)COUNT(1),
                                         rows[i].drain_ms, rows[i].ready_ms);
        assert_int_equal(rollout_stopping(&rollout, rows[i].instances), rows[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(surge_and_unavailable),
        cmocka_unit_test(stopping),
        cmocka_unit_test(peak_of_each_strategy),
        cmocka_unit_test(peak_counts_those_that_stop),
        cmocka_unit_test(defaults_are_those_of_kubernetes),
        cmocka_unit_test(extremes_do_not_overflow),
        cmocka_unit_test(instances_within_a_peak),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
