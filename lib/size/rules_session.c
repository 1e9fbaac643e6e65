/*
 * Rules about the sessions that a live server holds now.
 */
#include "classes.h"
#include "demands.h"
#include "rule.h"
#include "sessions.h"
#include "use.h"

#include <inttypes.h>
#include <string.h>

#define TOPOLOGY                                                                                   \
    "{\"servers\": {\"main\": {\"reserved\": {\"admin\": 2}}}, "                                   \
    "\"services\": {\"api\": {\"connection_limit\": 5}}}"
#define SNAPSHOT(SESSIONS, NAME) SNAPSHOT_OF(SESSIONS, NAME, "idle", 1)
#define SNAPSHOT_IDLE(SESSIONS, AGES)                                                              \
    SNAPSHOT_GROUP(SESSIONS, "api", "idle", 601, ", \"idle_s\": " AGES)
#define SNAPSHOT_OF(SESSIONS, NAME, STATE, OLDEST) SNAPSHOT_GROUP(SESSIONS, NAME, STATE, OLDEST, "")
#define SNAPSHOT_GROUP(SESSIONS, NAME, STATE, OLDEST, MORE)                                        \
    "{\"format\": 1, \"servers\": [{\"name\": \"main\", \"source\": \"live\", \"version\": "       \
    "150018, "                                                                                     \
    "\"max_connections\": 20, \"superuser_reserved_connections\": 3, \"reserved_connections\": "   \
    "0, "                                                                                          \
    "\"live\": {\"sessions\": " #SESSIONS                                                          \
    ", \"hidden\": false, \"by\": [{\"application_name\": \"" NAME                                 \
    "\", \"role\": \"app\", \"database\": \"app\", \"client_addr\": null, \"state\": \"" STATE     \
    "\", \"count\": " #SESSIONS ", \"oldest_s\": " #OLDEST MORE "}]}}]}"

static int64_t known(int64_t value)
{
    return value == UNKNOWN ? 0 : value;
}

/* An upper bound is no proof; hidden-sessions says then that nothing is known. */
static bool is_full_now(const struct facts *facts)
{
    int64_t used = sessions_used(facts);
    return used != UNKNOWN && used >= facts->max_connections && facts_count_is_exact(facts);
}

