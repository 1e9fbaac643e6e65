/*
 * What `pgsize list` can list: one row for each table. What the tables hold is read from where the
 * program uses it, so nothing is said twice.
 */
#ifndef PGSIZE_LISTS_H
#define PGSIZE_LISTS_H

#include "show.h"

struct selection;

struct list {
    const char *name;
    const struct column *columns;
    size_t column_count;
    size_t (*count)(void);
    /* What a pattern is compared with: the id, and a second name or NULL. */
    const char *(*id)(size_t index);
    const char *(*second)(size_t index);
    void (*fill)(size_t index, struct row *row);
    void (*json)(size_t index, struct json_writer *writer);
    /* What is put instead of the table with a pattern or --verbose; NULL: the table. */
    void (*full)(const struct page *page, const struct selection *selection, struct text *text);
    /* A line below the table that says what a mark in it means; NULL where no row bears it. */
    const char *(*note)(const struct selection *selection);
};

/* What is shown of a list. */
struct selection {
    const struct list *list;
    size_t *indices;
    size_t count;
    bool full;
};

extern const struct list lists[];
extern const size_t lists_count;

#endif
