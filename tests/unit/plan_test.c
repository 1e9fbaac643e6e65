/*
 * The plan catalogue: the embedded files against figures typed here from their sources, and what
 * the reader says of files that are wrong.
 */
#include "plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- the embedded files --- */

static void embedded_read(struct arena *arena, size_t index, struct provider *ret_provider)
{
    struct json_text text = {.name = plan_files[index].name,
                             .bytes = plan_files[index].bytes,
                             .length = plan_files[index].length};
    struct fail fail = {0};
    if (!provider_read(arena, &text, ret_provider, &fail))
        fail_msg("%s (%s)", fail.message, fail.hint);
}

static void every_file_reads(void **state)
{
    (void)state;
    char before[64] = "";
    for (size_t i = 0; i < plan_file_count; i++) {
        struct arena arena = {0};
        struct provider provider;
        embedded_read(&arena, i, &provider);
        char name[64];
        (void)snprintf(name, sizeof name, "%s.json", provider.id);
        assert_string_equal(name, plan_files[i].name);
        assert_true(provider.plan_count > 0);
        assert_true(strcmp(before, provider.id) < 0);
        (void)snprintf(before, sizeof before, "%s", provider.id);
        arena_free(&arena);
    }
    assert_true(plan_file_count >= 28);
}

static void figure_has_source(const struct provider *provider, const struct plan *plan)
{
    if (plan->max_connections < 0)
        return;
    if (plan->source_count == 0 || plan->as_of == NULL || plan->confidence == CONFIDENCE_NONE)
        fail_msg("%s/%s: a figure without source, date or confidence", provider->id, plan->id);
    for (size_t i = 0; i < plan->source_count; i++)
        assert_true(strlen(plan->sources[i]) > 0);
}

static void every_figure_has_source_and_date(void **state)
{
    (void)state;
    size_t figures = 0;
    for (size_t i = 0; i < plan_file_count; i++) {
        struct arena arena = {0};
        struct provider provider;
        embedded_read(&arena, i, &provider);
        for (size_t k = 0; k < provider.plan_count; k++) {
            figure_has_source(&provider, &provider.plans[k]);
            figures += provider.plans[k].max_connections >= 0;
            assert_true(!provider.plans[k].disputed || provider.plans[k].claim_count > 0);
        }
        arena_free(&arena);
    }
    assert_true(figures >= 310);
}

/* What the providers, their APIs and users say; -1: nobody says. */
struct figure {
    const char *plan;
    int64_t max_connections;
    enum confidence confidence;
    bool disputed;
    int64_t claims[3]; /* values of the other sides, in order; 0: no more */
    int64_t reserved_total, pooler_max_clients, pooler_pool_size;
};
#define UNKNOWN_REST .reserved_total = -1, .pooler_max_clients = -1, .pooler_pool_size = -1

static const struct figure figures[] = {
    {"scaleway/db-dev", 20, CONFIDENCE_REPORTED, true, {100, 150, 50}, UNKNOWN_REST},
    {"scaleway/db-dev-s", 100, CONFIDENCE_RECORDED, true, {20}, UNKNOWN_REST},
    {"scaleway/db-dev-m", 150, CONFIDENCE_RECORDED, true, {20}, UNKNOWN_REST},
    {"scaleway/db-dev-l", -1, CONFIDENCE_NONE, true, {20, 100}, UNKNOWN_REST},
    {"scaleway/db-dev-xl", -1, CONFIDENCE_NONE, true, {20, 100}, UNKNOWN_REST},
    {"scaleway/db-gp-xs", -1, CONFIDENCE_NONE, false, {0}, UNKNOWN_REST},
    {"scaleway/db-gp-s", 100, CONFIDENCE_REPORTED, true, {100}, UNKNOWN_REST},
    {"scaleway/db-gp-m", 200, CONFIDENCE_REPORTED, true, {100}, UNKNOWN_REST},
    {"scaleway/db-gp-l", 400, CONFIDENCE_REPORTED, true, {100}, UNKNOWN_REST},
    {"scaleway/db-gp-xl", 600, CONFIDENCE_REPORTED, true, {100}, UNKNOWN_REST},
    {"scaleway/db-play2-pico", 100, CONFIDENCE_RECORDED, false, {0}, UNKNOWN_REST},
    {"scaleway/db-play2-nano", -1, CONFIDENCE_NONE, false, {0}, UNKNOWN_REST},
    {"scaleway/db-pro2-l", -1, CONFIDENCE_NONE, false, {0}, UNKNOWN_REST},
    {"scaleway-serverless-sql/serverless", 1000, CONFIDENCE_DOCUMENTED, false, {148}, UNKNOWN_REST},
    {"neon/cu-0.25", 104, CONFIDENCE_DOCUMENTED, false, {112}, 7, 10000, 93},
    {"neon/cu-0.5", 209, CONFIDENCE_DOCUMENTED, false, {225}, 7, 10000, 188},
    {"neon/cu-1", 419, CONFIDENCE_DOCUMENTED, false, {450}, 7, 10000, 377},
    {"neon/cu-8", 3357, CONFIDENCE_DOCUMENTED, false, {3604}, 7, 10000, 3021},
    {"neon/cu-9..56", 4000, CONFIDENCE_DOCUMENTED, true, {3776}, 7, 10000, 3600},
    {"supabase/nano", 60, CONFIDENCE_DOCUMENTED, false, {0}, -1, 200, -1},
    {"supabase/micro", 60, CONFIDENCE_DOCUMENTED, false, {0}, -1, 200, -1},
    {"supabase/4xl", 480, CONFIDENCE_DOCUMENTED, false, {0}, -1, 3000, -1},
    {"supabase/16xl", 500, CONFIDENCE_DOCUMENTED, false, {0}, -1, 12000, -1},
    {"heroku/essential-0", 20, CONFIDENCE_REPORTED, false, {0}, UNKNOWN_REST},
    {"heroku/essential-1", -1, CONFIDENCE_NONE, false, {0}, UNKNOWN_REST},
    {"heroku/essential-2", 40, CONFIDENCE_DOCUMENTED, false, {0}, UNKNOWN_REST},
    {"heroku/standard-0", 120, CONFIDENCE_REPORTED, false, {0}, UNKNOWN_REST},
    {"heroku/premium-0", -1, CONFIDENCE_NONE, false, {500}, UNKNOWN_REST},
    {"heroku/largest-plans", 500, CONFIDENCE_DOCUMENTED, false, {0}, UNKNOWN_REST},
    {"self-hosted/default", 100, CONFIDENCE_DOCUMENTED, false, {0}, 3, -1, -1},
};

