/* The allocation engine, against answers found by complete enumeration, and against small problems
 * worked out by hand. */
#include "allocate.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#ifndef REFERENCE_DIR
#define REFERENCE_DIR "tests/reference" /* tests run at the root of the sources */
#endif

enum { MOST_CLASSES = 16, MOST_ROWS = 16 };

/* A problem with room for its parts. */
struct fixture {
    struct arena arena;
    struct allocate_term terms[MOST_CLASSES][MOST_ROWS];
    struct allocate_class classes[MOST_CLASSES];
    struct allocate_row rows[MOST_ROWS];
    struct allocate_problem problem;
};

static void fixture_open(struct fixture *fixture)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->problem.classes = fixture->classes;
    fixture->problem.rows = fixture->rows;
}

static void fixture_close(struct fixture *fixture)
{
    arena_free(&fixture->arena);
}

static struct allocate_class *class_add(struct fixture *fixture, struct allocate_class values)
{
    size_t index = fixture->problem.class_count++;
    assert_true(index < MOST_CLASSES);
    values.terms = fixture->terms[index];
    if (values.need == 0)
        values.need = ALLOCATE_NOMINAL_NEED;
    if (values.weight == 0)
        values.weight = ALLOCATE_WEIGHT_ONE;
    fixture->classes[index] = values;
    return &fixture->classes[index];
}

static size_t row_add(struct fixture *fixture, enum allocate_kind kind, int64_t limit)
{
    size_t index = fixture->problem.row_count++;
    assert_true(index < MOST_ROWS);
    fixture->rows[index] = (struct allocate_row){.kind = kind, .limit = limit};
    return index;
}

static void surplus_limit_set(struct fixture *fixture, size_t row, int64_t limit)
{
    fixture->rows[row].has_surplus_limit = true;
    fixture->rows[row].surplus_limit = limit;
}

static void term_add(struct fixture *fixture, size_t index, size_t row, int64_t coefficient)
{
    struct allocate_class *taker = &fixture->classes[index];
    assert_true(taker->term_count < MOST_ROWS);
    fixture->terms[index][taker->term_count++] =
        (struct allocate_term){.row = row, .coefficient = coefficient};
}

static bool fixture_run(struct fixture *fixture, enum allocate_mode mode)
{
    bool fits = false;
    struct fail fail = {.kind = FAIL_NONE};
    fixture->problem.mode = mode;
    if (!allocate(&fixture->arena, &fixture->problem, &fits, &fail))
        fail_msg("allocate: %s", fail.message);
    return fits;
}

static void refused_run(struct fixture *fixture, enum fail_kind kind)
{
    bool fits = true;
    struct fail fail = {.kind = FAIL_NONE};
    assert_false(allocate(&fixture->arena, &fixture->problem, &fits, &fail));
    assert_int_equal(fail.kind, kind);
    assert_true(fail.message[0] != '\0');
}

/* --- the reference cases --- */

static int64_t integer_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void case_classes_read(struct fixture *fixture, const json_t *reference)
{
    size_t i;
    json_t *values;
    json_array_foreach(json_object_get(reference, "classes"), i, values)
        class_add(fixture, (struct allocate_class){
                               .at_least = integer_of(values, "min"),
                               .at_most = integer_of(values, "max"),
                               .need = integer_of(values, "need"),
                               .has_need = json_is_true(json_object_get(values, "has_need")),
                               .weight = integer_of(values, "weight") * ALLOCATE_WEIGHT_ONE,
                           });
}

static void case_read(struct fixture *fixture, const json_t *reference)
{
    size_t g, i;
    json_t *values, *coefficient;
    case_classes_read(fixture, reference);
    fixture->problem.surplus_to_all =
        json_is_true(json_object_get(reference, "distribute_surplus"));
    json_array_foreach(json_object_get(reference, "constraints"), g, values)
    {
        const char *kind = json_string_value(json_object_get(values, "kind"));
        assert_true(strcmp(kind, "cap") == 0 || strcmp(kind, "budget") == 0);
        row_add(fixture, strcmp(kind, "cap") == 0 ? ALLOCATE_CAP : ALLOCATE_BUDGET,
                integer_of(values, "limit"));
        if (json_is_integer(json_object_get(values, "surplus_limit")))
            surplus_limit_set(fixture, g, integer_of(values, "surplus_limit"));
        json_array_foreach(json_object_get(values, "coef"), i, coefficient)
            term_add(fixture, i, g, json_integer_value(coefficient));
    }
}

