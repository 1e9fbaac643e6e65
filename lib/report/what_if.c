#include "what_if.h"

#include "budget.h"

#include <string.h>

static void pools_keep(struct arena *arena, const struct report *report,
                       const struct sizing *sizing, struct what_if_point *point)
{
    struct text name = {.arena = arena};
    point->pools = ARENA_ARRAY(arena, sizing->class_count + 1, struct what_if_pool);
    for (size_t i = 0; i < sizing->class_count; i++) {
        const struct pool_class *class = &sizing->classes[i];
        if (!report_shows(report, class->service))
            continue;
        bool runs = class->pools_at_peak > 0 && class->at_most > 0;
        bool met = !runs || class->need == UNKNOWN ||
                   (class->limit != UNKNOWN && class->limit >= class->need);
        name.length = 0;
        class_name_put(class, &name);
        point->pools[point->pool_count++] = (struct what_if_pool){
            .name = arena_strndup(arena, name.bytes, name.length),
            .service = arena_strdup(arena, class->service->name),
            .limit = class->limit,
            .need = class->need,
            .met = met,
        };
        point->breaks |= !met;
    }
    text_free(&name);
}

static void servers_keep(struct arena *arena, const struct sizing *sizing,
                         struct what_if_point *point)
{
    point->servers = ARENA_ARRAY(arena, sizing->server_count + 1, struct what_if_server);
    point->server_count = sizing->server_count;
    for (size_t i = 0; i < sizing->server_count; i++) {
        const struct server_sizing *server = &sizing->servers[i];
        struct what_if_server *kept = &point->servers[i];
        int64_t peak = server_peak(sizing, server);
        bool known = server->budget.source != SOURCE_NONE && peak != UNKNOWN;
        *kept = (struct what_if_server){
            .name = arena_strdup(arena, server->server->name),
            .peak = known ? peak : UNKNOWN,
            .used = known ? peak + server->budget.kept : UNKNOWN,
            .max_connections = server->budget.max_connections,
            .alert = server->budget.alert_connections,
        };
        kept->permille = known ? budget_permille(&server->budget, kept->used) : UNKNOWN;
    }
}

/* Findings stand by severity. */
static void rules_keep(struct arena *arena, const struct report *report,
                       const struct sizing *sizing, struct what_if_point *point)
{
    point->rules = ARENA_ARRAY(arena, rule_count() + 1, const struct rule *);
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct rule *rule = sizing->findings[i].rule;
        bool known = !finding_counts(report, &sizing->findings[i]);
        for (size_t k = 0; k < point->rule_count; k++)
            known |= point->rules[k] == rule;
        if (known)
            continue;
        point->rules[point->rule_count++] = rule;
        point->breaks |= rule->severity == SEVERITY_ERROR;
    }
}

struct what_if_point what_if_point_make(struct arena *arena, const struct report *report,
                                        const struct sizing *sizing, const char *label)
{
    struct what_if_point point = {.label = label};
    pools_keep(arena, report, sizing, &point);
    servers_keep(arena, sizing, &point);
    rules_keep(arena, report, sizing, &point);
    return point;
}

size_t what_if_first_broken(const struct what_if *what_if)
{
    size_t first = 0;
    while (first < what_if->point_count && !what_if->points[first].breaks)
        first++;
    return first;
}

static void pools_json(const struct what_if_point *point, struct json_writer *writer)
{
    json_write_open(writer, "services", '[');
    for (size_t i = 0; i < point->pool_count; i++) {
        const struct what_if_pool *pool = &point->pools[i];
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "name", pool->name);
        json_write_count(writer, "limit", pool->limit);
        json_write_count(writer, "need", pool->need);
        json_write_bool(writer, "need_met", pool->met);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void servers_json(const struct what_if_point *point, struct json_writer *writer)
{
    json_write_open(writer, "servers", '[');
    for (size_t i = 0; i < point->server_count; i++) {
        const struct what_if_server *server = &point->servers[i];
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "name", server->name);
        json_write_count(writer, "max_connections", server->max_connections);
        json_write_count(writer, "peak", server->peak);
        json_write_count(writer, "used_at_peak", server->used);
        json_write_thousandths(writer, "percent_at_peak",
                               server->permille == UNKNOWN ? UNKNOWN : server->permille * 100);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void point_json(const struct what_if_point *point, const char *label,
                       struct json_writer *writer)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, label, point->label);
    json_write_bool(writer, "breaks", point->breaks);
    pools_json(point, writer);
    servers_json(point, writer);
    json_write_open(writer, "findings", '[');
    for (size_t i = 0; i < point->rule_count; i++)
        json_write_string(writer, NULL, point->rules[i]->name);
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}

void what_if_json(const struct what_if *what_if, const char *key, struct json_writer *writer)
{
    size_t broken = what_if_first_broken(what_if);
    json_write_open(writer, key, '{');
    if (what_if->is_curve) {
        json_write_string(writer, "path", what_if->title);
        json_write_string(writer, "breaks_at",
                          broken < what_if->point_count ? what_if->points[broken].label : NULL);
    }
    json_write_open(writer, "points", '[');
    for (size_t i = 0; i < what_if->point_count; i++)
        point_json(&what_if->points[i], what_if->is_curve ? "value" : "name", writer);
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}
