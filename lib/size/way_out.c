/*
 * Ways out as words and as arguments of --set.
 */
#include "ways_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void way_add(struct judge *judge, const struct way_out *way)
{
    if (judge->way_count < WAYS_MAX - 1) /* the last place is for a pooler */
        judge->ways[judge->way_count++] = *way;
}

/* A part of a JSON Pointer, for a name that dots would cut. */
static void part_put(struct text *text, const char *name)
{
    for (; *name != '\0'; name++) {
        if (*name == '~' || *name == '/')
            text_put(text, *name == '~' ? "~0" : "~1");
        else
            text_put_char(text, *name);
    }
}

/* Without all its settings a way is none; `=` ends a path, so a name with it cannot be said. */
void way_set_word(struct arena *arena, struct way_out *way, const char *section, const char *name,
                  const char *key, const char *value)
{
    struct text setting = {.arena = arena};
    if (strchr(name, '=') != NULL) {
        way->sets = NULL;
        way->set_count = 0;
    }
    if (way->sets == NULL)
        return;
    if (strchr(name, '.') == NULL) {
        text_printf(&setting, "%s.%s.%s=%s", section, name, key, value);
    } else {
        text_printf(&setting, "/%s/", section);
        part_put(&setting, name);
        text_put_char(&setting, '/');
        for (const char *at = key; *at != '\0'; at++)
            text_put_char(&setting, *at == '.' ? '/' : *at);
        text_printf(&setting, "=%s", value);
    }
    way->sets[way->set_count++] = text_keep(&setting);
}

void way_set(struct arena *arena, struct way_out *way, const char *section, const char *name,
             const char *key, int64_t value)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%" PRId64, value);
    way_set_word(arena, way, section, name, key, digits);
}
