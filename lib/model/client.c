/* Which clients there are. Their rows: client_rows_LANGUAGE.c. */
#include "client.h"

#include "client_rows.h"

#include <string.h>

/* In the order in which they are listed. */
static const struct {
    const struct client *clients;
    const size_t *count;
} tables[] = {
    {js_clients, &js_client_count},     {python_clients, &python_client_count},
    {java_clients, &java_client_count}, {go_clients, &go_client_count},
    {rust_clients, &rust_client_count}, {other_clients, &other_client_count},
};

enum { TABLES = sizeof tables / sizeof tables[0] };

size_t client_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < TABLES; i++)
        count += *tables[i].count;
    return count;
}

const struct client *client_at(size_t index)
{
    for (size_t i = 0; i < TABLES; i++) {
        if (index < *tables[i].count)
            return &tables[i].clients[index];
        index -= *tables[i].count;
    }
    return NULL;
}

const struct client *client_find(const char *id)
{
    for (size_t i = 0; i < TABLES; i++)
        for (size_t k = 0; k < *tables[i].count; k++)
            if (strcmp(tables[i].clients[k].id, id) == 0)
                return &tables[i].clients[k];
    return NULL;
}

const char *const *client_ids(struct arena *arena, size_t *ret_count)
{
    *ret_count = client_count();
    const char **ids = ARENA_ARRAY(arena, *ret_count, const char *);
    for (size_t i = 0; i < *ret_count; i++)
        ids[i] = client_at(i)->id;
    return ids;
}
