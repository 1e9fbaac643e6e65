/*
 * Rules about several servers together.
 */
#include "rule.h"

#include "name.h"

#include <string.h>

/* Behind these one address stands for many servers. */
static bool is_pooler(const char *host, const char *port)
{
    return strstr(host, "pooler") != NULL || strcmp(port, "6432") == 0 || strcmp(port, "6543") == 0;
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

const struct rule fleet_rules[] = {
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
