#include "sessions.h"

#include "classes.h"
#include "name.h"

#include <string.h>

static bool place_is_of(const struct target *target, const char *role, const char *database)
{
    if (target->role != NULL && role != NULL && strcmp(target->role, role) != 0)
        return false;
    return target->database == NULL || database == NULL || strcmp(target->database, database) == 0;
}

static bool target_owns(const struct service *service, const struct target *target,
                        const char *application, const char *role, const char *database)
{
    return name_matches(service->application_name, application) &&
           (service_is_implicit(service) || place_is_of(target, role, database));
}

/* A pooler hands on what its clients are called. */
static bool name_is_of_client(const struct sizing *sizing, const struct pool_class *class,
                              const char *application)
{
    const struct pooler *pooler = class->service->pooler;
    if (pooler == NULL)
        return false;
    const struct server_sizing *front = sizing->poolers[pooler->index].front;
    for (size_t i = 0; i < front->class_count; i++)
        if (name_matches(front->classes[i]->service->application_name, application))
            return true;
    return false;
}

static bool matches(const struct sizing *sizing, const struct pool_class *class,
                    const struct session_group *group)
{
    const char *application = group->application_name != NULL ? group->application_name : "";
    return target_owns(class->service, class->target, application, group->role, group->database) ||
           (name_is_of_client(sizing, class, application) &&
            place_is_of(class->target, group->role, group->database));
}

/* Among the first `count` classes of the server. */
static size_t class_find(const struct sizing *sizing, const struct server_sizing *server,
                         size_t count, const struct session_group *group)
{
    size_t i = 0;
    while (i < count && !matches(sizing, server->classes[i], group))
        i++;
    return i;
}

size_t session_class(const struct sizing *sizing, const struct server_sizing *server,
                     const struct session_group *group)
{
    return class_find(sizing, server, server->class_count, group);
}

const struct service *session_owner(const struct sizing *sizing, const struct server_sizing *server,
                                    const struct session_group *group)
{
    size_t count = classes_of_sessions(server).count,
           class = class_find(sizing, server, count, group);
    return class < count ? server->classes[class]->service : NULL;
}

const int64_t *sessions_held(struct arena *arena, const struct sizing *sizing,
                             const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    size_t count = classes_of_sessions(server).count;
    int64_t *held = ARENA_ARRAY(arena, count + 1, int64_t);
    for (size_t i = 0; i < facts->group_count; i++)
        held[class_find(sizing, server, count, &facts->groups[i])] += facts->groups[i].count;
    return held;
}

void session_owners_make(struct arena *arena, const struct topology *topology,
                         struct sizing *ret_sizing)
{
    struct server_input *inputs = ARENA_ARRAY(arena, topology->server_count, struct server_input);
    for (size_t i = 0; i < topology->server_count; i++)
        inputs[i].facts = &facts_unknown;
    *ret_sizing = (struct sizing){.purpose = PURPOSE_CHECK, .topology = topology};
    classes_make(arena, ret_sizing, inputs);
}

int64_t sessions_undeclared(const struct sizing *sizing, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    int64_t undeclared = 0;
    for (size_t i = 0; i < facts->group_count; i++)
        if (session_owner(sizing, server, &facts->groups[i]) == NULL)
            undeclared += facts->groups[i].count;
    return undeclared;
}

int64_t class_declared_most(const struct pool_class *class)
{
    if (service_is_implicit(class->service) ||
        (class->today == UNKNOWN && class->pools_at_peak > 0))
        return UNKNOWN;
    return class_connections(class->pools_at_peak, class->today) + class->extra_at_peak;
}

/* Whether a session of the one may be taken for one of the other. */
static bool is_alike(const struct pool_class *one, const struct pool_class *other)
{
    return one->service == other->service &&
           place_is_of(one->target, other->target->role, other->target->database);
}

int64_t sessions_declared_most(const struct server_sizing *server, const struct pool_class *class)
{
    struct class_list all = classes_of_sessions(server);
    int64_t most = class_declared_most(class);
    size_t next = is_landed(server, class) ? class->place + 1 : server->class_count;
    for (size_t i = next; i < all.count && most != UNKNOWN; i++) {
        if (!is_alike(class, all.at[i]))
            continue;
        int64_t one = class_declared_most(all.at[i]);
        most = one == UNKNOWN ? UNKNOWN : most + one;
    }
    return most;
}

int64_t sessions_used(const struct facts *facts)
{
    bool answered = facts_has_let_in(facts);
    if (!answered || facts->sessions == UNKNOWN || facts->max_connections == UNKNOWN)
        return UNKNOWN;
    int64_t reserved = facts->reserved_connections == UNKNOWN ? 0 : facts->reserved_connections;
    int64_t superuser = facts->superuser_reserved_connections == UNKNOWN
                            ? 0
                            : facts->superuser_reserved_connections;
    return facts->sessions + superuser + reserved;
}
