#include "pooler.h"

#include <string.h>
#include <strings.h>

const char *const pooler_modes[] = {"session", "transaction", "statement", NULL};

const char *pooler_mode_name(enum pooler_mode mode)
{
    return pooler_modes[mode];
}

const struct pooler_kind pooler_kinds[] = {
    {.id = "pgbouncer",
     .client = {.id = "pgbouncer",
                .name = "PgBouncer",
                .language = "-",
                .limit_setting = "default_pool_size",
                .default_limit = 20},
     .modes = {true, true, true},
     .mode = POOLER_TRANSACTION,
     .scope = POOL_OF_PAIR,
     .max_client_conn = 100,
     .has_reserve = true,
     .has_prepared = true,
     .client_idle_setting = "client_idle_timeout",
     .source = "PgBouncer 1.18, run; doc/config.md of 1.25"},
    {.id = "supavisor",
     .client = {.id = "supavisor",
                .name = "Supavisor",
                .language = "-",
                .limit_setting = "default_pool_size",
                .default_limit = 15},
     .modes = {true, true, false},
     .mode = POOLER_TRANSACTION,
     .scope = POOL_OF_PAIR,
     .max_client_conn = 1000,
     .client_idle_setting = "client_idle_timeout",
     .source = "supabase/supavisor 03e5cc5, lib/supavisor/tenants/tenant.ex"},
    {.id = "pgcat",
     .client = {.id = "pgcat",
                .name = "PgCat",
                .language = "-",
                .limit_setting = "pool_size",
                .default_limit = 15},
     .modes = {true, true, false},
     .mode = POOLER_TRANSACTION,
     .scope = POOL_OF_PAIR,
     .max_client_conn = UNKNOWN,
     .has_prepared = true,
     .source = "postgresml/pgcat 5b03881, src/config.rs"},
    {.id = "odyssey",
     .client = {.id = "odyssey",
                .name = "Odyssey",
                .language = "-",
                .limit_setting = "pool_size",
                .default_kind = DEFAULT_UNLIMITED,
                .default_limit = UNKNOWN},
     .modes = {true, true, false},
     .mode = POOLER_TRANSACTION,
     .scope = POOL_OF_PAIR,
     .max_client_conn = UNKNOWN,
     .has_prepared = true,
     .client_idle_setting = "pool_client_idle_timeout",
     .client_idle_in_session = true,
     .source = "yandex/odyssey 89c48ea, docs/configuration/rules.md"},
    {.id = "pgpool",
     .client = {.id = "pgpool",
                .name = "Pgpool-II",
                .language = "-",
                .limit_setting = "num_init_children",
                .default_limit = 32},
     .modes = {true, false, false},
     .mode = POOLER_SESSION,
     .scope = POOL_OF_CLIENT,
     .max_client_conn = 32,
     .client_idle_setting = "client_idle_limit",
     .source = "Pgpool-II documentation: num_init_children, max_pool, client_idle_limit"},
    {.id = "rds-proxy",
     .client = {.id = "rds-proxy",
                .name = "RDS Proxy",
                .language = "-",
                .limit_setting = "MaxConnectionsPercent",
                .default_kind = DEFAULT_UNLIMITED,
                .default_limit = UNKNOWN},
     .modes = {true, true, false},
     .mode = POOLER_TRANSACTION,
     .scope = POOL_OF_ALL,
     .max_client_conn = UNKNOWN,
     .client_idle_setting = "IdleClientTimeout",
     .client_idle_ms = 1800 * 1000,
     .source = "Amazon RDS user guide, rds-proxy-managing"},
};
const size_t pooler_kind_count = sizeof pooler_kinds / sizeof pooler_kinds[0];

const struct pooler_kind *pooler_kind_find(const char *id)
{
    for (size_t i = 0; i < pooler_kind_count; i++)
        if (strcmp(pooler_kinds[i].id, id) == 0)
            return &pooler_kinds[i];
    return NULL;
}

int64_t pooler_max_clients(const struct pooler *pooler)
{
    return pooler->max_client_conn != UNKNOWN          ? pooler->max_client_conn
           : pooler->preset.max_client_conn != UNKNOWN ? pooler->preset.max_client_conn
                                                       : pooler->kind->max_client_conn;
}

int64_t pooler_own_size(const struct pooler *pooler)
{
    return pooler->kind->scope == POOL_OF_CLIENT ? pooler_max_clients(pooler)
           : pooler->preset.pool_size != UNKNOWN ? pooler->preset.pool_size
                                                 : pooler->kind->client.default_limit;
}

