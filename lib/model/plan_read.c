/*
 * From the file as written to struct provider: what must hold between its figures is checked here.
 */
#include "plan_rows.h"

#include <inttypes.h>

/* A provider being put together. */
struct assembly {
    struct plan_reader reader;
    const struct raw_provider *raw;
};

static const struct plan_path TOP = {0};

static struct plan_path path_of(const struct plan_path *parent, const char *key)
{
    return (struct plan_path){.parent = parent, .key = key};
}

static bool member_fail(const struct assembly *assembly, const struct plan_path *parent,
                        const char *key, const char *message)
{
    const struct plan_path path = path_of(parent, key);
    return plan_file_fail(&assembly->reader, &path, JSON_PART_VALUE, "%s", message);
}

static bool source_check(const struct assembly *assembly, const struct plan_path *path,
                         int64_t source)
{
    size_t count = assembly->raw->source_count;
    if (source < (int64_t)count)
        return true;
    return plan_file_fail(&assembly->reader, path, JSON_PART_VALUE,
                          "there is no source %" PRId64 "; they are 0 to %zu", source, count - 1);
}

/* --- claims --- */

static bool claim_check(const struct assembly *assembly, const struct plan_path *path,
                        const struct raw_claim *claim)
{
    const struct plan_path source = path_of(path, "source");
    if (claim->value < 0 && claim->note == NULL)
        return member_fail(assembly, path, "value", "a claim needs a value or a note");
    if (claim->source < 0 && claim->note == NULL)
        return member_fail(assembly, path, "source", "a claim needs a source or a note");
    return source_check(assembly, &source, claim->source);
}

static bool claims_check(const struct assembly *assembly, const struct plan_path *owner,
                         const struct raw_claims *claims)
{
    if (claims->disputed && claims->count == 0)
        return member_fail(assembly, owner, "disputed", "needs claims: who says otherwise?");
    const struct plan_path list = path_of(owner, "claims");
    for (size_t i = 0; i < claims->count; i++) {
        const struct plan_path path = {.parent = &list, .index = i};
        if (!claim_check(assembly, &path, &claims->items[i]))
            return false;
    }
    return true;
}

static void claims_resolve(const struct assembly *assembly, struct raw_plan *raw)
{
    struct plan *plan = &raw->plan;
    plan->disputed = raw->claims.disputed;
    plan->claim_count = raw->claims.count;
    plan->claims = ARENA_ARRAY(assembly->reader.arena, plan->claim_count, struct claim);
    for (size_t i = 0; i < plan->claim_count; i++) {
        const struct raw_claim *from = &raw->claims.items[i];
        struct claim *to = &plan->claims[i];
        *to = (struct claim){.value = from->value, .as_of = from->as_of, .note = from->note};
        if (from->source < 0)
            continue;
        const struct raw_source *source = &assembly->raw->sources[from->source];
        to->source = source->ref;
        if (to->as_of == NULL)
            to->as_of = source->as_of;
    }
}

/* --- plans --- */

static bool figure_check(const struct assembly *assembly, const struct plan_path *path,
                         const struct raw_plan *raw)
{
    if (raw->plan.max_connections < 0 && raw->nominal < 0)
        return true;
    if (raw->source_count == 0)
        return member_fail(assembly, path, "sources", "is missing: a figure needs its sources");
    if (raw->plan.as_of == NULL)
        return member_fail(assembly, path, "as_of", "is missing: a figure needs its date");
    if (raw->confidence == CONFIDENCE_NONE)
        return member_fail(assembly, path, "confidence", "is missing: how is the figure known?");
    return true;
}

static bool range_check(const struct assembly *assembly, const struct plan_path *path,
                        const struct raw_plan *raw)
{
    int64_t figure = raw->plan.max_connections;
    if (raw->least >= 0 && raw->most >= 0 && raw->least > raw->most)
        return member_fail(assembly, path, "max_connections_min", "is above max_connections_max");
    if (figure >= 0 && raw->least > figure)
        return member_fail(assembly, path, "max_connections", "is below max_connections_min");
    if (figure >= 0 && raw->most >= 0 && raw->most < figure)
        return member_fail(assembly, path, "max_connections", "is above max_connections_max");
    if (figure >= 0 && raw->plan.reserved_total > figure)
        return member_fail(assembly, path, "reserved", "is above max_connections");
    if (figure >= 0 && raw->usable > figure)
        return member_fail(assembly, path, "usable", "is above max_connections");
    return true;
}

static bool observed_check(const struct assembly *assembly, const struct plan_path *path,
                           const struct raw_plan *raw)
{
    const struct plan_path list = path_of(path, "observed");
    for (size_t i = 0; i < raw->observed_count; i++) {
        const struct plan_path element = {.parent = &list, .index = i};
        if (raw->observed[i].value < 0 && raw->observed[i].text == NULL)
            return member_fail(assembly, &element, "value",
                               "an observation needs a value or a text");
    }
    return true;
}

