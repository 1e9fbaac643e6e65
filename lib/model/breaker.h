/*
 * Whether a lost server is asked again, and when (the circuit breaker of Nygard, Release It!). A
 * state machine without clock, chance or connection: the time and a random number are given.
 *
 * - closed: it is asked. After a failure it waits before the next try: full jitter, a random time
 *   below base x 2^n after n + 1 failures (Brooker, "Exponential Backoff And Jitter", AWS
 *   Architecture Blog 2015), at most `open_ms`, so that a hundred watchers do not come back at
 * once.
 * - open: after so many failures in a row nobody asks for `open_ms`.
 * - half-open: asks again; so many successes in a row close it, one failure opens it.
 *
 * A server that refuses because it is full has answered: that is a success, but there is a pause
 * before the next try, since each try takes one of the slots that it lacks.
 */
#ifndef PGSIZE_BREAKER_H
#define PGSIZE_BREAKER_H

#include "sample.h"

#include <stdbool.h>
#include <stdint.h>

enum { BREAKER_BASE_MS = 1000 };

struct breaker {
    int64_t most_failures, wanted_successes; /* in a row; 1 or more */
    int64_t open_ms;
    enum breaker_state state;    /* a new one is closed */
    int64_t failures, successes; /* in a row, of this state */
    int64_t not_before_ms;       /* of the same clock; 0: at once */
};

/* "closed", "open", "half-open", by enum breaker_state. */
extern const char *const breaker_state_names[];

/* Whether to ask now. Where it has been open for long enough, it is half-open from here on. */
bool breaker_allows(struct breaker *breaker, int64_t now_ms);

void breaker_on_success(struct breaker *breaker);
void breaker_on_full(struct breaker *breaker, int64_t now_ms);
void breaker_on_failure(struct breaker *breaker, int64_t now_ms, uint64_t random);

/* What it waits at most after so many failures: worked, base 1 s, open 60 s: 1 s, 2 s, 4 s, 8 s, 16
 * s, 32 s, 60 s, 60 s. */
int64_t breaker_most_wait_ms(const struct breaker *breaker, int64_t failures);

/* False where a breaker that lets somebody ask again is all there is to tell: it is half-open, and
 * nobody has looked yet. A look that failed had opened it. */
bool sample_is_look(const struct sample *sample);

#endif
