#include "use.h"

#include "intern.h"
#include "sessions.h"

#include <stdlib.h>
#include <string.h>

/* Uses being made, by a key that tells a service from an application of its name. */
struct making {
    const struct sizing *sizing;
    const struct server_sizing *server;
    enum use_by by;
    struct arena scratch;
    struct intern keys;
    struct text key;
    struct uses uses;
    struct arena *arena;
    size_t capacity;
};

static bool is_state(const struct session_group *group, const char *state)
{
    return group->state != NULL && strcmp(group->state, state) == 0;
}

static bool is_idle_in_transaction(const struct session_group *group)
{
    static const char state[] = "idle in transaction"; /* or it with "(aborted)" */
    return group->state != NULL && strncmp(group->state, state, sizeof state - 1) == 0;
}

int64_t group_idle_over(const struct session_group *group, int64_t over_ms)
{
    if (!is_state(group, "idle"))
        return 0;
    if (group->idle_s == NULL) /* of the oldest one it is known */
        return group->count > 0 && group->oldest_s > over_ms / 1000;
    size_t at_most = 0, end = group->idle_count;
    while (at_most < end) {
        size_t middle = at_most + (end - at_most) / 2;
        if (group->idle_s[middle] > over_ms / 1000)
            end = middle;
        else
            at_most = middle + 1;
    }
    return (int64_t)(group->idle_count - at_most);
}

/* Whose sessions these are; NULL: of no service that anybody named. */
static const struct service *owner_of(const struct making *making,
                                      const struct session_group *group)
{
    if (making->by != USE_BY_SERVICE)
        return NULL;
    const struct service *owner = session_owner(making->sizing, making->server, group);
    return owner != NULL && service_is_implicit(owner) ? NULL : owner;
}

static const char *name_of(const struct session_group *group, enum use_by by)
{
    const char *const names[] = {
        [USE_BY_SERVICE] = group->application_name,
        [USE_BY_ROLE] = group->role,
        [USE_BY_DATABASE] = group->database,
        [USE_BY_ADDRESS] = group->client_addr,
        [USE_BY_STATE] = group->state,
    };
    return names[by];
}

static struct use *use_find(struct making *making, const struct service *service, const char *name)
{
    struct text *key = &making->key;
    bool is_new;
    key->length = 0;
    text_put_char(key, service != NULL ? 's' : name != NULL ? 'n' : '-');
    text_put(key, name != NULL ? name : "");
    size_t index = intern(&making->keys, key->bytes, key->length, &is_new);
    if (is_new && making->uses.count == making->capacity) {
        size_t capacity = making->capacity == 0 ? 16 : making->capacity * 2;
        struct use *more = ARENA_ARRAY(making->arena, capacity, struct use);
        if (making->uses.count > 0)
            memcpy(more, making->uses.at, making->uses.count * sizeof *more);
        making->uses.at = more;
        making->capacity = capacity;
    }
    struct use *use = &making->uses.at[index];
    if (is_new) {
        *use = (struct use){.service = service, .name = name, .oldest_s = UNKNOWN};
        making->uses.count++;
    }
    return use;
}

static struct use *use_of(struct making *making, const struct session_group *group)
{
    const struct service *owner = owner_of(making, group);
    return use_find(making, owner, owner != NULL ? owner->name : name_of(group, making->by));
}

static void group_add(struct making *making, const struct session_group *group)
{
    struct use *use = use_of(making, group);
    use->sessions += group->count;
    if (is_state(group, "active") || is_state(group, "fastpath function call"))
        use->active += group->count;
    if (is_state(group, "idle"))
        use->idle += group->count;
    if (is_idle_in_transaction(group))
        use->in_transaction += group->count;
    if (group->state == NULL)
        use->stateless += group->count;
    use->idle_over += group_idle_over(group, making->sizing->idle_after_ms);
    if (group->oldest_s > use->oldest_s)
        use->oldest_s = group->oldest_s;
}

static int use_compare(const void *left, const void *right)
{
    const struct use *a = left, *b = right;
    if (a->sessions != b->sessions)
        return a->sessions < b->sessions ? 1 : -1;
    if (a->before != b->before)
        return a->before < b->before ? 1 : -1;
    if ((a->name == NULL) != (b->name == NULL))
        return a->name == NULL ? 1 : -1;
    int order = a->name == NULL ? 0 : strcmp(a->name, b->name);
    return order != 0 ? order : (a->service == NULL) - (b->service == NULL);
}

static void services_add(struct making *making)
{
    for (size_t i = 0; i < making->server->class_count; i++) {
        const struct service *service = making->server->classes[i]->service;
        if (!service_is_implicit(service))
            (void)use_find(making, service, service->name);
    }
}

struct uses uses_make(struct arena *arena, const struct sizing *sizing,
                      const struct server_sizing *server, enum use_by by,
                      const struct facts *before)
{
    const struct facts *facts = server->input.facts;
    struct making making = {.sizing = sizing,
                            .server = server,
                            .by = by,
                            .scratch = {.on_out_of_memory = arena->on_out_of_memory},
                            .arena = arena};
    making.keys.arena = making.key.arena = &making.scratch;
    if (by == USE_BY_SERVICE)
        services_add(&making);
    for (size_t i = 0; i < facts->group_count; i++)
        group_add(&making, &facts->groups[i]);
    for (size_t i = 0; before != NULL && i < before->group_count; i++)
        use_of(&making, &before->groups[i])->before += before->groups[i].count;
    if (making.uses.count > 0)
        qsort(making.uses.at, making.uses.count, sizeof *making.uses.at, use_compare);
    text_free(&making.key);
    arena_free(&making.scratch);
    return making.uses;
}
