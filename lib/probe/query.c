/*
 * What the probe asks. The rows of an occasion are sent in this order as one string, so they are
 * one round trip and one transaction; what was set for it ends with it, behind a pooler too.
 *
 * A new session of PostgreSQL knows nothing yet: whatever type, operator, function or view a
 * statement is the first to name, the server looks up in its catalogs, and that is most of its work
 * here. So they scan and select, and leave it to their readers to filter, join, group, sort and
 * convert units; pg_settings and pg_stat_activity are asked through the functions beneath them.
 * `watch` is the exception: its session knows it all after the first time, and groups are fewer
 * than sessions.
 */
#include "facts_read.h"
#include "probe.h"

#include <inttypes.h>
#include <string.h>

enum { QUERY_ALWAYS = QUERY_ONCE | QUERY_SAMPLE | QUERY_COUNT | QUERY_WATCH };

/* A session's kind differs; the rest of the statement is the same for all versions. */
#define SELECT_SESSIONS(BACKEND_TYPE)                                                              \
    "SELECT pid, pg_backend_pid(), application_name, pg_get_userbyid(usesysid), datid,\n"          \
    "  client_addr, state, date_part('epoch', state_change)::bigint,\n"                            \
    "  " BACKEND_TYPE "\n"                                                                         \
    "  FROM pg_stat_get_activity(NULL) AS s"

/* The sessions that sessions_read.c counts, added up by whom they belong to. */
#define SELECT_USERS(IS_SESSION)                                                                   \
    "SELECT application_name, pg_get_userbyid(usesysid),\n"                                        \
    "  (SELECT datname FROM pg_database WHERE oid = s.datid), count(*),\n"                         \
    "  count(*) FILTER (WHERE state IN ('active', 'fastpath function call')),\n"                   \
    "  count(*) FILTER (WHERE state = 'idle'),\n"                                                  \
    "  count(*) FILTER (WHERE state LIKE 'idle in transaction%'),\n"                               \
    "  count(*) FILTER (WHERE state = 'active' AND wait_event_type IN ('Lock', 'LWLock'))\n"       \
    "  FROM pg_stat_get_activity(NULL) AS s\n"                                                     \
    "  WHERE pid <> pg_backend_pid() AND " IS_SESSION "\n"                                         \
    "  GROUP BY application_name, usesysid, datid ORDER BY count(*) DESC"

/* From 17 on the number of a backend says of what kind it is where that is hidden. */
#define NUMBERED_TYPE                                                                              \
    "coalesce(backend_type, CASE WHEN pid IN (\n"                                                  \
    "    SELECT pg_stat_get_backend_pid(id)\n"                                                     \
    "    FROM pg_stat_get_backend_idset() AS id\n"                                                 \
    "    WHERE id < current_setting('max_connections')::int)\n"                                    \
    "    THEN 'client backend' ELSE 'other' END)"

