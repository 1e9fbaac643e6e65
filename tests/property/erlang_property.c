/*
 * What must hold of every queue, tried on random ones: B1 to B9 of the mathematics, that an answer
 * is never NaN or infinite, and the formulas once more by their plainest recurrence.
 */
#include "closed_pool.h"
#include "cores.h"
#include "erlang.h"
#include "harness.h"
#include "need.h"

#include <math.h>

/* --- instances --- */

struct trial {
    struct random random;
    int64_t connections, pools;
    struct offered_load load, other;
    struct wait_targets targets;
    double ms, chance;
};

/* Between 0 and 1. */
static double pick_share(struct random *random)
{
    return (double)(random_next(random) >> 11) * 0x1p-53;
}

/* Between `low` and `high`, each power of ten as likely as the next. */
static double pick_scaled(struct random *random, double low, double high)
{
    return low * pow(high / low, pick_share(random));
}

/* Whole numbers and quarters now and then, where c = a is near; large loads seldom. */
static double load_make(struct random *random)
{
    double load = pick_scaled(random, 0.001, chance(random, 2) ? 250000 : 200);
    if (chance(random, 20))
        load = ceil(load * 4) / 4;
    return chance(random, 10) ? ceil(load) : load;
}

/* Mostly a pool that can just serve the load. */
static int64_t pool_make(struct random *random, double load)
{
    if (chance(random, 20))
        return pick(random, 0, 400);
    double connections = floor(load) + 1 + floor(pick_share(random) * 4 * sqrt(load + 1));
    return connections < ERLANG_MAX_CONNECTIONS ? (int64_t)connections : ERLANG_MAX_CONNECTIONS;
}

static void trial_make(struct trial *trial)
{
    struct random *random = &trial->random;
    static const double variabilities[] = {0, 0.5, 1, 1, 1, 4, 9, 100};
    trial->load = (struct offered_load){
        .erlangs = load_make(random),
        .held_ms = pick_scaled(random, 0.1, 10000),
        .variability = variabilities[pick(random, 0, 7)],
    };
    trial->other = trial->load;
    trial->other.erlangs += pick_scaled(random, 0.0001, 10);
    trial->connections = pool_make(random, trial->load.erlangs);
    trial->pools = pick(random, 1, 40);
    trial->chance = pick_scaled(random, 1e-9, 0.9);
    trial->ms = trial->load.held_ms * pick_scaled(random, 0.001, 100);
    trial->targets = (struct wait_targets){
        .p99_ms = chance(random, 60) ? trial->ms : -1,
        .timeout_ms = trial->ms * pick_scaled(random, 1, 100),
        .timeout_chance = chance(random, 60) ? pick_scaled(random, 1e-9, 0.1) : -1,
        .any_chance = chance(random, 30) ? trial->chance : -1,
        .mean_ms = chance(random, 30) ? trial->ms : -1,
    };
}

static struct erlang pool_of(int64_t connections, double load)
{
    struct erlang pool;
    if (!erlang_find(connections, load, &pool))
        fail_msg("refused: c = %" PRId64 ", a = %.17g", connections, load);
    return pool;
}

static struct need need_of(struct offered_load load, struct wait_targets targets)
{
    struct need need;
    if (!need_find(&load, &targets, ERLANG_MAX_CONNECTIONS, &need))
        fail_msg("refused: a = %.17g", load.erlangs);
    return need;
}

static struct need need_for_chance(double erlangs, double any_chance)
{
    struct offered_load load = {.erlangs = erlangs, .held_ms = 1, .variability = 1};
    struct wait_targets targets = {
        .p99_ms = -1, .timeout_chance = -1, .timeout_ms = -1, .any_chance = -1, .mean_ms = -1};
    targets.any_chance = any_chance;
    return need_of(load, targets);
}

static bool is_near(double number, double expected, double tolerance)
{
    return fabs(number - expected) <= tolerance * fabs(expected);
}

/* a <= b, but for rounding: what the tests below say of real numbers. */
static bool is_at_most(double a, double b)
{
    return a <= b * (1 + 1e-11);
}

/* --- the formulas --- */

static bool one_connection_waits_as_often_as_it_is_busy(struct trial *trial)
{
    trial_make(trial);
    double load = trial->load.erlangs;
    return is_near(pool_of(1, load).waiting, load < 1 ? load : 1, 1e-14);
}

static bool waiting_is_at_least_blocking(struct trial *trial)
{
    trial_make(trial);
    struct erlang pool = pool_of(trial->connections, trial->load.erlangs);
    return pool.blocking >= 0 && pool.waiting >= pool.blocking && pool.waiting <= 1;
}

