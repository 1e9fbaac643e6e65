/*
 * Names: finding one in a list, and guessing which one was meant.
 */
#ifndef PGSIZE_NAME_H
#define PGSIZE_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* The candidate nearest to `wrong` (Damerau-Levenshtein, case ignored) when it is near enough to be
 * a typing error: at most a third of its length, at least 1. NULL otherwise. `stride` is the
 * distance in bytes between the candidates' `const char *`, so that a column of a table of structs
 * can be searched. */
const char *name_guess(const char *wrong, const char *const *candidates, size_t count,
                       size_t stride);

/* "a, b, c and 4 more": the first `most` names, each at most NAME_LISTED_BYTES long. */
enum { NAME_LISTED_BYTES = 32 };
void name_list(const char *const *names, size_t count, size_t most, char *buffer, size_t size);

/* `*` matches any run of characters, everything else itself. */
bool name_matches(const char *pattern, const char *name);

/* Open addressing table of names, for 100,000 services. */
struct arena;
struct name_table {
    const char **names;
    size_t *values;
    size_t capacity, count;
};

/* False when the name is already there; `ret_value` (may be NULL) is then what it stands for. */
bool name_table_add(struct name_table *table, struct arena *arena, const char *name, size_t value,
                    size_t *ret_value);
bool name_table_find(const struct name_table *table, const char *name, size_t *ret_value);

#endif
