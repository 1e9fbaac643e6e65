/*
 * The whole catalogue against tests/reference/plans.json, which holds every documented row as its
 * provider prints it: what a formula gives must be what the table says. Beside it the formulas
 * themselves, dates, and plans of any size.
 */
#include "plan.h"
#include "plan_date.h"
#include "plan_formula.h"
#include "plan_pattern.h"

#include <inttypes.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#ifndef REFERENCE_DIR
#define REFERENCE_DIR "tests/reference" /* tests run at the root of the sources */
#endif
#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MOST = 262143 };

/* --- the reference --- */

static int64_t number_of(const json_t *row, const char *key)
{
    const json_t *value = json_object_get(row, key);
    return value == NULL ? -1 : (int64_t)json_integer_value(value);
}

/* Where only an upper bound is known, the sizing goes by what was seen, or by that bound. */
static void row_is(const json_t *row, const struct provider *provider, const struct plan *plan)
{
    const char *name = json_string_value(json_object_get(row, "plan"));
    int64_t documented = number_of(row, "max_connections"), nominal = number_of(row, "nominal");
    if (documented >= 0 && plan->max_connections != documented)
        fail_msg("%s: %" PRId64 ", documented %" PRId64, name, plan->max_connections, documented);
    bool is_hearsay = plan->disputed && plan->confidence == CONFIDENCE_REPORTED;
    if (documented < 0 && nominal < 0 && plan->max_connections >= 0 && !is_hearsay)
        fail_msg("%s: %" PRId64 ", and nobody publishes one", name, plan->max_connections);
    if (documented < 0 && nominal >= 0 &&
        (!plan->nominal || plan->max_connections > nominal || plan->max_connections < 1))
        fail_msg("%s: not a bound of %" PRId64, name, nominal);
    /* Of a range of sizes the reference holds the nominal value of one. */
    if (nominal >= 0 && plan->expression != NULL && plan->formula_value >= 0)
        assert_int_equal(plan->formula_value, nominal);
    int64_t reserved = plan->reserved_total >= 0 ? plan->reserved_total : provider->reserved_total;
    if (number_of(row, "reserved") >= 0)
        assert_int_equal(reserved, number_of(row, "reserved"));
    if (number_of(row, "usable") >= 0)
        assert_int_equal(plan->max_connections - reserved, number_of(row, "usable"));
    assert_int_equal(plan->pooler_max_clients, number_of(row, "pooler_max_clients"));
    assert_int_equal(plan->pooler_pool_size, number_of(row, "pooler_pool_size"));
    const json_t *memory = json_object_get(row, "memory_gib");
    if (memory != NULL && plan->memory_gib != json_number_value(memory))
        fail_msg("%s: %g GiB", name, plan->memory_gib);
    assert_true((int64_t)plan->source_count >= number_of(row, "sources"));
}

static void every_documented_row_is_there(void **state)
{
    (void)state;
    json_error_t error;
    json_t *rows = json_load_file(REFERENCE_DIR "/plans.json", 0, &error), *row;
    size_t at;
    if (rows == NULL)
        fail_msg("%s", error.text);
    assert_true(json_array_size(rows) >= 361);
    json_array_foreach(rows, at, row)
    {
        struct arena arena = {0};
        struct fail fail = {0};
        const struct provider *provider;
        const struct plan *plan;
        const char *name = json_string_value(json_object_get(row, "plan"));
        if (!plan_find(&arena, name, &provider, &plan, &fail))
            fail_msg("%s: %s", name, fail.message);
        row_is(row, provider, plan);
        arena_free(&arena);
    }
    json_decref(rows);
}

/* --- formulas --- */

struct worked {
    const char *expression;
    struct plan_size size; /* thousandths of GiB, vCPU and compute units; 0: not known */
    int64_t value;         /* -1: nothing follows; -2: it is refused */
    const char *message;   /* a part of why */
};
#define RDS "least(floor(memory_bytes / 9531392), 5000)"
#define AZURE                                                                                      \
    "when(memory_gib <= 2, memory_gib * 25, memory_gib > 2, least(floor(memory_gib * 1024 * "      \
    "0.1049164697034809), 5000))"
