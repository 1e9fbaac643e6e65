#include "owners.h"

#include "sessions.h"

#include <string.h>

/* A name that is not known is another than the empty one. */
static void name_put(struct text *key, const char *name)
{
    if (name != NULL)
        text_put_char(key, '=');
    text_put_bytes(key, name != NULL ? name : "", name != NULL ? strlen(name) + 1 : 1);
}

static void key_make(struct owners *owners, const struct session_group *group)
{
    owners->key.arena = &owners->arena;
    owners->key.length = 0;
    name_put(&owners->key, group->application_name);
    name_put(&owners->key, group->role);
    name_put(&owners->key, group->database);
}

static void owners_forget(struct owners *owners)
{
    arena_clear(&owners->arena);
    owners->groups = (struct intern){.arena = &owners->arena};
    owners->services = ARENA_ARRAY(&owners->arena, OWNERS_MOST, const struct service *);
}

const struct service *owners_find(struct owners *owners, const struct sizing *sizing,
                                  const struct server_sizing *server,
                                  const struct session_group *group)
{
    bool is_new;
    key_make(owners, group);
    if (owners->key.length > OWNERS_KEY_BYTES)
        return session_owner(sizing, server, group);
    if (owners->services == NULL || owners->groups.count == OWNERS_MOST)
        owners_forget(owners);
    uint32_t number = intern(&owners->groups, owners->key.bytes, owners->key.length, &is_new);
    if (is_new)
        owners->services[number] = session_owner(sizing, server, group);
    return owners->services[number];
}

void owners_free(struct owners *owners)
{
    text_free(&owners->key);
    arena_free(&owners->arena);
    owners->services = NULL;
}
