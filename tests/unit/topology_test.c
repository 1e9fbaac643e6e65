/* The topology file: what each key becomes, and what is refused, at which place. */
#include "topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_TEXTS = 3 };

static struct arena arena;
static struct json_text texts[MOST_TEXTS];
static struct topology topology;
static struct faults faults;

static const char *const environment[] = {"DB_PASSWORD=p@ss", "CLIENT=prisma", "ROLE=app",
                                          "SURGE=50%",        "NOTHING=",      NULL};

static int setup(void **state)
{
    (void)state;
    arena = (struct arena){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* Of no file, with the test's environment. */
static struct topology_input no_input(void)
{
    return (struct topology_input){
        .texts = texts, .environment = environment, .max_connections = UNKNOWN};
}

static void file_add(struct topology_input *input, const char *name, const char *bytes,
                     size_t length)
{
    assert_true(input->text_count < MOST_TEXTS);
    texts[input->text_count++] = (struct json_text){.name = name, .bytes = bytes, .length = length};
}

static bool read_input(const struct topology_input *input)
{
    memset(&faults, 0, sizeof faults);
    memset(&topology, 0, sizeof topology);
    return topology_read(&arena, input, &topology, &faults);
}

static bool read_bytes(const char *bytes, size_t length)
{
    struct topology_input input = no_input();
    file_add(&input, "a.json", bytes, length);
    return read_input(&input);
}

static void must_read(const char *bytes)
{
    if (!read_bytes(bytes, strlen(bytes)))
        fail_msg("%s:%u:%u: %s", faults.items[0].file, faults.items[0].line, faults.items[0].column,
                 faults.items[0].message);
    assert_int_equal(faults.count, 0);
    assert_int_equal(faults.more, 0);
}

/* A file with one server and one service that has these members. */
static const char *with_service(const char *members)
{
    return arena_printf(&arena,
                        "{\"servers\": {\"core\": {\"url\": \"postgresql://app@db:5432/core\"}},\n"
                        "\"services\": {\"api\": {%s}}}",
                        members);
}

static const struct service *service_of(const char *members)
{
    must_read(with_service(members));
    assert_int_equal(topology.service_count, 1);
    return topology.services[0];
}

static const struct server *server_of(const char *members)
{
    must_read(arena_printf(&arena, "{\"servers\": {\"core\": {%s}}}", members));
    assert_int_equal(topology.server_count, 1);
    return topology.servers[0];
}

/* --- what is read --- */

static void a_service_that_says_nothing(void **state)
{
    (void)state;
    const struct service *service = service_of("");
    assert_string_equal(service->name, "api");
    assert_string_equal(service->client->id, "generic");
    assert_string_equal(service->application_name, "api");
    assert_string_equal(service->role, "app");
    assert_null(service->url);
    assert_null(service->env_url);
    assert_null(service->env_limit);
    assert_int_equal(service->target_count, 1);
    assert_int_equal(service->targets[0].server, 0);
    assert_string_equal(service->targets[0].database, "core");
    assert_int_equal(service->instances_min, 1);
    assert_int_equal(service->instances_max, 1);
    assert_int_equal(service->concurrent, UNKNOWN);
    assert_int_equal(service->processes, 1);
    assert_int_equal(service->pools, 1);
    assert_int_equal(service->cpus, UNKNOWN);
    assert_int_equal(service->threads, UNKNOWN);
    assert_int_equal(service->connections_per_request, 1);
    assert_int_equal(service->extra, 0);
    assert_int_equal(service->connection_limit, UNKNOWN);
    assert_int_equal(service->want, UNKNOWN);
    assert_int_equal(service->at_least, 1);
    assert_int_equal(service->at_most, UNKNOWN);
    assert_int_equal(service->weight, 1000);
    assert_int_equal(service->pool_timeout_ms, 20000);
    assert_int_equal(service->connect_timeout_ms, 10000);
    assert_int_equal(service->idle_timeout_ms, UNKNOWN);
    assert_int_equal(service->max_lifetime_ms, UNKNOWN);
    assert_int_equal(service->rollout.strategy, ROLLOUT_ROLLING);
    assert_int_equal(service->rollout.surge.value, 25000);
    assert_true(service->rollout.surge.is_share);
    assert_int_equal(service->rollout.unavailable.value, 25000);
    assert_int_equal(service->rollout.drain_ms, UNKNOWN);
    assert_int_equal(service->rollout.ready_ms, UNKNOWN);
    assert_false(service->is_job);
    assert_false(service->serverless);
    assert_false(service->password_in_file);
    assert_int_equal(topology.formula, FORMULA_FAIR);
    assert_false(topology.formula_given);
}

static void every_key_of_a_service(void **state)
{
    (void)state;
    const struct service *service = service_of(
        "\"server\": \"core\", \"databases\": [\"a\", \"core:b\"], \"role\": \"${ROLE}_x\","
        "\"client\": \"${CLIENT}\", \"instances\": {\"min\": 2, \"max\": 3}, \"processes\": 4,"
        "\"pools\": 5, \"cpus\": 6, \"threads\": 7, \"connections_per_request\": 8, \"extra\": 9,"
        "\"rollout\": {\"surge\": \"${SURGE}\", \"unavailable\": 2, \"drain\": \"30s\","
        "              \"ready\": \"1.5s\"},"
        "\"connection_limit\": 10, \"want\": 11, \"weight\": 1.25, \"at_least\": 12, \"at_most\": "
        "13,"
        "\"pool\": {\"timeout\": \"1s\", \"connect_timeout\": \"2s\", \"idle_timeout\": \"3s\","
        "           \"max_lifetime\": \"1h\"},"
        "\"serverless\": true, \"url\": \"postgresql://app_x@h/d\","
        "\"application_name\": \"api-*\", \"//\": 1, \"//\": 2");
    assert_int_equal(service->target_count, 2);
    assert_string_equal(service->targets[0].database, "a");
    assert_string_equal(service->targets[1].database, "b");
    assert_string_equal(service->role, "app_x");
    assert_string_equal(service->client->id, "prisma");
    assert_int_equal(service->instances_min, 2);
    assert_int_equal(service->instances_max, 3);
    assert_int_equal(service->processes, 4);
    assert_int_equal(service->pools, 5);
    assert_int_equal(service->cpus, 6);
    assert_int_equal(service->threads, 7);
    assert_int_equal(service->connections_per_request, 8);
    assert_int_equal(service->extra, 9);
    assert_true(service->rollout.surge.given && service->rollout.surge.is_share);
    assert_int_equal(service->rollout.surge.value, 50000);
    assert_true(service->rollout.unavailable.given && !service->rollout.unavailable.is_share);
    assert_int_equal(service->rollout.unavailable.value, 2);
    assert_int_equal(service->rollout.drain_ms, 30000);
    assert_int_equal(service->rollout.ready_ms, 1500);
    assert_int_equal(service->connection_limit, 10);
    assert_int_equal(service->want, 11);
    assert_int_equal(service->weight, 1250);
    assert_int_equal(service->at_least, 12);
    assert_int_equal(service->at_most, 13);
    assert_int_equal(service->pool_timeout_ms, 1000);
    assert_int_equal(service->connect_timeout_ms, 2000);
    assert_int_equal(service->idle_timeout_ms, 3000);
    assert_int_equal(service->max_lifetime_ms, 3600000);
    assert_true(service->serverless);
    assert_non_null(service->url);
    assert_string_equal(service->application_name, "api-*");
    assert_ptr_equal(service_url(&topology, service, &service->targets[0]), service->url);
}

static void env_names(void **state)
{
    (void)state;
    const struct service *service =
        service_of("\"env\": {\"url\": \"MY_URL\", \"limit\": \"_limit_2\"}");
    assert_string_equal(service->env_url, "MY_URL");
    assert_string_equal(service->env_limit, "_limit_2");
}

static void every_key_of_a_server(void **state)
{
    (void)state;
    const struct server *server = server_of(
        "\"url\": \"postgresql://app:${DB_PASSWORD}@db/core\", \"plan\": \"scaleway/db-gp-s\","
        "\"max_connections\": 100, \"superuser_reserved_connections\": 4,"
        "\"reserved_connections\": 2, \"reserved\": {\"admin\": 2, \"//\": \"x\", \"bi\": 3},"
        "\"margin\": \"2.5%\", \"alert_at\": 70, \"cores\": 8,"
        "\"role_limits\": {\"app\": 50}, \"database_limits\": {\"core\": 60, \"x\": 0}");
    assert_string_equal(server->name, "core");
    assert_string_equal(server->user, "app");
    assert_string_equal(server->database, "core");
    assert_string_equal(server->url->password, "p%40ss");
    assert_false(server->password_in_file);
    assert_false(server->url_from_outside);
    assert_string_equal(server->plan, "scaleway/db-gp-s");
    assert_int_equal(server->max_connections, 100);
    assert_int_equal(server->max_connections_option, UNKNOWN);
    assert_int_equal(server->superuser_reserved_connections, 4);
    assert_int_equal(server->reserved_connections, 2);
    assert_int_equal(server->reserved_count, 2);
    assert_string_equal(server->reserved[1].name, "bi");
    assert_int_equal(server->reserved[1].count, 3);
    assert_true(server->margin.given && server->margin.is_share);
    assert_int_equal(server->margin.value, 2500);
    assert_true(server->alert_at.given && !server->alert_at.is_share);
    assert_int_equal(server->alert_at.value, 70);
    assert_int_equal(server->cores, 8);
    assert_int_equal(server->role_limit_count, 1);
    assert_int_equal(server->role_limits[0].count, 50);
    assert_int_equal(server->database_limit_count, 2);
    assert_string_equal(server->database_limits[1].name, "x");
}

static void a_server_that_says_nothing(void **state)
{
    (void)state;
    const struct server *server = server_of("");
    assert_null(server->url);
    assert_null(server->user);
    assert_null(server->database);
    assert_null(server->plan);
    assert_int_equal(server->max_connections, UNKNOWN);
    assert_int_equal(server->superuser_reserved_connections, UNKNOWN);
    assert_int_equal(server->reserved_connections, UNKNOWN);
    assert_int_equal(server->reserved_count, 0);
    assert_false(server->margin.given);
    assert_false(server->alert_at.given);
    assert_int_equal(server->cores, UNKNOWN);
}

static void reserved_as_one_number(void **state)
{
    (void)state;
    const struct server *server = server_of("\"reserved\": 17");
    assert_int_equal(server->reserved_count, 1);
    assert_null(server->reserved[0].name);
    assert_int_equal(server->reserved[0].count, 17);
}

static void check_instances(const char *value, int64_t min, int64_t max)
{
    const struct service *service = service_of(arena_printf(&arena, "\"instances\": %s", value));
    assert_int_equal(service->instances_min, min);
    assert_int_equal(service->instances_max, max);
}

static void instances(void **state)
{
    (void)state;
    check_instances("5", 5, 5);
    check_instances("0", 0, 0);
    check_instances("{\"max\": 3}", 1, 3);
    check_instances("{\"max\": 0}", 0, 0);
    check_instances("{\"max\": 3, \"min\": 0, \"// why\": 1}", 0, 3);
    check_instances("{\"max\": 3, \"min\": 3}", 3, 3);
    check_instances("1000000", 1000000, 1000000);
}

static void jobs(void **state)
{
    (void)state;
    const struct service *job = service_of("\"concurrent\": 4");
    assert_true(job->is_job);
    assert_int_equal(job->concurrent, 4);
    assert_int_equal(job->instances_min, 0);
    assert_int_equal(job->instances_max, 4);
    assert_int_equal(job->rollout.strategy, ROLLOUT_RECREATE);
    assert_int_equal(service_of("\"concurrent\": 4, \"rollout\": \"rolling\"")->rollout.strategy,
                     ROLLOUT_ROLLING);
    job = service_of("\"concurrent\": 0");
    assert_true(job->is_job);
    assert_int_equal(job->instances_max, 0);
}

static void rollouts(void **state)
{
    (void)state;
    assert_int_equal(service_of("\"rollout\": \"recreate\"")->rollout.strategy, ROLLOUT_RECREATE);
    assert_int_equal(service_of("\"rollout\": \"blue-green\"")->rollout.strategy,
                     ROLLOUT_BLUE_GREEN);
    assert_int_equal(service_of("\"rollout\": {\"strategy\": \"blue-green\"}")->rollout.strategy,
                     ROLLOUT_BLUE_GREEN);
    const struct rollout *rollout =
        &service_of("\"rollout\": {\"surge\": 0, \"drain\": \"0s\"}")->rollout;
    assert_int_equal(rollout->strategy, ROLLOUT_ROLLING);
    assert_true(rollout->surge.given);
    assert_int_equal(rollout->surge.value, 0);
    assert_int_equal(rollout->unavailable.value, 25000);
    assert_int_equal(rollout->drain_ms, 0);
    assert_int_equal(rollout->ready_ms, UNKNOWN);
}

static void weights(void **state)
{
    static const struct {
        const char *written;
        int64_t thousandths;
    } rows[] = {{"0.001", 1},    {"1", 1000},     {"1.0", 1000},       {"0.1", 100},
                {"1.001", 1001}, {"2.675", 2675}, {"999.999", 999999}, {"1000", 1000000},
                {"1e2", 100000}, {"0.3", 300},    {"4.35", 4350}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(
            service_of(arena_printf(&arena, "\"weight\": %s", rows[i].written))->weight,
            rows[i].thousandths);
}

static void a_service_that_is_switched_off(void **state)
{
    (void)state;
    const struct service *service = service_of("\"at_most\": 0");
    assert_int_equal(service->at_most, 0);
    assert_int_equal(service->at_least, 0);
}

static void a_service_without_databases(void **state)
{
    (void)state;
    const struct service *service = service_of("\"databases\": []");
    assert_int_equal(service->target_count, 0);
    assert_null(service->role);
}

static void urls_of_its_own(void **state)
{
    (void)state;
    const struct service *service =
        service_of("\"url\": \"postgresql://other:${DB_PASSWORD}@db/mine\"");
    assert_string_equal(service->role, "other");
    assert_string_equal(service->targets[0].database, "mine");
    assert_false(service->password_in_file);
    service = service_of("\"url\": \"postgresql://other:secret@db/mine\", \"role\": \"other\"");
    assert_string_equal(service->role, "other");
    assert_true(service->password_in_file);
    service = service_of("\"url\": \"postgresql://db/mine\", \"role\": \"third\"");
    assert_string_equal(service->targets[0].role, "third");
    service = service_of("\"url\": \"postgresql://db/mine\"");
    assert_null(service->role);
    assert_null(service->targets[0].role);
}

static void passwords_in_the_file(void **state)
{
    (void)state;
    assert_true(server_of("\"url\": \"postgresql://app:secret@db/core\"")->password_in_file);
    assert_true(server_of("\"url\": \"postgresql://db/core?password=x\"")->password_in_file);
    assert_true(server_of("\"url\": \"host=db password=x\"")->password_in_file);
    assert_true(
        server_of("\"url\": \"postgresql://app:${DB_PASSWORD:-dev}@db/core\"")->password_in_file);
    assert_false(
        server_of("\"url\": \"postgresql://app:${DB_PASSWORD}@db/core\"")->password_in_file);
    assert_false(server_of("\"url\": \"postgresql://app@db/core\"")->password_in_file);
}

static void servers_behind_services(void **state)
{
    (void)state;
    must_read("{\"services\": {\"a\": {\"server\": \"two\"}, \"b\": {\"databases\": [\"one:x\", "
              "\"two:y\"]},"
              " \"c\": {\"server\": \"one\", \"databases\": [\"z\", \"two:z2\"]}},"
              " \"servers\": {\"one\": {\"url\": \"postgresql://u1@h1/d1\"},"
              "               \"two\": {\"url\": \"postgresql://u2@h2/d2\"}}}");
    const struct service *a = topology.services[0], *b = topology.services[1],
                         *c = topology.services[2];
    assert_int_equal(a->targets[0].server, 1);
    assert_string_equal(a->targets[0].database, "d2");
    assert_string_equal(a->targets[0].role, "u2");
    assert_int_equal(b->target_count, 2);
    assert_int_equal(b->targets[0].server, 0);
    assert_string_equal(b->targets[0].database, "x");
    assert_int_equal(b->targets[1].server, 1);
    assert_string_equal(b->role, "u1");
    assert_string_equal(b->targets[0].role, "u1");
    assert_string_equal(b->targets[1].role, "u2");
    assert_int_equal(c->targets[0].server, 0);
    assert_int_equal(c->targets[1].server, 1);
}

static void comments_are_everywhere(void **state)
{
    (void)state;
    must_read(
        "{\"//\": 1, \"//\": {\"a\": 1, \"a\": 2, \"n\": \"\\u0000\"}, \"// x\": [],\n"
        " \"servers\": {\"//\": 1, \"//\": 2, \"core\": {\"//\": 1, \"//\": 2,"
        "   \"reserved\": {\"//\": 1, \"//\": 2, \"a\": 1}, \"role_limits\": {\"//x\": \"y\", "
        "\"a\": 1}}},\n"
        " \"services\": {\"//\": 1, \"//\": 2, \"api\": {\"//\": 1, \"//\": 2,"
        "   \"instances\": {\"//\": 1, \"//\": 2, \"max\": 1}, \"rollout\": {\"//\": 1, \"//\": 2},"
        "   \"pool\": {\"//\": 1, \"//\": 2}, \"env\": {\"//\": 1, \"//\": 2}}}}");
    assert_int_equal(topology.server_count, 1);
    assert_int_equal(topology.service_count, 1);
    assert_int_equal(topology.servers[0]->reserved_count, 1);
}

static void the_document(void **state)
{
    (void)state;
    must_read("\xef\xbb\xbf{\"$schema\": \"pgsize.schema.json\", \"version\": 1, \"formula\": "
              "\"divisor\","
              " \"servers\": {\"core\": {}}}");
    assert_int_equal(topology.formula, FORMULA_DIVISOR);
    assert_true(topology.formula_given);
    assert_int_equal(topology.service_count, 0);
    must_read(" \n{\"servers\": {\"core\": {}}, \"services\": {}}\r\n\t ");
}

static void several_files(void **state)
{
    (void)state;
    struct topology_input input = no_input();
    static const char one[] = "{\"servers\": {\"core\": {}}, \"services\": {\"a\": {}}}";
    static const char two[] =
        "{\"formula\": \"half\",\n \"services\": {\"b\": {}, \"c\": {\"server\": \"core\"}}}";
    file_add(&input, "one.json", one, sizeof one - 1);
    file_add(&input, "two.json", two, sizeof two - 1);
    assert_true(read_input(&input));
    assert_int_equal(topology.server_count, 1);
    assert_int_equal(topology.service_count, 3);
    assert_string_equal(topology.services[2]->name, "c");
    assert_int_equal(topology.formula, FORMULA_HALF);
    const char *file = NULL;
    unsigned line = 0, column = 0;
    assert_true(
        origin_place(&arena, &topology.services[2]->origin, "/server", &file, &line, &column));
    assert_string_equal(file, "two.json");
    assert_true(line == 2 && column == 40);
    assert_true(
        origin_place(&arena, &topology.services[2]->origin, "/none/at/all", &file, &line, &column));
    assert_true(line == 2 && column == 29);
    const struct origin nowhere = {0};
    assert_false(origin_place(&arena, &nowhere, "", &file, &line, &column));
}

/* --- what is refused --- */

/* "line:column: message" */
static const char *fault_shown(const struct fault *fault)
{
    return arena_printf(&arena, "%u:%u: %s", fault->line, fault->column, fault->message);
}

struct refusal {
    const char *bytes;
    const char *fault; /* "line:column: message"; ends with ~ where more may follow */
    const char *hint;  /* a part of it; NULL: none at all; "*": any */
};

static void check_refusal(const char *bytes, const char *expected, const char *hint)
{
    if (read_bytes(bytes, strlen(bytes)))
        fail_msg("taken: %s", bytes);
    const struct fault *fault = &faults.items[0];
    const char *shown = fault_shown(fault);
    size_t length = strlen(expected);
    bool same = expected[length - 1] == '~' ? strncmp(shown, expected, length - 1) == 0
                                            : strcmp(shown, expected) == 0;
    if (!same || faults.count != 1 || faults.more != 0)
        fail_msg("%s\n  is:  %s\n  not: %s\n  of %zu (second: %s)", bytes, shown, expected,
                 faults.count, faults.items[1].message);
    assert_int_equal(fault->kind, FAIL_INPUT);
    assert_string_equal(fault->file, "a.json");
    if (hint == NULL ? fault->hint[0] != '\0' : hint[0] != '*' && strstr(fault->hint, hint) == NULL)
        fail_msg("%s\n  hint: %s", bytes, fault->hint);
}

#define SERVER "{\"servers\": {\"core\": {}},\n"

static const struct refusal documents[] = {
    {"", "1:1: the file is empty", "a topology is a JSON object"},
    {" \n ", "1:1: the file is empty", "a topology is a JSON object"},
    {"\xef\xbb\xbf", "1:1: the file is empty", "*"},
    {"[]", "1:1: expected an object, got an array", "a topology is a JSON object"},
    {"\n  3", "2:3: expected an object, got a number", "*"},
    {"{", "1:2: expected a key in double quotes, got the end of the file", NULL},
    {"{}", "1:1: the topology names no server", "\"servers\""},
    {"{\"services\": {}}", "1:1: the topology names no server", "*"},
    {SERVER "}", "2:1: a comma before the closing } is not JSON: remove it", NULL},
    {SERVER "\"services\": {}} {}", "2:17: expected nothing behind the topology, got an object",
     NULL},
    {SERVER "\"services\": []}", "2:13: services: must be an object of names, got an array", NULL},
    {SERVER "\"services\": null}", "2:13: services: must be an object of names, got null", NULL},
    {SERVER "\"service\": {}}", "2:1: service: unknown key", "did you mean \"services\"?"},
    {SERVER "\"nonsense\": {}}", "2:1: nonsense: unknown key",
     "allowed here: $schema, version, formula, "
     "servers, services"},
    {SERVER "\"version\": 2}", "2:12: version: must be 1, the only version so far, got 2", NULL},
    {SERVER "\"version\": \"1\"}", "2:12: version: must be a whole number, 1 or more, got \"1\"",
     NULL},
    {SERVER "\"formula\": \"fiar\"}",
     "2:12: formula: must be one of fair, divisor, half, got \"fiar\"", "did you mean \"fair\"?"},
    {SERVER "\"formula\": null}", "2:12: formula: must be one of fair, divisor, half, got null",
     NULL},
    {SERVER "\"$schema\": 1}", "2:12: $schema: must be a string, got 1", NULL},
    {SERVER "\"poolers\": []}", "2:12: poolers: must be an object of names, got an array", NULL},
    {SERVER "\"version\": 1, \"version\": 1}",
     "2:15: key \"version\" is given twice, first at a.json:2:1", NULL},
    {SERVER "\"servers\": {\"b\": {}}}", "2:1: key \"servers\" is given twice, first at a.json:1:2",
     NULL},
    {SERVER "\"version\": 1x}", "2:13: expected a comma or } after this member, got x", NULL},
    {SERVER "\"services\": {\"a\": {},}}",
     "2:22: a comma before the closing } is not JSON: remove it", NULL},
    {SERVER "\"services\": {\"a\": {\"want\": 1,}}}", "2:30: a comma before the closing }~", NULL},
    {SERVER "\"services\": {\"a\": {\"want\": 1, \"want\": 2}}}",
     "2:31: key \"want\" is given twice, first at a.json:2:20", NULL},
    {SERVER "\"services\": {\"a\": {\"x\\u0000\": 1}}}", "2:22: \\u0000 is not allowed in a string",
     NULL},
    {SERVER "\"services\": {\"a\\u0000\": {}}}", "2:16: \\u0000 is not allowed in a string", NULL},
    {SERVER "\"services\": {\"a\": {\"role\": \"a\\u0000b\"}}}", "2:30: \\u0000 is not allowed~",
     NULL},
    {SERVER "\"services\": {\"\": {}}}", "2:14: services.\"\": a name must not be empty", NULL},
    {SERVER "\"services\": {\"a\": {},\n \"b\": {}, \"a\": {}}}",
     "3:11: services.a: this name is given twice, first at a.json:2:14", "rename"},
    {SERVER "\"services\": {\"a\": {}, \"\\u0061\": {}}}",
     "2:23: services.a: this name is given twice, first at a.json:2:14", "*"},
    {SERVER "\"services\": {\"postgresql://u:p@h/d\": {}}}",
     "2:14: services.\"...\": must not be a URL", "\"url\""},
    {"{\"servers\": {\"a\": {}, \"a\": {}}}",
     "1:23: servers.a: this name is given twice, first at a.json:1:14", "*"},
    {SERVER "\"services\": {\"a\": 3}}", "2:19: services.a: must be an object, got 3", NULL},
    {SERVER "\"services\": {\"a\": \"postgresql://u:hunter2@h/d\"}}",
     "2:19: services.a: must be an object, got a string", NULL},
};

static void documents_that_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++)
        check_refusal(documents[i].bytes, documents[i].fault, documents[i].hint);
}

/* Members of a service, from column 22 of the second line; the path before the message is
 * services.api. */
static const struct refusal services[] = {
    {"\"clinet\": \"prisma\"", "22: services.api.clinet: unknown key", "did you mean \"client\"?"},
    {"\"zzzzzzzz\": 1", "22: services.api.zzzzzzzz: unknown key",
     "allowed here: server, via, databases, role"},
    {"\"a.b\": 1", "22: services.api.\"a.b\": unknown key", "*"},
    {"\"a/b~\": 1", "22: services.api.\"a/b~\": unknown key", "*"},
    {"\"caf\\u00e9\": 1", "22: services.api.caf\xc3\xa9: unknown key", "*"},
    {"\"want\": 1, \"wnat\": 2", "33: services.api.wnat: unknown key", "did you mean \"want\"?"},
    {"\"via\": \"bouncer\"", "29: services.api.via: there is no pooler \"bouncer\"", "add it"},

    {"\"instances\": {\"from\": \"compose:api\"}",
     "36: services.api.instances.from: not supported yet", "*"},
    {"\"client\": \"prsma\"", "32: services.api.client: no such client: \"prsma\"",
     "did you mean \"prisma\"?"},
    {"\"client\": \"zzzzzzzzzzzz\"", "32: services.api.client: no such client: \"zzzzzzzzzzzz\"",
     "pgsize list clients"},
    {"\"client\": \"prsma\", \"pool\": {\"timeout\": \"1s\"}",
     "32: services.api.client: no such client~", "*"},
    {"\"client\": 3", "32: services.api.client: must be the id of a client, got 3", NULL},
    {"\"server\": \"cor\"", "32: services.api.server: there is no server \"cor\"",
     "did you mean \"core\"?"},
    {"\"server\": \"elsewhere\"", "32: services.api.server: there is no server \"elsewhere\"",
     "servers here: core"},
    {"\"server\": \"\"", "32: services.api.server: must not be empty", NULL},
    {"\"databases\": \"core\"",
     "35: services.api.databases: must be an array of database names, got \"core\"", NULL},
    {"\"databases\": [\"a\", 3]",
     "41: services.api.databases.1: must be a database name, \"db\" or \"server:db\", got 3", NULL},
    {"\"databases\": [\"a\", \"\"]", "41: services.api.databases.1: must not be empty", NULL},
    {"\"databases\": [\"a\", \"b\", \"a\"]",
     "46: services.api.databases.2: the same database is given twice", NULL},
    {"\"databases\": [\"a\", \"core:a\"]",
     "41: services.api.databases.1: the same database is given twice", NULL},
    {"\"databases\": [\"cor:a\"]", "36: services.api.databases.0: there is no server \"cor\"",
     "\"core\""},
    {"\"databases\": [\"core:\"]", "36: services.api.databases.0: no database behind the colon",
     NULL},
    {"\"instances\": -1", "35: services.api.instances: must be 0 or more, got -1", NULL},
    {"\"instances\": 1000001", "35: services.api.instances: must be at most 1000000, got 1000001",
     NULL},
    {"\"instances\": \"3\"",
     "35: services.api.instances: must be a whole number, or {\"min\": N, \"max\": N}, got \"3\"",
     NULL},
    {"\"instances\": 1.0",
     "35: services.api.instances: must be a whole number, or {\"min\": N, \"max\": N}, got 1.0",
     NULL},
    {"\"instances\": {}", "35: services.api.instances: max is missing", NULL},
    {"\"instances\": {\"min\": 1}", "35: services.api.instances: max is missing", NULL},
    {"\"instances\": {\"min\": 4, \"max\": 3}",
     "53: services.api.instances.max: must be at least min, 4, got 3", NULL},
    {"\"instances\": {\"max\": -1}", "43: services.api.instances.max: must be 0 or more, got -1",
     NULL},
    {"\"instances\": 1, \"concurrent\": 1",
     "22: services.api.instances: a service has one of instances and "
     "concurrent",
     "a job"},
    {"\"processes\": 0", "35: services.api.processes: must be 1 or more, got 0", NULL},
    {"\"processes\": 1.5", "35: services.api.processes: must be a whole number, 1 or more, got 1.5",
     NULL},
    {"\"pools\": null", "31: services.api.pools: must be a whole number, 1 or more, got null",
     NULL},
    {"\"pools\": [1]", "31: services.api.pools: must be a whole number, 1 or more, got an array",
     NULL},
    {"\"pools\": {}", "31: services.api.pools: must be a whole number, 1 or more, got an object",
     NULL},
    {"\"instances\": 1000000, \"processes\": 1000000",
     "21: services.api: instances x processes x pools is more than PostgreSQL could ever serve",
     NULL},
    {"\"processes\": 1000000, \"pools\": 1000000, \"instances\": 1000000",
     "21: services.api: instances x~", NULL},
    {"\"at_least\": 5, \"at_most\": 4",
     "34: services.api.at_least: must be at most at_most, 4, got 5", NULL},
    {"\"at_most\": 0, \"at_least\": 1",
     "48: services.api.at_least: must be at most at_most, 0, got 1", NULL},
    {"\"at_least\": 0", "34: services.api.at_least: must be 1 or more, got 0", NULL},
    {"\"want\": 262144", "30: services.api.want: must be at most 262143, got 262144", NULL},
    {"\"want\": 9223372036854775807",
     "30: services.api.want: must be at most 262143, got 9223372036854775807", NULL},
    {"\"want\": 9223372036854775808", "30: this number is too large", NULL},
    {"\"weight\": 0",
     "32: services.api.weight: must be a number from 0.001 to 1000 with at most three decimal "
     "places, got 0",
     NULL},
    {"\"weight\": 0.0005", "32: services.api.weight: must be a number~", NULL},
    {"\"weight\": 1.0005", "32: services.api.weight: must be a number~", NULL},
    {"\"weight\": 1000.001", "32: services.api.weight: must be a number~", NULL},
    {"\"weight\": -1", "32: services.api.weight: must be a number~", NULL},
    {"\"weight\": \"1\"", "32: services.api.weight: must be a number~", NULL},
    {"\"rollout\": \"roling\"",
     "33: services.api.rollout: must be one of recreate, rolling, blue-green, got "
     "\"roling\"",
     "did you mean \"rolling\"?"},
    {"\"rollout\": 1",
     "33: services.api.rollout: must be \"recreate\", \"rolling\", \"blue-green\", or an "
     "object, got 1",
     NULL},
    {"\"rollout\": {\"surge\": \"25\"}",
     "43: services.api.rollout.surge: must be a count, or a share such as "
     "\"25%\" or \"62.5%\", got \"25\"",
     NULL},
    {"\"rollout\": {\"surge\": -1}", "43: services.api.rollout.surge: must be 0 or more, got -1",
     NULL},
    {"\"rollout\": {\"drain\": 5}",
     "43: services.api.rollout.drain: must be a duration with a unit, such as "
     "\"500ms\", \"20s\", \"10m\" or \"1h\", got 5",
     NULL},
    {"\"rollout\": {\"drain\": \"5\"}", "43: services.api.rollout.drain: must be a duration~",
     NULL},
    {"\"rollout\": {\"strategy\": \"recreate\", \"surge\": 1}",
     "58: services.api.rollout.surge: surge means nothing with strategy \"recreate\"", "*"},
    {"\"pool\": {\"timeout\": \"0s\"}",
     "42: services.api.pool.timeout: must be 1ms or more, got \"0s\"", NULL},
    {"\"pool\": {\"timeuot\": \"1s\"}", "31: services.api.pool.timeuot: unknown key",
     "\"timeout\""},
    {"\"pool\": \"20s\"", "30: services.api.pool: must be an object, got \"20s\"", NULL},
    {"\"client\": \"go-database-sql\", \"pool\": {\"timeout\": \"1s\"}",
     "60: services.api.pool.timeout: client go-database-sql has no setting for pool.timeout", "*"},
    {"\"serverless\": \"yes\"", "36: services.api.serverless: must be true or false, got \"yes\"",
     NULL},
    {"\"env\": {\"url\": \"1X\"}", "37: services.api.env.url: must be the name of a variable~",
     NULL},
    {"\"env\": {\"url\": \"A-B\"}", "37: services.api.env.url: must be the name of a variable~",
     NULL},
    {"\"env\": {\"url\": \"\"}", "37: services.api.env.url: must be the name of a variable~", NULL},
    {"\"env\": {\"urls\": \"X\"}", "30: services.api.env.urls: unknown key", "\"url\""},
    {"\"env\": {\"url\": \"X\", \"limit\": \"X\"}",
     "29: services.api.env: variable X is also used by this "
     "service itself",
     "*"},
    {"\"env\": {\"url\": \"X\"}, \"databases\": [\"a\", \"b\"]",
     "37: services.api.env.url: one variable for the URL of 2 databases", "*"},
    {"\"databases\": [\"a\", \"b\"], \"env\": {\"limit\": \"X\"}",
     "64: services.api.env.limit: one variable for the limit of 2 databases", "*"},
    {"\"url\": \"postgresql://app:pw@h/d\", \"role\": \"jobs\"",
     "64: services.api.role: the service's own url logs in as \"app\"", "remove \"role\""},
    {"\"role\": \"${NOWHERE}\"",
     "30: services.api.role: the environment variable NOWHERE is not set", "${NAME:-default}"},
    {"\"role\": \"${NOTHING}\"", "30: services.api.role: must not be empty", NULL},
    {"\"role\": \"${\"", "30: services.api.role: a ${ that is not ${NAME} or~", "*"},
    {"\"url\": 3", "29: services.api.url: must be a URL, got a number", NULL},
    {"\"url\": \"mysql://h/d\"", "29: services.api.url: ~", "*"},
    {"\"url\": \"postgresql://app:${NOWHERE}@h/d\"",
     "29: services.api.url: the environment variable NOWHERE is not set", "*"},
};

static void services_that_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++)
        check_refusal(with_service(services[i].bytes),
                      arena_printf(&arena, "2:%s", services[i].fault), services[i].hint);
}