#define SQL "when(memory_gib >= 7.5, 400, memory_gib >= 6, 200, memory_gib >= 3.75, 100)"

static const struct worked worked[] = {
    /* as the providers' own pages say it */
    {RDS, {.memory_milligib = 1000}, 112, NULL},
    {RDS, {.memory_milligib = 15250}, 1717, NULL},
    {RDS, {.memory_milligib = 768000}, 5000, NULL},
    {RDS, {.milli_vcpu = 2000}, -1, NULL},
    {"floor(compute_units * 4000000000 / 9531392)", {.milli_compute_units = 250}, 104, NULL},
    {"floor(compute_units * 4000000000 / 9531392)", {.milli_compute_units = 8000}, 3357, NULL},
    {AZURE, {.memory_milligib = 2000}, 50, NULL},
    {AZURE, {.memory_milligib = 4000}, 429, NULL},
    {AZURE, {.memory_milligib = 672000}, 5000, NULL},
    {AZURE, {.memory_milligib = 0}, -1, NULL},
    {SQL, {.memory_milligib = 3749}, -1, NULL},
    {SQL, {.memory_milligib = 3750}, 100, NULL},
    {SQL, {.memory_milligib = 5999}, 100, NULL},
    {SQL, {.memory_milligib = 6000}, 200, NULL},
    {SQL, {.memory_milligib = 7500}, 400, NULL},
    /* the language */
    {"1 + 2 * 3 - 4 / 2", {0}, 5, NULL},
    {" ( 1+2 )*3 ", {0}, 9, NULL},
    {"round(2.5)", {0}, 3, NULL},
    {"round(2.4)", {0}, 2, NULL},
    {"ceil(2.001)", {0}, 3, NULL},
    {"10 + floor(0 - 1.5)", {0}, 8, NULL},
    {"10 + ceil(0 - 1.5)", {0}, 9, NULL},
    {"greatest(1, 7, 3)", {0}, 7, NULL},
    {"least(9, 7, 8)", {0}, 7, NULL},
    {"least(5, vcpu)", {0}, -1, NULL},
    {"when(1 < 1, 1, 1 > 1, 2, 2 >= 2, 3)", {0}, 3, NULL},
    {"when(vcpu < 1, 1, 1 < 2, 2)", {0}, -1, NULL},
    {"when(1 < 2, 5, 1 > 0, 1 / 0)", {0}, 5, NULL}, /* what is not taken does not matter */
    {"0.1 + 0.2 + 0.7", {0}, 1, NULL},
    /* refused */
    {"", {0}, -2, "expected a number, a name or (, but it ends"},
    {"1 +", {0}, -2, "but it ends"},
    {"1 2", {0}, -2, "expected an operator or the end at \"2\""},
    {"1.", {0}, -2, "digits are missing"},
    {".5", {0}, -2, "expected a number"},
    {"1..5", {0}, -2, "digits are missing"},
    {"-1", {0}, -2, "expected a number"},
    {"cpus", {0}, -2, "unknown name \"cpus\""},
    {"vcpu(2)", {0}, -2, "unknown name \"vcpu\""},
    {"floor", {0}, -2, "unknown name \"floor\""},
    {"floor(1", {0}, -2, "expected )"},
    {"least(1,", {0}, -2, "but it ends"},
    {"when(1, 2)", {0}, -2, "expected a comparison"},
    {"when(1 < 2)", {0}, -2, "expected , and a value"},
    {"1 / 0", {0}, -2, "divides by zero"},
    {"1 / (3 - 3)", {0}, -2, "divides by zero"},
    {"3 / 2", {0}, -2, "gives 3/2, which is not whole"},
    {"1 - 1", {0}, -2, "must give 1 to 262143, gives 0"},
    {"262144", {0}, -2, "gives 262144"},
    {"999999999999999999 * 999999999999999999", {0}, -2, "too large"},
    {"1000000000000000000", {0}, -2, "too many digits"},
    {"((((((((((((((((((1))))))))))))))))))", {0}, -2, "too deep"},
};

