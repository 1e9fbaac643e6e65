/*
 * The formulas of providers: a small language of whole numbers and exact fractions, so that what a
 * provider documents is data in its file and not code here. It has no loops and no names but the
 * ones below; an expression is short, and read in one go.
 *
 *     least(floor(memory_bytes / 9531392), 5000)
 *     when(memory_gib >= 8, 200, memory_gib >= 0, 100)
 *
 * Operators + - * / and parentheses; floor, ceil, round (half up), least, greatest; when() takes
 * pairs of a comparison (< <= > >=) and a value, and is the value behind the first that holds.
 */
#ifndef PGSIZE_PLAN_FORMULA_H
#define PGSIZE_PLAN_FORMULA_H

#include "arena.h"
#include "fail.h"

#include <stdbool.h>
#include <stdint.h>

/* What a formula may ask of a plan, in thousandths; -1: not known. One GiB is 2^30 bytes. */
struct plan_size {
    int64_t memory_milligib, milli_vcpu, milli_compute_units;
};

/* What it gives: -1 where a size that it needs is not known, or no comparison of a when() holds.
 * False where it is not well formed, divides by zero, is beyond 63 bits, or gives no whole number
 * from 1 to `most`; `fail` then says what and where in the expression. Worked: memory of 1 GiB in
 * the first one above, 1073741824 / 9531392 = 112.65 -> 112. */
bool plan_formula_evaluate(const char *expression, const struct plan_size *size, int64_t most,
                           int64_t *ret_value, struct fail *fail) MUST_USE;

#endif