/* Members of a server, from column 23 of the first line. */
static const struct refusal servers[] = {
    {"\"max_conections\": 1", "23: servers.core.max_conections: unknown key",
     "\"max_connections\""},
    {"\"max_connections\": 0", "42: servers.core.max_connections: must be 1 or more, got 0", NULL},
    {"\"max_connections\": 262144",
     "42: servers.core.max_connections: must be at most 262143, got 262144", NULL},
    {"\"max_connections\": \"100\"",
     "42: servers.core.max_connections: must be a whole number, 1 or more, got \"100\"", NULL},
    {"\"reserved\": -1", "35: servers.core.reserved: must be 0 or more, got -1", NULL},
    {"\"reserved\": \"7\"",
     "35: servers.core.reserved: must be an object of names and counts, or one whole number, got "
     "\"7\"",
     NULL},
    {"\"reserved\": {\"admin\": 2, \"bi\": -3}",
     "54: servers.core.reserved.bi: must be 0 or more, got -3", NULL},
    {"\"reserved\": {\"a\": 1, \"a\": 2}", "44: key \"a\" is given twice, first at a.json:1:36",
     NULL},
    {"\"margin\": \"5\"",
     "33: servers.core.margin: must be a count, or a share such as \"25%\" or \"62.5%\", got "
     "\"5\"",
     NULL},
    {"\"margin\": \"101%\"", "33: servers.core.margin: must be at most \"100%\", got \"101%\"",
     NULL},
    {"\"margin\": -1", "33: servers.core.margin: must be 0 or more, got -1", NULL},
    {"\"alert_at\": \"0%\"", "35: servers.core.alert_at: must be more than 0, got \"0%\"", NULL},
    {"\"alert_at\": 0.8", "35: servers.core.alert_at: must be a count, or a share~", NULL},
    {"\"alert_at\": \"80.1234%\"", "35: servers.core.alert_at: must be a count, or a share~", NULL},
    {"\"alert_at\": 0", "35: servers.core.alert_at: must be more than 0, got 0", NULL},
    {"\"alert_at\": 101, \"max_connections\": 100",
     "35: servers.core.alert_at: must be at most max_connections, 100, got 101", "*"},
    {"\"max_connections\": 10, \"superuser_reserved_connections\": 10",
     "42: servers.core.max_connections: superuser_reserved_connections + reserved_connections, 10, "
     "must be less than max_connections, 10",
     "*"},
    {"\"reserved_connections\": 4, \"superuser_reserved_connections\": 6, \"max_connections\": 9",
     "106: servers.core.max_connections: superuser_reserved_connections + reserved_connections, "
     "10, "
     "must be less than max_connections, 9",
     "*"},
    {"\"role_limits\": {\"app\": \"x\"}",
     "46: servers.core.role_limits.app: must be a whole number, 0 or more, got \"x\"", NULL},
    {"\"role_limits\": 5",
     "38: servers.core.role_limits: must be an object of names and counts, got 5", NULL},
    {"\"follows\": \"cor\"", "34: servers.core.follows: there is no server \"cor\"", "\"core\""},
    {"\"follows\": \"core\"", "34: servers.core.follows: a server cannot follow itself", "*"},
    {"\"follows\": [\"core\"]", "34: servers.core.follows: must be a string, got an array", NULL},
    {"\"follows\": \"a\", \"follows\": \"b\"",
     "39: key \"follows\" is given twice, first at a.json:1:23", NULL},
    {"\"plan\": \"\"", "31: servers.core.plan: must not be empty", NULL},
    {"\"plan\": [\"postgresql://u:hunter2@h/d\"]",
     "31: servers.core.plan: must be a string, got an array", NULL},
};

