/*
 * Rules about the limit of one pool: what is declared, what bounds it, what it needs.
 */
#include "rule.h"
#include "ways_out.h"

#include <inttypes.h>
#include <string.h>

#define SERVER "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3}}, "
#define SERVER_WITH_URL(URL)                                                                       \
    "{\"servers\": {\"main\": {\"url\": \"" URL "\", \"max_connections\": 100, \"reserved\": "     \
    "3}}, "

/* What stands for a limit today, said once of each service: the URLs of several servers may differ.
 * The classes of a service stand side by side. */
static bool is_undeclared(const struct judge *judge, const struct pool_class *class,
                          enum declared declared)
{
    if (judge->sizing->purpose != PURPOSE_CHECK || class->declared != declared ||
        class->pools_at_peak == 0)
        return false;
    const struct pool_class *other = class - (class->target - class->service->targets);
    while (other->declared != declared)
        other++;
    return other == class;
}

static void limit_not_set(struct judge *judge, const struct pool_class *class)
{
    const struct client *client = class->service->client;
    if (!is_undeclared(judge, class, DECLARED_DEFAULT))
        return;
    int64_t limit = service_limit(class);
    text_printf(&judge->help, "set %s and declare it as \"connection_limit\": %" PRId64,
                client->limit_setting, limit != UNKNOWN ? limit : class->today);
    find_service(judge, class->service, "/connection_limit",
                 "no limit is declared: client %s opens up to %" PRId64 " (its default, %s)",
                 client->id, class->today, client->default_words);
}

static void unbounded_pool(struct judge *judge, const struct pool_class *class)
{
    const struct client *client = class->service->client;
    if (!is_undeclared(judge, class, DECLARED_UNLIMITED))
        return;
    int64_t limit = service_limit(class);
    text_printf(&judge->help, "set %s and declare it as \"connection_limit\"",
                client->limit_setting);
    if (limit != UNKNOWN)
        text_printf(&judge->help, ": %" PRId64, limit);
    find_service(judge, class->service, "/connection_limit",
                 "no limit is declared, and client %s opens connections without limit", client->id);
}

static void limit_unknown(struct judge *judge, const struct pool_class *class)
{
    const struct client *client = class->service->client;
    if (!is_undeclared(judge, class, DECLARED_UNKNOWN))
        return;
    int64_t limit = service_limit(class);
    if (client->default_kind == DEFAULT_FROM_CPUS)
        text_printf(&judge->help,
                    "declare \"connection_limit\", or \"cpus\": the default of %s is %s",
                    client->id, client->default_words);
    else if (client->default_kind == DEFAULT_FROM_THREADS)
        text_printf(&judge->help,
                    "declare \"connection_limit\", or \"threads\": %s opens %s by default",
                    client->id, client->default_words);
    else if (limit != UNKNOWN)
        text_printf(&judge->help,
                    "declare what is deployed; recommended is \"connection_limit\": %" PRId64,
                    limit);
    else
        text_put(&judge->help, "declare what is deployed: \"connection_limit\"");
    find_service(
        judge, class->service, "/connection_limit",
        "nothing bounds this pool as far as anyone can tell: client %s, no connection_limit; "
        "counted as 1 per pool",
        client->id);
}

/* The threads of which one at least gets all that its request needs: the deadlock floor, the other
 * way round. threads <= (limit - 1) / (per request - 1), of 2 or more per request; 10 connections,
 * 2 per request: 9. 0: not even one. */
static int64_t threads_safe(const struct service *service, int64_t limit)
{
    return (limit - 1) / (service->connections_per_request - 1);
}

static void pool_deadlock(struct judge *judge, const struct pool_class *class)
{
    int64_t limit = class_limit(judge->sizing, class);
    const struct service *service = class->service;
    if (class->deadlock_floor == 0 || limit == UNKNOWN || limit >= class->deadlock_floor ||
        class->pools_at_peak == 0)
        return;
    bool declared = judge->sizing->purpose == PURPOSE_CHECK;
    int64_t threads = threads_safe(service, limit);
    text_printf(&judge->help, "give it at least %" PRId64, class->deadlock_floor);
    if (threads > 0)
        text_printf(&judge->help, ", or at most %" PRId64 " %s", threads,
                    plural(threads, "thread", "threads"));
    judge->pool = class;
    find_service(judge, service, declared ? "/connection_limit" : "/at_most",
                 "%" PRId64 " %s per pool can deadlock: %" PRId64 " %s x (%" PRId64
                 " per request - 1) + 1 = %" PRId64,
                 limit, plural(limit, "connection", "connections"), service->threads,
                 plural(service->threads, "thread", "threads"), service->connections_per_request,
                 class->deadlock_floor);
}