static bool plan_check(const struct assembly *assembly, const struct plan_path *path,
                       const struct raw_plan *raw)
{
    if (raw->plan.vcpu >= 0 && raw->plan.vcpu_text != NULL)
        return member_fail(assembly, path, "vcpu_text", "vcpu is given too: one of them");
    const struct plan_path sources = path_of(path, "sources");
    for (size_t i = 0; i < raw->source_count; i++) {
        const struct plan_path element = {.parent = &sources, .index = i};
        if (!source_check(assembly, &element, raw->sources[i]))
            return false;
    }
    return figure_check(assembly, path, raw) && range_check(assembly, path, raw) &&
           observed_check(assembly, path, raw) && claims_check(assembly, path, &raw->claims);
}

/* A plan with nothing but a formula's value has that as its figure. */
static struct plan plan_resolve(const struct assembly *assembly, struct raw_plan *raw)
{
    struct plan *plan = &raw->plan;
    plan->confidence = (enum confidence)raw->confidence;
    plan->nominal = plan->max_connections < 0 && raw->nominal >= 0;
    if (plan->nominal)
        plan->max_connections = raw->nominal;
    plan->source_count = raw->source_count;
    plan->sources = ARENA_ARRAY(assembly->reader.arena, plan->source_count, const char *);
    for (size_t i = 0; i < plan->source_count; i++)
        plan->sources[i] = assembly->raw->sources[raw->sources[i]].ref;
    claims_resolve(assembly, raw);
    return *plan;
}

/* The first earlier plan of that name, which is an error: `plan_find` could not tell them apart. */
static bool id_is_new(const struct raw_provider *raw, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (plan_id_equal(raw->plans[i].plan.id, raw->plans[index].plan.id))
            return false;
    return true;
}

static bool plans_assemble(const struct assembly *assembly, struct provider *ret_provider)
{
    const struct raw_provider *raw = assembly->raw;
    const struct plan_path list = path_of(&TOP, "plans");
    ret_provider->plan_count = raw->plan_count;
    ret_provider->plans = ARENA_ARRAY(assembly->reader.arena, raw->plan_count, struct plan);
    for (size_t i = 0; i < raw->plan_count; i++) {
        const struct plan_path path = {.parent = &list, .index = i};
        if (!id_is_new(raw, i))
            return member_fail(assembly, &path, "id", "another plan has this id");
        if (!plan_check(assembly, &path, &raw->plans[i]))
            return false;
        ret_provider->plans[i] = plan_resolve(assembly, &raw->plans[i]);
    }
    return true;
}

/* --- the provider --- */

static bool provider_check(const struct assembly *assembly)
{
    const struct raw_provider *raw = assembly->raw;
    const struct plan_path change = path_of(&TOP, "change"), reserved = path_of(&TOP, "reserved");
    if (raw->change.max >= 0 && raw->change.min > raw->change.max)
        return member_fail(assembly, &change, "min", "is above max");
    int64_t parts = (raw->reserved.superuser > 0 ? raw->reserved.superuser : 0) +
                    (raw->reserved.others > 0 ? raw->reserved.others : 0);
    if (raw->reserved.total >= 0 && raw->reserved.total < parts)
        return member_fail(assembly, &reserved, "total", "is less than its parts");
    if (!claims_check(assembly, &reserved, &raw->reserved.claims))
        return false;
    const struct plan_path poolers = path_of(&TOP, "poolers");
    for (size_t i = 0; i < raw->pooler_count; i++) {
        const struct plan_path path = {.parent = &poolers, .index = i};
        if (!claims_check(assembly, &path, &raw->poolers[i].claims))
            return false;
    }
    return true;
}

static bool provider_assemble(const struct assembly *assembly, struct provider *ret_provider)
{
    const struct raw_provider *raw = assembly->raw;
    *ret_provider = raw->provider;
    ret_provider->host_patterns = raw->hosts;
    ret_provider->idle_timeouts = raw->idle_timeouts;
    ret_provider->limits_role = raw->limit_of == LIMIT_OF_ROLE;
    ret_provider->superuser_reserved_connections = raw->reserved.superuser;
    ret_provider->reserved_connections = raw->reserved.others;
    ret_provider->reserved_total = raw->reserved.total;
    return provider_check(assembly) && plans_assemble(assembly, ret_provider);
}

static void json_free(struct json **value)
{
    if (*value != NULL)
        json_release(*value);
}

bool provider_read(struct arena *arena, struct json_text *text, struct provider *ret_provider,
                   struct fail *fail)
{
    __attribute__((cleanup(json_free))) struct json *value = NULL;
    struct json_error error;
    if (!json_read_whole(text, &value, &error)) {
        unsigned line, column;
        json_position(text, arena, error.offset, &line, &column);
        return fail_set(fail, FAIL_INPUT, "%s:%u:%u: %s", text->name, line, column, error.message);
    }
    struct raw_provider raw;
    const struct assembly assembly = {.reader = {.arena = arena, .text = text, .fail = fail},
                                      .raw = &raw};
    return plan_object_read(&assembly.reader, &TOP, &provider_rows, value, &raw) &&
           provider_assemble(&assembly, ret_provider);
}
