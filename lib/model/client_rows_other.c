/* The rows of the clients of Ruby, C#, Elixir and PHP, and of what stands for all others: see
 * client_rows.h. */
#include "client_rows.h"

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
static const struct client_word npgsql_wishes[] = {
    {"disable", "Disable"}, {"prefer", "Prefer"}, {"require", "Require"}, {NULL, NULL}};
static const struct client_key npgsql_keys[] = {
    {"host", "host", NULL},
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
    {"channel_binding", "Channel Binding", npgsql_wishes},
    {"gssencmode", "GSS Encryption Mode", npgsql_wishes},
    {"krbsrvname", "Kerberos Service Name", NULL},
    {"search_path", "Search Path", NULL},
    {NULL, NULL, NULL},
};

static const char *const rails_keys[] = {"prepared_statements", "advisory_locks", NULL};

static const char *const npgsql_least_keys[] = {"Minimum Pool Size", NULL};

const struct client other_clients[] = {
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
        .own_keys = rails_keys,
        /* Since 8.1 max_connections, and an error where the two differ. */
        SETTINGS({"pool", POOL_LIMIT, UNIT_COUNT, 5, .in_url = true},
                 {"max_connections", POOL_LIMIT, UNIT_COUNT, 5, .in_url = true, .is_alias = true},
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
        .least_keys = npgsql_least_keys,
        /* Timeout is of both: waiting, and connecting. An idle lifetime under the pruning interval,
         * which is 10 s, it refuses. */
        SETTINGS(
            {"Maximum Pool Size", POOL_LIMIT, UNIT_COUNT, 100, .in_url = true},
            {"Timeout", POOL_TIMEOUT, UNIT_SECONDS, 15 * S, .in_url = true, .at_most = 1024 * S},
            {"Connection Idle Lifetime", POOL_IDLE_TIMEOUT, UNIT_SECONDS, 300 * S, .in_url = true,
             .at_least = 10 * S},
            {"Connection Lifetime", POOL_MAX_LIFETIME, UNIT_SECONDS, HOUR, .in_url = true}),
        .source = "npgsql/npgsql, NpgsqlConnectionStringBuilder.cs and PoolingDataSource.cs "
                  "at 3cb5804",
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

const size_t other_client_count = sizeof other_clients / sizeof other_clients[0];