static void servers_that_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++)
        check_refusal(arena_printf(&arena, "{\"servers\": {\"core\": {%s}}}", servers[i].bytes),
                      arena_printf(&arena, "1:%s", servers[i].fault), servers[i].hint);
}

/* Whose services may land on whom. */
static void followed_servers(void **state)
{
    (void)state;
    must_read("{\"servers\": {\"c\": {\"follows\": \"b\"}, \"b\": {\"follows\": \"a\"}, "
              "\"a\": {}, \"d\": {}}, \"services\": {}}");
    struct server **at = topology.servers;
    assert_ptr_equal(at[0]->follows, at[1]);
    assert_ptr_equal(at[1]->follows, at[2]);
    assert_null(at[2]->follows);
    assert_true(server_lands_on(at[2], at[0]));
    assert_true(server_lands_on(at[2], at[1]));
    assert_false(server_lands_on(at[0], at[2]));
    assert_false(server_lands_on(at[2], at[2]));
    assert_false(server_lands_on(at[3], at[0]));
}

static void follows_that_are_refused(void **state)
{
    (void)state;
    check_refusal("{\"servers\": {\"x\": {\"follows\": \"two\"},\n"
                  " \"one\": {\"follows\": \"two\"},\n"
                  " \"two\": {\"follows\": \"one\"}}}",
                  "2:21: servers.one.follows: one follows two follows one: a circle",
                  "a primary follows nobody");
    check_refusal("{\"servers\": {\"a\": {}, \"b\": {\"follows\": \"pool\"}},\n"
                  " \"poolers\": {\"pool\": {\"server\": \"a\"}}}",
                  "1:40: servers.b.follows: \"pool\" is a pooler, and only a server is followed",
                  "the server behind it is \"a\"");
    check_refusal("{\"servers\": {\"a\": {}, \"b\": {}},\n"
                  " \"poolers\": {\"pool\": {\"server\": \"a\", \"follows\": \"b\"}}}",
                  "2:38: poolers.pool.follows: unknown key", "*");
}

