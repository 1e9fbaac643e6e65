/* The rows of the clients of Go: see client_rows.h. */
#include "client_rows.h"

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

/* Of pgx, and of its pool; the server would refuse them. */
#define PGX_KEYS "default_query_exec_mode", "statement_cache_capacity", "description_cache_capacity"
static const char *const pgx_keys[] = {PGX_KEYS, NULL};
static const char *const pgxpool_keys[] = {
    "pool_min_conns",
    "pool_min_idle_conns",
    "pool_max_conn_lifetime_jitter",
    "pool_health_check_period",
    "pool_ping_timeout",
    PGX_KEYS,
    NULL,
};

const struct client go_clients[] = {
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
        .own_keys = pgx_keys,
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
        .own_keys = pgxpool_keys,
        SETTINGS(
            {"pool_max_conns", POOL_LIMIT, UNIT_COUNT, PRESET_UNKNOWN, "max(4, CPUs)",
             .in_url = true},
            {"connect_timeout", POOL_CONNECT_TIMEOUT, UNIT_SECONDS, 2 * MINUTE, .in_url = true},
            {"pool_max_conn_idle_time", POOL_IDLE_TIMEOUT, UNIT_GO, 30 * MINUTE, .in_url = true},
            {"pool_max_conn_lifetime", POOL_MAX_LIFETIME, UNIT_GO, HOUR, .in_url = true}),
        .verified = true,
        .source = "pgx 4.15.0; v5 was not run: jackc/pgx, pgxpool/pool.go at 728cefa",
    },
};

const size_t go_client_count = sizeof go_clients / sizeof go_clients[0];
