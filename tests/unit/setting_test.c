/* --set: what is put where, what is refused, and whom a fault is blamed on. */
#include "setting.h"
#include "topology_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char sample[] =
    "{\"formula\": \"fair\",\n"
    " \"servers\": {\"core\": {\"max_connections\": 100, \"reserved\": {\"admin\": 2}}},\n"
    " \"services\": {\"api\": {\"instances\": {\"min\": 2, \"max\": 3}, \"want\": 7, \"at_least\": "
    "5,\n"
    "              \"pool\": {\"timeout\": \"5s\"}, \"client\": \"prisma\"},\n"
    "              \"many\": {\"instances\": 4},\n"
    "              \"one\": {},\n"
    "              \"job\": {\"concurrent\": 2},\n"
    "              \"my.api\": {}, \"a/b~c\": {}}}";

static struct arena arena;
static struct faults faults;
static struct topology topology;

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* Reads the sample with up to four settings. */
static bool read_with(const char *a, const char *b, const char *c, const char *d)
{
    static const char *sets[4];
    struct topology_input input = topology_text(&arena, sample);
    input.sets = sets;
    sets[0] = a;
    sets[1] = b;
    sets[2] = c;
    sets[3] = d;
    while (input.set_count < 4 && sets[input.set_count] != NULL)
        input.set_count++;
    memset(&faults, 0, sizeof faults);
    return topology_read(&arena, &input, &topology, &faults);
}

static void must_read(const char *a, const char *b, const char *c)
{
    if (!read_with(a, b, c, NULL))
        fail_msg("%s: %s", a, faults.items[0].message);
}

static const struct service *service(const char *name)
{
    for (size_t i = 0; i < topology.service_count; i++)
        if (strcmp(topology.services[i]->name, name) == 0)
            return topology.services[i];
    return NULL;
}

static void check_instances(const char *a, const char *b, const char *name, int64_t min,
                            int64_t max)
{
    must_read(a, b, NULL);
    if (service(name)->instances_min != min || service(name)->instances_max != max)
        fail_msg("%s: {%d, %d}", a, (int)service(name)->instances_min,
                 (int)service(name)->instances_max);
}

static void paths_and_values(void **state)
{
    (void)state;
    must_read("services.api.want=9", NULL, NULL);
    assert_int_equal(service("api")->want, 9);
    must_read("/services/api/want=9", NULL, NULL);
    assert_int_equal(service("api")->want, 9);
    must_read("/services/my.api/want=4", NULL, NULL);
    assert_int_equal(service("my.api")->want, 4);
    must_read("/services/a~1b~0c/want=4", NULL, NULL);
    assert_int_equal(service("a/b~c")->want, 4);
    must_read("servers.core.max_connections=200", "servers.core.reserved.bi=3", NULL);
    assert_int_equal(topology.servers[0]->max_connections, 200);
    assert_int_equal(topology.servers[0]->reserved_count, 2);
    assert_string_equal(topology.servers[0]->reserved[1].name, "bi");
    must_read("servers.core.url=postgresql://u@h/d?x=1", NULL, NULL); /* the first = parts */
    assert_string_equal(topology.servers[0]->database, "d");
    must_read("services.api.role=app", NULL, NULL); /* not JSON: a string */
    assert_string_equal(service("api")->role, "app");
    must_read("services.api.role=\"app\"", NULL, NULL);
    assert_string_equal(service("api")->role, "app");
    must_read("services.api.databases=[\"a\", \"b\"]", NULL, NULL);
    assert_int_equal(service("api")->target_count, 2);
    must_read("services.api.serverless=true", NULL, NULL);
    assert_true(service("api")->serverless);
    must_read("formula=half", NULL, NULL);
    assert_int_equal(topology.formula, FORMULA_HALF);
    assert_true(topology.formula_given);
    must_read("version=1", NULL, NULL); /* the file has none */
}

