#include "identity.h"

#include "intern.h"
#include "rule.h"

#include <string.h>

/* Fowler, Noll and Vo's hash, 1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/. Worked: "a"
 * gives af63dc4c8601ec8c. */
static uint64_t fingerprint_of(const char *bytes)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *bytes != '\0'; bytes++)
        hash = (hash ^ (unsigned char)*bytes) * UINT64_C(0x100000001b3);
    return hash;
}

static const char *key_of(struct arena *arena, const struct finding *finding)
{
    const struct cap *cap = finding->of_cap == NULL ? NULL : &finding->of_cap->caps[finding->cap];
    struct text key = {.arena = arena};
    text_printf(&key, "%s %s %s", finding->rule->id, finding->subject, finding->pointer);
    if (cap != NULL)
        text_printf(&key, " %s %s", cap->kind == CAP_DATABASE ? "database" : "role", cap->name);
    if (finding->pool != NULL && finding->service->target_count > 1) {
        text_put(&key, " pool ");
        service_pool_name(finding->service, finding->pool, &key);
    }
    if (finding->application != NULL)
        text_printf(&key, " application %s", finding->application);
    return text_keep(&key);
}

const struct identity *identities_make(struct arena *arena, const struct sizing *sizing)
{
    struct identity *made = ARENA_ARRAY(arena, sizing->finding_count + 1, struct identity);
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    struct intern keys = {.arena = &scratch};
    size_t *seen = ARENA_ARRAY(&scratch, sizing->finding_count + 1, size_t);
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const char *key = key_of(arena, &sizing->findings[i]);
        size_t before = seen[intern(&keys, key, strlen(key), NULL)]++;
        /* More that is said the same of is told apart by order. */
        made[i].key = before == 0 ? key : arena_printf(arena, "%s #%zu", key, before + 1);
        made[i].fingerprint = fingerprint_of(made[i].key);
    }
    arena_free(&scratch);
    return made;
}
