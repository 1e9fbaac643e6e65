/*
 * What cannot be true together of one server's own figures, as far as the input alone tells; what a
 * live server or a plan adds is judged once it is known. Inside this room.
 */
#ifndef PGSIZE_SERVER_LINK_H
#define PGSIZE_SERVER_LINK_H

#include "field.h"

void server_figures_check(struct reader *reader, const struct server *server);

/* Whether the catalogue has the plans that the topology names. */
void server_plans_check(struct reader *reader, const struct topology *topology);

#endif
