/*
 * The lines of a file, one at a time, in memory that is bounded by the longest line.
 */
#ifndef PGSIZE_LINES_H
#define PGSIZE_LINES_H

#include "arena.h"
#include "fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the reading stands. A new one is {.fd, .path, .arena, .most}. */
struct lines {
    int fd;
    const char *path; /* for errors */
    struct arena *arena;
    size_t most; /* bytes of a line; what is longer comes as `is_cut` */
    char *buffer;
    size_t capacity, begin, end; /* of what is read and not yet taken */
    bool is_over;

    const char *bytes; /* the line, without its line feed */
    size_t length;
    int64_t number; /* from 1 */
    int64_t start;  /* where in the file it starts */
    int64_t next;   /* and where the next one does */
    bool is_whole;  /* it ends with a line feed */
    bool is_cut;    /* only its beginning is here */
};

/* The next line; false at the end, or with a failure (FAIL_INPUT). */
bool lines_next(struct lines *lines, struct fail *fail) MUST_USE;

#endif
