/*
 * The same topology sized again with something changed: a curve over the values of one path, or
 * scenarios side by side. What is kept of each run is small, so that a curve of a large fleet is
 * not a thousand sizings; how the runs are made is the business of the command.
 */
#ifndef PGSIZE_WHAT_IF_H
#define PGSIZE_WHAT_IF_H

#include "json_write.h"
#include "report.h"

struct what_if_pool {
    const char *name;    /* "api", "api/db" */
    const char *service; /* its service's, for --only */
    int64_t limit, need; /* UNKNOWN */
    bool met;            /* the need, where there is one */
};

struct what_if_server {
    const char *name;
    /* UNKNOWN where nothing fits or nobody knows. */
    int64_t peak, used, max_connections, alert, permille;
};

/* One run. */
struct what_if_point {
    const char *label; /* the value, or the scenario's name */
    struct what_if_pool *pools;
    size_t pool_count;
    struct what_if_server *servers;
    size_t server_count;
    const struct rule **rules; /* of the findings that count, each once, worst first */
    size_t rule_count;
    bool breaks; /* an error, or a need that is not met */
};

struct what_if {
    const char *title;   /* the path; "scenarios" */
    const char *heading; /* of the labels: "VALUE", "SCENARIO" */
    const char *service; /* the path lies in it: its limits are shown first; NULL: in none */
    struct what_if_point *points;
    size_t point_count;
    bool is_curve; /* the points are in order, and the first that breaks is marked */
};

/* Keeps of a judged sizing what is shown of it; strings are copied into the arena. */
struct what_if_point what_if_point_make(struct arena *arena, const struct report *report,
                                        const struct sizing *sizing, const char *label);

/* Index of the first point that breaks; point_count: none. */
size_t what_if_first_broken(const struct what_if *what_if);

/* One line for each point, and a curve of the use at peak. */
void what_if_put(const struct report *report, const struct what_if *what_if, struct text *text);

/* The member `key` of the result: {"path", "breaks_at", "points": [...]}. */
void what_if_json(const struct what_if *what_if, const char *key, struct json_writer *writer);

#endif
