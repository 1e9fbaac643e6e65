/* Poolers: kinds, what their clients must set, the pools that a server sees, and sums of demand. */
#include "pooler.h"
#include "poolers.h"
#include "sized_text.h"

#include <math.h>
#include <string.h>

#define SERVER "{\"servers\": {\"m\": {\"max_connections\": 100, \"reserved\": 2}}, "

static void kinds_have_a_mode(void **state)
{
    (void)state;
    for (size_t i = 0; i < pooler_kind_count; i++) {
        const struct pooler_kind *kind = &pooler_kinds[i];
        assert_true(kind->modes[kind->mode]);
        assert_ptr_equal(pooler_kind_find(kind->id), kind);
        assert_non_null(kind->source);
        assert_string_equal(kind->client.id, kind->id);
        assert_true(kind->client_idle_ms == 0 || kind->client_idle_setting != NULL);
    }
    assert_null(pooler_kind_find("pgbounce"));
    assert_int_equal(pooler_kind_find("pgbouncer")->max_client_conn, 100);
    assert_int_equal(pooler_kind_find("pgbouncer")->client.default_limit, 20);
    assert_int_equal(pooler_kind_find("supavisor")->max_client_conn, 1000);
    assert_int_equal(pooler_kind_find("rds-proxy")->client_idle_ms, 30 * 60 * 1000);
    assert_int_equal(pooler_kind_find("pgbouncer")->client_idle_ms, 0);
}

static void pairs_are_distinct_and_by_database(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct topology topology;
    text_must_read(&arena,
                   SERVER
                   "\"poolers\": {\"p\": {}}, \"services\": {"
                   "\"a\": {\"via\": \"p\", \"role\": \"x\", \"databases\": [\"one\", \"two\"]},"
                   "\"b\": {\"via\": \"p\", \"role\": \"y\", \"databases\": [\"one\"]},"
                   "\"c\": {\"via\": \"p\", \"role\": \"x\", \"databases\": [\"one\"]}}}",
                   &topology);
    const struct service *seen = topology.poolers[0]->as_service;
    static const char *const expected[][2] = {{"one", "x"}, {"one", "y"}, {"two", "x"}};
    assert_int_equal(seen->target_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(seen->targets[i].database, expected[i][0]);
        assert_string_equal(seen->targets[i].role, expected[i][1]);
    }
    assert_int_equal(topology.services[0]->targets[1].pair, 2);
    assert_int_equal(topology.services[1]->targets[0].pair, 1);
    assert_int_equal(topology.services[2]->targets[0].pair, 0);
    arena_free(&arena);
}

/* As measured with PgBouncer 1.18: 2 databases x 2 roles x 3 = 12, reserve 2: 20, 4 to a database:
 * 8. */
static void server_connections_are_as_measured(void **state)
{
    (void)state;
    static const struct {
        const char *keys;
        int64_t connections;
    } rows[] = {
        {"\"default_pool_size\": 3", 12},
        {"\"default_pool_size\": 3, \"reserve_pool_size\": 2", 20},
        {"\"default_pool_size\": 3, \"max_db_connections\": 4", 8},
        {"\"default_pool_size\": 3, \"max_db_connections\": 4, \"instances\": 2", 16},
        {"\"kind\": \"rds-proxy\", \"default_pool_size\": 30", 30},
        {"\"kind\": \"pgpool\", \"max_client_conn\": 5", 20},
    };
    static const struct recommend_options options = {PURPOSE_RECOMMEND, FORMULA_FAIR,
                                                     ALLOCATE_FILL};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena arena = {0};
        struct topology topology;
        struct sizing sizing;
        text_must_read(&arena,
                       arena_printf(&arena,
                                    SERVER
                                    "\"poolers\": {\"p\": {%s}}, \"services\": {"
                                    "\"a\": {\"via\": \"p\", \"role\": \"x\", \"databases\": "
                                    "[\"one\", \"two\"]}, \"b\": {\"via\": \"p\", \"role\": "
                                    "\"y\", \"databases\": [\"one\", \"two\"]}}}",
                                    rows[i].keys),
                       &topology);
        topology_must_size(&arena, &topology, &facts_unknown, &options, &sizing);
        assert_int_equal(pooler_peak(&sizing, &sizing.poolers[0]), rows[i].connections);
        assert_int_equal(sizing.servers[0].peak, rows[i].connections);
        arena_free(&arena);
    }
}

/* 10/s x 100 ms and 30/s x 20 ms: 40/s, 1.6 Erlang, held 40 ms; E[S^2] = (10 x 2 x 100^2 + 30 x 2 x
 * 20^2) / 40 = 5600, so Cs^2 = 5600 / 40^2 - 1 = 2.5. */
static void demands_add_up(void **state)
{
    (void)state;
    struct demand first = demand_default, second = demand_default;
    struct demand_sum sum = {0};
    first.rate_thousandths = 10000;
    first.held_us = 100000;
    second.rate_thousandths = 30000;
    second.held_us = 20000;
    second.wait_p99_us = 5000;
    demand_sum_add(&sum, &(struct service){.demand = &first, .pool_timeout_ms = 20000});
    demand_sum_add(&sum, &(struct service){.demand = &second, .pool_timeout_ms = 30000});
    assert_true(fabs(sum.erlangs - 1.6) < 1e-12);
    assert_true(fabs(demand_sum_held_ms(&sum) - 40) < 1e-12);
    assert_true(fabs(demand_sum_variability(&sum) - 2.5) < 1e-12);
    assert_true(sum.p99_ms == 5 && sum.timeout_ms == 20000);
}

static void prepared_statements_are_asked_for_once(void **state)
{
    (void)state;
    static const struct {
        const char *pooler, *service;
        bool needs;
    } rows[] = {
        {"", "\"client\": \"asyncpg\"", true},
        {"", "\"client\": \"node-postgres\"", false},
        {"", "\"client\": \"asyncpg\", \"prepared_statements\": false", false},
        {"\"mode\": \"session\"", "\"client\": \"asyncpg\"", false},
        {"\"mode\": \"statement\"", "\"client\": \"asyncpg\"", true},
        {"\"max_prepared_statements\": 1", "\"client\": \"asyncpg\"", false},
        {"", "\"client\": \"sqlalchemy\"", false},
        {"", "\"client\": \"sqlalchemy\", \"url\": \"postgresql+psycopg2://h/d\"", false},
        {"", "\"client\": \"sqlalchemy\", \"url\": \"postgresql+psycopg://h/d\"", true},
        {"", "\"client\": \"sqlalchemy-async\"", true},
        {"", "\"client\": \"prisma\", \"url\": \"postgresql://h/d?pgbouncer=true\"", false},
        {"", "\"client\": \"prisma\", \"url\": \"postgresql://h/d?pgbouncer=false\"", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena arena = {0};
        struct topology topology;
        text_must_read(&arena,
                       arena_printf(&arena,
                                    SERVER "\"poolers\": {\"p\": {%s}}, \"services\": {\"a\": {"
                                           "\"via\": \"p\", %s}}}",
                                    rows[i].pooler, rows[i].service),
                       &topology);
        const struct service *service = topology.services[0];
        assert_int_equal(prepared_need_of(&arena, service, service->url) != NULL, rows[i].needs);
        arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_have_a_mode),
        cmocka_unit_test(pairs_are_distinct_and_by_database),
        cmocka_unit_test(server_connections_are_as_measured),
        cmocka_unit_test(demands_add_up),
        cmocka_unit_test(prepared_statements_are_asked_for_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
