/*
 * Whether the limits that are stated hold what they promise: M/M/inf processes with a known load
 * are simulated, looked at as the probe does, and the limits compared with what is known.
 */
#include "harness.h"
#include "observed.h"

#include <math.h>

enum { SAMPLES = 300, WINDOW_MS = 60000, LEAST_PERCENT = 93 };

struct trial {
    double load, held_ms;
};

/* Figures whose limits are asked about: one test point each. */
enum { IN_USE, RATE, HELD, FIGURES };
static const struct property figures[FIGURES] = {
    [IN_USE] = {.name = "limits of what is in use hold the truth in 93 %"},
    [RATE] = {.name = "limits of the rate hold the truth in 93 %"},
    [HELD] = {.name = "limits of the time held hold the truth in 93 %"},
};

/* In (0, 1). */
static double uniform(struct random *random)
{
    return ((double)(random_next(random) >> 11) + 0.5) / 9007199254740992.0;
}

static double exponential(struct random *random, double mean)
{
    return -mean * log(uniform(random));
}

static int64_t poisson(struct random *random, double mean)
{
    int64_t count = 0;
    for (double at = exponential(random, 1); at <= mean; at += exponential(random, 1))
        count++;
    return count;
}

/* --- one window --- */

struct window {
    struct random random;
    int64_t at_ms[SAMPLES], in_use[SAMPLES];
    double age_ms, held_sum_ms;
    int64_t ended;
};

/* A connection that is held from `begin` to `end`. */
static void stay_add(struct window *window, double begin, double end)
{
    int64_t first = begin < 0 ? 0 : (int64_t)(begin * SAMPLES / WINDOW_MS);
    for (int64_t i = first; i < SAMPLES && (double)window->at_ms[i] < end; i++) {
        if ((double)window->at_ms[i] < begin)
            continue;
        window->in_use[i]++;
        window->age_ms += (double)window->at_ms[i] - begin;
    }
    if (end < WINDOW_MS) {
        window->ended++;
        window->held_sum_ms += end - begin;
    }
}

/* Stationary from the beginning: of those that are there, past and rest are exponential too. */
static void window_run(struct window *window, const struct trial *trial)
{
    struct random *random = &window->random;
    int64_t there = poisson(random, trial->load);
    for (int i = 0; i < SAMPLES; i++)
        window->at_ms[i] = (int64_t)((i + uniform(random)) * WINDOW_MS / SAMPLES);
    while (there-- > 0)
        stay_add(window, -exponential(random, trial->held_ms), exponential(random, trial->held_ms));
    double gap_ms = trial->held_ms / trial->load;
    for (double at = exponential(random, gap_ms); at < WINDOW_MS; at += exponential(random, gap_ms))
        stay_add(window, at, at + exponential(random, trial->held_ms));
}

static bool is_within(const struct interval *interval, double truth)
{
    return interval->low <= truth && truth <= interval->high;
}

/* --- how often --- */

static const double loads[] = {0.1, 0.5, 2, 10, 40};
static const double windows_of_held[] = {20, 100, 600, 6000}; /* window / time held */
enum {
    LOADS = 5,
    HELDS = 4,
    LEAST_ARRIVALS = 20, /* fewer say little of a load */
    MOST_ARRIVALS = 2000 /* more take long */
};

struct hits {
    uint64_t of[FIGURES];
};

static struct hits hits_count(const struct trial *trial, uint64_t seed)
{
    static struct window window;
    struct hits hits = {0};
    for (uint64_t i = 0; i < suite.instances; i++) {
        struct interval in_use, rate, held;
        memset(&window, 0, sizeof window);
        window.random = random_of(seed + i);
        window_run(&window, trial);
        in_use = in_use_estimate(
            &(struct use_series){window.at_ms, window.in_use, SAMPLES, window.age_ms});
        hits.of[IN_USE] += is_within(&in_use, trial->load);
        rate = mean_interval((double)window.ended, 1, 1);
        hits.of[RATE] += is_within(&rate, trial->load * WINDOW_MS / trial->held_ms);
        hits.of[HELD] += held_interval(window.held_sum_ms / (double)window.ended,
                                       (double)window.ended, 1, &held) &&
                         is_within(&held, trial->held_ms);
    }
    return hits;
}

/* All settings are simulated once, for the first figure that asks. */
static uint64_t setting_hits(size_t load, size_t held, ptrdiff_t figure)
{
    static struct hits hits[LOADS][HELDS];
    static bool is_done[LOADS][HELDS];
    if (!is_done[load][held]) {
        const struct trial trial = {loads[load], WINDOW_MS / windows_of_held[held]};
        hits[load][held] = hits_count(&trial, suite.seed + 1000003 * (load * HELDS + held));
        is_done[load][held] = true;
    }
    return hits[load][held].of[figure];
}

static void limits_hold(void **state)
{
    const struct property *figure = property_of(state);
    for (size_t i = 0; i < LOADS; i++)
        for (size_t k = 0; k < HELDS; k++) {
            double arrivals = loads[i] * windows_of_held[k];
            if (arrivals < LEAST_ARRIVALS || arrivals > MOST_ARRIVALS)
                continue;
            uint64_t hits = setting_hits(i, k, figure - figures);
            if (hits * 100 < LEAST_PERCENT * suite.instances)
                fail_msg("%s, load %g, window %g times the held time: %" PRIu64 " of %" PRIu64,
                         figure->name, loads[i], windows_of_held[k], hits, suite.instances);
        }
}

struct suite suite = {
    .seed = 20261121,
    .instances = 2000, /* windows of each setting */
    PROPERTIES(figures),
    .test = limits_hold,
};
