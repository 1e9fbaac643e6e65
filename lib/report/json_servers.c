/* The member "servers" of the json format. */
#include "budget.h"
#include "inspect_parts.h"
#include "inverse.h"
#include "jobs_lines.h"
#include "json_parts.h"
#include "landed.h"
#include "poolers.h"
#include "sessions.h"
#include "snapshot.h"

/* A server that answered is quoted: a snapshot of it does not take the plan's word for the
 * server's.
 */
static void put_counts(struct json_writer *writer, const char *name,
                       const struct server_sizing *server, enum cap_kind kind)
{
    bool is_quoted = facts_has_let_in(server->input.facts);
    json_write_open(writer, name, '{');
    for (size_t i = 0; i < server->cap_count; i++)
        if (server->caps[i].kind == kind && !(server->caps[i].of_plan && is_quoted))
            json_write_count(writer, server->caps[i].name, server->caps[i].limit);
    json_write_close(writer, '}');
}

/* On one line: there are as many as sessions. */
static void put_ages(struct json_writer *writer, const struct session_group *group)
{
    if (group->idle_s == NULL)
        return;
    json_write_key(writer, "idle_s");
    text_put_char(writer->text, '[');
    for (size_t i = 0; i < group->idle_count; i++) {
        text_put(writer->text, i > 0 ? ", " : "");
        text_put_int(writer->text, group->idle_s[i]);
    }
    text_put_char(writer->text, ']');
}

static void put_group(struct json_writer *writer, const struct sizing *sizing,
                      const struct server_sizing *server, const struct session_group *group)
{
    const struct service *owner = session_owner(sizing, server, group);
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "service", owner != NULL ? owner->name : NULL);
    json_write_string(writer, "application_name", group->application_name);
    json_write_string(writer, "role", group->role);
    json_write_string(writer, "database", group->database);
    json_write_string(writer, "client_addr", group->client_addr);
    json_write_string(writer, "state", group->state);
    json_write_count(writer, "count", group->count);
    json_write_count(writer, "oldest_s", group->oldest_s);
    put_ages(writer, group);
    json_write_close(writer, '}');
}

static void put_live(struct json_writer *writer, const struct sizing *sizing,
                     const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    int64_t used = sessions_used(facts);
    if (facts->sessions == UNKNOWN || !facts_has_let_in(facts)) {
        json_write_null(writer, "live");
        return;
    }
    json_write_open(writer, "live", '{');
    json_write_count(writer, "sessions", facts->sessions);
    json_write_count(writer, "used", used);
    json_write_thousandths(writer, "percent",
                           used == UNKNOWN ? UNKNOWN
                                           : (used * 2000 + facts->max_connections) /
                                                 (2 * facts->max_connections) * 100);
    json_write_bool(writer, "hidden", facts->hidden);
    if (facts->route != ROUTE_UNKNOWN)
        json_write_bool(writer, "through_pooler", facts->route == ROUTE_POOLER);
    json_write_string(writer, "role", facts->role);
    json_write_string(writer, "database", facts->database);
    json_write_open(writer, "by", '[');
    for (size_t i = 0; i < facts->group_count; i++)
        put_group(writer, sizing, server, &facts->groups[i]);
    json_write_close(writer, ']');
    if (server->observed != NULL)
        observed_json(server->observed, writer);
    if (facts->counted != NULL)
        counted_json(facts->counted, writer);
    json_write_close(writer, '}');
}

/* A server that refused this very connection because it is full; nothing where it did not. */
static void put_full(struct json_writer *writer, const struct facts *facts)
{
    if (facts->answer != ANSWER_FULL)
        return;
    json_write_open(writer, "full", '{');
    json_write_string(writer, "of", full_kind_names[facts->full_kind]);
    json_write_string(writer, "reason", facts->reason);
    json_write_string(writer, "role", facts->role);
    json_write_string(writer, "database", facts->database);
    json_write_close(writer, '}');
}

static void put_names(struct json_writer *writer, const char *key, const char *const *names,
                      size_t count)
{
    json_write_open(writer, key, '[');
    for (size_t i = 0; i < count; i++)
        json_write_string(writer, NULL, names[i]);
    json_write_close(writer, ']');
}

static void put_said(struct json_writer *writer, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    put_names(writer, "superusers", facts->superusers, facts->superuser_count);
    if (facts->reserved_roles_known)
        put_names(writer, "reserved_roles", facts->reserved_roles, facts->reserved_role_count);
    json_write_bool(writer, "in_recovery", facts->in_recovery);
    json_write_open(writer, "settings", '{');
    for (size_t i = 0; i < facts->setting_count; i++)
        json_write_string(writer, facts->settings[i].name, facts->settings[i].value);
    json_write_close(writer, '}');
}

/* "budget", "role app", "budget of standby", "api at_most": what ends the growth of traffic. */
static const char *growth_end_words(struct arena *arena, const struct server_sizing *server,
                                    const struct growth *growth)
{
    const char *of = growth->at == server ? "" : " of ",
               *standby = growth->at == server ? "" : growth->at->server->name;
    switch (growth->end) {
    case GROWTH_CAP:
        return arena_printf(arena, "%s %s%s%s", growth->cap->kind == CAP_ROLE ? "role" : "database",
                            growth->cap->name, of, standby);
    case GROWTH_BOUND:
        return arena_printf(arena, "%s %s", growth->class->service->name,
                            growth->class->service->pooler != NULL  ? "default_pool_size"
                            : growth->class->bound == BOUND_THREADS ? "threads"
                                                                    : "at_most");
    case GROWTH_LOAD:
        return arena_printf(arena, "%s load", growth->class->service->name);
    case GROWTH_WANT:
        return arena_printf(arena, "%s want", growth->class->service->name);
    case GROWTH_CORES:
        return "cores";
    default:
        return arena_printf(arena, "budget%s%s", of, standby);
    }
}

