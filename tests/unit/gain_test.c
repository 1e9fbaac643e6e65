/* The objective "wait": gains by hand, and whole servers against the brute-force reference. */
#include "allocate_server.h"
#include "demands.h"
#include "gain.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_CLASSES = 8 };

/* A server with room for its parts; every pool serves, is alive at peak, and takes a slot. */
struct fixture {
    struct arena arena;
    struct service services[MOST_CLASSES];
    struct pool_demand demands[MOST_CLASSES];
    struct pool_class classes[MOST_CLASSES];
    struct pool_class *list[MOST_CLASSES];
    struct server_sizing server;
};

static void fixture_open(struct fixture *fixture, int64_t budget)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->server.classes = fixture->server.counted = fixture->list;
    fixture->server.budget = (struct budget){.budget = budget, .alert_connections = budget};
}

static struct pool_class *class_add(struct fixture *fixture, int64_t pools, double erlangs,
                                    int64_t need)
{
    size_t at = fixture->server.class_count++;
    fixture->server.counted_count++;
    assert_true(at < MOST_CLASSES);
    fixture->services[at] = (struct service){.weight = ALLOCATE_WEIGHT_ONE,
                                             .want = UNKNOWN,
                                             .processes = 1,
                                             .threads = UNKNOWN,
                                             .connections_per_request = 1};
    fixture->demands[at] = (struct pool_demand){
        .serving = pools,
        .held_is_known = true,
        .load = {.erlangs = erlangs, .held_ms = 60, .variability = 1},
        .targets = {.timeout_ms = 20000},
    };
    fixture->classes[at] = (struct pool_class){.service = &fixture->services[at],
                                               .demand = &fixture->demands[at],
                                               .role_row = NO_ROW,
                                               .database_row = NO_ROW,
                                               .together = NO_ROW,
                                               .place = at,
                                               .pools_at_peak = pools,
                                               .at_most = MAX_CONNECTIONS_LIMIT,
                                               .need = need,
                                               .limit = UNKNOWN};
    return fixture->list[at] = &fixture->classes[at];
}

static void fixture_run(struct fixture *fixture, enum allocate_mode mode)
{
    struct fail fail = {.kind = FAIL_NONE};
    for (size_t i = 0; i < fixture->server.class_count; i++)
        fixture->classes[i].limit = UNKNOWN;
    if (!server_allocate(&fixture->arena, &fixture->server, mode, OBJECTIVE_WAIT, &fail))
        fail_msg("%s", fail.message);
    assert_true(fixture->server.fits);
}

static void is_near(double found, double expected, double relative)
{
    if (!(fabs(found - expected) <= relative * fabs(expected)))
        fail_msg("%.17g, expected %.17g", found, expected);
}

/* --- gains --- */

static void worked_gains(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture, 100);
    struct pool_class *class = class_add(&fixture, 3, 1.7, 8);
    assert_int_equal(class_first(class), 2);
    is_near(class_gain(class, 3), 4.016649242270656, 1e-12);
    is_near(class_gain(class, 4), 0.32915091994582546, 1e-12);
    fixture.services[0].weight = 2500;
    is_near(class_gain(class, 4), 2.5 * 0.32915091994582546, 1e-12);
    /* A deploy: six pools take a slot each, and three serve. */
    class->pools_at_peak = 6;
    is_near(class_gain(class, 4), 1.25 * 0.32915091994582546, 1e-12);
    arena_free(&fixture.arena);
}

static void who_goes_by_gain(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture, 100);
    struct pool_class *class = class_add(&fixture, 3, 1.7, 8);
    assert_true(class_goes_by_gain(class));
    fixture.services[0].want = 8;
    assert_false(class_goes_by_gain(class));
    fixture.services[0].want = UNKNOWN;
    class->need = UNKNOWN; /* no pool is enough */
    assert_false(class_goes_by_gain(class));
    class->need = 8;
    class->pools_at_peak = 0;
    assert_false(class_goes_by_gain(class));
    class->pools_at_peak = 3;
    class->demand = NULL;
    assert_false(class_goes_by_gain(class));
    arena_free(&fixture.arena);
}

/* No more keys than the need, the bound and the room allow, none that rises or is nothing. */
static void gains_are_bounded(void **state)
{
    (void)state;
    static const double loads[] = {0, 1e-300, 1e-9, 0.5, 1, 3.999999999, 120, 5000.5};
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        struct fixture fixture;
        fixture_open(&fixture, 100000);
        struct pool_class *class = class_add(&fixture, 1, loads[i], 20000);
        struct allocate_class problem = {.need = class->need};
        class_gains_make(&fixture.arena, class, 18000, &problem);
        assert_int_equal(problem.first, (int64_t)loads[i] + 1);
        assert_true(problem.first + (int64_t)problem.gain_count <= 18000);
        for (size_t k = 0; k < problem.gain_count; k++) {
            assert_true(problem.gains[k] > 0);
            assert_true(k == 0 || problem.gains[k] <= problem.gains[k - 1]);
        }
        if (loads[i] == 0)
            assert_int_equal(problem.gain_count, 0);
        if (loads[i] == 0.5)
            assert_in_range(problem.gain_count, 10, 30); /* and not 18000 */
        class->at_most = problem.first;
        problem = (struct allocate_class){.need = class->need};
        class_gains_make(&fixture.arena, class, 18000, &problem);
        assert_int_equal(problem.gain_count, 0);
        arena_free(&fixture.arena);
    }
}

/* --- whole servers --- */

static double number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_string(value));
    return strtod(json_string_value(value), NULL);
}