static const struct plan *must_find(struct arena *arena, const char *name,
                                    const struct provider **ret_provider)
{
    const struct plan *plan = NULL;
    struct fail fail = {0};
    if (!plan_find(arena, name, ret_provider, &plan, &fail))
        fail_msg("%s: %s (%s)", name, fail.message, fail.hint);
    return plan;
}

static void figure_is(const struct figure *figure)
{
    struct arena arena = {0};
    const struct provider *provider;
    const struct plan *plan = must_find(&arena, figure->plan, &provider);
    size_t claims = 0;
    while (claims < COUNT(figure->claims) && figure->claims[claims] != 0)
        claims++;
    print_message("# %s\n", figure->plan);
    assert_int_equal(plan->max_connections, figure->max_connections);
    assert_int_equal(plan->confidence, figure->confidence);
    assert_int_equal(plan->disputed, figure->disputed);
    assert_false(plan->nominal);
    assert_int_equal(plan->reserved_total, figure->reserved_total);
    assert_int_equal(plan->pooler_max_clients, figure->pooler_max_clients);
    assert_int_equal(plan->pooler_pool_size, figure->pooler_pool_size);
    assert_int_equal(plan->claim_count, claims);
    for (size_t i = 0; i < claims; i++)
        assert_int_equal(plan->claims[i].value, figure->claims[i]);
    arena_free(&arena);
}

static void figures_are_those_of_the_sources(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(figures); i++)
        figure_is(&figures[i]);
}

static void claims_say_who(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct provider *provider;
    const struct plan *plan = must_find(&arena, "scaleway/db-gp-m", &provider);
    assert_string_equal(plan->sources[0], "sizing document of a team that runs on Scaleway");
    assert_non_null(strstr(plan->claims[0].source, "database-engines"));
    assert_string_equal(plan->claims[0].as_of, "2025-2026");
    assert_string_equal(plan->claims[0].note, "engine default 100, settable 50-10000; no creation "
                                              "default published for this node type");
    plan = must_find(&arena, "neon/cu-1", &provider);
    assert_string_equal(plan->claims[0].as_of, "2024-08-07");
    plan = must_find(&arena, "scaleway-serverless-sql/serverless", &provider);
    assert_string_equal(plan->claims[0].as_of, "before 2023-10-06");
    plan = must_find(&arena, "heroku/premium-0", &provider);
    assert_null(plan->claims[0].source);
    arena_free(&arena);
}

