/* Erlang B and C against answers computed with 20 digits, and at the ends of their domain. */
#include "erlang.h"

#include "erlang_reference.h"

static struct erlang erlang_of(int64_t connections, double load)
{
    struct erlang erlang;
    if (!erlang_find(connections, load, &erlang))
        fail_msg("refused: c = %" PRId64 ", a = %.17g", connections, load);
    return erlang;
}

static bool is_refused(int64_t connections, double load)
{
    struct erlang erlang;
    double log10_b;
    bool refused = !erlang_find(connections, load, &erlang);
    assert_int_equal(refused, !erlang_b_log10(connections, load, &log10_b));
    return refused;
}

/* --- the reference --- */

/* Digits after the point are all that the reference's logarithms give: 12. */
static void log10_check(double number, const json_t *point, const char *key, int64_t connections,
                        double load)
{
    double reference = number_of(point, key);
    if (fabs(number - reference) > 1e-12 * (1 + fabs(reference)))
        fail_msg("%s, c = %" PRId64 ", a = %.17g: %.17g, not %.17g", key, connections, load, number,
                 reference);
}

static void logarithms_check(const json_t *point, const struct erlang *erlang)
{
    double c = (double)erlang->connections, a = erlang->load, log10_b;
    if (json_is_null(json_object_get(point, "log10_B"))) {
        assert_false(erlang_b_log10(erlang->connections, a, &log10_b));
        return;
    }
    assert_true(erlang_b_log10(erlang->connections, a, &log10_b));
    log10_check(log10_b, point, "log10_B", erlang->connections, a);
    double log10_c = erlang->waiting > 0 ? log10(erlang->waiting) : log10_b + log10(c / (c - a));
    log10_check(log10_c, point, "log10_C", erlang->connections, a);
}

static void points(void **state)
{
    (void)state;
    size_t i, below = 0;
    json_t *root = reference_open(), *point;
    json_array_foreach(reference_list(root, "points", 159), i, point)
    {
        int64_t c = count_of(point, "c");
        double a = number_of(point, "a"), b = number_of(point, "B");
        struct erlang erlang = erlang_of(c, a);
        assert_near(erlang.blocking, b, tolerance_of(c), "B", c, a);
        assert_near(erlang.waiting, number_of(point, "C"), tolerance_of(c), "C", c, a);
        assert_int_equal(erlang_is_overloaded(&erlang),
                         json_is_false(json_object_get(point, "stable")));
        logarithms_check(point, &erlang);
        below += b < DBL_MIN && a > 0;
    }
    assert_int_equal(below, 10);
    json_decref(root);
}

/* The smallest pool that refuses no more than `most`; this is not what pgsize asks for. */
static void blocking_inverse_check(double load, double most, const json_t *answer)
{
    int64_t c = count_of(answer, "c");
    double at = erlang_of(c, load).blocking;
    assert_near(at, number_of(answer, "at_c"), 1e-11, "B", c, load);
    assert_true(at <= most * (1 + 1e-12));
    if (json_is_null(json_object_get(answer, "at_c_minus_1")))
        return;
    double below = erlang_of(c - 1, load).blocking;
    assert_near(below, number_of(answer, "at_c_minus_1"), 1e-11, "B", c - 1, load);
    assert_true(below > most * (1 + 1e-12));
}

static void blocking_inverse(void **state)
{
    (void)state;
    size_t i, count = 0;
    const char *most;
    json_t *root = reference_open(), *inverse, *answer;
    json_array_foreach(reference_list(root, "inverse", 22), i, inverse)
    {
        json_object_foreach(json_object_get(inverse, "min_c_blocking"), most, answer)
        {
            blocking_inverse_check(number_of(inverse, "a"), decimal_of(most), answer);
            count++;
        }
    }
    assert_int_equal(count, 88);
    json_decref(root);
}

/* erlang.com's calculator: 15 trunks refuse 1 % at 8.108 Erlang. */
static void published_trunks(void **state)
{
    (void)state;
    json_t *root = reference_open();
    const json_t *example = json_array_get(reference_list(root, "published_examples", 4), 0);
    const json_t *given = json_object_get(example, "given");
    double computed = number_of(json_object_get(example, "computed"), "a");
    double published = number_of(json_object_get(example, "published"), "a");
    assert_near(erlang_of(count_of(given, "c"), computed).blocking, number_of(given, "B"), 1e-7,
                "B", 15, computed);
    assert_true(erlang_of(15, published - 0.0005).blocking < 0.01);
    assert_true(erlang_of(15, published + 0.0005).blocking > 0.01);
    json_decref(root);
}

/* --- by hand --- */

static void small_pools(void **state)
{
    (void)state;
    assert_true(erlang_of(0, 0).blocking == 1);
    assert_true(erlang_of(0, 0).waiting == 1);
    assert_true(erlang_of(0, 3).blocking == 1);
    assert_true(erlang_of(1, 0).blocking == 0);
    assert_true(erlang_of(1, 1).blocking == 0.5);
    assert_true(erlang_of(1, 1).waiting == 1);
    assert_true(erlang_of(2, 2).blocking == 0.4);
    assert_true(erlang_of(1, 0.25).blocking == 0.2);
    assert_true(erlang_of(1, 0.25).waiting == 0.25);
    assert_near(erlang_of(5, 4).blocking, 0.19906687402799378, 1e-14, "B", 5, 4);
    assert_near(erlang_of(5, 4).waiting, 0.55411255411255411, 1e-14, "C", 5, 4);
}

