/*
 * From what is said of a pooler to what its server sees of it: one service of as many pools as its
 * clients have databases and roles.
 */
#include "pooler_link.h"

#include "pooler.h"
#include "topology_rows.h"

#include <stdlib.h>
#include <string.h>

/* "its modes: session, transaction". */
static void modes_put(const struct pooler_kind *kind, char *buffer, size_t size)
{
    const char *names[POOLER_STATEMENT + 1];
    size_t count = 0;
    for (int mode = 0; mode <= POOLER_STATEMENT; mode++)
        if (kind->modes[mode])
            names[count++] = pooler_modes[mode];
    static const char head[] = "its modes: ";
    memcpy(buffer, head, sizeof head);
    name_list(names, count, count, buffer + strlen(head), size - strlen(head));
}

/* What this kind does not have would be accepted and ignored. */
static void kind_check(struct reader *reader, const struct path *path, const struct pooler *pooler)
{
    const struct {
        const char *key;
        bool is_given, has;
    } rows[] = {
        {"reserve_pool_size", pooler->reserve_pool_size > 0, pooler->kind->has_reserve},
        {"max_db_connections", pooler->max_db_connections > 0, pooler->kind->has_reserve},
        {"max_prepared_statements", pooler->max_prepared_statements > 0,
         pooler->kind->has_prepared},
    };
    const char *name = pooler->kind->client.name;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct path here = {path, rows[i].key};
        if (rows[i].is_given && !rows[i].has)
            (void)fault_at(reader, &here, FAULT_KEY, "remove it", "%s has no such setting", name);
    }
    struct path mode = {path, "mode"}, size = {path, "default_pool_size"};
    char modes[80];
    modes_put(pooler->kind, modes, sizeof modes);
    if (!pooler->kind->modes[pooler->mode])
        (void)fault_at(reader, &mode, FAULT_VALUE, modes, "%s has no mode %s", name,
                       pooler_mode_name(pooler->mode));
    if (pooler->default_pool_size != UNKNOWN && pooler->kind->scope == POOL_OF_CLIENT)
        (void)fault_at(
            reader, &size, FAULT_KEY, "set max_client_conn: its num_init_children is both",
            "%s has as many server connections for each database and role as clients", name);
    struct path most = {path, "max_db_connections"};
    if (pooler->max_db_connections > 0 && pooler->default_pool_size == UNKNOWN &&
        pooler->max_db_connections <= pooler->reserve_pool_size)
        (void)fault_at(reader, &most, FAULT_VALUE, "raise it, or give a default_pool_size",
                       "must be more than reserve_pool_size, %lld, got %lld",
                       (long long)pooler->reserve_pool_size, (long long)pooler->max_db_connections);
}

/* The same of what ends idle clients, which one kind does only where a client keeps its server
 * connection. */
static void idle_check(struct reader *reader, const struct path *path, const struct pooler *pooler)
{
    const struct pooler_kind *kind = pooler->kind;
    struct path here = {path, "client_idle_timeout"};
    if (pooler->client_idle_ms == 0)
        return;
    if (kind->client_idle_setting == NULL)
        (void)fault_at(reader, &here, FAULT_KEY, "remove it", "%s has no such setting",
                       kind->client.name);
    else if (kind->client_idle_in_session && pooler_shares(pooler))
        (void)fault_at(reader, &here, FAULT_KEY, "remove it, or set \"mode\": \"session\"",
                       "%s has it in mode session alone (%s)", kind->client.name,
                       kind->client_idle_setting);
}

static void totals_check(struct reader *reader, const struct path *path,
                         const struct pooler *pooler)
{
    int64_t most = pooler_max_clients(pooler), all;
    if (most != UNKNOWN &&
        (__builtin_mul_overflow(most, pooler->instances, &all) || all > INT32_MAX))
        (void)fault_at(reader, path, FAULT_VALUE, "lower max_client_conn, or instances",
                       "max_client_conn x instances is more than a pooler could ever serve");
}

