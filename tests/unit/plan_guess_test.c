/*
 * Which plan a server looks like: for every provider of the catalogue, a server that shows what its
 * provider documents is found again, or the answer is that nobody can know.
 */
#include "plan_guess.h"

#include "topology.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

struct catalogue {
    struct arena arena;
    struct provider *providers;
    size_t count;
};

static int catalogue_open(void **state)
{
    static struct catalogue catalogue;
    struct fail fail = {0};
    if (!providers_read(&catalogue.arena, &catalogue.providers, &catalogue.count, &fail))
        fail_msg("%s", fail.message);
    *state = &catalogue;
    return 0;
}

static int catalogue_close(void **state)
{
    arena_free(&((struct catalogue *)*state)->arena);
    return 0;
}

static bool is_best(const struct plan_guesses *guesses, const char *provider, const char *plan)
{
    for (size_t i = 0; i < guesses->best_count; i++) {
        const struct plan_guess *guess = &guesses->items[i];
        if (strcmp(guess->provider->id, provider) == 0 &&
            (plan == NULL ? guess->plan == NULL
                          : guess->plan != NULL && strcmp(guess->plan->id, plan) == 0))
            return true;
    }
    return false;
}

/* A host as each pattern of the catalogue has it, with what stands for the stars. */
static const struct seen {
    const char *host;
    int64_t max_connections, superuser_reserved;
    const char *role;            /* superuser; or NULL */
    const char *provider, *plan; /* provider NULL: nobody can know; plan NULL: of none known */
} seen[] = {
    {"rw-1234.rdb.fr-par.scw.cloud", 150, 3, NULL, "scaleway", "db-dev-m"},
    {"db.abcdefgh.supabase.co", 120, 3, NULL, "supabase", "medium"},
    {NULL, 240, 3, "supabase_admin", "supabase", "xl"},
    {"ep-cool-1.eu-central-1.aws.neon.tech", 209, 7, NULL, "neon", "cu-0.5"},
    {"EP-cool-1-pooler.eu-central-1.aws.NEON.tech.", 3357, 7, NULL, "neon", "cu-8"},
    {"shortline.proxy.rlwy.net", 500, 3, NULL, "railway", "template-since-2026-06-16"},
    {"db.abc.eu-west-1.rds.amazonaws.com", 81, 3, NULL, "aws-rds", "db.t4g.micro"},
    {"db.abc.eu-west-1.rds.amazonaws.com", 181, 3, NULL, "aws-rds", "db.t4g.small"},
    {"db.abc.eu-west-1.rds.amazonaws.com", 3000, 3, NULL, "aws-rds", "db.m5.2xlarge"},
    {"core.cluster-abc.eu-west-1.rds.amazonaws.com", 405, 3, NULL, "aws-aurora", "db.t4g.medium"},
    {"core.cluster-ro-abc.eu-west-1.rds.amazonaws.com", 823, 3, NULL, "aws-aurora",
     "serverless-v2-max-4-acu"},
    {"/cloudsql/project:region:db", 400, 3, NULL, "gcp-cloudsql", "from-7.5gb"},
    {NULL, 200, 3, "cloudsqlsuperuser", "gcp-cloudsql", "from-6gb"},
    {"x.postgres.database.azure.com", 429, 3, "azuresu", "azure-flex", "B2s"},
    {"x.postgres.database.azure.com", 859, 10, NULL, "azure-flex", "D2ds_v5"},
    {"db-1-do-user-1.b.db.ondigitalocean.com", 97 + 3, 3, NULL, "digitalocean", "4-gib"},
    {"pg-1.aivencloud.com", 200, 3, NULL, "aiven", "startup-8"},
    {"dpg-abc-a.oregon-postgres.render.com", 397, 3, NULL, "render", "legacy-397"},
    {"pgbouncer.abc.flympg.net", 100, 3, NULL, "fly-mpg", NULL},
    {"db.internal", 100, 3, NULL, "fly-postgres", NULL}, /* said to be unsure */
    {"db.production.railway.internal", 500, 3, NULL, "railway", "template-since-2026-06-16"},
    {"app.flycast", 300, 3, NULL, "fly-postgres", "any"},
    {"p.abc.db.postgresbridge.com", 500, 3, NULL, "crunchy-bridge", "any"},
    {"a.b.tsdb.cloud.timescale.com", 25, 12, NULL, "tiger-cloud", "smallest-compute"},
    {"x.postgresql.a.osc-fr1.scalingo-dbs.com", 240, 3, NULL, "scalingo", "shared-4g"},
    {"x.postgres.ubicloud.com", 500, 3, NULL, "ubicloud", "any"},
    {"a.horizon.psdb.cloud", 100, 3, NULL, "planetscale", NULL},
    {"b-postgresql.services.clever-cloud.com", 5, 3, NULL, "clever-cloud", "dev"},
    /* a limit that the customer has changed */
    {"rw-1234.rdb.fr-par.scw.cloud", 777, 3, NULL, "scaleway", NULL},
    /* a name that nobody verified is enough where nothing else is said */
    {"c-1.rw.mdb.yandexcloud.net", 200, 3, NULL, "yandex", "burstable-medium"},
    {"a.database.cloud.ovh.net", 200, 3, NULL, "ovh", "4g"},
    {"pc-1.rds.aliyuncs.com", 800, 3, NULL, "alibaba-polardb-pg", "polar.pg.x4.medium"},
    /* nobody can know */
    {"localhost", 100, 3, "postgres", NULL, NULL},
    {"db.internal.example.com", 100, 3, "postgres", NULL, NULL},
    {NULL, 100, 3, NULL, NULL, NULL},
    {NULL, 384, 3, NULL, NULL, NULL}, /* ionos: no host name of it is published */
    {NULL, 5, 3, NULL, NULL, NULL},   /* rivestack, the same */
    {NULL, UNKNOWN, UNKNOWN, NULL, NULL, NULL},
    {"", 100, 3, NULL, NULL, NULL},
};

