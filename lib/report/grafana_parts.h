/*
 * A panel of a dashboard of Grafana's, and the grid that panels stand in: what grafana.c fills and
 * grafana_panel.c writes.
 */
#ifndef PGSIZE_GRAFANA_PARTS_H
#define PGSIZE_GRAFANA_PARTS_H

#include "json_write.h"

enum { GRAFANA_MOST_QUERIES = 5 };

/* A line that is not stacked: a limit. */
enum query_look { LOOK_VALUE, LOOK_LIMIT };

struct query {
    const char *expression, *legend;
    enum query_look look;
};

struct panel {
    const char *title, *type, *description;
    const char *unit; /* Grafana's id of it; NULL: a count */
    bool is_stacked, is_instant;
    int width, height;
    struct query queries[GRAFANA_MOST_QUERIES];
    int64_t warn_at, stop_at; /* lines of a panel's own; 0: none */
};

/* Where the next panel stands: side by side, then in the next row. */
struct grid {
    struct json_writer *writer;
    int x, y, row_height;
    int64_t id;
};

void panel_put(struct grid *grid, const struct panel *panel);

/* The Prometheus that whoever imports the dashboard chose. */
void grafana_datasource_put(struct json_writer *writer);

#endif
