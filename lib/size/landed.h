/*
 * Failover: what lands on a standby. A server that follows another one must hold that one's pools
 * beside its own, so each of those stands there a second time: a class that counts in the standby's
 * budget, and in its role and database limits, and whose limit is that of the class it stands for.
 * So every sum of the standby holds what would land, at the standby's own worst moment. Nothing
 * here decides a limit.
 */
#ifndef PGSIZE_LANDED_H
#define PGSIZE_LANDED_H

#include "contexts.h"

/* Finds leaders and standbys. */
void landed_link(struct arena *arena, struct sizing *sizing);

/* How many classes land on a server, once it is known how many each server has. */
size_t landed_count(const struct server_sizing *server);

/* Puts behind the classes of each standby what lands there, still without its rows, and into
 * `counted` what counts in each budget. The array of its classes has room for them. */
void landed_make(struct arena *arena, struct sizing *sizing);

/* Numbers the jobs of each standby, own and landed, as jobs_find() does. */
void landed_jobs_number(const struct arena *arena, struct sizing *sizing);

/* Copies into what lands whatever was found since of the classes that it stands for. */
void landed_take(struct sizing *sizing);

/* The server that a class is of which counts on this one, and the class that it stands for: the
 * same, unless it lands. */
const struct server_sizing *landed_home(const struct server_sizing *server,
                                        const struct pool_class *class);
struct pool_class *landed_from(const struct server_sizing *server, const struct pool_class *class);

/* Where the classes of `home` begin among those of a standby of it; 0 on that server itself. */
size_t landed_offset(const struct server_sizing *server, const struct server_sizing *home);

/* Whether classes of `home` count on `server`: it is that server, or a standby of it. */
bool server_counts(const struct server_sizing *server, const struct server_sizing *home);

/* The classes of `home` as they stand on a server where they count. */
static inline struct class_list landed_classes(const struct server_sizing *server,
                                               const struct server_sizing *home)
{
    return (struct class_list){server->classes + landed_offset(server, home), home->class_count};
}

/* What of a server's peak is of the classes of `home`, which count there: at the peak's moment, so
 * that those parts add up to it. */
int64_t landed_peak(const struct server_sizing *server, const struct server_sizing *home,
                    enum limit_kind kind);

/* What a standby would hold at most if nothing landed there. */
int64_t peak_without_failover(const struct server_sizing *server, enum limit_kind kind);

/* Behind "at peak": a standby's is the one with all that lands there. */
static inline const char *failover_word(const struct server_sizing *server)
{
    return server->leader != NULL ? " of a failover" : "";
}

/* Whether its connections are known, and those of all that it follows: else nothing can be said of
 * what it must hold. */
bool server_is_sizable(const struct server_sizing *server);

#endif
