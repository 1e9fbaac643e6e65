/* How long requests wait: against the reference, published examples, and small pools by hand. */
#include "waiting.h"

#include "erlang_reference.h"

static const double ONE_S = 1; /* the reference's times are in units of the time held */

static struct offered_load load_of(double erlangs, double variability)
{
    return (struct offered_load){.erlangs = erlangs, .held_ms = ONE_S, .variability = variability};
}

static struct waiting waiting_of(int64_t limit, struct offered_load load, double timeout_ms)
{
    struct waiting waiting;
    if (!waiting_find(limit, &load, timeout_ms, &waiting))
        fail_msg("refused: limit %" PRId64 ", a = %.17g", limit, load.erlangs);
    return waiting;
}

static bool is_near(double number, double reference, double tolerance)
{
    return fabs(number - reference) <= tolerance * fabs(reference);
}

/* --- the reference --- */

static void tails_check(const json_t *point, const struct erlang *pool,
                        const struct offered_load *load)
{
    const char *t;
    json_t *chance;
    double rest = (double)pool->connections - load->erlangs;
    json_object_foreach(json_object_get(point, "P_wait_gt_t_over_S"), t, chance)
    {
        double ms = decimal_of(t);
        /* An error of c - a is multiplied by t, in the exponent. */
        double tolerance = tolerance_of(pool->connections) +
                           rest * ms * (rest_tolerance(pool->connections, load->erlangs) + 0x1p-51);
        assert_near(waiting_chance_beyond(pool, load, ms), decimal_of(json_string_value(chance)),
                    tolerance, "P(W > t)", pool->connections, load->erlangs);
    }
}

static void quantiles_check(const json_t *point, const struct erlang *pool,
                            const struct offered_load *load)
{
    static const struct {
        const char *quantile;
        double chance;
    } rows[] = {{"0.5", 0.5}, {"0.9", 0.1}, {"0.95", 0.05}, {"0.99", 0.01}, {"0.999", 0.001}};
    const json_t *quantiles = json_object_get(point, "wait_quantile_over_S");
    assert_int_equal(json_object_size(quantiles), sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double tolerance =
            tolerance_of(pool->connections) + rest_tolerance(pool->connections, load->erlangs);
        assert_near(waiting_quantile_ms(pool, load, rows[i].chance),
                    number_of(quantiles, rows[i].quantile), tolerance, rows[i].quantile,
                    pool->connections, load->erlangs);
    }
}

static void means_check(const json_t *point, const struct erlang *pool,
                        const struct offered_load *load)
{
    int64_t c = pool->connections;
    double tolerance = tolerance_of(c) + rest_tolerance(c, load->erlangs);
    assert_near(waiting_mean_ms(pool, load), number_of(point, "mean_wait_over_S"), tolerance, "Wq",
                c, load->erlangs);
    assert_near(waiting_of(c, *load, 0).queue, number_of(point, "mean_queue_len"), tolerance, "Lq",
                c, load->erlangs);
}

static void points(void **state)
{
    (void)state;
    size_t i, overloaded = 0;
    json_t *root = reference_open(), *point;
    json_array_foreach(reference_list(root, "points", 159), i, point)
    {
        struct offered_load load = load_of(number_of(point, "a"), 1);
        struct erlang pool;
        assert_true(erlang_find(count_of(point, "c"), load.erlangs, &pool));
        if (json_is_true(json_object_get(point, "stable"))) {
            means_check(point, &pool, &load);
            tails_check(point, &pool, &load);
            quantiles_check(point, &pool, &load);
            continue;
        }
        overloaded++;
        assert_true(waiting_chance_beyond(&pool, &load, 5) == 1);
        assert_true(waiting_mean_ms(&pool, &load) == -1);
        assert_true(waiting_quantile_ms(&pool, &load, 0.01) == -1);
    }
    assert_int_equal(overloaded, 21);
    json_decref(root);
}

static void allen_cunneen(void **state)
{
    (void)state;
    size_t i;
    json_t *root = reference_open(), *row;
    json_array_foreach(reference_list(root, "allen_cunneen", 4), i, row)
    {
        assert_true(number_of(row, "Ca2") == 1);
        int64_t c = count_of(row, "c");
        double a = number_of(row, "a");
        struct waiting waiting = waiting_of(c, load_of(a, number_of(row, "Cs2")), ONE_S);
        assert_near(waiting.mean_ms, number_of(row, "mean_wait_over_S"), 1e-12, "Wq", c, a);
        assert_near(waiting.timeout_chance, number_of(row, "P_wait_gt_S"), 1e-12, "P(W > S)", c, a);
    }
    json_decref(root);
}

