#include "breaker.h"

const char *const breaker_state_names[] = {
    [BREAKER_CLOSED] = "closed",
    [BREAKER_OPEN] = "open",
    [BREAKER_HALF_OPEN] = "half-open",
};

static void state_set(struct breaker *breaker, enum breaker_state state)
{
    breaker->state = state;
    breaker->failures = breaker->successes = 0;
    breaker->not_before_ms = 0;
}

bool breaker_allows(struct breaker *breaker, int64_t now_ms)
{
    if (now_ms < breaker->not_before_ms)
        return false;
    if (breaker->state == BREAKER_OPEN)
        state_set(breaker, BREAKER_HALF_OPEN);
    return true;
}

void breaker_on_success(struct breaker *breaker)
{
    breaker->failures = 0;
    breaker->not_before_ms = 0;
    if (breaker->state == BREAKER_HALF_OPEN && ++breaker->successes >= breaker->wanted_successes)
        state_set(breaker, BREAKER_CLOSED);
}

void breaker_on_full(struct breaker *breaker, int64_t now_ms)
{
    breaker_on_success(breaker);
    breaker->not_before_ms = now_ms + BREAKER_BASE_MS;
}

int64_t breaker_most_wait_ms(const struct breaker *breaker, int64_t failures)
{
    int64_t wait_ms = BREAKER_BASE_MS;
    for (int64_t i = 1; i < failures && wait_ms < breaker->open_ms; i++)
        wait_ms *= 2;
    return wait_ms < breaker->open_ms ? wait_ms : breaker->open_ms;
}

void breaker_on_failure(struct breaker *breaker, int64_t now_ms, uint64_t random)
{
    breaker->failures++;
    if (breaker->state != BREAKER_CLOSED || breaker->failures >= breaker->most_failures) {
        state_set(breaker, BREAKER_OPEN);
        breaker->not_before_ms = now_ms + breaker->open_ms;
        return;
    }
    uint64_t most_ms = (uint64_t)breaker_most_wait_ms(breaker, breaker->failures);
    breaker->not_before_ms = now_ms + (int64_t)(random % (most_ms + 1));
}

bool sample_is_look(const struct sample *sample)
{
    return sample->kind != SAMPLE_LOST || sample->breaker != BREAKER_HALF_OPEN;
}
