/*
 * The rows of the clients. Figures and behaviour: read in, or measured with, the versions named in
 * `source`; `verified` where tests/clients runs the client against a real server. Presets of times
 * are in ms, whatever the client's unit.
 */
#include "client.h"

enum { S = 1000, MINUTE = 60 * S, HOUR = 60 * MINUTE };

#define SETTINGS(...)                                                                              \
    .settings = (const struct client_setting[]){__VA_ARGS__},                                      \
    .setting_count =                                                                               \
        sizeof((const struct client_setting[]){__VA_ARGS__}) / sizeof(struct client_setting)

/* --- settings that several share --- */

/* libpq's own, of those who hand it the URL. Without it, the kernel gives up in the end. */
#define CONNECT_TIMEOUT_IN_URL                                                                     \
    {                                                                                              \
        "connect_timeout", POOL_CONNECT_TIMEOUT, UNIT_SECONDS, PRESET_NONE, .in_url = true         \
    }

/* Of pg.Pool, which others use too. connectionTimeoutMillis covers waiting in the queue and
 * connecting: it is the pool's timeout. */
#define PG_POOL_SETTINGS                                                                           \
    SETTINGS({"max", POOL_LIMIT, UNIT_COUNT, 10},                                                  \
             {"connectionTimeoutMillis", POOL_TIMEOUT, UNIT_MILLISECONDS, PRESET_NONE},            \
             {"idleTimeoutMillis", POOL_IDLE_TIMEOUT, UNIT_MILLISECONDS, 10 * S},                  \
             {"maxLifetimeSeconds", POOL_MAX_LIFETIME, UNIT_SECONDS, PRESET_NONE})

#define PG_POOL_OPTIONS                                                                            \
    "{ connectionString: process.env.{url}, max: {limit}"                                          \
    "{?, connectionTimeoutMillis: {pool_timeout_ms}?}{?, idleTimeoutMillis: {idle_timeout_ms}?}"   \
    "{?, maxLifetimeSeconds: {max_lifetime_s}?} }"

/* --- what a URL may carry --- */

static const char *const prisma_keys[] = {
    "schema",      "pgbouncer", "statement_cache_size", "socket_timeout", "sslaccept",
    "sslidentity", NULL,
};

static const struct client_key postgres_js_keys[] = {
    {"sslmode", "sslmode", NULL},
    {"connect_timeout", "connect_timeout", NULL},
    {"target_session_attrs", "target_session_attrs", NULL},
    {NULL, NULL, NULL},
};

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

static const struct client_word jdbc_sessions[] = {
    {"read-write", "primary"},
    {"standby", "secondary"},
    {"prefer-standby", "preferSecondary"},
    {NULL, NULL},
};
static const struct client_key jdbc_keys[] = {
    {"target_session_attrs", "targetServerType", jdbc_sessions},
    {"connect_timeout", "connectTimeout", NULL},
    {"application_name", "ApplicationName", NULL},
    {NULL, NULL, NULL},
};

static const struct client_key r2dbc_keys[] = {
    {"application_name", "applicationName", NULL},
    {"sslmode", "sslMode", NULL},
    {"sslrootcert", "sslRootCert", NULL},
    {"sslcert", "sslCert", NULL},
    {"sslkey", "sslKey", NULL},
    {"sslpassword", "sslPassword", NULL},
    {NULL, NULL, NULL},
};

/* lib/pq and pgx: what the one takes, and what the other needs. */
static const struct client_key go_keys[] = {
    {"user", "user", NULL},
    {"password", "password", NULL},
    {"host", "host", NULL},
    {"port", "port", NULL},
    {"dbname", "dbname", NULL},
    {"passfile", "passfile", NULL},
    {"connect_timeout", "connect_timeout", NULL},
    {"sslmode", "sslmode", NULL},
    {"sslcert", "sslcert", NULL},
    {"sslkey", "sslkey", NULL},
    {"sslrootcert", "sslrootcert", NULL},
    {"target_session_attrs", "target_session_attrs", NULL},
    {NULL, NULL, NULL},
};

/* Verifying is the affair of the TLS connector there, and always done. */
static const struct client_word tokio_sslmodes[] = {
    {"allow", "prefer"}, {"verify-ca", "require"}, {"verify-full", "require"}, {NULL, NULL}};