const char *pooler_own_size_source(const struct pooler *pooler)
{
    return pooler->preset.pool_size != UNKNOWN ? pooler->preset.source : pooler->kind->client.name;
}

bool pooler_is_sized(const struct pooler *pooler)
{
    return pooler->default_pool_size == UNKNOWN && pooler->kind->scope != POOL_OF_CLIENT &&
           !pooler->preset.size_is_fixed;
}

int64_t pooler_client_idle_ms(const struct pooler *pooler)
{
    return pooler->client_idle_ms > 0 ? pooler->client_idle_ms : pooler->kind->client_idle_ms;
}

/* Source: each client's own documentation of poolers; node-postgres and what is built on it use
 * named prepared statements only where the application names them. Run against PgBouncer 1.18 in
 * transaction mode: psycopg, asyncpg and postgres.js fail by default, and hold with these; Prisma 6
 * and 7 with PgBouncer 1.18 ran either way, but Prisma's documentation asks for pgbouncer=true
 * below 1.21. */
static const struct prepared_need prepared_needs[] = {
    {"prisma", "pgbouncer=true in its URL", "pgbouncer", "true", true},
    {"postgres-js", "prepare: false"},
    /* psycopg2, which stands behind a URL that names no driver, prepares nothing. */
    {"sqlalchemy", "connect_args={\"prepare_threshold\": None}", .scheme = "postgresql+psycopg"},
    {"sqlalchemy", "connect_args={\"statement_cache_size\": 0}", .scheme = "postgresql+asyncpg"},
    {"sqlalchemy-async", "connect_args={\"statement_cache_size\": 0} and "
                         "prepared_statement_cache_size=0 in its URL"},
    {"psycopg-pool", "prepare_threshold=None"},
    {"asyncpg", "statement_cache_size=0"},
    {"django", "DISABLE_SERVER_SIDE_CURSORS = True"},
    {"hikaricp", "prepareThreshold=0 in its URL", "prepareThreshold", "0", true},
    {"r2dbc-pool", "preparedStatementCacheQueries=0", "preparedStatementCacheQueries", "0", true},
    /* lib/pq would refuse pgx's parameter, so it is not put there unasked. */
    {"go-database-sql", "default_query_exec_mode=exec in its URL (pgx)", "default_query_exec_mode",
     "exec"},
    {"pgxpool", "default_query_exec_mode=exec in its URL", "default_query_exec_mode", "exec", true},
    {"rails", "prepared_statements: false", "prepared_statements", "false", true},
    {"npgsql", "No Reset On Close=true, and no Max Auto Prepare", "No Reset On Close", "true", true,
     .undone_by = "Max Auto Prepare"},
    {"sqlx", "statement-cache-capacity=0 in its URL", "statement-cache-capacity", "0", true},
    {"deadpool", "prepare() instead of prepare_cached()"},
    {"ecto", "prepare: :unnamed"},
    {"php", "PDO::ATTR_EMULATE_PREPARES => true"},
};

const struct prepared_need *prepared_need_find(const struct client *client, const struct url *url)
{
    for (size_t i = 0; i < sizeof prepared_needs / sizeof prepared_needs[0]; i++) {
        const struct prepared_need *need = &prepared_needs[i];
        if (strcmp(need->client, client->id) != 0)
            continue;
        if (need->scheme == NULL ||
            (url != NULL && url->scheme != NULL && strcmp(url->scheme, need->scheme) == 0))
            return need;
    }
    return NULL;
}

bool prepared_need_undone(struct arena *arena, const struct prepared_need *need,
                          const struct url *url)
{
    const char *undone =
        need->undone_by == NULL || url == NULL ? NULL : url_parameter(arena, url, need->undone_by);
    return undone != NULL && strcmp(undone, "0") != 0;
}

const struct prepared_need *prepared_need_of(struct arena *arena, const struct service *service,
                                             const struct url *url)
{
    const struct pooler *pooler = service->via;
    if (pooler == NULL || !pooler_shares(pooler) || pooler->max_prepared_statements > 0 ||
        !service->prepares)
        return NULL;
    const struct prepared_need *need = prepared_need_find(service->client, url);
    const char *said = need == NULL || need->key == NULL || url == NULL
                           ? NULL
                           : url_parameter(arena, url, need->key);
    bool is_said = said != NULL && strcasecmp(said, need->value) == 0;
    return is_said && !prepared_need_undone(arena, need, url) ? NULL : need;
}
