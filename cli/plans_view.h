/*
 * The catalogue of providers as `pgsize plans` shows it: a table, what is behind each figure, and
 * JSON.
 */
#ifndef PGSIZE_PLANS_VIEW_H
#define PGSIZE_PLANS_VIEW_H

#include "show.h"

#include "plan.h"

/* One plan of the catalogue. */
struct entry {
    const struct provider *provider;
    const struct plan *plan;
    const char *id; /* "scaleway/db-gp-s" */
};

struct catalogue {
    struct arena *arena;
    struct entry *entries;
    size_t count;
    bool detail; /* what is behind the figures, below the table */
};

/* The renderings of a struct showing; the content is a struct catalogue. */
void catalogue_table(const struct page *page, const void *content, struct text *text);
void catalogue_json(struct json_writer *writer, const void *content);

#endif