static void live_over_alert(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    int64_t used = sessions_used(facts);
    if (used == UNKNOWN || server->budget.source == SOURCE_NONE || is_full_now(facts))
        return; /* of a full server, server-full says it all */
    const struct amount *alert = &server->server->alert_at;
    bool over = alert->given && !alert->is_share
                    ? used > alert->value
                    : used * 100000 > server->budget.alert_thousandths * facts->max_connections;
    if (!over)
        return;
    text_put(&judge->help, judge->sizing->purpose == PURPOSE_INSPECT
                               ? "close sessions that nobody needs, or raise max_connections"
                               : "pgsize inspect says who holds them");
    find_server(judge, server, "/alert_at",
                "now %s%" PRId64 " %s + %" PRId64 " superuser + %" PRId64 " reserved = %" PRId64
                " of %" PRId64 ", above the alert",
                sessions_at_most(facts), facts->sessions,
                plural(facts->sessions, "session", "sessions"),
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
    if (!is_full_now(facts)) {
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
    if (undeclared <= server->budget.reserved || sizing_declares_nobody(sizing))
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

/* "33 sessions now on standby, declared are at most 2 x 8 = 16, and 32 with what landed there". */
static void over_put(const struct server_sizing *server, const struct pool_class *class,
                     int64_t held, int64_t most, struct text *text)
{
    int64_t own = class_declared_most(class), pools = class->pools_at_peak;
    if (class->service->target_count > 1) {
        service_pool_name(class->service, class->target, text);
        text_put(text, ": ");
    }
    text_printf(text, "%" PRId64 " %s now", held, plural(held, "session", "sessions"));
    if (is_landed(server, class))
        text_printf(text, " on %s", server->server->name);
    text_printf(text, ", declared are at most %" PRId64 " x %" PRId64 "%s = %" PRId64, pools,
                pools > 0 ? class->today : 0, class->extra_at_peak > 0 ? " and its extra" : "",
                own);
    if (most > own)
        text_printf(text, ", and %" PRId64 " with what landed there", most);
}

/* More sessions than today's limits allow. Today's figures are no finding of what is recommended.
 */
static void over_declared(struct judge *judge, const struct server_sizing *server)
{
    struct class_list classes = classes_of_sessions(server);
    if (server->input.facts->group_count == 0)
        return;
    struct arena scratch = {.on_out_of_memory = judge->arena->on_out_of_memory};
    const int64_t *held = sessions_held(&scratch, judge->sizing, server);
    for (size_t i = 0; i < classes.count; i++) {
        const struct pool_class *class = classes.at[i];
        int64_t most = held[i] > 0 ? sessions_declared_most(server, class) : UNKNOWN;
        if (most == UNKNOWN || held[i] <= most)
            continue;
        text_put(&judge->help, "more instances or processes run than are declared, or its limit is "
                               "not the declared one: correct what is wrong");
        judge->excess = held[i] - most;
        judge->pool = class;
        struct text words = {.arena = judge->arena};
        over_put(server, class, held[i], most, &words);
        find_service(judge, class->service, "/connection_limit", "%s", words.bytes);
        text_free(&words);
    }
    arena_free(&scratch);
}

enum { LEAK_LEAST = 5, LEAK_PERCENT = 90 };

/* Most of a pool that nobody has used for long: a proof, since what is idle is counted at least and
 * the sessions at most. Worked: 9 of 10 is one, 8 of 9 (88.9 %) is none. */
static bool is_leak(const struct use *use)
{
    return use->sessions >= LEAK_LEAST && use->idle_over * 100 >= use->sessions * LEAK_PERCENT;
}

static void leak_words_put(const struct judge *judge, const struct use *use, struct text *text)
{
    text_printf(text, "%" PRId64 " of %" PRId64 " sessions idle for over ", use->idle_over,
                use->sessions);
    wait_put((double)judge->sizing->idle_after_ms, text);
    if (use->oldest_s != UNKNOWN) {
        text_put(text, ", the longest for ");
        wait_put((double)use->oldest_s * 1000, text);
    }
}

static void leak_find(struct judge *judge, const struct server_sizing *server,
                      const struct use *use)
{
    enum { IDLE_SESSION_TIMEOUT_SINCE = 140000 };
    bool is_application = use->service == NULL;
    const char *name = use->name != NULL && *use->name != '\0' ? use->name : NULL;
    struct text words = {.arena = judge->arena};
    leak_words_put(judge, use, &words);
    text_put(&judge->help, "give the client a smaller pool or a shorter idle time-out, and each "
                           "process one pool, which it closes at its end");
    if (server->input.facts->version >= IDLE_SESSION_TIMEOUT_SINCE)
        text_put(&judge->help, "; the setting idle_session_timeout ends such sessions");
    judge->excess = use->idle_over;
    if (is_application) {
        judge->application = name != NULL ? name : "";
        find_server(judge, server, "/url", "%s: %s",
                    name != NULL ? name : "without application_name", words.bytes);
    } else {
        bool is_one = judge->sizing->server_count == 1;
        find_service(judge, use->service, "", "%s%s%s", words.bytes, is_one ? "" : " on server ",
                     is_one ? "" : server->server->name);
    }
    text_free(&words);
}

static void idle_leak(struct judge *judge, const struct server_sizing *server)
{
    if (server->input.facts->group_count == 0)
        return;
    struct arena scratch = {.on_out_of_memory = judge->arena->on_out_of_memory};
    struct uses uses = uses_make(&scratch, judge->sizing, server, USE_BY_SERVICE, NULL);
    for (size_t i = 0; i < uses.count; i++)
        if (is_leak(&uses.at[i]))
            leak_find(judge, server, &uses.at[i]);
    arena_free(&scratch);
}

enum { STUCK_S = 60 };

static bool is_stuck(const struct session_group *group)
{
    static const char state[] = "idle in transaction";
    return group->state != NULL && strncmp(group->state, state, sizeof state - 1) == 0 &&
           group->oldest_s > STUCK_S;
}

/* One for a server: who, and for how long; of sessions that look alike only the oldest's time is
 * known. */
static void stuck_transaction(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    struct text names = {.arena = judge->arena};
    size_t put = 0, more = 0;
    for (size_t i = 0; i < facts->group_count; i++) {
        const struct session_group *group = &facts->groups[i];
        if (!is_stuck(group))
            continue;
        if (put == 3) {
            more++;
            continue;
        }
        const char *name = group->application_name;
        text_printf(&names, "%s%s for ", put == 0 ? "" : ", ",
                    name != NULL && *name != '\0' ? name : "without application_name");
        wait_put((double)group->oldest_s * 1000, &names);
        put++;
    }
    if (more > 0)
        text_printf(&names, " and %zu more", more);
    if (put > 0) {
        text_put(&judge->help, "commit or roll back what is open; the setting "
                               "idle_in_transaction_session_timeout ends such sessions");
        find_server(judge, server, "/url", "idle in transaction: %s", names.bytes);
    }
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
        .judged = JUDGED_ALWAYS,
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
        .judged = JUDGED_ALWAYS,
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
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = TOPOLOGY,
        .bad_facts = SNAPSHOT(3, "psql"),
        .good = TOPOLOGY,
        .good_facts = SNAPSHOT(2, "psql"),
    },
    {
        .id = "PGS023",
        .name = "over-declared",
        .severity = SEVERITY_WARNING,
        .help = "A service holds more sessions now than is declared for it at peak.",
        .why = "What runs is not what the topology says, so the sum is too low. More instances or "
               "processes run than are declared, or the limit that is deployed is another one.",
        .server = over_declared,
        .judged = JUDGED_CHECK | JUDGED_INSPECT,
        .purpose = PURPOSE_CHECK,
        .bad = TOPOLOGY,
        .bad_facts = SNAPSHOT(11, "api"),
        .good = TOPOLOGY,
        .good_facts = SNAPSHOT(10, "api"),
    },
    {
        .id = "PGS024",
        .name = "idle-leak",
        .severity = SEVERITY_WARNING,
        .help = "At least 5 sessions of a service, 90 % of them idle for over --idle-after (10m).",
        .why = "Nobody has used them for long, and each takes a slot all the same. Pools that are "
               "opened again and again (hot reload, a client made for each request, a process that "
               "does not close its own) look like this, and so does a pool that is too large.",
        .server = idle_leak,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = TOPOLOGY,
        .bad_facts = SNAPSHOT_IDLE(5, "[601, 601, 601, 601, 601]"),
        .good = TOPOLOGY,
        .good_facts = SNAPSHOT_IDLE(5, "[600, 601, 601, 601, 601]"),
    },
    {
        .id = "PGS025",
        .name = "stuck-transaction",
        .severity = SEVERITY_WARNING,
        .help = "A session is idle in transaction for longer than a minute.",
        .why = "It keeps its connection, its locks and old row versions, and does nothing with "
               "them. A request that waits for something else in the middle of a transaction, or "
               "one that was forgotten, is the usual cause.",
        .server = stuck_transaction,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = TOPOLOGY,
        .bad_facts = SNAPSHOT_OF(2, "api", "idle in transaction", 61),
        .good = TOPOLOGY,
        .good_facts = SNAPSHOT_OF(2, "api", "idle in transaction", 60),
    },
};
const size_t session_rule_count = sizeof session_rules / sizeof session_rules[0];
