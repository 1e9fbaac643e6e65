/*
 * What must hold of poolers, tried on random topologies: server connections and clients, added up
 * here from what was made and what was answered, are never more than there may be; and who declares
 * too many is told.
 */
#include "harness.h"
#include "poolers.h"
#include "rule.h"
#include "sized_text.h"

enum { MOST_POOLERS = 2, MOST_SERVICES = 5, DATABASES = 2, ROLES = 2, NOBODY = -1 };

struct made_pooler {
    int64_t instances, clients, size, reserve, of_database; /* 0: not given */
    bool session;
};

struct made_service {
    int via, role, database; /* via: NOBODY: directly */
    int64_t instances, limit, extra, rate, held_ms;
};

struct trial {
    struct random random;
    struct arena arena;
    int64_t max_connections;
    struct made_pooler poolers[MOST_POOLERS];
    struct made_service services[MOST_SERVICES];
    int pooler_count, service_count;
    struct topology topology;
    struct sizing sizings[2]; /* by enum purpose */
    char why[300];
};

static void trial_make(struct trial *trial)
{
    struct random *random = &trial->random;
    trial->max_connections = pick(random, 15, 200);
    trial->pooler_count = (int)pick(random, 1, MOST_POOLERS);
    trial->service_count = (int)pick(random, 1, MOST_SERVICES);
    for (int i = 0; i < trial->pooler_count; i++)
        trial->poolers[i] = (struct made_pooler){
            .instances = pick(random, 1, 3),
            .clients = pick(random, 1, 100),
            .size = chance(random, 50) ? pick(random, 1, 30) : 0,
            .reserve = chance(random, 30) ? pick(random, 1, 5) : 0,
            .of_database = chance(random, 30) ? pick(random, 7, 30) : 0,
            .session = chance(random, 40),
        };
    for (int i = 0; i < trial->service_count; i++)
        trial->services[i] = (struct made_service){
            .via = chance(random, 70) ? (int)pick(random, 0, trial->pooler_count - 1) : NOBODY,
            .role = (int)pick(random, 0, ROLES - 1),
            .database = (int)pick(random, 0, DATABASES - 1),
            .instances = pick(random, 1, 5),
            .limit = pick(random, 1, 12),
            .extra = chance(random, 20) ? 1 : 0,
            .rate = chance(random, 50) ? pick(random, 1, 100) : 0,
            .held_ms = pick(random, 1, 50),
        };
}

static void pooler_write(const struct made_pooler *pooler, int number, struct text *text)
{
    text_printf(text,
                "%s\"p%d\": {\"mode\": \"%s\", \"instances\": %" PRId64
                ", \"max_client_conn\": %" PRId64,
                number > 0 ? ", " : "", number, pooler->session ? "session" : "transaction",
                pooler->instances, pooler->clients);
    if (pooler->size > 0)
        text_printf(text, ", \"default_pool_size\": %" PRId64, pooler->size);
    text_printf(text, ", \"reserve_pool_size\": %" PRId64 ", \"max_db_connections\": %" PRId64 "}",
                pooler->reserve, pooler->of_database);
}

static void service_write(const struct made_service *service, int number, struct text *text)
{
    text_printf(
        text,
        "%s\"s%d\": {\"role\": \"r%d\", \"databases\": [\"d%d\"], \"rollout\": \"recreate\", "
        "\"instances\": %" PRId64 ", \"connection_limit\": %" PRId64 ", \"extra\": %" PRId64,
        number > 0 ? ", " : "", number, service->role, service->database, service->instances,
        service->limit, service->extra);
    if (service->via != NOBODY)
        text_printf(text, ", \"via\": \"p%d\"", service->via);
    if (service->rate > 0)
        text_printf(text, ", \"demand\": {\"rate\": %" PRId64 ", \"held\": \"%" PRId64 "ms\"}",
                    service->rate, service->held_ms);
    text_put_char(text, '}');
}

static void trial_size(struct trial *trial)
{
    struct text text = {.arena = &trial->arena};
    trial_make(trial);
    text_printf(&text,
                "{\"servers\": {\"m\": {\"max_connections\": %" PRId64
                ", \"reserved\": 2}}, \"poolers\": {",
                trial->max_connections);
    for (int i = 0; i < trial->pooler_count; i++)
        pooler_write(&trial->poolers[i], i, &text);
    text_put(&text, "}, \"services\": {");
    for (int i = 0; i < trial->service_count; i++)
        service_write(&trial->services[i], i, &text);
    text_put(&text, "}}");
    text_must_read(&trial->arena, text_keep(&text), &trial->topology);
    for (int purpose = PURPOSE_RECOMMEND; purpose <= PURPOSE_CHECK; purpose++) {
        const struct recommend_options options = {(enum purpose)purpose, FORMULA_FAIR,
                                                  ALLOCATE_FILL};
        topology_must_size(&trial->arena, &trial->topology, &facts_unknown, &options,
                           &trial->sizings[purpose]);
        rules_judge(&trial->arena, &trial->sizings[purpose]);
    }
}

