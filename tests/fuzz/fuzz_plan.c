/*
 * Any bytes as a provider file: read or refused with a place and a message, and what was read holds
 * together.
 */
#include "plan.h"

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
    for (size_t i = 0; i < plan->source_count; i++)
        demand(strlen(plan->sources[i]) > 0);
    for (size_t i = 0; i < plan->claim_count; i++)
        demand(plan->claims[i].source != NULL || plan->claims[i].note != NULL);
    demand(confidence_name(plan->confidence) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct fail fail = {0};
    struct provider provider;
    struct json_text text = {.name = "f.json", .bytes = (const char *)data, .length = size};
    if (provider_read(&arena, &text, &provider, &fail)) {
        demand(provider.plan_count > 0 && fail.kind == FAIL_NONE);
        for (size_t i = 0; i < provider.plan_count; i++)
            plan_holds_together(&provider.plans[i]);
    } else {
        demand(fail.kind == FAIL_INPUT && strncmp(fail.message, "f.json:", 7) == 0);
    }
    arena_free(&arena);
    return 0;
}
