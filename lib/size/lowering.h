/*
 * The way out that costs no money: declared limits lowered to recommended ones, as far as a row
 * (the budget, or a role's or database's limit) asks for it. Inside this room.
 */
#ifndef PGSIZE_LOWERING_H
#define PGSIZE_LOWERING_H

#include "rule.h"

/* "lower connection_limit of api to 7 and jobs to 8": one limit for each service, whatever its
 * databases, computed to be enough for a row (0: the budget, else a role or database limit);
 * false: it is not. `within_alert`: it must end under the alert too. */
bool lower_find(struct judge *judge, const struct server_sizing *server, size_t row,
                bool within_alert, struct way_out *ret_way);

#endif
