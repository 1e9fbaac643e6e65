/*
 * Ways out of a finding: each is computed, and printed only where it is enough by itself. Inside
 * this room.
 */
#ifndef PGSIZE_WAYS_OUT_H
#define PGSIZE_WAYS_OUT_H

#include "rule.h"

/* Puts "lower connection_limit of api to 7 and jobs to 8; or raise max_connections to 174 (...)"
 * into the help of the next finding; nothing where nothing works. `within_alert`: the way must end
 * under the alert too. */
void ways_out_put(struct judge *judge, const struct server_sizing *server, bool within_alert);

/* "lower connection_limit of api to 7 and jobs to 8": one limit for each service, whatever its
 * databases, computed to be enough for a row (0: the budget, else a role or database limit);
 * false: it is not. */
bool lower_put(struct judge *judge, struct text *text, const struct server_sizing *server,
               size_t row, bool within_alert);

/* The one connection_limit that is recommended for all databases of the service of a class; UNKNOWN
 * where there is none, or a pool of it could deadlock. */
int64_t service_limit(const struct pool_class *class);

/* "raise max_connections to 174 (219 to stay under the alert)" for a peak; false: no value does. */
bool raise_put(struct text *text, const struct server_sizing *server, int64_t peak,
               bool within_alert);

/* "api 4 x 35 = 140, jobs 2 x 10 = 20 and 3 more" of the classes that count in a row: the largest
 * first. */
void consumers_put(const struct sizing *sizing, const struct server_sizing *server, size_t row,
                   struct text *text);

/* The class with the most connections at peak; NULL: none. */
const struct pool_class *largest_consumer(const struct sizing *sizing,
                                          const struct server_sizing *server, size_t row);

#endif
