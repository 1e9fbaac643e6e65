#include "sessions.h"

#include "name.h"

#include <string.h>

/* A pooler hands on what its clients are called. */
static bool name_is_of(const struct sizing *sizing, const struct pool_class *class,
                       const char *application)
{
    const struct pooler *pooler = class->service->pooler;
    if (name_matches(class->service->application_name, application))
        return true;
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
    if (!name_is_of(sizing, class, application))
        return false;
    if (service_is_implicit(class->service))
        return true;
    if (class->target->role != NULL && group->role != NULL &&
        strcmp(class->target->role, group->role) != 0)
        return false;
    return class->target->database == NULL || group->database == NULL ||
           strcmp(class->target->database, group->database) == 0;
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
    size_t class = session_class(sizing, server, group);
    return class < server->class_count ? server->classes[class]->service : NULL;
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

int64_t sessions_used(const struct facts *facts)
{
    bool answered = facts->answer == ANSWER_LIVE || facts->answer == ANSWER_SNAPSHOT;
    if (!answered || facts->sessions == UNKNOWN || facts->max_connections == UNKNOWN)
        return UNKNOWN;
    int64_t reserved = facts->reserved_connections == UNKNOWN ? 0 : facts->reserved_connections;
    int64_t superuser = facts->superuser_reserved_connections == UNKNOWN
                            ? 0
                            : facts->superuser_reserved_connections;
    return facts->sessions + superuser + reserved;
}
