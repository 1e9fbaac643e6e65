/*
 * The catalogue of providers as `pgsize plans` shows it: a table, what is behind each figure, which
 * plan holds a topology, which one a server looks like, and all of it as JSON.
 */
#ifndef PGSIZE_PLANS_VIEW_H
#define PGSIZE_PLANS_VIEW_H

#include "show.h"

#include "plan.h"
#include "plan_guess.h"

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
    bool detail;                             /* what is behind the figures, below the table */
    bool brief;                              /* but not what goes for all plans of a provider */
    const struct provider *const *conflicts; /* --disputed: providers whose sources disagree */
    size_t conflict_count;
};

/* --fit: what a provider has for a server. */
struct fit {
    const char *server;
    const struct provider *provider;
    const struct plan *plan; /* NULL: none is large enough, or nobody publishes their limits */
    int64_t largest;         /* where none is: of those that were tried; UNKNOWN: none */
    int64_t peak, kept;      /* on that plan */
};

struct fit_list {
    struct fit *items;
    size_t count;
    bool has_servers; /* more than one */
};

/* --identify: what a server looks like. */
struct look {
    const char *server;
    struct plan_guesses guesses;
};

struct look_list {
    struct look *items;
    size_t count;
};

/* The renderings of a struct showing; the content is a struct catalogue, fit_list or look_list. */
void catalogue_table(const struct page *page, const void *content, struct text *text);
void catalogue_json(struct json_writer *writer, const void *content);
void disputed_json(struct json_writer *writer, const void *content);
void fits_table(const struct page *page, const void *content, struct text *text);
void fits_json(struct json_writer *writer, const void *content);
void looks_table(const struct page *page, const void *content, struct text *text);
void looks_json(struct json_writer *writer, const void *content);

/* --- for these renderings --- */

void memory_put(double gib, struct text *text); /* 29.802 -> 29.8 GiB; below 0: - */
void vcpu_put(const struct plan *plan, struct text *text);
void confidence_put(const struct plan *plan, struct text *text);
/* `whole`: and what goes for all plans of its provider. */
void entry_put(const struct page *page, const struct entry *entry, bool whole, struct text *text);
void entry_json(struct json_writer *writer, const struct entry *entry);
void conflicts_table(const struct page *page, const struct catalogue *catalogue, struct text *text);

/* The other ways of `pgsize plans`. */
int plans_fit_run(struct run *run, struct fail *fail);
int plans_identify_run(struct run *run, struct fail *fail);

#endif