/* --- added up from what was made --- */

static int64_t size_of(const struct trial *trial, enum purpose purpose, int pooler)
{
    const struct made_pooler *made = &trial->poolers[pooler];
    if (made->size > 0)
        return made->size;
    return purpose == PURPOSE_CHECK ? 20
                                    : trial->sizings[purpose].poolers[pooler].back.at[0]->limit;
}

static int64_t limit_of(const struct trial *trial, enum purpose purpose, int service)
{
    return purpose == PURPOSE_CHECK ? trial->services[service].limit
                                    : trial->sizings[purpose].classes[service].limit;
}

static bool is_used(const struct trial *trial, int pooler, int database, int role)
{
    for (int i = 0; i < trial->service_count; i++)
        if (trial->services[i].via == pooler && trial->services[i].database == database &&
            trial->services[i].role == role)
            return true;
    return false;
}

static int64_t pooler_sum(const struct trial *trial, enum purpose purpose, int pooler)
{
    const struct made_pooler *made = &trial->poolers[pooler];
    int64_t sum = 0, each = size_of(trial, purpose, pooler) + made->reserve;
    bool any = false;
    for (int database = 0; database < DATABASES; database++) {
        int64_t pools = 0;
        for (int role = 0; role < ROLES; role++)
            pools += is_used(trial, pooler, database, role);
        any |= pools > 0;
        sum += made->of_database > 0 && pools * each > made->of_database ? made->of_database
                                                                         : pools * each;
    }
    if (!any) /* nobody is said to use it: one pool */
        sum = made->of_database > 0 && each > made->of_database ? made->of_database : each;
    return sum * made->instances;
}

static int64_t server_sum(const struct trial *trial, enum purpose purpose)
{
    int64_t sum = 0;
    for (int i = 0; i < trial->pooler_count; i++)
        sum += pooler_sum(trial, purpose, i);
    for (int i = 0; i < trial->service_count; i++) {
        const struct made_service *service = &trial->services[i];
        sum += service->instances * service->extra;
        if (service->via == NOBODY)
            sum += service->instances * limit_of(trial, purpose, i);
    }
    return sum;
}

/* Of one database and role, or of all (NOBODY). */
static int64_t clients_sum(const struct trial *trial, enum purpose purpose, int pooler,
                           int database, int role)
{
    int64_t sum = 0;
    for (int i = 0; i < trial->service_count; i++) {
        const struct made_service *service = &trial->services[i];
        if (service->via == pooler && (database == NOBODY || service->database == database) &&
            (role == NOBODY || service->role == role))
            sum += service->instances * limit_of(trial, purpose, i);
    }
    return sum;
}

/* In session mode a client holds a server connection: more than its pool has, or than all pools of
 * its database may have. */
static bool is_session_over(const struct trial *trial, enum purpose purpose, int pooler)
{
    const struct made_pooler *made = &trial->poolers[pooler];
    int64_t size = size_of(trial, purpose, pooler);
    if (!made->session || size == UNKNOWN)
        return false;
    for (int database = 0; database < DATABASES; database++) {
        if (made->of_database > 0 && clients_sum(trial, purpose, pooler, database, NOBODY) >
                                         made->of_database * made->instances)
            return true;
        for (int role = 0; role < ROLES; role++)
            if (clients_sum(trial, purpose, pooler, database, role) > size * made->instances)
                return true;
    }
    return false;
}

static bool fires(const struct trial *trial, enum purpose purpose, const char *id)
{
    const struct sizing *sizing = &trial->sizings[purpose];
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (strcmp(sizing->findings[i].rule->id, id) == 0)
            return true;
    return false;
}

static int64_t budget_of(const struct trial *trial)
{
    int64_t share = (trial->max_connections + 49) / 50;
    return trial->max_connections - 3 - 2 - (share > 2 ? share : 2);
}

/* --- properties --- */

static bool sums_agree(struct trial *trial)
{
    trial_size(trial);
    for (int purpose = PURPOSE_RECOMMEND; purpose <= PURPOSE_CHECK; purpose++) {
        const struct sizing *sizing = &trial->sizings[purpose];
        int64_t said = server_peak(sizing, &sizing->servers[0]);
        if (said == UNKNOWN)
            continue;
        int64_t sum = server_sum(trial, (enum purpose)purpose);
        if (said != sum)
            return because(trial, "purpose %d: peak %" PRId64 ", added up %" PRId64, purpose, said,
                           sum);
        for (int i = 0; i < trial->pooler_count; i++)
            if (pooler_peak(sizing, &sizing->poolers[i]) !=
                pooler_sum(trial, (enum purpose)purpose, i))
                return because(trial, "purpose %d: pooler %d", purpose, i);
    }
    return true;
}

static bool never_over_budget(struct trial *trial)
{
    trial_size(trial);
    const struct sizing *sizing = &trial->sizings[PURPOSE_RECOMMEND];
    if (sizing->servers[0].fits && server_sum(trial, PURPOSE_RECOMMEND) > budget_of(trial))
        return because(trial, "%" PRId64 " of %" PRId64, server_sum(trial, PURPOSE_RECOMMEND),
                       budget_of(trial));
    return true;
}

