/*
 * How many connections one pool needs, so that its requests wait no longer than asked for: the
 * inverse of waiting.h. It knows nothing of budgets; whether there is room for the need is the
 * allocation's business.
 */
#ifndef PGSIZE_NEED_H
#define PGSIZE_NEED_H

#include "waiting.h"

/* All that are asked for must hold. -1: not asked for. */
struct wait_targets {
    double p99_ms;         /* P(W > p99_ms) <= 1 % */
    double timeout_chance; /* P(W > timeout_ms) <= timeout_chance; over 0, to 1 */
    double timeout_ms;     /* -1 is allowed only where no chance is asked for */
    double any_chance;     /* P(W > 0) <= any_chance; over 0, to 1 */
    double mean_ms;        /* Wq <= mean_ms; over 0 */
};

/* What made the need as large as it is, or impossible. */
enum need_reason {
    NEED_LOAD, /* a pool must be larger than its load; the targets ask for nothing beyond that */
    NEED_P99,  /* a target; where several ask for the same, the first in this order */
    NEED_TIMEOUT,
    NEED_ANY,
    NEED_MEAN,
    NEED_REASONS
};

struct need {
    bool is_possible; /* false: overloaded (NEED_LOAD), or a target that `most` cannot meet */
    int64_t limit;    /* the smallest that meets all targets; -1 where there is none */
    enum need_reason reason;
};

/* The smallest c > a at which all targets hold; 0 for a load of 0. No more than `most` (0 to
 * 262143) is looked at; a load beyond it, however large, is an answer (not possible), not an error.
 * False where the load, a target or `most` is outside its domain.
 *
 * Every target's value falls strictly with each connection more, so the first that holds is the
 * smallest. A target is met up to 1e-12 of itself: else rounding would decide ties, as with a =
 * 0.001, C(1, a) = 0.001. It takes some sqrt(a) steps. Source: sizing.md 3.3. Worked: 2.4 Erlang
 * held 60 ms, p99 10 ms, 1e-6 at 20 s: 7, by its p99 (at 6, 1 % wait longer than 23.1 ms). */
bool need_find(const struct offered_load *load, const struct wait_targets *targets, int64_t most,
               struct need *ret_need) MUST_USE;

#endif
