/* The rows of the clients of JavaScript and TypeScript: see client_rows.h. */
#include "client_rows.h"

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

static const char *const prisma_keys[] = {
    "schema",      "pgbouncer", "statement_cache_size", "socket_timeout", "sslaccept",
    "sslidentity", NULL,
};

/* It takes any other word than disable, prefer and require for prefer, and verifies only what
 * sslaccept says. */
static const struct client_word prisma_sslmodes[] = {
    {"allow", "prefer"}, {"verify-ca", "require"}, {"verify-full", "require"}, {NULL, NULL}};
/* Not sslcert, which is the server's to it. */
static const struct client_key prisma_libpq_keys[] = {
    {"host", "host", NULL},
    {"connect_timeout", "connect_timeout", NULL},
    {"sslmode", "sslmode", prisma_sslmodes},
    {"application_name", "application_name", NULL},
    {"channel_binding", "channel_binding", NULL},
    {"options", "options", NULL},
    {NULL, NULL, NULL},
};
static const struct client_verifying prisma_verifying = {"sslaccept", "strict"};

static const struct client_key postgres_js_keys[] = {
    {"sslmode", "sslmode", NULL},
    {"connect_timeout", "connect_timeout", NULL},
    {"target_session_attrs", "target_session_attrs", NULL},
    {NULL, NULL, NULL},
};

const struct client js_clients[] = {
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
        .verifying = &prisma_verifying,
        .keys = prisma_libpq_keys,
        .reads_authority = true,
        .own_keys = prisma_keys,
        .schema_key = "schema",
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
        .takes_one_host = true,
        .reads_authority = true,
        .schema_key = "schema", /* of its migrations; the adapter has it in its code */
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
        .takes_one_host = true,
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
        .takes_one_host = true,
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
        .takes_one_host = true,
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
};

const size_t js_client_count = sizeof js_clients / sizeof js_clients[0];