static const struct client_word tokio_sessions[] = {
    {"primary", "read-write"}, {"standby", "read-only"}, {"prefer-standby", "any"}, {NULL, NULL}};
static const struct client_key tokio_keys[] = {
    {"user", "user", NULL},
    {"password", "password", NULL},
    {"dbname", "dbname", NULL},
    {"options", "options", NULL},
    {"application_name", "application_name", NULL},
    {"sslmode", "sslmode", tokio_sslmodes},
    {"host", "host", NULL},
    {"hostaddr", "hostaddr", NULL},
    {"port", "port", NULL},
    {"connect_timeout", "connect_timeout", NULL},
    {"tcp_user_timeout", "tcp_user_timeout", NULL},
    {"keepalives", "keepalives", NULL},
    {"keepalives_idle", "keepalives_idle", NULL},
    {"keepalives_interval", "keepalives_interval", NULL},
    {"keepalives_count", "keepalives_retries", NULL},
    {"target_session_attrs", "target_session_attrs", tokio_sessions},
    {"channel_binding", "channel_binding", NULL},
    {NULL, NULL, NULL},
};

static const struct client_word ecto_ssl[] = {
    {"disable", "false"},  {"allow", "false"},      {"prefer", "false"}, {"require", "true"},
    {"verify-ca", "true"}, {"verify-full", "true"}, {NULL, NULL},
};
static const struct client_key ecto_keys[] = {{"sslmode", "ssl", ecto_ssl}, {NULL, NULL, NULL}};

static const struct client_word npgsql_sslmodes[] = {
    {"disable", "Disable"}, {"allow", "Allow"},        {"prefer", "Prefer"},
    {"require", "Require"}, {"verify-ca", "VerifyCA"}, {"verify-full", "VerifyFull"},
    {NULL, NULL},
};
static const struct client_key npgsql_keys[] = {
    {"host", "Host", NULL},
    {"sslmode", "SSL Mode", npgsql_sslmodes},
    {"sslrootcert", "Root Certificate", NULL},
    {"sslcert", "SSL Certificate", NULL},
    {"sslkey", "SSL Key", NULL},
    {"sslpassword", "SSL Password", NULL},
    {"passfile", "Passfile", NULL},
    {"application_name", "Application Name", NULL},
    {"client_encoding", "Client Encoding", NULL},
    {"options", "Options", NULL},
    {"target_session_attrs", "Target Session Attributes", NULL},
    {NULL, NULL, NULL},
};

/* --- the rows --- */

