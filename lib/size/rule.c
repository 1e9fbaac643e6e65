#include "rule.h"

#include "standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const struct rule *rules;
    const size_t *count;
} tables[] = {
    {budget_rules, &budget_rule_count},     {demand_rules, &demand_rule_count},
    {fleet_rules, &fleet_rule_count},       {history_rules, &history_rule_count},
    {idle_rules, &idle_rule_count},         {limit_rules, &limit_rule_count},
    {login_rules, &login_rule_count},       {server_rules, &server_rule_count},
    {source_rules, &source_rule_count},     {observed_rules, &observed_rule_count},
    {pooler_rules, &pooler_rule_count},     {session_rules, &session_rule_count},
    {standing_rules, &standing_rule_count},
};

size_t rule_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        count += *tables[i].count;
    return count;
}

const struct rule *rule_at(size_t index)
{
    /* The rows stand by subject; people read them by id. There are some thirty. */
    const struct rule *at = NULL, *previous = NULL;
    for (size_t n = 0; n <= index; n++) {
        at = NULL;
        for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
            for (size_t k = 0; k < *tables[i].count; k++) {
                const struct rule *rule = &tables[i].rules[k];
                if ((previous == NULL || strcmp(rule->id, previous->id) > 0) &&
                    (at == NULL || strcmp(rule->id, at->id) < 0))
                    at = rule;
            }
        previous = at;
    }
    return at;
}

const struct rule *rule_find(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (size_t k = 0; k < *tables[i].count; k++)
            if (strcasecmp(tables[i].rules[k].id, name) == 0 ||
                strcasecmp(tables[i].rules[k].name, name) == 0)
                return &tables[i].rules[k];
    return NULL;
}

static void ways_take(struct judge *judge, struct finding *finding)
{
    if (judge->way_count == 0)
        return;
    struct way_out *ways = ARENA_ARRAY(judge->arena, judge->way_count, struct way_out);
    memcpy(ways, judge->ways, judge->way_count * sizeof *ways);
    finding->ways = ways;
    finding->way_count = judge->way_count;
    struct text help = {.arena = judge->arena};
    for (size_t i = 0; i < judge->way_count; i++)
        text_printf(&help, "%s%s", i > 0 ? "; or " : "", ways[i].what);
    finding->help = text_keep(&help);
    judge->way_count = 0;
}

static struct finding *finding_new(struct judge *judge)
{
    struct sizing *sizing = judge->sizing;
    if (sizing->finding_count == judge->capacity) {
        size_t capacity = judge->capacity == 0 ? 64 : judge->capacity * 2;
        struct finding *findings = ARENA_ARRAY(judge->arena, capacity, struct finding);
        if (sizing->finding_count > 0)
            memcpy(findings, sizing->findings, sizing->finding_count * sizeof *findings);
        sizing->findings = findings;
        judge->capacity = capacity;
    }
    struct finding *finding = &sizing->findings[sizing->finding_count++];
    *finding = (struct finding){
        .rule = judge->rule,
        .help = judge->rule->help,
        .of_cap = judge->of_cap,
        .cap = judge->cap,
        .excess = judge->excess,
        .application = judge->application,
        .pool = judge->pool == NULL ? NULL : judge->pool->target,
    };
    judge->of_cap = NULL;
    judge->excess = 0;
    judge->pool = NULL;
    judge->application = NULL;
    if (judge->help.length > 0)
        finding->help = arena_strndup(judge->arena, judge->help.bytes, judge->help.length);
    judge->help.length = 0;
    ways_take(judge, finding);
    return finding;
}

/* `~` and `/` of a name, escaped for a JSON Pointer. */
static const char *pointer_escape(struct arena *arena, const char *name)
{
    if (strpbrk(name, "~/") == NULL)
        return name;
    char *escaped = arena_alloc(arena, 2 * strlen(name) + 1), *to = escaped;
    for (; *name != '\0'; name++) {
        if (*name == '~' || *name == '/')
            *to++ = '~';
        *to++ = (char)(*name == '~' ? '0' : *name == '/' ? '1' : *name);
    }
    return escaped;
}

static void finding_place(struct judge *judge, struct finding *finding, const char *section,
                          const char *name, const struct origin *origin, const char *key)
{
    struct arena *arena = judge->arena;
    finding->subject = arena_printf(arena, "%s/%s", section, name);
    if (judge->unplaced)
        return;
    finding->pointer = arena_printf(arena, "/%s/%s%s", section, pointer_escape(arena, name), key);
    if (!origin_place(arena, origin, key, &finding->file, &finding->line, &finding->column))
        finding->file = NULL;
}

/* A service that stands for a pooler is the pooler's own entry. */
static void service_place(struct judge *judge, struct finding *finding,
                          const struct service *service, const char *key)
{
    bool is_pooler = service->pooler != NULL;
    if (is_pooler && strcmp(key, "/connection_limit") == 0)
        key = "/default_pool_size";
    finding_place(judge, finding, is_pooler ? "poolers" : "services", service->name,
                  &service->origin, key);
}

