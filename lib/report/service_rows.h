/*
 * The services of a server as rows of cells, the same words for every format that people read. How
 * they are laid out is the format's business. Inside this room.
 */
#ifndef PGSIZE_SERVICE_ROWS_H
#define PGSIZE_SERVICE_ROWS_H

#include "layout.h"

enum service_cell {
    CELL_SERVICE,
    CELL_CLIENT,
    CELL_PROCESSES,
    CELL_TODAY,
    CELL_LIMIT,
    CELL_AT_PEAK,
    CELL_WHY,
    SERVICE_CELLS
};

/* The rows of one server in file order: its classes, and between them the services that open no
 * pool. */
struct service_rows {
    const struct report *report;
    const struct server_sizing *server;
    bool with_why;
    struct row row;
    const struct pool_class *shown; /* of the row; NULL: a service that opens no pool */
    size_t class, idle;             /* next */
};

/* Fills the next row; false: there is none. */
bool service_rows_next(struct service_rows *rows);

#endif