/* What neither the topology nor the provider says is the kind's. */
static void defaults_take(struct pooler *pooler)
{
    if (pooler->kind == NULL)
        pooler->kind = pooler_kind_find("pgbouncer");
    if (!pooler->mode_given && !pooler->preset.sets_mode)
        pooler->mode = pooler->kind->mode;
    if (pooler->reserve_pool_size == UNKNOWN)
        pooler->reserve_pool_size = 0;
    if (pooler->max_prepared_statements == UNKNOWN)
        pooler->max_prepared_statements = 0;
}

void poolers_link(struct reader *reader, const struct topology *topology,
                  const struct name_table *servers)
{
    struct path section = {NULL, "poolers"};
    for (size_t i = 0; i < topology->pooler_count; i++) {
        struct pooler *pooler = topology->poolers[i];
        struct path path = {&section, pooler->name}, here = {&path, "server"};
        pooler->index = i;
        reader_at(reader, &pooler->origin, &path);
        if (pooler->server_name == NULL && topology->server_count != 1)
            (void)fault_at(reader, &path, FAULT_VALUE, "write \"server\": \"NAME\"",
                           "there are several servers: which one?");
        else if (pooler->server_name == NULL || server_find(reader, &here, topology, servers,
                                                            pooler->server_name, &pooler->server))
            provider_take(reader, &path, topology, pooler);
        defaults_take(pooler);
        kind_check(reader, &path, pooler);
        totals_check(reader, &path, pooler);
        idle_check(reader, &path, pooler);
    }
}

bool via_link(struct reader *reader, const struct path *path, const struct topology *topology,
              const struct name_table *poolers, struct service *service)
{
    struct path via = {path, "via"}, server = {path, "server"};
    char hint[256];
    size_t found;
    service->via = NULL;
    if (service->via_name == NULL)
        return true;
    if (!name_table_find(poolers, service->via_name, &found)) {
        const char **known = ARENA_ARRAY(reader->arena, topology->pooler_count + 1, const char *);
        for (size_t i = 0; i < topology->pooler_count; i++)
            known[i] = topology->poolers[i]->name;
        const char *guess = names_hint(service->via_name, "pooler", known, topology->pooler_count,
                                       hint, sizeof hint);
        return fault_at(reader, &via, FAULT_VALUE,
                        guess != NULL ? guess : "add it: \"poolers\": {\"NAME\": {}}",
                        "there is no pooler \"%.60s\"", service->via_name);
    }
    service->via = topology->poolers[found];
    const char *behind = topology->servers[service->via->server]->name;
    if (service->server_name != NULL && strcmp(service->server_name, behind) != 0)
        return fault_at(reader, &server, FAULT_VALUE, "remove \"server\", or \"via\"",
                        "pooler %.60s is in front of server %.60s, not of \"%.60s\"",
                        service->via->name, behind, service->server_name);
    service->server_name = behind;
    return true;
}

/* --- what the server sees --- */

/* A database and role that services reach through a pooler. */
struct pair {
    const struct target *target;
    size_t database, order; /* databases by their first use */
};

static int pair_compare(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->database != b->database)
        return a->database < b->database ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static const char *known(const char *name)
{
    return name != NULL ? name : "";
}

/* Those of one pooler, as they come, and who uses them. */
struct pairs {
    struct pair *items;
    struct target **users;
    size_t count, user_count;
    struct name_table databases, seen;
};

/* Of a user, `pair` is first the order in which its pair came. */
static void pair_add(struct arena *arena, struct pairs *pairs, struct target *target)
{
    size_t database = pairs->databases.count;
    (void)name_table_add(&pairs->databases, arena, known(target->database), database, &database);
    const char *both = arena_printf(arena, "%zu %s%s", database, target->role == NULL ? "" : "=",
                                    known(target->role));
    size_t pair = pairs->count;
    bool is_new = name_table_add(&pairs->seen, arena, both, pairs->count, &pair);
    target->pair = (uint32_t)pair;
    if (is_new) {
        pairs->items[pairs->count] = (struct pair){target, database, pairs->count};
        pairs->count++;
    }
    pairs->users[pairs->user_count++] = target;
}