/* mpmath, 60 digits: the largest pool of all, at, below and above its load. */
static void largest_pools(void **state)
{
    (void)state;
    static const struct {
        int64_t connections;
        double load, blocking, waiting;
    } rows[] = {
        {262143, 262143, 0.00155675342737678492, 1},
        {262143, 262142, 0.00155433074990544261, 0.997555557500135422},
        {262143, 262000.5, 0.00122853427506892852, 0.693513980674337038},
        {262143, 261000, 0.0000648348317807936927, 0.0146527084608007562},
        {262143, 260000, 1.16576750716193912e-7, 0.0000142600779004540859},
        {262143, 262144, 0.00155917771180785667, 1},
        {262143, 1000000, 0.737857355274852731, 1},
        {200000, 150.5, 0, 0},
        {2000, 1000, 1.53062057761874848e-170, 3.06124115523749696e-170},
        {120000, 100000, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct erlang erlang = erlang_of(rows[i].connections, rows[i].load);
        assert_near(erlang.blocking, rows[i].blocking, 1e-11, "B", rows[i].connections,
                    rows[i].load);
        assert_near(erlang.waiting, rows[i].waiting, 1e-11, "C", rows[i].connections, rows[i].load);
    }
}

static void outside_the_domain(void **state)
{
    (void)state;
    assert_true(is_refused(-1, 1));
    assert_true(is_refused(INT64_MIN, 1));
    assert_true(is_refused(ERLANG_MAX_CONNECTIONS + 1, 1));
    assert_true(is_refused(INT64_MAX, 1));
    assert_true(is_refused(1, -1));
    assert_true(is_refused(1, -DBL_TRUE_MIN));
    assert_true(is_refused(1, NAN));
    assert_true(is_refused(1, INFINITY));
    assert_true(is_refused(1, -INFINITY));
    struct erlang erlang;
    assert_false(erlang_find_smallest(-1, &erlang));
    assert_false(erlang_find_smallest(NAN, &erlang));
    assert_false(erlang_find_smallest(INFINITY, &erlang));
    assert_false(erlang_find_smallest(ERLANG_MAX_CONNECTIONS, &erlang));
}

/* The ends of what a double can be. */
static void extreme_loads(void **state)
{
    (void)state;
    static const double loads[] = {0, DBL_TRUE_MIN, DBL_MIN, 1e-200, 1e-9, 1e18, DBL_MAX};
    static const int64_t pools[] = {0, 1, 2, 1000, ERLANG_MAX_CONNECTIONS};
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        for (size_t k = 0; k < sizeof pools / sizeof pools[0]; k++) {
            struct erlang erlang = erlang_of(pools[k], loads[i]);
            assert_true(erlang.blocking >= 0 && erlang.blocking <= 1);
            assert_true(erlang.waiting >= 0 && erlang.waiting <= 1);
            double log10_b;
            if (erlang_b_log10(pools[k], loads[i], &log10_b))
                assert_true(isfinite(log10_b) && log10_b <= 0);
        }
    }
    double log10_b;
    assert_true(erlang_b_log10(1, DBL_TRUE_MIN, &log10_b));
    assert_true(fabs(log10_b - -323.306215343115804) < 1e-9); /* 2^-1074 */
    assert_true(erlang_b_log10(2, 0x1p-1000, &log10_b));
    assert_true(fabs(log10_b - -602.361021323626) < 1e-9); /* 2^-2001 */
}

/* Growing one by one comes to what is found at once. */
static void growing(void **state)
{
    (void)state;
    static const double loads[] = {0, 0.3, 1, 2.4, 17, 999.5, 250000.25};
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        struct erlang grown;
        assert_true(erlang_find_smallest(loads[i], &grown));
        assert_int_equal(grown.connections, (int64_t)loads[i] + 1);
        for (int k = 0; k < 100; k++)
            assert_true(erlang_grow(&grown));
        struct erlang found = erlang_of((int64_t)loads[i] + 101, loads[i]);
        assert_int_equal(grown.connections, found.connections);
        assert_near(grown.blocking, found.blocking, 1e-13, "B", found.connections, loads[i]);
        assert_near(grown.waiting, found.waiting, 1e-13, "C", found.connections, loads[i]);
    }
    struct erlang largest = erlang_of(ERLANG_MAX_CONNECTIONS, 262000);
    assert_false(erlang_grow(&largest));
    assert_int_equal(largest.connections, ERLANG_MAX_CONNECTIONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points),           cmocka_unit_test(blocking_inverse),
        cmocka_unit_test(published_trunks), cmocka_unit_test(small_pools),
        cmocka_unit_test(largest_pools),    cmocka_unit_test(outside_the_domain),
        cmocka_unit_test(extreme_loads),    cmocka_unit_test(growing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
