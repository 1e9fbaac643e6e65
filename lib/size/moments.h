/*
 * What the counters of two moments say of the time between them: rate and mean time held of each
 * database, and from them the demand of a service that has its database for itself. It is about a
 * whole window, be it a day, and sees no peak in it; what several services have in common it does
 * not divide.
 *
 * Everybody in the database is counted: the safe side for the one service that is known to use it.
 */
#ifndef PGSIZE_MOMENTS_H
#define PGSIZE_MOMENTS_H

#include "observed.h"

/* Why two moments of a server say nothing, the later one being `facts`; NULL: they do. `ret_part`
 * is then the JSON Pointer, inside the server of the later report, of what is at fault. */
const char *moments_refused(struct arena *arena, const struct topology *topology, size_t server,
                            const struct facts *facts, const struct counted *earlier,
                            const char **ret_part);

/* What follows for a server whose facts have an earlier moment: of its databases by the counters,
 * of its classes by them or, where they say nothing, by the samples of the later report. */
const struct observed *moments_make(struct arena *arena, const struct server_sizing *server);

#endif
