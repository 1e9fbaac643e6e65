/*
 * The notations of a topology's strings: durations ("500ms"), shares ("62.5%"), and decimals. They
 * become integers here and stay integers: no sum that gates a deploy is made of floating point.
 */
#ifndef PGSIZE_DECIMAL_H
#define PGSIZE_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* "500ms", "20s", "1.5s", "10m", "1h", "2d" -> whole milliseconds, at most ten years. */
bool duration_read(const char *string, int64_t *ret_ms);

/* The same in microseconds, for what lasts less: "250us", "0.4ms". */
bool duration_us_read(const char *string, int64_t *ret_us);

/* "64KiB", "16MiB", "1.5GiB", "65536" -> bytes, at most 1024 GiB. */
bool bytes_read(const char *string, int64_t *ret_bytes);

/* "62.5%" -> thousandths of a percent (62500); at most three decimal places, at most 1000 %. */
bool share_read(const char *string, int64_t *ret_thousandths);

/* "1.25" -> thousandths (1250), at most three decimal places. */
bool thousandths_read(const char *string, int64_t *ret_thousandths);

/* A count in ASCII digits, without sign or blanks. */
bool count_read(const char *string, int64_t *ret_count);

/* Milliseconds as people write them: "20s", "1500ms", "10m", "1h". `buffer` of at least 24 bytes.
 */
const char *duration_show(int64_t ms, char *buffer);

/* What "1h30m" is in one unit, for a hint where it is refused: "90m". NULL: not several durations
 * in a row, or more than ten years. `buffer` of at least 24 bytes. */
const char *duration_sum_show(const char *string, char *buffer);

/* Whole-number division rounded up, for a >= 0 and b > 0. */
static inline int64_t divide_up(int64_t a, int64_t b)
{
    return a / b + (a % b != 0);
}

#endif
