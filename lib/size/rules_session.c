/*
 * Rules about the sessions that a live server holds now.
 */
#include "rule.h"
#include "sessions.h"

#include <inttypes.h>
#include <string.h>

#define TOPOLOGY                                                                                   \
    "{\"servers\": {\"main\": {\"reserved\": {\"admin\": 2}}}, "                                   \
    "\"services\": {\"api\": {\"connection_limit\": 5}}}"
#define SNAPSHOT(SESSIONS, NAME)                                                                   \
    "{\"format\": 1, \"servers\": [{\"name\": \"main\", \"source\": \"live\", \"version\": "       \
    "150018, "                                                                                     \
    "\"max_connections\": 20, \"superuser_reserved_connections\": 3, \"reserved_connections\": "   \
    "0, "                                                                                          \
    "\"live\": {\"sessions\": " #SESSIONS                                                          \
    ", \"hidden\": false, \"by\": [{\"application_name\": \"" NAME                                 \
    "\", \"role\": \"app\", \"database\": \"app\", \"client_addr\": null, \"state\": \"idle\", "   \
    "\"count\": " #SESSIONS ", \"oldest_s\": 1}]}}]}"

static int64_t known(int64_t value)
{
    return value == UNKNOWN ? 0 : value;
}

static const char *at_most(const struct facts *facts)
{
    return facts_count_is_exact(facts) ? "" : "at most ";
}

static void live_over_alert(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    int64_t used = sessions_used(facts);
    if (used == UNKNOWN || server->budget.source == SOURCE_NONE)
        return;
    const struct amount *alert = &server->server->alert_at;
    bool over = alert->given && !alert->is_share
                    ? used > alert->value
                    : used * 100000 > server->budget.alert_thousandths * facts->max_connections;
    if (!over)
        return;
    text_put(&judge->help, "see who holds them: pgsize recommend --format json, servers[].live.by");
    find_server(judge, server, "/alert_at",
                "now %s%" PRId64 " %s + %" PRId64 " superuser + %" PRId64 " reserved = %" PRId64
                " of %" PRId64 ", above the alert",
                at_most(facts), facts->sessions, plural(facts->sessions, "session", "sessions"),
                known(facts->superuser_reserved_connections), known(facts->reserved_connections),
                used, facts->max_connections);
}

static void server_full(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    bool own_limit = facts->answer == ANSWER_FULL &&
                     (facts->full_kind == FULL_ROLE || facts->full_kind == FULL_DATABASE);
    text_put(&judge->help, own_limit
                               ? "close sessions that nobody needs, or raise that CONNECTION LIMIT"
                               : "close sessions that nobody needs, or raise max_connections; "
                                 "services will be refused until then");
    if (facts->answer == ANSWER_FULL) {
        find_server(judge, server, "/url", "full: the server refused this very connection (%s)",
                    facts->reason);
        return;
    }
    int64_t used = sessions_used(facts);
    /* An upper bound is no proof. hidden-sessions says then that nothing is known. */
    if (used == UNKNOWN || used < facts->max_connections || !facts_count_is_exact(facts)) {
        judge->help.length = 0;
        return;
    }
    int64_t superuser = known(facts->superuser_reserved_connections),
            reserved = known(facts->reserved_connections), room = used - facts->sessions;
    room = facts->max_connections - room;
    struct text kept = {.arena = judge->arena};
    text_printf(&kept, "%" PRId64 " - %" PRId64, facts->max_connections, superuser);
    if (reserved > 0)
        text_printf(&kept, " - %" PRId64, reserved);
    find_server(judge, server, "/url",
                "full: %" PRId64 " %s / (%s) = %" PRId64 " %%; an ordinary role is refused now",
                facts->sessions, plural(facts->sessions, "session", "sessions"), kept.bytes,
                room > 0 ? facts->sessions * 100 / room : 100);
    text_free(&kept);
}

/* The names behind them, the most sessions first; up to three. */
static void names_put(const struct sizing *sizing, const struct server_sizing *server,
                      struct text *text)
{
    const struct facts *facts = server->input.facts;
    size_t put = 0;
    for (size_t i = 0; i < facts->group_count && put < 3; i++) {
        const struct session_group *group = &facts->groups[i];
        if (session_owner(sizing, server, group) != NULL)
            continue;
        const char *name = group->application_name;
        text_printf(text, "%s%s %" PRId64, put == 0 ? "" : ", ",
                    name != NULL && *name != '\0' ? name : "without application_name",
                    group->count);
        put++;
    }
}

static void undeclared_sessions(struct judge *judge, const struct server_sizing *server)
{
    const struct sizing *sizing = judge->sizing;
    int64_t undeclared = sessions_undeclared(sizing, server);
    if (undeclared <= server->budget.reserved)
        return;
    struct text names = {.arena = judge->arena};
    names_put(sizing, server, &names);
    text_put(&judge->help,
             "declare them: as services with their application_name, or in \"reserved\"");
    find_server(judge, server, "/reserved",
                "%" PRId64 " %s that no service explains (%s), %" PRId64 " reserved: %" PRId64
                " too many",
                undeclared, plural(undeclared, "session", "sessions"), names.bytes,
                server->budget.reserved, undeclared - server->budget.reserved);
    text_free(&names);
}

const struct rule session_rules[] = {
    {
        .id = "PGS020",
        .name = "live-over-alert",
        .severity = SEVERITY_WARNING,
        .help = "The sessions of now, with the slots kept for superusers, exceed the alert.",
        .why = "This is what is connected at this moment, not a forecast. Look at who holds the "
               "sessions before deploying anything.",
        .server = live_over_alert,
        .purpose = PURPOSE_CHECK,
        .bad = TOPOLOGY,
        .bad_facts = SNAPSHOT(14, "api"),
        .good = TOPOLOGY,
        .good_facts = SNAPSHOT(13, "api"),
    },
    {
        .id = "PGS021",
        .name = "server-full",
        .severity = SEVERITY_ERROR,
        .help = "The server refuses, or would refuse now, a connection of an ordinary role.",
        .why = "The slots are used up at this moment: the division is in the finding. Only "
               "superusers, and roles of pg_use_reserved_connections, may still get in. End idle "
               "sessions, or restart whoever holds most, then lower limits.",
        .server = server_full,
        .purpose = PURPOSE_CHECK,
        .bad = TOPOLOGY,
        .bad_facts = SNAPSHOT(17, "api"),
        .good = TOPOLOGY,
        .good_facts = SNAPSHOT(16, "api"),
    },
    {
        .id = "PGS022",
        .name = "undeclared-sessions",
        .severity = SEVERITY_WARNING,
        .help = "More sessions than \"reserved\" are explained by no service.",
        .why = "Somebody uses slots that this file gives to others. Declare them as a service, or "
               "reserve them.",
        .server = undeclared_sessions,
        .purpose = PURPOSE_CHECK,
        .bad = TOPOLOGY,
        .bad_facts = SNAPSHOT(3, "psql"),
        .good = TOPOLOGY,
        .good_facts = SNAPSHOT(2, "psql"),
    },
};
const size_t session_rule_count = sizeof session_rules / sizeof session_rules[0];
