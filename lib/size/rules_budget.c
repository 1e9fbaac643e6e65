/*
 * Rules about what a server, a role or a database has to give.
 */
#include "budget.h"
#include "classes.h"
#include "contexts.h"
#include "landed.h"
#include "lowering.h"
#include "poolers.h"
#include "recommend.h"
#include "rule.h"
#include "ways_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SERVER_20                                                                                  \
    "{\"servers\": {\"main\": {\"max_connections\": 20, \"reserved\": {\"admin\": 2}}}, "

/* At most one of over-budget, rollout-overlap and over-alert is true of a server, and none where
 * nothing fits: then does-not-fit is the root of all. */
static bool is_judged(const struct sizing *sizing, const struct server_sizing *server)
{
    return server->budget.source != SOURCE_NONE && server_peak(sizing, server) != UNKNOWN;
}

void available_put(const struct server_sizing *server, struct text *text)
{
    const struct budget *budget = &server->budget;
    if (budget->budget >= 0)
        text_printf(text, "%" PRId64 " available", budget->budget);
    else
        text_printf(text, "none available (%" PRId64 " are kept back of %" PRId64 ")", budget->kept,
                    budget->max_connections);
}

/* Whether poolers make it too much, and not what connects directly: then that is said of them. */
static bool is_of_poolers(const struct sizing *sizing, const struct server_sizing *server)
{
    int64_t poolers = poolers_peak(sizing, server);
    int64_t peak = row_most(server, 0, MOMENT_PEAK, judged_kind(sizing, server));
    return poolers > 0 && peak - poolers <= server->budget.budget;
}

/* " (20 without it)", where the failover alone makes it too much; `also` stands before that. */
static void without_put(const struct sizing *sizing, const struct server_sizing *server,
                        const char *also, struct text *text)
{
    int64_t own = server->leader == NULL
                      ? INT64_MAX
                      : peak_without_failover(server, judged_kind(sizing, server));
    bool is_alone = own <= server->budget.budget;
    if (is_alone)
        text_printf(text, " (%s%s%" PRId64 " without %s)", also, *also != '\0' ? ", " : "", own,
                    *also != '\0' ? "the failover" : "it");
    else if (*also != '\0')
        text_printf(text, " (%s)", also);
}

static void peak_find(struct judge *judge, const struct server_sizing *server, const char *unit)
{
    const struct sizing *sizing = judge->sizing;
    const struct pool_class *class = largest_consumer(sizing, server, 0);
    struct text message = {.arena = judge->arena};
    bool lower_bound = sizing->purpose == PURPOSE_CHECK && server->today_is_lower_bound;
    text_printf(&message, "%s%" PRId64 " at peak%s%s", lower_bound ? "at least " : "",
                server_peak(sizing, server), failover_word(server),
                *unit == '\0'            ? ""
                : server->leader != NULL ? " and a deploy"
                                         : " of a deploy");
    without_put(sizing, server, unit, &message);
    text_put(&message, ", ");
    available_put(server, &message);
    text_put(&message, ": ");
    consumers_put(sizing, server, 0, &message);
    ways_out_add(judge, server, false);
    judge->excess = server_peak(sizing, server) - server->budget.budget;
    if (class == NULL)
        find_server(judge, server, "", "%s", message.bytes);
    else
        find_server_at(judge, server, class->service, "/connection_limit", "%s", message.bytes);
    text_free(&message);
}

static void over_budget(struct judge *judge, const struct server_sizing *server)
{
    if (is_judged(judge->sizing, server) && !is_of_poolers(judge->sizing, server) &&
        server_steady(judge->sizing, server) > server->budget.budget)
        peak_find(judge, server, "");
}

static void rollout_overlap(struct judge *judge, const struct server_sizing *server)
{
    const struct sizing *sizing = judge->sizing;
    if (!is_judged(sizing, server) || server_steady(sizing, server) > server->budget.budget ||
        server_peak(sizing, server) <= server->budget.budget || is_of_poolers(sizing, server))
        return;
    char unit[64];
    (void)snprintf(unit, sizeof unit, "%" PRId64 " %s", server_steady(sizing, server),
                   server->leader != NULL ? "without the deploy" : "otherwise");
    peak_find(judge, server, unit);
}