/* A chain of servers, each following the next; one longer than TOPOLOGY_MAX_FOLLOWED is refused. */
static const char *chain(int count)
{
    struct text text = {.arena = &arena};
    text_put(&text, "{\"servers\": {\n");
    for (int i = 0; i < count; i++)
        text_printf(&text, "\"s%d\": {\"follows\": \"s%d\"},\n", i, i + 1);
    text_printf(&text, "\"s%d\": {}}}", count);
    return text_keep(&text);
}

static void chains_are_bounded(void **state)
{
    (void)state;
    must_read(chain(16));
    check_refusal(chain(17),
                  "2:19: servers.s0.follows: more than 16 servers follow one behind the other",
                  "*");
}

static const char two_servers[] = "{\"servers\": {\"one\": {}, \"two\": {}},\n";

static void services_of_several_servers_must_say_which(void **state)
{
    (void)state;
    check_refusal(arena_printf(&arena, "%s\"services\": {\"api\": {}}}", two_servers),
                  "2:21: services.api: there are several servers: which one?",
                  "\"server\": \"NAME\"");
    check_refusal(
        arena_printf(&arena, "%s\"services\": {\"api\": {\"databases\": [\"one:a\", \"b\"]}}}",
                     two_servers),
        "2:45: services.api.databases.1: there are several servers: which one?", "\"server:db\"");
    must_read(arena_printf(&arena, "%s\"services\": {\"api\": {\"databases\": []}}}", two_servers));
    must_read(arena_printf(&arena, "%s\"services\": {\"api\": {\"databases\": [\"two:a\"]}}}",
                           two_servers));
}

