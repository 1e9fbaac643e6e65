#include "json_parts.h"
#include "json_write.h"
#include "pooler.h"
#include "poolers.h"

/* One of its pools: of a database and role, in each instance. */
static void pool_put(const struct sizing *sizing, const struct pool_class *class,
                     struct json_writer *writer)
{
    int64_t size = class_limit(sizing, class);
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "database", class->target->database);
    json_write_string(writer, "role", class->target->role);
    json_write_count(writer, "today", class->today);
    json_write_count(writer, "limit", class->limit);
    json_write_count(writer, "need", class->need);
    json_write_count(writer, "peak",
                     size == UNKNOWN && sizing->purpose != PURPOSE_CHECK
                         ? UNKNOWN
                         : class->pools_at_peak * (size == UNKNOWN ? 1 : size) +
                               class->extra_at_peak);
    json_write_close(writer, '}');
}

static void pooler_put(const struct sizing *sizing, const struct pooler_sizing *sized,
                       struct json_writer *writer)
{
    const struct pooler *pooler = sized->pooler;
    const struct pool_class *first = sized->back.at[0];
    int64_t most = pooler_max_clients(pooler);
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "name", pooler->name);
    json_write_string(writer, "kind", pooler->kind->id);
    json_write_string(writer, "mode", pooler_mode_name(pooler->mode));
    json_write_string(writer, "server", sized->behind->server->name);
    json_write_count(writer, "instances", pooler->instances);
    json_write_count(writer, "max_client_conn", most);
    json_write_count(writer, "clients",
                     most == UNKNOWN ? UNKNOWN : sized->front->budget.max_connections);
    json_write_count(writer, "clients_at_peak", server_peak(sizing, sized->front));
    json_write_count(writer, "clients_today", sized->front->today_peak);
    json_write_count(writer, "today", first->today);
    json_write_count(writer, "default_pool_size", first->limit);
    json_write_count(writer, "need", first->need);
    json_write_count(writer, "reserve_pool_size", pooler->reserve_pool_size);
    json_write_count(writer, "max_db_connections", pooler->max_db_connections);
    json_write_count(writer, "client_idle_timeout_s",
                     pooler_client_idle_ms(pooler) > 0 ? pooler_client_idle_ms(pooler) / 1000
                                                       : UNKNOWN);
    json_write_count(writer, "server_connections", pooler_peak(sizing, sized));
    json_write_open(writer, "pools", '[');
    for (size_t i = 0; i < sized->back.count; i++)
        pool_put(sizing, sized->back.at[i], writer);
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}

void poolers_json(const struct sizing *sizing, struct json_writer *writer)
{
    if (sizing->pooler_count == 0)
        return;
    json_write_open(writer, "poolers", '[');
    for (size_t i = 0; i < sizing->pooler_count; i++)
        pooler_put(sizing, &sizing->poolers[i], writer);
    json_write_close(writer, ']');
}
