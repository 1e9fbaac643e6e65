/* A pool asked by a fixed number of threads: against exact answers, and the ends of the domain. */
#include "closed_pool.h"

#include "erlang_reference.h"

static struct closed_waiting waiting_of(int64_t threads, int64_t limit, double think_ms,
                                        double held_ms)
{
    struct closed_pool pool = {
        .threads = threads, .limit = limit, .think_ms = think_ms, .held_ms = held_ms};
    struct closed_waiting waiting;
    if (!closed_pool_find(&pool, &waiting))
        fail_msg("refused: %" PRId64 " threads", threads);
    return waiting;
}

/* Times 250, so that the units show. */
static void reference_points(void **state)
{
    (void)state;
    static const double held_ms = 250;
    size_t i;
    json_t *root = reference_open(), *point;
    json_array_foreach(reference_list(root, "finite_source_MMcT", 10), i, point)
    {
        int64_t threads = count_of(point, "threads"), c = count_of(point, "c");
        double think = number_of(point, "think_over_S");
        struct closed_waiting waiting = waiting_of(threads, c, think * held_ms, held_ms);
        assert_near(waiting.chance, number_of(point, "P_wait_on_arrival"), 1e-12, "P(wait)", c,
                    think);
        assert_near(waiting.mean_ms, number_of(point, "mean_wait_over_S") * held_ms, 1e-12, "Wq", c,
                    think);
        assert_near(waiting.utilisation, number_of(point, "utilisation"), 1e-12, "utilisation", c,
                    think);
        assert_near(waiting.throughput_per_s, number_of(point, "throughput_times_S") * 4, 1e-12,
                    "X", c, think);
    }
    json_decref(root);
}

/* Two threads, one connection, Z = S: p = 1/5, 2/5, 2/5. */
static void two_threads_one_connection(void **state)
{
    (void)state;
    struct closed_waiting waiting = waiting_of(2, 1, 100, 100);
    assert_near(waiting.chance, 0.5, 1e-15, "P(wait)", 1, 1);
    assert_near(waiting.utilisation, 0.8, 1e-15, "utilisation", 1, 1);
    assert_near(waiting.throughput_per_s, 8, 1e-15, "X", 1, 1);
    assert_near(waiting.mean_ms, 50, 1e-15, "Wq", 1, 1);
}

/* Threads that never think keep every connection in use, and wait their turn. */
static void no_thought(void **state)
{
    (void)state;
    static const double thoughts[] = {0, DBL_TRUE_MIN, 1e-101, 1e-99};
    for (size_t i = 0; i < sizeof thoughts / sizeof thoughts[0]; i++) {
        struct closed_waiting waiting = waiting_of(10, 4, thoughts[i], 1000);
        assert_near(waiting.chance, 1, 1e-15, "P(wait)", 4, thoughts[i]);
        assert_near(waiting.utilisation, 1, 1e-15, "utilisation", 4, thoughts[i]);
        assert_near(waiting.throughput_per_s, 4, 1e-15, "X", 4, thoughts[i]);
        assert_near(waiting.mean_ms, 1500, 1e-15, "Wq", 4, thoughts[i]);
    }
}

static void ends_of_the_domain(void **state)
{
    (void)state;
    static const int64_t counts[] = {1, 2, 1000, ERLANG_MAX_CONNECTIONS};
    static const double times_ms[] = {0, WAITING_MIN_HELD_MS, 1, WAITING_MAX_MS};
    for (size_t i = 0; i < 4 * 4 * 4 * 3; i++) {
        int64_t threads = counts[i % 4], limit = counts[i / 4 % 4];
        struct closed_waiting waiting =
            waiting_of(threads, limit, times_ms[i / 16 % 4], times_ms[1 + i / 64]);
        assert_true(waiting.chance >= 0 && waiting.chance <= 1);
        assert_true(waiting.utilisation >= 0 && waiting.utilisation <= 1 + 1e-12);
        assert_true(isfinite(waiting.throughput_per_s) && waiting.throughput_per_s > 0);
        assert_true(isfinite(waiting.mean_ms) && waiting.mean_ms >= 0);
        if (threads <= limit)
            assert_true(waiting.chance == 0 && waiting.mean_ms == 0);
    }
}

static void outside_the_domain(void **state)
{
    (void)state;
    static const struct closed_pool rows[] = {
        {0, 1, 1, 1},       {-1, 1, 1, 1},       {INT64_MIN, 1, 1, 1}, {INT64_MAX, 1, 1, 1},
        {1, 0, 1, 1},       {1, -1, 1, 1},       {1, 1 << 18, 1, 1},   {1, 1, -1, 1},
        {1, 1, NAN, 1},     {1, 1, INFINITY, 1}, {1, 1, 1.1e12, 1},    {1, 1, 1, 0},
        {1, 1, 1, -1},      {1, 1, 1, NAN},      {1, 1, 1, INFINITY},  {1, 1, 1, 1e-7},
        {1 << 18, 1, 1, 1},
    };
    struct closed_waiting waiting;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (closed_pool_find(&rows[i], &waiting))
            fail_msg("row %d is not refused", (int)i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_points),   cmocka_unit_test(two_threads_one_connection),
        cmocka_unit_test(no_thought),         cmocka_unit_test(ends_of_the_domain),
        cmocka_unit_test(outside_the_domain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
