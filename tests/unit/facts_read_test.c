/* The readers of query.c's rows, with results made in memory. */
#include "facts_read.h"
#include "observation.h"
#include "plan.h"
#include "topology.h"

#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pg_result.h"

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

static const char *const identity[] = {"150018", "app", "core", "f", "f", "f", "1795251600"};

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
    assert_int_equal(facts.taken_at_s, 1795251600);
    assert_true(identity_with(3, "t"));
    assert_true(facts.in_recovery);
}

static bool is_hidden(const char *version, const char *is_member, const char *has_privileges)
{
    assert_true(read_one(facts_read_identity, 7,
                         (const char *const[]){version, "app", "core", "f", is_member,
                                               has_privileges, "1795251600"}));
    return facts.hidden;
}

static void members_see_sessions_before_15(void **state)
{
    (void)state;
    assert_true(is_hidden("140023", "f", "f"));
    assert_false(is_hidden("140023", "t", "f"));
    assert_false(is_hidden("140023", "t", "t"));
    assert_true(is_hidden("150000", "f", "f"));
    assert_true(is_hidden("150000", "t", "f"));
    assert_false(is_hidden("150000", "t", "t"));
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
        {1, NULL},      {2, NULL},      {3, NULL},
        {3, "true"},    {3, ""},        {4, NULL},
        {5, NULL},      {5, "1"},       {6, NULL},
        {6, "-1"},      {6, "1e9"},     {6, "9223372036854775808"},
        {0, " 150018"}, {0, "+150018"}, {0, "-"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(identity_with(wrong[i].column, wrong[i].value));
    assert_false(read_one(facts_read_identity, 6, identity));
    PGresult *empty = result_new(7);
    assert_false(facts_read_identity(&arena, empty, &facts));
    ROW(empty, "150018", "app", "core", "f", "t", "t", "1");
    ROW(empty, "150018", "app", "core", "f", "t", "t", "1");
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

static bool timeout_read(const char *value)
{
    return read_one(facts_read_timeout, 1, (const char *const[]){value});
}

static bool settings_read(int version, const char *mc, const char *sr, const char *rc)
{
    assert_true(timeout_read("7min"));
    facts.version = version;
    PGresult *result = result_new(2);
    ROW(result, "idle_session_timeout", "0");
    ROW(result, "max_connections", mc);
    ROW(result, "reserved_connections", rc);
    ROW(result, "shared_buffers", "128MB");
    ROW(result, "superuser_reserved_connections", sr);
    ROW(result, "transaction_timeout", NULL);
    bool done = facts_read_settings(&arena, result, &facts);
    PQclear(result);
    return done;
}

static void settings_are_read(void **state)
{
    (void)state;
    static const struct server_setting expected[] = {
        {"idle_session_timeout", "0"},
        {"shared_buffers", "16384"},
        {"statement_timeout", "420000"},
    };
    assert_true(settings_read(180004, "100", "3", "5"));
    assert_int_equal(facts.max_connections, 100);
    assert_int_equal(facts.superuser_reserved_connections, 3);
    assert_int_equal(facts.reserved_connections, 5);
    assert_int_equal(facts.setting_count, 3);
    for (size_t i = 0; i < facts.setting_count; i++) {
        assert_string_equal(facts.settings[i].name, expected[i].name);
        assert_string_equal(facts.settings[i].value, expected[i].value);
    }
}

/* What a setting that is told as `value` is in the unit of pg_settings; NULL: not known. */
static const char *setting_as(const char *name, const char *value)
{
    facts_clear(&facts);
    PGresult *result = result_new(2);
    ROW(result, "max_connections", "100");
    ROW(result, "superuser_reserved_connections", "3");
    ROW(result, name, value);
    assert_true(facts_read_settings(&arena, result, &facts));
    PQclear(result);
    return facts.setting_count == 0 ? NULL : facts.settings[0].value;
}

/* The right column is what pg_settings of PostgreSQL 15 and 18 shows for the left. */
static void settings_have_the_units_of_pg_settings(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *expected;
    } rows[] = {
        {"idle_session_timeout", "15min", "900000"},
        {"idle_in_transaction_session_timeout", "1ms", "1"},
        {"idle_in_transaction_session_timeout", "90s", "90000"},
        {"transaction_timeout", "24d", "2073600000"},
        {"client_connection_check_interval", "10s", "10000"},
        {"authentication_timeout", "1min", "60"},
        {"authentication_timeout", "90s", "90"},
        {"tcp_keepalives_idle", "7200", "7200"},
        {"tcp_keepalives_idle", "2h", "7200"},
        {"shared_buffers", "16MB", "2048"},
        {"shared_buffers", "136kB", "17"},
        {"shared_buffers", "8191GB", "1073610752"},
        {"shared_buffers", "1TB", "134217728"},
        {"max_wal_senders", "10", "10"},
        {"idle_session_timeout", "0", "0"},
        {"idle_session_timeout", "-1", "-1"},
        {"idle_session_timeout", "", ""},
        {"idle_session_timeout", "5 min", NULL},
        {"idle_session_timeout", "5fortnights", NULL},
        {"idle_session_timeout", "99999999999ms", NULL},
        {"shared_buffers", "9999999999TB", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *value = setting_as(rows[i].name, rows[i].value);
        if (rows[i].expected == NULL)
            assert_null(value);
        else
            assert_string_equal(value, rows[i].expected);
    }
    assert_false(timeout_read(NULL));
    assert_false(read_one(facts_read_timeout, 2, (const char *const[]){"0", "0"}));
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
    assert_false(settings_read(150018, "100MB", "3", NULL));
}

/* --- sessions --- */

/* What the databases and the time are, which sessions refer to. */
static void server_known(int version)
{
    facts_clear(&facts);
    PGresult *result = result_new(3);
    ROW(result, "4294967295", "core", "-1");
    ROW(result, "5", "y", "-1");
    ROW(result, "16384", "other", "-1");
    assert_true(facts_read_databases(&arena, result, &facts));
    PQclear(result);
    facts.version = version;
    facts.taken_at_s = 1000;
}

/* Rows of one client's sessions on a PostgreSQL of this version, and how many take a slot. */
static int64_t sessions_of(int version, const char *role, const char *database, const char *type)
{
    server_known(version);
    PGresult *result = result_new(9);
    for (int i = 0; i < 2; i++)
        ROW(result, "7", "9", "api", role, database, NULL, NULL, NULL, type);
    ROW(result, "9", "9", "pgsize", role, database, NULL, NULL, NULL, type); /* its own */
    assert_true(facts_read_sessions(&arena, result, &facts));
    PQclear(result);
    assert_int_equal(facts.group_count, facts.sessions > 0);
    return facts.sessions;
}

static void who_takes_a_slot(void **state)
{
    (void)state;
    static const struct {
        int version;
        const char *role, *database, *type;
        int64_t expected;
    } rows[] = {
        {150018, "app", "16384", "client backend", 2},
        {150018, NULL, NULL, "client backend", 2}, /* a role that was dropped */
        {150018, "app", "16384", "parallel worker", 0},
        {150018, NULL, "16384", "autovacuum worker", 0},
        {150018, NULL, NULL, "checkpointer", 0},
        {150018, "app", NULL, "walsender", 0},
        {120000, "app", NULL, "walsender", 0},
        {119999, "app", NULL, "walsender", 2},
        {100023, "app", "16384", "background worker", 0},
        /* hidden */
        {150018, "app", "16384", NULL, 2},
        {150018, "app", NULL, NULL, 0},
        {150018, NULL, "16384", NULL, 0},
        {120000, "app", NULL, NULL, 0},
        {119999, "app", NULL, NULL, 2},
        {100023, NULL, NULL, NULL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(sessions_of(rows[i].version, rows[i].role, rows[i].database, rows[i].type),
                         rows[i].expected);
}

#define SESSION(name, role, database, address, state, since)                                       \
    ROW(result, "7", "9", name, role, database, address, state, since, "client backend")

static void assert_group(size_t index, const struct session_group *expected)
{
    const struct session_group *group = &facts.groups[index];
    const char *pairs[][2] = {
        {group->application_name, expected->application_name},
        {group->role, expected->role},
        {group->database, expected->database},
        {group->client_addr, expected->client_addr},
        {group->state, expected->state},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pairs[i][1] == NULL)
            assert_null(pairs[i][0]);
        else
            assert_string_equal(pairs[i][0], pairs[i][1]);
    }
    assert_int_equal(group->count, expected->count);
    assert_int_equal(group->oldest_s, expected->oldest_s);
}

/* Of idle ones every time that is known, the shortest first; of others only the longest. */
static void times_of_idle_sessions_are_kept(void **state)
{
    (void)state;
    static const int64_t expected[] = {0, 7, 7, 340};
    server_known(150018);
    PGresult *result = result_new(9);
    SESSION("api", "app", "5", NULL, "idle", "993");
    SESSION("api", "app", "5", NULL, "idle", "660");
    SESSION("api", "app", "5", NULL, "idle", NULL);
    SESSION("api", "app", "5", NULL, "idle", "1005");
    SESSION("api", "app", "5", NULL, "idle", "993");
    SESSION("api", "app", "5", NULL, "idle in transaction", "1");
    SESSION("new", "app", "5", NULL, "idle", NULL);
    assert_true(facts_read_sessions(&arena, result, &facts));
    PQclear(result);
    assert_int_equal(facts.group_count, 3);
    assert_int_equal(facts.groups[0].count, 5);
    assert_int_equal(facts.groups[0].oldest_s, 340);
    assert_int_equal(facts.groups[0].idle_count, 4);
    assert_memory_equal(facts.groups[0].idle_s, expected, sizeof expected);
    assert_null(facts.groups[1].idle_s);
    assert_string_equal(facts.groups[2].application_name, "new");
    assert_int_equal(facts.groups[2].idle_count, 0);
}

/* It greets with a number of its own making. */
static void a_pooler_is_noticed(void **state)
{
    (void)state;
    static const enum route expected[] = {
        [0] = ROUTE_UNKNOWN, [8] = ROUTE_POOLER, [9] = ROUTE_DIRECT};
    static const int64_t greeted[] = {0, 8, 9};
    for (size_t i = 0; i < sizeof greeted / sizeof greeted[0]; i++) {
        server_known(150018);
        facts.greeted_by = greeted[i];
        PGresult *result = result_new(9);
        ROW(result, "9", "9", "pgsize", "app", "5", NULL, "active", "1", "client backend");
        assert_true(facts_read_sessions(&arena, result, &facts));
        PQclear(result);
        assert_int_equal(facts.route, expected[greeted[i]]);
    }
}

static void sessions_that_look_the_same_are_a_group(void **state)
{
    (void)state;
    static const struct session_group expected[] = {
        {"api", "app", "core", "10.0.0.7", "idle", 3, 340},
        {"b", "x", "y", NULL, NULL, 2, UNKNOWN},
        {"", "x", "y", NULL, NULL, 1, UNKNOWN},
        {"api", "app", "core", "10.0.0.7", "active", 1, 0},
        {"api", "app", "core", "10.0.0.8", "idle", 1, 7},
        {"api", "app", "core", NULL, "idle", 1, 8},
        {"api", "app", "other", "10.0.0.7", "idle", 1, 9},
        {"api", "bpp", "core", "10.0.0.7", "idle", 1, 10},
        {NULL, "app", "core", "10.0.0.7", "idle", 1, 11},
    };
    server_known(150018);
    PGresult *result = result_new(9);
    assert_true(facts_read_sessions(&arena, result, &facts));
    assert_int_equal(facts.sessions, 0);
    assert_int_equal(facts.group_count, 0);
    SESSION(NULL, "app", "4294967295", "10.0.0.7", "idle", "989");
    SESSION("b", "x", "5", NULL, NULL, NULL);
    SESSION("api", "app", "4294967295", NULL, "idle", "992");
    SESSION("api", "app", "4294967295", "10.0.0.7", "idle", NULL);
    SESSION("api", "app", "4294967295", "10.0.0.7", "active", "1005"); /* its clock was set back */
    SESSION("", "x", "5", NULL, NULL, NULL);
    SESSION("api", "app", "4294967295", "10.0.0.7", "idle", "660");
    SESSION("api", "app", "4294967295", "10.0.0.8", "idle", "993");
    SESSION("api", "bpp", "4294967295", "10.0.0.7", "idle", "990");
    SESSION("api", "app", "16384", "10.0.0.7", "idle", "991");
    SESSION("b", "x", "5", NULL, NULL, NULL);
    SESSION("api", "app", "4294967295", "10.0.0.7", "idle", "988");
    ROW(result, "7", "9", "api", "app", "16384", "10.0.0.7", "idle", "1", "walsender");
    assert_true(facts_read_sessions(&arena, result, &facts));
    PQclear(result);
    assert_int_equal(facts.sessions, 12);
    assert_int_equal(facts.group_count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < facts.group_count; i++)
        assert_group(i, &expected[i]);
}

static void the_largest_groups_are_kept(void **state)
{
    (void)state;
    char name[16];
    PGresult *result = result_new(9);
    for (int i = 0; i <= FACTS_MAX_ROWS; i++) {
        (void)snprintf(name, sizeof name, "%05d", i);
        SESSION(name, "app", NULL, NULL, "idle", "1");
    }
    SESSION(name, "app", NULL, NULL, "idle", "2");
    assert_true(facts_read_sessions(&arena, result, &facts));
    PQclear(result);
    assert_int_equal(facts.sessions, FACTS_MAX_ROWS + 2);
    assert_int_equal(facts.group_count, FACTS_MAX_ROWS);
    assert_string_equal(facts.groups[0].application_name, name);
    assert_int_equal(facts.groups[0].count, 2);
    assert_string_equal(facts.groups[1].application_name, "00000");
}

static void wrong_sessions_are_refused(void **state)
{
    (void)state;
    static const char *const right[] = {"7", "9", "a", "b", "5", "d", "e", "0", "client backend"};
    static const struct {
        int column;
        const char *value;
    } wrong[] = {
        {0, NULL}, {0, "x"},   {1, NULL},   {1, "-1"},           {4, "core"},       {4, "-1"},
        {7, ""},   {7, "1.5"}, {7, "many"}, {7, "214748364701"}, {4, "4294967296"},
    };
    assert_true(read_one(facts_read_sessions, 9, right));
    assert_null(facts.groups[0].database); /* created after the databases were told */
    assert_false(read_one(facts_read_sessions, 8, right));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *values[9];
        memcpy(values, right, sizeof right);
        values[wrong[i].column] = wrong[i].value;
        assert_false(read_one(facts_read_sessions, 9, values));
    }
}

static void too_many_sessions_are_refused(void **state)
{
    (void)state;
    PGresult *result = result_new(9);
    for (int i = 0; i < FACTS_MAX_SESSION_ROWS; i++)
        SESSION("a", NULL, NULL, NULL, NULL, NULL);
    assert_true(facts_read_sessions(&arena, result, &facts));
    assert_int_equal(facts.sessions, FACTS_MAX_SESSION_ROWS);
    SESSION("a", NULL, NULL, NULL, NULL, NULL);
    assert_false(facts_read_sessions(&arena, result, &facts));
    PQclear(result);
}

/* --- limits and superusers --- */

static void limits_are_read(void **state)
{
    (void)state;
    PGresult *result = result_new(5);
    ROW(result, "nobody", "0", "f", "f", "f");
    ROW(result, "free", "-1", "f", "t", "f");
    ROW(result, "app", "80", "f", "t", "f");
    assert_true(facts_read_roles(&arena, result, &facts));
    PQclear(result);
    assert_int_equal(facts.role_limit_count, 2);
    assert_int_equal(facts.database_limit_count, 0);
    assert_string_equal(facts.role_limits[0].name, "app");
    assert_int_equal(facts.role_limits[0].count, 80);
    assert_string_equal(facts.role_limits[1].name, "nobody");
    assert_int_equal(facts.role_limits[1].count, 0);
    facts_clear(&facts);
    result = result_new(3);
    ROW(result, "7", "half", "-2"); /* DROP DATABASE failed, and nobody can connect */
    ROW(result, "5", "free", "-1");
    ROW(result, "6", "core", "80");
    assert_true(facts_read_databases(&arena, result, &facts));
    PQclear(result);
    assert_int_equal(facts.database_limit_count, 2);
    assert_int_equal(facts.role_limit_count, 0);
    assert_string_equal(facts.database_limits[0].name, "core");
    assert_string_equal(facts.database_limits[1].name, "half");
    assert_int_equal(facts.database_limits[1].count, 0);
    assert_int_equal(facts.database_count, 3);
    assert_string_equal(facts.database_oids[0].name, "free");
}

static void wrong_roles_and_databases_are_refused(void **state)
{
    (void)state;
    static const char *const roles[][5] = {
        {"app", "-2", "f", "t", "f"}, {NULL, "1", "f", "t", "f"},   {NULL, "-1", "f", "t", "f"},
        {"app", NULL, "f", "t", "f"}, {"app", "1", NULL, "t", "f"}, {"app", "1", "f", "1", "f"},
        {"app", "1", "f", "t", NULL}, {"app", "1", "f", "t", "1"},
    };
    static const char *const databases[][3] = {
        {"1", "core", "-3"}, {"1", "core", NULL},          {"1", NULL, "-1"},
        {NULL, "core", "1"}, {"4294967296", "core", "-1"}, {"-1", "core", "-1"},
    };
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        assert_false(read_one(facts_read_roles, 5, roles[i]));
    for (size_t i = 0; i < sizeof databases / sizeof databases[0]; i++)
        assert_false(read_one(facts_read_databases, 3, databases[i]));
    assert_false(read_one(facts_read_roles, 2, (const char *const[]){"app", "1"}));
    assert_false(read_one(facts_read_databases, 2, (const char *const[]){"1", "core"}));
}

static void superusers_are_read(void **state)
{
    (void)state;
    PGresult *result = result_new(5);
    ROW(result, "postgres", "-1", "t", "t", "t");
    ROW(result, "app", "-1", "f", "t", "f");
    ROW(result, "owner", "-1", "t", "f", "f"); /* cannot log in */
    ROW(result, "admin", "-1", "t", "t", "t");
    assert_true(facts_read_roles(&arena, result, &facts));
    assert_int_equal(facts.superuser_count, 2);
    assert_string_equal(facts.superusers[0], "admin");
    assert_string_equal(facts.superusers[1], "postgres");
    assert_false(facts.role_is_superuser);
    facts_clear(&facts);
    facts.role = "app";
    assert_true(facts_read_roles(&arena, result, &facts));
    assert_false(facts.role_is_superuser);
    facts_clear(&facts);
    facts.role = "postgres";
    assert_true(facts_read_roles(&arena, result, &facts));
    assert_true(facts.role_is_superuser);
    PQclear(result);
}

static void roles_of_reserved_slots_are_read(void **state)
{
    (void)state;
    PGresult *result = result_new(5);
    ROW(result, "monitor", "-1", "f", "t", "t");
    ROW(result, "postgres", "-1", "t", "t", "t"); /* has every privilege, and is a superuser */
    ROW(result, "group", "-1", "f", "f", "f");    /* cannot log in */
    ROW(result, "agent", "5", "f", "t", "t");
    ROW(result, "app", "-1", "f", "t", "f");
    assert_false(facts.reserved_roles_known);
    assert_true(facts_read_roles(&arena, result, &facts));
    PQclear(result);
    assert_true(facts.reserved_roles_known);
    assert_int_equal(facts.reserved_role_count, 2);
    assert_string_equal(facts.reserved_roles[0], "agent");
    assert_string_equal(facts.reserved_roles[1], "monitor");
    assert_int_equal(facts.superuser_count, 1);
}

/* --- signs of a provider --- */

static void signs_are_read(void **state)
{
    (void)state;
    char name[FACTS_MAX_BYTES * 2];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    PGresult *result = result_new(2);
    ROW(result, "version", "PostgreSQL 18.0");
    ROW(result, "role", name);
    ROW(result, "setting", "rds.extensions");
    assert_true(facts_read_signs(&arena, result, &facts));
    PQclear(result);
    assert_int_equal(facts.sign_count, 3);
    assert_int_equal(facts.signs[0].kind, PLAN_SIGN_VERSION);
    assert_true(strlen(facts.signs[1].name) <= FACTS_MAX_BYTES);
    assert_int_equal(facts.signs[2].kind, PLAN_SIGN_SETTING);
    assert_string_equal(facts.signs[2].name, "rds.extensions");
    static const char *const wrong[][2] = {
        {"rule", "x"}, {NULL, "x"}, {"role", NULL}, {"", "x"}, {"Role", "x"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(read_one(facts_read_signs, 2, wrong[i]));
    assert_false(read_one(facts_read_signs, 1, (const char *const[]){"role"}));
}

/* A server may have more roles than are kept; the one that asks is known all the same. */
static void some_of_many_roles_are_kept(void **state)
{
    (void)state;
    PGresult *result = result_new(5);
    for (int i = 0; i < FACTS_MAX_ROWS; i++)
        ROW(result, "postgres", "7", "t", "t", "t");
    ROW(result, "last", "7", "t", "t", "t");
    facts.role = "last";
    assert_true(facts_read_roles(&arena, result, &facts));
    PQclear(result);
    assert_int_equal(facts.superuser_count, FACTS_MAX_ROWS);
    assert_int_equal(facts.role_limit_count, FACTS_MAX_ROWS);
    assert_true(facts.role_is_superuser);
}

/* --- the rows themselves --- */

static void queries_are_one_transaction(void **state)
{
    (void)state;
    assert_true(query_count >= 3);
    assert_true(strncmp(queries[0].sql, "BEGIN", 5) == 0);
    assert_non_null(strstr(queries[0].sql, "READ ONLY"));
    /* What comes before the time-out must not be able to wait for anything. */
    assert_string_equal(queries[1].sql, "SHOW statement_timeout");
    assert_non_null(strstr(queries[2].sql, ":timeout_ms"));
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
        size_t count = queries_put(&text, QUERY_ONCE, rows[i].major, 1234, asked), ends = 0;
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

/* --- observing --- */

static struct observation observation;

static void observing(void)
{
    facts_clear(&facts);
    observation = (struct observation){.window_ms = 0};
    facts.observation = &observation;
}

static bool observe(query_reader *read, PGresult *result)
{
    bool done = read(&arena, result, &facts);
    PQclear(result);
    return done;
}

static void a_sample_holds_who_is_busy(void **state)
{
    (void)state;
    observing();
    PGresult *result = result_new(6);
    ROW(result, "api", "app", "core", "client backend", "active", "40");
    ROW(result, "api", "app", "core", "client backend", "idle in transaction (aborted)", "-5");
    ROW(result, "api", "app", "core", "client backend", "fastpath function call", NULL);
    ROW(result, "api", "app", "core", "client backend", "idle", NULL);
    ROW(result, "api", "app", NULL, "client backend", "idle", NULL);
    ROW(result, "api", "app", "core", "parallel worker", "active", "40");
    ROW(result, NULL, NULL, NULL, "checkpointer", NULL, NULL);
    ROW(result, "api", "other", "core", NULL, NULL, NULL);
    assert_true(observe(observation_read_busy, result));
    assert_int_equal(observation.sample_count, 1);
    assert_int_equal(observation.group_count, 3);
    assert_int_equal(observation.use_count, 1);
    assert_int_equal(observation.uses[0].count, 3);
    assert_int_equal(observation.uses[0].age_ms, 40);
    assert_false(observation.groups[0].is_hidden);
    assert_true(observation.groups[2].is_hidden);
    result = result_new(6);
    ROW(result, "api", "app", "core", "client backend", "active", "7");
    assert_true(observe(observation_read_busy, result));
    assert_int_equal(observation.group_count, 3);
    assert_int_equal(observation.uses[1].sample, 1);
    assert_int_equal(observation.own_transactions, 2);
}

static void wrong_samples_are_refused(void **state)
{
    (void)state;
    observing();
    assert_false(observe(observation_read_busy, result_new(5)));
    PGresult *result = result_new(6);
    ROW(result, "api", "app", "core", "client backend", "active", "soon");
    assert_false(observe(observation_read_busy, result));
    result = result_new(1);
    ROW(result, NULL);
    assert_false(observe(observation_read_own_time, result));
}

static void counters_are_read_at_both_ends(void **state)
{
    (void)state;
    observing();
    for (int i = 0; i < 2; i++) {
        PGresult *result = result_new(5);
        ROW(result, "core", i == 0 ? "10" : "12", "5000", "-1", i == 0 ? "1000000" : "3500001");
        ROW(result, "spare", "0", "0", NULL, i == 0 ? "1000000" : "3500001");
        assert_true(observe(observation_read_counters, result));
    }
    assert_int_equal(observation.before_count, 2);
    assert_int_equal(observation.before[0].transactions, 10);
    assert_int_equal(observation.before[0].reset_us, -1);
    assert_int_equal(observation.after[0].transactions, 12);
    assert_int_equal(observation.after[1].reset_us, 0);
    assert_int_equal(facts.counted->at_us, 3500001);
    assert_int_equal(facts.counted->count, 2);
    assert_int_equal(facts.counted->counters[0].transactions, 12);
    PGresult *result = result_new(5);
    ROW(result, "core", "-1", "5000", "7", "9");
    assert_false(observe(observation_read_counters, result));
    result = result_new(5);
    ROW(result, "core", "1", "5000", "7", NULL);
    assert_false(observe(observation_read_counters, result));
    assert_false(observe(observation_read_counters, result_new(5)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(identity_is_read),
        TEST(members_see_sessions_before_15),
        TEST(identity_of_wrong_shape_is_refused),
        TEST(long_names_are_cut_at_a_character),
        TEST(settings_are_read),
        TEST(settings_have_the_units_of_pg_settings),
        TEST(reserved_connections_exist_from_16),
        TEST(settings_out_of_range_are_refused),
        TEST(who_takes_a_slot),
        TEST(sessions_that_look_the_same_are_a_group),
        TEST(the_largest_groups_are_kept),
        TEST(wrong_sessions_are_refused),
        TEST(too_many_sessions_are_refused),
        TEST(limits_are_read),
        TEST(wrong_roles_and_databases_are_refused),
        TEST(signs_are_read),
        TEST(superusers_are_read),
        TEST(roles_of_reserved_slots_are_read),
        TEST(times_of_idle_sessions_are_kept),
        TEST(a_pooler_is_noticed),
        TEST(some_of_many_roles_are_kept),
        TEST(a_sample_holds_who_is_busy),
        TEST(wrong_samples_are_refused),
        TEST(counters_are_read_at_both_ends),
        TEST(queries_are_one_transaction),
        TEST(statements_fit_the_version),
    };
    return cmocka_run_group_tests_name("facts_read", tests, NULL, NULL);
}
