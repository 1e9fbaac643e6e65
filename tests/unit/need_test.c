/* How many connections a pool needs: every inverse of the reference, and what decides. */
#include "need.h"

#include "erlang_reference.h"

static const struct wait_targets NOTHING = {
    .p99_ms = -1, .timeout_chance = -1, .timeout_ms = -1, .any_chance = -1, .mean_ms = -1};

static struct need need_of(struct offered_load load, struct wait_targets targets, int64_t most)
{
    struct need need;
    if (!need_find(&load, &targets, most, &need))
        fail_msg("refused: a = %.17g", load.erlangs);
    assert_int_equal(need.is_possible, need.limit >= 0);
    return need;
}

static struct offered_load load_of(double erlangs)
{
    return (struct offered_load){.erlangs = erlangs, .held_ms = 1, .variability = 1};
}

/* --- the reference --- */

/* One inverse: the targets that ask for it, and what the value is at a pool. */
struct question {
    struct wait_targets targets;
    enum need_reason reason;
    double ms;
};

static double value_at(const struct question *question, int64_t connections, double erlangs)
{
    struct erlang pool;
    struct offered_load load = load_of(erlangs);
    assert_true(erlang_find(connections, erlangs, &pool));
    return question->reason == NEED_MEAN ? waiting_mean_ms(&pool, &load)
                                         : waiting_chance_beyond(&pool, &load, question->ms);
}

static void answer_check(const struct question *question, double erlangs, const json_t *answer)
{
    int64_t c = count_of(answer, "c");
    bool is_first = json_is_null(json_object_get(answer, "at_c_minus_1"));
    struct need need = need_of(load_of(erlangs), question->targets, ERLANG_MAX_CONNECTIONS);
    if (!need.is_possible || need.limit != c)
        fail_msg("target %d, a = %.17g: %" PRId64 ", not %" PRId64, (int)question->reason, erlangs,
                 need.limit, c);
    assert_int_equal(need.reason, is_first ? NEED_LOAD : question->reason);
    assert_near(value_at(question, c, erlangs), number_of(answer, "at_c"), 1e-11, "at c", c,
                erlangs);
    if (!is_first)
        assert_near(value_at(question, c - 1, erlangs), number_of(answer, "at_c_minus_1"), 1e-11,
                    "at c - 1", c - 1, erlangs);
}

typedef struct question question_read(const char *key);

static struct question any_read(const char *key)
{
    struct question question = {.targets = NOTHING, .reason = NEED_ANY};
    question.targets.any_chance = decimal_of(key);
    return question;
}

static struct question mean_read(const char *key)
{
    struct question question = {.targets = NOTHING, .reason = NEED_MEAN};
    question.targets.mean_ms = decimal_of(key);
    return question;
}

/* "t=0.1,eps=0.05" */
static struct question timeout_read(const char *key)
{
    struct question question = {.targets = NOTHING, .reason = NEED_TIMEOUT};
    char *end;
    assert_int_equal(strncmp(key, "t=", 2), 0);
    question.ms = question.targets.timeout_ms = strtod(key + 2, &end);
    assert_int_equal(strncmp(end, ",eps=", 5), 0);
    question.targets.timeout_chance = decimal_of(end + 5);
    return question;
}

static size_t inverses_check(const char *list, question_read *read)
{
    size_t i, count = 0;
    const char *key;
    json_t *root = reference_open(), *inverse, *answer;
    json_array_foreach(reference_list(root, "inverse", 22), i, inverse)
    {
        json_object_foreach(json_object_get(inverse, list), key, answer)
        {
            struct question question = read(key);
            answer_check(&question, number_of(inverse, "a"), answer);
            count++;
            if (question.targets.timeout_chance != 0.01)
                continue;
            /* The same, asked as a p99. */
            question.reason = NEED_P99;
            question.targets = NOTHING;
            question.targets.p99_ms = question.ms;
            answer_check(&question, number_of(inverse, "a"), answer);
        }
    }
    json_decref(root);
    return count;
}

static void chance_to_wait(void **state)
{
    (void)state;
    assert_int_equal(inverses_check("min_c_P_wait", any_read), 22 * 7);
}