static bool case_answered(const struct fixture *fixture, const json_t *reference,
                          const json_t *answer, bool fits)
{
    size_t i, g;
    json_t *value;
    bool right = fits == (strcmp(json_string_value(json_object_get(answer, "status")), "ok") == 0);
    right = right && json_array_size(json_object_get(answer, "x")) == fixture->problem.class_count;
    json_array_foreach(json_object_get(answer, "x"), i, value)
    {
        right = right && fixture->classes[i].limit == json_integer_value(value);
    }
    json_array_foreach(json_object_get(answer, "need_met"), i, value)
    {
        const struct allocate_class *taker = &fixture->classes[i];
        int64_t wanted = taker->need < taker->at_most ? taker->need : taker->at_most;
        bool met = !taker->has_need || taker->limit >= wanted;
        right = right && met == json_is_true(value);
    }
    json_array_foreach(json_object_get(reference, "constraints"), g, value)
    {
        const char *name = json_string_value(json_object_get(value, "name"));
        int64_t used = integer_of(json_object_get(answer, "used"), name);
        right = right && fixture->rows[g].used == used;
    }
    return right;
}

static size_t cases_run(const json_t *cases, const char *mode_name, enum allocate_mode mode)
{
    size_t at, right = 0;
    json_t *reference;
    json_array_foreach(cases, at, reference)
    {
        struct fixture fixture;
        fixture_open(&fixture);
        case_read(&fixture, reference);
        bool fits = fixture_run(&fixture, mode);
        if (case_answered(&fixture, reference, json_object_get(reference, mode_name), fits))
            right++;
        else
            print_error("case %d, %s: another answer\n", (int)integer_of(reference, "id"),
                        mode_name);
        fixture_close(&fixture);
    }
    return right;
}

static void reference_cases(void **state)
{
    (void)state;
    json_error_t error;
    json_t *root = json_load_file(REFERENCE_DIR "/allocation.json", 0, &error);
    if (root == NULL)
        fail_msg("%s: %s", REFERENCE_DIR "/allocation.json", error.text);
    const json_t *cases = json_object_get(root, "cases");
    size_t count = json_array_size(cases);
    size_t fill = cases_run(cases, "fill", ALLOCATE_FILL);
    size_t stable = cases_run(cases, "stable", ALLOCATE_STABLE);
    json_decref(root);
    assert_int_equal(count, 150);
    assert_int_equal(fill, count);
    assert_int_equal(stable, count);
}

/* --- worked examples: margin 0, no needs --- */

/* MC 100, SR 3 + reserved 7, alert 60 %: 90 for services, surplus up to 60 - 10. */
static void example_one_to_three(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    surplus_limit_set(&fixture, row_add(&fixture, ALLOCATE_BUDGET, 90), 50);
    class_add(&fixture, (struct allocate_class){.at_least = 1, .at_most = 1000, .weight = 3000});
    class_add(&fixture, (struct allocate_class){.at_least = 1, .at_most = 1000, .weight = 1000});
    term_add(&fixture, 0, 0, 1);
    term_add(&fixture, 1, 0, 2);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 30);
    assert_int_equal(fixture.classes[1].limit, 10);
    assert_int_equal(fixture.rows[0].used, 50);
    assert_int_equal(fixture.classes[0].reason, ALLOCATE_HEADROOM);
    assert_int_equal(fixture.classes[1].reason, ALLOCATE_HEADROOM);
    fixture_close(&fixture);
}

/* MC 200, SR 3 + reserved 12, alert 62.5 %: 185 for services, surplus up to 125 - 15. */
static void example_five_to_two(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    surplus_limit_set(&fixture, row_add(&fixture, ALLOCATE_BUDGET, 185), 110);
    class_add(&fixture, (struct allocate_class){.at_least = 1, .at_most = 1000, .weight = 5000});
    class_add(&fixture, (struct allocate_class){.at_least = 1, .at_most = 1000, .weight = 2000});
    term_add(&fixture, 0, 0, 1);
    term_add(&fixture, 1, 0, 3);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 50);
    assert_int_equal(fixture.classes[1].limit, 20);
    assert_int_equal(fixture.rows[0].used, 110);
    fixture_close(&fixture);
}

