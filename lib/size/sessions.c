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

size_t session_class(const struct sizing *sizing, const struct server_sizing *server,
                     const struct session_group *group)
{
    size_t i = 0;
    while (i < server->class_count && !matches(sizing, server->classes[i], group))
        i++;
    return i;
}

const struct service *session_owner(const struct sizing *sizing, const struct server_sizing *server,
                                    const struct session_group *group)
{
    size_t class = session_class(sizing, server, group), end = classes_of_sessions(server).count;
    while (class < end && !matches(sizing, server->classes[class], group))
        class ++;
    return class < end ? server->classes[class]->service : NULL;
}

const int64_t *sessions_held(struct arena *arena, const struct sizing *sizing,
                             const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    int64_t *held = ARENA_ARRAY(arena, server->class_count + 1, int64_t);
    for (size_t i = 0; i < facts->group_count; i++)
        held[session_class(sizing, server, &facts->groups[i])] += facts->groups[i].count;
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