static void over_alert(struct judge *judge, const struct server_sizing *server)
{
    const struct sizing *sizing = judge->sizing;
    if (!is_judged(sizing, server) || server_peak(sizing, server) > server->budget.budget ||
        !budget_over_alert(&server->budget, server_peak(sizing, server)))
        return;
    ways_out_add(judge, server, true);
    judge->excess =
        server_peak(sizing, server) + server->budget.kept - server->budget.alert_connections;
    find_server(judge, server, "/alert_at",
                "%" PRId64 " at peak%s + %" PRId64 " kept back = %" PRId64 " of %" PRId64
                ", above the alert at %" PRId64,
                server_peak(sizing, server), failover_word(server), server->budget.kept,
                server_peak(sizing, server) + server->budget.kept, server->budget.max_connections,
                server->budget.alert_connections);
}

static bool is_named(const struct named_count *limits, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(limits[i].name, name) == 0)
            return true;
    return false;
}

/* Whose limit it is: a standby has those of its leader that it does not say itself. */
static const struct server_sizing *cap_said_by(const struct server_sizing *server,
                                               const struct cap *cap)
{
    for (; server->leader != NULL && !facts_has_let_in(server->input.facts);
         server = server->leader) {
        const struct server *said = server->server;
        if (cap->kind == CAP_ROLE
                ? is_named(said->role_limits, said->role_limit_count, cap->name)
                : is_named(said->database_limits, said->database_limit_count, cap->name))
            break;
    }
    return server;
}

static void cap_raise_add(struct judge *judge, const struct server_sizing *server,
                          const struct cap *cap, int64_t to)
{
    struct way_out way = {.sets = ARENA_ARRAY(judge->arena, 1, const char *)};
    bool is_role = cap->kind == CAP_ROLE;
    const struct server_sizing *said_by = cap_said_by(server, cap);
    bool answered = facts_has_let_in(said_by->input.facts);
    if (cap->of_plan) {
        way.what = arena_printf(judge->arena, "choose a plan that lets a role hold %" PRId64, to);
    } else {
        struct text what = {.arena = judge->arena};
        text_printf(&what, "raise it to %" PRId64 ": ALTER %s ", to, is_role ? "ROLE" : "DATABASE");
        text_put_sql_identifier(&what, cap->name);
        text_printf(&what, " CONNECTION LIMIT %" PRId64, to);
        way.what = text_keep(&what);
        if (!answered && strpbrk(cap->name, ".=~/") == NULL)
            way_set(judge->arena, &way, "servers", said_by->server->name,
                    arena_printf(judge->arena, "%s.%s", is_role ? "role_limits" : "database_limits",
                                 cap->name),
                    to);
    }
    way_add(judge, &way);
}

/* " of its plan": whose word it is, where that is not the server's. */
static const char *cap_owner(const struct cap *cap)
{
    return cap->of_plan ? " of its plan" : "";
}

static void cap_too_small(struct judge *judge, const struct server_sizing *server, size_t index)
{
    const struct cap *cap = &server->caps[index];
    const char *kind = cap->kind == CAP_ROLE ? "role" : "database";
    cap_raise_add(judge, server, cap, cap->limit + cap->short_by);
    judge->excess = cap->short_by;
    judge->of_cap = server;
    judge->cap = index;
    find_server(judge, server, "",
                "not even the smallest limits fit %s \"%s\": CONNECTION LIMIT %" PRId64
                "%s, short by %" PRId64,
                kind, cap->name, cap->limit, cap_owner(cap), cap->short_by);
}

/* Whether everybody's smallest limit fits, where no role or database limit has a say too. */
static bool floors_fit(const struct server_sizing *server)
{
    int64_t peak = row_most(server, 0, MOMENT_PEAK, LIMIT_LEAST);
    return server->cap_count == 0 && peak <= server->budget.budget;
}