static void keys_that_are_missing_are_made(void **state)
{
    (void)state;
    must_read("services.one.pool.timeout=7s", "services.one.client=prisma", NULL);
    assert_int_equal(service("one")->pool_timeout_ms, 7000);
    must_read("services.one.env.url=MY_URL", NULL, NULL);
    assert_string_equal(service("one")->env_url, "MY_URL");
    must_read("servers.core.role_limits.app=9", NULL, NULL);
    assert_int_equal(topology.servers[0]->role_limits[0].count, 9);
}

static void null_removes(void **state)
{
    (void)state;
    must_read("services.api.want=null", "formula=null", NULL);
    assert_int_equal(service("api")->want, UNKNOWN);
    assert_false(topology.formula_given);
    must_read("services.api.pool.timeout=null", "services.one.nothing=null",
              "services.one.a.b=null");
    assert_int_equal(service("api")->pool_timeout_ms, 20000);
    must_read("services.api=null", NULL, NULL);
    assert_null(service("api"));
    assert_int_equal(topology.service_count, 5);
    must_read("services.api=null", "services.api.want=3", NULL); /* anew */
    assert_int_equal(service("api")->want, 3);
    assert_int_equal(service("api")->instances_max, 1);
    must_read("services.one={\"want\": 5}", NULL, NULL);
    assert_int_equal(service("one")->want, 5);
    assert_false(read_with("servers.core=null", NULL, NULL, NULL));
    assert_non_null(strstr(faults.items[0].message, "names no server"));
}

static void instances(void **state)
{
    (void)state;
    check_instances("services.api.instances.max=9", NULL, "api", 2, 9);
    check_instances("services.api.instances.max=2", NULL, "api", 2, 2);
    check_instances("services.api.instances.max=1", NULL, "api", 1, 1); /* lowers min */
    check_instances("services.api.instances.max=0", NULL, "api", 0, 0);
    check_instances("services.api.instances.min=1", NULL, "api", 1, 3);
    check_instances("services.api.instances=6", NULL, "api", 6, 6);
    check_instances("services.many.instances.max=6", NULL, "many", 4, 6); /* 4 is {4, 4} */
    check_instances("services.many.instances.max=3", NULL, "many", 3, 3);
    check_instances("services.many.instances.min=1", NULL, "many", 1, 4);
    check_instances("services.one.instances.max=3", NULL, "one", 1, 3);
    check_instances("services.one.instances.max=0", NULL, "one", 0, 0);
    check_instances("services.api.instances.min=5", "services.api.instances.max=4", "api", 4, 4);
    check_instances("services.api.instances.max=8", "services.api.instances.max=1", "api", 1, 1);
}

struct refusal {
    const char *set;
    enum fail_kind kind;
    const char *message, *hint; /* hint: a part; NULL: any */
};

