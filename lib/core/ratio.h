/*
 * Exact fractions of 64 bits: lowest terms, a denominator above 0, and no silent overflow. For the
 * few sums that must come out as somebody else's table says; not for measuring.
 */
#ifndef PGSIZE_RATIO_H
#define PGSIZE_RATIO_H

#include <stdbool.h>
#include <stdint.h>

struct ratio {
    int64_t top, bottom; /* bottom > 0, no common divisor */
};

/* False where the result is beyond 63 bits, or the divisor is 0. */
bool ratio_make(int64_t top, int64_t bottom, struct ratio *ret_ratio);
bool ratio_add(struct ratio a, struct ratio b, struct ratio *ret_sum);
bool ratio_multiply(struct ratio a, struct ratio b, struct ratio *ret_product);
bool ratio_divide(struct ratio a, struct ratio b, struct ratio *ret_quotient);

/* -1, 0 or 1; false where the difference is beyond 63 bits. */
bool ratio_compare(struct ratio a, struct ratio b, int *ret_order);

/* Towards minus infinity. Worked: 7/2 -> 3, -7/2 -> -4. */
int64_t ratio_floor(struct ratio ratio);

#endif
