/*
 * Finds the needs of COUNT pools and prints their sum: needs COUNT [ERLANGS]
 *
 * Their loads are ERLANGS each, or from 0.01 to 250,000, each power of ten as often as the next.
 * The targets are the default ones: p99 10 ms, one in a million at 20 s; they are held 60 ms.
 */
#include "need.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double LEAST = 0.01, MOST = 250000;

/* The fractional parts of multiples of the golden ratio are spread evenly. */
static double load_of(int64_t number)
{
    double share = fmod((double)number * 0.61803398874989485, 1);
    return LEAST * pow(MOST / LEAST, share);
}

int main(int argc, char **argv)
{
    const struct wait_targets targets = {
        .p99_ms = 10, .timeout_chance = 1e-6, .timeout_ms = 20000, .any_chance = -1, .mean_ms = -1};
    int64_t count = argc > 1 ? strtoll(argv[1], NULL, 10) : 0, sum = 0;
    double erlangs = argc > 2 ? strtod(argv[2], NULL) : 0;
    for (int64_t i = 0; i < count; i++) {
        struct offered_load load = {
            .erlangs = erlangs > 0 ? erlangs : load_of(i), .held_ms = 60, .variability = 1};
        struct need need;
        if (!need_find(&load, &targets, ERLANG_MAX_CONNECTIONS, &need) || !need.is_possible) {
            (void)fprintf(stderr, "needs: %.17g Erlang have no need\n", load.erlangs);
            return 1;
        }
        sum += need.limit;
    }
    printf("%" PRId64 "\n", sum);
    return 0;
}