const struct client clients[] = {
    {
        .id = "prisma",
        .name = "Prisma ORM up to 6",
        .language = "JS/TS",
        .scope = "PrismaClient",
        .limit_setting = "connection_limit",
        .default_kind = DEFAULT_FROM_CPUS,
        .per_cpu = 2,
        .plus = 1,
        .default_words = "num_physical_cpus * 2 + 1",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .own_keys = prisma_keys,
        SETTINGS({"connection_limit", POOL_LIMIT, UNIT_COUNT, PRESET_UNKNOWN,
                  "num_physical_cpus * 2 + 1", .in_url = true},
                 {"pool_timeout", POOL_TIMEOUT, UNIT_SECONDS, 10 * S, .in_url = true},
                 {"connect_timeout", POOL_CONNECT_TIMEOUT, UNIT_SECONDS, 5 * S, .in_url = true},
                 {"max_idle_connection_lifetime", POOL_IDLE_TIMEOUT, UNIT_SECONDS, 300 * S,
                  .in_url = true},
                 {"max_connection_lifetime", POOL_MAX_LIFETIME, UNIT_SECONDS, PRESET_NONE,
                  .in_url = true}),
        .source = "prisma/prisma-engines, quaint/src/connector/postgres/url.rs at 0d495ae",
    },
    {
        .id = "prisma-7",
        .name = "Prisma ORM 7, @prisma/adapter-pg",
        .language = "JS/TS",
        .scope = "PrismaPg adapter",
        .limit_setting = "max",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .place = "the options of PrismaPg",
        PG_POOL_SETTINGS,
        .snippet = "new PrismaClient({ adapter: new PrismaPg(" PG_POOL_OPTIONS ") })",
        .verified = true,
        .source = "prisma 7.10.1, @prisma/client 7.10.0, @prisma/adapter-pg 7.10.1",
    },
    {
        .id = "node-postgres",
        .name = "node-postgres (pg.Pool)",
        .language = "JS/TS",
        .scope = "Pool",
        .limit_setting = "max",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .place = "the options of Pool",
        PG_POOL_SETTINGS,
        .snippet = "new Pool(" PG_POOL_OPTIONS ")",
        .verified = true,
        .source = "pg 8.23.1, pg-pool 3.14.0, pg-connection-string 2.14.1",
    },
    {
        .id = "postgres-js",
        .name = "postgres.js",
        .language = "JS/TS",
        .scope = "sql object",
        .limit_setting = "max",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10 (3 on Cloudflare)",
        .foreign = FOREIGN_SENT,
        .reads_authority = true,
        .keys = postgres_js_keys,
        .place = "the options of postgres()",
        /* It queues for ever. In the URL, max would be a string, and of that length. */
        SETTINGS({"max", POOL_LIMIT, UNIT_COUNT, 10, "10 (3 on Cloudflare)"},
                 {"connect_timeout", POOL_CONNECT_TIMEOUT, UNIT_SECONDS, 30 * S},
                 {"idle_timeout", POOL_IDLE_TIMEOUT, UNIT_SECONDS, PRESET_NONE},
                 {"max_lifetime", POOL_MAX_LIFETIME, UNIT_SECONDS, HOUR, "1800 to 3600 s, random"}),
        .snippet = "postgres(process.env.{url}, { max: {limit}"
                   "{?, connect_timeout: {connect_timeout_s}?}{?, idle_timeout: {idle_timeout_s}?}"
                   "{?, max_lifetime: {max_lifetime_s}?} })",
        .verified = true,
        .source = "postgres 3.4.9, src/index.js",
    },
    {
        .id = "drizzle",
        .name = "Drizzle ORM (node-postgres)",
        .language = "JS/TS",
        .scope = "drizzle object",
        .limit_setting = "max",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .place = "connection of drizzle()",
        PG_POOL_SETTINGS,
        .snippet = "drizzle({ connection: " PG_POOL_OPTIONS " })",
        .verified = true,
        .source = "drizzle-orm 0.45.4 with pg 8.23.1; with postgres.js, see postgres-js",
    },
    {
        .id = "typeorm",
        .name = "TypeORM",
        .language = "JS/TS",
        .scope = "DataSource",
        .limit_setting = "poolSize",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .place = "the options of DataSource",
        SETTINGS({"poolSize", POOL_LIMIT, UNIT_COUNT, 10},
                 {"connectTimeoutMS", POOL_TIMEOUT, UNIT_MILLISECONDS, PRESET_NONE},
                 {"idleTimeoutMillis", POOL_IDLE_TIMEOUT, UNIT_MILLISECONDS, 10 * S},
                 {"maxLifetimeSeconds", POOL_MAX_LIFETIME, UNIT_SECONDS, PRESET_NONE}),
        .snippet = "new DataSource({ type: \"postgres\", url: process.env.{url}, poolSize: {limit}"
                   "{?, connectTimeoutMS: {pool_timeout_ms}?}"
                   "{+, extra: { {?idleTimeoutMillis: {idle_timeout_ms}, ?}"
                   "{?maxLifetimeSeconds: {max_lifetime_s} ?}}+} })",
        .verified = true,
        .source = "typeorm 1.1.1 with pg 8.23.1, driver/postgres/PostgresDriver.js",
    },
    {
        .id = "sequelize",
        .name = "Sequelize 6",
        .language = "JS/TS",
        .scope = "Sequelize object; with replication, two",
        .limit_setting = "pool.max",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 5,
        .default_words = "5",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .place = "pool, of the options of Sequelize",
        SETTINGS({"max", POOL_LIMIT, UNIT_COUNT, 5},
                 {"min", POOL_CONSTANT, UNIT_COUNT, 0, .constant = 0},
                 {"acquire", POOL_TIMEOUT, UNIT_MILLISECONDS, 60 * S},
                 {"idle", POOL_IDLE_TIMEOUT, UNIT_MILLISECONDS, 10 * S}),
        .snippet = "new Sequelize(process.env.{url}, { pool: { max: {limit}, min: 0"
                   "{?, acquire: {pool_timeout_ms}?}{?, idle: {idle_timeout_ms}?} } })",
        .verified = true,
        .source = "sequelize 6.37.8, sequelize-pool 7.1.0",
    },
    {
        .id = "knex",
        .name = "Knex",
        .language = "JS/TS",
        .scope = "knex object",
        .limit_setting = "pool.max",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .place = "the options of knex(), most in pool",
        SETTINGS(
            {"max", POOL_LIMIT, UNIT_COUNT, 10},
            {"min", POOL_CONSTANT, UNIT_COUNT, 2, .constant = 0, .holds_idle = true},
            {"acquireConnectionTimeout", POOL_TIMEOUT, UNIT_MILLISECONDS, 60 * S},
            {"createTimeoutMillis", POOL_CONNECT_TIMEOUT, UNIT_MILLISECONDS, 30 * S},
            {"idleTimeoutMillis", POOL_IDLE_TIMEOUT, UNIT_MILLISECONDS, 30 * S},
            {"maxConnectionLifetimeMillis", POOL_MAX_LIFETIME, UNIT_MILLISECONDS, PRESET_NONE}),
        .snippet = "knex({ client: \"pg\", connection: process.env.{url}, "
                   "pool: { min: 0, max: {limit}{?, createTimeoutMillis: {connect_timeout_ms}?}"
                   "{?, idleTimeoutMillis: {idle_timeout_ms}?}"
                   "{?, maxConnectionLifetimeMillis: {max_lifetime_ms}?} }"
                   "{?, acquireConnectionTimeout: {pool_timeout_ms}?} })",
        .verified = true,
        .source = "knex 3.3.0, lib/client.js; tarn 3.1.2",
    },
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
        .limit_setting = "OPTIONS pool max_size",
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
    {
        .id = "hikaricp",
        .name = "HikariCP, Spring Boot (pgjdbc)",
        .language = "Java",
        .scope = "HikariDataSource",
        .limit_setting = "maximumPoolSize",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .scheme = "jdbc:postgresql",
        .own_schemes = "jdbc:postgresql",
        .form = FORM_JDBC,
        .keys = jdbc_keys,
        .place = "spring.datasource.hikari of application.properties, or HikariConfig",
        /* Less than these least times, HikariCP takes its default for. */
        SETTINGS(
            {"maximumPoolSize", POOL_LIMIT, UNIT_COUNT, 10},
            {"minimumIdle", POOL_LEAST, UNIT_COUNT, PRESET_UNKNOWN, "maximumPoolSize",
             .holds_idle = true},
            {"connectionTimeout", POOL_TIMEOUT, UNIT_MILLISECONDS, 30 * S, .at_least = 250},
            {"idleTimeout", POOL_IDLE_TIMEOUT, UNIT_MILLISECONDS, 600 * S, .at_least = 10 * S},
            {"maxLifetime", POOL_MAX_LIFETIME, UNIT_MILLISECONDS, 30 * MINUTE, .at_least = 30 * S},
            {"connectTimeout", POOL_CONNECT_TIMEOUT, UNIT_SECONDS, 10 * S, .in_url = true}),
        .snippet = "spring.datasource.url=${{url}}\n"
                   "spring.datasource.hikari.maximumPoolSize={limit}"
                   "{?\nspring.datasource.hikari.connectionTimeout={pool_timeout_ms}?}"
                   "{?\nspring.datasource.hikari.minimumIdle=0"
                   "\nspring.datasource.hikari.idleTimeout={idle_timeout_ms}?}"
                   "{?\nspring.datasource.hikari.maxLifetime={max_lifetime_ms}?}",
        .verified = true,
        .source = "HikariCP 2.7.9 with pgjdbc 42.5.5; HikariConfig.java at 604d7d58",
    },
    {
        .id = "r2dbc-pool",
        .name = "R2DBC pool (Spring WebFlux)",
        .language = "Java",
        .scope = "ConnectionPool",
        .limit_setting = "maxSize",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .scheme = "r2dbc:pool:postgresql",
        .own_schemes = "r2dbc:",
        .keys = r2dbc_keys,
        SETTINGS({"maxSize", POOL_LIMIT, UNIT_COUNT, 10, .in_url = true},
                 {"maxAcquireTime", POOL_TIMEOUT, UNIT_ISO, PRESET_NONE, .in_url = true},
                 {"connectTimeout", POOL_CONNECT_TIMEOUT, UNIT_ISO, 10 * S, .in_url = true},
                 {"maxIdleTime", POOL_IDLE_TIMEOUT, UNIT_ISO, 30 * MINUTE, .in_url = true},
                 {"maxLifeTime", POOL_MAX_LIFETIME, UNIT_ISO, PRESET_NONE, .in_url = true}),
        .source = "r2dbc/r2dbc-pool, README.md and ConnectionPoolConfiguration.java at 55f8f30",
    },
    {
        .id = "go-database-sql",
        .name = "Go database/sql (pgx or lib/pq)",
        .language = "Go",
        .scope = "sql.DB",
        .limit_setting = "SetMaxOpenConns",
        .default_kind = DEFAULT_UNLIMITED,
        .default_words = "unlimited",
        .foreign = FOREIGN_SENT,
        .takes_keywords = true,
        .keys = go_keys,
        .place = "methods of sql.DB",
        /* Waiting for a connection ends with the caller's context: there is no setting for it. */
        SETTINGS({"SetMaxOpenConns", POOL_LIMIT, UNIT_COUNT, PRESET_NONE},
                 {"SetMaxIdleConns", POOL_LIMIT, UNIT_COUNT, 2},
                 {"SetConnMaxIdleTime", POOL_IDLE_TIMEOUT, UNIT_SECONDS, PRESET_NONE},
                 {"SetConnMaxLifetime", POOL_MAX_LIFETIME, UNIT_SECONDS, PRESET_NONE},
                 CONNECT_TIMEOUT_IN_URL),
        .snippet = "db.SetMaxOpenConns({limit}); db.SetMaxIdleConns({limit})"
                   "{?; db.SetConnMaxIdleTime({idle_timeout_s} * time.Second)?}"
                   "{?; db.SetConnMaxLifetime({max_lifetime_s} * time.Second)?}",
        .verified = true,
        .source = "Go 1.19.8 with lib/pq 1.10.7, src/database/sql/sql.go; "
                  "https://go.dev/doc/database/manage-connections",
    },
    {
        .id = "pgxpool",
        .name = "pgx pgxpool (v4, v5)",
        .language = "Go",
        .scope = "pgxpool.Pool",
        .limit_setting = "pool_max_conns",
        .default_kind = DEFAULT_FROM_CPUS,
        .per_cpu = 1,
        .default_least = 4,
        .default_words = "max(4, CPUs)",
        .foreign = FOREIGN_SENT,
        .keys = go_keys,
        SETTINGS(
            {"pool_max_conns", POOL_LIMIT, UNIT_COUNT, PRESET_UNKNOWN, "max(4, CPUs)",
             .in_url = true},
            {"connect_timeout", POOL_CONNECT_TIMEOUT, UNIT_SECONDS, 2 * MINUTE, .in_url = true},
            {"pool_max_conn_idle_time", POOL_IDLE_TIMEOUT, UNIT_GO, 30 * MINUTE, .in_url = true},
            {"pool_max_conn_lifetime", POOL_MAX_LIFETIME, UNIT_GO, HOUR, .in_url = true}),
        .verified = true,
        .source = "pgx 4.15.0; jackc/pgx v5, pgxpool/pool.go at 728cefa",
    },
    {
        .id = "rails",
        .name = "Rails ActiveRecord",
        .language = "Ruby",
        .scope = "database of a process",
        .limit_setting = "pool",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 5,
        .default_words = "5",
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        SETTINGS({"pool", POOL_LIMIT, UNIT_COUNT, 5, .in_url = true},
                 {"checkout_timeout", POOL_TIMEOUT, UNIT_SECONDS, 5 * S, .in_url = true},
                 CONNECT_TIMEOUT_IN_URL,
                 {"idle_timeout", POOL_IDLE_TIMEOUT, UNIT_SECONDS, 300 * S, .in_url = true}),
        .verified = true,
        .source = "activerecord 6.1.7.10; rails/rails, hash_config.rb at 2a2db1e, which also has "
                  "max_connections",
    },
    {
        .id = "npgsql",
        .name = "Npgsql, EF Core",
        .language = "C#",
        .scope = "connection string",
        .limit_setting = "Maximum Pool Size",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 100,
        .default_words = "100",
        .foreign = FOREIGN_REFUSED,
        .reads_authority = true,
        .form = FORM_DOTNET,
        .keys = npgsql_keys,
        /* Timeout is of both: waiting, and connecting. */
        SETTINGS(
            {"Maximum Pool Size", POOL_LIMIT, UNIT_COUNT, 100, .in_url = true},
            {"Timeout", POOL_TIMEOUT, UNIT_SECONDS, 15 * S, .in_url = true},
            {"Connection Idle Lifetime", POOL_IDLE_TIMEOUT, UNIT_SECONDS, 300 * S, .in_url = true},
            {"Connection Lifetime", POOL_MAX_LIFETIME, UNIT_SECONDS, HOUR, .in_url = true}),
        .source = "npgsql/npgsql, NpgsqlConnectionStringBuilder.cs at 3cb5804",
    },
    {
        .id = "sqlx",
        .name = "sqlx",
        .language = "Rust",
        .scope = "PgPool",
        .limit_setting = "max_connections",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_IGNORED,
        .place = "PgPoolOptions",
        SETTINGS({"max_connections", POOL_LIMIT, UNIT_COUNT, 10},
                 {"acquire_timeout", POOL_TIMEOUT, UNIT_SECONDS, 30 * S},
                 {"idle_timeout", POOL_IDLE_TIMEOUT, UNIT_SECONDS, 600 * S},
                 {"max_lifetime", POOL_MAX_LIFETIME, UNIT_SECONDS, 30 * MINUTE}),
        .snippet = "PgPoolOptions::new().max_connections({limit})"
                   "{?.acquire_timeout(Duration::from_secs({pool_timeout_s}))?}"
                   "{?.idle_timeout(Duration::from_secs({idle_timeout_s}))?}"
                   "{?.max_lifetime(Duration::from_secs({max_lifetime_s}))?}"
                   ".connect(&std::env::var(\"{url}\")?).await?",
        .source = "launchbadge/sqlx, sqlx-core/src/pool/options.rs at 9d6bf66",
    },
    {
        .id = "deadpool",
        .name = "deadpool-postgres",
        .language = "Rust",
        .scope = "Pool",
        .limit_setting = "max_size",
        .default_kind = DEFAULT_FROM_CPUS,
        .per_cpu = 2,
        .default_words = "CPUs * 2",
        .foreign = FOREIGN_REFUSED,
        .keys = tokio_keys,
        .place = "Config",
        SETTINGS({"max_size", POOL_LIMIT, UNIT_COUNT, PRESET_UNKNOWN, "CPUs * 2"},
                 {"wait", POOL_TIMEOUT, UNIT_SECONDS, PRESET_NONE}, CONNECT_TIMEOUT_IN_URL),
        .snippet = "let mut config = deadpool_postgres::Config::new(); "
                   "config.url = Some(std::env::var(\"{url}\")?); "
                   "config.pool = Some(PoolConfig { max_size: {limit}"
                   "{?, timeouts: Timeouts { wait: Some(Duration::from_secs({pool_timeout_s})), "
                   "..Default::default() }?}, ..Default::default() });",
        .source = "deadpool-rs/deadpool at f2728ab, crates/deadpool/src/util.rs; "
                  "sfackler/rust-postgres, tokio-postgres/src/config.rs at 002b550",
    },
    {
        .id = "bb8",
        .name = "bb8",
        .language = "Rust",
        .scope = "Pool",
        .limit_setting = "max_size",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_REFUSED,
        .keys = tokio_keys,
        .place = "bb8::Pool::builder()",
        SETTINGS({"max_size", POOL_LIMIT, UNIT_COUNT, 10},
                 {"connection_timeout", POOL_TIMEOUT, UNIT_SECONDS, 30 * S},
                 {"idle_timeout", POOL_IDLE_TIMEOUT, UNIT_SECONDS, 600 * S},
                 {"max_lifetime", POOL_MAX_LIFETIME, UNIT_SECONDS, 30 * MINUTE},
                 CONNECT_TIMEOUT_IN_URL),
        .snippet = "bb8::Pool::builder().max_size({limit})"
                   "{?.connection_timeout(Duration::from_secs({pool_timeout_s}))?}"
                   "{?.idle_timeout(Some(Duration::from_secs({idle_timeout_s})))?}"
                   "{?.max_lifetime(Some(Duration::from_secs({max_lifetime_s})))?}"
                   ".build(PostgresConnectionManager::new_from_stringlike("
                   "std::env::var(\"{url}\")?, NoTls)?).await?",
        .source = "djc/bb8, bb8/src/api.rs at 15a6c5a",
    },
    {
        .id = "r2d2",
        .name = "Diesel, r2d2",
        .language = "Rust",
        .scope = "Pool",
        .limit_setting = "max_size",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .foreign = FOREIGN_REFUSED,
        .place = "r2d2::Pool::builder()",
        /* What was idle for too long it replaces, up to min_idle. */
        SETTINGS({"max_size", POOL_LIMIT, UNIT_COUNT, 10},
                 {"min_idle", POOL_LEAST, UNIT_COUNT, PRESET_UNKNOWN, "max_size"},
                 {"connection_timeout", POOL_TIMEOUT, UNIT_SECONDS, 30 * S},
                 {"idle_timeout", POOL_IDLE_TIMEOUT, UNIT_SECONDS, 600 * S},
                 {"max_lifetime", POOL_MAX_LIFETIME, UNIT_SECONDS, 30 * MINUTE},
                 CONNECT_TIMEOUT_IN_URL),
        .snippet =
            "r2d2::Pool::builder().max_size({limit})"
            "{?.connection_timeout(Duration::from_secs({pool_timeout_s}))?}"
            "{?.min_idle(Some(0)).idle_timeout(Some(Duration::from_secs({idle_timeout_s})))?}"
            "{?.max_lifetime(Some(Duration::from_secs({max_lifetime_s})))?}"
            ".build(ConnectionManager::<PgConnection>::new(std::env::var(\"{url}\")?))?",
        .source = "sfackler/r2d2, src/config.rs at c1b0d9f",
    },
    {
        .id = "ecto",
        .name = "Ecto, Postgrex",
        .language = "Elixir",
        .scope = "Repo; times pool_count",
        .limit_setting = "pool_size",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 10,
        .default_words = "10",
        .pings_idle = true,
        .foreign = FOREIGN_IGNORED,
        .reads_authority = true,
        .keys = ecto_keys,
        /* All connections open at the start; waiting goes by queue_target, not by a time-out. */
        SETTINGS({"pool_size", POOL_LIMIT, UNIT_COUNT, 10, .in_url = true}),
        .source = "elixir-ecto/ecto, lib/ecto/repo/supervisor.ex; db_connection at 0c6e67b",
    },
    {
        .id = "php",
        .name = "PHP-FPM (PDO, Laravel)",
        .language = "PHP",
        .scope = "pool of php-fpm: a connection in each of its workers",
        .limit_setting = "pm.max_children",
        .default_kind = DEFAULT_KNOWN,
        .default_limit = 5,
        .default_words = "5",
        .unpooled = true,
        .foreign = FOREIGN_REFUSED,
        .reads_authority = true,
        .place = "www.conf of php-fpm",
        SETTINGS({"pm.max_children", POOL_LIMIT, UNIT_COUNT, 5}, CONNECT_TIMEOUT_IN_URL),
        .snippet = "pm.max_children = {limit}",
        .verified = true,
        .source = "PHP 8.2 with pdo_pgsql and php-fpm, and its www.conf in Debian 12",
    },
    {
        .id = "generic",
        .name = "any other client",
        .language = "-",
        .scope = "pool",
        .limit_setting = "connection_limit",
        .default_kind = DEFAULT_UNKNOWN,
        .default_words = "not known",
        .foreign = FOREIGN_UNKNOWN,
        .takes_keywords = true,
        SETTINGS({"connection_limit", POOL_LIMIT, UNIT_COUNT, PRESET_UNKNOWN, "not known",
                  .in_url = true},
                 {"pool_timeout", POOL_TIMEOUT, UNIT_SECONDS, PRESET_UNKNOWN, "not known",
                  .in_url = true},
                 {"connect_timeout", POOL_CONNECT_TIMEOUT, UNIT_SECONDS, PRESET_UNKNOWN,
                  "not known", .in_url = true}),
        .source = "none: the parameters that Prisma made customary",
    },
};

const size_t client_count = sizeof clients / sizeof clients[0];
