/*
 * Rules about where limits come from: what nobody knows for sure, and what two say differently.
 */
#include "budget.h"
#include "rule.h"
#include "rule_examples.h"

#include <inttypes.h>
#include <string.h>

/* A formula gives a nominal value, an upper bound of what a server will have. */
static bool differs_from_plan(const struct plan *plan, int64_t live)
{
    if (plan->nominal)
        return live > plan->formula_value || live * 100 < plan->formula_value * 70;
    return live != plan->max_connections;
}

static void setting_differs(struct judge *judge, const struct server_sizing *server,
                            const char *key, int64_t live, int64_t declared)
{
    if (declared == UNKNOWN || live == UNKNOWN || live == declared)
        return;
    struct text path = {.arena = judge->arena};
    text_printf(&path, "/%s", key);
    text_printf(&judge->help, "the live value is used; write %" PRId64 " in the topology", live);
    find_server(judge, server, path.bytes,
                "%s is %" PRId64 " on the server, %" PRId64 " in the topology", key, live,
                declared);
    text_free(&path);
}

/* CONNECTION LIMITs that the topology states; the live ones are the server's rows. */
static void limits_differ(struct judge *judge, const struct server_sizing *server,
                          enum cap_kind kind, const char *key, const struct named_count *declared,
                          size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t row;
        const char *name = declared[i].name;
        bool found =
            name_table_find(&server->cap_names[kind], name, &row) && !server->caps[row].of_plan;
        if (found && server->caps[row].limit == declared[i].count)
            continue;
        if (found) {
            text_printf(&judge->help, "the live value is used; write %" PRId64 " in the topology",
                        server->caps[row].limit);
            find_server(judge, server, key,
                        "%s \"%s\" has CONNECTION LIMIT %" PRId64 " on the server, %" PRId64
                        " in the topology",
                        cap_word(kind), name, server->caps[row].limit, declared[i].count);
        } else {
            text_put(&judge->help, "the live value is used: none; remove it from the topology");
            find_server(judge, server, key,
                        "%s \"%s\" has no CONNECTION LIMIT on the server, %" PRId64
                        " in the topology",
                        cap_word(kind), name, declared[i].count);
        }
    }
}

/* A plan that limits roles: what the server says of those that services log in as. */
static void role_plan_differs(struct judge *judge, const struct server_sizing *server)
{
    int64_t limit = budget_role_limit(&server->budget, &server->input);
    bool *is_seen = ARENA_ARRAY(judge->arena, server->cap_count + 1, bool);
    for (size_t i = 0; limit != UNKNOWN && i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        if (class->target->role == NULL || class->role_row == NO_ROW || is_seen[class->role_row])
            continue;
        const struct cap *cap = &server->caps[class->role_row];
        is_seen[class->role_row] = true;
        if (cap->of_plan) {
            text_put(&judge->help, "the plan's limit is kept to; is this the server of that plan?");
            find_server(judge, server, "/plan",
                        "role \"%s\" has no CONNECTION LIMIT on the server, %" PRId64 " in plan %s",
                        cap->name, limit, server->server->plan);
        } else if (cap->limit != limit) {
            text_put(&judge->help, "the live value is used; is this the plan that is paid for?");
            find_server(judge, server, "/plan",
                        "role \"%s\" has CONNECTION LIMIT %" PRId64 " on the server, %" PRId64
                        " in plan %s",
                        cap->name, cap->limit, limit, server->server->plan);
        }
    }
}

static void plan_differs(struct judge *judge, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    const struct server *declared = server->server;
    const struct plan *plan = server->input.plan;
    if (!facts_has_let_in(server->input.facts))
        return;
    setting_differs(judge, server, "max_connections", facts->max_connections,
                    declared->max_connections);
    setting_differs(judge, server, "superuser_reserved_connections",
                    facts->superuser_reserved_connections,
                    declared->superuser_reserved_connections);
    setting_differs(judge, server, "reserved_connections", facts->reserved_connections,
                    declared->reserved_connections);
    limits_differ(judge, server, CAP_ROLE, "/role_limits", declared->role_limits,
                  declared->role_limit_count);
    limits_differ(judge, server, CAP_DATABASE, "/database_limits", declared->database_limits,
                  declared->database_limit_count);
    role_plan_differs(judge, server);
    if (plan == NULL || server->input.provider->limits_role || plan->max_connections == UNKNOWN ||
        facts->max_connections == UNKNOWN || !differs_from_plan(plan, facts->max_connections))
        return;
    text_put(&judge->help, "the live value is used; is this the plan that is paid for?");
    find_server(judge, server, "/plan",
                "max_connections is %" PRId64 " on the server, %s%" PRId64 " in plan %s",
                facts->max_connections, plan->nominal ? "at most " : "",
                plan->nominal ? plan->formula_value : plan->max_connections, declared->plan);
}