/* "0.1775370" has seven digits. */
static void figure_check(const json_t *figures, const char *name, double number)
{
    const json_t *figure = json_object_get(figures, name);
    if (figure != NULL && !is_near(number, decimal_of(json_string_value(figure)), 3e-7))
        fail_msg("%s: %.9g, not %s", name, number, json_string_value(figure));
}

/* Wq, Lq, and with them W = Wq + S, L = Lq + a, and p0 = C (c - a) c! / (c a^c). */
static void published_examples(void **state)
{
    (void)state;
    size_t i, count = 0;
    json_t *root = reference_open(), *example;
    json_array_foreach(reference_list(root, "published_examples", 4), i, example)
    {
        const json_t *given = json_object_get(example, "given");
        const json_t *computed = json_object_get(example, "computed");
        if (json_object_get(given, "lambda") == NULL)
            continue;
        double rate = number_of(given, "lambda"), held = 1 / number_of(given, "mu");
        int64_t c = count_of(given, "c");
        struct offered_load load = {.erlangs = rate * held, .held_ms = held, .variability = 1};
        struct waiting waiting = waiting_of(c, load, 0);
        double p0 = waiting.chance * ((double)c - load.erlangs) / (double)c;
        for (int64_t k = 1; k <= c; k++)
            p0 *= (double)k / load.erlangs;
        figure_check(computed, "C", waiting.chance);
        figure_check(computed, "Lq", waiting.queue);
        figure_check(computed, "L", waiting.queue + load.erlangs);
        figure_check(computed, "Wq", waiting.mean_ms);
        figure_check(computed, "W", waiting.mean_ms + held);
        figure_check(computed, "p0", p0);
        count++;
    }
    assert_int_equal(count, 3);
    json_decref(root);
}

/* --- by hand --- */

/* One connection, half busy: C = 1/2, Wq = S, Lq = 1/2, P(W > t) = exp(-t / 2S) / 2. */
static void one_connection(void **state)
{
    (void)state;
    struct offered_load load = {.erlangs = 0.5, .held_ms = 20, .variability = 1};
    struct waiting waiting = waiting_of(1, load, 40);
    assert_false(waiting.is_overloaded);
    assert_true(waiting.utilisation == 0.5);
    assert_true(waiting.chance == 0.5);
    assert_true(is_near(waiting.mean_ms, 20, 1e-15));
    assert_true(is_near(waiting.queue, 0.5, 1e-15));
    assert_true(is_near(waiting.p99_ms, 40 * log(50), 1e-15));
    assert_true(is_near(waiting.timeout_chance, exp(-1) / 2, 1e-15));
    assert_true(waiting.failing_share == 0);
    assert_true(waiting.timeouts_after_ms == -1);
}

/* M/G/1, for which the mean is exact (Pollaczek and Khinchine), but not below exponential. */
static void variability_of_one_connection(void **state)
{
    (void)state;
    for (int variability = 0; variability <= 9; variability += 3) {
        double expected = variability > 1 ? (1 + variability) / 2.0 : 1;
        struct waiting waiting = waiting_of(1, load_of(0.5, variability), 0);
        assert_true(is_near(waiting.mean_ms, expected, 1e-15));
        assert_true(is_near(waiting.queue, expected / 2, 1e-15));
        assert_true(is_near(waiting.p99_ms, expected * 2 * log(50), 1e-15));
    }
}

/* 12 Erlang on 9 connections: three too many for each nine that are served. */
static void overload(void **state)
{
    (void)state;
    struct offered_load load = {.erlangs = 12, .held_ms = 60, .variability = 1};
    struct waiting waiting = waiting_of(9, load, 20000);
    assert_true(waiting.is_overloaded);
    assert_true(is_near(waiting.utilisation, 4 / 3.0, 1e-15));
    assert_true(waiting.chance == 1 && waiting.timeout_chance == 1);
    assert_true(waiting.mean_ms == -1 && waiting.queue == -1 && waiting.p99_ms == -1);
    assert_true(waiting.failing_share == 0.25);
    assert_true(waiting.timeouts_after_ms == 60000);
}

