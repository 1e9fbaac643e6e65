/*
 * What the probe asks. The rows are sent in this order as one string, so they are one round trip
 * and one transaction; pg_stat_activity is then one snapshot for all of them.
 */
#include "facts_read.h"
#include "probe.h"

#include <inttypes.h>
#include <string.h>

/* Sessions that take a slot of max_connections, but for this one: client backends, and on
 * PostgreSQL 10 and 11 walsenders too. Without pg_read_all_stats the kind of other roles' sessions
 * is NULL: then whoever has a role and a database (before 12, a role) may be one, which is an upper
 * bound. */
#define TAKES_A_SLOT                                                                               \
    "pid <> pg_backend_pid() AND CASE\n"                                                           \
    "    WHEN backend_type IS NOT NULL THEN backend_type = 'client backend'\n"                     \
    "      OR (backend_type = 'walsender' AND current_setting('server_version_num')::int < "       \
    "120000)\n"                                                                                    \
    "    ELSE usesysid IS NOT NULL\n"                                                              \
    "      AND (datid IS NOT NULL OR current_setting('server_version_num')::int < 120000) END"

const struct query queries[] = {
    {
        .name = "begin",
        .description = "a transaction that cannot write, whatever the defaults of the role are",
        .sql = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
    },
    {
        .name = "timeout",
        .description = "no statement may take longer than what is left of --timeout",
        .sql = "SET LOCAL statement_timeout = :timeout_ms",
    },
    {
        .name = "timeout-start",
        .description = "10 starts its time-out only after a transaction command",
        .until = 10,
        .sql = "SAVEPOINT pgsize",
    },
    {
        .name = "search-path",
        .description = "nobody's functions and operators but PostgreSQL's own",
        .sql = "SET LOCAL search_path = pg_catalog, pg_temp",
    },
    {
        .name = "identity",
        .description = "version, who asks and what that role may see, database, recovery, time",
        /* What may be seen is decided by the current role; before 15, being a member was enough. */
        .sql = "SELECT current_setting('server_version_num'), session_user,\n"
               "  (SELECT rolsuper FROM pg_roles WHERE rolname = session_user),\n"
               "  current_database(), pg_is_in_recovery(),\n"
               "  NOT pg_has_role(current_user, 'pg_read_all_stats', CASE\n"
               "    WHEN current_setting('server_version_num')::int < 150000 THEN 'MEMBER'\n"
               "    ELSE 'USAGE' END),\n"
               "  floor(extract(epoch FROM now()))::bigint",
        .read = facts_read_identity,
    },
    {
        .name = "settings",
        .description = "limits and time-outs as configured (in the units of pg_settings)",
        /* This transaction has changed statement_timeout itself; reset_val is what it was before.
         */
        .sql = "SELECT name, CASE name WHEN 'statement_timeout' THEN reset_val ELSE setting END\n"
               "  FROM pg_settings WHERE name IN (\n"
               "  'max_connections', 'superuser_reserved_connections', 'reserved_connections',\n"
               "  'max_wal_senders', 'max_worker_processes', 'autovacuum_max_workers',\n"
               "  'idle_session_timeout', 'idle_in_transaction_session_timeout',\n"
               "  'statement_timeout', 'transaction_timeout', 'authentication_timeout',\n"
               "  'tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_keepalives_count',\n"
               "  'client_connection_check_interval', 'shared_buffers') ORDER BY name",
        .read = facts_read_settings,
    },
    {
        .name = "sessions",
        .description = "how many sessions take a slot of max_connections",
        .sql = "SELECT count(*) FROM pg_stat_activity WHERE " TAKES_A_SLOT,
        .read = facts_read_sessions,
    },
    {
        .name = "session-groups",
        .description =
            "who holds these sessions, in which state, the oldest since how many seconds",
        .sql = "SELECT application_name, usename, datname, host(client_addr), state, count(*),\n"
               "  CASE WHEN min(state_change) IS NOT NULL THEN\n"
               "    greatest(floor(extract(epoch FROM now() - min(state_change))), 0)::bigint END\n"
               "  FROM pg_stat_activity WHERE " TAKES_A_SLOT "\n"
               "  GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 1, 2, 3, 4, 5 LIMIT 10000",
        .read = facts_read_groups,
    },
    {
        .name = "role-limits",
        .description = "roles with a CONNECTION LIMIT",
        .sql = "SELECT rolname, rolconnlimit FROM pg_roles WHERE rolconnlimit >= 0\n"
               "  ORDER BY 1 LIMIT 10000",
        .read = facts_read_role_limits,
    },
    {
        .name = "database-limits",
        .description =
            "databases with a CONNECTION LIMIT; 0 for those that a failed DROP left invalid",
        .sql = "SELECT datname, greatest(datconnlimit, 0) FROM pg_database\n"
               "  WHERE datconnlimit >= 0 OR datconnlimit = -2 ORDER BY 1 LIMIT 10000",
        .read = facts_read_database_limits,
    },
    {
        .name = "superusers",
        .description = "superusers who can log in",
        .sql = "SELECT rolname FROM pg_roles WHERE rolsuper AND rolcanlogin ORDER BY 1 LIMIT 10000",
        .read = facts_read_superusers,
    },
    {
        .name = "commit",
        .description = "the end of it",
        .sql = "COMMIT",
    },
};
const size_t query_count = sizeof queries / sizeof queries[0];

_Static_assert(sizeof queries / sizeof queries[0] <= PROBE_MAX_QUERIES, "PROBE_MAX_QUERIES");

static bool query_is_for(const struct query *query, int major)
{
    return (query->since == 0 || major >= query->since) &&
           (query->until == 0 || major <= query->until);
}

static void statement_put(struct text *text, const char *sql, int64_t timeout_ms)
{
    static const char variable[] = ":timeout_ms";
    const char *at = strstr(sql, variable);
    if (at == NULL)
        text_printf(text, "%s;\n", sql);
    else
        text_printf(text, "%.*s%" PRId64 "%s;\n", (int)(at - sql), sql, timeout_ms,
                    at + strlen(variable));
}

size_t queries_put(struct text *text, int major, int64_t timeout_ms,
                   const struct query *ret_asked[PROBE_MAX_QUERIES])
{
    size_t asked = 0;
    for (size_t i = 0; i < query_count; i++) {
        if (!query_is_for(&queries[i], major))
            continue;
        statement_put(text, queries[i].sql, timeout_ms);
        ret_asked[asked++] = &queries[i];
    }
    return asked;
}
