/* The circuit breaker: every transition, from the rule. */
#include "breaker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { NOW = 1000000, LONGEST = 60000 };

static struct breaker breaker_of(int64_t failures, int64_t successes)
{
    return (struct breaker){
        .most_failures = failures, .wanted_successes = successes, .open_ms = LONGEST};
}

/* The same, open since NOW. */
static struct breaker opened(void)
{
    struct breaker breaker = breaker_of(5, 2);
    for (int i = 0; i < 5; i++)
        breaker_on_failure(&breaker, NOW, 0);
    return breaker;
}

static struct breaker half_opened(void)
{
    struct breaker breaker = opened();
    assert_true(breaker_allows(&breaker, NOW + LONGEST));
    return breaker;
}

static void closed_stays_closed(void **state)
{
    (void)state;
    struct breaker breaker = breaker_of(5, 2);
    for (int i = 0; i < 100; i++) {
        assert_true(breaker_allows(&breaker, NOW + i));
        breaker_on_success(&breaker);
        assert_int_equal(breaker.state, BREAKER_CLOSED);
    }
}

static void closed_opens_after_failures_in_a_row(void **state)
{
    (void)state;
    struct breaker breaker = breaker_of(5, 2);
    for (int i = 0; i < 4; i++) {
        breaker_on_failure(&breaker, NOW, 0);
        assert_int_equal(breaker.state, BREAKER_CLOSED);
    }
    breaker_on_success(&breaker); /* the row ends */
    for (int i = 0; i < 4; i++)
        breaker_on_failure(&breaker, NOW, 0);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    breaker_on_failure(&breaker, NOW, 0);
    assert_int_equal(breaker.state, BREAKER_OPEN);
}

static void open_asks_nobody_for_its_time(void **state)
{
    (void)state;
    struct breaker breaker = opened();
    assert_false(breaker_allows(&breaker, NOW));
    assert_false(breaker_allows(&breaker, NOW + LONGEST - 1));
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_true(breaker_allows(&breaker, NOW + LONGEST));
    assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
}

static void half_open_closes_after_successes(void **state)
{
    (void)state;
    struct breaker breaker = half_opened();
    breaker_on_success(&breaker);
    assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
    assert_true(breaker_allows(&breaker, NOW + LONGEST + 1));
    breaker_on_success(&breaker);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    assert_int_equal(breaker.failures, 0);
}

static void half_open_opens_after_one_failure(void **state)
{
    (void)state;
    struct breaker breaker = half_opened();
    breaker_on_success(&breaker);
    breaker_on_failure(&breaker, NOW + LONGEST + 7, 0);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_false(breaker_allows(&breaker, NOW + 2 * LONGEST + 6));
    assert_true(breaker_allows(&breaker, NOW + 2 * LONGEST + 7));
    breaker_on_success(&breaker); /* the success of before does not count */
    assert_int_equal(breaker.state, BREAKER_HALF_OPEN);
}

static void full_is_a_success_with_a_pause(void **state)
{
    (void)state;
    struct breaker breaker = half_opened();
    breaker_on_full(&breaker, NOW);
    assert_false(breaker_allows(&breaker, NOW + BREAKER_BASE_MS - 1));
    assert_true(breaker_allows(&breaker, NOW + BREAKER_BASE_MS));
    breaker_on_full(&breaker, NOW);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    for (int i = 0; i < 100; i++)
        breaker_on_full(&breaker, NOW);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
    breaker_on_success(&breaker); /* it got in: no pause is left */
    assert_true(breaker_allows(&breaker, NOW));
}

static void waits_double_up_to_the_open_time(void **state)
{
    static const int64_t wanted_ms[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000};
    (void)state;
    struct breaker breaker = breaker_of(100, 1);
    for (size_t i = 0; i < sizeof wanted_ms / sizeof wanted_ms[0]; i++)
        assert_int_equal(breaker_most_wait_ms(&breaker, (int64_t)i + 1), wanted_ms[i]);
    assert_int_equal(breaker_most_wait_ms(&breaker, INT64_MAX), LONGEST);
    breaker.open_ms = 300;
    assert_int_equal(breaker_most_wait_ms(&breaker, 1), 300);
}

/* The random number decides the whole of the wait: from none to the most. */
static void jitter_is_full(void **state)
{
    (void)state;
    struct breaker breaker = breaker_of(100, 1);
    breaker_on_failure(&breaker, NOW, 0);
    assert_true(breaker_allows(&breaker, NOW));
    breaker = breaker_of(100, 1);
    breaker_on_failure(&breaker, NOW, 1000);
    assert_false(breaker_allows(&breaker, NOW + 999));
    assert_true(breaker_allows(&breaker, NOW + 1000));
    breaker_on_failure(&breaker, NOW, 1000 + 2001); /* the second may wait up to 2 s */
    assert_int_equal(breaker.not_before_ms, NOW + 1000);
    for (uint64_t random = 0; random < 5000; random += 7) {
        breaker = breaker_of(100, 1);
        breaker_on_failure(&breaker, NOW, random);
        assert_in_range(breaker.not_before_ms, NOW, NOW + 1000);
    }
}

static void one_failure_may_be_enough(void **state)
{
    (void)state;
    struct breaker breaker = breaker_of(1, 1);
    breaker_on_failure(&breaker, NOW, 0);
    assert_int_equal(breaker.state, BREAKER_OPEN);
    assert_true(breaker_allows(&breaker, NOW + LONGEST));
    breaker_on_success(&breaker);
    assert_int_equal(breaker.state, BREAKER_CLOSED);
}

/* That somebody may ask again is no look; everything else is one. */
static void asking_again_is_no_look(void **state)
{
    (void)state;
    for (int kind = SAMPLE_SEEN; kind <= SAMPLE_LOST; kind++) {
        for (int breaker = BREAKER_CLOSED; breaker <= BREAKER_HALF_OPEN; breaker++) {
            const struct sample sample = {.kind = (enum sample_kind)kind,
                                          .breaker = (enum breaker_state)breaker};
            assert_int_equal(sample_is_look(&sample),
                             kind != SAMPLE_LOST || breaker != BREAKER_HALF_OPEN);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_stays_closed),
        cmocka_unit_test(closed_opens_after_failures_in_a_row),
        cmocka_unit_test(open_asks_nobody_for_its_time),
        cmocka_unit_test(half_open_closes_after_successes),
        cmocka_unit_test(half_open_opens_after_one_failure),
        cmocka_unit_test(full_is_a_success_with_a_pause),
        cmocka_unit_test(waits_double_up_to_the_open_time),
        cmocka_unit_test(jitter_is_full),
        cmocka_unit_test(one_failure_may_be_enough),
        cmocka_unit_test(asking_again_is_no_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