static bool recurrence_holds(struct trial *trial)
{
    trial_make(trial);
    double load = trial->load.erlangs;
    int64_t c = trial->connections > 0 ? trial->connections : 1;
    double below = pool_of(c - 1, load).blocking, blocking = pool_of(c, load).blocking;
    if (blocking < 1e-290)
        return true;
    return is_near(1 / blocking, 1 + (double)c / load / below, 1e-13);
}

/* From B(0) = 1 on, as it is written in the textbooks. */
static bool start_is_that_of_the_recurrence(struct trial *trial)
{
    trial_make(trial);
    double load = trial->load.erlangs, blocking = 1;
    int64_t c = trial->connections;
    if (c > 3000 && !chance(&trial->random, 5))
        return true;
    for (int64_t k = 1; k <= c; k++)
        blocking = load * blocking / ((double)k + load * blocking);
    double found = pool_of(c, load).blocking;
    return blocking < 1e-290 ? found <= 1e-290 : is_near(found, blocking, 1e-12);
}

/* --- waiting --- */

/* Whether nothing of `better` is worse than in `worse`; -1, without end, is the worst. */
static bool is_no_worse(const struct waiting *better, const struct waiting *worse)
{
    if (worse->is_overloaded)
        return true;
    return !better->is_overloaded && is_at_most(better->chance, worse->chance) &&
           is_at_most(better->mean_ms, worse->mean_ms) && is_at_most(better->queue, worse->queue) &&
           better->p99_ms <= worse->p99_ms + 1e-9 &&
           is_at_most(better->timeout_chance, worse->timeout_chance);
}

static bool more_connections_wait_less(struct trial *trial)
{
    trial_make(trial);
    struct waiting waiting, larger;
    return waiting_find(trial->connections, &trial->load, trial->ms, &waiting) &&
           waiting_find(trial->connections + 1, &trial->load, trial->ms, &larger) &&
           is_no_worse(&larger, &waiting) &&
           pool_of(trial->connections + 1, trial->load.erlangs).blocking <=
               pool_of(trial->connections, trial->load.erlangs).blocking;
}

static bool more_load_waits_longer(struct trial *trial)
{
    trial_make(trial);
    struct waiting waiting, busier;
    return waiting_find(trial->connections, &trial->load, trial->ms, &waiting) &&
           waiting_find(trial->connections, &trial->other, trial->ms, &busier) &&
           is_no_worse(&waiting, &busier) &&
           is_at_most(pool_of(trial->connections, trial->load.erlangs).blocking,
                      pool_of(trial->connections, trial->other.erlangs).blocking);
}

static bool quantile_is_the_inverse_of_the_tail(struct trial *trial)
{
    trial_make(trial);
    struct erlang pool = pool_of(trial->connections, trial->load.erlangs);
    double ms = waiting_quantile_ms(&pool, &trial->load, trial->chance);
    if (erlang_is_overloaded(&pool))
        return ms == -1;
    double beyond = waiting_chance_beyond(&pool, &trial->load, ms);
    return ms > 0 ? is_near(beyond, trial->chance, 1e-12) : pool.waiting <= trial->chance;
}

/* A fluid: of the a that come in each time held, c are served. */
static bool overload_is_the_fluid(struct trial *trial)
{
    trial_make(trial);
    double load = trial->load.erlangs;
    int64_t limit = pick(&trial->random, 0, (int64_t)load);
    struct waiting waiting;
    if (!waiting_find(limit, &trial->load, trial->ms, &waiting) || !waiting.is_overloaded)
        return false;
    if (load == (double)limit)
        return waiting.failing_share == 0 && waiting.timeouts_after_ms == -1;
    double backlog_ms = waiting.timeouts_after_ms * (load - (double)limit);
    return is_near(load * (1 - waiting.failing_share), (double)limit, 1e-9) &&
           is_near(backlog_ms, trial->ms * (double)limit, 1e-12);
}

/* --- need --- */

static bool target_is_met(const struct trial *trial, int64_t limit)
{
    const struct wait_targets *targets = &trial->targets;
    struct erlang pool = pool_of(limit, trial->load.erlangs);
    const struct offered_load *load = &trial->load;
    double most = 1 + 1e-12;
    if (erlang_is_overloaded(&pool))
        return false;
    return (targets->p99_ms < 0 ||
            waiting_chance_beyond(&pool, load, targets->p99_ms) <= 0.01 * most) &&
           (targets->timeout_chance < 0 ||
            waiting_chance_beyond(&pool, load, targets->timeout_ms) <=
                targets->timeout_chance * most) &&
           (targets->any_chance < 0 || pool.waiting <= targets->any_chance * most) &&
           (targets->mean_ms < 0 || waiting_mean_ms(&pool, load) <= targets->mean_ms * most);
}

