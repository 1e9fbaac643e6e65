/*
 * The outcome of the run at hand, from its sizing.
 */
#include "changes.h"

static void servers_make(struct arena *arena, const struct sizing *sizing, struct outcome *outcome)
{
    outcome->servers = ARENA_ARRAY(arena, sizing->server_count + 1, struct outcome_server);
    for (size_t i = 0; i < sizing->server_count; i++) {
        const struct server_sizing *server = &sizing->servers[i];
        int64_t peak = server_peak(sizing, server);
        bool known = server->budget.source != SOURCE_NONE && peak != UNKNOWN;
        outcome->servers[outcome->server_count++] = (struct outcome_server){
            .name = server->server->name,
            .max_connections = server->budget.max_connections,
            .used = known ? peak + server->budget.kept : UNKNOWN,
        };
    }
}

static struct outcome_service service_make(const struct sizing *sizing,
                                           const struct pool_class *class)
{
    return (struct outcome_service){
        .name = class->service->name,
        .server = class_server(sizing, class)->name,
        .database = class->target->database,
        .limit = class_limit(sizing, class),
        .peak = class_peak(sizing, class),
    };
}

static void services_make(struct arena *arena, const struct report *report, struct outcome *outcome)
{
    const struct topology *topology = report->sizing->topology;
    const struct pool_class *class = report->sizing->classes;
    size_t most = topology->service_count + report->sizing->class_count;
    outcome->services = ARENA_ARRAY(arena, most + 1, struct outcome_service);
    for (size_t i = 0; i < topology->service_count; i++) {
        const struct service *service = topology->services[i];
        bool shown = report_shows(report, service);
        if (service->target_count == 0 && shown)
            outcome->services[outcome->service_count++] =
                (struct outcome_service){.name = service->name, .limit = UNKNOWN};
        for (size_t k = 0; k < service->target_count; k++, class ++)
            if (shown)
                outcome->services[outcome->service_count++] = service_make(report->sizing, class);
    }
}

static void findings_make(struct arena *arena, const struct report *report, struct outcome *outcome)
{
    const struct sizing *sizing = report->sizing;
    outcome->findings = ARENA_ARRAY(arena, sizing->finding_count + 1, struct outcome_finding);
    outcome->uncounted = ARENA_ARRAY(arena, sizing->finding_count + 1, struct outcome_finding);
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct finding *finding = &sizing->findings[i];
        struct outcome_finding made = {finding->rule->name, finding->subject,
                                       severity_name(finding->rule->severity)};
        if (finding_counts(report, finding))
            outcome->findings[outcome->finding_count++] = made;
        else if (finding->standing != STANDING_COUNTS)
            outcome->uncounted[outcome->uncounted_count++] = made;
    }
}

void outcome_make(struct arena *arena, const struct report *report, struct outcome *ret_outcome)
{
    *ret_outcome = (struct outcome){.formula = formula_name(report->sizing->formula)};
    servers_make(arena, report->sizing, ret_outcome);
    services_make(arena, report, ret_outcome);
    findings_make(arena, report, ret_outcome);
}