static void put_inverse(struct json_writer *writer, const struct report *report,
                        const struct server_sizing *server)
{
    int64_t peak = peak_wanted(report->sizing, server);
    bool known = server->budget.source != SOURCE_NONE && peak != UNKNOWN;
    const struct plan *plan = known ? plan_enough(server, peak) : NULL;
    struct growth growth;
    bool grows =
        report->sizing->formula == FORMULA_FAIR && growth_find(report->arena, server, &growth);
    json_write_count(writer, "max_connections_needed",
                     known ? budget_needed(server->server, &server->budget, peak, true) : UNKNOWN);
    json_write_string(
        writer, "plan_needed",
        plan == NULL ? NULL
                     : arena_printf(report->arena, "%s/%s", server->input.provider->id, plan->id));
    json_write_thousandths(writer, "traffic_growth",
                           grows ? growth.factor_hundredths * 10 : UNKNOWN);
    json_write_string(writer, "breaks_first",
                      grows ? growth_end_words(report->arena, server, &growth) : NULL);
}

static void put_peaks(struct json_writer *writer, const struct sizing *sizing,
                      const struct server_sizing *server)
{
    const struct budget *budget = &server->budget;
    bool known = budget->source != SOURCE_NONE && server_peak(sizing, server) != UNKNOWN;
    int64_t used = known ? server_peak(sizing, server) + budget->kept : UNKNOWN;
    json_write_count(writer, "peak", known ? server_peak(sizing, server) : UNKNOWN);
    json_write_count(writer, "steady", known ? server_steady(sizing, server) : UNKNOWN);
    json_write_count(writer, "used_at_peak", used);
    json_write_thousandths(writer, "percent_at_peak",
                           known ? budget_permille(budget, used) * 100 : UNKNOWN);
    json_write_count(writer, "today_peak", server->today_peak);
}

/* The parts of a standby's peak, which add up to it; nothing where no other server's services may
 * land. */
static void put_failover(struct json_writer *writer, const struct sizing *sizing,
                         const struct server_sizing *server)
{
    bool known = server->budget.source != SOURCE_NONE && server_peak(sizing, server) != UNKNOWN;
    enum limit_kind kind = judged_kind(sizing, server);
    if (server->leader == NULL)
        return;
    json_write_string(writer, "follows", server->leader->server->name);
    json_write_open(writer, "at_failover", '[');
    for (const struct server_sizing *at = server; known && at != NULL; at = at->leader) {
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "server", at->server->name);
        json_write_count(writer, "peak", landed_peak(server, at, kind));
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void put_server(struct json_writer *writer, const struct report *report,
                       const struct server_sizing *server)
{
    const struct sizing *sizing = report->sizing;
    const struct budget *budget = &server->budget;
    const struct facts *facts = server->input.facts;
    bool known = budget->source != SOURCE_NONE;
    char time[24];
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "name", server->server->name);
    json_write_string(writer, "source", source_name(budget->source));
    json_write_string(writer, "plan", server->server->plan);
    if (server->input.plan_age != NULL)
        json_write_string(writer, "plan_older_than_a_year", server->input.plan_age);
    json_write_count(writer, "version", facts->version == 0 ? UNKNOWN : facts->version);
    json_write_string(writer, "taken_at",
                      facts->taken_at_s == 0 ? NULL : time_show(facts->taken_at_s, time));
    json_write_count(writer, "max_connections", budget->max_connections);
    json_write_count(writer, "superuser_reserved_connections",
                     known ? budget->superuser_reserved_connections : UNKNOWN);
    json_write_count(writer, "reserved_connections",
                     known ? budget->reserved_connections : UNKNOWN);
    json_write_count(writer, "reserved", budget->reserved);
    json_write_count(writer, "margin", budget->margin);
    /* The one figure that may be negative. */
    if (known)
        json_write_integer(writer, "budget", budget->budget);
    else
        json_write_null(writer, "budget");
    json_write_thousandths(writer, "alert_at", budget->alert_thousandths);
    json_write_count(writer, "alert_connections", budget->alert_connections);
    put_peaks(writer, sizing, server);
    put_failover(writer, sizing, server);
    put_inverse(writer, report, server);
    jobs_json(server, writer);
    put_counts(writer, "role_limits", server, CAP_ROLE);
    put_counts(writer, "database_limits", server, CAP_DATABASE);
    put_said(writer, server);
    put_live(writer, sizing, server);
    if (sizing->purpose == PURPOSE_INSPECT)
        inspect_json(report, server, writer);
    put_full(writer, facts);
    if (server->input.history != NULL)
        history_json(server, writer);
    json_write_close(writer, '}');
}

void servers_json(const struct report *report, struct json_writer *writer)
{
    const struct sizing *sizing = report->sizing;
    json_write_open(writer, "servers", '[');
    for (size_t i = 0; i < sizing->server_count; i++)
        put_server(writer, report, &sizing->servers[i]);
    json_write_close(writer, ']');
}
