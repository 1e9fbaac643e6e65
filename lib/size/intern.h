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

/* The same for pairs of numbers, with those that came last at hand. Zeroed but for its arena. */
struct intern_pairs {
    struct intern numbers;
    struct intern_pair {
        uint32_t a, b, number;
        bool is_used;
    } * cached;
};

uint32_t intern_pair(struct intern_pairs *pairs, uint32_t a, uint32_t b, bool *ret_is_new);

#endif
