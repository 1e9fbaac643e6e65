/*
 * The moments that a server must hold through. Where nothing is scheduled there is one: every
 * service at its peak. Scheduled jobs do not all run at once: then there is one moment for each
 * combination of runs that no other exceeds (overlap.h), and a sum is the largest over them. Which
 * limit a pool has is the caller's business.
 */
#ifndef PGSIZE_CONTEXTS_H
#define PGSIZE_CONTEXTS_H

#include "sizing.h"

/* With a deploy of every service, or without any. */
enum moment { MOMENT_STEADY, MOMENT_PEAK };

/* How many moments there are; at least one. */
size_t context_count(const struct server_sizing *server);

/* Pools of a class in a moment, and its connections outside them. */
int64_t context_pools(const struct server_sizing *server, const struct pool_class *class,
                      size_t context, enum moment moment);
int64_t context_extra(const struct server_sizing *server, const struct pool_class *class,
                      size_t context, enum moment moment);

/* The classes that count in a row, in file order: row 0 is the budget, else caps[row - 1]. What
 * lands on a standby counts there too. */
static inline struct class_list row_classes(const struct server_sizing *server, size_t row)
{
    return row == 0 ? (struct class_list){server->counted, server->counted_count}
                    : (struct class_list){server->caps[row - 1].classes,
                                          server->caps[row - 1].class_count};
}

/* Connections outside the pools in a moment, of a row. */
int64_t context_row_extra(const struct server_sizing *server, size_t row, size_t context,
                          enum moment moment);

/* Which limit of a class is meant; an unknown one counts as 1. */
enum limit_kind { LIMIT_RECOMMENDED, LIMIT_TODAY, LIMIT_WANTED, LIMIT_LEAST };
int64_t class_limit_of(const struct pool_class *class, enum limit_kind kind);

/* All connections of a row in a moment, with those outside the pools. */
int64_t row_sum(const struct server_sizing *server, size_t row, size_t context, enum moment moment,
                enum limit_kind kind);

/* The most of them at any moment. */
int64_t row_most(const struct server_sizing *server, size_t row, enum moment moment,
                 enum limit_kind kind);

/* The moment at which that is; the first of several. */
size_t row_worst_context(const struct server_sizing *server, size_t row, enum moment moment,
                         enum limit_kind kind);

/* The same of some classes of the server: `ret_context` (may be NULL) is the first such moment. */
int64_t classes_most(const struct server_sizing *server, struct class_list classes,
                     enum moment moment, enum limit_kind kind, size_t *ret_context);

/* Their sum in one moment. */
int64_t classes_sum(const struct server_sizing *server, struct class_list classes, size_t context,
                    enum moment moment, enum limit_kind kind);

/* The most where each class has the limit at its place in `limits`. */
int64_t row_most_with(const struct server_sizing *server, size_t row, enum moment moment,
                      const int64_t *limits);

#endif
