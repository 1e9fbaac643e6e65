/*
 * From the file as written to struct provider: what must hold between its figures is checked here,
 * and in plan_figures.c.
 */
#include "plan_assembly.h"

#include "plan_formula.h"
#include "pooler.h"

#include <inttypes.h>

static const struct plan_path TOP = {0};

bool member_fail(const struct assembly *assembly, const struct plan_path *parent, const char *key,
                 const char *message)
{
    const struct plan_path path = path_of(parent, key);
    return plan_file_fail(&assembly->reader, &path, JSON_PART_VALUE, "%s", message);
}

bool source_check(const struct assembly *assembly, const struct plan_path *path, int64_t source)
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

bool claims_check(const struct assembly *assembly, const struct plan_path *owner,
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

struct claim *claims_resolve(const struct assembly *assembly, const struct raw_claims *claims)
{
    struct claim *resolved = ARENA_ARRAY(assembly->reader.arena, claims->count, struct claim);
    for (size_t i = 0; i < claims->count; i++) {
        const struct raw_claim *from = &claims->items[i];
        struct claim *to = &resolved[i];
        *to = (struct claim){.value = from->value, .as_of = from->as_of, .note = from->note};
        if (from->source < 0)
            continue;
        const struct raw_source *source = &assembly->raw->sources[from->source];
        to->source = source->ref;
        if (to->as_of == NULL)
            to->as_of = source->as_of;
    }
    return resolved;
}

/* --- the provider --- */

static bool slots_check(const struct assembly *assembly)
{
    const struct raw_provider *raw = assembly->raw;
    const struct plan_change *change = &raw->provider.change;
    const struct plan_path at_change = path_of(&TOP, "change"),
                           reserved = path_of(&TOP, "reserved");
    if (change->max >= 0 && change->min > change->max)
        return member_fail(assembly, &at_change, "min", "is above max");
    int64_t parts = (raw->reserved.superuser > 0 ? raw->reserved.superuser : 0) +
                    (raw->reserved.others > 0 ? raw->reserved.others : 0);
    if (raw->reserved.total >= 0 && raw->reserved.total < parts)
        return member_fail(assembly, &reserved, "total", "is less than its parts");
    return claims_check(assembly, &reserved, &raw->reserved.claims);
}

static bool poolers_assemble(const struct assembly *assembly, struct provider *ret_provider)
{
    const struct raw_provider *raw = assembly->raw;
    const struct plan_path poolers = path_of(&TOP, "poolers");
    size_t count = ret_provider->pooler_count;
    ret_provider->poolers = ARENA_ARRAY(assembly->reader.arena, count, struct plan_pooler);
    for (size_t i = 0; i < count; i++) {
        const struct plan_path path = {.parent = &poolers, .index = i};
        struct plan_pooler *pooler = &ret_provider->poolers[i];
        if (!claims_check(assembly, &path, &raw->poolers[i].claims))
            return false;
        *pooler = raw->poolers[i].pooler;
        if (pooler->kind != NULL && pooler_kind_find(pooler->kind) == NULL)
            return member_fail(assembly, &path, "kind",
                               "is no kind of pooler that a topology may name");
        pooler->disputed = raw->poolers[i].claims.disputed;
        pooler->claims = claims_resolve(assembly, &raw->poolers[i].claims);
        pooler->claim_count = raw->poolers[i].claims.count;
    }
    return true;
}

static bool signs_assemble(const struct assembly *assembly, struct provider *ret_provider)
{
    const struct raw_provider *raw = assembly->raw;
    const struct plan_path list = path_of(&TOP, "signs");
    size_t count = ret_provider->sign_count;
    struct plan_sign *signs = ARENA_ARRAY(assembly->reader.arena, count, struct plan_sign);
    for (size_t i = 0; i < count; i++) {
        const struct plan_path path = {.parent = &list, .index = i};
        const struct plan_path source = path_of(&path, "source");
        const struct raw_sign *from = &raw->signs[i];
        if (!source_check(assembly, &source, from->source))
            return false;
        signs[i] = (struct plan_sign){from->kind, from->name, raw->sources[from->source].ref};
    }
    ret_provider->signs = signs;
    return true;
}

/* An expression is looked at even where no plan uses it. */
static bool formula_check(const struct assembly *assembly, const char *key, const char *expression)
{
    static const struct plan_size nothing = {-1, -1, -1};
    const struct plan_path formula = path_of(&TOP, "formula"), path = path_of(&formula, key);
    struct fail why = {0};
    int64_t value;
    if (expression == NULL || plan_formula_evaluate(expression, &nothing, SLOTS, &value, &why))
        return true;
    plan_file_fail(&assembly->reader, &path, JSON_PART_VALUE, "%s", why.message);
    return why.hint[0] != '\0' ? fail_hint(assembly->reader.fail, "%s", why.hint) : false;
}

static bool provider_assemble(const struct assembly *assembly, struct provider *ret_provider)
{
    const struct raw_provider *raw = assembly->raw;
    *ret_provider = raw->provider;
    ret_provider->host_patterns = raw->hosts;
    ret_provider->hosts_unverified = raw->hosts_unverified;
    ret_provider->conflicts = raw->conflicts;
    ret_provider->not_found = raw->not_found;
    ret_provider->idle_timeouts = raw->idle_timeouts;
    ret_provider->limits_role = raw->limit_of == LIMIT_OF_ROLE;
    ret_provider->superuser_reserved_connections = raw->reserved.superuser;
    ret_provider->reserved_connections = raw->reserved.others;
    ret_provider->reserved_total = raw->reserved.total;
    ret_provider->reserved_internal = raw->reserved.internal;
    ret_provider->reserved_basis = raw->reserved.basis;
    ret_provider->reserved_notes = raw->reserved.notes;
    if (!slots_check(assembly))
        return false;
    ret_provider->reserved_disputed = raw->reserved.claims.disputed;
    ret_provider->reserved_claims = claims_resolve(assembly, &raw->reserved.claims);
    ret_provider->reserved_claim_count = raw->reserved.claims.count;
    return poolers_assemble(assembly, ret_provider) && signs_assemble(assembly, ret_provider) &&
           formula_check(assembly, "expression", raw->provider.formula.expression) &&
           formula_check(assembly, "lower_expression", raw->provider.formula.lower) &&
           plans_assemble(assembly, ret_provider);
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
