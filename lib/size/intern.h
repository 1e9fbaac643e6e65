/*
 * Numbers for byte strings: equal strings get the same number, the first 0, the next 1, and so on.
 * Exact: strings are compared, never only their hashes. Nothing is ever taken out.
 */
#ifndef PGSIZE_INTERN_H
#define PGSIZE_INTERN_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct intern {
    struct arena *arena;
    struct intern_entry *entries; /* open addressing */
    size_t capacity, count;
};

/* The number of the `size` bytes; `ret_is_new` (may be NULL) tells whether they had none. */
uint32_t intern(struct intern *intern, const void *bytes, size_t size, bool *ret_is_new);

#endif
