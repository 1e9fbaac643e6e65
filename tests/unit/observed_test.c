/* What an observation says: the worked numbers, and who is what. */
#include "demands.h"
#include "moments.h"
#include "observed.h"
#include "sized_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void near(double got, double wanted, double tolerance)
{
    if (!(fabs(got - wanted) <= tolerance))
        fail_msg("got %.9g, wanted %.9g", got, wanted);
}

/* --- estimators: by hand --- */

static void means_have_their_limits(void **state)
{
    (void)state;
    /* 3.841459 / 100 = 0.03841459; sqrt(2.03841459^2 - 4) = 0.3938706 */
    struct interval two = mean_interval(2, 50, 1);
    near(two.low, 1.6445440, 1e-6);
    near(two.high, 2.4322852, 1e-6);
    struct interval none = mean_interval(0, 50, 1);
    near(none.low, 0, 0);
    near(none.high, 0.07682918, 1e-7);
    /* 100 events: 101.9207 -+ sqrt(101.9207^2 - 10000) = 19.6935 */
    struct interval events = mean_interval(100, 1, 1);
    near(events.low, 82.2272, 1e-3);
    near(events.high, 121.6143, 1e-3);
    /* Four times as variable is as good as a quarter of the looks. */
    near(mean_interval(2, 50, 4).high, mean_interval(2, 12.5, 1).high, 1e-12);
}

static void looks_are_fewer_than_samples(void **state)
{
    int64_t at_ms[101], in_use[101];
    (void)state;
    for (int i = 0; i <= 100; i++) {
        at_ms[i] = 100 * i;
        in_use[i] = 2;
    }
    struct use_series series = {at_ms, in_use, 101, 202 * 100};
    near(looks_find(&series), 46.6738, 1e-3); /* r = 1/e: 101 x 0.6321206 / 1.3678794 */
    series.age_ms = 0;
    near(looks_find(&series), 101, 0);
    series.age_ms = 202 * 1e9;
    near(looks_find(&series), 1, 0); /* nobody came or went */
    for (int i = 0; i <= 100; i++)
        in_use[i] = 0;
    near(looks_find(&series), 101, 0);
    series.count = 0;
    near(looks_find(&series), 1, 0);
}

static void use_is_estimated(void **state)
{
    (void)state;
    const int64_t at_ms[] = {0, 100, 200, 300}, few[] = {1, 2, 3, 2}, bursts[] = {0, 0, 8, 0};
    struct interval in_use = in_use_estimate(&(struct use_series){at_ms, few, 4, 0});
    near(in_use.value, 2, 0);
    near(in_use.low, 1.013456, 1e-5);
    near(in_use.high, 3.946907, 1e-5);
    /* Variance 16 over mean 2 is a spread of 8: as with half a look. */
    in_use = in_use_estimate(&(struct use_series){at_ms, bursts, 4, 0});
    near(in_use.high, mean_interval(2, 0.5, 1).high, 1e-12);
    in_use = in_use_estimate(&(struct use_series){at_ms, few, 0, 0});
    near(in_use.value, 0, 0);
}

static void times_held_have_their_limits(void **state)
{
    struct interval held;
    (void)state;
    assert_true(held_interval(60, 400, 1, &held)); /* 1.959964 / 20 = 0.0979982 */
    near(held.low, 54.6449, 1e-3);
    near(held.high, 66.5187, 1e-3);
    assert_true(held_interval(60, 400, 4, &held));
    near(held.high, 60 / (1 - 2 * 0.0979982), 1e-3);
    assert_true(held_interval(60, 7, 1, &held));
    assert_false(held_interval(60, 6, 1, &held)); /* 1.96 / sqrt(6) = 0.80 */
    assert_false(held_interval(60, 0, 1, &held));
}

static void a_mean_over_a_window_has_limits(void **state)
{
    (void)state;
    /* 500 looks: 9.45384146 -+ sqrt(9.45384146^2 - 9.45^2) = 0.26949 */
    struct interval counted = counted_interval(9.45, 60000, 60);
    near(counted.low, 9.18435, 1e-4);
    near(counted.high, 9.72333, 1e-4);
    /* One that is held for longer than the window is one look. */
    near(counted_interval(2, 60000, 1e9).high, mean_interval(2, 1, 1).high, 1e-12);
}

