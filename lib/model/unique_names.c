#include "unique_names.h"

#include <string.h>

static void names_grow(struct unique_names *names, struct arena *arena)
{
    size_t capacity = names->capacity == 0 ? 16 : names->capacity * 2;
    const char **in_order = ARENA_ARRAY(arena, capacity, const char *);
    struct origin *places = ARENA_ARRAY(arena, capacity, struct origin);
    if (names->capacity > 0) {
        memcpy(in_order, names->in_order, names->capacity * sizeof *in_order);
        memcpy(places, names->places, names->capacity * sizeof *places);
    }
    names->in_order = in_order;
    names->places = places;
    names->capacity = capacity;
}

const struct origin *unique_names_add(struct unique_names *names, struct arena *arena,
                                      const char *name, struct origin place)
{
    size_t index = names->table.count, first;
    if (!name_table_add(&names->table, arena, name, index, &first))
        return &names->places[first];
    if (index == names->capacity)
        names_grow(names, arena);
    names->in_order[index] = name;
    names->places[index] = place;
    return NULL;
}
