#include "room.h"

#include <stdlib.h>
#include <string.h>

const char *const stop_names[] = {
    [STOP_SLOTS] = "slots", [STOP_ROLE] = "role", [STOP_DATABASE] = "database"};

enum { RESERVED_ROLES_SINCE_VERSION = 160000 };

static int64_t room_above(int64_t free, int64_t kept)
{
    return free > kept ? free - kept : 0;
}

static int64_t known(int64_t value)
{
    return value == UNKNOWN ? 0 : value;
}

struct room room_now(const struct facts *facts)
{
    bool answered = facts_has_let_in(facts);
    if (!answered || facts->sessions == UNKNOWN || facts->max_connections == UNKNOWN)
        return (struct room){{UNKNOWN, UNKNOWN, UNKNOWN}, false};
    int64_t free = facts->max_connections - facts->sessions,
            superuser = known(facts->superuser_reserved_connections),
            reserved = known(facts->reserved_connections);
    return (struct room){
        .of = {[ADMIT_ORDINARY] = room_above(free, superuser + reserved),
               [ADMIT_RESERVED_ROLE] = room_above(free, superuser),
               [ADMIT_SUPERUSER] = room_above(free, 0)},
        .is_least = !facts_count_is_exact(facts),
    };
}

/* Sessions of each role, and in each database; and who is privileged. */
struct census {
    const struct server_sizing *server;
    struct arena *scratch;
    struct name_table names[2]; /* by enum cap_kind: name -> index in sessions */
    int64_t *sessions[2];
    int64_t unseen; /* sessions of groups that were not kept */
    struct name_table superusers, reserved_roles;
    bool reserved_roles_known;
};

static struct name_table names_table(struct arena *arena, const char *const *names, size_t count)
{
    struct name_table table = {0};
    for (size_t i = 0; i < count; i++)
        (void)name_table_add(&table, arena, names[i], i, NULL);
    return table;
}

static int64_t *census_place(struct census *census, enum cap_kind kind, const char *name)
{
    size_t index = census->names[kind].count;
    (void)name_table_add(&census->names[kind], census->scratch, name, index, &index);
    return &census->sessions[kind][index];
}

static struct census census_make(struct arena *scratch, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    struct census census = {
        .server = server,
        .scratch = scratch,
        .superusers = names_table(scratch, facts->superusers, facts->superuser_count),
        .reserved_roles = names_table(scratch, facts->reserved_roles, facts->reserved_role_count),
        .reserved_roles_known = facts->reserved_roles_known ||
                                facts->version < RESERVED_ROLES_SINCE_VERSION ||
                                known(facts->reserved_connections) == 0,
        .unseen = facts->sessions,
    };
    for (size_t kind = 0; kind < 2; kind++)
        census.sessions[kind] = ARENA_ARRAY(scratch, facts->group_count + 1, int64_t);
    for (size_t i = 0; i < facts->group_count; i++) {
        const struct session_group *group = &facts->groups[i];
        if (group->role != NULL)
            *census_place(&census, CAP_ROLE, group->role) += group->count;
        if (group->database != NULL)
            *census_place(&census, CAP_DATABASE, group->database) += group->count;
        census.unseen -= group->count;
    }
    return census;
}

static enum admission admission_of(const struct census *census, const char *role)
{
    if (name_table_find(&census->superusers, role, NULL))
        return ADMIT_SUPERUSER;
    return name_table_find(&census->reserved_roles, role, NULL) ? ADMIT_RESERVED_ROLE
                                                                : ADMIT_ORDINARY;
}

/* Holds the pair to a role's or database's own limit. The server asks for the role's first, then
 * for its slots, then for the database's, and the first that is reached is the one it names. */
static void limit_apply(struct census *census, enum cap_kind kind, const char *name,
                        struct pair *pair)
{
    size_t row;
    const struct server_sizing *server = census->server;
    if (name == NULL || pair->admission == ADMIT_SUPERUSER ||
        !name_table_find(&server->cap_names[kind], name, &row) || server->caps[row].of_plan)
        return;
    int64_t limit = server->caps[row].limit,
            more = room_above(limit, *census_place(census, kind, name) + census->unseen);
    if (kind == CAP_ROLE ? more > pair->more : more >= pair->more)
        return;
    pair->more = more;
    pair->stop = kind == CAP_ROLE ? STOP_ROLE : STOP_DATABASE;
    pair->limit = limit;
    pair->is_least |= census->unseen > 0;
}

static void pair_judge(struct census *census, const struct room *room, struct pair *pair)
{
    pair->admission = admission_of(census, pair->role);
    pair->more = room->of[pair->admission];
    pair->limit = UNKNOWN;
    pair->is_least =
        room->is_least || (pair->admission == ADMIT_ORDINARY && !census->reserved_roles_known);
    limit_apply(census, CAP_ROLE, pair->role, pair);
    limit_apply(census, CAP_DATABASE, pair->database, pair);
}

static int name_compare(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return (a == NULL) - (b == NULL);
    return strcmp(a, b);
}

static int pair_compare(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->more != b->more)
        return a->more < b->more ? -1 : 1;
    if (a->sessions != b->sessions)
        return a->sessions < b->sessions ? 1 : -1;
    int order = name_compare(a->role, b->role);
    return order != 0 ? order : name_compare(a->database, b->database);
}

/* The pairs that were seen, each once. */
static struct pairs pairs_find(struct arena *arena, struct arena *scratch,
                               const struct facts *facts)
{
    struct pairs pairs = {.at = ARENA_ARRAY(arena, facts->group_count + 1, struct pair)};
    struct name_table seen = {0};
    for (size_t i = 0; i < facts->group_count; i++) {
        const struct session_group *group = &facts->groups[i];
        size_t index = pairs.count;
        if (group->role == NULL)
            continue; /* not let in yet */
        const char *key = arena_printf(scratch, "%zu %s%s%s", strlen(group->role), group->role,
                                       group->database != NULL ? "/" : "",
                                       group->database != NULL ? group->database : "");
        if (name_table_add(&seen, scratch, key, index, &index))
            pairs.at[pairs.count++] =
                (struct pair){.role = group->role, .database = group->database};
        pairs.at[index].sessions += group->count;
    }
    return pairs;
}

struct pairs pairs_make(struct arena *arena, const struct server_sizing *server)
{
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    struct room room = room_now(server->input.facts);
    if (room.of[ADMIT_ORDINARY] == UNKNOWN)
        return (struct pairs){0};
    struct census census = census_make(&scratch, server);
    struct pairs pairs = pairs_find(arena, &scratch, server->input.facts);
    for (size_t i = 0; i < pairs.count; i++)
        pair_judge(&census, &room, &pairs.at[i]);
    if (pairs.count > 0)
        qsort(pairs.at, pairs.count, sizeof *pairs.at, pair_compare);
    arena_free(&scratch);
    return pairs;
}
