#include "client.h"

#include "decimal.h"

#include <string.h>

/* The rows. Figures and behaviour: read in, or measured with, the versions named in `source`. */

#define ROWS(rows) .settings = (rows), .setting_count = sizeof(rows) / sizeof((rows)[0])

static const struct client_setting prisma_settings[] = {
    {.name = "connection_limit", .quantity = POOL_LIMIT, .unit = UNIT_COUNT, .in_url = true},
    {.name = "pool_timeout", .quantity = POOL_TIMEOUT, .unit = UNIT_SECONDS, .in_url = true},
    {.name = "connect_timeout",
     .quantity = POOL_CONNECT_TIMEOUT,
     .unit = UNIT_SECONDS,
     .in_url = true},
    {.name = "max_idle_connection_lifetime",
     .quantity = POOL_IDLE_TIMEOUT,
     .unit = UNIT_SECONDS,
     .in_url = true},
    {.name = "max_connection_lifetime",
     .quantity = POOL_MAX_LIFETIME,
     .unit = UNIT_SECONDS,
     .in_url = true},
};

static const char *const prisma_keys[] = {
    "schema",      "pgbouncer", "statement_cache_size", "socket_timeout", "sslaccept",
    "sslidentity", NULL,
};

/* Of pg.Pool, which Prisma's driver adapter uses too. connectionTimeoutMillis covers waiting in the
 * queue and connecting: it is the pool's timeout. */
static const struct client_setting pg_pool_settings[] = {
    {.name = "max", .quantity = POOL_LIMIT, .unit = UNIT_COUNT},
    {.name = "connectionTimeoutMillis", .quantity = POOL_TIMEOUT, .unit = UNIT_MILLISECONDS},
    {.name = "idleTimeoutMillis", .quantity = POOL_IDLE_TIMEOUT, .unit = UNIT_MILLISECONDS},
    {.name = "maxLifetimeSeconds", .quantity = POOL_MAX_LIFETIME, .unit = UNIT_SECONDS},
};

#define PG_POOL_OPTIONS                                                                            \
    "{ connectionString: process.env.{url}, max: {limit}"                                          \
    "{?, connectionTimeoutMillis: {pool_timeout_ms}?}{?, idleTimeoutMillis: {idle_timeout_ms}?}"   \
    "{?, maxLifetimeSeconds: {max_lifetime_s}?} }"

/* psycopg and psycopg2 hand the URL to libpq, so connect_timeout stands there. */
static const struct client_setting sqlalchemy_settings[] = {
    {.name = "pool_size", .quantity = POOL_LIMIT, .unit = UNIT_COUNT},
    {.name = "max_overflow", .quantity = POOL_CONSTANT, .unit = UNIT_COUNT, .constant = 0},
    {.name = "pool_timeout", .quantity = POOL_TIMEOUT, .unit = UNIT_SECONDS},
    {.name = "pool_recycle", .quantity = POOL_MAX_LIFETIME, .unit = UNIT_SECONDS},
    {.name = "connect_timeout",
     .quantity = POOL_CONNECT_TIMEOUT,
     .unit = UNIT_SECONDS,
     .in_url = true},
};

/* Waiting for a connection ends with the caller's context: there is no setting for it. */
static const struct client_setting go_settings[] = {
    {.name = "SetMaxOpenConns", .quantity = POOL_LIMIT, .unit = UNIT_COUNT},
    {.name = "SetMaxIdleConns", .quantity = POOL_LIMIT, .unit = UNIT_COUNT},
    {.name = "SetConnMaxIdleTime", .quantity = POOL_IDLE_TIMEOUT, .unit = UNIT_SECONDS},
    {.name = "SetConnMaxLifetime", .quantity = POOL_MAX_LIFETIME, .unit = UNIT_SECONDS},
    {.name = "connect_timeout",
     .quantity = POOL_CONNECT_TIMEOUT,
     .unit = UNIT_SECONDS,
     .in_url = true},
};

static const struct client_setting generic_settings[] = {
    {.name = "connection_limit", .quantity = POOL_LIMIT, .unit = UNIT_COUNT, .in_url = true},
    {.name = "pool_timeout", .quantity = POOL_TIMEOUT, .unit = UNIT_SECONDS, .in_url = true},
    {.name = "connect_timeout",
     .quantity = POOL_CONNECT_TIMEOUT,
     .unit = UNIT_SECONDS,
     .in_url = true},
};

