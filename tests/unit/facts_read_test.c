/* The readers of query.c's rows, with results made in memory. */
#include "facts_read.h"
#include "topology.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MAX_COLUMNS = 8 };

static struct arena arena;
static struct facts facts;

static int setup(void **state)
{
    (void)state;
    facts_clear(&facts);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* A result with `columns` columns and no rows. */
static PGresult *result_new(int columns)
{
    static char name[] = "column";
    PGresAttDesc attributes[MAX_COLUMNS];
    memset(attributes, 0, sizeof attributes);
    for (int i = 0; i < columns; i++)
        attributes[i].name = name;
    PGresult *result = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK);
    assert_non_null(result);
    assert_true(PQsetResultAttrs(result, columns, attributes));
    return result;
}

/* NULL among the values is an SQL NULL. */
static void row_add(PGresult *result, const char *const *values)
{
    int row = PQntuples(result);
    for (int column = 0; column < PQnfields(result); column++) {
        const char *value = values[column];
        int length = value == NULL ? -1 : (int)strlen(value);
        char *copy = value == NULL ? NULL : strdup(value);
        assert_true(PQsetvalue(result, row, column, copy, length));
        free(copy);
    }
}

#define ROW(result, ...) row_add((result), (const char *const[]){__VA_ARGS__})

static bool read_one(query_reader *read, int columns, const char *const *values)
{
    facts_clear(&facts);
    PGresult *result = result_new(columns);
    row_add(result, values);
    bool done = read(&arena, result, &facts);
    PQclear(result);
    return done;
}

/* --- identity --- */

static const char *const identity[] = {"150018", "app", "f", "core", "f", "t", "1795251600"};

static bool identity_with(int column, const char *value)
{
    const char *values[7];
    memcpy(values, identity, sizeof identity);
    values[column] = value;
    return read_one(facts_read_identity, 7, values);
}

static void identity_is_read(void **state)
{
    (void)state;
    assert_true(identity_with(0, "150018"));
    assert_int_equal(facts.version, 150018);
    assert_string_equal(facts.role, "app");
    assert_string_equal(facts.database, "core");
    assert_false(facts.role_is_superuser);
    assert_false(facts.in_recovery);
    assert_true(facts.hidden);
    assert_int_equal(facts.taken_at_s, 1795251600);
    assert_true(identity_with(2, "t"));
    assert_true(facts.role_is_superuser);
    assert_true(identity_with(4, "t"));
    assert_true(facts.in_recovery);
    assert_true(identity_with(5, "f"));
    assert_false(facts.hidden);
}

