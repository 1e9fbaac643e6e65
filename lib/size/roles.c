#include "roles.h"

#include "contexts.h"

/* Role -> index; those without a name share one. */
struct role_index {
    struct name_table names;
    size_t nameless;
    size_t count;
};

static size_t role_find(struct arena *arena, struct role_index *index, const char *name)
{
    size_t found = index->count;
    if (name == NULL && index->nameless == NO_ROW)
        index->nameless = found;
    else if (name == NULL)
        found = index->nameless;
    else
        (void)name_table_add(&index->names, arena, name, index->count, &found);
    index->count += found == index->count;
    return found;
}

/* What holds now, as classes.c took it: a plan's limit is not the role's own. */
static void now_find(const struct server_sizing *server, struct role_peak *role)
{
    size_t row;
    bool is_found = role->name != NULL &&
                    name_table_find(&server->cap_names[CAP_ROLE], role->name, &row) &&
                    !server->caps[row].of_plan;
    role->now = is_found ? server->caps[row].limit : UNKNOWN;
    role->is_known = is_found || facts_has_let_in(server->input.facts);
}

static struct role_peak *peaks_make(struct arena *arena, const struct server_sizing *server,
                                    size_t *ret_count)
{
    struct role_index index = {.nameless = NO_ROW};
    struct role_peak *roles = ARENA_ARRAY(arena, server->counted_count + 1, struct role_peak);
    size_t *of_class = ARENA_ARRAY(arena, server->counted_count + 1, size_t);
    for (size_t i = 0; i < server->counted_count; i++) {
        const struct pool_class *class = server->counted[i];
        of_class[i] = role_find(arena, &index, class->target->role);
        struct role_peak *role = &roles[of_class[i]];
        role->name = class->target->role;
        role->superuser = class->superuser;
        role->classes.count++;
    }
    struct pool_class **lists = ARENA_ARRAY(arena, server->counted_count + 1, struct pool_class *);
    struct pool_class ***ends = ARENA_ARRAY(arena, index.count + 1, struct pool_class **);
    for (size_t i = 0; i < index.count; lists += roles[i].classes.count, i++)
        roles[i].classes.at = ends[i] = lists;
    for (size_t i = 0; i < server->counted_count; i++)
        *ends[of_class[i]]++ = server->counted[i];
    for (size_t i = 0; i < index.count; i++) {
        roles[i].peak = classes_most(server, roles[i].classes, MOMENT_PEAK, LIMIT_RECOMMENDED,
                                     &roles[i].context);
        now_find(server, &roles[i]);
    }
    *ret_count = index.count;
    return roles;
}

/* A role is replicated with its limit, which must then hold what is on a standby at a failover. */
static void standby_raise(struct arena *arena, const struct server_sizing *standby,
                          struct role_peak *roles, size_t count)
{
    struct name_table names = {0};
    size_t there_count, at;
    const struct role_peak *there = peaks_make(arena, standby, &there_count);
    for (size_t i = 0; i < there_count; i++)
        if (there[i].name != NULL)
            (void)name_table_add(&names, arena, there[i].name, i, NULL);
    for (size_t i = 0; i < count; i++) {
        if (roles[i].name == NULL || !name_table_find(&names, roles[i].name, &at) ||
            there[at].peak <= roles[i].peak)
            continue;
        roles[i].peak = there[at].peak;
        roles[i].standby = standby;
    }
}

struct role_peak *role_peaks_make(struct arena *arena, const struct server_sizing *server,
                                  size_t *ret_count)
{
    struct role_peak *roles = peaks_make(arena, server, ret_count);
    for (size_t i = 0; i < server->standby_count; i++)
        if (server->standbys[i]->fits)
            standby_raise(arena, server->standbys[i], roles, *ret_count);
    return roles;
}
