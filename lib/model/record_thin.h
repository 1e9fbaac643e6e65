/*
 * Thinning a record: samples in a row that fall into one window of time become a span, which keeps
 * how many there were of each kind, the time without data, and the peak of all sessions and of each
 * group, each with its time. Whatever is asked of the whole record is the same before and after,
 * but what several groups had together, of which only bounds are left. Lines go in and come out;
 * files are not its business.
 */
#ifndef PGSIZE_RECORD_THIN_H
#define PGSIZE_RECORD_THIN_H

#include "record.h"

struct record_thinning {
    int64_t window_ms;
    struct record record, before; /* where the lines stand, and where they stood at the window */
    struct record_span span;      /* the window; not `any`: none is open */
    bool any;
    size_t *places; /* of groups among `uses`, from 1 */
    size_t place_capacity, use_capacity;
    struct arena *arena;
    struct arena scratch; /* of a line */
};

struct record_thinning record_thinning_new(struct arena *arena, int64_t window_ms);

/* Takes a line and puts what is done with; lines that are none are left out. `keep`: this line and
 * all behind it stay as they are. */
void record_thin(struct record_thinning *thinning, const char *bytes, size_t length, bool keep,
                 struct text *text);

/* Puts the last window. */
void record_thin_end(struct record_thinning *thinning, struct text *text);

#endif
