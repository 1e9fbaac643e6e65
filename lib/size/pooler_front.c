/*
 * What a pooler is to its clients: a server of max_client_conn, and in session mode of its pools.
 */
#include "contexts.h"
#include "pooler.h"
#include "poolers.h"

/* Of the pools that share a limit with that of `target`. */
static const char *shared_name(const struct pooler *pooler, const struct target *target)
{
    return pooler_is_of_all(pooler) || target->database == NULL ? "" : target->database;
}

static void shared_cap_add(struct arena *arena, const struct pooler *pooler,
                           const struct target *target, struct server_sizing *front)
{
    const char *name = shared_name(pooler, target);
    size_t row = front->cap_count;
    if (!name_table_add(&front->cap_names[CAP_POOLS], arena, name, row, &row))
        return;
    front->caps[front->cap_count++] = (struct cap){
        .kind = CAP_POOLS,
        .name = *name == '\0' ? pooler->name : arena_printf(arena, "%s/%s", pooler->name, name),
        .limit =
            pooler_is_of_all(pooler) ? INT32_MAX : pooler->max_db_connections * pooler->instances,
    };
}

/* Each of its pools, in their order, and what those share. */
static void front_caps_make(struct arena *arena, const struct pooler *pooler,
                            struct server_sizing *front)
{
    const struct service *service = pooler->as_service;
    bool shares = pooler_is_of_all(pooler) || pooler->max_db_connections > 0;
    front->caps = ARENA_ARRAY(arena, 2 * service->target_count + 1, struct cap);
    for (size_t i = 0; i < service->target_count; i++) {
        struct text name = {.arena = arena};
        service_pool_name(service, &service->targets[i], &name);
        front->caps[front->cap_count++] =
            (struct cap){.kind = CAP_POOL, .name = text_keep(&name), .limit = INT32_MAX};
    }
    for (size_t i = 0; shares && service->target_count > 1 && i < service->target_count; i++)
        shared_cap_add(arena, pooler, &service->targets[i], front);
}

void pooler_front_make(struct arena *arena, const struct pooler *pooler,
                       struct server_sizing *ret_front)
{
    static const struct facts nothing = {
        .max_connections = UNKNOWN,
        .superuser_reserved_connections = UNKNOWN,
        .reserved_connections = UNKNOWN,
        .sessions = UNKNOWN,
    };
    int64_t each = pooler_max_clients(pooler);
    int64_t all = each == UNKNOWN ? INT32_MAX : each * pooler->instances;
    struct server *as_server = ARENA_NEW(arena, struct server);
    *as_server = (struct server){.name = pooler->name, .origin = pooler->origin};
    as_server->max_connections = as_server->max_connections_option = UNKNOWN;
    as_server->margin.given = true;
    as_server->cores = UNKNOWN;
    as_server->alert_at = (struct amount){.given = true, .value = all};
    *ret_front = (struct server_sizing){
        .server = as_server,
        .input = {.facts = &nothing},
        .budget = {.source = SOURCE_TOPOLOGY,
                   .max_connections = all,
                   .budget = all,
                   .alert_thousandths = 100000,
                   .alert_connections = all},
    };
    ret_front->steady = ret_front->peak = ret_front->formula_limit = UNKNOWN;
    if (pooler->mode == POOLER_SESSION)
        front_caps_make(arena, pooler, ret_front);
}

void pooler_rows_find(const struct pooler *pooler, const struct server_sizing *front,
                      const struct target *target, size_t *ret_own, size_t *ret_shared)
{
    *ret_own = *ret_shared = NO_ROW;
    if (pooler->mode != POOLER_SESSION)
        return;
    *ret_own = target->pair;
    (void)name_table_find(&front->cap_names[CAP_POOLS], shared_name(pooler, target), ret_shared);
}

void pooler_sessions_bound(struct sizing *sizing, struct pooler_sizing *sized)
{
    const struct pooler *pooler = sized->pooler;
    for (size_t i = 0; i < sized->front->cap_count; i++) {
        struct cap *cap = &sized->front->caps[i];
        const struct pool_class *class = sized->back.at[i < sized->back.count ? i : 0];
        int64_t size = class_limit(sizing, class);
        if (cap->kind == CAP_POOLS && !pooler_is_of_all(pooler))
            continue;
        if (!pooler_is_sized(pooler)) /* given, whether it fits or not */
            size = class->today;
        if (size != UNKNOWN && pooler->max_db_connections > 0 && size > pooler->max_db_connections)
            size = pooler->max_db_connections;
        cap->limit = size == UNKNOWN ? INT32_MAX : size * pooler->instances;
    }
}