static const struct refusal refusals[] = {
    /* the argument itself */
    {"services.api", FAIL_USAGE, "--set services.api: expected PATH=VALUE", "for example"},
    {"=3", FAIL_USAGE, "--set =3: expected PATH=VALUE", NULL},
    {"services..want=3", FAIL_USAGE, "--set services..want=3: a name in the path is empty", NULL},
    {".services.api=3", FAIL_USAGE, "--set .services.api=3: a name in the path is empty", NULL},
    {"/services/api/=3", FAIL_USAGE, "--set /services/api/=3: a name in the path is empty", NULL},
    {"services=3", FAIL_USAGE, "--set services=3: name the service, as in services.NAME.KEY=VALUE",
     NULL},
    {"servers=3", FAIL_USAGE, "--set servers=3: name the server, as in servers.NAME.KEY=VALUE",
     NULL},
    {"a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q=1", FAIL_USAGE,
     "--set a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q=1: the path is too long", NULL},
    /* where it leads */
    {"services.apu.want=3", FAIL_USAGE, "--set: services.apu: there is no such service", "\"api\""},
    {"services.zzzzzzzz=3", FAIL_USAGE, "--set: services.zzzzzzzz: there is no such service",
     "services here: api"},
    {"servers.cor.max_connections=3", FAIL_USAGE, "--set: servers.cor: there is no such server",
     "\"core\""},
    {"services.my.api.want=3", FAIL_USAGE, "--set: services.my: there is no such service",
     "services here: api, many, one, job, my.api and 1 more"},
    {"service.api.want=3", FAIL_USAGE, "--set: service: unknown key", "\"services\""},
    {"formul=half", FAIL_USAGE, "--set: formul: unknown key", "\"formula\""},
    {"poolers.x.kind=pgpol", FAIL_USAGE,
     "--set: poolers.x.kind: there is no kind of pooler \"pgpol\"", "pgpool"},
    {"poolers=3", FAIL_USAGE, "--set poolers=3: name the pooler, as in poolers.NAME.KEY=VALUE",
     NULL},
    {"services.api.want.more=3", FAIL_USAGE,
     "--set services.api.want.more=3: services.api.want is a number, not an object",
     "set the whole of it"},
    {"formula.x=3", FAIL_USAGE, "--set formula.x=3: formula is a string, not an object",
     "set the whole of it"},
    /* what it puts */
    {"services.api.want=0", FAIL_USAGE, "--set: services.api.want: must be 1 or more, got 0", ""},
    {"services.api.want=many", FAIL_USAGE,
     "--set: services.api.want: must be a whole number, 1 or more, got \"many\"", ""},
    {"services.api.wnat=3", FAIL_USAGE, "--set: services.api.wnat: unknown key", "\"want\""},
    {"services.api.pool.tiemout=3s", FAIL_USAGE, "--set: services.api.pool.tiemout: unknown key",
     "\"timeout\""},
    {"services.api={\"want\":0}", FAIL_USAGE, "--set: services.api.want: must be 1 or more, got 0",
     ""},
    {"services.api=3", FAIL_USAGE, "--set: services.api: must be an object, got 3", ""},
    {"services.api.client=prsma", FAIL_USAGE,
     "--set: services.api.client: no such client: \"prsma\"", "\"prisma\""},
    {"services.api.server=cora", FAIL_USAGE,
     "--set: services.api.server: there is no server \"cora\"", "\"core\""},
    {"version=2", FAIL_USAGE, "--set: version: must be 1, the only version so far, got 2", ""},
    {"servers.core.url=postgresql://u:hunter2@h:port/d", FAIL_USAGE,
     "--set: servers.core.url: ", NULL},
    {"services.api.role=${NOWHERE}", FAIL_USAGE,
     "--set: services.api.role: the environment variable NOWHERE is not set", NULL},
    /* what stands against something in the file */
    {"services.api.instances.min=5", FAIL_USAGE,
     "--set: services.api.instances.min: must be at most max, 3, got 5", ""},
    {"services.many.instances.min=5", FAIL_USAGE,
     "--set: services.many.instances.min: must be at most max, 4, got 5", ""},
    {"services.one.instances.min=1", FAIL_USAGE, "--set: services.one.instances: max is missing",
     ""},
    {"services.job.instances.max=1", FAIL_USAGE,
     "--set: services.job.instances: a service has one of instances and concurrent", NULL},
    {"services.api.concurrent=1", FAIL_USAGE,
     "--set: services.api.concurrent: a service has one of instances and concurrent", NULL},
    {"services.api.at_most=4", FAIL_USAGE,
     "--set: services.api.at_most: must be at_least, 5, or more, got 4", ""},
    {"services.one.env.url=ONE_CONNECTION_LIMIT", FAIL_USAGE,
     "--set: services.one.env: variable "
     "ONE_CONNECTION_LIMIT is also used by this service itself",
     NULL},
};

