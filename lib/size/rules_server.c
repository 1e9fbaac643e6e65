/*
 * Rules about a server as such: whether it answers, what it lets be seen, what is kept for
 * administration, its cores.
 */
#include "budget.h"
#include "rule.h"
#include "rule_examples.h"
#include "sessions.h"
#include "ways_out.h"

#include <inttypes.h>

/* Whether a role that may use reserved slots could be inside though ordinary ones are refused.
 * Before 16 there is none: who is no superuser got in as an ordinary role. */
static bool may_be_full(const struct facts *facts)
{
    int64_t used = sessions_used(facts);
    bool has_reserved_slots = facts->reserved_connections > 0;
    return has_reserved_slots && used != UNKNOWN && used >= facts->max_connections;
}

static void hidden_sessions(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    if (!facts_has_let_in(server->input.facts) || !facts->hidden)
        return;
    const char *role = facts->role != NULL ? facts->role : "?";
    const char *more = facts_count_is_exact(facts) ? ""
                       : may_be_full(facts)
                           ? ", the count of sessions is an upper bound, and whether an ordinary "
                             "role would be refused now is not known"
                           : ", and the count of sessions is an upper bound";
    text_put(&judge->help, "GRANT pg_read_all_stats TO ");
    text_put_sql_identifier(&judge->help, role);
    find_server(judge, server, "",
                "role \"%s\" may not see other roles' sessions: their states and addresses are "
                "missing%s",
                role, more);
}

static void no_admin_slot(struct judge *judge, const struct server_sizing *server)
{
    const struct budget *budget = &server->budget;
    if (budget->reserved - budget->provider > 0 || server->counted_count == 0)
        return;
    text_put(&judge->help, "for example \"reserved\": {\"admin\": 2, \"monitoring\": 1}");
    find_server(judge, server, "/reserved",
                "nothing is reserved for administration, migrations or monitoring");
}

static const char *failure_words(const struct facts *facts)
{
    return facts->refused ? "refused" : "did not answer";
}

static void server_unreachable(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    if (facts->answer != ANSWER_UNREACHABLE)
        return;
    if (facts->advice != NULL)
        text_printf(&judge->help, "%s; or ", facts->advice);
    text_put(&judge->help, "--offline says that this is meant");
    find_server(judge, server, "/url", "%s, max_connections is taken from the %s: %s",
                failure_words(facts), source_name(server->budget.source), facts->reason);
}

static void server_missing(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    if (facts->answer != ANSWER_MISSING)
        return;
    text_put(&judge->help, facts->advice != NULL
                               ? facts->advice
                               : "--offline with --max-connections N or --plan sizes without it");
    find_server(judge, server, "/url", "%s, so nothing is said about it: %s", failure_words(facts),
                facts->reason);
}

static void too_many_for_cores(struct judge *judge, const struct server_sizing *server)
{
    int64_t cores = server->server->cores, steady = server_steady(judge->sizing, server);
    /* 4 x (2 x cores): sizing.md 3.7, after HikariCP's and PostgreSQL's starting point for one
     * pool. */
    if (cores == UNKNOWN || steady == UNKNOWN || steady <= 8 * cores)
        return;
    find_server(judge, server, "/cores",
                "the pools allow %" PRId64 " active sessions%s on %" PRId64
                " %s: a burst slows everybody about %" PRId64 "-fold",
                steady, server->leader != NULL ? " at a failover" : "", cores,
                plural(cores, "core", "cores"), steady / cores);
}

/* What max_connections of a server is, as far as somebody said it of that server; else UNKNOWN. */
static int64_t max_connections_said(const struct server_sizing *server)
{
    const struct budget *budget = &server->budget;
    bool is_said = budget->source != SOURCE_DEFAULT && !budget_is_of_role(budget, &server->input);
    return is_said ? budget->max_connections : UNKNOWN;
}

