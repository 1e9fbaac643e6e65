#include "topology_link.h"

#include "decimal.h"
#include "follow_link.h"
#include "ignore_rows.h"
#include "name.h"
#include "pooler_link.h"
#include "server_link.h"
#include "topology_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_SHARE = 25000, DEFAULT_POOL_TIMEOUT_MS = 20000, DEFAULT_CONNECT_TIMEOUT_MS = 10000 };

void reader_at(struct reader *reader, const struct origin *origin, const struct path *base)
{
    reader->text = origin->text;
    reader->offset = reader->key_offset = origin->offset;
    reader->base = base;
}

/* NAME of --url NAME=URL: what stands before an `=` and is a server's name, or before a scheme;
 * NULL: none. A URL, or a `key=value ...` string, may hold `=` too. */
static const char *url_option_name(struct reader *reader, const struct topology *topology,
                                   const char *argument, struct server **ret_server)
{
    static const char scheme[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.:-";
    const char *equals = strchr(argument, '='), *slashes = strstr(argument, "://");
    if (equals == NULL || (slashes != NULL && slashes < equals))
        return NULL;
    const char *name = arena_strndup(reader->arena, argument, (size_t)(equals - argument));
    for (size_t i = 0; i < topology->server_count; i++) {
        if (strcmp(topology->servers[i]->name, name) == 0) {
            *ret_server = topology->servers[i];
            return name;
        }
    }
    if (slashes == NULL || equals + 1 + strspn(equals + 1, scheme) < slashes)
        return NULL;
    *ret_server = NULL;
    return name;
}

static const char *label(const char *given, const char *otherwise)
{
    return given != NULL ? given : otherwise;
}

static bool url_option_apply(struct reader *reader, struct topology *topology, const char *argument)
{
    struct server *server = topology->server_count == 1 ? topology->servers[0] : NULL;
    const char *name = url_option_name(reader, topology, argument, &server);
    const char *url = name != NULL ? argument + strlen(name) + 1 : argument;
    const char *option = label(reader->input->labels.url, "--url");
    if (server == NULL && name != NULL)
        return fault_usage(reader, "say which one: --url NAME=URL",
                           "%s: there is no server \"%.60s\"", option, name);
    if (server == NULL)
        return fault_usage(reader, "say which one: --url NAME=URL", "%s: there are several servers",
                           option);
    struct fail fail = {0};
    if (!url_read(reader->arena, url, &server->url, &fail))
        return fault_usage(reader, fail.hint, "%s: %s", option, fail.message);
    server->url_from_outside = true;
    server->password_in_file = false;
    return true;
}

static bool options_apply(struct reader *reader, struct topology *topology)
{
    const struct topology_input *input = reader->input;
    for (size_t i = 0; i < input->url_count; i++)
        if (!url_option_apply(reader, topology, input->urls[i]))
            return false;
    if ((input->plan != NULL || input->max_connections != UNKNOWN) && topology->server_count != 1)
        return fault_usage(
            reader, "use --set servers.NAME.plan=... or servers.NAME.max_connections=...",
            "%s: there is not exactly one server",
            input->plan != NULL ? label(input->labels.plan, "--plan")
                                : label(input->labels.max_connections, "--max-connections"));
    if (topology->server_count != 1)
        return true;
    struct server *server = topology->servers[0];
    bool described =
        server->url != NULL || server->plan != NULL || server->max_connections != UNKNOWN;
    if (input->plan != NULL) {
        server->plan = input->plan;
        server->plan_from_option = true;
        server->max_connections = UNKNOWN;
    }
    server->max_connections_option = input->max_connections;
    if (described || input->fallback_url == NULL)
        return true;
    struct fail fail = {0};
    if (!url_read(reader->arena, input->fallback_url, &server->url, &fail))
        return fault_usage(reader, fail.hint, "DATABASE_URL: %s", fail.message);
    server->url_from_outside = true;
    return true;
}

static void servers_link(struct reader *reader, struct topology *topology)
{
    server_plans_check(reader, topology);
    for (size_t i = 0; i < topology->server_count; i++) {
        struct server *server = topology->servers[i];
        server_figures_check(reader, server);
        if (server->url == NULL)
            continue;
        server->user = url_user(reader->arena, server->url);
        server->database = url_database(reader->arena, server->url);
    }
}

/* Where there is exactly one server, it need not be named. */
bool server_find(struct reader *reader, const struct path *path, const struct topology *topology,
                 const struct name_table *names, const char *name, size_t *ret_server)
{
    char hint[256];
    if (name_table_find(names, name, ret_server))
        return true;
    if (faults_full(reader))
        return fault_at(reader, path, FAULT_VALUE, NULL, "there is no such server");
    const char **known = ARENA_ARRAY(reader->arena, topology->server_count + 1, const char *);
    for (size_t i = 0; i < topology->server_count; i++)
        known[i] = topology->servers[i]->name;
    return fault_at(reader, path, FAULT_VALUE,
                    names_hint(name, "server", known, topology->server_count, hint, sizeof hint),
                    "there is no server \"%.60s\"", name);
}

/* "db", or "server:db". */
static bool database_read(struct reader *reader, const struct path *path,
                          const struct name_table *names, const struct topology *topology,
                          const struct service *service, const char *entry,
                          struct target *ret_target)
{
    bool has_server = service->server_name != NULL || topology->server_count == 1;
    const char *colon = strchr(entry, ':');
    *ret_target = (struct target){.server = (uint32_t)service->server, .database = entry};
    if (colon == NULL)
        return has_server ||
               fault_at(reader, path, FAULT_VALUE, "write \"server:db\", or a \"server\" key",
                        "there are several servers: which one?");
    const char *name = arena_strndup(reader->arena, entry, (size_t)(colon - entry));
    ret_target->database = colon + 1;
    if (colon[1] == '\0')
        return fault_at(reader, path, FAULT_VALUE, NULL, "no database behind the colon");
    size_t server;
    if (!server_find(reader, path, topology, names, name, &server))
        return false;
    ret_target->server = (uint32_t)server;
    return service->via == NULL || ret_target->server == service->via->server ||
           fault_at(reader, path, FAULT_VALUE, "make what it reaches directly another service",
                    "pooler %.60s is in front of server %.60s alone", service->via->name,
                    topology->servers[service->via->server]->name);
}

static void databases_link(struct reader *reader, const struct path *path,
                           struct topology *topology, const struct name_table *names,
                           struct service *service)
{
    struct path list = {path, "databases"};
    struct name_table seen = {0};
    for (size_t i = 0; i < service->database_count; i++) {
        char index[24];
        (void)snprintf(index, sizeof index, "%zu", i);
        struct path here = {&list, index};
        struct target target;
        if (!database_read(reader, &here, names, topology, service, service->databases[i], &target))
            continue;
        const char *place =
            arena_printf(reader->arena, "%" PRIu32 ":%s", target.server, target.database);
        if (service->database_count > 1 && !name_table_add(&seen, reader->arena, place, i, NULL))
            (void)fault_at(reader, &here, FAULT_VALUE, NULL, "the same database is given twice");
        else
            service->targets[service->target_count++] = target;
    }
    variables_distinguish(reader->arena, topology, service);
}

/* Its own URL, else its pooler's; NULL: its server's decides. */
static const struct url *nearest_url(const struct service *service)
{
    return service->url != NULL || service->via == NULL ? service->url : service->via->url;
}

static void targets_link(struct reader *reader, const struct path *path, struct topology *topology,
                         const struct name_table *names, struct service *service)
{
    struct path here = {path, "server"};
    bool has_server = service->server_name != NULL || topology->server_count == 1;
    if (service->server_name != NULL &&
        !server_find(reader, &here, topology, names, service->server_name, &service->server))
        return;
    service->targets = ARENA_ARRAY(reader->arena, service->database_count + 1, struct target);
    if (service->databases != NULL) {
        databases_link(reader, path, topology, names, service);
        return;
    }
    if (!has_server) {
        (void)fault_at(reader, path, FAULT_VALUE, "write \"server\": \"NAME\"",
                       "there are several servers: which one?");
        return;
    }
    const struct server *server = topology->servers[service->server];
    const struct url *own = nearest_url(service);
    service->targets[service->target_count++] = (struct target){
        .server = (uint32_t)service->server,
        .database = own != NULL ? url_database(reader->arena, own) : server->database,
    };
}

static void rollout_link(struct service *service)
{
    struct rollout *rollout = &service->rollout;
    if (service->is_job && !service->rollout_given)
        rollout->strategy = ROLLOUT_RECREATE;
    if (rollout->strategy != ROLLOUT_ROLLING)
        return;
    if (!rollout->surge.given)
        rollout->surge = (struct amount){.is_share = true, .value = DEFAULT_SHARE};
    if (!rollout->unavailable.given)
        rollout->unavailable = (struct amount){.is_share = true, .value = DEFAULT_SHARE};
}

static void instances_link(struct reader *reader, const struct path *path, struct service *service)
{
    struct path instances = {path, "instances"},
                concurrent = {path, service->concurrent != UNKNOWN ? "concurrent" : "schedules"};
    service->is_job = service->concurrent != UNKNOWN || service->schedule_count > 0;
    if (service->is_job && service->instances_max != UNKNOWN)
        (void)fault_at(reader, path_is_set(reader, &concurrent) ? &concurrent : &instances,
                       FAULT_KEY,
                       "a job has \"concurrent\" runs, or \"schedules\", instead of \"instances\"",
                       "a service has one of instances and %s",
                       service->concurrent != UNKNOWN ? "concurrent" : "schedules");
    if (service->is_job) {
        service->instances_min = 0;
        /* The runs of schedules are found when it is sized (size/jobs.h). */
        service->instances_max = service->schedule_count > 0 ? 0 : service->concurrent;
    } else if (service->instances_max == UNKNOWN) {
        service->instances_min = service->instances_max = 1;
    }
    int64_t pools = 0;
    if (__builtin_mul_overflow(service->instances_max * 2, service->processes, &pools) ||
        __builtin_mul_overflow(pools, service->pools, &pools) || pools > INT32_MAX)
        (void)fault_at(reader, path, FAULT_VALUE, NULL,
                       "instances x processes x pools is more than PostgreSQL could ever serve");
}

static void bounds_link(struct reader *reader, const struct path *path, struct service *service)
{
    struct path at_least = {path, "at_least"}, at_most = {path, "at_most"};
    bool contrary = service->at_least != UNKNOWN && service->at_most != UNKNOWN &&
                    service->at_least > service->at_most;
    if (contrary && path_is_set(reader, &at_most))
        (void)fault_at(reader, &at_most, FAULT_VALUE, NULL,
                       "must be at_least, %lld, or more, got %lld", (long long)service->at_least,
                       (long long)service->at_most);
    else if (contrary)
        (void)fault_at(reader, &at_least, FAULT_VALUE, NULL,
                       "must be at most at_most, %lld, got %lld", (long long)service->at_most,
                       (long long)service->at_least);
    int64_t used = service->threads * service->connections_per_request;
    if (service->at_least != UNKNOWN && service->threads != UNKNOWN && service->at_least > used)
        (void)fault_at(reader, &at_least, FAULT_VALUE, "lower it, or raise threads",
                       "must be at most threads x connections_per_request, %lld, got %lld",
                       (long long)used, (long long)service->at_least);
    if (service->at_least == UNKNOWN)
        service->at_least = service->at_most == 0 ? 0 : 1;
}

static bool client_has_setting(const struct client *client, enum pool_quantity quantity)
{
    for (size_t i = 0; i < client->setting_count; i++)
        if (client->settings[i].quantity == quantity)
            return true;
    return false;
}

/* A time-out that the client has no setting for would be accepted and ignored. */
static void pool_link(struct reader *reader, const struct path *path, struct service *service)
{
    const struct {
        const char *key;
        int64_t *ms;
        enum pool_quantity quantity;
        int64_t otherwise_ms;
    } rows[] = {
        {"timeout", &service->pool_timeout_ms, POOL_TIMEOUT, DEFAULT_POOL_TIMEOUT_MS},
        {"connect_timeout", &service->connect_timeout_ms, POOL_CONNECT_TIMEOUT,
         DEFAULT_CONNECT_TIMEOUT_MS},
        {"idle_timeout", &service->idle_timeout_ms, POOL_IDLE_TIMEOUT, UNKNOWN},
        {"max_lifetime", &service->max_lifetime_ms, POOL_MAX_LIFETIME, UNKNOWN},
    };
    struct path pool = {path, "pool"}, client = {path, "client"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct path here = {&pool, rows[i].key};
        if (*rows[i].ms != UNKNOWN && service->client != NULL &&
            !client_has_setting(service->client, rows[i].quantity))
            (void)fault_at(reader, path_is_set(reader, &client) ? &client : &here, FAULT_KEY,
                           "remove it, or set it in the application",
                           "client %s has no setting for pool.%s", service->client->id,
                           rows[i].key);
        if (*rows[i].ms == UNKNOWN)
            *rows[i].ms = rows[i].otherwise_ms;
    }
}

/* A role that nobody gave is the user of the service's own URL, or of each server's. A server's URL
 * may be that of a role that sees all sessions, so its user may be another; a service's own may
 * not. */
static void role_link(struct reader *reader, const struct path *path,
                      const struct topology *topology, struct service *service)
{
    struct path here = {path, "role"};
    const char *user = service->url != NULL ? url_user(reader->arena, service->url) : NULL;
    if (service->role != NULL && user != NULL && strcmp(service->role, user) != 0)
        (void)fault_at(reader, &here, FAULT_VALUE,
                       "remove \"role\", or give the url with that role's user and password",
                       "the service's own url logs in as \"%.60s\"", user);
    const struct url *near = nearest_url(service);
    if (user == NULL && near != NULL)
        user = url_user(reader->arena, near);
    const char *given = service->role != NULL ? service->role : user;
    for (size_t i = 0; i < service->target_count; i++) {
        struct target *target = &service->targets[i];
        bool is_given = given != NULL || near != NULL;
        target->role = is_given ? given : topology->servers[target->server]->user;
    }
    service->role = given;
    if (given == NULL && service->target_count > 0)
        service->role = service->targets[0].role;
}

/* A URL names one server, so that with it each database would be looked for there. */
static void own_url_link(struct reader *reader, const struct path *path,
                         const struct service *service)
{
    struct path here = {path, "url"};
    for (size_t i = 1; service->url != NULL && i < service->target_count; i++) {
        if (service->targets[i].server == service->targets[0].server)
            continue;
        (void)fault_at(reader, &here, FAULT_KEY,
                       "remove it: each database is then reached by its own server's url",
                       "one url cannot reach databases on several servers");
        return;
    }
}

/* Names of the topology, to their indices. */
struct names {
    struct name_table servers, poolers;
};

static void service_link(struct reader *reader, struct topology *topology,
                         const struct names *names, struct service *service)
{
    struct path section = {NULL, "services"}, path = {&section, service->name};
    reader_at(reader, &service->origin, &path);
    instances_link(reader, &path, service);
    bounds_link(reader, &path, service);
    pool_link(reader, &path, service);
    rollout_link(service);
    if (via_link(reader, &path, topology, &names->poolers, service))
        targets_link(reader, &path, topology, &names->servers, service);
    own_url_link(reader, &path, service);
    role_link(reader, &path, topology, service);
    if (service->application_name == NULL)
        service->application_name = service->name;
}

void topology_link(struct reader *reader, struct topology *topology)
{
    if (topology->server_count == 0) {
        reader->text = topology->text_count > 0 ? &topology->texts[0] : NULL;
        reader->base = NULL;
        reader->offset = reader->key_offset = 0;
        (void)fault_at(reader, NULL, FAULT_VALUE,
                       "add \"servers\": {\"main\": {\"max_connections\": 100}}, or a url or plan",
                       "the topology names no server");
        return;
    }
    if (!options_apply(reader, topology))
        return;
    servers_link(reader, topology);
    struct names names = {0};
    for (size_t i = 0; i < topology->server_count; i++)
        (void)name_table_add(&names.servers, reader->arena, topology->servers[i]->name, i, NULL);
    for (size_t i = 0; i < topology->pooler_count; i++)
        (void)name_table_add(&names.poolers, reader->arena, topology->poolers[i]->name, i, NULL);
    follows_link(reader, topology, &names.servers, &names.poolers);
    poolers_link(reader, topology, &names.servers);
    for (size_t i = 0; i < topology->service_count; i++)
        service_link(reader, topology, &names, topology->services[i]);
    ignores_link(reader, topology);
    if (reader->faults->count > 0)
        return;
    follows_bound(reader, topology);
    variables_check(reader, topology);
    poolers_as_services(reader->arena, topology);
}

const struct url *service_url(const struct topology *topology, const struct service *service,
                              const struct target *target)
{
    if (service->url != NULL || service->via != NULL)
        return nearest_url(service);
    return topology->servers[target->server]->url;
}
