/*
 * Rules about what stands between services and servers, and about several servers together.
 */
#include "rule.h"

#include "name.h"

#include <inttypes.h>
#include <string.h>

/* Behind these one address stands for many servers: what providers call their poolers (".proxy-" is
 * in the names of RDS Proxy), and the ports of PgBouncer, Supavisor and DigitalOcean's pools. */
static bool is_pooler(const char *host, const char *port)
{
    static const char *const parts[] = {"pooler", "pgbouncer", "pgcat", ".proxy-"};
    static const char *const ports[] = {"6432", "6543", "25061"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strstr(host, parts[i]) != NULL)
            return true;
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
        if (strcmp(port, ports[i]) == 0)
            return true;
    return false;
}

/* "db.internal:5432"; NULL where the URL does not say one host. */
static const char *address_of(struct arena *arena, const struct server *server)
{
    const struct url *url = server->url;
    if (url == NULL || url->is_keywords || url->host_count != 1 || url->hosts[0].host[0] == '\0' ||
        url_parameter(arena, url, "host") != NULL || url_parameter(arena, url, "port") != NULL)
        return NULL;
    const char *port = url->hosts[0].port;
    port = port == NULL || *port == '\0' ? "5432" : port;
    if (is_pooler(url->hosts[0].host, port))
        return NULL;
    char *address = arena_printf(arena, "%s:%s", url->hosts[0].host, port);
    for (char *at = address; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    return address;
}

/* Once for all servers, with the first. */
static void same_server(struct judge *judge, const struct server_sizing *server)
{
    const struct sizing *sizing = judge->sizing;
    struct name_table seen = {0};
    if (server != &sizing->servers[0] || sizing->server_count == 1)
        return;
    for (size_t i = 0; i < sizing->server_count; i++) {
        const struct server_sizing *other = &sizing->servers[i];
        const char *address = address_of(judge->arena, other->server);
        size_t first;
        if (address == NULL || name_table_add(&seen, judge->arena, address, i, &first))
            continue;
        text_put(&judge->help, "make them one server, whose services name their \"databases\"");
        find_server(judge, other, "/url",
                    "the same address as %s, %s: one server's connections are given away twice",
                    sizing->servers[first].server->name, address);
    }
}

/* Whether the URL shows a pooler: by its host or port, or because it says so to Prisma. */
static bool goes_through_pooler(struct arena *arena, const struct url *url)
{
    if (url == NULL)
        return false;
    const char *says = url_parameter(arena, url, "pgbouncer");
    bool found = says != NULL && strcmp(says, "true") == 0;
    for (size_t i = 0; i < url->host_count; i++)
        found |=
            is_pooler(url->hosts[i].host, url->hosts[i].port == NULL ? "" : url->hosts[i].port);
    return found;
}

/* The first pooler of the topology in front of a server; NULL: there is none. */
static const struct pooler *pooler_before(const struct topology *topology, size_t server)
{
    for (size_t i = 0; i < topology->pooler_count; i++)
        if (topology->poolers[i]->server == server)
            return topology->poolers[i];
    return NULL;
}

static void serverless_direct(struct judge *judge, const struct pool_class *class)
{
    const struct service *service = class->service;
    const struct url *url = service_url(judge->sizing->topology, service, class->target);
    if (!service->serverless || !is_first_class(class) || class->pools_at_peak == 0 ||
        service->via != NULL || goes_through_pooler(judge->arena, url))
        return;
    const struct pooler *pooler = pooler_before(judge->sizing->topology, class->target->server);
    if (pooler != NULL)
        text_printf(&judge->help, "let it go through %s: \"via\": \"%s\"", pooler->name,
                    pooler->name);
    else
        text_put(&judge->help, "put a pooler in between, the provider's or PgBouncer, and give the "
                               "service its url");
    int64_t count = class->instances_at_peak;
    find_service(judge, service, "/serverless",
                 "%" PRId64 " serverless %s without a pooler, and one that freezes keeps its "
                 "connections",
                 count, plural(count, "instance connects", "instances connect"));
}

const struct rule fleet_rules[] = {
    {
        .id = "PGS018",
        .name = "serverless-direct",
        .severity = SEVERITY_WARNING,
        .help = "A serverless service connects without a pooler.",
        .why = "Its instances freeze with their connections open, thaw when the server has closed "
               "them, and multiply with every burst of requests. A pooler in transaction mode "
               "holds few connections for many of them.",
        .class = serverless_direct,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3}}, "
               "\"services\": {\"api\": {\"serverless\": true, \"connection_limit\": 1}}}",
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3}}, "
                "\"poolers\": {\"bouncer\": {}}, \"services\": {\"api\": {\"serverless\": true, "
                "\"connection_limit\": 1, \"via\": \"bouncer\"}}}",
    },
    {
        .id = "PGS039",
        .name = "same-server",
        .severity = SEVERITY_ERROR,
        .help = "Two servers of the topology have the same address.",
        .why = "Each of the two gives away all slots of what is one server, so both can hold and "
               "the server is still overcommitted.",
        .server = same_server,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"a\": {\"url\": \"postgresql://app@db.example/a\", "
               "\"max_connections\": 100}, \"b\": {\"url\": "
               "\"postgresql://app@DB.example:5432/b\", \"max_connections\": 100}}}",
        .good = "{\"servers\": {\"a\": {\"url\": \"postgresql://app@db.example/a\", "
                "\"max_connections\": 100}, \"b\": {\"url\": "
                "\"postgresql://app@db.example:5433/b\", \"max_connections\": 100}}}",
    },
};
const size_t fleet_rule_count = sizeof fleet_rules / sizeof fleet_rules[0];
