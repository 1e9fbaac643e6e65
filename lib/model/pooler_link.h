/*
 * What holds between poolers, the servers behind them and the services that go through them.
 * Inside this room.
 */
#ifndef PGSIZE_POOLER_LINK_H
#define PGSIZE_POOLER_LINK_H

#include "name.h"
#include "topology_link.h"

/* Finds each pooler's server, and refuses what its kind does not have. */
void poolers_link(struct reader *reader, const struct topology *topology,
                  const struct name_table *servers);

/* What the provider of its server, which is known, has set of it, where it is said to be its own.
 */
void provider_take(struct reader *reader, const struct path *path, const struct topology *topology,
                   struct pooler *pooler);

/* Finds the pooler of a service, and its server through that; false: reported. */
bool via_link(struct reader *reader, const struct path *path, const struct topology *topology,
              const struct name_table *poolers, struct service *service);

/* Gives each pooler what its server sees of it, once all services are linked. */
void poolers_as_services(struct arena *arena, const struct topology *topology);

#endif