static void providers_keep_slots_and_hosts(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct provider *provider;
    const struct plan *plan = must_find(&arena, "neon/cu-9..56", &provider);
    assert_int_equal(provider->superuser_reserved_connections, 7);
    assert_int_equal(provider->reserved_connections, -1);
    assert_int_equal(provider->reserved_total, 7);
    assert_false(provider->limits_role);
    assert_int_equal(provider->host_pattern_count, 2);
    assert_string_equal(provider->host_patterns[0], "ep-*.*.neon.tech");
    assert_int_equal(provider->idle_timeout_count, 1);
    assert_int_equal(provider->idle_timeouts[0].seconds, 300);
    assert_string_equal(provider->idle_timeouts[0].imposed_by, "provider");
    assert_string_equal(provider->idle_timeouts[0].what, "scale to zero");
    assert_string_equal(plan->vcpu_text, "9-56");
    assert_true(plan->vcpu < 0 && plan->memory_gib < 0);
    plan = must_find(&arena, "scaleway/db-gp-s", &provider);
    assert_int_equal(provider->superuser_reserved_connections, -1);
    assert_int_equal(provider->reserved_total, -1);
    assert_true(plan->vcpu > 7.9 && plan->vcpu < 8.1);
    assert_true(plan->memory_gib > 29.8 && plan->memory_gib < 29.81);
    (void)must_find(&arena, "self-hosted/default", &provider);
    assert_int_equal(provider->superuser_reserved_connections, 3);
    assert_int_equal(provider->reserved_connections, 0);
    (void)must_find(&arena, "heroku/standard-0", &provider);
    assert_true(provider->limits_role);
    arena_free(&arena);
}

/* --- plan_find --- */

struct lookup {
    const char *name;
    const char *provider, *plan; /* NULL: not found */
    const char *message, *hint;  /* parts of them */
};
static const struct lookup lookups[] = {
    {"scaleway/db-gp-s", "scaleway", "db-gp-s", NULL, NULL},
    {"scaleway/DB-GP-S", "scaleway", "db-gp-s", NULL, NULL},
    {"SCALEWAY/Db-Play2-PICO", "scaleway", "db-play2-pico", NULL, NULL},
    {"Self-Hosted/DEFAULT", "self-hosted", "default", NULL, NULL},
    {"scaleway/db-dev", "scaleway", "db-dev", NULL, NULL},
    {"rds/db.t4g.micro", "aws-rds", "db.t4g.micro", NULL, NULL},
    {"CloudSQL/db-f1-micro", "gcp-cloudsql", "db-f1-micro", NULL, NULL},
    {"ds/db.t4g.micro", NULL, NULL, "no such provider: \"ds\"", ""},
    {"-rds/db.t4g.micro", NULL, NULL, "no such provider: \"-rds\"", ""},
    {"neon/CU-0.25", "neon", "cu-0.25", NULL, NULL},
    {"scaelway/db-gp-s", NULL, NULL, "no such provider: \"scaelway\"; there are aiven, ",
     "did you mean scaleway/db-gp-s?"},
    {"zzzzzzzz/db", NULL, NULL, "rivestack, ", ""},
    {"scaleway/db-gp-q", NULL, NULL, "scaleway has no plan \"db-gp-q\"",
     "did you mean scaleway/db-gp-"},
    {"neon/zzzzzzzzzzzz", NULL, NULL, "cu-0.25, cu-0.5, cu-1, ", ""},
    {"scaleway/db-gp-s/", NULL, NULL, "scaleway has no plan \"db-gp-s/\"",
     "did you mean scaleway/db-gp-s?"},
    {"scaleway/db-gp-s ", NULL, NULL, "scaleway has no plan \"db-gp-s \"",
     "did you mean scaleway/db-gp-s?"},
    {"scaleway", NULL, NULL, "not a plan: \"scaleway\"", "PROVIDER/PLAN"},
    {"", NULL, NULL, "not a plan: \"\"", "`pgsize plans`"},
    {"/", NULL, NULL, "not a plan", "PROVIDER/PLAN"},
    {"/db-gp-s", NULL, NULL, "not a plan", "PROVIDER/PLAN"},
    {"scaleway/", NULL, NULL, "not a plan", "PROVIDER/PLAN"},
    {"scaleway.json/db-gp-s", NULL, NULL, "no such provider", ""},
};

static void names_are_found_or_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(lookups); i++) {
        const struct lookup *lookup = &lookups[i];
        struct arena arena = {0};
        struct fail fail = {0};
        const struct provider *provider = NULL;
        const struct plan *plan = NULL;
        bool found = plan_find(&arena, lookup->name, &provider, &plan, &fail);
        print_message("# \"%s\": %s | %s\n", lookup->name, fail.message, fail.hint);
        assert_int_equal(found, lookup->plan != NULL);
        if (found) {
            assert_string_equal(provider->id, lookup->provider);
            assert_string_equal(plan->id, lookup->plan);
            assert_int_equal(fail.kind, FAIL_NONE);
        } else {
            assert_int_equal(fail.kind, FAIL_INPUT);
            assert_non_null(strstr(fail.message, lookup->message));
            assert_non_null(strstr(fail.hint, lookup->hint));
            assert_true(lookup->hint[0] != '\0' || fail.hint[0] == '\0');
        }
        arena_free(&arena);
    }
}

