/*
 * Ways out of a finding: each is computed, and printed only where it is enough by itself. Inside
 * this room.
 */
#ifndef PGSIZE_WAYS_OUT_H
#define PGSIZE_WAYS_OUT_H

#include "budget.h"
#include "rule.h"

/* Gives the next finding its ways out: "lower connection_limit of api to 7 and jobs to 8", "raise
 * max_connections to 174 (...)"; none where nothing works. `within_alert`: each must end under the
 * alert too. */
void ways_out_add(struct judge *judge, const struct server_sizing *server, bool within_alert);

/* The same where not even the smallest limits fit. */
void ways_out_of_floors_add(struct judge *judge, const struct server_sizing *server);

/* Another way out for the next finding; beyond the third it is left out. */
void way_add(struct judge *judge, const struct way_out *way);

/* "put PgBouncer between api and core ...": the largest service of a server through a pooler of its
 * own, where that is enough, and its pools could hold what its demand needs. Source: PgBouncer's
 * server connections (poolers.h). Worked: 93 available, others 50, api 20 x 10 to one database ->
 * default_pool_size 20, max_client_conn 200. */
void pooler_way_add(struct judge *judge, const struct server_sizing *server);

/* Puts what a way does as an argument of --set into `sets`, which has room for it:
 * "services.api.instances.max=3". A name that no path can say leaves none of them. */
void way_set(struct arena *arena, struct way_out *way, const char *section, const char *name,
             const char *key, int64_t value);
void way_set_word(struct arena *arena, struct way_out *way, const char *section, const char *name,
                  const char *key, const char *value);

/* "88 available"; where more is kept back than there is, that. */
void available_put(const struct server_sizing *server, struct text *text);

/* Whether a figure of the topology is what the server goes by. One beside a plan's limit of roles
 * would be another thing: the server's. */
static inline bool max_connections_is_settable(const struct server_sizing *server)
{
    enum source source = server->budget.source;
    return source == SOURCE_TOPOLOGY || source == SOURCE_DEFAULT ||
           (source == SOURCE_PLAN && !budget_is_of_role(&server->budget, &server->input));
}

/* What stands before the figure that a server needs. */
static inline const char *raise_words(const struct server_sizing *server)
{
    return budget_is_of_role(&server->budget, &server->input)
               ? "choose a plan that lets a role hold"
               : "raise max_connections to";
}

/* The one connection_limit that is recommended for all databases of the service of a class; UNKNOWN
 * where there is none, or a pool of it could deadlock. */
int64_t service_limit(const struct pool_class *class);

/* "raise max_connections to 174 (219 to stay under the alert)" for a peak, and the first
 * of the two; false: no value does. */
bool raise_put(struct text *text, const struct server_sizing *server, int64_t peak,
               bool within_alert, int64_t *ret_most);

/* "api 4 x 35 = 140, jobs 2 x 10 = 20 and 3 more" of the classes that count in a row: the largest
 * first. */
void consumers_put(const struct sizing *sizing, const struct server_sizing *server, size_t row,
                   struct text *text);

/* The class with the most connections at peak; NULL: none. */
const struct pool_class *largest_consumer(const struct sizing *sizing,
                                          const struct server_sizing *server, size_t row);

#endif
