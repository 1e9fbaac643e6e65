/*
 * A pooler that is the provider's own: what the catalogue says of it, by the plan of the server
 * behind it.
 */
#include "name.h"
#include "plan.h"
#include "pooler.h"
#include "pooler_link.h"

#include <string.h>

enum { NAMES_MOST = 16, HINT_BYTES = 256 };

/* "supavisor" is "Supavisor (shared)". */
static bool begins_with(struct arena *arena, const char *name, const char *start)
{
    size_t length = strlen(start);
    return length > 0 && length <= strlen(name) &&
           plan_id_equal(arena_strndup(arena, name, length), start);
}

static bool may_be(struct arena *arena, const struct pooler *pooler, const struct plan_pooler *one)
{
    if (pooler->provider_name != NULL && !begins_with(arena, one->name, pooler->provider_name))
        return false;
    return pooler->kind == NULL || one->kind == NULL || strcmp(pooler->kind->id, one->kind) == 0;
}

static bool which_fail(struct reader *reader, const struct path *here, const char *provider,
                       const char *const *names, size_t count, bool none_fits)
{
    char hint[HINT_BYTES] = "remove this, and give its max_client_conn and default_pool_size";
    if (count > 0) {
        memcpy(hint, "there are ", sizeof "there are ");
        name_list(names, count, NAMES_MOST, hint + strlen(hint), sizeof hint - strlen(hint));
    }
    return fault_at(reader, here, FAULT_VALUE, hint,
                    count == 0  ? "the catalogue has no pooler of %s"
                    : none_fits ? "no pooler of %s has this name and kind"
                                : "%s has several poolers: which one?",
                    provider);
}

/* The only one of the provider that what is given fits; NULL: reported. */
static const struct plan_pooler *pooler_of(struct reader *reader, const struct path *here,
                                           const struct provider *provider,
                                           const struct pooler *pooler)
{
    const char *names[NAMES_MOST];
    size_t count = 0, fitting = 0;
    const struct plan_pooler *found = NULL;
    for (size_t i = 0; i < provider->pooler_count; i++) {
        if (count < NAMES_MOST)
            names[count++] = provider->poolers[i].name;
        if (!may_be(reader->arena, pooler, &provider->poolers[i]))
            continue;
        found = &provider->poolers[i];
        fitting++;
    }
    if (fitting == 1)
        return found;
    (void)which_fail(reader, here, provider->name, names, count, fitting == 0);
    return NULL;
}

static int64_t first_known(int64_t of_plan, int64_t of_pooler)
{
    return of_plan != UNKNOWN ? of_plan : of_pooler;
}

static bool mode_take(struct reader *reader, const struct path *path,
                      const struct plan_pooler *from, struct pooler *pooler)
{
    static const enum pooler_mode modes[PLAN_POOL_MODES] = {
        [PLAN_POOL_SESSION] = POOLER_SESSION,
        [PLAN_POOL_TRANSACTION] = POOLER_TRANSACTION,
        [PLAN_POOL_STATEMENT] = POOLER_STATEMENT,
    };
    const struct path here = {path, "mode"};
    if (!pooler->mode_given && from->default_mode < PLAN_POOL_MODES) {
        pooler->mode = modes[from->default_mode];
        pooler->preset.sets_mode = true;
    }
    for (unsigned i = 0; pooler->mode_given && from->modes != 0 && i < PLAN_POOL_MODES; i++)
        if (modes[i] == pooler->mode && (from->modes & 1U << i) == 0)
            return fault_at(reader, &here, FAULT_VALUE, "remove it: the provider's is taken",
                            "%s of the provider has no mode %s", from->name,
                            pooler_mode_name(pooler->mode));
    return true;
}

static void preset_take(struct reader *reader, const struct path *path,
                        const struct provider *provider, const struct plan *plan,
                        const struct plan_pooler *from, struct pooler *pooler)
{
    struct arena *arena = reader->arena;
    const struct path here = {path, "provider_pooler"};
    pooler->preset = (struct pooler_preset){
        .source = arena_printf(arena, "%s of %s/%s", from->name, provider->id, plan->id),
        .file = arena_printf(arena, "plans/%s.json", provider->id),
        .max_client_conn = first_known(plan->pooler_max_clients, from->max_clients),
        .pool_size = first_known(plan->pooler_pool_size, from->pool_size),
        .reserve_pool_size = plan->pooler_reserve_pool,
        .max_prepared_statements = from->max_prepared_statements,
        .is_disputed = from->disputed,
    };
    struct pooler_preset *preset = &pooler->preset;
    preset->size_is_fixed = preset->pool_size != UNKNOWN &&
                            (from->configurable == SAID_NO || from->configurable_only != NULL);
    if (!mode_take(reader, path, from, pooler))
        return;
    if (pooler->kind == NULL && from->kind != NULL)
        pooler->kind = pooler_kind_find(from->kind);
    if (pooler->reserve_pool_size == UNKNOWN)
        pooler->reserve_pool_size = preset->reserve_pool_size;
    if (pooler->max_prepared_statements == UNKNOWN)
        pooler->max_prepared_statements = preset->max_prepared_statements;
    const struct pooler_kind *kind =
        pooler->kind != NULL ? pooler->kind : pooler_kind_find("pgbouncer");
    if (kind->scope == POOL_OF_CLIENT && preset->max_client_conn == UNKNOWN)
        preset->max_client_conn = preset->pool_size;
    /* The product's own would be made up. */
    if (preset->max_client_conn == UNKNOWN && pooler->max_client_conn == UNKNOWN &&
        kind->max_client_conn != UNKNOWN)
        (void)fault_at(reader, &here, FAULT_VALUE,
                       "give its max_client_conn, as the provider's "
                       "console shows it",
                       "the catalogue does not know how many clients %s takes", preset->source);
}

void provider_take(struct reader *reader, const struct path *path, const struct topology *topology,
                   struct pooler *pooler)
{
    const struct server *server = topology->servers[pooler->server];
    const struct path here = {path, "provider_pooler"};
    struct arena scratch = {.on_out_of_memory = reader->arena->on_out_of_memory};
    const struct provider *provider;
    const struct plan *plan;
    struct fail why = {0}; /* of a plan that is not there: said of the server */
    pooler->preset = (struct pooler_preset){.max_client_conn = UNKNOWN,
                                            .pool_size = UNKNOWN,
                                            .reserve_pool_size = UNKNOWN,
                                            .max_prepared_statements = UNKNOWN};
    if (!pooler->is_providers)
        return;
    if (server->plan == NULL) {
        (void)fault_at(reader, &here, FAULT_VALUE, "write \"plan\": \"PROVIDER/PLAN\" there",
                       "whose pooler it is, is not known: server %.60s has no plan", server->name);
        return;
    }
    if (plan_find(&scratch, server->plan, &provider, &plan, &why)) {
        const struct plan_pooler *from = pooler_of(reader, &here, provider, pooler);
        if (from != NULL)
            preset_take(reader, path, provider, plan, from, pooler);
    }
    arena_free(&scratch);
}
