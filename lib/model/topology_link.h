/*
 * What a topology's parts say about each other: which server a service means, which role and
 * databases, and what cannot be true together. Inside this room.
 */
#ifndef PGSIZE_TOPOLOGY_LINK_H
#define PGSIZE_TOPOLOGY_LINK_H

#include "field.h"

/* Faults are reported at `base` from here on. */
void reader_at(struct reader *reader, const struct origin *origin, const struct path *base);

/* The index of a server by its name; false: there is none, which is reported. */
struct name_table;
bool server_find(struct reader *reader, const struct path *path, const struct topology *topology,
                 const struct name_table *names, const char *name, size_t *ret_server);

/* Makes the variables of databases that would be called the same carry their server's name. */
void variables_distinguish(struct arena *arena, const struct topology *topology,
                           struct service *service);

/* Two equal names would give two pools one value. */
void variables_check(struct reader *reader, const struct topology *topology);

/* Resolves names and checks what lies across objects; faults go to the reader's list. */
void topology_link(struct reader *reader, struct topology *topology);

#endif
