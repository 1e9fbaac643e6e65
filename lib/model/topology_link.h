/*
 * What a topology's parts say about each other: which server a service means, which role and
 * databases, and what cannot be true together. Inside this room.
 */
#ifndef PGSIZE_TOPOLOGY_LINK_H
#define PGSIZE_TOPOLOGY_LINK_H

#include "field.h"

/* Resolves names and checks what lies across objects; faults go to the reader's list. */
void topology_link(struct reader *reader, struct topology *topology);

#endif
