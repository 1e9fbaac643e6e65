/*
 * Why a function could not do its work. The caller owns the struct, failing never allocates, and
 * the first message wins: what comes later is a consequence of it. A failed check of the user's
 * numbers is a result, not a failure.
 */
#ifndef PGSIZE_FAIL_H
#define PGSIZE_FAIL_H

#include <stdbool.h>

/* The values are the exit statuses of the program. */
enum fail_kind {
    FAIL_NONE = 0,
    FAIL_USAGE = 2,  /* wrong options or arguments */
    FAIL_INPUT = 3,  /* a file cannot be read or is not valid */
    FAIL_SERVER = 4, /* a server cannot be reached or refuses the queries */
    FAIL_INTERNAL = 70,
};

struct fail {
    enum fail_kind kind;
    char message[512];
    char hint[256]; /* what to do about it; empty when there is nothing to add */
};

/* Sets the message unless one is set already. Always false, so that failing is one line:
 * `return fail_set(fail, FAIL_INPUT, "...", n)`. A NULL `fail` is allowed. */
bool fail_set(struct fail *fail, enum fail_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Sets the hint unless one is set already. Always false. */
bool fail_hint(struct fail *fail, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define MUST_USE __attribute__((warn_unused_result))

#endif
