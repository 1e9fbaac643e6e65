/* The rows of the clients of Python: see client_rows.h. */
#include "client_rows.h"

static const struct client_key asyncpg_keys[] = {
    {"user", "user", NULL},
    {"password", "password", NULL},
    {"passfile", "passfile", NULL},
    {"dbname", "dbname", NULL},
    {"host", "host", NULL},
    {"port", "port", NULL},
    {"sslmode", "sslmode", NULL},
    {"sslcert", "sslcert", NULL},
    {"sslkey", "sslkey", NULL},
    {"sslrootcert", "sslrootcert", NULL},
    {"sslcrl", "sslcrl", NULL},
    {"sslpassword", "sslpassword", NULL},
    {"ssl_min_protocol_version", "ssl_min_protocol_version", NULL},
    {"ssl_max_protocol_version", "ssl_max_protocol_version", NULL},
    {NULL, NULL, NULL},
};

/* They become arguments of asyncpg.connect(), which has no others. */
static const struct client_key sqlalchemy_async_keys[] = {
    {"host", "host", NULL},   {"port", "port", NULL}, {"passfile", "passfile", NULL},
    {"sslmode", "ssl", NULL}, {NULL, NULL, NULL},
};

const struct client python_clients[] = {
    {
        .id = "sqlalchemy",
        .name = "SQLAlchemy (QueuePool)",
        .language = "Python",
        .scope = "Engine",
        .limit_setting = "pool_size",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 15,
        .default_words = "pool_size 5 + max_overflow 10",
        .foreign = FOREIGN_REFUSED,
        .refuses_postgres = true,
        .spreads_authority = true,
        .own_schemes = "postgresql+",
        .place = "create_engine()",
        /* psycopg and psycopg2 hand the URL to libpq, so connect_timeout stands there. The lifetime
         * is looked at when a connection is taken out. */
        SETTINGS({"pool_size", POOL_LIMIT, UNIT_COUNT, 5},
                 {"max_overflow", POOL_CONSTANT, UNIT_COUNT, 10, .constant = 0},
                 {"pool_timeout", POOL_TIMEOUT, UNIT_SECONDS, 30 * S},
                 {"pool_recycle", POOL_MAX_LIFETIME, UNIT_SECONDS, PRESET_NONE},
                 CONNECT_TIMEOUT_IN_URL),
        .snippet = "create_engine(os.environ[\"{url}\"], pool_size={limit}, max_overflow=0"
                   "{?, pool_timeout={pool_timeout_s}?}{?, pool_recycle={max_lifetime_s}?}, "
                   "pool_pre_ping=True)",
        .verified = true,
        .source = "SQLAlchemy 1.4.46 with psycopg2; lib/sqlalchemy/pool/impl.py at f35da7e",
    },
    {
        .id = "sqlalchemy-async",
        .name = "SQLAlchemy, async (asyncpg)",
        .language = "Python",
        .scope = "AsyncEngine",
        .limit_setting = "pool_size",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 15,
        .default_words = "pool_size 5 + max_overflow 10",
        .foreign = FOREIGN_REFUSED,
        .reads_authority = true,
        .scheme = "postgresql+asyncpg",
        .own_schemes = "postgresql+asyncpg",
        .keys = sqlalchemy_async_keys,
        .place = "create_async_engine()",
        SETTINGS({"pool_size", POOL_LIMIT, UNIT_COUNT, 5},
                 {"max_overflow", POOL_CONSTANT, UNIT_COUNT, 10, .constant = 0},
                 {"pool_timeout", POOL_TIMEOUT, UNIT_SECONDS, 30 * S},
                 {"pool_recycle", POOL_MAX_LIFETIME, UNIT_SECONDS, PRESET_NONE},
                 {"timeout", POOL_CONNECT_TIMEOUT, UNIT_SECONDS, 60 * S}),
        .snippet = "create_async_engine(os.environ[\"{url}\"], pool_size={limit}, max_overflow=0"
                   "{?, pool_timeout={pool_timeout_s}?}{?, pool_recycle={max_lifetime_s}?}"
                   "{?, connect_args=dict(timeout={connect_timeout_s})?}, pool_pre_ping=True)",
        .verified = true,
        .source = "SQLAlchemy 1.4.46 with asyncpg 0.27.0",
    },
    {
        .id = "psycopg-pool",
        .name = "psycopg_pool (psycopg 3)",
        .language = "Python",
        .scope = "ConnectionPool",
        .limit_setting = "max_size",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 4,
        .default_words = "4",
        .foreign = FOREIGN_REFUSED,
        .takes_keywords = true,
        .place = "ConnectionPool()",
        SETTINGS({"max_size", POOL_LIMIT, UNIT_COUNT, 4, "min_size, 4"},
                 {"min_size", POOL_CONSTANT, UNIT_COUNT, 4, .constant = 0, .holds_idle = true},
                 {"timeout", POOL_TIMEOUT, UNIT_SECONDS, 30 * S},
                 {"max_idle", POOL_IDLE_TIMEOUT, UNIT_SECONDS, 600 * S},
                 {"max_lifetime", POOL_MAX_LIFETIME, UNIT_SECONDS, HOUR}, CONNECT_TIMEOUT_IN_URL),
        .snippet = "ConnectionPool(os.environ[\"{url}\"], min_size=0, max_size={limit}"
                   "{?, timeout={pool_timeout_s}?}{?, max_idle={idle_timeout_s}?}"
                   "{?, max_lifetime={max_lifetime_s}?})",
        .verified = true,
        .source = "psycopg 3.1.7, psycopg_pool 3.1.5",
    },
    {
        .id = "asyncpg",
        .name = "asyncpg",
        .language = "Python",
        .scope = "create_pool()",
        .limit_setting = "max_size",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_SENT,
        .keys = asyncpg_keys,
        .place = "asyncpg.create_pool()",
        /* Waiting has a time-out only where a call of acquire() gives one. */
        SETTINGS({"max_size", POOL_LIMIT, UNIT_COUNT, 10},
                 {"min_size", POOL_CONSTANT, UNIT_COUNT, 10, .constant = 0},
                 {"timeout", POOL_CONNECT_TIMEOUT, UNIT_SECONDS, 60 * S},
                 {"max_inactive_connection_lifetime", POOL_IDLE_TIMEOUT, UNIT_SECONDS, 300 * S}),
        .snippet = "await asyncpg.create_pool(os.environ[\"{url}\"], min_size=0, max_size={limit}"
                   "{?, timeout={connect_timeout_s}?}"
                   "{?, max_inactive_connection_lifetime={idle_timeout_s}?})",
        .verified = true,
        .source = "asyncpg 0.27.0, asyncpg/connect_utils.py and pool.py",
    },
    {
        .id = "django",
        .name = "Django",
        .language = "Python",
        .scope = "database alias",
        .limit_setting = "pool.max_size",
        .default_kind = DEFAULT_FROM_THREADS,
        .default_words = "one for each thread",
        .unpooled = true,
        .foreign = FOREIGN_REFUSED,
        .reads_authority = true,
        .place = "OPTIONS[\"pool\"] of DATABASES, since Django 5.1 with psycopg 3",
        /* The pool is psycopg_pool's. */
        SETTINGS({"max_size", POOL_LIMIT, UNIT_COUNT, PRESET_UNKNOWN, "no pool"},
                 {"min_size", POOL_CONSTANT, UNIT_COUNT, 4, .constant = 0, .holds_idle = true},
                 {"timeout", POOL_TIMEOUT, UNIT_SECONDS, 30 * S},
                 {"max_idle", POOL_IDLE_TIMEOUT, UNIT_SECONDS, 600 * S},
                 {"max_lifetime", POOL_MAX_LIFETIME, UNIT_SECONDS, HOUR}, CONNECT_TIMEOUT_IN_URL),
        .snippet = "DATABASES[\"default\"].setdefault(\"OPTIONS\", dict())[\"pool\"] = "
                   "dict(min_size=0, max_size={limit}{?, timeout={pool_timeout_s}?}"
                   "{?, max_idle={idle_timeout_s}?}{?, max_lifetime={max_lifetime_s}?})",
        .source = "https://docs.djangoproject.com/en/5.2/ref/databases/",
    },
};

const size_t python_client_count = sizeof python_clients / sizeof python_clients[0];
