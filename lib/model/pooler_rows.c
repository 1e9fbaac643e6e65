/*
 * The keys of a pooler.
 */
#include "pooler.h"
#include "topology_rows.h"

static bool kind_read(struct reader *reader, const struct path *path, const struct json *value,
                      void *into)
{
    struct pooler *pooler = into;
    const char *ids[16];
    char hint[200];
    for (size_t i = 0; i < pooler_kind_count; i++)
        ids[i] = pooler_kinds[i].id;
    if (json_kind_of(value) != JSON_KIND_STRING)
        return fault_wrong(reader, path, value, "a kind of pooler, as \"pgbouncer\"");
    const char *id = string_expand(reader, path, value);
    if (id == NULL)
        return false;
    pooler->kind = pooler_kind_find(id);
    if (pooler->kind != NULL)
        return true;
    pooler->kind = pooler_kind_find("pgbouncer");
    return fault_at(reader, path, FAULT_VALUE,
                    names_hint(id, "kind", ids, pooler_kind_count, hint, sizeof hint),
                    "there is no kind of pooler \"%.40s\"", id);
}

static bool provider_pooler_read(struct reader *reader, const struct path *path,
                                 const struct json *value, void *into)
{
    struct pooler *pooler = into;
    enum json_kind kind = json_kind_of(value);
    pooler->is_providers = kind == JSON_KIND_TRUE || kind == JSON_KIND_STRING;
    pooler->provider_name = NULL;
    if (kind == JSON_KIND_TRUE || kind == JSON_KIND_FALSE)
        return true;
    if (kind != JSON_KIND_STRING)
        return fault_wrong(reader, path, value, "true, or a name, as \"Supavisor\"");
    const char *name = string_expand(reader, path, value);
    pooler->provider_name = name != NULL ? arena_strdup(reader->arena, name) : NULL;
    return pooler->provider_name != NULL;
}

static bool mode_read(struct reader *reader, const struct path *path, const struct json *value,
                      void *into)
{
    int mode;
    if (!choice_field_read(reader, path, value, pooler_modes, &mode))
        return false;
    ((struct pooler *)into)->mode = (enum pooler_mode)mode;
    ((struct pooler *)into)->mode_given = true;
    return true;
}

static bool pooler_url_read(struct reader *reader, const struct path *path,
                            const struct json *value, void *into)
{
    struct pooler *pooler = into;
    return url_field_read(reader, path, value, &pooler->url, &pooler->password_in_file);
}

enum { MOST_POOLERS = 10000, MOST_CLIENTS = 10000000 };

const struct field pooler_fields[] = {
    {.name = "kind",
     .kind = FIELD_CUSTOM,
     .read = kind_read,
     .schema = "\"enum\": [\"pgbouncer\", \"supavisor\", \"pgcat\", \"odyssey\", \"pgpool\", "
               "\"rds-proxy\"]",
     .what = "The product (pgbouncer)."},
    {.name = "mode",
     .kind = FIELD_CUSTOM,
     .read = mode_read,
     .choices = pooler_modes,
     .what = "When a server connection goes to another client (transaction; pgpool session)."},
    {.name = "instances",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct pooler, instances),
     .minimum = 1,
     .maximum = MOST_POOLERS,
     .what = "Processes of it, each with its own pools and its own clients (1)."},
    {.name = "server",
     .kind = FIELD_STRING,
     .offset = offsetof(struct pooler, server_name),
     .what = "The server behind it (the only one)."},
    {.name = "url",
     .kind = FIELD_CUSTOM,
     .read = pooler_url_read,
     .schema = "\"type\": \"string\"",
     .what = "Where services reach it; template of their DATABASE_URLs."},
    {.name = "provider_pooler",
     .kind = FIELD_CUSTOM,
     .read = provider_pooler_read,
     .schema = "\"type\": [\"boolean\", \"string\"]",
     .what = "It is the provider's own: its kind, mode, clients and pool size are what the plan of "
             "its server says, where they are not given here. true, or its name where the provider "
             "has several (false)."},
    {.name = "max_client_conn",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct pooler, max_client_conn),
     .minimum = 1,
     .maximum = MOST_CLIENTS,
     .what = "Clients of each instance (the kind's own: pgbouncer 100, supavisor 1000)."},
    {.name = "default_pool_size",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct pooler, default_pool_size),
     .minimum = 1,
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "Server connections of each instance for each database and role (pgsize finds it); of "
             "rds-proxy for all together."},
    {.name = "reserve_pool_size",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct pooler, reserve_pool_size),
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "More of them where clients have waited long (0: none)."},
    {.name = "max_db_connections",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct pooler, max_db_connections),
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what =
         "Most server connections of each instance to a database, over all roles (0: no limit)."},
    {.name = "max_prepared_statements",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct pooler, max_prepared_statements),
     .maximum = MAX_CONNECTIONS_LIMIT,
     .what = "Over 0: named prepared statements pass through it (0; PgBouncer 1.21 and later, 200 "
             "by itself from 1.24 on)."},
    {.name = "client_idle_timeout",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct pooler, client_idle_ms),
     .minimum = 1000,
     .what =
         "It ends clients that were idle for so long (the kind's own: rds-proxy 30m, the others "
         "never)."},
};
const size_t pooler_field_count = sizeof pooler_fields / sizeof pooler_fields[0];

void pooler_defaults(struct pooler *pooler)
{
    pooler->mode = POOLER_TRANSACTION;
    pooler->instances = 1;
    pooler->max_client_conn = pooler->default_pool_size = pooler->reserve_pool_size = UNKNOWN;
    pooler->max_prepared_statements = UNKNOWN;
}