static void limit_ignored(struct judge *judge, const struct pool_class *class)
{
    const struct service *service = class->service;
    const struct url *url = service_url(judge->sizing->topology, service, class->target);
    if (judge->sizing->purpose != PURPOSE_CHECK || !is_first_class(class) || url == NULL)
        return;
    const char *ignored = client_ignored_in_url(judge->arena, service->client, url);
    if (ignored == NULL)
        return;
    text_printf(&judge->help, "remove %s from the URL and set %s", ignored,
                service->client->limit_setting);
    find_service(judge, service, service->url != NULL ? "/url" : "/client",
                 "%s in its URL: client %s %s it there", ignored, service->client->id,
                 service->client->foreign == FOREIGN_IGNORED ? "ignores" : "refuses");
}

const struct rule limit_rules[] = {
    {
        .id = "PGS007",
        .name = "limit-not-set",
        .severity = SEVERITY_WARNING,
        .help = "No limit is declared, so the client's default is assumed.",
        .why = "Whoever reads the deployment cannot see how many connections it opens, and an "
               "upgrade of the client, or a machine with other CPUs, may change it. Set the limit, "
               "and declare it.",
        .class = limit_not_set,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER "\"services\": {\"api\": {\"client\": \"node-postgres\"}}}",
        .good = SERVER
        "\"services\": {\"api\": {\"client\": \"node-postgres\", \"connection_limit\": 10}}}",
    },
    {
        .id = "PGS008",
        .name = "unbounded-pool",
        .severity = SEVERITY_ERROR,
        .help = "No limit is declared, and the client's default is unlimited.",
        .why = "A burst of requests opens a connection for each of them until the server refuses. "
               "Every pool needs a bound.",
        .class = unbounded_pool,
        .pooler = pooler_unbounded,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER "\"services\": {\"api\": {\"client\": \"go-database-sql\"}}}",
        .good = SERVER
        "\"services\": {\"api\": {\"client\": \"go-database-sql\", \"connection_limit\": 10}}}",
    },
    {
        .id = "PGS013",
        .name = "pool-deadlock",
        .severity = SEVERITY_ERROR,
        .help = "Requests that hold several connections at once can wait for each other for ever.",
        .why = "When each request holds one connection and waits for another, as many requests as "
               "there are connections stop each other for ever. threads x (connections_per_request "
               "- 1) + 1 is the smallest pool in which one of them can always go on.",
        .class = pool_deadlock,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER "\"services\": {\"api\": {\"threads\": 4, \"connections_per_request\": 2, "
                      "\"connection_limit\": 4}}}",
        .good = SERVER "\"services\": {\"api\": {\"threads\": 4, \"connections_per_request\": 2, "
                       "\"connection_limit\": 5}}}",
    },
    {
        .id = "PGS015",
        .name = "limit-ignored",
        .severity = SEVERITY_ERROR,
        .help = "The client ignores or refuses the pool setting where it is written.",
        .why = "The limit stands where nobody reads it, so the client opens what it likes. The "
               "finding names the setting that it does read.",
        .class = limit_ignored,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER_WITH_URL(
            "postgresql://app@db.example/app?connection_limit=5") "\"services\": {\"api\": "
                                                                  "{\"client\": \"node-postgres\", "
                                                                  "\"connection_limit\": 5}}}",
        .good = SERVER_WITH_URL(
            "postgresql://app@db.example/app?connection_limit=5") "\"services\": {\"api\": "
                                                                  "{\"client\": \"prisma\"}}}",
    },
    {
        .id = "PGS032",
        .name = "limit-unknown",
        .severity = SEVERITY_ERROR,
        .help = "Nothing bounds this pool as far as anyone can tell.",
        .why = "A sum over pools of unknown size is a lower bound, and may be far too low. Declare "
               "what is deployed.",
        .class = limit_unknown,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER "\"services\": {\"api\": {}}}",
        .good = SERVER "\"services\": {\"api\": {\"connection_limit\": 10}}}",
    },
};
const size_t limit_rule_count = sizeof limit_rules / sizeof limit_rules[0];
