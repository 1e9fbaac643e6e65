/*
 * One query's answer, gathered row by row as libpq hands them out, so that there is a moment to say
 * that it is enough: a server may send rows without end. What they mean is the readers'
 * (facts_read.h).
 */
#ifndef PGSIZE_GATHERING_H
#define PGSIZE_GATHERING_H

#include <stdbool.h>
#include <stddef.h>

struct pg_result; /* libpq's PGresult */

struct gathering {
    struct pg_result *rows; /* so far; NULL: none */
    size_t bytes;
};

/* False where it is too long, or there is no memory. */
bool gathering_add(struct gathering *gathering, const struct pg_result *row);

/* All of its rows; `last`, which ended it, where there were none. */
const struct pg_result *gathering_rows(const struct gathering *gathering,
                                       const struct pg_result *last);

void gathering_clear(struct gathering *gathering);

#endif
