/*
 * Columns of a server's answer, checked: what a server says is not trusted, so shapes and ranges
 * are looked at and strings are cut. What the columns mean is the readers' (facts_read.h).
 */
#ifndef PGSIZE_COLUMN_H
#define PGSIZE_COLUMN_H

#include "arena.h"
#include "probe.h"

#include <stdbool.h>
#include <stdint.h>

bool result_has_shape(const struct pg_result *result, int columns, int least_rows, int most_rows);

/* libpq's own string, which ends with the result; NULL is NULL. */
const char *column_raw(const struct pg_result *result, int row, int column);

/* At most FACTS_MAX_BYTES, and no half character at the end. NULL stays NULL. */
const char *column_text(struct arena *arena, const struct pg_result *result, int row, int column);
const char *text_cut(struct arena *arena, const char *value);

/* ASCII digits, with or without a minus before them. */
bool column_integer(const struct pg_result *result, int row, int column, int64_t least,
                    int64_t most, int64_t *ret_integer);

/* `t` or `f` */
bool column_boolean(const struct pg_result *result, int row, int column, bool *ret_boolean);

#endif
