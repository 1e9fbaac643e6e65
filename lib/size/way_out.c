/*
 * Ways out as words and as arguments of --set.
 */
#include "ways_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void way_add(struct judge *judge, const struct way_out *way)
{
    if (judge->way_count < WAYS_MAX)
        judge->ways[judge->way_count++] = *way;
}

/* A name with a dot is said as a part of a JSON Pointer; one with "=" would end the path. */
void way_set_word(struct arena *arena, struct way_out *way, const char *section, const char *name,
                  const char *key, const char *value)
{
    if (strchr(name, '=') != NULL || strpbrk(name, "~/") != NULL)
        return;
    bool is_plain = strchr(name, '.') == NULL;
    char *path = arena_printf(arena, "%s.%s", section, key);
    const char *rest = path + strlen(section);
    for (char *at = path; !is_plain && *at != '\0'; at++)
        if (*at == '.')
            *at = '/';
    way->sets[way->set_count++] =
        is_plain ? arena_printf(arena, "%s.%s%s=%s", section, name, rest, value)
                 : arena_printf(arena, "/%s/%s%s=%s", section, name, rest, value);
}

void way_set(struct arena *arena, struct way_out *way, const char *section, const char *name,
             const char *key, int64_t value)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRId64, value);
    way_set_word(arena, way, section, name, key, digits);
}
