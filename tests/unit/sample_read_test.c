/* The rows of the queries of `watch`, with results made in memory. */
#include "facts_read.h"
#include "sample.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pg_result.h"

enum { COLUMNS = 8 };

static struct arena arena;
static struct sample sample;

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static bool read_it(PGresult *result)
{
    struct facts facts = {.sample = &sample};
    sample = (struct sample){.sessions = -1};
    bool done = sample_read(&arena, result, &facts);
    PQclear(result);
    return done;
}

static void groups_are_read(void **state)
{
    (void)state;
    PGresult *result = result_new(COLUMNS);
    ROW(result, "api", "app", "core", "5", "2", "2", "1", "1");
    ROW(result, NULL, NULL, NULL, "2", "0", "0", "0", "0");
    assert_true(read_it(result));
    assert_int_equal(sample.sessions, 7);
    assert_int_equal(sample.group_count, 2);
    assert_string_equal(sample.groups[0].application_name, "api");
    assert_string_equal(sample.groups[0].role, "app");
    assert_string_equal(sample.groups[0].database, "core");
    assert_int_equal(sample.groups[0].active, 2);
    assert_int_equal(sample.groups[0].idle, 2);
    assert_int_equal(sample.groups[0].idle_in_transaction, 1);
    assert_int_equal(sample.groups[0].waiting, 1);
    assert_null(sample.groups[1].application_name);
    assert_false(sample.groups[1].is_rest);
}

static void nobody_is_zero(void **state)
{
    (void)state;
    assert_true(read_it(result_new(COLUMNS)));
    assert_int_equal(sample.sessions, 0);
    assert_int_equal(sample.group_count, 0);
}

/* However many there are, the sum is theirs. */
static void many_groups(void **state)
{
    (void)state;
    char name[16];
    for (int rows = SAMPLE_MOST_GROUPS - 1; rows < SAMPLE_MOST_GROUPS + 50; rows++) {
        PGresult *result = result_new(COLUMNS);
        for (int i = 0; i < rows; i++) {
            (void)snprintf(name, sizeof name, "%d", i);
            ROW(result, name, "app", "core", "3", "2", "1", "0", "1");
        }
        assert_true(read_it(result));
        bool has_rest = rows > SAMPLE_MOST_GROUPS;
        assert_int_equal(sample.sessions, 3 * rows);
        assert_int_equal(sample.group_count, has_rest ? SAMPLE_MOST_GROUPS : rows);
        const struct sample_group *last = &sample.groups[sample.group_count - 1];
        assert_int_equal(last->is_rest, has_rest);
        assert_int_equal(last->sessions, has_rest ? 3 * (rows - SAMPLE_MOST_GROUPS + 1) : 3);
        assert_int_equal(last->active * 3, last->sessions * 2);
        assert_int_equal(last->waiting * 3, last->sessions);
    }
}

static void other_answers_are_refused(void **state)
{
    static const char *const wrong[] = {NULL, "", "-1", "many", "1.5", "99999999999"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        for (int column = 3; column < COLUMNS; column++) {
            const char *values[COLUMNS] = {"api", "app", "core", "5", "1", "3", "1", "0"};
            PGresult *result = result_new(COLUMNS);
            values[column] = wrong[i];
            row_add(result, values);
            assert_false(read_it(result));
        }
    assert_false(read_it(result_new(COLUMNS + 1)));
    assert_false(read_it(result_new(COLUMNS - 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(groups_are_read, teardown),
        cmocka_unit_test_teardown(nobody_is_zero, teardown),
        cmocka_unit_test_teardown(many_groups, teardown),
        cmocka_unit_test_teardown(other_answers_are_refused, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
