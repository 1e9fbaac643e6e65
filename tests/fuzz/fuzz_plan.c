/*
 * Any bytes as a provider file: read or refused with a place and a message, and what was read holds
 * together.
 */
#include "plan.h"
#include "plan_pattern.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void plan_holds_together(const struct plan *plan)
{
    demand(plan->id != NULL && plan->id[0] != '\0');
    demand(plan->max_connections >= -1 && plan->max_connections != 0);
    demand(plan->max_connections < 0 || (plan->source_count > 0 && plan->as_of != NULL));
    demand(!plan->disputed || plan->claim_count > 0);
    demand(!plan->nominal ||
           (plan->formula_value >= plan->max_connections && plan->max_connections > 0));
    demand(plan->formula_value < 0 || plan->max_connections <= plan->formula_value);
    demand(!plan_is_pattern(plan) || plan->expression != NULL);
    demand(plan->as_of_s == 0 || plan->as_of != NULL);
    for (size_t i = 0; i < plan->source_count; i++)
        demand(strlen(plan->sources[i]) > 0);
    for (size_t i = 0; i < plan->claim_count; i++)
        demand(plan->claims[i].source != NULL || plan->claims[i].note != NULL);
    for (size_t i = 0; i < plan->sighting_count; i++)
        demand(plan->sightings[i].value >= 0 || plan->sightings[i].text != NULL);
    demand(confidence_name(plan->confidence) != NULL);
}

/* Ids of any size, as somebody may type them. */
static void pattern_holds_together(struct arena *arena, const struct provider *provider,
                                   const struct plan *pattern)
{
    static const char *const typed[] = {"db-custom-4-15360",      "4-vcpu", "1.5g", "a9", "",
                                        "db-custom-99999999999-1"};
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        struct plan plan;
        if (plan_pattern_find(arena, provider, pattern, typed[i], &plan))
            demand(!plan_is_pattern(&plan) && plan.max_connections != 0);
    }
}

static void provider_holds_together(struct arena *arena, const struct provider *provider)
{
    for (size_t i = 0; i < provider->plan_count; i++) {
        plan_holds_together(&provider->plans[i]);
        pattern_holds_together(arena, provider, &provider->plans[i]);
    }
    for (size_t i = 0; i < provider->sign_count; i++)
        demand(provider->signs[i].kind < PLAN_SIGN_KINDS && provider->signs[i].source != NULL);
    for (size_t i = 0; i < provider->pooler_count; i++)
        demand(provider->poolers[i].default_mode <= PLAN_POOL_MODES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct fail fail = {0};
    struct provider provider;
    struct json_text text = {.name = "f.json", .bytes = (const char *)data, .length = size};
    if (provider_read(&arena, &text, &provider, &fail)) {
        demand(provider.plan_count > 0 && fail.kind == FAIL_NONE);
        provider_holds_together(&arena, &provider);
    } else {
        demand(fail.kind == FAIL_INPUT && strncmp(fail.message, "f.json:", 7) == 0);
    }
    arena_free(&arena);
    return 0;
}