static void a_long_name_is_cut(void **state)
{
    (void)state;
    char name[5000];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    struct arena arena = {0};
    struct fail fail = {0};
    const struct provider *provider;
    const struct plan *plan;
    memcpy(name, "neon/", 5);
    assert_false(plan_find(&arena, name, &provider, &plan, &fail));
    assert_true(strlen(fail.message) < 450);
    assert_non_null(strstr(fail.message, "cu-9..56"));
    arena_free(&arena);
}

static void ids_ignore_ascii_case_only(void **state)
{
    (void)state;
    assert_true(plan_id_equal("", ""));
    assert_true(plan_id_equal("DB-PLAY2-PICO", "db-play2-pico"));
    assert_false(plan_id_equal("db", "db-dev"));
    assert_false(plan_id_equal("db-dev", "db"));
    assert_false(plan_id_equal("@", "`"));
    assert_false(plan_id_equal("\xc3\x84", "\xc3\xa4"));
}

/* --- files --- */

/* Around a plan (or a line of the provider) that a case is about. */
#define TOP                                                                                        \
    "{\n  \"id\": \"acme\", \"name\": \"Acm\xc3\xa9\",\n"                                          \
    "  \"sources\": [{ \"ref\": \"a\", \"as_of\": \"2026\", \"kind\": \"docs\" }],\n"
#define WITH_PLAN(plan) TOP "  \"plans\": [\n    { " plan " }\n  ]\n}\n"
#define WITH_LINE(line) TOP "  " line ",\n  \"plans\": [{ \"id\": \"a\" }]\n}\n"
#define FIGURE "\"id\": \"a\", \"max_connections\": 100, "
#define KNOWN "\"confidence\": \"documented\", \"sources\": [0], \"as_of\": \"2026\""

