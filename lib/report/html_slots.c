/*
 * A server's slots as parts: what is kept back, the services that hold most, and everybody else.
 */
#include "html_parts.h"

#include <inttypes.h>
#include <stdio.h>

enum { COLOURS = 6 };

static const char *const colours[COLOURS] = {"c0", "c1", "c2", "c3", "c4", "c5"};

static int64_t class_count(const struct slots *slots, const struct pool_class *class,
                           enum moment moment)
{
    size_t context = slots->worst[moment];
    return context_pools(slots->server, class, context, moment) *
               class_limit_of(class, slots->kind) +
           context_extra(slots->server, class, context, moment);
}

static struct slot_part *part_add(struct slots *slots, const char *style, const char *name,
                                  int64_t steady, int64_t peak)
{
    struct slot_part *part = &slots->parts[slots->part_count++];
    *part = (struct slot_part){.style = style, .name = name, .counts = {steady, peak}};
    slots->used[MOMENT_STEADY] += steady;
    slots->used[MOMENT_PEAK] += peak;
    return part;
}

static void kept_add(struct slots *slots, const char *style, const char *name, int64_t count)
{
    if (count <= 0)
        return;
    char key = (char)('a' + slots->part_count);
    part_add(slots, style, name, count, count)->key[0] = key;
}

static void kept_parts_add(struct slots *slots, struct arena *arena)
{
    const struct budget *budget = &slots->server->budget;
    const struct server *server = slots->server->server;
    int64_t others = budget->reserved - budget->provider;
    kept_add(slots, "kept", "superuser", budget->superuser_reserved_connections);
    kept_add(slots, "kept", "reserved_connections", budget->reserved_connections);
    for (size_t i = 0; i < server->reserved_count && i < RESERVED_PICTURED; i++) {
        const struct named_count *one = &server->reserved[i];
        kept_add(slots, "kept",
                 one->name == NULL ? "reserved" : arena_printf(arena, "reserved: %s", one->name),
                 one->count);
        others -= one->count;
    }
    kept_add(slots, "kept", "more that is reserved", others);
    kept_add(slots, "kept", "kept by the provider", budget->provider);
    kept_add(slots, "margin", "margin", budget->margin);
}

/* The largest at peak, in file order. */
struct chosen {
    const struct pool_class *classes[SERVICES_PICTURED];
    size_t count;
    int64_t others; /* how many there are beside them */
};

static void chosen_offer(struct chosen *chosen, const struct slots *slots,
                         const struct pool_class *class)
{
    size_t at = chosen->count;
    while (at > 0 && class_count(slots, chosen->classes[at - 1], MOMENT_PEAK) <
                         class_count(slots, class, MOMENT_PEAK))
        at--;
    if (chosen->count == SERVICES_PICTURED)
        chosen->others++;
    else
        chosen->count++;
    for (size_t i = chosen->count - 1; i > at; i--)
        chosen->classes[i] = chosen->classes[i - 1];
    if (at < chosen->count)
        chosen->classes[at] = class;
}

static void chosen_sort(struct chosen *chosen)
{
    for (size_t i = 1; i < chosen->count; i++)
        for (size_t k = i; k > 0 && chosen->classes[k]->place < chosen->classes[k - 1]->place;
             k--) {
            const struct pool_class *class = chosen->classes[k];
            chosen->classes[k] = chosen->classes[k - 1];
            chosen->classes[k - 1] = class;
        }
}

static void service_parts_add(const struct report *report, struct slots *slots)
{
    const struct server_sizing *server = slots->server;
    struct chosen chosen = {0};
    int64_t rest[2] = {0};
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        int64_t steady = class_count(slots, class, MOMENT_STEADY),
                peak = class_count(slots, class, MOMENT_PEAK);
        rest[MOMENT_STEADY] += steady;
        rest[MOMENT_PEAK] += peak;
        if (steady + peak == 0)
            continue;
        if (report_shows(report, class->service))
            chosen_offer(&chosen, slots, class);
        else
            chosen.others++;
    }
    chosen_sort(&chosen);
    for (size_t i = 0; i < chosen.count; i++) {
        struct text name = {.arena = report->arena};
        class_name_put(chosen.classes[i], &name);
        struct slot_part *part = part_add(slots, colours[i % COLOURS],
                                          arena_strndup(report->arena, name.bytes, name.length),
                                          class_count(slots, chosen.classes[i], MOMENT_STEADY),
                                          class_count(slots, chosen.classes[i], MOMENT_PEAK));
        part->class = chosen.classes[i];
        (void)snprintf(part->key, sizeof part->key, "%zu", i + 1);
        rest[MOMENT_STEADY] -= part->counts[MOMENT_STEADY];
        rest[MOMENT_PEAK] -= part->counts[MOMENT_PEAK];
        text_free(&name);
    }
    if (chosen.others > 0)
        part_add(slots, "more", arena_printf(report->arena, "%" PRId64 " more", chosen.others),
                 rest[MOMENT_STEADY], rest[MOMENT_PEAK])
            ->key[0] = '+';
}

/* What lands at a failover is one part: its own server's picture shows the services of it. */
static void landed_part_add(const struct report *report, struct slots *slots)
{
    const struct server_sizing *server = slots->server;
    struct class_list landed = {server->classes + server->class_count,
                                server->counted_count - server->class_count};
    int64_t counts[2];
    size_t leaders = 0;
    for (const struct server_sizing *at = server->leader; at != NULL; at = at->leader)
        leaders++;
    if (leaders == 0)
        return;
    for (int moment = MOMENT_STEADY; moment <= MOMENT_PEAK; moment++)
        counts[moment] =
            classes_sum(server, landed, slots->worst[moment], (enum moment)moment, slots->kind);
    const char *name =
        leaders == 1
            ? arena_printf(report->arena, "at failover, of %s", server->leader->server->name)
            : arena_printf(report->arena, "at failover, of %zu servers", leaders);
    part_add(slots, "more", name, counts[MOMENT_STEADY], counts[MOMENT_PEAK])->key[0] = 'F';
}

void slots_make(const struct report *report, const struct server_sizing *server,
                struct slots *ret_slots)
{
    bool is_check = report->sizing->purpose == PURPOSE_CHECK;
    *ret_slots = (struct slots){
        .server = server,
        .kind = is_check                  ? LIMIT_TODAY
                : server->peak == UNKNOWN ? LIMIT_LEAST
                                          : LIMIT_RECOMMENDED,
        .scale = server->budget.max_connections,
    };
    for (int moment = MOMENT_STEADY; moment <= MOMENT_PEAK; moment++)
        ret_slots->worst[moment] =
            row_worst_context(server, 0, (enum moment)moment, ret_slots->kind);
    kept_parts_add(ret_slots, report->arena);
    service_parts_add(report, ret_slots);
    landed_part_add(report, ret_slots);
    for (int moment = MOMENT_STEADY; moment <= MOMENT_PEAK; moment++)
        if (ret_slots->used[moment] > ret_slots->scale)
            ret_slots->scale = ret_slots->used[moment];
}
