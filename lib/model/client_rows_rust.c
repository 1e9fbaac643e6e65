/* The rows of the clients of Rust: see client_rows.h. */
#include "client_rows.h"

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

static const char *const sqlx_keys[] = {"statement-cache-capacity", NULL};

const struct client rust_clients[] = {
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
        .own_keys = sqlx_keys,
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
                   "std::env::var(\"{url}\")?, NoTls /* or a TLS connector */)?).await?",
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
        .verified = true,
        .source = "r2d2 0.8.10, with a manager on libpq in the place of Diesel's, which does the "
                  "same and was not run; sfackler/r2d2, src/config.rs at c1b0d9f",
    },
};

const size_t rust_client_count = sizeof rust_clients / sizeof rust_clients[0];
