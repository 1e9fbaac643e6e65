/*
 * The answer for programs. The keys are a contract: a key is spelled as it is, or not there.
 */
#include "baseline.h"
#include "budget.h"
#include "changes.h"
#include "demands.h"
#include "inspect_parts.h"
#include "inverse.h"
#include "jobs_lines.h"
#include "json_parts.h"
#include "landed.h"
#include "poolers.h"
#include "report.h"
#include "sessions.h"
#include "snapshot.h"
#include "what_if.h"

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

/* A number, but where the client wants a duration with its unit. */
static void put_setting(struct json_writer *writer, const struct client_setting *setting,
                        int64_t value)
{
    if (setting->unit != UNIT_GO && setting->unit != UNIT_ISO) {
        json_write_count(writer, setting->name, value);
        return;
    }
    struct text written = {.arena = writer->text->arena};
    client_setting_put(setting, value, &written);
    json_write_string(writer, setting->name, written.bytes);
    text_free(&written);
}

static void put_settings(struct json_writer *writer, const struct pool_class *class)
{
    const struct client *client = class->service->client;
    struct pool_settings settings = class_settings(class);
    bool any = class->limit != UNKNOWN && class->limit > 0;
    json_write_open(writer, "settings", '{');
    for (size_t i = 0; any && i < client->setting_count; i++) {
        int64_t value = client_setting_value(&client->settings[i], &settings);
        if (value != UNKNOWN)
            put_setting(writer, &client->settings[i], value);
    }
    json_write_close(writer, '}');
}

static void put_text(struct json_writer *writer, const char *name, const struct text *value)
{
    json_write_string(writer, name, value->length > 0 ? value->bytes : NULL);
}

static void put_handed(struct json_writer *writer, const struct report *report,
                       const struct pool_class *class, struct text *scratch)
{
    const struct service *service = class->service;
    struct pool_settings settings = class_settings(class);
    scratch->length = 0;
    (void)class_url_put(report, class, report->reveal, scratch);
    put_text(writer, "url", scratch);
    put_settings(writer, class);
    json_write_open(writer, "env", '{');
    scratch->length = 0;
    service_variable(service, class->target, VARIABLE_URL, scratch);
    put_text(writer, "url", scratch);
    scratch->length = 0;
    service_variable(service, class->target, VARIABLE_LIMIT, scratch);
    put_text(writer, "limit", scratch);
    json_write_close(writer, '}');
    struct text variable = {.arena = report->arena};
    service_variable(service, class->target, VARIABLE_URL, &variable);
    scratch->length = 0;
    if (class->limit != UNKNOWN && class->limit > 0)
        client_snippet(service->client, &settings, variable.bytes, scratch);
    put_text(writer, "snippet", scratch);
    text_free(&variable);
}

/* Overloaded, a wait has no bound, and those who give up are the share that is too much. */
static void put_waiting(struct json_writer *writer, const struct sizing *sizing,
                        const struct pool_class *class)
{
    struct waiting waiting;
    bool known = class_waiting(sizing, class, &waiting);
    if (known && !waiting.is_overloaded)
        json_write_real(writer, "wait_p99_ms", waiting.p99_ms);
    else
        json_write_null(writer, "wait_p99_ms");
    if (known && !(waiting.is_overloaded && waiting.timeouts_after_ms < 0))
        json_write_real(writer, "timeout_chance",
                        waiting.is_overloaded ? waiting.failing_share : waiting.timeout_chance);
    else
        json_write_null(writer, "timeout_chance");
}

static void put_class(struct json_writer *writer, const struct report *report,
                      const struct pool_class *class, struct text *scratch)
{
    const struct sizing *sizing = report->sizing;
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "name", class->service->name);
    json_write_string(writer, "server", class_server(sizing, class)->name);
    json_write_string(writer, "database", class->target->database);
    json_write_string(writer, "client", class->service->client->id);
    json_write_string(writer, "via", class->service->via_name);
    json_write_count(writer, "pools_steady", class->pools_steady);
    json_write_count(writer, "pools_at_peak", class->pools_at_peak);
    json_write_count(writer, "today", class->today);
    json_write_count(writer, "limit", class->limit);
    json_write_count(writer, "need", class->need);
    json_write_count(writer, "peak", class_peak(sizing, class));
    scratch->length = 0;
    class_reason_put(sizing, class, scratch);
    put_text(writer, "reason", scratch);
    json_write_count(writer, "max_instances", class->max_instances);
    put_waiting(writer, sizing, class);
    put_handed(writer, report, class, scratch);
    json_write_close(writer, '}');
}