/* Where there are several servers, what is said of one begins with its name. */
__attribute__((format(printf, 3, 0))) static struct finding *
finding_of_server(struct judge *judge, const struct server_sizing *server, const char *format,
                  va_list arguments)
{
    struct finding *finding = finding_new(judge);
    finding->server = server;
    finding->message = arena_vprintf(judge->arena, format, arguments);
    if (judge->sizing->server_count > 1)
        finding->message =
            arena_printf(judge->arena, "%s: %s", server->server->name, finding->message);
    return finding;
}

void find_server(struct judge *judge, const struct server_sizing *server, const char *key,
                 const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct finding *finding = finding_of_server(judge, server, format, arguments);
    va_end(arguments);
    finding_place(judge, finding, "servers", server->server->name, &server->server->origin, key);
}

void find_server_at(struct judge *judge, const struct server_sizing *server,
                    const struct service *service, const char *key, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    struct finding *finding = finding_of_server(judge, server, format, arguments);
    va_end(arguments);
    service_place(judge, finding, service, key);
}

void find_pooler(struct judge *judge, const struct pooler_sizing *pooler, const char *key,
                 const char *format, ...)
{
    struct finding *finding = finding_new(judge);
    va_list arguments;
    va_start(arguments, format);
    finding->message = arena_vprintf(judge->arena, format, arguments);
    va_end(arguments);
    finding_place(judge, finding, "poolers", pooler->pooler->name, &pooler->pooler->origin, key);
}

void find_service(struct judge *judge, const struct service *service, const char *key,
                  const char *format, ...)
{
    struct finding *finding = finding_new(judge);
    va_list arguments;
    va_start(arguments, format);
    finding->message = arena_vprintf(judge->arena, format, arguments);
    va_end(arguments);
    finding->service = service;
    service_place(judge, finding, service, key);
}

void find_ignored(struct judge *judge, const struct ignored *ignored, const char *key,
                  const char *format, ...)
{
    struct finding *finding = finding_new(judge);
    const char *index = arena_printf(judge->arena, "%zu", ignored->index);
    va_list arguments;
    va_start(arguments, format);
    finding->message = arena_vprintf(judge->arena, format, arguments);
    va_end(arguments);
    finding_place(judge, finding, "ignore", index, &ignored->origin,
                  arena_printf(judge->arena, "/%s%s", index, key));
    finding->pointer = arena_printf(judge->arena, "/ignore/%s%s", index, key);
}

static void rule_judge(struct judge *judge)
{
    const struct sizing *sizing = judge->sizing;
    unsigned judged = judge->rule->judged == 0 ? JUDGED_SIZING : judge->rule->judged;
    if ((judged & 1U << sizing->purpose) == 0)
        return;
    const struct topology *topology = sizing->topology;
    for (size_t i = 0; judge->rule->ignored != NULL && i < topology->ignored_count; i++)
        judge->rule->ignored(judge, &topology->ignored[i]);
    for (size_t i = 0; judge->rule->server != NULL && i < sizing->server_count; i++)
        judge->rule->server(judge, &sizing->servers[i]);
    for (size_t i = 0; judge->rule->pooler != NULL && i < sizing->pooler_count; i++)
        judge->rule->pooler(judge, &sizing->poolers[i]);
    for (size_t i = 0; judge->rule->class != NULL && i < sizing->class_count; i++)
        judge->rule->class(judge, &sizing->classes[i]);
}

static void findings_sort(struct arena *arena, struct sizing *sizing)
{
    struct finding *sorted = ARENA_ARRAY(arena, sizing->finding_count + 1, struct finding);
    size_t count = 0;
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--)
        for (size_t i = 0; i < sizing->finding_count; i++)
            if ((int)sizing->findings[i].rule->severity == severity)
                sorted[count++] = sizing->findings[i];
    sizing->findings = sorted;
}

const struct rule **rules_by_id(struct arena *arena)
{
    size_t count = rule_count();
    const struct rule **rules = ARENA_ARRAY(arena, count + 1, const struct rule *);
    size_t sorted = 0;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (size_t k = 0; k < *tables[i].count; k++) {
            size_t at = sorted++;
            for (; at > 0 && strcmp(rules[at - 1]->id, tables[i].rules[k].id) > 0; at--)
                rules[at] = rules[at - 1];
            rules[at] = &tables[i].rules[k];
        }
    return rules;
}

static void judge_all(struct arena *arena, struct sizing *sizing, bool unplaced)
{
    struct judge judge = {
        .arena = arena, .sizing = sizing, .unplaced = unplaced, .help = {.arena = arena}};
    size_t count = rule_count();
    const struct rule **rules = rules_by_id(arena);
    for (size_t i = 0; i < count; i++) {
        judge.rule = rules[i];
        rule_judge(&judge);
    }
    text_free(&judge.help);
    findings_sort(arena, sizing);
    findings_stand(sizing);
}

void rules_judge(struct arena *arena, struct sizing *sizing)
{
    judge_all(arena, sizing, false);
}

void rules_judge_unplaced(struct arena *arena, struct sizing *sizing)
{
    judge_all(arena, sizing, true);
}
