/*
 * Whose sessions a live server holds: the first service in file order whose application name, role
 * and database match owns a session. After a failover the services of what it followed come after
 * its own.
 */
#ifndef PGSIZE_SESSIONS_H
#define PGSIZE_SESSIONS_H

#include "sizing.h"

/* Index of the first class of the server that matches; their count: none does. */
size_t session_class(const struct sizing *sizing, const struct server_sizing *server,
                     const struct session_group *group);

/* The classes whose sessions belong on a server: its own, and once it is a standby no more what
 * lands there. While it is one, a session of its primary's services went astray. */
static inline struct class_list classes_of_sessions(const struct server_sizing *server)
{
    return (struct class_list){server->classes, server->input.facts->in_recovery
                                                    ? server->class_count
                                                    : server->counted_count};
}

/* NULL: no service of the topology explains these sessions. */
const struct service *session_owner(const struct sizing *sizing, const struct server_sizing *server,
                                    const struct session_group *group);

/* So much of a sizing as session_owner() needs: no server was asked, no limit is recommended. */
void session_owners_make(struct arena *arena, const struct topology *topology,
                         struct sizing *ret_sizing);

/* Sessions that nobody explains. */
int64_t sessions_undeclared(const struct sizing *sizing, const struct server_sizing *server);

/* Whether inspect looks at a server of which nobody declares anything: then nobody is undeclared.
 */
static inline bool sizing_declares_nobody(const struct sizing *sizing)
{
    return sizing->purpose == PURPOSE_INSPECT && sizing->topology->service_count == 0;
}

/* What a class may hold by what is declared, with a deploy; UNKNOWN: nobody knows. */
int64_t class_declared_most(const struct pool_class *class);

/* The same of all sessions that count as those of a class: after a failover what landed of its
 * service looks the same. */
int64_t sessions_declared_most(const struct server_sizing *server, const struct pool_class *class);

/* How many sessions each of classes_of_sessions() holds now; those that nobody explains behind the
 * last. */
const int64_t *sessions_held(struct arena *arena, const struct sizing *sizing,
                             const struct server_sizing *server) __attribute__((returns_nonnull));

/* What stands before a count of sessions that is an upper bound; nothing before another. */
static inline const char *sessions_at_most(const struct facts *facts)
{
    return facts_count_is_exact(facts) || facts->sessions == 0 ? "" : "at most ";
}

/* sessions + SR + RC by what the server says of itself; UNKNOWN: it said nothing. */
int64_t sessions_used(const struct facts *facts);

#endif
