/*
 * Whose sessions a live server holds: the first service in file order whose application name, role
 * and database match owns a session.
 */
#ifndef PGSIZE_SESSIONS_H
#define PGSIZE_SESSIONS_H

#include "sizing.h"

/* Index of the first class of the server that matches; their count: none does. */
size_t session_class(const struct sizing *sizing, const struct server_sizing *server,
                     const struct session_group *group);

/* NULL: no service of the topology explains these sessions. */
const struct service *session_owner(const struct sizing *sizing, const struct server_sizing *server,
                                    const struct session_group *group);

/* Sessions that nobody explains. */
int64_t sessions_undeclared(const struct sizing *sizing, const struct server_sizing *server);

/* What a class may hold by what is declared, with a deploy; UNKNOWN: nobody knows. */
int64_t class_declared_most(const struct pool_class *class);

/* sessions + SR + RC by what the server says of itself; UNKNOWN: it said nothing. */
int64_t sessions_used(const struct facts *facts);

#endif
