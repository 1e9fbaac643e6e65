#include "waiting.h"

#include <math.h>

static bool is_within(double number, double least, double most)
{
    return number >= least && number <= most; /* false for NaN */
}

bool offered_load_is_valid(const struct offered_load *load)
{
    return isfinite(load->erlangs) && load->erlangs >= 0 &&
           is_within(load->held_ms, WAITING_MIN_HELD_MS, WAITING_MAX_MS) &&
           is_within(load->variability, 0, WAITING_MAX_VARIABILITY);
}

bool offered_load_make(double rate_per_s, double held_ms, double variability, int64_t pools,
                       struct offered_load *ret_load)
{
    if (pools < 1 || !(rate_per_s >= 0))
        return false;
    /* The product first: 100/s x 60 ms is a whole number, 0.06 s is not a double. */
    struct offered_load load = {
        .erlangs = rate_per_s * held_ms / 1000 / (double)pools,
        .held_ms = held_ms,
        .variability = variability,
    };
    if (!offered_load_is_valid(&load))
        return false;
    *ret_load = load;
    return true;
}

double waiting_spread(const struct offered_load *load)
{
    double spread = (1 + load->variability) / 2;
    return spread < 1 ? 1 : spread;
}

/* (c - a) / (S k), the rate at which the queue is worked off; positive where not overloaded. */
static double decay_per_ms(const struct erlang *pool, const struct offered_load *load)
{
    return ((double)pool->connections - pool->load) / (load->held_ms * waiting_spread(load));
}

double waiting_chance_beyond(const struct erlang *pool, const struct offered_load *load, double ms)
{
    if (erlang_is_overloaded(pool))
        return 1;
    return ms > 0 ? pool->waiting * exp(-decay_per_ms(pool, load) * ms) : pool->waiting;
}

double waiting_mean_ms(const struct erlang *pool, const struct offered_load *load)
{
    return erlang_is_overloaded(pool) ? -1 : pool->waiting / decay_per_ms(pool, load);
}

double waiting_queue(const struct erlang *pool, const struct offered_load *load)
{
    if (erlang_is_overloaded(pool))
        return -1;
    return pool->waiting * waiting_spread(load) * pool->load /
           ((double)pool->connections - pool->load);
}

double waiting_quantile_ms(const struct erlang *pool, const struct offered_load *load,
                           double chance)
{
    if (erlang_is_overloaded(pool))
        return -1;
    if (pool->waiting <= chance)
        return 0;
    return log(pool->waiting / chance) / decay_per_ms(pool, load);
}

/* With a > c, each held time brings a - c requests more than are served. */
static struct waiting waiting_overloaded(const struct erlang *pool, double timeout_ms)
{
    double limit = (double)pool->connections;
    return (struct waiting){
        .is_overloaded = true,
        .utilisation = pool->connections > 0 ? pool->load / limit : -1,
        .chance = 1,
        .mean_ms = -1,
        .queue = -1,
        .p99_ms = -1,
        .timeout_chance = 1,
        .failing_share = 1 - limit / pool->load,
        .timeouts_after_ms = pool->load > limit ? timeout_ms * limit / (pool->load - limit) : -1,
    };
}

static struct waiting waiting_steady(const struct erlang *pool, const struct offered_load *load,
                                     double timeout_ms)
{
    double limit = (double)pool->connections;
    return (struct waiting){
        .utilisation = pool->load / limit,
        .chance = pool->waiting,
        .mean_ms = waiting_mean_ms(pool, load),
        .queue = waiting_queue(pool, load),
        .p99_ms = waiting_quantile_ms(pool, load, 0.01),
        .timeout_chance = waiting_chance_beyond(pool, load, timeout_ms),
        .timeouts_after_ms = -1,
    };
}

bool waiting_find(int64_t limit, const struct offered_load *load, double timeout_ms,
                  struct waiting *ret_waiting)
{
    struct erlang pool;
    if (!offered_load_is_valid(load) || !is_within(timeout_ms, 0, WAITING_MAX_MS) ||
        !erlang_find(limit, load->erlangs, &pool))
        return false;
    if (load->erlangs == 0)
        *ret_waiting = (struct waiting){.utilisation = limit > 0 ? 0 : -1, .timeouts_after_ms = -1};
    else if (erlang_is_overloaded(&pool))
        *ret_waiting = waiting_overloaded(&pool, timeout_ms);
    else
        *ret_waiting = waiting_steady(&pool, load, timeout_ms);
    return true;
}