static void servers_are_recognised(void **state)
{
    const struct catalogue *catalogue = *state;
    for (size_t i = 0; i < COUNT(seen); i++) {
        struct arena arena = {0};
        struct facts facts = facts_unknown;
        const char *roles[1] = {seen[i].role};
        facts.max_connections = seen[i].max_connections;
        facts.superuser_reserved_connections = seen[i].superuser_reserved;
        facts.superusers = roles;
        facts.superuser_count = seen[i].role != NULL;
        struct plan_guesses guesses =
            plan_guess(&arena, seen[i].host, &facts, catalogue->providers, catalogue->count);
        print_message("# %s %d: %s\n", seen[i].host != NULL ? seen[i].host : "-",
                      (int)seen[i].max_connections, plan_guess_words(&arena, &guesses));
        if (seen[i].provider == NULL) {
            assert_int_equal(guesses.best_count, 0);
            assert_non_null(guesses.unknown);
        } else if (!is_best(&guesses, seen[i].provider, seen[i].plan)) {
            fail_msg("%s", plan_guess_words(&arena, &guesses));
        }
        for (size_t k = 0; k < guesses.count; k++)
            assert_true(guesses.items[k].reason_count > 0);
        arena_free(&arena);
    }
}

/* Where a host name is known, each plan is among the best by its own limit. */
static void every_plan_is_found_by_its_limit(void **state)
{
    const struct catalogue *catalogue = *state;
    size_t tried = 0;
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct provider *provider = &catalogue->providers[i];
        for (size_t k = 0; k < provider->plan_count; k++) {
            const struct plan *plan = &provider->plans[k];
            struct arena arena = {0};
            struct facts facts = facts_unknown;
            struct server_sign sign = {PLAN_SIGN_VERSION, ""};
            if (plan->max_connections < 0 || provider->sign_count == 0 || provider->limits_role)
                continue;
            sign.kind = provider->signs[0].kind;
            sign.name = provider->signs[0].name;
            facts.max_connections = plan->max_connections;
            facts.signs = &sign;
            facts.sign_count = 1;
            struct plan_guesses guesses =
                plan_guess(&arena, NULL, &facts, catalogue->providers, catalogue->count);
            /* Of RDS and Aurora each has the other's signs, and a plan of the other may be closer.
             */
            bool is_amazon = strncmp(provider->id, "aws-", 4) == 0;
            if (!is_amazon && !is_best(&guesses, provider->id, plan->id))
                fail_msg("%s/%s: %s", provider->id, plan->id, plan_guess_words(&arena, &guesses));
            tried++;
            arena_free(&arena);
        }
    }
    assert_true(tried > 200);
}

static void a_limit_of_a_role_is_herokus(void **state)
{
    const struct catalogue *catalogue = *state;
    struct arena arena = {0};
    struct facts facts = facts_unknown;
    struct named_count limits[] = {{.name = "other", .count = 40}, {.name = "u1", .count = 120}};
    facts.max_connections = 500;
    facts.role = "u1";
    facts.role_limits = limits;
    facts.role_limit_count = 2;
    struct plan_guesses guesses = plan_guess(&arena, "ec2-1-2-3-4.compute-1.amazonaws.com", &facts,
                                             catalogue->providers, catalogue->count);
    assert_int_equal(guesses.best_count, 1);
    assert_true(is_best(&guesses, "heroku", "standard-0"));
    assert_string_equal(plan_guess_words(&arena, &guesses),
                        "heroku/standard-0 (its host is ec2-*.compute-1.amazonaws.com; the role's "
                        "CONNECTION LIMIT is its 120)");
    arena_free(&arena);
}