static void mean_wait(void **state)
{
    (void)state;
    assert_int_equal(inverses_check("min_c_mean_wait_over_S", mean_read), 22 * 5);
}

static void chance_to_wait_longer(void **state)
{
    (void)state;
    assert_int_equal(inverses_check("min_c_P_wait_gt_t", timeout_read), 22 * 12);
}

/* sizing.md 3.1: 20 Erlang split over N pools, P(wait) <= 1 %. */
static void one_large_pool_or_many_small(void **state)
{
    (void)state;
    static const int64_t needs[][2] = {{1, 32}, {2, 19}, {4, 12}, {5, 10},
                                       {10, 7}, {20, 5}, {40, 4}};
    struct wait_targets targets = NOTHING;
    targets.any_chance = 0.01;
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        struct need need = need_of(load_of(20 / (double)needs[i][0]), targets, 100);
        assert_int_equal(need.limit, needs[i][1]);
    }
}

/* --- what decides --- */

/* The contract's example: 120 requests/s held 60 ms on three instances need 7, p99 2.96 ms. */
static void example_of_the_contract(void **state)
{
    (void)state;
    struct offered_load load;
    struct waiting waiting;
    struct wait_targets targets = NOTHING;
    targets.p99_ms = 10;
    targets.timeout_ms = 20000;
    targets.timeout_chance = 1e-6;
    assert_true(offered_load_make(120, 60, 1, 3, &load));
    struct need need = need_of(load, targets, ERLANG_MAX_CONNECTIONS);
    assert_int_equal(need.limit, 7);
    assert_int_equal(need.reason, NEED_P99);
    assert_true(waiting_find(7, &load, 20000, &waiting));
    assert_true(fabs(waiting.p99_ms - 2.96) < 0.005);
    assert_true(waiting_find(6, &load, 20000, &waiting));
    assert_true(fabs(waiting.p99_ms - 23.1) < 0.05);
}

/* A short time-out asks for more than the p99 does; held long, that decides. */
static void timeout_decides(void **state)
{
    (void)state;
    struct offered_load load = {.erlangs = 5, .held_ms = 100, .variability = 1};
    struct wait_targets targets = NOTHING;
    targets.p99_ms = 100;
    struct need need = need_of(load, targets, 1000);
    assert_int_equal(need.reason, NEED_P99);
    targets.timeout_ms = 200;
    targets.timeout_chance = 1e-6;
    struct need both = need_of(load, targets, 1000);
    assert_true(both.limit > need.limit);
    assert_int_equal(both.reason, NEED_TIMEOUT);
    targets.p99_ms = -1;
    assert_int_equal(need_of(load, targets, 1000).limit, both.limit);
    /* More variable times need more. */
    load.variability = 9;
    assert_true(need_of(load, targets, 1000).limit > both.limit);
    load.variability = 0; /* but less variable ones are not trusted */
    assert_int_equal(need_of(load, targets, 1000).limit, both.limit);
}

/* Targets that the smallest pool meets, and no target at all. */
static void load_decides(void **state)
{
    (void)state;
    struct wait_targets targets = NOTHING;
    assert_int_equal(need_of(load_of(6), targets, 100).limit, 7);
    assert_int_equal(need_of(load_of(5.5), targets, 100).limit, 6);
    targets.any_chance = 1;
    struct need need = need_of(load_of(6), targets, 100);
    assert_int_equal(need.limit, 7);
    assert_int_equal(need.reason, NEED_LOAD);
    targets.p99_ms = 0;
    need = need_of(load_of(0), targets, 0);
    assert_true(need.is_possible);
    assert_int_equal(need.limit, 0);
    assert_int_equal(need.reason, NEED_LOAD);
}

/* C(1, a) = a: one connection meets it exactly, whichever way the last bit is rounded. */
static void ties(void **state)
{
    (void)state;
    struct wait_targets targets = NOTHING;
    for (int k = 1; k < 1000; k++) {
        targets.any_chance = k / 1000.0;
        struct need need = need_of(load_of(targets.any_chance), targets, 10);
        assert_int_equal(need.limit, 1);
        assert_int_equal(need.reason, NEED_LOAD);
    }
}

