#include "url.h"

#include <string.h>
#include <strings.h>

#define OTHER_DATABASE "this is another database; pgsize sizes connections to PostgreSQL"
#define NOT_A_SCHEME "no client takes this scheme for PostgreSQL everywhere; write postgresql://"
#define ACCELERATE                                                                                 \
    "this leads to Prisma's proxy, which holds the pool; give the server's own URL (DIRECT_URL), " \
    "postgresql://"

#define R2DBC(name)                                                                                \
    {                                                                                              \
        .scheme = (name), .handled = true, .other_driver = true, .libpq_scheme = "postgresql",     \
        .client = "r2dbc-pool"                                                                     \
    }

/* SQLAlchemy names the driver behind a `+`. Only psycopg and psycopg2 hand the parameters to libpq.
 */
static const struct url_scheme schemes[] = {
    {.scheme = "postgresql", .handled = true},
    {.scheme = "postgres", .handled = true},
    {.scheme = "jdbc:postgresql",
     .handled = true,
     .other_driver = true,
     .libpq_scheme = "postgresql",
     .client = "hikaricp"},
    {.scheme = "postgresql+psycopg2",
     .handled = true,
     .libpq_scheme = "postgresql",
     .client = "sqlalchemy"},
    {.scheme = "postgresql+psycopg2cffi",
     .handled = true,
     .libpq_scheme = "postgresql",
     .client = "sqlalchemy"},
    {.scheme = "postgresql+psycopg",
     .handled = true,
     .libpq_scheme = "postgresql",
     .client = "sqlalchemy"},
    {.scheme = "postgresql+psycopg_async",
     .handled = true,
     .libpq_scheme = "postgresql",
     .client = "sqlalchemy"},
    {.scheme = "postgresql+asyncpg",
     .handled = true,
     .other_driver = true,
     .libpq_scheme = "postgresql",
     .client = "sqlalchemy-async"},
    {.scheme = "postgresql+pg8000",
     .handled = true,
     .other_driver = true,
     .libpq_scheme = "postgresql",
     .client = "sqlalchemy"},
    {.scheme = "postgresql+pygresql",
     .handled = true,
     .other_driver = true,
     .libpq_scheme = "postgresql",
     .client = "sqlalchemy"},
    {.scheme = "prisma", .client = "prisma", .advice = ACCELERATE},
    {.scheme = "prisma+postgres", .client = "prisma", .advice = ACCELERATE},
    R2DBC("r2dbc:postgresql"),
    R2DBC("r2dbc:postgresql:failover"),
    R2DBC("r2dbc:pool:postgresql"),
    R2DBC("r2dbc:pool:postgresql:failover"),
    {.scheme = "ecto", .advice = "this does not say which database; write postgresql://"},
    {.scheme = "pgsql", .advice = NOT_A_SCHEME},
    {.scheme = "psql", .advice = NOT_A_SCHEME},
    {.scheme = "pg", .advice = NOT_A_SCHEME},
    {.scheme = "postgre", .advice = NOT_A_SCHEME},
    {.scheme = "postgress", .advice = NOT_A_SCHEME},
    {.scheme = "postgis", .advice = NOT_A_SCHEME},
    {.scheme = "timescale", .advice = NOT_A_SCHEME},
    {.scheme = "timescaledb", .advice = NOT_A_SCHEME},
    {.scheme = "cockroachdb",
     .advice =
         "CockroachDB does not count connections as PostgreSQL does; pgsize does not size it"},
    {.scheme = "cockroach",
     .advice =
         "CockroachDB does not count connections as PostgreSQL does; pgsize does not size it"},
    {.scheme = "redshift",
     .advice = "Redshift does not count connections as PostgreSQL does; pgsize does not size it"},
    {.scheme = "mysql", .advice = OTHER_DATABASE},
    {.scheme = "mysql2", .advice = OTHER_DATABASE},
    {.scheme = "mariadb", .advice = OTHER_DATABASE},
    {.scheme = "sqlserver", .advice = OTHER_DATABASE},
    {.scheme = "mssql", .advice = OTHER_DATABASE},
    {.scheme = "oracle", .advice = OTHER_DATABASE},
    {.scheme = "mongodb", .advice = OTHER_DATABASE},
    {.scheme = "redis", .advice = OTHER_DATABASE},
    {.scheme = "rediss", .advice = OTHER_DATABASE},
    {.scheme = "clickhouse", .advice = OTHER_DATABASE},
    {.scheme = "libsql", .advice = OTHER_DATABASE},
    {.scheme = "sqlite", .advice = "SQLite has no server and no connections to share"},
    {.scheme = "sqlite3", .advice = "SQLite has no server and no connections to share"},
    {.scheme = "file", .advice = "SQLite has no server and no connections to share"},
    {.scheme = "http", .advice = "this is a web address; write the database's own, postgresql://"},
    {.scheme = "https", .advice = "this is a web address; write the database's own, postgresql://"},
    {.scheme = "tcp", .advice = "this does not say which database; write postgresql://"},
    {.scheme = "unix",
     .advice = "write a socket directory as postgresql:///DATABASE?host=/DIRECTORY"},
};

static const struct url_scheme *row_find(const char *scheme, size_t length)
{
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        const char *name = schemes[i].scheme;
        if (strncasecmp(name, scheme, length) == 0 && name[length] == '\0')
            return &schemes[i];
    }
    return NULL;
}

const struct url_scheme *url_scheme_find(const char *scheme)
{
    const struct url_scheme *row = row_find(scheme, strlen(scheme));
    if (row != NULL)
        return row;
    if (strncasecmp(scheme, "jdbc:", 5) == 0)
        scheme += 5;
    row = row_find(scheme, strcspn(scheme, "+:"));
    /* A driver's name behind a scheme that is read says that something else is meant. */
    return row == NULL || row->handled ? NULL : row;
}

bool url_scheme_is_jdbc(const char *scheme)
{
    return strncasecmp(scheme, "jdbc:", 5) == 0;
}

bool url_scheme_is_r2dbc(const char *scheme)
{
    return strncasecmp(scheme, "r2dbc:", 6) == 0;
}