/* `^` in the text is taken out: it marks the place that the message must name. */
struct broken {
    const char *text, *message, *hint;
};
static const struct broken brokens[] = {
    /* not JSON, or not the outermost thing */
    {"^", "got the end of the file", ""},
    {"{ \"id\": \"a\" ^\"name\": \"b\" }", "", ""},
    {"^[]", "must be an object, got []", ""},
    {"^{}", "must not be empty", ""},
    {"{ \"id\": \"a\", ^\"id\": \"b\" }", "given twice", ""},
    {"^{ \"name\": \"Acme\" }", "id: is missing", ""},
    {WITH_PLAN("\"id\": \"a\"") "^x", "expected nothing behind the value", ""},
    /* keys */
    {WITH_LINE("^\"hots\": [\"a\"]"), "hots: unknown key", "did you mean \"hosts\"?"},
    {WITH_LINE("^\"qqqqqqqqqq\": 1"), "qqqqqqqqqq: unknown key", ""},
    {WITH_LINE("^\"a/b~c\": 1"), "a/b~c: unknown key", ""},
    {WITH_PLAN("\"id\": \"a\", ^\"max_conections\": 5"), "plans[0].max_conections: unknown key",
     "did you mean \"max_connections\"?"},
    {WITH_LINE("\"reserved\": { ^\"totl\": 5 }"), "reserved.totl: unknown key",
     "did you mean \"total\"?"},
    {WITH_LINE("\"poolers\": [{ \"name\": \"p\" }, { \"name\": \"\xc3\xa9\", ^\"prot\": 1 }]"),
     "poolers[1].prot: unknown key", "did you mean \"port\"?"},
    {WITH_PLAN("\"id\": \"a\" }, ^{ \"name\": \"b\""), "plans[1].id: is missing", ""},
    {WITH_LINE("\"formula\": ^{ \"rounding\": \"floor\" }"), "formula.expression: is missing", ""},
    {WITH_LINE("\"formula\": { \"expression\": ^\"floor(cpus)\" }"),
     "formula.expression: unknown name \"cpus\"",
     "there are memory_bytes, memory_gib, vcpu, compute_units; floor(), ceil(), round(), least(), "
     "greatest(), when()"},
    {WITH_LINE("\"formula\": { \"expression\": \"1\", \"lower_expression\": ^\"\\u0031 +\" }"),
     "formula.lower_expression: expected a number, a name or (, but it ends", ""},
    {WITH_PLAN("\"id\": \"a\", \"vcpu\": 3, " KNOWN ", \"expression\": ^\"vcpu / 2\""),
     "plans[0].expression: gives 3/2, which is not whole",
     "say how it is rounded: floor(...), ceil(...) or round(...)"},
    {WITH_PLAN(FIGURE KNOWN ", \"vcpu\": 1, \"expression\": ^\"99 * vcpu\""),
     "plans[0].expression: max_connections is 100, and the formula gives 99", ""},
    {WITH_PLAN("\"id\": \"a\", \"memory_gib\": ^1.2345"),
     "plans[0].memory_gib: must have at most three decimal places", ""},
    {WITH_PLAN("\"id\": ^\"a{cpus}\", \"expression\": \"1\""),
     "plans[0].id: braces hold one of vcpu, memory_gib, memory_mib, compute_units", ""},
    {WITH_PLAN("\"id\": ^\"{vcpu}{memory_gib}\", \"expression\": \"1\""),
     "plans[0].id: something must stand between", ""},
    {WITH_PLAN("\"id\": ^\"{vcpu}\""), "plans[0].id: needs a formula", ""},
    {WITH_LINE("\"signs\": [{ \"kind\": ^\"rule\", \"name\": \"n\", \"source\": 0 }]"),
     "signs[0].kind: must be one of role, extension, setting, version", "did you mean \"role\"?"},
    {WITH_LINE("\"signs\": [{ \"kind\": \"role\", \"name\": \"n\", \"source\": ^1 }]"),
     "signs[0].source: there is no source 1", ""},
    {WITH_LINE("\"idle_timeouts\": [^{ \"seconds\": 5 }]"), "idle_timeouts[0].what: is missing",
     ""},
    /* kinds */
    {WITH_PLAN("\"id\": ^7"), "plans[0].id: must be a string, got 7", ""},
    {WITH_PLAN("\"id\": ^\"a b\""), "plans[0].id: must be made of letters", ""},
    {WITH_PLAN("\"id\": ^\"\""), "plans[0].id: must not be empty", ""},
    {WITH_PLAN("\"id\": ^\"0123456789012345678901234567890123456789012345678\""),
     "must be at most 48 bytes, got 49", ""},
    {WITH_PLAN("\"id\": \"a\", \"max_connections\": ^\"100\""),
     "plans[0].max_connections: must be a whole number, got \"100\"", ""},
    {WITH_PLAN("\"id\": \"a\", \"max_connections\": ^100.0"), "must be a whole number, got 100.0",
     ""},
    {WITH_PLAN("\"id\": \"a\", \"max_connections\": ^null"), "must be a whole number, got null",
     ""},
    {WITH_PLAN("\"id\": \"a\", \"vcpu\": ^\"9-56\""),
     "plans[0].vcpu: must be a number, got \"9-56\"", ""},
    {WITH_PLAN(FIGURE KNOWN ", \"disputed\": ^1"),
     "plans[0].disputed: must be true or false, got 1", ""},
    {WITH_LINE("\"hosts\": ^\"a\""), "hosts: must be a list, got \"a\"", ""},
    {WITH_LINE("\"hosts\": ^[]"), "hosts: must not be empty", ""},
    {WITH_LINE("\"hosts\": [\"a\", ^1]"), "hosts[1]: must be a string, got 1", ""},
    {WITH_LINE("\"reserved\": ^[]"), "reserved: must be an object, got []", ""},
    {WITH_LINE("\"reserved\": { \"settings\": { \"a.b\": ^\"2\" } }"),
     "reserved.settings.a.b: must be a whole number, got \"2\"", ""},
    {WITH_LINE("\"poolers\": [{ \"name\": \"p\", \"modes\": [\"session\", ^\"transactions\"] }]"),
     "poolers[0].modes[1]: must be one of session, transaction, statement, got \"transactions\"",
     "did you mean \"transaction\"?"},
    {WITH_PLAN(FIGURE "\"confidence\": ^\"documentd\""),
     "plans[0].confidence: must be one of none, ", "did you mean \"documented\"?"},
    {WITH_LINE("\"limit_of\": ^\"user\""), "limit_of: must be one of server, role, got \"user\"",
     ""},
    /* bounds */
    {WITH_PLAN("\"id\": \"a\", \"max_connections\": ^0"),
     "plans[0].max_connections: must be from 1 to 262143, got 0", ""},
    {WITH_PLAN("\"id\": \"a\", \"max_connections\": ^262144"), "from 1 to 262143, got 262144", ""},
    {WITH_PLAN("\"id\": \"a\", \"memory_gib\": ^0"), "plans[0].memory_gib: must be above 0", ""},
    {WITH_PLAN("\"id\": \"a\", \"vcpu\": ^1e300"), "plans[0].vcpu: must be above 0 and at most",
     ""},
    {WITH_LINE("\"poolers\": [{ \"name\": \"p\", \"port\": ^65536 }]"),
     "poolers[0].port: must be from 1 to 65535, got 65536", ""},
    {WITH_LINE("\"idle_timeouts\": [{ \"what\": \"w\", \"seconds\": ^-1 }]"),
     "idle_timeouts[0].seconds: must be from 0 to", ""},
    {WITH_LINE("\"change\": { \"max\": ^0 }"), "change.max: must be from 1 to 262143, got 0", ""},
    /* between fields */
    {WITH_PLAN(FIGURE "\"confidence\": \"documented\", \"as_of\": \"2026\", \"sources\": [0, ^1]"),
     "plans[0].sources[1]: there is no source 1; they are 0 to 0", ""},
    {WITH_PLAN(FIGURE KNOWN ", \"max_connections_min\": ^9, \"max_connections_max\": 8"),
     "plans[0].max_connections_min: is above max_connections_max", ""},
    {WITH_PLAN("\"id\": \"a\", \"max_connections\": ^100, " KNOWN ", \"max_connections_min\": 101"),
     "plans[0].max_connections: is below max_connections_min", ""},
    {WITH_PLAN("\"id\": \"a\", \"max_connections\": ^100, " KNOWN ", \"max_connections_max\": 99"),
     "plans[0].max_connections: is above max_connections_max", ""},
    {WITH_PLAN(FIGURE KNOWN ", \"reserved\": ^101"), "plans[0].reserved: is above max_connections",
     ""},
    {WITH_PLAN(FIGURE KNOWN ", \"usable\": ^101"), "plans[0].usable: is above max_connections", ""},
    {WITH_PLAN("\"id\": \"a\", \"vcpu\": 2, \"vcpu_text\": ^\"2-4\""),
     "plans[0].vcpu_text: vcpu is given too", ""},
    {WITH_PLAN(FIGURE KNOWN ", \"disputed\": ^true"), "plans[0].disputed: needs claims", ""},
    {WITH_PLAN(FIGURE KNOWN ", \"claims\": [^{ \"source\": 0 }]"),
     "plans[0].claims[0].value: a claim needs a value or a note", ""},
    {WITH_PLAN(FIGURE KNOWN ", \"claims\": [^{ \"value\": 5 }]"),
     "plans[0].claims[0].source: a claim needs a source or a note", ""},
    {WITH_PLAN(FIGURE KNOWN ", \"claims\": [{ \"value\": 5, \"source\": ^3 }]"),
     "plans[0].claims[0].source: there is no source 3", ""},
    {WITH_PLAN("\"id\": \"a\", \"observed\": [^{ \"how\": \"h\" }]"),
     "plans[0].observed[0].value: an observation needs", ""},
    {WITH_PLAN("\"id\": \"a\" }, { \"id\": ^\"A\""), "plans[1].id: another plan has this id", ""},
    {WITH_LINE("\"change\": { \"min\": ^9, \"max\": 8 }"), "change.min: is above max", ""},
    {WITH_LINE(
         "\"reserved\": { \"superuser_reserved_connections\": 3, \"reserved_connections\": 1, "
         "\"total\": ^3 }"),
     "reserved.total: is less than its parts", ""},
    {WITH_LINE("\"poolers\": [{ \"name\": \"p\", \"kind\": ^\"bouncer\" }]"),
     "poolers[0].kind: is no kind of pooler that a topology may name", ""},
    {WITH_LINE("\"poolers\": [{ \"name\": \"p\", \"disputed\": ^true }]"),
     "poolers[0].disputed: needs claims", ""},
    {WITH_LINE("\"reserved\": { \"claims\": [{ \"value\": 4, \"source\": ^9 }] }"),
     "reserved.claims[0].source: there is no source 9", ""},
};