/* A mistake in the text ends the reading: what would follow from a part of it is not said. */
static void broken_texts_have_one_fault(void **state)
{
    (void)state;
    check_refusal(
        "{\"servers\": {\"one\": {}},\n \"services\": {\"api\": {\"server\": \"two\"}},\n \"x\" 1}",
        "3:6: expected a colon after the key, got a number", NULL);
    check_refusal("{\"services\": {\"api\": {}}, \"servers\": {\"one\": {}, \"two\": {]}}",
                  "1:58: expected a key in double quotes, got ]", NULL);
}

static void faults_come_all_at_once(void **state)
{
    static const char bytes[] = "{\"formula\": \"x\",\n"
                                " \"servers\": {\"core\": {\"cores\": 0,\n"
                                "  \"margn\": 1}},\n"
                                " \"services\": {\"a\": {\"want\": 0, \"client\": \"x\"},\n"
                                "  \"b\": {\"server\": \"x\", \"at_least\": 2, \"at_most\": 1}}}";
    static const char *const expected[] = {
        "1:13: formula: must be one of fair, divisor, half, got \"x\"",
        "2:32: servers.core.cores: must be 1 or more, got 0",
        "3:3: servers.core.margn: unknown key",
        "4:29: services.a.want: must be 1 or more, got 0",
        "4:42: services.a.client: no such client: \"x\"",
        "5:19: services.b.server: there is no server \"x\"",
        "5:36: services.b.at_least: must be at most at_most, 1, got 2",
    };
    (void)state;
    assert_false(read_bytes(bytes, sizeof bytes - 1));
    assert_int_equal(faults.count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < faults.count; i++)
        assert_string_equal(fault_shown(&faults.items[i]), expected[i]);
}

