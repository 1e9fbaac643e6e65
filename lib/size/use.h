/*
 * Who holds a server's slots now: its sessions by service, role, database, client address or state,
 * with what they do and since when. Sessions of no service are by their application. It adds up
 * what the server said and judges nothing.
 */
#ifndef PGSIZE_USE_H
#define PGSIZE_USE_H

#include "sizing.h"

enum use_by { USE_BY_SERVICE, USE_BY_ROLE, USE_BY_DATABASE, USE_BY_ADDRESS, USE_BY_STATE };
enum { USE_KINDS = USE_BY_STATE + 1 };

struct use {
    const struct service *service; /* USE_BY_SERVICE; NULL: none explains them */
    const char *name;              /* of the service, application, role ...; NULL: not said */
    int64_t sessions;              /* may be more than the next three: of some it is hidden */
    int64_t active, idle, in_transaction; /* in_transaction: and idle in it */
    int64_t stateless;                    /* of which no state is known */
    int64_t idle_over; /* of the idle ones, for longer than --idle-after; at least so many */
    int64_t oldest_s;  /* the longest time that one of them has been in its state; UNKNOWN */
    int64_t before;    /* sessions in the earlier facts */
};

struct uses {
    struct use *at; /* the most sessions first, then the most before, then by name */
    size_t count;
};

/* `before` may be NULL. By service, those of the topology that connect here and hold nothing are
 * listed too. */
struct uses uses_make(struct arena *arena, const struct sizing *sizing,
                      const struct server_sizing *server, enum use_by by,
                      const struct facts *before);

/* How many idle sessions of a group have been so for longer than `over_ms`: exact where their times
 * were kept, else at least so many. */
int64_t group_idle_over(const struct session_group *group, int64_t over_ms);

#endif