/* MC 100, SR 3 + reserved 17, six pools at peak, alert 100 %: 80 / 6 = 13. */
static void example_six_pools(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    surplus_limit_set(&fixture, row_add(&fixture, ALLOCATE_BUDGET, 80), 80);
    class_add(&fixture, (struct allocate_class){.at_least = 1, .at_most = 1000});
    term_add(&fixture, 0, 0, 6);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 13);
    assert_int_equal(fixture.rows[0].used, 78);
    assert_int_equal(fixture.classes[0].reason, ALLOCATE_REFUSED);
    fixture_close(&fixture);
}

/* --- the modes --- */

/* 50 pools of one class miss by one connection; the two of the other go on only in fill mode. */
static void stable_stops_where_fill_goes_on(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    row_add(&fixture, ALLOCATE_BUDGET, 101);
    class_add(&fixture,
              (struct allocate_class){
                  .at_least = 1, .at_most = 9, .need = 9, .has_need = true, .weight = 2000});
    class_add(&fixture,
              (struct allocate_class){.at_least = 1, .at_most = 9, .need = 9, .has_need = true});
    term_add(&fixture, 0, 0, 50);
    term_add(&fixture, 1, 0, 2);
    assert_true(fixture_run(&fixture, ALLOCATE_STABLE));
    assert_int_equal(fixture.classes[0].limit, 1);
    assert_int_equal(fixture.classes[1].limit, 1);
    assert_int_equal(fixture.classes[0].reason, ALLOCATE_REFUSED);
    assert_int_equal(fixture.classes[1].reason, ALLOCATE_STOPPED);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 1);
    assert_int_equal(fixture.classes[1].limit, 9);
    assert_int_equal(fixture.classes[1].reason, ALLOCATE_NEED_MET);
    fixture_close(&fixture);
}

/* A cap only closes its class, in both modes, and is named before the budget that refuses too. */
static void cap_closes_its_class_only(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    row_add(&fixture, ALLOCATE_BUDGET, 12);
    row_add(&fixture, ALLOCATE_CAP, 0); /* rolconnlimit = 0: nobody may be in it */
    row_add(&fixture, ALLOCATE_CAP, 4);
    class_add(&fixture, (struct allocate_class){.at_most = 9, .need = 9, .has_need = true});
    class_add(&fixture, (struct allocate_class){.at_most = 9, .need = 9, .has_need = true});
    class_add(&fixture, (struct allocate_class){.at_most = 8, .need = 9, .has_need = true});
    term_add(&fixture, 0, 0, 13);
    term_add(&fixture, 0, 1, 13);
    term_add(&fixture, 1, 0, 2);
    term_add(&fixture, 1, 2, 2);
    term_add(&fixture, 2, 0, 1);
    term_add(&fixture, 2, 2, 0); /* superuser: not bound by it */
    for (int mode = ALLOCATE_FILL; mode <= ALLOCATE_STABLE; mode++) {
        assert_true(fixture_run(&fixture, (enum allocate_mode)mode));
        assert_int_equal(fixture.classes[0].limit, 0);
        assert_int_equal(fixture.classes[1].limit, 2);
        assert_int_equal(fixture.classes[2].limit, 8);
        assert_int_equal(fixture.classes[0].reason, ALLOCATE_REFUSED);
        assert_int_equal(fixture.classes[0].stopped_by, 1);
        assert_int_equal(fixture.classes[1].stopped_by, 2);
        assert_int_equal(fixture.classes[2].reason, ALLOCATE_AT_MOST);
        assert_int_equal(fixture.rows[0].used, 12);
    }
    fixture_close(&fixture);
}

/* --- surplus --- */

