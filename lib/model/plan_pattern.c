#include "plan_pattern.h"

#include "decimal.h"

#include <string.h>

enum { NUMBER_BYTES = 12, MIB_PER_GIB = 1024, THOUSAND = 1000 };

static const struct place {
    const char *name;
    size_t offset; /* of the double in struct plan */
    double unit;
} places[] = {
    {"{vcpu}", offsetof(struct plan, vcpu), 1},
    {"{memory_gib}", offsetof(struct plan, memory_gib), 1},
    {"{memory_mib}", offsetof(struct plan, memory_gib), MIB_PER_GIB},
    {"{compute_units}", offsetof(struct plan, compute_units), 1},
};

static const struct place *place_find(const char *at)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (strncmp(places[i].name, at, strlen(places[i].name)) == 0)
            return &places[i];
    return NULL;
}

bool plan_is_pattern(const struct plan *plan)
{
    return strchr(plan->id, '{') != NULL;
}

const char *plan_pattern_fault(const char *id)
{
    while (*(id += strcspn(id, "{}")) != '\0') {
        const struct place *place = place_find(id);
        if (place == NULL)
            return "braces hold one of vcpu, memory_gib, memory_mib, compute_units";
        id += strlen(place->name);
        if (*id == '{' || (*id >= '0' && *id <= '9') || *id == '.')
            return "something must stand between a place for a number and the next one";
    }
    return NULL;
}

/* The number that stands at `*at`; above 0. */
static bool number_take(const char **at, int64_t *ret_thousandths)
{
    char digits[NUMBER_BYTES + 1];
    size_t length = strspn(*at, "0123456789.");
    if (length == 0 || length > NUMBER_BYTES)
        return false;
    memcpy(digits, *at, length);
    digits[length] = '\0';
    *at += length;
    return thousandths_read(digits, ret_thousandths) && *ret_thousandths > 0;
}

static char lower(char character)
{
    return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

bool plan_pattern_find(struct arena *arena, const struct provider *provider,
                       const struct plan *pattern, const char *id, struct plan *ret_plan)
{
    const char *at = id;
    struct fail ignored = {0};
    *ret_plan = *pattern;
    for (const char *want = pattern->id; *want != '\0';) {
        const struct place *place = place_find(want);
        int64_t thousandths;
        if (place == NULL) {
            if (lower(*want++) != lower(*at++))
                return false;
            continue;
        }
        if (!number_take(&at, &thousandths))
            return false;
        double number = (double)thousandths / THOUSAND / place->unit;
        memcpy((char *)ret_plan + place->offset, &number, sizeof number);
        want += strlen(place->name);
    }
    char *name = arena_strdup(arena, id);
    for (char *character = name; *character != '\0'; character++)
        *character = lower(*character);
    ret_plan->id = name;
    return *at == '\0' && plan_figure_set(&provider->formula, ret_plan, &ignored);
}