static void faults_beyond_twenty_are_counted(void **state)
{
    struct text text = {.arena = &arena};
    (void)state;
    text_put(&text, "{\"servers\": {\"core\": {}}, \"services\": {");
    for (int i = 0; i < 1000; i++)
        text_printf(&text, "%s\n\"s%d\": {\"wnat\": 1, \"server\": \"x%d\"}", i > 0 ? "," : "", i,
                    i);
    text_put(&text, "}}");
    assert_false(read_bytes(text.bytes, text.length));
    assert_int_equal(faults.count, TOPOLOGY_MAX_FAULTS);
    assert_int_equal(faults.more, 2000 - TOPOLOGY_MAX_FAULTS);
    assert_string_equal(faults.items[0].message, "services.s0.wnat: unknown key");
    assert_int_equal(faults.items[19].line, 21);
    text_free(&text);
}

static void files_are_told_apart(void **state)
{
    static const char one[] = "{\"servers\": {\"core\": {}},\n\"services\": {\"a\": {}}}";
    static const char two[] =
        "{\"services\": {\"b\": {\"want\": 0},\n\"a\": {}}, \"servers\": {\"core\": {}}}";
    static const char *const expected[] = {
        "two.json:1:29: services.b.want: must be 1 or more, got 0",
        "two.json:2:1: services.a: this name is given twice, first at one.json:2:14",
        "two.json:2:23: servers.core: this name is given twice, first at one.json:1:14",
    };
    struct topology_input input = no_input();
    (void)state;
    file_add(&input, "one.json", one, sizeof one - 1);
    file_add(&input, "two.json", two, sizeof two - 1);
    assert_false(read_input(&input));
    assert_int_equal(faults.count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(
            arena_printf(&arena, "%s:%s", faults.items[i].file, fault_shown(&faults.items[i])),
            expected[i]);
}

static void passwords_are_never_shown(void **state)
{
    static const char *const members[] = {
        "\"url\": \"mysql://u:hunter2@h/d\"",
        "\"url\": \"postgresql://u:hunter2@h:port/d\"",
        "\"url\": \"postgresql://u:hunter2@x@h/d\"",
        "\"url\": \"postgresql://u:%zzhunter2@h/d\"",
        "\"url\": \"password=hunter2 'x\"",
        "\"url\": \"hunter2\"",
        "\"url\": \"postgresql://u:${SECRET}@h:port/d\"",
        "\"url\": \"postgresql://u:${SECRET:?}@h/d\"",
        "\"url\": [\"postgresql://u:hunter2@h/d\"]",
        "\"want\": \"postgresql://u:hunter2@h/d\"",
        "\"pool\": \"postgresql://u:hunter2@h/d\"",
        "\"rollout\": \"postgresql://u:hunter2@h/d\"",
        "\"instances\": \"password=hunter2\"",
        "\"postgresql://u:hunter2@h/d\": 1",
    };
    static const char *const secret[] = {"SECRET=hunter2", NULL};
    (void)state;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        struct topology_input input = no_input();
        const char *bytes = with_service(members[i]);
        file_add(&input, "a.json", bytes, strlen(bytes));
        input.environment = secret;
        if (read_input(&input))
            fail_msg("taken: %s", members[i]);
        if (strstr(faults.items[0].message, "hunter2") != NULL ||
            strstr(faults.items[0].hint, "hunter2") != NULL)
            fail_msg("%s | %s", faults.items[0].message, faults.items[0].hint);
    }
}

/* --- variables --- */

static const char *variable_of(const struct service *service, size_t target, enum variable variable)
{
    struct text text = {.arena = &arena};
    text_put(&text, "0"); /* what stands before it must not matter */
    service_variable(service, &service->targets[target], variable, &text);
    return text_keep(&text) + 1;
}

static void variables(void **state)
{
    (void)state;
    must_read(
        "{\"servers\": {\"core\": {\"url\": \"postgresql://h/d\"}}, \"services\": {\"api\": {},"
        " \"my-api.v2\": {}, \"9lives\": {}, \"caf\xc3\xa9\": {}, \"two\": {\"databases\": "
        "[\"a-b\", \"c\"]},"
        " \"own\": {\"env\": {\"url\": \"DATABASE_URL\", \"limit\": \"LIMIT\"}},"
        " \"half\": {\"env\": {\"limit\": \"HALF_LIMIT\"}}}}");
    struct service **s = topology.services;
    assert_string_equal(variable_of(s[0], 0, VARIABLE_URL), "API_DATABASE_URL");
    assert_string_equal(variable_of(s[0], 0, VARIABLE_LIMIT), "API_CONNECTION_LIMIT");
    assert_string_equal(variable_of(s[1], 0, VARIABLE_URL), "MY_API_V2_DATABASE_URL");
    assert_string_equal(variable_of(s[2], 0, VARIABLE_URL), "_9LIVES_DATABASE_URL");
    assert_string_equal(variable_of(s[3], 0, VARIABLE_URL), "CAF__DATABASE_URL");
    assert_string_equal(variable_of(s[4], 0, VARIABLE_URL), "TWO_A_B_DATABASE_URL");
    assert_string_equal(variable_of(s[4], 1, VARIABLE_LIMIT), "TWO_C_CONNECTION_LIMIT");
    assert_string_equal(variable_of(s[5], 0, VARIABLE_URL), "DATABASE_URL");
    assert_string_equal(variable_of(s[5], 0, VARIABLE_LIMIT), "LIMIT");
    assert_string_equal(variable_of(s[6], 0, VARIABLE_URL), "HALF_DATABASE_URL");
    assert_string_equal(variable_of(s[6], 0, VARIABLE_LIMIT), "HALF_LIMIT");
}

