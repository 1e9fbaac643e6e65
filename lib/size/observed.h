/*
 * From what was seen of a server to the demand of its services, each figure with the limits between
 * which the truth lies in 95 % of all windows. It estimates and does not size: the upper limits
 * become needs in demands.h.
 *
 * It sees the window alone. What a quiet hour shows is no demand for a busy one, and short bursts
 * between two samples are not seen.
 */
#ifndef PGSIZE_OBSERVED_H
#define PGSIZE_OBSERVED_H

#include "observation.h"
#include "sizing.h"

/* How many connections were in use at each moment of a series. */
struct use_series {
    const int64_t *at_ms; /* ascending */
    const int64_t *in_use;
    size_t count;
    double age_ms; /* sum over all that were in use, of their transactions' ages */
};

struct interval {
    double value, low, high;
};

/* How many independent looks a series is worth: n (1 - r) / (1 + r), at least 1, with r the mean of
 * exp(-gap / A), and A the mean age of the transactions that were seen: the time after which
 * another look sees others. Source: sizing.md 4; that the mean age is the correlation time of
 * M/M/inf (of M/G/inf, its integral) is the inspection paradox, E[S^2] / 2 E[S]. Worked: 101
 * moments 100 ms apart, mean age 100 ms: r = 0.3679, 46.7. Nothing in use: n. */
double looks_find(const struct use_series *series);

/* The mean of counts that are Poisson, or `spread` times as variable, seen in `looks` independent
 * looks (1: a count of events): all means m for which |value - m| <= 1.96 sqrt(spread x m / looks).
 * Source: Wilson's score interval, for the Poisson distribution. It holds where few are in use,
 * unlike value +- 1.96 sqrt(value / looks). Domain: value >= 0, looks > 0, spread >= 1. Worked: 2
 * in 50 looks: 1.645 to 2.432; 0 in 50: 0 to 0.0768. */
struct interval mean_interval(double value, double looks, double spread);

/* The mean in use of a series, with a spread of its variance over its mean where that is more than
 * 1. It covers the truth as promised where at least some ten transactions began in the window and
 * it is ten times as long as one. Worked: the counts 1, 2, 3, 2 of transactions that
 * have just begun: 2, from 1.013 to 3.947. */
struct interval in_use_estimate(const struct use_series *series);

/* A mean time of `count` transactions whose times vary by `variability` (squared coefficient): all
 * means m for which |value - m| <= 1.96 m sqrt(variability / count). False where they are too few
 * to bound it: 1.96 sqrt(variability / count) above 0.75. Worked: 60 ms of 400, 1: 54.64 to 66.52.
 */
bool held_interval(double value_ms, double count, double variability,
                   struct interval *ret_interval) MUST_USE;

/* Why nothing can be said: too short, or counters that were set back, of a database that a service
 * uses; NULL: something can. */
const char *observation_refused(struct arena *arena, const struct topology *topology, size_t server,
                                const struct facts *facts);

/* What follows for the classes of a server, by who owns a session. */
const struct observed *observed_make(struct arena *arena, const struct sizing *sizing,
                                     const struct server_sizing *server);

/* How many connections are in use on average, of which a mean is known over a whole window instead
 * of at single moments: mean_interval() in window / (2 S) looks, at least 1, with S the mean time
 * held. Source: the variance of a time average of M/G/inf, a x 2 A / T, with the mean age A = S (1
 * + Cs^2) / 2 of looks_find(), here with Cs^2 = 1 (exponential), which nobody measured. Domain:
 * `in_use` >= 0, `window_ms` and `held_ms` > 0. Worked: 9.45 in 60 s, held 60 ms: 500 looks, 9.184
 * to 9.723. */
struct interval counted_interval(double in_use, double window_ms, double held_ms);

/* What was observed of a class, and of the database that it uses; NULL: nothing. */
const struct observed_class *observed_class_find(const struct server_sizing *server,
                                                 const struct pool_class *class);
const struct observed_database *observed_database_find(const struct server_sizing *server,
                                                       const struct pool_class *class);

#endif
