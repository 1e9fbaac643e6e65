/*
 * Whose sessions they are, for who asks again and again of much the same groups, as a watch does:
 * session_owner() goes through all services, this remembers what it said. It answers for one server
 * of one sizing, and forgets everything when it has OWNERS_MOST groups, so that it stays small
 * whatever sessions call themselves.
 */
#ifndef PGSIZE_OWNERS_H
#define PGSIZE_OWNERS_H

#include "intern.h"
#include "sizing.h"
#include "text.h"

enum { OWNERS_MOST = 1000, OWNERS_KEY_BYTES = 1024 /* longer names are looked up each time */ };

/* Zeroed but for the handler of its arena. */
struct owners {
    struct arena arena;
    struct intern groups;
    const struct service **services; /* by number of the group */
    struct text key;
};

/* As session_owner(). */
const struct service *owners_find(struct owners *owners, const struct sizing *sizing,
                                  const struct server_sizing *server,
                                  const struct session_group *group);

void owners_free(struct owners *owners);

#endif
