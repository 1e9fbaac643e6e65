/*
 * The dates of facts, which are words: "2026-09-17 (node list)", "2025-2026", "undated".
 */
#ifndef PGSIZE_PLAN_DATE_H
#define PGSIZE_PLAN_DATE_H

#include <stdint.h>

/* The end of the latest day, month or year (1990 to 2199) that the words name, as Unix time; 0:
 * they name none. Worked: "2014-2019" -> 2020-01-01T00:00:00Z. */
int64_t plan_date_latest(const char *words);

#endif