static void variables_of_one_database_on_two_servers(void **state)
{
    static const struct {
        const char *url, *pool;
    } expected[] = {
        {"API_EU_1_CORE_DATABASE_URL", "api/eu-1:core"}, {"API_STATS_DATABASE_URL", "api/stats"},
        {"API_US_CORE_DATABASE_URL", "api/us:core"},     {"API_US_A_B_DATABASE_URL", "api/us:a-b"},
        {"API_EU_1_A_B_DATABASE_URL", "api/eu-1:a_b"},
    };
    (void)state;
    must_read("{\"servers\": {\"eu-1\": {}, \"us\": {}}, \"services\": {\"api\": {\"databases\": "
              "[\"eu-1:core\", \"us:stats\", \"us:core\", \"us:a-b\", \"eu-1:a_b\"]}}}");
    const struct service *service = topology.services[0];
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        struct text name = {.arena = &arena};
        service_pool_name(service, &service->targets[i], &name);
        assert_string_equal(variable_of(service, i, VARIABLE_URL), expected[i].url);
        assert_string_equal(name.bytes, expected[i].pool);
        text_free(&name);
    }
}

static void variables_that_collide(void **state)
{
    static const char *const services_of[] = {
        "\"my-api\": {}, \"my_api\": {}",
        "\"api\": {}, \"API\": {}",
        "\"api\": {}, \"b\": {\"env\": {\"url\": \"API_DATABASE_URL\"}}",
        "\"api\": {}, \"b\": {\"env\": {\"limit\": \"API_DATABASE_URL\"}}",
        "\"a\": {\"env\": {\"url\": \"X\"}}, \"b\": {\"env\": {\"url\": \"X\"}}",
        "\"a\": {\"databases\": [\"b-c\", \"b_c\"]}",
        "\"a_b\": {}, \"a\": {\"databases\": [\"b\", \"c\"]}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof services_of / sizeof services_of[0]; i++) {
        const char *bytes = arena_printf(
            &arena, "{\"servers\": {\"core\": {}}, \"services\": {%s}}", services_of[i]);
        if (read_bytes(bytes, strlen(bytes)))
            fail_msg("taken: %s", services_of[i]);
        assert_non_null(strstr(faults.items[0].message, "is also used by"));
        assert_int_equal(faults.items[0].line, 1);
    }
    must_read("{\"servers\": {\"core\": {}}, \"services\": {\"my-api\": {}, \"my_api\": {\"env\":"
              " {\"url\": \"A\", \"limit\": \"B\"}}, \"MY API\": {\"databases\": []}}}");
}

/* --- options --- */

static bool read_with_options(const char *bytes, const char *const *urls, const char *fallback,
                              const char *plan, int64_t max_connections)
{
    struct topology_input input = no_input();
    file_add(&input, "a.json", bytes, strlen(bytes));
    input.urls = urls;
    while (urls != NULL && urls[input.url_count] != NULL)
        input.url_count++;
    input.fallback_url = fallback;
    input.plan = plan;
    input.max_connections = max_connections;
    return read_input(&input);
}

static const char one_server[] = "{\"servers\": {\"core\": {}}, \"services\": {\"api\": {}}}";
static const char one_with_url[] =
    "{\"servers\": {\"core\": {\"url\": \"postgresql://u:p@h/d\"}}, \"services\": {\"api\": {}}}";
static const char one_with_plan[] = "{\"servers\": {\"core\": {\"plan\": \"supabase/nano\", "
                                    "\"max_connections\": 50}}, \"services\": {\"api\": {}}}";

static void database_url(void **state)
{
    static const char fallback[] = "postgresql://env:pw@envhost/envdb";
    (void)state;
    assert_true(read_with_options(one_server, NULL, fallback, NULL, UNKNOWN));
    assert_string_equal(topology.servers[0]->database, "envdb");
    assert_string_equal(topology.services[0]->targets[0].database, "envdb");
    assert_string_equal(topology.servers[0]->user, "env");
    assert_true(topology.servers[0]->url_from_outside);
    assert_false(topology.servers[0]->password_in_file);
    /* a checked-in topology does not change its answer with the shell */
    assert_true(read_with_options(one_with_url, NULL, fallback, NULL, UNKNOWN));
    assert_string_equal(topology.servers[0]->database, "d");
    assert_false(topology.servers[0]->url_from_outside);
    assert_true(read_with_options(one_with_plan, NULL, fallback, NULL, UNKNOWN));
    assert_null(topology.servers[0]->url);
    assert_true(read_with_options("{\"servers\": {\"a\": {\"max_connections\": 5}}}", NULL,
                                  fallback, NULL, UNKNOWN));
    assert_null(topology.servers[0]->url);
    assert_true(
        read_with_options("{\"servers\": {\"a\": {}, \"b\": {}}}", NULL, fallback, NULL, UNKNOWN));
    assert_null(topology.servers[0]->url);
    assert_null(topology.servers[1]->url);
    assert_false(read_with_options(one_server, NULL, "mysql://u:hunter2@h/d", NULL, UNKNOWN));
    assert_int_equal(faults.items[0].kind, FAIL_USAGE);
    assert_non_null(strstr(faults.items[0].message, "DATABASE_URL: "));
    assert_null(strstr(faults.items[0].message, "hunter2"));
}

static void url_options(void **state)
{
    static const char two[] = "{\"servers\": {\"one\": {}, \"two\": {}}}";
    (void)state;
    assert_true(read_with_options(one_with_url, (const char *[]){"postgresql://x@y/z?a=b", NULL},
                                  "postgresql://e/e", NULL, UNKNOWN));
    assert_string_equal(topology.servers[0]->database, "z");
    assert_string_equal(topology.servers[0]->user, "x");
    assert_true(topology.servers[0]->url_from_outside);
    assert_false(topology.servers[0]->password_in_file);
    assert_true(read_with_options(one_server, (const char *[]){"core=postgresql://x@y/z", NULL},
                                  NULL, NULL, UNKNOWN));
    assert_string_equal(topology.servers[0]->database, "z");
    assert_true(read_with_options(one_server, (const char *[]){"host=h dbname=z user=x", NULL},
                                  NULL, NULL, UNKNOWN));
    assert_string_equal(topology.servers[0]->database, "z");
    assert_true(read_with_options(
        two, (const char *[]){"two=postgresql://h/d2", "one=host=h dbname=d1", NULL}, NULL, NULL,
        UNKNOWN));
    assert_string_equal(topology.servers[0]->database, "d1");
    assert_string_equal(topology.servers[1]->database, "d2");
}

static void check_option_fault(bool taken, const char *message)
{
    assert_false(taken);
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.items[0].kind, FAIL_USAGE);
    assert_null(faults.items[0].file);
    if (strncmp(faults.items[0].message, message, strlen(message)) != 0)
        fail_msg("%s; not %s", faults.items[0].message, message);
    assert_null(strstr(faults.items[0].message, "hunter2"));
}