static int64_t integer_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void limits_check(const struct fixture *fixture, const json_t *expected)
{
    size_t i;
    json_t *limit;
    json_array_foreach(expected, i, limit)
        assert_int_equal(fixture->classes[i].limit, json_integer_value(limit));
}

/* The greedy prefix is what stable mode gives; fill adds what still fits, and waits no longer.
 * Where the next one is a tie, and the reference took the later class, which fits, fill does. */
static void reference_check(const json_t *reference, bool ends_in_tie)
{
    struct fixture fixture;
    size_t i;
    json_t *values;
    fixture_open(&fixture, integer_of(reference, "budget"));
    json_array_foreach(json_object_get(reference, "classes"), i, values)
    {
        struct pool_class *class =
            class_add(&fixture, integer_of(values, "mult"), number_of(values, "a_per_pool"),
                      integer_of(values, "max"));
        class->at_least = integer_of(values, "min");
        class->at_most = integer_of(values, "max");
    }
    fixture_run(&fixture, ends_in_tie ? ALLOCATE_FILL : ALLOCATE_STABLE);
    limits_check(&fixture, json_object_get(reference, "greedy_prefix_x"));
    double prefix = waiting_total_find(&fixture.server).requests;
    is_near(prefix, number_of(reference, "greedy_prefix_total_waiting"), 1e-9);
    fixture_run(&fixture, ALLOCATE_FILL);
    double fill = waiting_total_find(&fixture.server).requests;
    assert_true(fill <= prefix * (1 + 1e-9));
    assert_true(fill >= number_of(reference, "optimal_total_waiting") * (1 - 1e-9));
    arena_free(&fixture.arena);
}

static void reference_cases(void **state)
{
    (void)state;
    json_error_t error;
    json_t *root = json_load_file(REFERENCE_DIR "/allocation.json", 0, &error), *reference;
    size_t at;
    if (root == NULL)
        fail_msg("%s: %s", REFERENCE_DIR "/allocation.json", error.text);
    const json_t *cases = json_object_get(root, "wait_cases");
    assert_int_equal(json_array_size(cases), 20);
    json_array_foreach(cases, at, reference)
    {
        reference_check(reference, at == 0);
    }
    json_decref(root);
}

/* Four equal services, and room for two connections beyond their loads: the first two in the file
 * have them. */
static void ties_go_to_declaration(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture, 4 * 2 + 2);
    for (int i = 0; i < 4; i++)
        (void)class_add(&fixture, 1, 1.7, 8);
    fixture_run(&fixture, ALLOCATE_STABLE);
    for (int i = 0; i < 4; i++)
        assert_int_equal(fixture.classes[i].limit, i < 2 ? 3 : 2);
    arena_free(&fixture.arena);
}

/* A load of next to nothing has no gain beside one at its limit, and still gets what it needs. */
static void negligible_gains_come_last(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture, 1000);
    (void)class_add(&fixture, 1, 99.9999999, 130);
    (void)class_add(&fixture, 1, 1e-9, 4);
    fixture_run(&fixture, ALLOCATE_STABLE);
    assert_int_equal(fixture.classes[0].limit, 130);
    assert_int_equal(fixture.classes[1].limit, 4);
    fixture.server.budget.budget = 131; /* the last of the large one still saves more */
    fixture_run(&fixture, ALLOCATE_STABLE);
    assert_int_equal(fixture.classes[0].limit, 130);
    assert_int_equal(fixture.classes[1].limit, 1);
    arena_free(&fixture.arena);
}

/* Fair shares take from both; the least waiting lets one need go to keep the other's. */
static void wants_keep_their_share(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture, 40);
    struct pool_class *wanting = class_add(&fixture, 1, 0, 20);
    wanting->demand = NULL;
    fixture.services[0].want = 20;
    (void)class_add(&fixture, 2, 6, 15);
    (void)class_add(&fixture, 1, 1.5, 10);
    struct fail fail = {.kind = FAIL_NONE};
    assert_true(
        server_allocate(&fixture.arena, &fixture.server, ALLOCATE_FILL, OBJECTIVE_FAIR, &fail));
    int64_t by_fair = wanting->limit;
    double waiting = waiting_total_find(&fixture.server).requests;
    assert_in_range(by_fair, 2, 19);
    fixture_run(&fixture, ALLOCATE_FILL);
    assert_int_equal(wanting->limit, by_fair);
    assert_true(waiting_total_find(&fixture.server).requests < waiting * 0.99);
    fixture_run(&fixture, ALLOCATE_STABLE); /* there it comes whole, in an order of its own */
    assert_true(wanting->limit > by_fair);
    arena_free(&fixture.arena);
}

/* Loads of 9 and 9, and room for 12: whatever is done, a queue has no end; fair shares hold one
 * back no more than needed. */
static void loads_that_do_not_fit(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture, 12);
    (void)class_add(&fixture, 1, 8.5, 14);
    (void)class_add(&fixture, 1, 8.5, 14);
    fixture_run(&fixture, ALLOCATE_FILL);
    struct waiting_total total = waiting_total_find(&fixture.server);
    assert_true(total.overloaded > 0);
    assert_int_equal(fixture.classes[0].limit + fixture.classes[1].limit, 12);
    assert_int_equal(fixture.classes[0].limit, 6);
    arena_free(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_gains),           cmocka_unit_test(who_goes_by_gain),
        cmocka_unit_test(gains_are_bounded),      cmocka_unit_test(reference_cases),
        cmocka_unit_test(ties_go_to_declaration), cmocka_unit_test(negligible_gains_come_last),
        cmocka_unit_test(wants_keep_their_share), cmocka_unit_test(loads_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