static bool need_is_the_smallest(struct trial *trial)
{
    trial_make(trial);
    struct need need = need_of(trial->load, trial->targets);
    return need.is_possible && (double)need.limit > trial->load.erlangs &&
           target_is_met(trial, need.limit) && !target_is_met(trial, need.limit - 1);
}

/* The reason alone asks for as much; without it, less would do or another asks for the same. */
static bool reason_decides(struct trial *trial)
{
    trial_make(trial);
    struct need need = need_of(trial->load, trial->targets);
    struct wait_targets alone = {
        .p99_ms = -1, .timeout_chance = -1, .timeout_ms = -1, .any_chance = -1, .mean_ms = -1};
    if (need.reason == NEED_P99)
        alone.p99_ms = trial->targets.p99_ms;
    if (need.reason == NEED_TIMEOUT) {
        alone.timeout_ms = trial->targets.timeout_ms;
        alone.timeout_chance = trial->targets.timeout_chance;
    }
    if (need.reason == NEED_ANY)
        alone.any_chance = trial->targets.any_chance;
    if (need.reason == NEED_MEAN)
        alone.mean_ms = trial->targets.mean_ms;
    struct need by_it = need_of(trial->load, alone);
    return by_it.limit == need.limit && by_it.reason == need.reason;
}

/* One less than the need is too little; the need is enough, and all that is looked at. */
static bool need_within_a_bound(struct trial *trial)
{
    trial_make(trial);
    struct need need = need_of(trial->load, trial->targets), bound;
    return need_find(&trial->load, &trial->targets, need.limit, &bound) &&
           bound.limit == need.limit && bound.reason == need.reason &&
           need_find(&trial->load, &trial->targets, need.limit - 1, &bound) && !bound.is_possible &&
           bound.limit == -1;
}

static bool more_load_needs_no_less(struct trial *trial)
{
    trial_make(trial);
    return need_of(trial->other, trial->targets).limit >=
           need_of(trial->load, trial->targets).limit;
}

static bool stricter_targets_need_no_less(struct trial *trial)
{
    trial_make(trial);
    struct need need = need_of(trial->load, trial->targets);
    double stricter = pick_share(&trial->random);
    trial->targets.p99_ms *= trial->targets.p99_ms < 0 ? 1 : stricter;
    trial->targets.timeout_chance *= trial->targets.timeout_chance < 0 ? 1 : 0.01 + stricter / 2;
    trial->targets.any_chance *= trial->targets.any_chance < 0 ? 1 : 0.01 + stricter / 2;
    trial->targets.mean_ms *= trial->targets.mean_ms < 0 ? 1 : 0.01 + stricter / 2;
    return need_of(trial->load, trial->targets).limit >= need.limit;
}

static bool more_variable_needs_no_less(struct trial *trial)
{
    trial_make(trial);
    struct need need = need_of(trial->load, trial->targets);
    trial->load.variability += pick_scaled(&trial->random, 0.01, 100);
    return need_of(trial->load, trial->targets).limit >= need.limit;
}

/* One pool for all needs no more than many for a part each. */
static bool one_pool_needs_no_more_than_many(struct trial *trial)
{
    trial_make(trial);
    double load = trial->load.erlangs, chance = trial->chance;
    struct need each = need_for_chance(load / (double)trial->pools, chance);
    return trial->pools * each.limit >= need_for_chance(load, chance).limit;
}

/* --- fixed numbers of threads --- */

static struct closed_waiting closed_of(struct trial *trial, struct closed_pool *ret_pool)
{
    struct closed_waiting waiting;
    trial_make(trial);
    *ret_pool = (struct closed_pool){
        .threads = pick(&trial->random, 1, chance(&trial->random, 95) ? 60 : 2000),
        .limit = pick(&trial->random, 1, 40),
        .think_ms = trial->ms,
        .held_ms = trial->load.held_ms,
    };
    if (!closed_pool_find(ret_pool, &waiting))
        fail_msg("refused: %" PRId64 " threads", ret_pool->threads);
    return waiting;
}

static bool closed_waits_less_than_open(struct trial *trial)
{
    struct closed_pool pool;
    struct closed_waiting closed = closed_of(trial, &pool);
    struct waiting open;
    struct offered_load load = {
        .erlangs = closed.throughput_per_s / 1000 * pool.held_ms,
        .held_ms = pool.held_ms,
        .variability = 1,
    };
    return waiting_find(pool.limit, &load, 0, &open) &&
           (open.is_overloaded || closed.mean_ms <= open.mean_ms * (1 + 1e-9));
}

