/* The rows of the clients of Java: see client_rows.h. */
#include "client_rows.h"

static const struct client_word jdbc_sessions[] = {
    {"read-write", "primary"},
    {"standby", "secondary"},
    {"prefer-standby", "preferSecondary"},
    {"read-only", NULL},
    {NULL, NULL},
};
static const struct client_key jdbc_keys[] = {
    {"target_session_attrs", "targetServerType", jdbc_sessions},
    {"connect_timeout", "connectTimeout", NULL},
    {"application_name", "ApplicationName", NULL},
    {"sslmode", "sslmode", NULL},
    {"sslcert", "sslcert", NULL},
    {"sslkey", "sslkey", NULL},
    {"sslpassword", "sslpassword", NULL},
    {"sslrootcert", "sslrootcert", NULL},
    {"options", "options", NULL},
    {"replication", "replication", NULL},
    {"gssencmode", "gssEncMode", NULL},
    {"krbsrvname", "kerberosServerName", NULL},
    {"search_path", "currentSchema", NULL},
    {NULL, NULL, NULL},
};

static const struct client_key r2dbc_keys[] = {
    {"application_name", "applicationName", NULL},
    {"sslmode", "sslMode", NULL},
    {"sslrootcert", "sslRootCert", NULL},
    {"sslcert", "sslCert", NULL},
    {"sslkey", "sslKey", NULL},
    {"sslpassword", "sslPassword", NULL},
    {"target_session_attrs", "targetServerType", jdbc_sessions},
    {"search_path", "schema", NULL},
    {NULL, NULL, NULL},
};

static const char *const r2dbc_least_keys[] = {"initialSize", "minIdle", NULL};

const struct client java_clients[] = {
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
        .form = FORM_R2DBC,
        .keys = r2dbc_keys,
        .least_keys = r2dbc_least_keys,
        SETTINGS({"maxSize", POOL_LIMIT, UNIT_COUNT, 10, .in_url = true},
                 {"maxAcquireTime", POOL_TIMEOUT, UNIT_ISO, PRESET_NONE, .in_url = true},
                 {"connectTimeout", POOL_CONNECT_TIMEOUT, UNIT_ISO, 10 * S, .in_url = true},
                 {"maxIdleTime", POOL_IDLE_TIMEOUT, UNIT_ISO, 30 * MINUTE, .in_url = true},
                 {"maxLifeTime", POOL_MAX_LIFETIME, UNIT_ISO, PRESET_NONE, .in_url = true}),
        .source = "r2dbc/r2dbc-pool, README.md and ConnectionPoolConfiguration.java at 55f8f30",
    },
};

const size_t java_client_count = sizeof java_clients / sizeof java_clients[0];