static void identity_of_wrong_shape_is_refused(void **state)
{
    (void)state;
    static const struct {
        int column;
        const char *value;
    } wrong[] = {
        {0, NULL},      {0, "90624"},   {0, "99999999"},
        {0, "15.18"},   {0, ""},        {0, "99999999999999999999999999"},
        {1, NULL},      {2, NULL},      {2, "true"},
        {2, ""},        {3, NULL},      {4, NULL},
        {5, NULL},      {5, "1"},       {6, NULL},
        {6, "-1"},      {6, "1e9"},     {6, "9223372036854775808"},
        {0, " 150018"}, {0, "+150018"}, {0, "-"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(identity_with(wrong[i].column, wrong[i].value));
    assert_false(read_one(facts_read_identity, 6, identity));
    PGresult *empty = result_new(7);
    assert_false(facts_read_identity(&arena, empty, &facts));
    ROW(empty, "150018", "app", "f", "core", "f", "t", "1");
    ROW(empty, "150018", "app", "f", "core", "f", "t", "1");
    assert_false(facts_read_identity(&arena, empty, &facts));
    PQclear(empty);
}

static void long_names_are_cut_at_a_character(void **state)
{
    (void)state;
    char name[1001];
    memset(name, 'x', 1000);
    name[1000] = '\0';
    memcpy(name + FACTS_MAX_BYTES - 1, "\xc3\xa9", 2); /* é across the limit */
    assert_true(identity_with(1, name));
    assert_int_equal(strlen(facts.role), FACTS_MAX_BYTES - 1);
    memset(name, 'x', 1000);
    assert_true(identity_with(1, name));
    assert_int_equal(strlen(facts.role), FACTS_MAX_BYTES);
    name[FACTS_MAX_BYTES] = '\0';
    assert_true(identity_with(1, name));
    assert_string_equal(facts.role, name);
}

/* --- settings --- */

static bool settings_read(int version, const char *mc, const char *sr, const char *rc)
{
    facts_clear(&facts);
    facts.version = version;
    PGresult *result = result_new(2);
    ROW(result, "idle_session_timeout", "0");
    if (mc != NULL)
        ROW(result, "max_connections", mc);
    if (rc != NULL)
        ROW(result, "reserved_connections", rc);
    ROW(result, "shared_buffers", "16384");
    if (sr != NULL)
        ROW(result, "superuser_reserved_connections", sr);
    bool done = facts_read_settings(&arena, result, &facts);
    PQclear(result);
    return done;
}

static void settings_are_read(void **state)
{
    (void)state;
    assert_true(settings_read(180004, "100", "3", "5"));
    assert_int_equal(facts.max_connections, 100);
    assert_int_equal(facts.superuser_reserved_connections, 3);
    assert_int_equal(facts.reserved_connections, 5);
    assert_int_equal(facts.setting_count, 2);
    assert_string_equal(facts.settings[0].name, "idle_session_timeout");
    assert_string_equal(facts.settings[0].value, "0");
    assert_string_equal(facts.settings[1].name, "shared_buffers");
    assert_string_equal(facts.settings[1].value, "16384");
}

static void reserved_connections_exist_from_16(void **state)
{
    (void)state;
    assert_true(settings_read(150018, "100", "3", NULL));
    assert_int_equal(facts.reserved_connections, 0);
    assert_true(settings_read(160000, "100", "3", NULL));
    assert_int_equal(facts.reserved_connections, UNKNOWN);
}

static void settings_out_of_range_are_refused(void **state)
{
    (void)state;
    assert_true(settings_read(150018, "262143", "0", NULL));
    assert_false(settings_read(150018, "262144", "3", NULL));
    assert_false(settings_read(150018, "0", "0", NULL));
    assert_false(settings_read(150018, "-1", "3", NULL));
    assert_false(settings_read(150018, "100", "-1", NULL));
    assert_false(settings_read(150018, "100", "3", "many"));
    assert_false(settings_read(150018, NULL, "3", NULL));
    assert_false(settings_read(150018, "100", NULL, NULL));
    assert_false(read_one(facts_read_settings, 2, (const char *const[]){NULL, "1"}));
    assert_false(read_one(facts_read_settings, 2, (const char *const[]){"max_connections", NULL}));
}

/* --- sessions --- */

static void sessions_are_read(void **state)
{
    (void)state;
    assert_true(read_one(facts_read_sessions, 1, (const char *const[]){"0"}));
    assert_int_equal(facts.sessions, 0);
    assert_true(read_one(facts_read_sessions, 1, (const char *const[]){"13"}));
    assert_int_equal(facts.sessions, 13);
    assert_false(read_one(facts_read_sessions, 1, (const char *const[]){"-1"}));
    assert_false(read_one(facts_read_sessions, 1, (const char *const[]){"2147483648"}));
    assert_false(read_one(facts_read_sessions, 1, (const char *const[]){NULL}));
    assert_false(read_one(facts_read_sessions, 2, (const char *const[]){"1", "2"}));
}

static void groups_are_read(void **state)
{
    (void)state;
    PGresult *result = result_new(7);
    assert_true(facts_read_groups(&arena, result, &facts));
    assert_int_equal(facts.group_count, 0);
    ROW(result, "api", "app", "core", "10.0.0.7", "idle", "12", "340");
    ROW(result, "", "x", "y", NULL, NULL, "1", NULL);
    assert_true(facts_read_groups(&arena, result, &facts));
    PQclear(result);
    assert_int_equal(facts.group_count, 2);
    const struct session_group *group = &facts.groups[0];
    assert_string_equal(group->application_name, "api");
    assert_string_equal(group->role, "app");
    assert_string_equal(group->database, "core");
    assert_string_equal(group->client_addr, "10.0.0.7");
    assert_string_equal(group->state, "idle");
    assert_int_equal(group->count, 12);
    assert_int_equal(group->oldest_s, 340);
    group = &facts.groups[1];
    assert_string_equal(group->application_name, "");
    assert_null(group->client_addr);
    assert_null(group->state);
    assert_int_equal(group->count, 1);
    assert_int_equal(group->oldest_s, UNKNOWN);
}

static void wrong_groups_are_refused(void **state)
{
    (void)state;
    static const char *const none[] = {"a", "b", "c", "d", "e", "0", "0"};
    static const char *const no_count[] = {"a", "b", "c", "d", "e", NULL, "0"};
    static const char *const future[] = {"a", "b", "c", "d", "e", "1", "-5"};
    assert_false(read_one(facts_read_groups, 7, none));
    assert_false(read_one(facts_read_groups, 7, no_count));
    assert_false(read_one(facts_read_groups, 7, future));
    assert_false(read_one(facts_read_groups, 6, none));
}

static void too_many_rows_are_refused(void **state)
{
    (void)state;
    PGresult *result = result_new(1);
    for (int i = 0; i < FACTS_MAX_ROWS; i++)
        ROW(result, "postgres");
    assert_true(facts_read_superusers(&arena, result, &facts));
    assert_int_equal(facts.superuser_count, FACTS_MAX_ROWS);
    ROW(result, "postgres");
    assert_false(facts_read_superusers(&arena, result, &facts));
    PQclear(result);
}

/* --- limits and superusers --- */

static void limits_are_read(void **state)
{
    (void)state;
    PGresult *result = result_new(2);
    ROW(result, "app", "80");
    ROW(result, "nobody", "0");
    assert_true(facts_read_role_limits(&arena, result, &facts));
    assert_int_equal(facts.role_limit_count, 2);
    assert_int_equal(facts.database_limit_count, 0);
    assert_string_equal(facts.role_limits[0].name, "app");
    assert_int_equal(facts.role_limits[0].count, 80);
    assert_string_equal(facts.role_limits[1].name, "nobody");
    assert_int_equal(facts.role_limits[1].count, 0);
    facts_clear(&facts);
    assert_true(facts_read_database_limits(&arena, result, &facts));
    assert_int_equal(facts.database_limit_count, 2);
    assert_int_equal(facts.role_limit_count, 0);
    PQclear(result);
    assert_false(read_one(facts_read_role_limits, 2, (const char *const[]){"app", "-1"}));
    assert_false(read_one(facts_read_role_limits, 2, (const char *const[]){NULL, "1"}));
    assert_false(read_one(facts_read_database_limits, 2, (const char *const[]){"core", NULL}));
    assert_false(read_one(facts_read_database_limits, 1, (const char *const[]){"core"}));
}

static void superusers_are_read(void **state)
{
    (void)state;
    assert_true(read_one(facts_read_superusers, 1, (const char *const[]){"postgres"}));
    assert_int_equal(facts.superuser_count, 1);
    assert_string_equal(facts.superusers[0], "postgres");
    assert_false(read_one(facts_read_superusers, 1, (const char *const[]){NULL}));
}

/* --- the rows themselves --- */

static void queries_are_one_transaction(void **state)
{
    (void)state;
    assert_true(query_count >= 3);
    assert_true(strncmp(queries[0].sql, "BEGIN", 5) == 0);
    assert_non_null(strstr(queries[0].sql, "READ ONLY"));
    assert_non_null(strstr(queries[1].sql, ":timeout_ms"));
    assert_string_equal(queries[query_count - 1].sql, "COMMIT");
    char limit[32];
    (void)snprintf(limit, sizeof limit, "LIMIT %d", (int)FACTS_MAX_ROWS);
    for (size_t i = 0; i < query_count; i++) {
        assert_non_null(queries[i].name);
        assert_non_null(queries[i].description);
        assert_null(strchr(queries[i].sql, ';')); /* one statement, one answer */
        const char *limited = strstr(queries[i].sql, "LIMIT");
        if (limited != NULL)
            assert_true(strncmp(limited, limit, strlen(limit)) == 0);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(queries[i].name, queries[k].name);
    }
}

static void statements_fit_the_version(void **state)
{
    (void)state;
    static const struct {
        int major;
        bool has_savepoint;
    } rows[] = {{10, true}, {11, false}, {18, false}, {99, false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct query *asked[PROBE_MAX_QUERIES];
        struct text text = {.arena = &arena};
        size_t count = queries_put(&text, rows[i].major, 1234, asked), ends = 0;
        for (const char *at = text.bytes; (at = strchr(at, ';')) != NULL; at++)
            ends++;
        assert_int_equal(ends, count);
        assert_ptr_equal(asked[0], &queries[0]);
        assert_ptr_equal(asked[count - 1], &queries[query_count - 1]);
        assert_non_null(strstr(text.bytes, "SET LOCAL statement_timeout = 1234;\n"));
        assert_int_equal(strstr(text.bytes, "SAVEPOINT") != NULL, rows[i].has_savepoint);
        assert_null(strstr(text.bytes, ":timeout_ms"));
        text_free(&text);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(identity_is_read),
        TEST(identity_of_wrong_shape_is_refused),
        TEST(long_names_are_cut_at_a_character),
        TEST(settings_are_read),
        TEST(reserved_connections_exist_from_16),
        TEST(settings_out_of_range_are_refused),
        TEST(sessions_are_read),
        TEST(groups_are_read),
        TEST(wrong_groups_are_refused),
        TEST(too_many_rows_are_refused),
        TEST(limits_are_read),
        TEST(superusers_are_read),
        TEST(queries_are_one_transaction),
        TEST(statements_fit_the_version),
    };
    return cmocka_run_group_tests_name("facts_read", tests, NULL, NULL);
}
