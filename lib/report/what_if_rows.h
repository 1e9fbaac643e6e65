/*
 * The runs of a curve or of scenarios as rows of cells, the same words for every format that people
 * read. Inside this room.
 */
#ifndef PGSIZE_WHAT_IF_ROWS_H
#define PGSIZE_WHAT_IF_ROWS_H

#include "layout.h"
#include "what_if.h"

enum { WHAT_IF_POOLS = 3 };

/* Names of the pools that have a column: those of the path's service, then in file order. */
struct what_if_shown {
    const char *names[WHAT_IF_POOLS];
    size_t count, more;
};
struct what_if_shown what_if_shown_find(const struct what_if *what_if);

/* Fills up to TABLE_MAX_COLUMNS columns; returns how many. */
size_t what_if_columns_make(const struct what_if *what_if, const struct what_if_shown *shown,
                            struct column *ret_columns);

/* Fills the cells of the run `index`. */
void what_if_row(const struct what_if *what_if, const struct what_if_shown *shown, size_t index,
                 struct row *row);

/* The fullest server of a run: NULL where no figure is known. */
const struct what_if_server *what_if_fullest(const struct what_if_point *point);

#endif