/* A service that opens no pool is listed all the same. */
static void put_idle_service(struct json_writer *writer, const struct service *service)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "name", service->name);
    static const char *const unknown[] = {"server", "database"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        json_write_string(writer, unknown[i], NULL);
    json_write_string(writer, "client", service->client->id);
    json_write_string(writer, "via", service->via_name);
    json_write_count(writer, "pools_steady", 0);
    json_write_count(writer, "pools_at_peak", 0);
    static const char *const none[] = {"today", "limit", "need"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        json_write_count(writer, none[i], UNKNOWN);
    json_write_count(writer, "peak", 0);
    json_write_string(writer, "reason", "does not connect");
    static const char *const absent[] = {"max_instances", "wait_p99_ms", "timeout_chance", "url"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        json_write_count(writer, absent[i], UNKNOWN);
    json_write_open(writer, "settings", '{');
    json_write_close(writer, '}');
    json_write_open(writer, "env", '{');
    json_write_close(writer, '}');
    json_write_string(writer, "snippet", NULL);
    json_write_close(writer, '}');
}

static void put_services(struct json_writer *writer, const struct report *report)
{
    const struct sizing *sizing = report->sizing;
    const struct topology *topology = sizing->topology;
    struct text scratch = {.arena = report->arena};
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    struct report inner = *report;
    inner.arena = &arena;
    json_write_open(writer, "services", '[');
    const struct pool_class *class = sizing->classes;
    for (size_t i = 0; i < topology->service_count; i++) {
        const struct service *service = topology->services[i];
        bool shown = report_shows(report, service);
        if (service->target_count == 0 && shown)
            put_idle_service(writer, service);
        for (size_t k = 0; k < service->target_count; k++, class ++)
            if (shown) {
                arena_clear(&arena);
                put_class(writer, &inner, class, &scratch);
            }
    }
    json_write_close(writer, ']');
    text_free(&scratch);
    arena_free(&arena);
}

/* Each is enough by itself; `set` is what to try it with. */
static void put_ways(struct json_writer *writer, const struct finding *finding)
{
    json_write_open(writer, "ways_out", '[');
    for (size_t i = 0; i < finding->way_count; i++) {
        const struct way_out *way = &finding->ways[i];
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "what", way->what);
        json_write_open(writer, "set", '[');
        for (size_t k = 0; k < way->set_count; k++)
            json_write_string(writer, NULL, way->sets[k]);
        json_write_close(writer, ']');
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void put_finding(struct json_writer *writer, const struct finding *finding)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "rule", finding->rule->name);
    json_write_string(writer, "id", finding->rule->id);
    json_write_string(writer, "severity", severity_name(finding->rule->severity));
    json_write_string(writer, "message", finding->message);
    json_write_string(writer, "help", finding->help);
    if (finding->way_count > 0)
        put_ways(writer, finding);
    json_write_string(writer, "subject", finding->subject);
    json_write_string(writer, "file", finding->file);
    json_write_count(writer, "line", finding->file == NULL ? UNKNOWN : (int64_t)finding->line);
    json_write_count(writer, "column", finding->file == NULL ? UNKNOWN : (int64_t)finding->column);
    json_write_string(writer, "pointer", finding->pointer);
    json_write_close(writer, '}');
}

/* What does not count, and why; nothing where everything does. */
static void uncounted_put(struct json_writer *writer, const struct report *report)
{
    const struct sizing *sizing = report->sizing;
    size_t count = 0;
    for (size_t i = 0; i < sizing->finding_count; i++)
        count += sizing->findings[i].standing != STANDING_COUNTS;
    if (count > 0)
        json_write_open(writer, "uncounted", '[');
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct finding *finding = &sizing->findings[i];
        if (finding->standing == STANDING_COUNTS)
            continue;
        bool is_ignored = finding->standing == STANDING_IGNORED;
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "rule", finding->rule->name);
        json_write_string(writer, "subject", finding->subject);
        json_write_string(writer, "by", is_ignored ? "ignore" : "baseline");
        json_write_string(writer, "reason", is_ignored ? finding->ignored->reason : NULL);
        json_write_close(writer, '}');
    }
    if (count > 0)
        json_write_close(writer, ']');
    if (report->gone_count > 0)
        json_write_open(writer, "gone", '[');
    for (size_t i = 0; i < report->gone_count; i++) {
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "rule", report->gone[i]->rule);
        json_write_string(writer, "message", report->gone[i]->message);
        json_write_close(writer, '}');
    }
    if (report->gone_count > 0)
        json_write_close(writer, ']');
}

static const char *status_word(const struct report *report)
{
    enum severity worst = SEVERITY_NOTE;
    return report_worst(report, &worst) && worst != SEVERITY_NOTE ? severity_name(worst) : "ok";
}

void json_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    struct json_writer writer = {.text = text};
    json_write_open(&writer, NULL, '{');
    json_write_string(&writer, "pgsize", report->program_version);
    json_write_count(&writer, "format", 1);
    json_write_string(&writer, "command", purpose_name(sizing->purpose));
    json_write_string(&writer, "status", status_word(report));
    json_write_string(&writer, "formula", formula_name(sizing->formula));
    json_write_string(&writer, "objective",
                      sizing->formula == FORMULA_FAIR ? objective_name(sizing->objective) : NULL);
    json_write_open(&writer, "servers", '[');
    for (size_t i = 0; i < sizing->server_count; i++)
        put_server(&writer, report, &sizing->servers[i]);
    json_write_close(&writer, ']');
    poolers_json(sizing, &writer);
    put_services(&writer, report);
    json_write_open(&writer, "findings", '[');
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (finding_counts(report, &sizing->findings[i]))
            put_finding(&writer, &sizing->findings[i]);
    json_write_close(&writer, ']');
    uncounted_put(&writer, report);
    if (report->changes != NULL)
        changes_json(report->changes, &writer);
    if (report->curve != NULL)
        what_if_json(report->curve, "curve", &writer);
    if (report->scenarios != NULL)
        what_if_json(report->scenarios, "scenarios", &writer);
    json_write_close(&writer, '}');
    text_put_char(text, '\n');
}