/* As many as the load: chance alone makes the queue grow, and nobody can say when. */
static void exactly_loaded(void **state)
{
    (void)state;
    struct waiting waiting = waiting_of(9, load_of(9, 1), 20000);
    assert_true(waiting.is_overloaded && waiting.utilisation == 1);
    assert_true(waiting.failing_share == 0);
    assert_true(waiting.timeouts_after_ms == -1);
}

static void no_connections(void **state)
{
    (void)state;
    struct waiting waiting = waiting_of(0, load_of(0.1, 1), 20000);
    assert_true(waiting.is_overloaded && waiting.utilisation == -1);
    assert_true(waiting.failing_share == 1);
    assert_true(waiting.timeouts_after_ms == 0);
}

static void no_load(void **state)
{
    (void)state;
    for (int64_t limit = 0; limit <= 2; limit++) {
        struct waiting waiting = waiting_of(limit, load_of(0, 1), 0);
        assert_false(waiting.is_overloaded);
        assert_true(waiting.utilisation == (limit > 0 ? 0 : -1));
        assert_true(waiting.chance == 0 && waiting.mean_ms == 0 && waiting.queue == 0);
        assert_true(waiting.p99_ms == 0 && waiting.timeout_chance == 0);
        assert_true(waiting.failing_share == 0 && waiting.timeouts_after_ms == -1);
    }
}

/* --- loads --- */

static void loads_of_pools(void **state)
{
    (void)state;
    struct offered_load load;
    assert_true(offered_load_make(120, 60, 1, 3, &load));
    assert_true(load.erlangs == 2.4 && load.held_ms == 60 && load.variability == 1);
    /* A whole load must come out whole: 6 connections are overloaded by it. */
    assert_true(offered_load_make(100, 60, 4, 1, &load));
    assert_true(load.erlangs == 6 && load.variability == 4);
    assert_true(offered_load_make(0, 60, 0, 1, &load));
    assert_true(load.erlangs == 0);
    assert_true(offered_load_make(1e300, WAITING_MAX_MS / 1e6, 1, INT64_MAX, &load));
}

static void loads_refused(void **state)
{
    (void)state;
    static const struct {
        double rate_per_s, held_ms, variability;
        int64_t pools;
    } rows[] = {
        {-1, 60, 1, 1},      {NAN, 60, 1, 1},     {INFINITY, 60, 1, 1}, {1, 0, 1, 1},
        {1, -60, 1, 1},      {1, NAN, 1, 1},      {1, INFINITY, 1, 1},  {1, 1e-7, 1, 1},
        {1, 1.1e12, 1, 1},   {1, 60, -0.1, 1},    {1, 60, NAN, 1},      {1, 60, INFINITY, 1},
        {1, 60, 1.1e9, 1},   {1, 60, 1, 0},       {1, 60, 1, -1},       {1, 60, 1, INT64_MIN},
        {DBL_MAX, 60, 1, 1}, {0, INFINITY, 1, 1},
    };
    struct offered_load load;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (offered_load_make(rows[i].rate_per_s, rows[i].held_ms, rows[i].variability,
                              rows[i].pools, &load))
            fail_msg("row %d is not refused", (int)i);
}

static void questions_refused(void **state)
{
    (void)state;
    struct waiting waiting;
    struct offered_load load = load_of(1, 1);
    assert_true(waiting_find(2, &load, WAITING_MAX_MS, &waiting));
    assert_false(waiting_find(-1, &load, 1, &waiting));
    assert_false(waiting_find(ERLANG_MAX_CONNECTIONS + 1, &load, 1, &waiting));
    assert_false(waiting_find(2, &load, -1, &waiting));
    assert_false(waiting_find(2, &load, NAN, &waiting));
    assert_false(waiting_find(2, &load, INFINITY, &waiting));
    load.erlangs = -1;
    assert_false(waiting_find(2, &load, 1, &waiting));
    load.erlangs = NAN;
    assert_false(waiting_find(2, &load, 1, &waiting));
    load.erlangs = INFINITY;
    assert_false(waiting_find(2, &load, 1, &waiting));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points),
        cmocka_unit_test(allen_cunneen),
        cmocka_unit_test(published_examples),
        cmocka_unit_test(one_connection),
        cmocka_unit_test(variability_of_one_connection),
        cmocka_unit_test(overload),
        cmocka_unit_test(exactly_loaded),
        cmocka_unit_test(no_connections),
        cmocka_unit_test(no_load),
        cmocka_unit_test(loads_of_pools),
        cmocka_unit_test(loads_refused),
        cmocka_unit_test(questions_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
