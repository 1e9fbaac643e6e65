/*
 * Integer allocation: how many connections each pool of each class may hold, so that no row (the
 * budget of a server, the CONNECTION LIMIT of a role or database) is ever exceeded. This is the
 * engine of sizing.md 2.3: connections go out one by one in an order that no budget changes, by
 * fair shares of the needs or by gains. It knows nothing of services, servers, topologies, or of
 * what a gain is.
 */
#ifndef PGSIZE_ALLOCATE_H
#define PGSIZE_ALLOCATE_H

#include "arena.h"
#include "fail.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ALLOCATE_NOMINAL_NEED = 10,
    ALLOCATE_WEIGHT_ONE = 1000,
    ALLOCATE_WEIGHT_MAX = 1000 * ALLOCATE_WEIGHT_ONE,
    ALLOCATE_MAX = 1 << 18,
};

/* Why a class got no more. `stopped_by` is a row. */
enum allocate_reason {
    ALLOCATE_NEED_MET, /* it has what it needs, and surplus goes to others; or it is off */
    ALLOCATE_AT_MOST,  /* its own upper bound */
    ALLOCATE_REFUSED,  /* the next connection does not fit `stopped_by` */
    ALLOCATE_HEADROOM, /* the next one is surplus and would pass the surplus limit (the alert) */
    ALLOCATE_STOPPED,  /* stable mode: a budget refused another class, and everything stopped */
};

/* One coefficient of a row: `coefficient` x the limit of the class. A class may name a row several
 * times (databases tied to one limit): the coefficients add up. */
struct allocate_term {
    size_t row;
    int64_t coefficient; /* >= 0 */
};

/* A class whose coefficients are all 0 (it has no pools) is off: it costs nothing, so nothing would
 * bound it, and its limit stays at_least. */
struct allocate_class {
    int64_t at_least, at_most; /* bounds per pool, 0 <= at_least <= at_most <= ALLOCATE_MAX */
    int64_t need; /* 1 to ALLOCATE_MAX; ALLOCATE_NOMINAL_NEED where has_need is false */
    bool has_need;
    int64_t weight; /* 1 to ALLOCATE_WEIGHT_MAX, thousandths */

    /* For the least total of something that each connection more makes smaller (waiting); 0 and
     * NULL: by fair shares alone. Of its need `first` (0 to need) are given before any gain counts,
     * by fair shares of `first`. Then comes, of all classes, the connection with the largest gain
     * (ties: the earlier class); gains[j] >= 0, never rising, is that of connection first + 1 + j,
     * for each slot that it takes. Last comes what of the need has no gain, by fair shares. */
    int64_t first;
    const double *gains;
    size_t gain_count;

    const struct allocate_term *terms;
    size_t term_count;
    /* answer */
    int64_t limit;
    enum allocate_reason reason;
    size_t stopped_by; /* row, for ALLOCATE_REFUSED and ALLOCATE_HEADROOM; else 0 */
};

enum allocate_kind { ALLOCATE_BUDGET, ALLOCATE_CAP };

struct allocate_row {
    enum allocate_kind kind;
    int64_t limit; /* may be negative: then not even nothing fits */
    bool has_surplus_limit;
    int64_t surplus_limit; /* never lets more through than `limit` does */
    /* answer */
    int64_t used;     /* by the limits found, or by the floors where they do not fit */
    int64_t short_by; /* > 0: the floors alone exceed the limit by so much */
};

enum allocate_mode { ALLOCATE_FILL, ALLOCATE_STABLE };

struct allocate_problem {
    struct allocate_class *classes;
    size_t class_count;
    struct allocate_row *rows;
    size_t row_count;
    enum allocate_mode mode;
    bool surplus_to_all; /* the reference cases with distribute_surplus; false in pgsize */
};

/* Fills the answers in. `ret_fits` is false when the floors alone do not fit: then every limit is
 * its floor, the rows say by how much, and ALLOCATE_REFUSED names the first such row of each class
 * that is in one. Fails (FAIL_INPUT) when bounds, need or weight are outside the ranges above, and
 * when what a row would use (by the floors, or by the answer) passes 2^31. */
bool allocate(struct arena *arena, struct allocate_problem *problem, bool *ret_fits,
              struct fail *fail) MUST_USE;

#endif