/* A name that others may have as well is not enough to say so unasked. */
static void only_what_is_the_providers_alone_is_sure(void **state)
{
    const struct catalogue *catalogue = *state;
    static const struct {
        const char *host;
        bool is_sure;
    } rows[] = {
        {"rw-1.rdb.fr-par.scw.cloud", true}, {"app.flycast", true}, {"db.internal", false},
        {"a.database.cloud.ovh.net", false}, {"localhost", false},  {NULL, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = {0};
        struct facts facts = facts_unknown;
        facts.max_connections = 200;
        struct plan_guesses guesses =
            plan_guess(&arena, rows[i].host, &facts, catalogue->providers, catalogue->count);
        assert_int_equal(guesses.is_sure, rows[i].is_sure);
        arena_free(&arena);
    }
}

/* Of a named plan: `found` is the plan of the guess that speaks for it, "-" that of its provider
 * alone, NULL none. */
static void a_named_plan_is_found_or_another(void **state)
{
    const struct catalogue *catalogue = *state;
    static const struct {
        const char *host, *name;
        int64_t max_connections;
        const char *found;
    } rows[] = {
        {"rw-1.rdb.fr-par.scw.cloud", "scaleway/db-gp-s", 100, "db-gp-s"},
        {"rw-1.rdb.fr-par.scw.cloud", "scaleway/db-gp-s", 777, "-"}, /* one that was changed */
        {"rw-1.rdb.fr-par.scw.cloud", "scaleway/db-gp-m", 100, NULL},
        {"rw-1.rdb.fr-par.scw.cloud", "aws-rds/db.t4g.small", 100, NULL},
        /* Seen on another, and a little below its own bound. */
        {"db.abc.eu-west-1.rds.amazonaws.com", "aws-rds/db.t4g.small", 198, "db.t4g.small"},
        {"localhost", "scaleway/db-gp-s", 100, NULL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = {0};
        struct fail fail = {0};
        struct facts facts = facts_unknown;
        const struct provider *provider;
        const struct plan *plan;
        facts.max_connections = rows[i].max_connections;
        assert_true(plan_find(&arena, rows[i].name, &provider, &plan, &fail));
        struct plan_guesses guesses =
            plan_guess(&arena, rows[i].host, &facts, catalogue->providers, catalogue->count);
        const struct plan_guess *guess = plan_guess_for(&guesses, provider, plan, &facts);
        const char *found = guess == NULL ? NULL : guess->plan == NULL ? "-" : guess->plan->id;
        if ((found == NULL) != (rows[i].found == NULL) ||
            (found != NULL && strcmp(found, rows[i].found) != 0))
            fail_msg("%s, %d: %s", rows[i].name, (int)rows[i].max_connections,
                     found != NULL ? found : "none");
        arena_free(&arena);
    }
}

/* A pattern with something in the place of each star. */
static const char *host_like(const char *pattern, char *host, size_t size)
{
    size_t length = 0;
    for (; *pattern != '\0' && length + 1 < size; pattern++)
        host[length++] = *pattern == '*' ? 'x' : *pattern;
    host[length] = '\0';
    return host;
}

/* By what stands beside each file, the file is found without reading it; and by nothing else. */
static void files_that_may_fit_are_known(void **state)
{
    struct catalogue *catalogue = *state;
    struct arena *arena = &catalogue->arena;
    char host[256];
    assert_int_equal(catalogue->count, plan_file_count);
    for (size_t i = 0; i < plan_file_count; i++) {
        const struct provider *provider = &catalogue->providers[i];
        const struct plan_file *file = &plan_files[i];
        assert_false(plan_file_may_fit(arena, file, NULL, &facts_unknown));
        assert_false(plan_file_may_fit(arena, file, "db.example.org", &facts_unknown));
        for (size_t k = 0; k < provider->host_pattern_count; k++)
            assert_true(plan_file_may_fit(arena, file,
                                          host_like(provider->host_patterns[k], host, sizeof host),
                                          &facts_unknown));
        for (size_t k = 0; k < provider->host_unverified_count; k++)
            assert_true(plan_file_may_fit(
                arena, file, host_like(provider->hosts_unverified[k], host, sizeof host),
                &facts_unknown));
        for (size_t k = 0; k < provider->sign_count; k++) {
            struct server_sign sign = {provider->signs[k].kind, provider->signs[k].name};
            struct facts facts = facts_unknown;
            facts.signs = &sign;
            facts.sign_count = 1;
            assert_true(plan_file_may_fit(arena, file, NULL, &facts));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(servers_are_recognised),
        cmocka_unit_test(every_plan_is_found_by_its_limit),
        cmocka_unit_test(a_limit_of_a_role_is_herokus),
        cmocka_unit_test(only_what_is_the_providers_alone_is_sure),
        cmocka_unit_test(a_named_plan_is_found_or_another),
        cmocka_unit_test(files_that_may_fit_are_known),
    };
    return cmocka_run_group_tests(tests, catalogue_open, catalogue_close);
}