const struct client clients[] = {
    {
        .id = "prisma",
        .name = "Prisma ORM up to 6",
        .language = "JS/TS",
        .limit_setting = "connection_limit",
        .default_kind = DEFAULT_FROM_CPUS,
        .per_cpu = 2,
        .plus = 1,
        .default_words = "num_physical_cpus * 2 + 1",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .own_keys = prisma_keys,
        ROWS(prisma_settings),
        .source = "prisma/prisma-engines, quaint/src/connector/postgres/url.rs at 0d495ae",
    },
    {
        .id = "prisma-7",
        .name = "Prisma ORM 7, @prisma/adapter-pg",
        .language = "JS/TS",
        .limit_setting = "max",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        ROWS(pg_pool_settings),
        .snippet = "new PrismaClient({ adapter: new PrismaPg(" PG_POOL_OPTIONS ") })",
        .verified = true,
        .source = "prisma 7.10.1, @prisma/client 7.10.0, @prisma/adapter-pg 7.10.1",
    },
    {
        .id = "node-postgres",
        .name = "node-postgres (pg.Pool)",
        .language = "JS/TS",
        .limit_setting = "max",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        ROWS(pg_pool_settings),
        .snippet = "new Pool(" PG_POOL_OPTIONS ")",
        .verified = true,
        .source = "pg 8.23.1, pg-pool 3.14.0, pg-connection-string 2.14.1",
    },
    {
        .id = "sqlalchemy",
        .name = "SQLAlchemy (QueuePool)",
        .language = "Python",
        .limit_setting = "pool_size",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 15,
        .default_words = "pool_size 5 + max_overflow 10",
        .foreign = FOREIGN_REFUSED,
        .refuses_postgres = true,
        ROWS(sqlalchemy_settings),
        .snippet = "create_engine(os.environ[\"{url}\"], pool_size={limit}, max_overflow=0"
                   "{?, pool_timeout={pool_timeout_s}?}{?, pool_recycle={max_lifetime_s}?}, "
                   "pool_pre_ping=True)",
        .verified = true,
        .source = "SQLAlchemy 1.4.46 with psycopg2; lib/sqlalchemy/pool/impl.py at f35da7e",
    },
    {
        .id = "go-database-sql",
        .name = "Go database/sql (pgx or lib/pq)",
        .language = "Go",
        .limit_setting = "SetMaxOpenConns",
        .default_kind = DEFAULT_UNLIMITED,
        .default_words = "unlimited",
        .foreign = FOREIGN_SENT,
        .takes_keywords = true,
        ROWS(go_settings),
        .snippet = "db.SetMaxOpenConns({limit}); db.SetMaxIdleConns({limit})"
                   "{?; db.SetConnMaxIdleTime({idle_timeout_s} * time.Second)?}"
                   "{?; db.SetConnMaxLifetime({max_lifetime_s} * time.Second)?}",
        .source =
            "Go 1.19.8, src/database/sql/sql.go; https://go.dev/doc/database/manage-connections",
    },
    {
        .id = "generic",
        .name = "any other client",
        .language = "-",
        .limit_setting = "connection_limit",
        .default_kind = DEFAULT_UNKNOWN,
        .default_words = "not known",
        .foreign = FOREIGN_UNKNOWN,
        .takes_keywords = true,
        ROWS(generic_settings),
        .source = "none: the parameters that Prisma made customary",
    },
};

const size_t client_count = sizeof clients / sizeof clients[0];

const struct client *client_find(const char *id)
{
    for (size_t i = 0; i < client_count; i++) {
        if (strcmp(clients[i].id, id) == 0)
            return &clients[i];
    }
    return NULL;
}

int64_t client_default_limit(const struct client *client, int64_t cpus)
{
    int64_t limit;
    if (client->default_kind == DEFAULT_KNOWN)
        return client->default_limit;
    if (client->default_kind != DEFAULT_FROM_CPUS || cpus < 1 ||
        __builtin_mul_overflow(cpus, client->per_cpu, &limit) ||
        __builtin_add_overflow(limit, client->plus, &limit))
        return -1;
    return limit;
}

int64_t client_setting_value(const struct client_setting *setting, const struct pool_settings *pool)
{
    const int64_t values[] = {
        [POOL_LIMIT] = pool->limit,
        [POOL_TIMEOUT] = pool->pool_timeout_ms,
        [POOL_CONNECT_TIMEOUT] = pool->connect_timeout_ms,
        [POOL_IDLE_TIMEOUT] = pool->idle_timeout_ms,
        [POOL_MAX_LIFETIME] = pool->max_lifetime_ms,
        [POOL_CONSTANT] = setting->constant,
    };
    int64_t value = values[setting->quantity];
    if (setting->unit == UNIT_COUNT || value < 0)
        return value < 0 ? -1 : value;
    if (setting->unit == UNIT_SECONDS)
        value = divide_up(value, 1000);
    return value < 1 ? 1 : value;
}