/* --- no answer --- */

static void impossible(void **state)
{
    (void)state;
    struct wait_targets targets = NOTHING;
    targets.p99_ms = 0;
    assert_int_equal(need_of(load_of(6), targets, 13).limit, 13);
    struct need need = need_of(load_of(6), targets, 12);
    assert_false(need.is_possible);
    assert_int_equal(need.reason, NEED_P99);
    need = need_of(load_of(6), targets, 6);
    assert_false(need.is_possible);
    assert_int_equal(need.reason, NEED_LOAD);
    assert_false(need_of(load_of(0.001), targets, 0).is_possible);
    targets = NOTHING;
    targets.timeout_ms = 0;
    targets.timeout_chance = 1e-6;
    need = need_of(load_of(262000), targets, ERLANG_MAX_CONNECTIONS);
    assert_false(need.is_possible);
    assert_int_equal(need.reason, NEED_TIMEOUT);
}

static void loads_beyond_any_pool(void **state)
{
    (void)state;
    static const double loads[] = {262143, 262144, 262145, 1e18, DBL_MAX};
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        struct need need = need_of(load_of(loads[i]), NOTHING, ERLANG_MAX_CONNECTIONS);
        assert_false(need.is_possible);
        assert_int_equal(need.reason, NEED_LOAD);
    }
    struct need need = need_of(load_of(262142.5), NOTHING, ERLANG_MAX_CONNECTIONS);
    assert_int_equal(need.limit, ERLANG_MAX_CONNECTIONS);
}

static bool is_refused(struct offered_load load, struct wait_targets targets, int64_t most)
{
    struct need need;
    return !need_find(&load, &targets, most, &need);
}

static void targets_refused(void **state)
{
    (void)state;
    static const struct wait_targets rows[] = {
        {-2, -1, -1, -1, -1},   {NAN, -1, -1, -1, -1},       {INFINITY, -1, -1, -1, -1},
        {2e12, -1, -1, -1, -1}, {-1, 0.5, -1, -1, -1},       {-1, 0.5, NAN, -1, -1},
        {-1, 0, 1, -1, -1},     {-1, 1.1, 1, -1, -1},        {-1, NAN, 1, -1, -1},
        {-1, -0.5, 1, -1, -1},  {-1, 0.5, INFINITY, -1, -1}, {-1, -1, -1, 0, -1},
        {-1, -1, -1, 2, -1},    {-1, -1, -1, NAN, -1},       {-1, -1, -1, -1, 0},
        {-1, -1, -1, -1, -3},   {-1, -1, -1, -1, NAN},       {-1, -1, -1, -1, INFINITY},
    };
    assert_false(is_refused(load_of(1), NOTHING, 10));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!is_refused(load_of(1), rows[i], 10))
            fail_msg("row %d is not refused", (int)i);
}

static void questions_refused(void **state)
{
    (void)state;
    assert_true(is_refused(load_of(1), NOTHING, -1));
    assert_true(is_refused(load_of(1), NOTHING, ERLANG_MAX_CONNECTIONS + 1));
    assert_true(is_refused(load_of(-1), NOTHING, 10));
    assert_true(is_refused(load_of(NAN), NOTHING, 10));
    assert_true(is_refused(load_of(INFINITY), NOTHING, 10));
    struct offered_load load = load_of(1);
    load.held_ms = 0;
    assert_true(is_refused(load, NOTHING, 10));
    load = load_of(1);
    load.variability = -1;
    assert_true(is_refused(load, NOTHING, 10));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chance_to_wait),
        cmocka_unit_test(mean_wait),
        cmocka_unit_test(chance_to_wait_longer),
        cmocka_unit_test(one_large_pool_or_many_small),
        cmocka_unit_test(example_of_the_contract),
        cmocka_unit_test(timeout_decides),
        cmocka_unit_test(load_decides),
        cmocka_unit_test(ties),
        cmocka_unit_test(impossible),
        cmocka_unit_test(loads_beyond_any_pool),
        cmocka_unit_test(targets_refused),
        cmocka_unit_test(questions_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
