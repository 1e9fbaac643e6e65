/*
 * What the property tests share: random numbers, the arguments, and trying each property on one
 * instance after the other, as a test point. A test is what makes an instance, its properties, and
 * how a failure is shown; the harness knows nothing of what is tested.
 *
 *   NAME_property [SEED [INSTANCES]]      or PGSIZE_TEST_SEED, PGSIZE_TEST_INSTANCES
 *
 * Instance number i of a run with seed S is instance 0 of a run with seed S + i, which is what a
 * failure prints.
 */
#ifndef PGSIZE_HARNESS_H
#define PGSIZE_HARNESS_H

#include "arena.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- random numbers --- */

struct random {
    uint64_t state;
};

/* splitmix64 */
static inline uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Neighbouring seeds have nothing in common. */
static inline struct random random_of(uint64_t seed)
{
    struct random random = {seed};
    random.state = random_next(&random);
    return random;
}

static inline int64_t pick(struct random *random, int64_t low, int64_t high)
{
    return low + (int64_t)(random_next(random) % (uint64_t)(high - low + 1));
}

static inline bool chance(struct random *random, int64_t percent)
{
    return pick(random, 1, 100) <= percent;
}

/* --- running --- */

struct trial; /* an instance and what became of it; each test has its own */

struct property {
    const char *name;
    bool (*holds)(struct trial *trial);
};

/* What a test is. */
struct suite {
    uint64_t seed, instances; /* unless others are asked for */
    const struct property *properties;
    size_t property_count;

    /* The trial is zeroed before each instance, and then has that one's random numbers. */
    struct trial *trial;
    size_t trial_bytes;
    struct random *random;                     /* the trial's */
    struct arena *arena;                       /* the trial's, freed behind it; NULL: it has none */
    void (*print)(const struct trial *failed); /* with print_error() */

    /* For a test that goes through its instances in another way; then it needs no trial. */
    CMFixtureFunction prepare;
    CMUnitTestFunction test;
};

#define PROPERTIES(rows) .properties = (rows), .property_count = sizeof(rows) / sizeof *(rows)
#define TRIAL(one) .trial = &(one), .trial_bytes = sizeof(one), .random = &(one).random

/* The one of this program, which the test defines; main() is the harness's. */
extern struct suite suite;

/* For a test of its own: the property that it is the test of. */
const struct property *property_of(void **state);

/* Fails the test point. */
void property_fail(const struct property *property, uint64_t seed);

/* Keeps why a property does not hold, in the trial's `char why[]`. Always false, so that a property
 * is left in one line. */
#define because(trial, ...) reason_write((trial)->why, sizeof(trial)->why, __VA_ARGS__)
bool reason_write(char *why, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
