#include "harness.h"

enum { MOST_PROPERTIES = 40 };

static const char *program;
static const struct property *rows[MOST_PROPERTIES]; /* the states of the test points */
static bool is_open;                                 /* a trial is under way, or has failed */
static bool is_told;                                 /* its failure was */

const struct property *property_of(void **state)
{
    const struct property *const *row = *state;
    return *row;
}

void property_fail(const struct property *property, uint64_t seed)
{
    is_told = true;
    fail_msg("%s: not for seed %" PRIu64 " (rerun: %s %" PRIu64 " 1)", property->name, seed,
             program, seed);
}

bool reason_write(char *why, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(why, size, format, arguments);
    va_end(arguments);
    return false;
}

/* --- trials --- */

static uint64_t open_seed;

static void trial_open(uint64_t seed)
{
    memset(suite.trial, 0, suite.trial_bytes);
    *suite.random = random_of(seed);
    open_seed = seed;
    is_open = true;
    is_told = false;
}

static void trial_close(void)
{
    if (suite.arena != NULL)
        arena_free(suite.arena);
    is_open = false;
}

static void property_try(void **state)
{
    const struct property *property = property_of(state);
    for (uint64_t i = 0; i < suite.instances; i++) {
        trial_open(suite.seed + i);
        if (!property->holds(suite.trial)) {
            suite.print(suite.trial);
            property_fail(property, open_seed);
        }
        trial_close();
    }
}

/* Also behind an assertion that failed inside a property, which says nothing of the instance. */
static int property_leave(void **state)
{
    if (!is_open)
        return 0;
    if (!is_told) {
        suite.print(suite.trial);
        print_error("%s: failed for seed %" PRIu64 " (rerun: %s %" PRIu64 " 1)\n",
                    property_of(state)->name, open_seed, program, open_seed);
    }
    trial_close();
    return 0;
}

/* --- the program --- */

/* From the argument, else the environment, else as it was. */
static bool number_read(int argc, char **argv, int index, const char *variable, uint64_t *number)
{
    const char *string = index < argc ? argv[index] : getenv(variable);
    if (string == NULL)
        return true;
    char *end;
    *number = strtoull(string, &end, 10);
    return end != string && *end == '\0';
}

static bool arguments_read(int argc, char **argv)
{
    if (number_read(argc, argv, 1, "PGSIZE_TEST_SEED", &suite.seed) &&
        number_read(argc, argv, 2, "PGSIZE_TEST_INSTANCES", &suite.instances))
        return true;
    (void)fprintf(stderr, "usage: %s [SEED [INSTANCES]]\n", argv[0]);
    return false;
}

int main(int argc, char **argv)
{
    struct CMUnitTest tests[MOST_PROPERTIES] = {{.name = NULL}}; /* which cmocka passes over */
    if (!arguments_read(argc, argv))
        return 2;
    if (suite.property_count > MOST_PROPERTIES)
        abort();
    program = argv[0];
    for (size_t i = 0; i < suite.property_count; i++) {
        rows[i] = &suite.properties[i];
        tests[i] = (struct CMUnitTest){
            .name = rows[i]->name,
            .test_func = suite.test != NULL ? suite.test : property_try,
            .teardown_func = property_leave,
            .initial_state = &rows[i],
        };
    }
    printf("# seed %" PRIu64 ", %" PRIu64 " instances for each property\n", suite.seed,
           suite.instances);
    (void)fflush(stdout);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, suite.prepare, NULL) != 0;
}