static bool never_over_clients(struct trial *trial)
{
    trial_size(trial);
    const struct sizing *sizing = &trial->sizings[PURPOSE_RECOMMEND];
    for (int i = 0; i < trial->pooler_count; i++) {
        const struct made_pooler *made = &trial->poolers[i];
        if (!sizing->poolers[i].front->fits)
            continue;
        if (clients_sum(trial, PURPOSE_RECOMMEND, i, NOBODY, NOBODY) >
            made->clients * made->instances)
            return because(trial, "pooler %d has too many clients", i);
        if (is_session_over(trial, PURPOSE_RECOMMEND, i))
            return because(trial, "session: a pool of pooler %d", i);
    }
    return true;
}

static bool is_over_clients(const struct trial *trial, int pooler)
{
    const struct made_pooler *made = &trial->poolers[pooler];
    return clients_sum(trial, PURPOSE_CHECK, pooler, NOBODY, NOBODY) >
               made->clients * made->instances ||
           is_session_over(trial, PURPOSE_CHECK, pooler);
}

static bool check_says_so(struct trial *trial)
{
    trial_size(trial);
    bool clients_over = false;
    for (int i = 0; i < trial->pooler_count; i++)
        clients_over |= is_over_clients(trial, i);
    if (fires(trial, PURPOSE_CHECK, "PGS011") != clients_over)
        return because(trial, "PGS011 %s", clients_over ? "is missing" : "is wrong");
    bool over = server_sum(trial, PURPOSE_CHECK) > budget_of(trial);
    bool said = fires(trial, PURPOSE_CHECK, "PGS012") || fires(trial, PURPOSE_CHECK, "PGS001") ||
                fires(trial, PURPOSE_CHECK, "PGS003");
    if (said != over)
        return because(trial, "PGS012 %s", over ? "is missing" : "is wrong");
    return true;
}

/* What does not fit is said of the server, of poolers or of both. */
static bool recommend_says_so(struct trial *trial)
{
    trial_size(trial);
    const struct sizing *sizing = &trial->sizings[PURPOSE_RECOMMEND];
    bool said =
        fires(trial, PURPOSE_RECOMMEND, "PGS004") || fires(trial, PURPOSE_RECOMMEND, "PGS012");
    if (sizing->servers[0].fits == said)
        return because(trial, "fits %d", sizing->servers[0].fits);
    for (int i = 0; i < trial->pooler_count; i++)
        if (!sizing->poolers[i].front->fits && !fires(trial, PURPOSE_RECOMMEND, "PGS011"))
            return because(trial, "pooler %d does not fit its clients", i);
    return true;
}

/* "lower default_pool_size of p1 to 7", and nothing else. */
static bool lowering_read(const char *what, size_t *ret_pooler, int64_t *ret_size)
{
    static const char begin[] = "lower default_pool_size of p", middle[] = " to ";
    char *end;
    if (strncmp(what, begin, sizeof begin - 1) != 0)
        return false;
    *ret_pooler = strtoul(what + sizeof begin - 1, &end, 10);
    if (strncmp(end, middle, sizeof middle - 1) != 0)
        return false;
    *ret_size = strtoll(end + sizeof middle - 1, &end, 10);
    return *end == '\0';
}

/* A way out, applied, ends its finding: with the largest size that it says. */
static bool smaller_size_is_enough(struct trial *trial)
{
    trial_size(trial);
    const struct sizing *sizing = &trial->sizings[PURPOSE_CHECK];
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct finding *finding = &sizing->findings[i];
        for (size_t w = 0; w < finding->way_count; w++) {
            const char *what = finding->ways[w].what;
            size_t pooler;
            int64_t size;
            if (strcmp(finding->rule->id, "PGS012") != 0 || !lowering_read(what, &pooler, &size))
                continue;
            int64_t before = trial->poolers[pooler].size;
            trial->poolers[pooler].size = size;
            bool holds = server_sum(trial, PURPOSE_CHECK) <= budget_of(trial);
            trial->poolers[pooler].size = before;
            if (!holds)
                return because(trial, "%s: is not enough", what);
        }
    }
    return true;
}

static const struct property properties[] = {
    {"peaks are what adding up gives", sums_agree},
    {"server connections never exceed the budget", never_over_budget},
    {"clients never exceed what a pooler takes", never_over_clients},
    {"check says when clients or server connections are too many, and only then", check_says_so},
    {"recommend says what does not fit", recommend_says_so},
    {"a smaller default_pool_size is enough where it is a way out", smaller_size_is_enough},
};

static struct trial one;

static void trial_print(const struct trial *failed)
{
    print_error("%s\n", failed->why);
}

struct suite suite = {
    .seed = 20261121,
    .instances = 2000,
    PROPERTIES(properties),
    TRIAL(one),
    .arena = &one.arena,
    .print = trial_print,
};