static void formulas_are_worked_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(worked); i++) {
        const struct plan_size *given = &worked[i].size;
        const struct plan_size size = {given->memory_milligib > 0 ? given->memory_milligib : -1,
                                       given->milli_vcpu > 0 ? given->milli_vcpu : -1,
                                       given->milli_compute_units > 0 ? given->milli_compute_units
                                                                      : -1};
        struct fail fail = {0};
        int64_t value = 0;
        bool good = plan_formula_evaluate(worked[i].expression, &size, MOST, &value, &fail);
        print_message("# %s: %" PRId64 " %s\n", worked[i].expression, value, fail.message);
        assert_int_equal(good, worked[i].value != -2);
        if (good)
            assert_int_equal(value, worked[i].value);
        else if (strstr(fail.message, worked[i].message) == NULL)
            fail_msg("%s: want %s", fail.message, worked[i].message);
    }
}

/* --- dates --- */

static void dates_are_found_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        int64_t end_s;
    } dates[] = {
        {"2026-09-17 (node list)", 1789689600}, /* 2026-09-18T00:00:00Z */
        {"2025-2026", 1798761600},              /* 2027-01-01 */
        {"2014-2019", 1577836800},              /* not a month 20: 2020-01-01 */
        {"2019..2026", 1798761600},
        {"2026-06 and before", 1782864000}, /* 2026-07-01 */
        {"2026-12", 1798761600},
        {"text of 2023-10-30, snapshot 2024-10-23", 1729728000},
        {"undated", 0},
        {"PostgreSQL 15.18", 0},
        {"12026-01-01", 0},
        {"20261", 0},
        {"1899", 0},
        {"", 0},
    };
    for (size_t i = 0; i < COUNT(dates); i++) {
        print_message("# %s\n", dates[i].words);
        assert_int_equal(plan_date_latest(dates[i].words), dates[i].end_s);
    }
    assert_int_equal(plan_date_latest(NULL), 0);
}

/* --- plans of any size --- */

static void patterns_stand_for_plans(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int64_t max_connections; /* 0: there is none */
        double memory_gib, vcpu;
    } plans[] = {
        {"gcp-cloudsql/db-custom-4-15360", 500, 15, 4},
        {"gcp-cloudsql/DB-CUSTOM-1-3840", 100, 3.75, 1},
        {"gcp-cloudsql/db-custom-1-1024", -1, 1, 1}, /* the hole of the table */
        {"gcp-cloudsql/db-custom-1-", 0, 0, 0},
        {"gcp-cloudsql/db-custom-1-3840x", 0, 0, 0},
        {"gcp-cloudsql/db-custom-1.2.3-3840", 0, 0, 0},
        {"gcp-cloudsql/db-custom--1-3840", 0, 0, 0},
        {"gcp-cloudsql/db-custom-0-3840", 0, 0, 0},
        {"yandex/4-vcpu", 800, -1, 4},
        {"yandex/99999999-vcpu", 0, 0, 0},
        {"ovh/15g", 600, 15, -1},
        {"ovh/2g", 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT(plans); i++) {
        struct arena arena = {0};
        struct fail fail = {0};
        const struct provider *provider;
        const struct plan *plan;
        bool found = plan_find(&arena, plans[i].name, &provider, &plan, &fail);
        print_message("# %s: %s\n", plans[i].name, fail.message);
        assert_int_equal(found, plans[i].max_connections != 0);
        if (found) {
            assert_int_equal(plan->max_connections, plans[i].max_connections);
            assert_true(plan->memory_gib == plans[i].memory_gib && plan->vcpu == plans[i].vcpu);
            assert_true(plan->confidence != CONFIDENCE_NONE);
            assert_false(plan_is_pattern(plan));
        }
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_documented_row_is_there),
        cmocka_unit_test(formulas_are_worked_out),
        cmocka_unit_test(dates_are_found_in_words),
        cmocka_unit_test(patterns_stand_for_plans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