static void formula_ways_out_add(struct judge *judge, const struct server_sizing *server)
{
    int64_t needed = formula_needed(judge->sizing->formula, server);
    struct way_out raise = {.sets = ARENA_ARRAY(judge->arena, 1, const char *)};
    struct way_out fair = {.what = "use the formula fair"};
    if (needed != UNKNOWN) {
        raise.what = arena_printf(judge->arena, "%s %" PRId64, raise_words(server), needed);
        if (max_connections_is_settable(server))
            way_set(judge->arena, &raise, "servers", server->server->name, "max_connections",
                    needed);
        way_add(judge, &raise);
    }
    if (floors_fit(server))
        way_add(judge, &fair);
}

static void does_not_fit(struct judge *judge, const struct server_sizing *server)
{
    if (judge->sizing->purpose != PURPOSE_RECOMMEND || server->fits ||
        server->budget.source == SOURCE_NONE)
        return;
    if (server->formula_limit == 0) {
        formula_ways_out_add(judge, server);
        find_server(judge, server, "", "the formula %s gives 0 connections to a pool",
                    formula_name(judge->sizing->formula));
    } else if (server->short_by > 0 && !is_of_poolers(judge->sizing, server)) {
        ways_out_of_floors_add(judge, server);
        judge->excess = server->short_by;
        struct text available = {.arena = judge->arena};
        available_put(server, &available);
        find_server(judge, server, "",
                    "not even the smallest limits fit: %" PRId64
                    " at peak%s, %s, short by %" PRId64,
                    server->budget.budget + server->short_by, failover_word(server),
                    available.bytes, server->short_by);
        text_free(&available);
    }
    for (size_t i = 0; i < server->cap_count; i++)
        if (server->caps[i].short_by > 0)
            cap_too_small(judge, server, i);
}

static void cap_exceeded(struct judge *judge, const struct server_sizing *server,
                         enum cap_kind kind)
{
    const struct sizing *sizing = judge->sizing;
    for (size_t i = 0; i < server->cap_count; i++) {
        const struct cap *cap = &server->caps[i];
        if (cap->kind != kind || !is_judged(sizing, server) || cap_peak(sizing, cap) <= cap->limit)
            continue;
        const struct pool_class *class = largest_consumer(sizing, server, i + 1);
        struct text message = {.arena = judge->arena};
        text_printf(&message, "%s \"%s\": %" PRId64 " at peak%s, CONNECTION LIMIT %" PRId64 "%s: ",
                    kind == CAP_ROLE ? "role" : "database", cap->name, cap_peak(sizing, cap),
                    failover_word(server), cap->limit, cap_owner(cap));
        consumers_put(sizing, server, i + 1, &message);
        cap_raise_add(judge, server, cap, cap_peak(sizing, cap));
        struct way_out lower;
        if (sizing->purpose == PURPOSE_CHECK && lower_find(judge, server, i + 1, false, &lower))
            way_add(judge, &lower);
        judge->of_cap = server;
        judge->cap = i;
        judge->excess = cap_peak(sizing, cap) - cap->limit;
        find_server_at(judge, server, class->service, "/connection_limit", "%s", message.bytes);
        text_free(&message);
    }
}

static void role_limit(struct judge *judge, const struct server_sizing *server)
{
    cap_exceeded(judge, server, CAP_ROLE);
}

static void database_limit(struct judge *judge, const struct server_sizing *server)
{
    cap_exceeded(judge, server, CAP_DATABASE);
}