/* A file in memory of exactly its size, so that a byte too far is seen by the address sanitizer. */
struct sample {
    char *bytes;
    size_t length;
    unsigned line, column; /* of the mark */
};

static struct sample sample_make(const char *marked)
{
    struct sample sample = {.bytes = malloc(strlen(marked) + 1), .line = 1, .column = 1};
    assert_non_null(sample.bytes);
    bool seen = false;
    for (; *marked != '\0'; marked++) {
        if (*marked == '^') {
            seen = true;
            continue;
        }
        sample.bytes[sample.length++] = *marked;
        if (seen)
            continue;
        if (*marked == '\n')
            sample.column = 0, sample.line++;
        sample.column += ((unsigned char)*marked & 0xc0) != 0x80;
    }
    sample.bytes = realloc(sample.bytes, sample.length + (sample.length == 0));
    assert_non_null(sample.bytes);
    return sample;
}

static bool sample_read(const struct sample *sample, struct arena *arena,
                        struct provider *ret_provider, struct fail *fail)
{
    struct json_text text = {.name = "acme.json", .bytes = sample->bytes, .length = sample->length};
    return provider_read(arena, &text, ret_provider, fail);
}

static void broken_is_explained(const struct broken *broken)
{
    struct sample sample = sample_make(broken->text);
    struct arena arena = {0};
    struct fail fail = {0};
    struct provider provider;
    bool read = sample_read(&sample, &arena, &provider, &fail);
    char place[64];
    (void)snprintf(place, sizeof place, "acme.json:%u:%u: ", sample.line, sample.column);
    print_message("# %s | %s\n", fail.message, fail.hint);
    assert_false(read);
    assert_int_equal(fail.kind, FAIL_INPUT);
    if (strncmp(fail.message, place, strlen(place)) != 0)
        fail_msg("%s: want %s", fail.message, place);
    if (strstr(fail.message, broken->message) == NULL)
        fail_msg("%s: want %s", fail.message, broken->message);
    assert_string_equal(fail.hint, broken->hint);
    arena_free(&arena);
    free(sample.bytes);
}

