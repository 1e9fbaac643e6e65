/*
 * Which server another one follows, so that all services of the one may land on the other: names
 * become servers, and what could never be added up is refused. What a standby then must hold is
 * found in the room `size`. Inside this room.
 */
#ifndef PGSIZE_FOLLOW_LINK_H
#define PGSIZE_FOLLOW_LINK_H

#include "field.h"

struct name_table;

/* Numbers the servers, and finds whom each follows; circles and long chains are faults. */
void follows_link(struct reader *reader, struct topology *topology,
                  const struct name_table *servers, const struct name_table *poolers);

/* Once the services are linked: every pool counts once more on each standby that it may land on,
 * and the sum of those is bounded. */
void follows_bound(struct reader *reader, const struct topology *topology);

#endif