static bool enough_connections_for_all_threads_wait_never(struct trial *trial)
{
    struct closed_pool pool;
    struct closed_waiting closed = closed_of(trial, &pool);
    return pool.threads > pool.limit || (closed.mean_ms == 0 && closed.chance == 0);
}

/* Little: threads = throughput x (think + wait + held); and what is busy is throughput x held. */
static bool closed_obeys_little(struct trial *trial)
{
    struct closed_pool pool;
    struct closed_waiting closed = closed_of(trial, &pool);
    double cycle_ms = pool.think_ms + closed.mean_ms + pool.held_ms;
    return is_near(closed.throughput_per_s / 1000 * cycle_ms, (double)pool.threads, 1e-11) &&
           is_near(closed.utilisation * (double)pool.limit,
                   closed.throughput_per_s / 1000 * pool.held_ms, 1e-12);
}

/* --- cores --- */

/* By adding up the chances from 0 on. */
static bool poisson_quantile_is_found_by_adding_up(struct trial *trial)
{
    trial_make(trial);
    double mean = pick_scaled(&trial->random, 0.001, 500), term = exp(-mean), within = term;
    double wanted = pick_scaled(&trial->random, 1e-4, 0.49);
    int64_t count, added = 0;
    while (1 - within > wanted) {
        added++;
        term *= mean / (double)added;
        within += term;
    }
    return poisson_quantile(mean, wanted, &count) && count == added;
}

/* --- what nobody should ask --- */

static bool is_sound(double number)
{
    return isfinite(number) && (number >= 0 || number == -1);
}