static void surplus_goes_to_classes_without_need(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    surplus_limit_set(&fixture, row_add(&fixture, ALLOCATE_BUDGET, 30), 20);
    class_add(&fixture,
              (struct allocate_class){.at_least = 6, .at_most = 30, .need = 5, .has_need = true});
    class_add(&fixture, (struct allocate_class){.at_least = 0, .at_most = 30});
    term_add(&fixture, 0, 0, 1);
    term_add(&fixture, 1, 0, 1);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 6);
    assert_int_equal(fixture.classes[0].reason, ALLOCATE_NEED_MET);
    assert_int_equal(fixture.classes[1].limit, 14);
    assert_int_equal(fixture.classes[1].reason, ALLOCATE_HEADROOM);
    fixture.problem.surplus_to_all = true;
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    /* (k-1)/5 against (k-1)/10: units 7 and 8 of the first stand beside 13 and 15 of the second. */
    assert_int_equal(fixture.classes[0].limit, 7);
    assert_int_equal(fixture.classes[1].limit, 13);
    fixture_close(&fixture);
}

/* Needs may cross the alert; then there is no surplus, and a surplus limit above the limit is none.
 */
static void needs_cross_the_alert(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    surplus_limit_set(&fixture, row_add(&fixture, ALLOCATE_BUDGET, 30), 20);
    class_add(&fixture, (struct allocate_class){.at_most = 30, .need = 25, .has_need = true});
    class_add(&fixture, (struct allocate_class){.at_least = 1, .at_most = 30});
    term_add(&fixture, 0, 0, 1);
    term_add(&fixture, 1, 0, 1);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 25);
    assert_int_equal(fixture.classes[1].limit, 1);
    assert_int_equal(fixture.classes[1].reason, ALLOCATE_HEADROOM);
    surplus_limit_set(&fixture, 0, 1000);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[1].limit, 5);
    assert_int_equal(fixture.classes[1].reason, ALLOCATE_REFUSED);
    surplus_limit_set(&fixture, 0, -5);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[1].limit, 1);
    fixture_close(&fixture);
}

/* --- ties --- */

static void ties_go_to_weight_then_to_declaration(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    row_add(&fixture, ALLOCATE_BUDGET, 2);
    for (int i = 0; i < 3; i++) {
        class_add(&fixture,
                  (struct allocate_class){
                      .at_most = 9, .need = 9, .has_need = true, .weight = i == 2 ? 2000 : 1000});
        term_add(&fixture, (size_t)i, 0, 1);
    }
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 1);
    assert_int_equal(fixture.classes[1].limit, 0);
    assert_int_equal(fixture.classes[2].limit, 1);
    fixture_close(&fixture);
}

/* --- edges --- */

static void nothing_to_allocate(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    row_add(&fixture, ALLOCATE_BUDGET, 0);
    assert_true(fixture_run(&fixture, ALLOCATE_STABLE));
    assert_int_equal(fixture.rows[0].used, 0);
    fixture.rows[0].limit = -5; /* the reserves alone exceed max_connections */
    assert_false(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.rows[0].short_by, 5);
    fixture.rows[0].limit = INT64_MIN;
    assert_false(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.rows[0].short_by, INT64_MAX);
    fixture_close(&fixture);
}

/* MC = 1, everything reserved: B = 0, and every class wants its first connection. */
static void floors_that_do_not_fit(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    row_add(&fixture, ALLOCATE_BUDGET, 0);
    row_add(&fixture, ALLOCATE_CAP, 5);
    row_add(&fixture, ALLOCATE_CAP, 100);
    class_add(&fixture, (struct allocate_class){.at_least = 1, .at_most = 9});
    class_add(&fixture, (struct allocate_class){.at_least = 2, .at_most = 9});
    class_add(&fixture, (struct allocate_class){.at_least = 1, .at_most = 9});
    term_add(&fixture, 0, 0, 3);
    term_add(&fixture, 1, 1, 4);
    term_add(&fixture, 1, 0, 4);
    term_add(&fixture, 2, 2, 1);
    assert_false(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 1);
    assert_int_equal(fixture.classes[1].limit, 2);
    assert_int_equal(fixture.classes[2].limit, 1);
    assert_int_equal(fixture.rows[0].used, 11);
    assert_int_equal(fixture.rows[0].short_by, 11);
    assert_int_equal(fixture.rows[1].used, 8);
    assert_int_equal(fixture.rows[1].short_by, 3);
    assert_int_equal(fixture.rows[2].short_by, 0);
    assert_int_equal(fixture.classes[1].reason, ALLOCATE_REFUSED);
    assert_int_equal(fixture.classes[1].stopped_by, 0);
    assert_int_equal(fixture.classes[2].reason, ALLOCATE_STOPPED);
    fixture_close(&fixture);
}

