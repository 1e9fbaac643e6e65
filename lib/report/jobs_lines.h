/*
 * Scheduled jobs in words: the worst moment, and who meets in it. Inside this room.
 */
#ifndef PGSIZE_JOBS_LINES_H
#define PGSIZE_JOBS_LINES_H

#include "json_write.h"
#include "layout.h"

/* "at most 4 runs at once (Mon 2026-11-23 03:10 UTC: import, stats); 15 if all started together";
 * nothing where nothing is scheduled. */
void jobs_words(const struct sizing *sizing, const struct server_sizing *server, struct text *text);

/* The moments whose runs are rows of the allocation, one line each. */
void jobs_moments_words(const struct server_sizing *server, size_t context, struct text *text);

/* The member "jobs" of a server; null where nothing is scheduled. */
void jobs_json(const struct server_sizing *server, struct json_writer *writer);

#endif
