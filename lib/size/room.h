/*
 * How many more sessions a server would let in now, and what would stop the next one: the server's
 * slots, or a CONNECTION LIMIT. It is PostgreSQL's own arithmetic (InitPostgres, postinit.c), which
 * has nothing to do with a topology, a margin or an alert; and it is of this moment.
 */
#ifndef PGSIZE_ROOM_H
#define PGSIZE_ROOM_H

#include "sizing.h"

/* Whom the server tells apart when slots run short. */
enum admission { ADMIT_ORDINARY, ADMIT_RESERVED_ROLE, ADMIT_SUPERUSER };
enum { ADMISSIONS = ADMIT_SUPERUSER + 1 };

/* The slots kept back are a threshold, not seats: with `free` = MC - all sessions of whatever role,
 *
 *     ordinary role                          free - SR - RC
 *     member of pg_use_reserved_connections  free - SR       (16 and later)
 *     superuser                              free
 *
 * more are admitted, none below 0. postgres.md 1.3. Worked: MC 20, SR 3, with 5 superusers inside:
 * 12 ordinary ones, not 17. UNKNOWN where the server did not say what it takes. */
struct room {
    int64_t of[ADMISSIONS];
    bool is_least; /* the count of sessions is an upper bound: there may be more */
};
struct room room_now(const struct facts *facts);

/* What stops the first session that is refused. */
enum stop { STOP_SLOTS, STOP_ROLE, STOP_DATABASE };
extern const char *const stop_names[]; /* "slots", "role", "database" */

/* A role in a database, as it was seen there. */
struct pair {
    const char *role, *database; /* database NULL: not known */
    int64_t sessions;
    enum admission admission;
    int64_t more; /* that it may open there before it is stopped */
    enum stop stop;
    int64_t limit; /* of the role or database that stops it; else UNKNOWN */
    bool is_least;
};

struct pairs {
    struct pair *at; /* the least room first, then the most sessions, then by name */
    size_t count;
};

/* Every role and database that sessions were seen of. None where room is not known. */
struct pairs pairs_make(struct arena *arena, const struct server_sizing *server);

#endif