/* --- a server --- */

static struct arena arena;
static struct observation observation;
static struct facts facts;
static struct topology topology;
static struct sizing sizing;

static const char document[] =
    "{\"servers\": {\"main\": {\"max_connections\": 100, \"url\": \"postgresql://app@h/core\"}}, "
    "\"services\": {\"api\": {\"instances\": 2, \"rollout\": \"recreate\", \"connection_limit\": "
    "3}, "
    "\"jobs\": {\"role\": \"jobs\"}, \"gone\": {}}}";

enum { SAMPLES = 200, GAP_MS = 500 };

static struct observed_group groups[] = {
    {"api", "app", "core", false}, {"jobs", "app", "core", false}, {"jobs", "jobs", "core", true}};
static struct observed_counters before[] = {{"core", 1000, 5000000, 7}, {"spare", 9, 9, 7}};
static struct observed_counters after[2];

/* Four of the api in use in every sample, for 20 ms so far; 2,000 transactions of 40 s in 100 s, of
 * which 200 were pgsize's own, with 4 s. */
static int setup(void **state)
{
    (void)state;
    observation = (struct observation){
        .window_ms = SAMPLES * GAP_MS,
        .counted_ms = SAMPLES * GAP_MS,
        .counters_known = true,
        .groups = groups,
        .group_count = 3,
        .sample_at_ms = ARENA_ARRAY(&arena, SAMPLES, int64_t),
        .sample_count = SAMPLES,
        .uses = ARENA_ARRAY(&arena, SAMPLES, struct observed_use),
        .use_count = SAMPLES,
        .before = before,
        .after = after,
        .before_count = 2,
        .after_count = 2,
        .own_transactions = 200,
        .own_busy_us = 4000000,
    };
    for (uint32_t i = 0; i < SAMPLES; i++) {
        observation.sample_at_ms[i] = (int64_t)i * GAP_MS;
        observation.uses[i] = (struct observed_use){i, 0, 4, 80};
    }
    memcpy(after, before, sizeof after);
    after[0].transactions += 2000;
    after[0].busy_us += 40000000;
    facts = (struct facts){.answer = ANSWER_LIVE,
                           .database = "core",
                           .max_connections = 100,
                           .superuser_reserved_connections = 3,
                           .reserved_connections = 0,
                           .sessions = 4,
                           .observation = &observation};
    text_must_read(&arena, document, &topology);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const struct observed *observe(void)
{
    const struct recommend_options options = {.purpose = PURPOSE_RECOMMEND};
    topology_must_size(&arena, &topology, &facts, &options, &sizing);
    return sizing.servers[0].observed;
}

static void each_class_has_its_own(void **state)
{
    (void)state;
    const struct observed *observed = observe();
    assert_int_equal(observed->class_count, 3);
    assert_int_equal(observed->classes[0].state, OBSERVED_GOOD);
    assert_int_equal(observed->classes[0].in_use.value, 4000);
    /* r = exp(-500 / 20) is nothing: 200 looks */
    near((double)observed->classes[0].in_use.high, 4286.99, 1);
    assert_int_equal(observed->classes[1].state, OBSERVED_HIDDEN); /* not those of role app */
    assert_int_equal(observed->classes[2].state, OBSERVED_ABSENT);
}

static void full_pools_hide_demand(void **state)
{
    (void)state;
    observation.uses[7].count = observation.uses[8].count = 6; /* 2 x 3, in 1 % */
    assert_int_equal(observe()->classes[0].state, OBSERVED_GOOD);
    observation.uses[9].count = 6;
    assert_int_equal(observe()->classes[0].state, OBSERVED_CENSORED);
}

static void databases_count_without_ourselves(void **state)
{
    (void)state;
    const struct observed *observed = observe();
    assert_int_equal(observed->database_count, 1); /* in the other nothing happened */
    const struct observed_database *core = &observed->databases[0];
    assert_int_equal(core->rate.value, 18000);    /* 1,800 in 100 s */
    assert_int_equal(core->held_us.value, 20000); /* 36 s of 1,800 */
    /* Mean age 20 ms = S (1 + Cs^2) / 2: Cs^2 = 1 */
    near((double)core->held_us.high, 20000 / (1 - 1.959964 / sqrt(1800)), 2);
    assert_false(core->lumped);
}

static void a_need_is_of_the_upper_limits(void **state)
{
    (void)state;
    const struct observed *observed = observe();
    const struct pool_demand *demand = sizing.classes[0].demand;
    assert_true(demand->is_observed && demand->held_is_known);
    near(demand->load.erlangs, (double)observed->classes[0].in_use.high / 2000, 1e-12);
    near(demand->load.held_ms, (double)observed->databases[0].held_us.high / 1000, 1e-12);
    assert_int_equal(sizing.classes[0].need, demand->need.limit);
    assert_int_equal(sizing.classes[1].need, UNKNOWN);
    assert_null(sizing.classes[2].demand);
}

static void without_counters_nobody_waits(void **state)
{
    (void)state;
    observation.counted_ms = OBSERVE_COUNTERS_MS - 1;
    assert_int_equal(observe()->database_count, 0);
    const struct pool_demand *demand = sizing.classes[0].demand;
    struct waiting waiting;
    assert_false(demand->held_is_known);
    assert_int_equal(demand->need.reason, NEED_ANY);
    /* 2.1435 Erlang: C(6) = 2.3 %, C(7) = 0.75 % */
    assert_int_equal(demand->need.limit, 7);
    assert_false(class_waiting(&sizing, &sizing.classes[0], &waiting));
}

static void times_from_before_are_not_believed(void **state)
{
    (void)state;
    after[0].busy_us += INT64_C(3600) * 1000000; /* one that was open for an hour has ended */
    const struct observed_database *core = &observe()->databases[0];
    assert_true(core->lumped);
    assert_int_equal(core->held_us.high, UNKNOWN);
    assert_false(sizing.classes[0].demand->held_is_known);
}

static void what_says_nothing_is_refused(void **state)
{
    (void)state;
    assert_null(observation_refused(&arena, &topology, 0, &facts));
    after[1].reset_us++; /* of a database that nobody uses */
    assert_null(observation_refused(&arena, &topology, 0, &facts));
    after[0].reset_us++;
    assert_string_equal(observation_refused(&arena, &topology, 0, &facts),
                        "the statistics of database \"core\" were reset while it was observed");
    after[0] = before[0];
    after[0].busy_us--;
    assert_non_null(observation_refused(&arena, &topology, 0, &facts));
    observation.counted_ms = OBSERVE_COUNTERS_MS - 1; /* too short to use them */
    assert_null(observation_refused(&arena, &topology, 0, &facts));
    after[0] = before[0];
    observation.window_ms = OBSERVE_LEAST_MS - 1;
    assert_non_null(observation_refused(&arena, &topology, 0, &facts));
    observation.window_ms = OBSERVE_LEAST_MS;
    observation.sample_count = OBSERVE_LEAST_SAMPLES - 1;
    assert_non_null(observation_refused(&arena, &topology, 0, &facts));
    observation.sample_count++;
    assert_null(observation_refused(&arena, &topology, 0, &facts));
    observation.lost = "gone";
    assert_string_equal(observation_refused(&arena, &topology, 0, &facts),
                        "stopped answering while it was observed: gone");
}

/* --- two moments --- */

static struct counted earlier, later;

/* 100 s: 2,000 transactions of 40 s, of which 200 with 4 s were the later run's own. */
static void two_moments(void)
{
    earlier = (struct counted){.at_us = 5, .counters = before, .count = 2};
    later = (struct counted){.at_us = 100000005,
                             .counters = after,
                             .count = 2,
                             .window_ms = 100000,
                             .own_transactions = 200,
                             .own_busy_us = 4000000};
    facts.observation = NULL;
    facts.earlier = &earlier;
    facts.counted = &later;
}

static const char *refused(void)
{
    const char *part;
    return moments_refused(&arena, &topology, 0, &facts, &earlier, &part);
}

static void two_moments_count_databases(void **state)
{
    (void)state;
    two_moments();
    const struct observed *observed = observe();
    assert_int_equal(observed->counted_ms, 100000);
    assert_int_equal(observed->database_count, 1);
    assert_int_equal(observed->databases[0].rate.value, 18000);
    assert_int_equal(observed->databases[0].held_us.value, 20000);
    /* Three services have it: nobody's demand. */
    assert_int_equal(observed->class_count, 3);
    assert_int_equal(observed->classes[0].state, OBSERVED_SHARED);
    assert_null(sizing.classes[0].demand);
    /* Half of the later run was before the earlier moment. */
    later.window_ms = 200000;
    assert_int_equal(observe()->databases[0].rate.value, 19000);
    after[0].busy_us += INT64_C(10000) * 1000000; /* 100 connections for 100 s, and 36 s */
    assert_true(observe()->databases[0].lumped);
}

static void a_database_of_one_service_is_its_demand(void **state)
{
    (void)state;
    text_must_read(&arena,
                   "{\"servers\": {\"main\": {\"max_connections\": 100, \"url\": "
                   "\"postgresql://app@h/core\"}}, \"services\": {\"api\": {\"instances\": 2, "
                   "\"rollout\": \"recreate\"}, \"idle\": {\"instances\": 0}}}",
                   &topology);
    two_moments();
    const struct observed *observed = observe();
    assert_int_equal(observed->classes[0].state, OBSERVED_COUNTED);
    assert_int_equal(observed->classes[0].in_use.value, 360); /* 36 s in 100 s */
    const struct pool_demand *demand = sizing.classes[0].demand;
    assert_true(demand->is_observed && demand->held_is_known);
    /* 2,500 looks: 0.36077 + sqrt(0.36077^2 - 0.36^2), rounded up */
    near(demand->load.erlangs, 0.385 / 2, 1e-9);
    near(demand->load.held_ms, (double)observed->databases[0].held_us.high / 1000, 1e-12);
    /* What was sampled to be full says more. */
    struct observed_class full = {"api", NULL, OBSERVED_CENSORED, {4000, 3000, 5000}};
    const struct observed sampled = {
        .window_ms = 10000, .samples = 100, .classes = &full, .class_count = 1};
    facts.observed = &sampled;
    assert_int_equal(observe()->classes[0].in_use.value, 4000);
    full.state = OBSERVED_GOOD;
    assert_int_equal(observe()->classes[0].state, OBSERVED_COUNTED);
}

static void moments_that_say_nothing_are_refused(void **state)
{
    (void)state;
    two_moments();
    assert_null(refused());
    after[1].reset_us++; /* nobody's */
    assert_null(refused());
    after[0].reset_us++;
    assert_string_equal(refused(), "the counters of database \"core\" were reset in between");
    after[0] = before[0];
    after[0].transactions--;
    assert_non_null(refused());
    after[0] = before[0];
    later.at_us = earlier.at_us + 59999999;
    assert_string_equal(refused(), "the two reports are 59 s apart: the counters say something "
                                   "from 60 s on");
    later.at_us++;
    assert_null(refused());
    later.at_us = earlier.at_us;
    assert_string_equal(refused(), "both reports are of the same moment");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_have_their_limits),
        cmocka_unit_test(looks_are_fewer_than_samples),
        cmocka_unit_test(use_is_estimated),
        cmocka_unit_test(times_held_have_their_limits),
        cmocka_unit_test(a_mean_over_a_window_has_limits),
        cmocka_unit_test_setup_teardown(each_class_has_its_own, setup, teardown),
        cmocka_unit_test_setup_teardown(full_pools_hide_demand, setup, teardown),
        cmocka_unit_test_setup_teardown(databases_count_without_ourselves, setup, teardown),
        cmocka_unit_test_setup_teardown(a_need_is_of_the_upper_limits, setup, teardown),
        cmocka_unit_test_setup_teardown(without_counters_nobody_waits, setup, teardown),
        cmocka_unit_test_setup_teardown(times_from_before_are_not_believed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_says_nothing_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(two_moments_count_databases, setup, teardown),
        cmocka_unit_test_setup_teardown(a_database_of_one_service_is_its_demand, setup, teardown),
        cmocka_unit_test_setup_teardown(moments_that_say_nothing_are_refused, setup, teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