const struct rule budget_rules[] = {
    {
        .id = "PGS001",
        .name = "over-budget",
        .severity = SEVERITY_ERROR,
        .help = "The services hold more connections than the server has to give, even without a "
                "deploy.",
        .why = "The server refuses whoever comes last, and that is not the service that grew. It "
               "fails without a deploy: as soon as every pool is as full as it may be. Lower "
               "limits, run fewer instances, or get a server with more slots; a pooler in between "
               "lets many clients share few slots.",
        .server = over_budget,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER_20 "\"services\": {\"api\": {\"connection_limit\": 14}}}",
        .good = SERVER_20 "\"services\": {\"api\": {\"connection_limit\": 6}}}",
    },
    {
        .id = "PGS002",
        .name = "over-alert",
        .severity = SEVERITY_WARNING,
        .help = "The peak fits, but it crosses the alert line.",
        .why =
            "The alert line keeps room for what nobody declared: a person with psql, a migration, "
            "a job that runs long. A deploy that crosses it wakes somebody without an outage. "
            "Lower a limit, or raise max_connections or alert_at if the room is really there.",
        .server = over_alert,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER_20
        "\"services\": {\"api\": {\"connection_limit\": 12, \"rollout\": \"recreate\"}}}",
        .good = SERVER_20
        "\"services\": {\"api\": {\"connection_limit\": 9, \"rollout\": \"recreate\"}}}",
    },
    {
        .id = "PGS003",
        .name = "rollout-overlap",
        .severity = SEVERITY_ERROR,
        .help = "It runs, until somebody deploys: old and new instances together are too many.",
        .why =
            "During a rolling or blue-green deploy old and new instances hold their pools at the "
            "same time, for as long as the old ones drain. The service runs well for weeks and "
            "fails on a deploy, often at the worst moment to deploy again. Lower limits to what "
            "the peak leaves, give the rollout less surge or a drain of 0s, or use recreate.",
        .server = rollout_overlap,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER_20 "\"services\": {\"api\": {\"connection_limit\": 10}}}",
        .good = SERVER_20
        "\"services\": {\"api\": {\"connection_limit\": 10, \"rollout\": \"recreate\"}}}",
    },
    {
        .id = "PGS004",
        .name = "does-not-fit",
        .severity = SEVERITY_ERROR,
        .help = "Not even the smallest limit for everyone fits.",
        .why = "Even at one connection per pool (or at_least, or the deadlock floor) the pools are "
               "more than the slots. No limit can mend that: fewer instances or processes, a "
               "larger server, or a pooler in front of it.",
        .server = does_not_fit,
        .purpose = PURPOSE_RECOMMEND,
        .bad = SERVER_20 "\"services\": {\"api\": {\"instances\": 20}}}",
        .good = SERVER_20 "\"services\": {\"api\": {\"instances\": 6}}}",
    },
    {
        .id = "PGS009",
        .name = "role-limit",
        .severity = SEVERITY_ERROR,
        .help = "The services of a role open more connections than its CONNECTION LIMIT.",
        .why = "PostgreSQL counts a role's sessions over all its services, and refuses the next "
               "with \"too many connections for role\", however many slots are free. Lower the "
               "limits of its services, or raise the role's.",
        .server = role_limit,
        .purpose = PURPOSE_CHECK,
        .bad =
            "{\"servers\": {\"main\": {\"max_connections\": 100, \"role_limits\": {\"app\": 10}}}, "
            "\"services\": {\"api\": {\"role\": \"app\", \"connection_limit\": 6}}}",
        .good =
            "{\"servers\": {\"main\": {\"max_connections\": 100, \"role_limits\": {\"app\": 12}}}, "
            "\"services\": {\"api\": {\"role\": \"app\", \"connection_limit\": 6}}}",
    },
    {
        .id = "PGS010",
        .name = "database-limit",
        .severity = SEVERITY_ERROR,
        .help = "The services open more connections to a database than its CONNECTION LIMIT.",
        .why = "PostgreSQL counts a database's sessions over all roles, and refuses the next with "
               "\"too many connections for database\", however many slots are free. Lower the "
               "limits of its services, or raise the database's.",
        .server = database_limit,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 100, \"database_limits\": {\"db\": "
               "10}}}, "
               "\"services\": {\"api\": {\"databases\": [\"db\"], \"connection_limit\": 6}}}",
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100, \"database_limits\": {\"db\": "
                "12}}}, "
                "\"services\": {\"api\": {\"databases\": [\"db\"], \"connection_limit\": 6}}}",
    },
};
const size_t budget_rule_count = sizeof budget_rules / sizeof budget_rules[0];
