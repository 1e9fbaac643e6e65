/* The server behind the pools: Poisson's quantile against 60 digits, and where the rules turn. */
#include "cores.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* mpmath, 60 digits: the incomplete gamma function on both sides of the answer. */
static void poisson_quantiles(void **state)
{
    (void)state;
    static const struct {
        double mean, chance;
        int64_t count;
    } rows[] = {
        {0, 0.01, 0},
        {1e-300, 0.01, 0},
        {0.005, 0.01, 0},
        {0.01, 0.01, 0},
        {0.0100503, 0.01, 0}, /* -ln 0.99 = 0.01005034: 0.009999964 */
        {0.0100504, 0.01, 1},
        {0.5, 0.01, 3},
        {1, 0.01, 4},
        {2.5, 0.01, 7},
        {6, 0.01, 12},
        {6, 0.000001, 21},
        {6, 0.4, 6},
        {7.999, 0.01, 15},
        {12, 0.01, 21},
        {40, 0.01, 55},
        {100, 0.01, 124},
        {1000.25, 0.01, 1075},
        {1000.25, 0.000001, 1154},
        {1000.25, 0.4, 1008},
        {30000, 0.01, 30404},
        {262144, 0.01, 263336},
        {1000000, 0.01, 1002327},
        {1073741824, 0.01, 1073818055},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t count;
        assert_true(poisson_quantile(rows[i].mean, rows[i].chance, &count));
        if (count != rows[i].count)
            fail_msg("mean %.17g, chance %g: %lld, not %lld", rows[i].mean, rows[i].chance,
                     (long long)count, (long long)rows[i].count);
    }
}

static void poisson_refused(void **state)
{
    (void)state;
    int64_t count;
    assert_false(poisson_quantile(-1, 0.01, &count));
    assert_false(poisson_quantile(NAN, 0.01, &count));
    assert_false(poisson_quantile(INFINITY, 0.01, &count));
    assert_false(poisson_quantile(POISSON_MAX_MEAN + 1.0, 0.01, &count));
    assert_false(poisson_quantile(1, 0, &count));
    assert_false(poisson_quantile(1, -0.01, &count));
    assert_false(poisson_quantile(1, 0.5, &count));
    assert_false(poisson_quantile(1, NAN, &count));
}

static struct cores_load load_of(double executing, int64_t cores, int64_t spindles)
{
    struct cores_load load;
    assert_true(cores_load_find(executing, cores, spindles, &load));
    return load;
}

static void idle_busy_saturated(void **state)
{
    (void)state;
    struct cores_load load = load_of(0, 8, 1);
    assert_true(load.utilisation == 0 && load.executing_p99 == 0 && load.comfortable == 17);
    assert_true(!load.is_busy && !load.is_saturated && !load.queues);
    load = load_of(7, 10, 0);
    assert_false(load.is_busy);
    load = load_of(7.01, 10, 0);
    assert_true(load.is_busy && !load.is_saturated);
    load = load_of(9.99, 10, 0);
    assert_true(load.is_busy && !load.is_saturated);
    load = load_of(10, 10, 0);
    assert_true(load.is_busy && load.is_saturated && load.utilisation == 1);
}

/* 6 Erlang: 12 at once, 99 % of the time. */
static void queueing_for_cores(void **state)
{
    (void)state;
    struct cores_load load = load_of(6, 8, 1);
    assert_true(load.utilisation == 0.75 && load.executing_p99 == 12 && load.is_busy);
    assert_false(load.queues);
    assert_false(load_of(6, 6, 0).queues);
    assert_true(load_of(6, 5, 1).queues);
    assert_false(load_of(6, 5, 2).queues);
}

static void crowded_cores(void **state)
{
    (void)state;
    assert_int_equal(cores_comfortable(4, 1), 9);
    assert_false(cores_are_crowded(36, 4, 1));
    assert_true(cores_are_crowded(37, 4, 1));
}

static void cores_refused(void **state)
{
    (void)state;
    struct cores_load load;
    assert_true(cores_load_find(1, CORES_MAX, CORES_MAX, &load));
    assert_false(cores_load_find(1, 0, 1, &load));
    assert_false(cores_load_find(1, -1, 1, &load));
    assert_false(cores_load_find(1, CORES_MAX + 1, 1, &load));
    assert_false(cores_load_find(1, 1, -1, &load));
    assert_false(cores_load_find(1, 1, CORES_MAX + 1, &load));
    assert_false(cores_load_find(-1, 1, 1, &load));
    assert_false(cores_load_find(NAN, 1, 1, &load));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poisson_quantiles),   cmocka_unit_test(poisson_refused),
        cmocka_unit_test(idle_busy_saturated), cmocka_unit_test(queueing_for_cores),
        cmocka_unit_test(crowded_cores),       cmocka_unit_test(cores_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