/* What counts is the primary's, which the log carries through all standbys in between. */
static void standby_smaller(struct judge *judge, const struct server_sizing *server)
{
    const struct server_sizing *primary = server;
    while (primary->leader != NULL)
        primary = primary->leader;
    int64_t most = max_connections_said(server), least = max_connections_said(primary);
    if (most == UNKNOWN || least == UNKNOWN || most >= least)
        return;
    struct way_out way = {.sets = ARENA_ARRAY(judge->arena, 1, const char *)};
    way.what = arena_printf(judge->arena, "raise max_connections to %" PRId64, least);
    if (max_connections_is_settable(server))
        way_set(judge->arena, &way, "servers", server->server->name, "max_connections", least);
    way_add(judge, &way);
    judge->excess = least - most;
    find_server(judge, server, "/max_connections",
                "max_connections %" PRId64 " is below %" PRId64
                " of %s: a physical standby of it does not start, or no longer replays",
                most, least, primary->server->name);
}

const struct rule server_rules[] = {
    {
        .id = "PGS014",
        .name = "too-many-for-cores",
        .severity = SEVERITY_NOTE,
        .help = "The pools allow far more active sessions than the cores can run.",
        .why = "Sessions that run at once share the cores, so a burst that fills such pools slows "
               "everybody. It is a note, since pools are rarely full; measure before making them "
               "smaller.",
        .server = too_many_for_cores,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 100, \"cores\": 2}}, "
               "\"services\": {\"api\": {\"connection_limit\": 20}}}",
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100, \"cores\": 2}}, "
                "\"services\": {\"api\": {\"connection_limit\": 16}}}",
    },
    {
        .id = "PGS026",
        .name = "hidden-sessions",
        .severity = SEVERITY_NOTE,
        .help = "The role that asked cannot see other roles' sessions.",
        .why = "Counts by service are then too low, though the total is right. Grant "
               "pg_read_all_stats (or pg_monitor) to the role that asks.",
        .server = hidden_sessions,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {}}, " SERVICE,
        .bad_facts =
            SNAPSHOT("\"max_connections\": 100, \"live\": {\"sessions\": 1, \"hidden\": true}"),
        .good = "{\"servers\": {\"main\": {}}, " SERVICE,
        .good_facts =
            SNAPSHOT("\"max_connections\": 100, \"live\": {\"sessions\": 1, \"hidden\": false}"),
    },
    {
        .id = "PGS030",
        .name = "no-admin-slot",
        .severity = SEVERITY_WARNING,
        .help = "Nothing is reserved for administration, migrations or monitoring.",
        .why = "When every slot is given away, a migration, a backup, monitoring or a person with "
               "psql takes one from a service, or is refused. Reserve a few.",
        .server = no_admin_slot,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": {\"admin\": "
                "1}}}, " SERVICE,
    },
    {
        .id = "PGS031",
        .name = "server-unreachable",
        .severity = SEVERITY_WARNING,
        .help = "The server did not answer, and another source was used.",
        .why = "The answer goes by the topology or the plan, and nothing is known of who is "
               "connected.",
        .server = server_unreachable,
        .purpose = PURPOSE_CHECK,
        /* Its facts are made by the test: no snapshot can be taken of a server that does not
           answer. */
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
        .bad_facts = RULE_UNREACHABLE,
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
    },
    {
        .id = "PGS041",
        .name = "server-missing",
        .severity = SEVERITY_ERROR,
        .is_failure = true,
        .help = "A server that must answer did not, and others did.",
        .why = "What others answered is shown, and the run ends with exit status 4. A server must "
               "answer where nothing else says max_connections, or where the command line or the "
               "environment names it.",
        .server = server_missing,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {}}, " SERVICE,
        .bad_facts = RULE_MISSING,
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
    },
    {
        .id = "PGS045",
        .name = "standby-smaller",
        .severity = SEVERITY_WARNING,
        .help = "A standby has a smaller max_connections than its primary.",
        .why = "PostgreSQL does not start a physical standby in which queries may run when its "
               "max_connections is lower than the primary's, and stops replaying when the "
               "primary's is raised above it. Raise it on the standby first, then on the primary. "
               "A server that is kept up by logical replication has no such demand: ignore this "
               "rule for it.",
        .server = standby_smaller,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 100}, \"standby\": "
               "{\"max_connections\": 60, \"follows\": \"main\"}}, \"services\": {\"api\": "
               "{\"server\": \"main\"}}}",
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100}, \"standby\": "
                "{\"max_connections\": 100, \"follows\": \"main\"}}, \"services\": {\"api\": "
                "{\"server\": \"main\"}}}",
    },
};
const size_t server_rule_count = sizeof server_rules / sizeof server_rules[0];