/* Any bits at all, or one of the worst numbers there are. */
static double pick_any(struct random *random)
{
    static const double worst[] = {0,   -0.0, 1,     -1,     0.5,  1e12,     1e-6,    262143,
                                   NAN, 1e9,  1e308, 5e-324, 1e18, INFINITY, -1e-300, 262142.9999};
    if (chance(random, 40))
        return worst[pick(random, 0, 15)];
    if (chance(random, 50))
        return pick_scaled(random, 1e-9, 1e9);
    uint64_t bits = random_next(random);
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static int64_t pick_any_count(struct random *random)
{
    static const int64_t worst[] = {0, 1, -1, 262143, 262144, INT64_MAX, INT64_MIN, 100000};
    if (chance(random, 30))
        return worst[pick(random, 0, 7)];
    return chance(random, 80) ? pick(random, 0, 1000) : (int64_t)random_next(random);
}

static void anything_make(struct trial *trial)
{
    struct random *random = &trial->random;
    trial_make(trial);
    double *const numbers[] = {
        &trial->load.erlangs,
        &trial->load.held_ms,
        &trial->load.variability,
        &trial->targets.p99_ms,
        &trial->targets.timeout_ms,
        &trial->targets.any_chance,
        &trial->targets.timeout_chance,
        &trial->targets.mean_ms,
        &trial->ms,
        &trial->chance,
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (chance(random, 40))
            *numbers[i] = pick_any(random);
    trial->connections = pick_any_count(random);
    trial->pools = pick_any_count(random);
}

static bool any_pool_is_sound(struct trial *trial)
{
    anything_make(trial);
    struct erlang pool;
    double log10_b = 0;
    bool known = !erlang_find(trial->connections, trial->load.erlangs, &pool) ||
                 (pool.blocking >= 0 && pool.waiting >= pool.blocking && pool.waiting <= 1);
    bool small = trial->connections < 2000; /* long walks are for the unit tests */
    return known && (!small || !erlang_b_log10(trial->connections, trial->load.erlangs, &log10_b) ||
                     (isfinite(log10_b) && log10_b <= 0));
}

static bool any_waiting_is_sound(struct trial *trial)
{
    anything_make(trial);
    struct waiting waiting;
    struct offered_load load;
    if (offered_load_make(trial->load.erlangs, trial->load.held_ms, trial->load.variability,
                          trial->pools, &load) &&
        !offered_load_is_valid(&load))
        return false;
    if (!waiting_find(trial->connections, &trial->load, trial->ms, &waiting))
        return true;
    return is_sound(waiting.utilisation) && is_sound(waiting.chance) && is_sound(waiting.mean_ms) &&
           is_sound(waiting.queue) && is_sound(waiting.p99_ms) &&
           is_sound(waiting.timeout_chance) && is_sound(waiting.failing_share) &&
           is_sound(waiting.timeouts_after_ms) && waiting.chance <= 1 &&
           waiting.timeout_chance <= waiting.chance && waiting.failing_share <= 1;
}

static bool any_need_is_sound(struct trial *trial)
{
    anything_make(trial);
    struct need need;
    if (!need_find(&trial->load, &trial->targets, trial->connections, &need))
        return true;
    if (!need.is_possible)
        return need.limit == -1 && need.reason < NEED_REASONS;
    return need.limit >= 0 && need.limit <= trial->connections &&
           ((double)need.limit > trial->load.erlangs || trial->load.erlangs == 0);
}

static bool any_closed_pool_is_sound(struct trial *trial)
{
    anything_make(trial);
    struct closed_waiting waiting;
    struct closed_pool pool = {.threads = trial->pools % 2000,
                               .limit = trial->connections,
                               .think_ms = trial->ms,
                               .held_ms = trial->load.held_ms};
    if (!closed_pool_find(&pool, &waiting))
        return true;
    return is_sound(waiting.mean_ms) && is_sound(waiting.throughput_per_s) &&
           is_at_most(waiting.chance, 1) && is_at_most(waiting.utilisation, 1) &&
           waiting.chance >= 0 && waiting.utilisation >= 0;
}

static bool any_cores_are_sound(struct trial *trial)
{
    anything_make(trial);
    struct cores_load load;
    double executing = fabs(trial->load.erlangs) > 1e6 ? trial->chance : trial->load.erlangs;
    if (!cores_load_find(executing, trial->connections, trial->pools, &load))
        return true;
    return isfinite(load.utilisation) && load.utilisation >= 0 && load.comfortable >= 2 &&
           (double)load.executing_p99 >= floor(executing);
}

/* --- running --- */

static const struct property properties[] = {
    {"B1 C(1, a) = a", one_connection_waits_as_often_as_it_is_busy},
    {"B2 C >= B, both within 0 and 1", waiting_is_at_least_blocking},
    {"B3 B, C, means and tails fall with connections", more_connections_wait_less},
    {"B3 B, C, means and tails rise with load", more_load_waits_longer},
    {"B4 1/B(c) = 1 + c/a 1/B(c-1)", recurrence_holds},
    {"the fast start is the recurrence from 0", start_is_that_of_the_recurrence},
    {"the quantile is the inverse of the tail", quantile_is_the_inverse_of_the_tail},
    {"what fails in an overload is what is not served", overload_is_the_fluid},
    {"B5 the need is the smallest that meets all targets", need_is_the_smallest},
    {"what decides the need asks for as much alone", reason_decides},
    {"the need is found within itself, and not below", need_within_a_bound},
    {"B6 the need never falls with more load", more_load_needs_no_less},
    {"B6 the need never falls with stricter targets", stricter_targets_need_no_less},
    {"the need never falls with more variable times", more_variable_needs_no_less},
    {"B7 one pool needs no more than many", one_pool_needs_no_more_than_many},
    {"B8 a closed pool waits no longer than an open one", closed_waits_less_than_open},
    {"B9 no wait where every thread has a connection",
     enough_connections_for_all_threads_wait_never},
    {"a closed pool obeys Little's law", closed_obeys_little},
    {"Poisson's quantile is found by adding up", poisson_quantile_is_found_by_adding_up},
    {"anything asked of a pool is refused or sound", any_pool_is_sound},
    {"anything asked of waiting is refused or sound", any_waiting_is_sound},
    {"anything asked of a need is refused or sound", any_need_is_sound},
    {"anything asked of a closed pool is refused or sound", any_closed_pool_is_sound},
    {"anything asked of cores is refused or sound", any_cores_are_sound},
};

static void trial_print(const struct trial *trial)
{
    const struct wait_targets *targets = &trial->targets;
    print_error("c = %" PRId64 ", a = %.17g (%.17g), held %.17g ms, variability %.17g, %" PRId64
                " pools, %.17g ms, chance %.17g\n",
                trial->connections, trial->load.erlangs, trial->other.erlangs, trial->load.held_ms,
                trial->load.variability, trial->pools, trial->ms, trial->chance);
    print_error("targets: p99 %.17g ms, %.17g at %.17g ms, any %.17g, mean %.17g ms\n",
                targets->p99_ms, targets->timeout_chance, targets->timeout_ms, targets->any_chance,
                targets->mean_ms);
}

static struct trial state;

struct suite suite = {.seed = 19170229,
                      .instances = 100000,
                      PROPERTIES(properties),
                      TRIAL(state),
                      .print = trial_print};