/* PgBouncer's query_wait_timeout, where no client gives up before. */
enum { QUERY_WAIT_TIMEOUT_MS = 120000 };

static struct service *service_of(struct arena *arena, struct pooler *pooler, size_t index)
{
    struct service *service = ARENA_NEW(arena, struct service);
    service_defaults(service);
    service->index = index;
    service->name = service->application_name = pooler->name;
    service->origin = pooler->origin;
    service->client = &pooler->kind->client;
    service->pooler = pooler;
    service->server = pooler->server;
    service->instances_min = service->instances_max = pooler->instances;
    service->at_least = 1;
    service->connection_limit = pooler->default_pool_size;
    service->pool_timeout_ms = QUERY_WAIT_TIMEOUT_MS;
    service->rollout.strategy = ROLLOUT_RECREATE;
    return service;
}

static void targets_make(struct arena *arena, struct arena *scratch,
                         const struct topology *topology, struct pooler *pooler,
                         struct pairs *pairs)
{
    const struct server *server = topology->servers[pooler->server];
    struct service *service = pooler->as_service;
    size_t *places = ARENA_ARRAY(scratch, pairs->count + 1, size_t);
    if (pairs->count > 0)
        qsort(pairs->items, pairs->count, sizeof pairs->items[0], pair_compare);
    service->targets = ARENA_ARRAY(arena, pairs->count + 1, struct target);
    for (size_t i = 0; i < pairs->count; i++)
        places[pairs->items[i].order] = i;
    for (size_t i = 0; i < pairs->user_count; i++)
        pairs->users[i]->pair = (uint32_t)places[pairs->users[i]->pair];
    for (size_t i = 0; i < pairs->count; i++) {
        service->targets[i] = *pairs->items[i].target;
        service->targets[i].server = (uint32_t)pooler->server;
        service->targets[i].place = NULL;
    }
    service->target_count = pairs->count;
    /* Nobody is said to go through it, but somebody will. */
    if (pairs->count == 0)
        service->targets[service->target_count++] = (struct target){
            .server = (uint32_t)pooler->server, .database = server->database, .role = server->user};
}

void poolers_as_services(struct arena *arena, const struct topology *topology)
{
    size_t count = topology->pooler_count;
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    struct pairs *pairs = ARENA_ARRAY(&scratch, count + 1, struct pairs);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < topology->service_count; i++) {
            const struct service *service = topology->services[i];
            for (size_t k = 0; service->via != NULL && k < service->target_count; k++) {
                struct pairs *own = &pairs[service->via->index];
                if (pass == 1)
                    pair_add(&scratch, own, &service->targets[k]);
                else
                    own->count++;
            }
        }
        for (size_t i = 0; i < count && pass == 0; i++) {
            pairs[i].items = ARENA_ARRAY(&scratch, pairs[i].count + 1, struct pair);
            pairs[i].users = ARENA_ARRAY(&scratch, pairs[i].count + 1, struct target *);
            pairs[i].count = 0;
        }
    }
    for (size_t i = 0; i < count; i++) {
        struct pooler *pooler = topology->poolers[i];
        pooler->as_service = service_of(arena, pooler, topology->service_count + i);
        targets_make(arena, &scratch, topology, pooler, &pairs[i]);
    }
    for (size_t i = 0; i < topology->service_count; i++) {
        const struct service *service = topology->services[i];
        struct service *own = service->via != NULL ? service->via->as_service : NULL;
        if (own != NULL && service->pool_timeout_ms < own->pool_timeout_ms)
            own->pool_timeout_ms = service->pool_timeout_ms;
    }
    arena_free(&scratch);
}