static void broken_files_are_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(brokens); i++)
        broken_is_explained(&brokens[i]);
}

/* Comments are read over everywhere, and all that a file may say is accepted at once. */
static const char FULL[] =
    "{ \"//\": \"one\", \"//\": \"two\", \"id\": \"acme\", \"name\": \"Acme\", \"notes\": \"n\",\n"
    "  \"limit_of\": \"server\", \"hosts\": [\"a\", \"b\"], \"hosts_unverified\": [\"c\"],\n"
    "  \"ports\": \"any\",\n"
    "  \"change\": { \"possible\": true, \"how\": \"h\", \"max\": 10, \"follows_resize\": false "
    "},\n"
    "  \"reserved\": { \"superuser_reserved_connections\": 3, \"reserved_connections\": 1,\n"
    "    \"settings\": { \"//\": \"a\", \"x.y\": 2 }, \"internal\": \"i\", \"total\": 6,\n"
    "    \"basis\": \"b\", \"notes\": \"n\", \"claims\": [{ \"//\": 1, \"value\": 4, \"source\": 1 "
    "}] },\n"
    "  \"formula\": { \"expression\": \"floor(memory_bytes / 9531392)\", \"upper_bound\": true,\n"
    "    \"lower_expression\": \"1\", \"rounding\": \"r\", \"status\": \"s\" },\n"
    "  \"idle_timeouts\": [{ \"what\": \"w\", \"seconds\": 0, \"imposed_by\": \"i\", \"basis\": "
    "\"b\",\n"
    "    \"source\": \"s\", \"note\": \"n\" }],\n"
    "  \"poolers\": [{ \"name\": \"p\", \"modes\": [\"session\", \"statement\"], \"mode_note\": "
    "\"m\",\n"
    "    \"default_mode\": \"session\", \"port\": 1, \"ports\": { \"session\": 65535 }, \"host\": "
    "\"h\",\n"
    "    \"max_clients\": 1, \"max_clients_rule\": \"r\", \"pool_size\": 1, \"pool_size_rule\": "
    "\"r\",\n"
    "    \"max_prepared_statements\": 0,\n"
    "    \"scope\": \"s\", \"availability\": \"a\", \"configurable\": true,\n"
    "    \"configurable_only\": \"mode\", \"basis\": \"b\", \"notes\": \"n\", \"disputed\": true,\n"
    "    \"claims\": [{ \"note\": \"n\" }] }],\n"
    "  \"conflicts\": [\"c\"], \"not_found\": [\"f\"],\n"
    "  \"plans\": [\n"
    "    { \"id\": \"Nominal\", \"name\": \"N\", \"memory_gib\": 1, \"memory_note\": \"m\",\n"
    "      \"vcpu_text\": \"shared-2x\", \"compute_units\": 0.25, \"max_connections_max\": 112,\n"
    "      \"confidence\": \"formula\", \"sources\": [1, 0], \"as_of\": \"2026\", \"notes\": "
    "\"n\",\n"
    "      \"observed\": [{ \"value\": 79, \"when\": \"w\", \"how\": \"h\" },\n"
    "                   { \"text\": \"about 81\", \"how\": \"h\" }] },\n"
    "    { \"id\": \"range\", \"max_connections_min\": 0, \"max_connections_max\": 5, "
    "\"reserved\": 17,\n"
    "      \"usable\": 3, \"pooler_max_clients\": 200, \"pooler_pool_size\": 50,\n"
    "      \"pooler_reserve_pool\": 0 },\n"
    "    { \"id\": \"full\", \"max_connections\": 262143, \"confidence\": "
    "\"recorded\",\n"
    "      \"sources\": [0], \"as_of\": \"2026\", \"reserved\": 262143, \"vcpu\": 0.25 },\n"
    "    { \"id\": \"v{vcpu}\", \"expression\": \"200 * vcpu\", \"sources\": [1], \"as_of\": "
    "\"2026\" "
    "}],\n"
    "  \"signs\": [{ \"kind\": \"version\", \"name\": \"Acme\", \"source\": 1 }],\n"
    "  \"sources\": [{ \"ref\": \"r0\", \"as_of\": \"2025\", \"kind\": \"k\", \"note\": \"n\" },\n"
    "              { \"ref\": \"r1\", \"as_of\": \"2026\", \"kind\": \"k\" }] }\n";