/* A class without pools costs nothing and stays at its floor; at_most 0 switches a class off as
 * well. */
static void classes_that_are_off(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    row_add(&fixture, ALLOCATE_BUDGET, 10);
    class_add(&fixture, (struct allocate_class){.at_least = 2, .at_most = 1000});
    class_add(&fixture,
              (struct allocate_class){.at_least = 1, .at_most = 9, .need = 5, .has_need = true});
    class_add(&fixture, (struct allocate_class){.at_most = 0});
    class_add(&fixture,
              (struct allocate_class){.at_least = 3, .at_most = 3, .need = 3, .has_need = true});
    term_add(&fixture, 0, 0, 0);
    term_add(&fixture, 2, 0, 1);
    term_add(&fixture, 3, 0, 1);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 2);
    assert_int_equal(fixture.classes[0].reason, ALLOCATE_NEED_MET);
    assert_int_equal(fixture.classes[1].limit, 1);
    assert_int_equal(fixture.classes[2].limit, 0);
    assert_int_equal(fixture.classes[2].reason, ALLOCATE_AT_MOST);
    assert_int_equal(fixture.classes[3].reason, ALLOCATE_NEED_MET);
    assert_int_equal(fixture.rows[0].used, 3);
    fixture_close(&fixture);
}

/* One limit for the databases of two servers: a row on each, and the smaller one decides. */
static void tied_servers(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    row_add(&fixture, ALLOCATE_BUDGET, 50);
    row_add(&fixture, ALLOCATE_BUDGET, 20);
    class_add(&fixture,
              (struct allocate_class){.at_least = 1, .at_most = 90, .need = 40, .has_need = true});
    term_add(&fixture, 0, 0, 1);
    term_add(&fixture, 0, 1, 2);
    term_add(&fixture, 0, 1, 1); /* two databases there: 3 in all */
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 6);
    assert_int_equal(fixture.classes[0].stopped_by, 1);
    assert_int_equal(fixture.rows[0].used, 6);
    assert_int_equal(fixture.rows[1].used, 18);
    fixture_close(&fixture);
}

/* need > at_most is met as far as at_most allows, and says so. */
static void need_above_at_most(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    row_add(&fixture, ALLOCATE_BUDGET, 50);
    class_add(&fixture,
              (struct allocate_class){.at_least = 1, .at_most = 4, .need = 9, .has_need = true});
    term_add(&fixture, 0, 0, 2);
    assert_true(fixture_run(&fixture, ALLOCATE_STABLE));
    assert_int_equal(fixture.classes[0].limit, 4);
    assert_int_equal(fixture.classes[0].reason, ALLOCATE_AT_MOST);
    fixture_close(&fixture);
}

/* --- what is refused --- */

static void values_out_of_range(void **state)
{
    (void)state;
    static const struct allocate_class rows[] = {
        {.at_least = 3, .at_most = 2},
        {.at_least = -1, .at_most = 2},
        {.at_least = 0, .at_most = ALLOCATE_MAX + 1},
        {.at_least = 0, .at_most = 2, .need = -1},
        {.at_least = 0, .at_most = 2, .need = ALLOCATE_MAX + 1},
        {.at_least = 0, .at_most = 2, .weight = -1},
        {.at_least = 0, .at_most = 2, .weight = ALLOCATE_WEIGHT_MAX + 1},
        {.at_least = INT64_MIN, .at_most = INT64_MAX},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture fixture;
        fixture_open(&fixture);
        class_add(&fixture, rows[i]);
        refused_run(&fixture, FAIL_INPUT);
        fixture_close(&fixture);
    }
    struct fixture fixture;
    fixture_open(&fixture);
    class_add(&fixture, (struct allocate_class){.at_most = 2})->weight = 0;
    refused_run(&fixture, FAIL_INPUT);
    fixture.classes[0].weight = 1;
    row_add(&fixture, ALLOCATE_BUDGET, 7);
    term_add(&fixture, 0, 1, 1); /* there is no row 1 */
    refused_run(&fixture, FAIL_INTERNAL);
    fixture.terms[0][0] = (struct allocate_term){.row = 0, .coefficient = -1};
    refused_run(&fixture, FAIL_INTERNAL);
    fixture_close(&fixture);
}