static void what_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const struct refusal *row = &refusals[i];
        if (read_with(row->set, NULL, NULL, NULL))
            fail_msg("taken: %s", row->set);
        const struct fault *fault = &faults.items[0];
        bool same = row->message[strlen(row->message) - 1] == ' '
                        ? strncmp(fault->message, row->message, strlen(row->message)) == 0
                        : strcmp(fault->message, row->message) == 0;
        if (!same || fault->kind != row->kind || faults.count != 1 || fault->file != NULL)
            fail_msg("%s: %zu faults, kind %d: %s", row->set, faults.count, (int)fault->kind,
                     fault->message);
        assert_null(strstr(fault->message, "hunter2"));
        if (row->hint != NULL && (row->hint[0] == '\0' ? fault->hint[0] != '\0'
                                                       : strstr(fault->hint, row->hint) == NULL))
            fail_msg("%s: hint: %s", row->set, fault->hint);
    }
}

/* A client that has no setting for a time-out of the file: the setting is to blame. */
static void a_client_that_is_set(void **state)
{
    (void)state;
    assert_true(read_with("services.api.client=prisma", NULL, NULL, NULL));
    assert_false(read_with("services.api.client=go-database-sql", NULL, NULL, NULL));
    assert_int_equal(faults.items[0].kind, FAIL_USAGE);
    assert_string_equal(
        faults.items[0].message,
        "--set: services.api.client: client go-database-sql has no setting for pool.timeout");
}

/* Faults of the file stay the file's, with their places. */
static void faults_of_the_file_beside_it(void **state)
{
    static const char bytes[] =
        "{\"servers\": {\"core\": {}},\n \"services\": {\"api\": {\"want\": 0, \"pools\": 0}}}";
    static const char *const sets[] = {"services.api.pools=-1", "services.none.want=1"};
    struct topology_input input = topology_text(&arena, bytes);
    input.sets = sets;
    input.set_count = 2;
    (void)state;
    memset(&faults, 0, sizeof faults);
    assert_false(topology_read(&arena, &input, &topology, &faults));
    assert_int_equal(faults.count, 3);
    assert_string_equal(faults.items[0].message,
                        "--set: services.api.pools: must be 1 or more, got -1");
    assert_string_equal(faults.items[1].message, "--set: services.none: there is no such service");
    assert_string_equal(faults.items[2].message, "services.api.want: must be 1 or more, got 0");
    assert_int_equal(faults.items[2].kind, FAIL_INPUT);
    assert_int_equal(faults.items[2].line, 2);
    assert_int_equal(faults.items[2].column, 31);
}

static void a_password_that_is_set_is_not_in_the_file(void **state)
{
    (void)state;
    must_read("servers.core.url=postgresql://u:p@h/d", "services.api.url=postgresql://u:p@h/d",
              NULL);
    assert_false(topology.servers[0]->password_in_file);
    assert_false(service("api")->password_in_file);
    assert_true(url_has_password(topology.servers[0]->url));
}

static void what_is_not_utf8(void **state)
{
    (void)state;
    assert_false(read_with("services.api.role=\xff", NULL, NULL, NULL));
    assert_int_equal(faults.items[0].kind, FAIL_USAGE);
    assert_false(read_with("services.api.\xff=1", NULL, NULL, NULL));
    assert_int_equal(faults.items[0].kind, FAIL_USAGE);
    assert_false(read_with("\xff=1", NULL, NULL, NULL));
    assert_int_equal(faults.items[0].kind, FAIL_USAGE);
    assert_false(read_with("formula=\xff", NULL, NULL, NULL));
    assert_int_equal(faults.items[0].kind, FAIL_USAGE);
    assert_false(read_with("version=\xff", NULL, NULL, NULL));
    assert_int_equal(faults.items[0].kind, FAIL_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_and_values),
        cmocka_unit_test(keys_that_are_missing_are_made),
        cmocka_unit_test(null_removes),
        cmocka_unit_test(instances),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(a_client_that_is_set),
        cmocka_unit_test(faults_of_the_file_beside_it),
        cmocka_unit_test(a_password_that_is_set_is_not_in_the_file),
        cmocka_unit_test(what_is_not_utf8),
    };
    return cmocka_run_group_tests_name("setting", tests, NULL, teardown);
}