/* The other sides of a dispute: their figures, and their words where they have any. */
static void claims_put(const struct plan *plan, struct text *text)
{
    for (size_t i = 0; i < plan->claim_count; i++) {
        const struct claim *claim = &plan->claims[i];
        const char *words = claim->note != NULL ? claim->note : claim->source;
        text_put(text, i == 0 ? "; others say: " : "; ");
        if (claim->value != UNKNOWN && words != NULL)
            text_printf(text, "%" PRId64 " (%s)", claim->value, words);
        else if (claim->value != UNKNOWN)
            text_put_int(text, claim->value);
        else
            text_put(text, words != NULL ? words : "");
    }
}

/* Whether a role is held to the plan's figure, and nobody asked the server. */
static bool plan_limits_a_role(const struct server_sizing *server)
{
    if (facts_has_let_in(server->input.facts))
        return false;
    for (size_t i = 0; i < server->cap_count; i++)
        if (server->caps[i].of_plan)
            return true;
    return false;
}

/* What is known where a formula gives no more than an upper bound. */
static void bound_find(struct judge *judge, const struct server_sizing *server)
{
    const struct plan *plan = server->input.plan;
    struct text seen = {.arena = judge->arena};
    for (size_t i = 0; i < plan->sighting_count; i++)
        if (plan->sightings[i].value != UNKNOWN)
            text_printf(&seen, "%s%" PRId64, seen.length > 0 ? ", " : "", plan->sightings[i].value);
    text_put(&judge->help, "ask the server: SHOW max_connections; or give pgsize its url");
    if (plan->max_connections < plan->formula_value)
        find_server(judge, server, "/plan",
                    "max_connections %" PRId64 " of plan %s is the least that was seen on such "
                    "servers (%s); its formula gives at most %" PRId64,
                    plan->max_connections, server->server->plan, seen.bytes, plan->formula_value);
    else
        find_server(judge, server, "/plan",
                    "max_connections %" PRId64 " of plan %s is an upper bound, by its formula: "
                    "such servers have less, and nobody publishes how much",
                    plan->max_connections, server->server->plan);
    text_free(&seen);
}

static void assumed_limit(struct judge *judge, const struct server_sizing *server)
{
    const struct budget *budget = &server->budget;
    const struct plan *plan = server->input.plan;
    if (budget->source == SOURCE_DEFAULT) {
        text_printf(&judge->help, "say it: \"max_connections\", %s\"url\", or --max-connections",
                    plan != NULL ? "" : "\"plan\", ");
        find_server(judge, server, "",
                    "max_connections is assumed to be PostgreSQL's default, %" PRId64
                    ": nobody said what it is%s",
                    budget->max_connections,
                    plan != NULL ? ", and no limit of its plan is published" : "");
        return;
    }
    if (budget->source == SOURCE_PLAN && plan->nominal) {
        bound_find(judge, server);
        return;
    }
    bool doubted = plan != NULL && (plan->disputed || plan->confidence == CONFIDENCE_REPORTED);
    if (!doubted || (budget->source != SOURCE_PLAN && !plan_limits_a_role(server)))
        return;
    struct text claims = {.arena = judge->arena};
    claims_put(plan, &claims);
    bool of_role = server->input.provider->limits_role;
    text_printf(&judge->help, "ask the server: %s; or give pgsize its url",
                of_role ? "SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user"
                        : "SHOW max_connections");
    find_server(judge, server, "/plan", "%s %" PRId64 " of plan %s is %s%s",
                of_role ? "a role's CONNECTION LIMIT" : "max_connections", plan->max_connections,
                server->server->plan, plan->disputed ? "disputed" : "reported by users only",
                claims.length > 0 ? claims.bytes : "");
    text_free(&claims);
}

const struct rule source_rules[] = {
    {
        .id = "PGS019",
        .name = "plan-differs",
        .severity = SEVERITY_WARNING,
        .help = "The live limits are not the plan's or the topology's.",
        .why = "The file, or the plan, and the server say different things, so one of them is old. "
               "The live value is used; correct the other before it is needed when the server "
               "cannot be asked.",
        .server = plan_differs,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {\"max_connections\": 200}}, " SERVICE,
        .bad_facts = SNAPSHOT("\"max_connections\": 100"),
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
        .good_facts = SNAPSHOT("\"max_connections\": 100"),
    },
    {
        .id = "PGS029",
        .name = "assumed-limit",
        .severity = SEVERITY_WARNING,
        .help = "max_connections is the built-in default, a disputed figure, or a formula's upper "
                "bound: nobody knows.",
        .why = "The answer is only as good as that number. Ask the server (--url), or write "
               "max_connections into the topology.",
        .server = assumed_limit,
        .purpose = PURPOSE_CHECK,
        .bad = "{\"servers\": {\"main\": {}}, " SERVICE,
        .good = "{\"servers\": {\"main\": {\"max_connections\": 100}}, " SERVICE,
    },
};
const size_t source_rule_count = sizeof source_rules / sizeof source_rules[0];