static void options_that_are_refused(void **state)
{
    static const char two[] = "{\"servers\": {\"one\": {}, \"two\": {}}}";
    (void)state;
    check_option_fault(read_with_options(two, (const char *[]){"postgresql://u:hunter2@h/d", NULL},
                                         NULL, NULL, UNKNOWN),
                       "--url: there are several servers");
    check_option_fault(read_with_options(two,
                                         (const char *[]){"tow=postgresql://u:hunter2@h/d", NULL},
                                         NULL, NULL, UNKNOWN),
                       "--url: there is no server \"tow\"");
    check_option_fault(read_with_options(one_server,
                                         (const char *[]){"cor=postgresql://u:hunter2@h/d", NULL},
                                         NULL, NULL, UNKNOWN),
                       "--url: there is no server \"cor\"");
    check_option_fault(read_with_options(one_server,
                                         (const char *[]){"mysql://u:hunter2@h/d", NULL}, NULL,
                                         NULL, UNKNOWN),
                       "--url: ");
    check_option_fault(read_with_options(two, NULL, NULL, "a/b", UNKNOWN),
                       "--plan: there is not exactly one server");
    check_option_fault(read_with_options(two, NULL, NULL, NULL, 100),
                       "--max-connections: there is not exactly one server");
}

static void plan_and_max_connections(void **state)
{
    (void)state;
    assert_true(read_with_options(one_with_plan, NULL, NULL, "c/d", UNKNOWN));
    assert_string_equal(topology.servers[0]->plan, "c/d");
    assert_true(topology.servers[0]->plan_from_option);
    assert_int_equal(topology.servers[0]->max_connections, UNKNOWN); /* the plan replaces it */
    assert_true(read_with_options(one_with_plan, NULL, NULL, NULL, 70));
    assert_int_equal(topology.servers[0]->max_connections_option, 70);
    assert_int_equal(topology.servers[0]->max_connections, 50);
    assert_false(topology.servers[0]->plan_from_option);
}

static void without_any_text(void **state)
{
    struct topology_input input = no_input();
    (void)state;
    assert_false(read_input(&input));
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.items[0].message, "the topology names no server");
    assert_null(faults.items[0].file);
}

/* A text of options has no name, and so no places. */
static void a_text_without_a_name(void **state)
{
    static const char bytes[] =
        "{\"servers\": {\"main\": {\"cores\": 0}}, \"services\": {\"app\": {\"clent\": 1}}}";
    struct topology_input input = no_input();
    (void)state;
    file_add(&input, NULL, bytes, sizeof bytes - 1);
    assert_false(read_input(&input));
    assert_int_equal(faults.count, 2);
    assert_null(faults.items[0].file);
    assert_int_equal(faults.items[0].line, 0);
    const char *file = NULL;
    unsigned line = 0, column = 0;
    assert_false(origin_place(&arena, &topology.services[0]->origin, "", &file, &line, &column));
}

/* --- limits --- */

static void services_are_limited(void **state)
{
    struct text text = {.arena = &arena};
    (void)state;
    text_put(&text, "{\"servers\": {\"core\": {}}, \"services\": {\"s0\": {}");
    for (int i = 1; i < TOPOLOGY_MAX_SERVICES; i++)
        text_printf(&text, ",\n\"s%d\": {}", i);
    size_t length = text.length;
    text_put(&text, "}}");
    assert_true(read_bytes(text.bytes, text.length));
    assert_int_equal(topology.service_count, TOPOLOGY_MAX_SERVICES);
    text.length = length;
    text_put(&text, ",\n  \"one-more\": {}}}");
    assert_false(read_bytes(text.bytes, text.length));
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.items[0].message, "more than 100000 services");
    assert_int_equal(faults.items[0].line, 100001);
    assert_int_equal(faults.items[0].column, 3);
    text_free(&text);
}

static void members_are_limited(void **state)
{
    struct text text = {.arena = &arena};
    (void)state;
    text_put(&text, "{\"servers\": {\"core\": {}}, \"services\": {\"a\": {\"//\": \"");
    text_repeat(&text, "x", 4 * 1024 * 1024 - 10);
    size_t length = text.length;
    text_put(&text, "\"}}}");
    assert_true(read_bytes(text.bytes, text.length));
    text.length = length;
    text_put(&text, "x\"}}}");
    assert_false(read_bytes(text.bytes, text.length));
    assert_string_equal(faults.items[0].message, "larger than 4 MiB");
    text_free(&text);
}

static void depth_is_limited(void **state)
{
    struct text text = {.arena = &arena};
    (void)state;
    for (size_t depth = 62; depth <= 64; depth += 2) {
        text.length = 0;
        text_put(&text, "{\"servers\": {\"core\": {}}, \"//\": ");
        text_repeat(&text, "[", depth);
        text_repeat(&text, "]", depth);
        text_put(&text, "}");
        assert_int_equal(read_bytes(text.bytes, text.length), depth < 64);
    }
    assert_string_equal(faults.items[0].message, "nested more than 64 deep");
    text_free(&text);
}

/* Cut anywhere, a file has a fault inside itself; whatever one byte becomes, there is no crash. */
static void every_damage_has_its_place(void **state)
{
    static const char bytes[] =
        "{\"//\": \"\xc3\xa9\", \"servers\": {\"core\": {\"url\": "
        "\"postgresql://a:${DB_PASSWORD}@h/d\"}},\n"
        " \"services\": {\"api\": {\"instances\": {\"max\": 3}, \"weight\": 1.5}}}";
    static const char replacements[] = "\"\\{}[],: \n0a$\xff\x01";
    char changed[sizeof bytes];
    (void)state;
    assert_true(read_bytes(bytes, sizeof bytes - 1));
    for (size_t length = 0; length < sizeof bytes - 1; length++) {
        assert_false(read_bytes(bytes, length));
        assert_int_equal(faults.count, 1);
        assert_true(faults.items[0].line >= 1 && faults.items[0].line <= 2);
        assert_true(faults.items[0].column >= 1 && faults.items[0].column <= sizeof bytes);
    }
    for (size_t i = 0; i < sizeof bytes - 1; i++) {
        for (size_t k = 0; k < sizeof replacements; k++) {
            memcpy(changed, bytes, sizeof bytes);
            changed[i] = replacements[k];
            if (!read_bytes(changed, sizeof bytes - 1))
                assert_true(faults.count > 0 && faults.items[0].line >= 1 &&
                            faults.items[0].column >= 1);
        }
    }
}

static void formula_names(void **state)
{
    enum formula formula = FORMULA_FAIR;
    (void)state;
    assert_true(formula_find("half", &formula));
    assert_int_equal(formula, FORMULA_HALF);
    assert_false(formula_find("Half", &formula));
    assert_false(formula_find("", &formula));
    assert_string_equal(formula_name(FORMULA_FAIR), "fair");
    assert_string_equal(formula_name(FORMULA_DIVISOR), "divisor");
    assert_string_equal(rollout_strategy_name(ROLLOUT_BLUE_GREEN), "blue-green");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_service_that_says_nothing),
        TEST(every_key_of_a_service),
        TEST(env_names),
        TEST(every_key_of_a_server),
        TEST(a_server_that_says_nothing),
        TEST(reserved_as_one_number),
        TEST(instances),
        TEST(jobs),
        TEST(rollouts),
        TEST(weights),
        TEST(a_service_that_is_switched_off),
        TEST(a_service_without_databases),
        TEST(urls_of_its_own),
        TEST(passwords_in_the_file),
        TEST(servers_behind_services),
        TEST(comments_are_everywhere),
        TEST(the_document),
        TEST(several_files),
        TEST(documents_that_are_refused),
        TEST(services_that_are_refused),
        TEST(servers_that_are_refused),
        TEST(followed_servers),
        TEST(follows_that_are_refused),
        TEST(chains_are_bounded),
        TEST(services_of_several_servers_must_say_which),
        TEST(broken_texts_have_one_fault),
        TEST(faults_come_all_at_once),
        TEST(faults_beyond_twenty_are_counted),
        TEST(files_are_told_apart),
        TEST(passwords_are_never_shown),
        TEST(variables),
        TEST(variables_of_one_database_on_two_servers),
        TEST(variables_that_collide),
        TEST(database_url),
        TEST(url_options),
        TEST(options_that_are_refused),
        TEST(plan_and_max_connections),
        TEST(without_any_text),
        TEST(a_text_without_a_name),
        TEST(services_are_limited),
        TEST(members_are_limited),
        TEST(depth_is_limited),
        TEST(every_damage_has_its_place),
        TEST(formula_names),
    };
    return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}