const struct query queries[] = {
    {
        .name = "begin",
        .description = "a transaction that cannot write, whatever the defaults of the role are",
        .occasions = QUERY_ALWAYS,
        .sql = "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY",
    },
    {
        .name = "statement-timeout",
        .description = "the statement_timeout as configured, before it is changed",
        .sql = "SHOW statement_timeout",
        .read = facts_read_timeout,
    },
    {
        .name = "timeout",
        .description = "no statement may take longer than what is left of --timeout",
        .occasions = QUERY_ALWAYS,
        .sql = "SET LOCAL statement_timeout = :timeout_ms",
    },
    {
        .name = "timeout-start",
        .description = "10 starts its time-out only after a transaction command",
        .occasions = QUERY_ALWAYS,
        .until = 10,
        .sql = "SAVEPOINT pgsize",
    },
    {
        .name = "search-path",
        .description = "nobody's functions and operators but PostgreSQL's own",
        .occasions = QUERY_ALWAYS,
        .sql = "SET LOCAL search_path = pg_catalog, pg_temp",
    },
    {
        .name = "identity",
        .description = "version, who asks and what that role may see, database, recovery, time",
        /* What may be seen is decided by the current role. */
        .sql = "SELECT current_setting('server_version_num'), session_user, current_database(),\n"
               "  pg_is_in_recovery(), pg_has_role(current_user, 'pg_read_all_stats', 'MEMBER'),\n"
               "  pg_has_role(current_user, 'pg_read_all_stats', 'USAGE'),\n"
               "  date_part('epoch', now())::bigint",
        .read = facts_read_identity,
    },
    {
        .name = "settings",
        .description = "limits and time-outs; NULL for those that this version lacks",
        .sql = "SELECT name, current_setting(name, true) FROM (VALUES\n"
               "  ('authentication_timeout'), ('autovacuum_max_workers'),\n"
               "  ('client_connection_check_interval'), ('idle_in_transaction_session_timeout'),\n"
               "  ('idle_session_timeout'), ('max_connections'), ('max_wal_senders'),\n"
               "  ('max_worker_processes'), ('reserved_connections'), ('shared_buffers'),\n"
               "  ('superuser_reserved_connections'), ('tcp_keepalives_count'),\n"
               "  ('tcp_keepalives_idle'), ('tcp_keepalives_interval'), ('transaction_timeout')\n"
               "  ) AS setting (name)",
        .read = facts_read_settings,
    },
    {
        .name = "databases",
        .description = "databases by number, for the sessions; a CONNECTION LIMIT of -1 is none, "
                       "and -2 is a database that a failed DROP left invalid",
        .sql = "SELECT oid, datname, datconnlimit FROM pg_database",
        .read = facts_read_databases,
    },
    {
        .name = "sessions",
        .description = "who is connected, in which state, and since when",
        .until = 16,
        .sql = SELECT_SESSIONS("backend_type"),
        .read = facts_read_sessions,
    },
    {
        .name = "numbered-sessions",
        .description = "the same; where its kind is hidden, the number of a backend says it: those "
                       "of max_connections come first",
        .since = 17,
        .sql = SELECT_SESSIONS(NUMBERED_TYPE),
        .read = facts_read_sessions,
    },
    {
        .name = "roles",
        .description = "CONNECTION LIMITs of roles, superusers who can log in, and who may use "
                       "slots of reserved_connections, by the question that the server itself asks",
        .sql = "SELECT rolname, rolconnlimit, rolsuper, rolcanlogin, coalesce(rolcanlogin AND\n"
               "  pg_has_role(oid, (SELECT oid FROM pg_roles\n"
               "    WHERE rolname = 'pg_use_reserved_connections'), 'USAGE'), false)\n"
               "  FROM pg_roles",
        .read = facts_read_roles,
    },
    {
        .name = "signs",
        .description =
            "plans --identify, inspect: version, roles, extensions, and settings with a prefix",
        .occasions = QUERY_SIGNS,
        .sql = "SELECT 'version', version()\n"
               "  UNION ALL SELECT 'setting', name FROM pg_settings WHERE name LIKE '%.%'\n"
               "  UNION ALL SELECT 'extension', extname FROM pg_extension\n"
               "  UNION ALL SELECT 'role', rolname FROM pg_roles LIMIT 10000",
        .read = facts_read_signs,
    },
    {
        .name = "busy",
        .description = "--observe: who holds a transaction now, and since how many milliseconds",
        .occasions = QUERY_SAMPLE,
        .sql = "SELECT application_name, pg_get_userbyid(usesysid),\n"
               "  (SELECT datname FROM pg_database WHERE oid = s.datid), backend_type, state,\n"
               "  (date_part('epoch', now() - xact_start) * 1000)::bigint\n"
               "  FROM pg_stat_get_activity(NULL) AS s WHERE pid <> pg_backend_pid()",
        .read = observation_read_busy,
    },
    {
        .name = "counters",
        .description = "--observe: transactions of each database and their microseconds so far",
        .occasions = QUERY_COUNT,
        .since = 14,
        /* 14 answers by what was written to a file a moment ago; later ones have no such moment. */
        .sql = "SELECT datname, xact_commit + xact_rollback,\n"
               "  ((active_time + idle_in_transaction_time) * 1000)::bigint,\n"
               "  (date_part('epoch', stats_reset) * 1000000)::bigint,\n"
               "  (date_part('epoch', coalesce(pg_stat_get_snapshot_timestamp(),\n"
               "  clock_timestamp())) * 1000000)::bigint\n"
               "  FROM pg_stat_database WHERE datname IS NOT NULL LIMIT 10000",
        .read = observation_read_counters,
    },
    {
        .name = "own-time",
        .description = "--observe: how long pgsize's own statements took, which is no demand",
        .occasions = QUERY_SAMPLE,
        .since = 14,
        .sql = "SELECT (date_part('epoch', clock_timestamp() - statement_timestamp())\n"
               "  * 1000000)::bigint",
        .read = observation_read_own_time,
    },
    {
        .name = "users",
        .description = "watch: how many sessions each application, role and database has, and in "
                       "which state",
        .occasions = QUERY_WATCH,
        .since = 12,
        .until = 16,
        .sql = SELECT_USERS("(backend_type = 'client backend' OR\n"
                            "    backend_type IS NULL AND usesysid IS NOT NULL AND datid IS NOT "
                            "NULL)"),
        .read = sample_read,
    },
    {
        .name = "early-users",
        .description = "the same; up to 11 a walsender takes a slot of max_connections too",
        .occasions = QUERY_WATCH,
        .until = 11,
        .sql = SELECT_USERS("(backend_type IN ('client backend', 'walsender') OR\n"
                            "    backend_type IS NULL AND usesysid IS NOT NULL)"),
        .read = sample_read,
    },
    {
        .name = "numbered-users",
        .description = "the same, by the number of a backend where its kind is hidden",
        .occasions = QUERY_WATCH,
        .since = 17,
        .sql = SELECT_USERS(NUMBERED_TYPE "\n    = 'client backend'"),
        .read = sample_read,
    },
    {
        .name = "commit",
        .description = "the end of it",
        .occasions = QUERY_ALWAYS,
        .sql = "COMMIT",
    },
};
const size_t query_count = sizeof queries / sizeof queries[0];

_Static_assert(sizeof queries / sizeof queries[0] <= PROBE_MAX_QUERIES, "PROBE_MAX_QUERIES");

static bool query_is_for(const struct query *query, unsigned occasions_asked, int major)
{
    unsigned occasions = query->occasions == 0 ? QUERY_ONCE : query->occasions;
    return (occasions & occasions_asked) != 0 && (query->since == 0 || major >= query->since) &&
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

size_t queries_put(struct text *text, unsigned occasions, int major, int64_t timeout_ms,
                   const struct query *ret_asked[PROBE_MAX_QUERIES])
{
    size_t asked = 0;
    for (size_t i = 0; i < query_count; i++) {
        if (!query_is_for(&queries[i], occasions, major))
            continue;
        statement_put(text, queries[i].sql, timeout_ms);
        ret_asked[asked++] = &queries[i];
    }
    return asked;
}
