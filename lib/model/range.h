/*
 * A range of numbers with a step, "1..20" or "10ms..100ms:10ms", as --curve takes it: decimals of
 * at most three places, with one unit. What the numbers mean is not its business.
 */
#ifndef PGSIZE_RANGE_H
#define PGSIZE_RANGE_H

#include "fail.h"
#include "text.h"

#include <stddef.h>
#include <stdint.h>

enum { RANGE_MAX_VALUES = 1000, RANGE_UNIT_BYTES = 8 };

struct range {
    int64_t from, to, step;      /* thousandths; a step below 0 counts down */
    char unit[RANGE_UNIT_BYTES]; /* "ms", "%"; empty: none */
    size_t count;                /* values, both ends included where the step reaches them */
};

/* Reads FROM..TO[:STEP]. Without a step it is 1. The unit may stand at any of the numbers, but only
 * one unit. False and a FAIL_USAGE where it is no range, or has more than 1,000 values. */
bool range_read(const char *string, struct range *ret_range, struct fail *fail) MUST_USE;

/* Puts a value as it is written in JSON, "2.5", or with its unit, "10ms". */
void range_put(const struct range *range, size_t index, struct text *text);

#endif