static void all_that_a_file_may_say(void **state)
{
    (void)state;
    struct sample sample = sample_make(FULL);
    struct arena arena = {0};
    struct fail fail = {0};
    struct provider provider;
    if (!sample_read(&sample, &arena, &provider, &fail))
        fail_msg("%s (%s)", fail.message, fail.hint);
    assert_int_equal(provider.plan_count, 4);
    assert_int_equal(provider.reserved_total, 6);
    assert_int_equal(provider.superuser_reserved_connections, 3);
    assert_int_equal(provider.reserved_connections, 1);
    assert_string_equal(provider.host_patterns[1], "b");
    const struct plan *nominal = &provider.plans[0], *range = &provider.plans[1];
    assert_true(nominal->nominal);
    assert_int_equal(nominal->formula_value, 112);  /* 2^30 / 9531392 = 112.65 */
    assert_int_equal(nominal->max_connections, 79); /* the least that was seen */
    assert_int_equal(nominal->sighting_count, 2);
    assert_string_equal(nominal->sightings[1].text, "about 81");
    assert_int_equal(nominal->confidence, CONFIDENCE_FORMULA);
    assert_string_equal(nominal->sources[0], "r1");
    assert_string_equal(nominal->sources[1], "r0");
    assert_string_equal(nominal->vcpu_text, "shared-2x");
    assert_int_equal(range->max_connections, -1);
    assert_int_equal(range->reserved_total, 17);
    assert_int_equal(range->pooler_pool_size, 50);
    assert_null(range->as_of);
    assert_int_equal(provider.plans[2].max_connections, 262143);
    assert_false(provider.plans[2].nominal);
    assert_true(plan_is_pattern(&provider.plans[3]));
    assert_int_equal(provider.plans[3].max_connections, -1);
    assert_int_equal(provider.change.possible, SAID_YES);
    assert_int_equal(provider.change.follows_resize, SAID_NO);
    assert_int_equal(provider.change.min, -1);
    assert_int_equal(provider.poolers[0].modes,
                     1U << PLAN_POOL_SESSION | 1U << PLAN_POOL_STATEMENT);
    assert_int_equal(provider.poolers[0].default_mode, PLAN_POOL_SESSION);
    assert_int_equal(provider.poolers[0].max_prepared_statements, 0);
    assert_int_equal(provider.signs[0].kind, PLAN_SIGN_VERSION);
    assert_string_equal(provider.signs[0].source, "r1");
    assert_string_equal(provider.conflicts[0], "c");
    assert_string_equal(provider.not_found[0], "f");
    assert_int_equal(provider.reserved_claims[0].value, 4);
    arena_free(&arena);
    free(sample.bytes);
}

static void a_figure_needs_source_date_and_confidence(void **state)
{
    (void)state;
    static const struct broken needs[] = {
        {WITH_PLAN(FIGURE "\"confidence\": \"recorded\", \"as_of\": \"2026\""),
         "plans[0].sources: is missing", NULL},
        {WITH_PLAN(FIGURE "\"confidence\": \"recorded\", \"sources\": [0]"),
         "plans[0].as_of: is missing", NULL},
        {WITH_PLAN(FIGURE "\"sources\": [0], \"as_of\": \"2026\""),
         "plans[0].confidence: is missing", NULL},
        {WITH_PLAN("\"id\": \"a\", \"memory_gib\": 1, \"expression\": \"25 * memory_gib\""),
         "plans[0].sources: is missing", NULL},
    };
    for (size_t i = 0; i < COUNT(needs); i++) {
        struct sample sample = sample_make(needs[i].text);
        struct arena arena = {0};
        struct fail fail = {0};
        struct provider provider;
        assert_false(sample_read(&sample, &arena, &provider, &fail));
        /* what is missing has no place: the plan that should have it is named */
        assert_non_null(strstr(fail.message, "acme.json:5:5: "));
        assert_non_null(strstr(fail.message, needs[i].message));
        arena_free(&arena);
        free(sample.bytes);
    }
}

static void confidence_names(void **state)
{
    (void)state;
    assert_string_equal(confidence_name(CONFIDENCE_NONE), "none");
    assert_string_equal(confidence_name(CONFIDENCE_DOCUMENTED), "documented");
    assert_string_equal(confidence_name(CONFIDENCE_RECORDED), "recorded");
    assert_string_equal(confidence_name(CONFIDENCE_FORMULA), "formula");
    assert_string_equal(confidence_name(CONFIDENCE_REPORTED), "reported-by-users");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_reads),
        cmocka_unit_test(every_figure_has_source_and_date),
        cmocka_unit_test(figures_are_those_of_the_sources),
        cmocka_unit_test(claims_say_who),
        cmocka_unit_test(providers_keep_slots_and_hosts),
        cmocka_unit_test(names_are_found_or_explained),
        cmocka_unit_test(a_long_name_is_cut),
        cmocka_unit_test(ids_ignore_ascii_case_only),
        cmocka_unit_test(broken_files_are_explained),
        cmocka_unit_test(all_that_a_file_may_say),
        cmocka_unit_test(a_figure_needs_source_date_and_confidence),
        cmocka_unit_test(confidence_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