/* 2^31 connections are a number, one more is refused; floors that do not fit are an answer below
 * it. */
static void sums_that_pass_the_end(void **state)
{
    (void)state;
    const int64_t end = INT64_C(1) << 31;
    struct fixture fixture;
    fixture_open(&fixture);
    row_add(&fixture, ALLOCATE_CAP, INT64_MAX);
    row_add(&fixture, ALLOCATE_BUDGET, 100);
    class_add(&fixture, (struct allocate_class){.at_least = 2, .at_most = 2});
    term_add(&fixture, 0, 0, end / 2);
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.rows[0].used, end);
    fixture.terms[0][0].row = 1;
    assert_false(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.rows[1].short_by, end - 100);
    fixture.terms[0][0] = (struct allocate_term){.row = 0, .coefficient = end / 2 + 1};
    refused_run(&fixture, FAIL_INPUT);
    fixture.classes[0].at_least = 1; /* the floor is representable, the second connection is not */
    refused_run(&fixture, FAIL_INPUT);
    fixture.rows[0].limit = end; /* now the row refuses it */
    assert_true(fixture_run(&fixture, ALLOCATE_FILL));
    assert_int_equal(fixture.classes[0].limit, 1);
    fixture.terms[0][0].coefficient = INT64_MAX;
    refused_run(&fixture, FAIL_INPUT);
    fixture.terms[0][0].coefficient = end;
    term_add(&fixture, 0, 0, 1);
    refused_run(&fixture, FAIL_INPUT);
    fixture_close(&fixture);
}

/* The widest keys: weights 0.001 and 1000, needs 1 and 2^18, limits up to 2^18. */
static void widest_keys(void **state)
{
    (void)state;
    struct fixture fixture;
    fixture_open(&fixture);
    row_add(&fixture, ALLOCATE_BUDGET, ALLOCATE_MAX);
    class_add(&fixture,
              (struct allocate_class){
                  .at_most = ALLOCATE_MAX, .need = ALLOCATE_MAX, .has_need = true, .weight = 1});
    class_add(&fixture, (struct allocate_class){.at_most = ALLOCATE_MAX,
                                                .need = ALLOCATE_MAX,
                                                .has_need = true,
                                                .weight = ALLOCATE_WEIGHT_MAX});
    term_add(&fixture, 0, 0, 1);
    term_add(&fixture, 1, 0, 1);
    assert_true(fixture_run(&fixture, ALLOCATE_STABLE));
    /* The k-th of the first stands before the ((k-1) x 10^6 + 1)-st of the second: so it gets one.
     */
    assert_int_equal(fixture.classes[0].limit, 1);
    assert_int_equal(fixture.classes[1].limit, ALLOCATE_MAX - 1);
    fixture.classes[0].need = 1;
    fixture.classes[1].weight = 2;
    fixture.rows[0].limit = 10 + ALLOCATE_MAX;
    assert_true(fixture_run(&fixture, ALLOCATE_STABLE));
    assert_int_equal(fixture.classes[0].limit, 1);
    assert_int_equal(fixture.classes[1].limit, ALLOCATE_MAX);
    fixture_close(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_cases),
        cmocka_unit_test(example_one_to_three),
        cmocka_unit_test(example_five_to_two),
        cmocka_unit_test(example_six_pools),
        cmocka_unit_test(stable_stops_where_fill_goes_on),
        cmocka_unit_test(cap_closes_its_class_only),
        cmocka_unit_test(surplus_goes_to_classes_without_need),
        cmocka_unit_test(needs_cross_the_alert),
        cmocka_unit_test(ties_go_to_weight_then_to_declaration),
        cmocka_unit_test(nothing_to_allocate),
        cmocka_unit_test(floors_that_do_not_fit),
        cmocka_unit_test(classes_that_are_off),
        cmocka_unit_test(tied_servers),
        cmocka_unit_test(need_above_at_most),
        cmocka_unit_test(values_out_of_range),
        cmocka_unit_test(sums_that_pass_the_end),
        cmocka_unit_test(widest_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
