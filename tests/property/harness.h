/*
 * What the property tests share: random numbers, the arguments, and running properties as test
 * points. It knows nothing of what is tested, nor what a failure looks like: each test finds and
 * prints its own.
 *
 *   NAME_property [SEED [INSTANCES]]      or PGSIZE_TEST_SEED, PGSIZE_TEST_INSTANCES
 *
 * Instance number i of a run with seed S is instance 0 of a run with seed S + i, which is what a
 * failure prints.
 */
#ifndef PGSIZE_HARNESS_H
#define PGSIZE_HARNESS_H

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

struct trial; /* each test has its own */

struct property {
    const char *name;
    bool (*holds)(struct trial *trial);
};

struct run {
    const char *program;
    uint64_t seed, instances;
};

/* From the argument, else the environment, else as it was. */
static inline bool number_read(int argc, char **argv, int index, const char *variable,
                               uint64_t *number)
{
    const char *string = index < argc ? argv[index] : getenv(variable);
    if (string == NULL)
        return true;
    char *end;
    *number = strtoull(string, &end, 10);
    return end != string && *end == '\0';
}

static inline bool run_read(int argc, char **argv, struct run *run)
{
    if (number_read(argc, argv, 1, "PGSIZE_TEST_SEED", &run->seed) &&
        number_read(argc, argv, 2, "PGSIZE_TEST_INSTANCES", &run->instances))
        return true;
    (void)fprintf(stderr, "usage: %s [SEED [INSTANCES]]\n", argv[0]);
    return false;
}

/* Fails the test point. */
static inline void property_fail(const struct run *run, const struct property *property,
                                 uint64_t seed)
{
    fail_msg("%s: not for seed %" PRIu64 " (rerun: %s %" PRIu64 " 1)", property->name, seed,
             run->program, seed);
}

enum { MOST_PROPERTIES = 40 };

/* One test point for each property; its state is the property. `setup` may be NULL. */
static inline int properties_run(const struct run *run, const struct property *properties,
                                 size_t count, CMUnitTestFunction test, CMFixtureFunction setup)
{
    static struct property copies[MOST_PROPERTIES];
    struct CMUnitTest tests[MOST_PROPERTIES] = {{.name = NULL}}; /* which cmocka passes over */
    if (count > MOST_PROPERTIES)
        abort();
    memcpy(copies, properties, count * sizeof *copies);
    for (size_t i = 0; i < count; i++)
        tests[i] = (struct CMUnitTest){
            .name = copies[i].name, .test_func = test, .initial_state = &copies[i]};
    printf("# seed %" PRIu64 ", %" PRIu64 " instances for each property\n", run->seed,
           run->instances);
    (void)fflush(stdout);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, setup, NULL) != 0;
}

#endif
