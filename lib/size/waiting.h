/*
 * How long requests wait for a connection of a pool: the queue M/M/c, first come first served, with
 * Allen and Cunneen's correction for times that are not exponential. What a given limit means, in
 * milliseconds and chances; which limit is needed is need.h's business.
 *
 * The time that a connection is held is that of the whole checkout (transaction, idle in
 * transaction, network), not of the queries. It is taken as given: where the server slows down
 * under load, waits are longer.
 */
#ifndef PGSIZE_WAITING_H
#define PGSIZE_WAITING_H

#include "erlang.h"

/* Times beyond these mean nothing: a nanosecond, and 31 years. */
#define WAITING_MIN_HELD_MS 1e-6
#define WAITING_MAX_MS 1e12
#define WAITING_MAX_VARIABILITY 1e9

/* What one pool is asked for. */
struct offered_load {
    double erlangs;     /* a: finite, >= 0 */
    double held_ms;     /* S: 1e-6 to 1e12 */
    double variability; /* Cs^2 of the time held: 0 where it is constant, 1 exponential; to 1e9 */
};

/* a = rate x held / 1000 / pools, the share of one of `pools` pools (those that serve: instances
 * that are not being replaced x processes). False where a number is outside its domain: rate finite
 * and >= 0, pools >= 1. Worked: 120/s x 60 ms over 3 pools is 2.4 Erlang. */
bool offered_load_make(double rate_per_s, double held_ms, double variability, int64_t pools,
                       struct offered_load *ret_load) MUST_USE;

/* Whether each number is within its domain. */
bool offered_load_is_valid(const struct offered_load *load);

/* What a limit means for a load. -1 stands for what there is not. */
struct waiting {
    bool is_overloaded; /* load >= limit: the queue grows until requests give up */
    double utilisation; /* a / c; -1 where the limit is 0 */
    double chance;      /* C: share of requests that wait at all */
    double mean_ms;     /* Wq, over all requests; -1 overloaded */
    double queue;       /* Lq, requests that wait on average; -1 overloaded */
    double p99_ms;      /* 1 % wait longer; -1 overloaded */

    /* The share that would wait longer than the time-out if nobody gave up, which is not less than
     * the share that times out (whoever gives up shortens the queue). 1 overloaded. */
    double timeout_chance;

    /* Only overloaded, else 0 and -1. The backlog grows by a - c for each time that c connections
     * are held once, so a request that comes after t waits t (a - c) / c. */
    double failing_share;     /* 1 - c / a time out, once that has been reached */
    double timeouts_after_ms; /* timeout x c / (a - c); -1 at a = c: only chance makes it grow */
};

/* Domain: limit 0 to 262143, a valid load, timeout 0 to 1e12 ms; false outside it. A load of 0
 * waits for nothing, even at limit 0. Worked: 2.4 Erlang held 60 ms, limit 7: 1 % wait longer than
 * 2.96 ms. Overloaded: 12 Erlang, limit 9, timeout 20 s: after 60 s a quarter times out. */
bool waiting_find(int64_t limit, const struct offered_load *load, double timeout_ms,
                  struct waiting *ret_waiting) MUST_USE;

/* --- inside this room: of a valid load and a pool found for its Erlangs --- */

/* k = max(1, (Ca^2 + Cs^2) / 2) with Ca^2 = 1, Poisson arrivals. Source: Allen and Cunneen, in A.
 * O. Allen, Probability, Statistics and Queueing Theory. Exact for k = 1 and for the mean at c = 1,
 * else about 10 to 15 % off. It is never let below 1: even times make waits shorter, but bursts
 * that nobody measured make them longer. Worked: Cs^2 = 4 gives 2.5. */
double waiting_spread(const struct offered_load *load);

/* P(W > t) = C exp(-(c - a) t / (S k)); 1 overloaded. Worked: c = 5, a = 4, t = S: 0.2038. */
double waiting_chance_beyond(const struct erlang *pool, const struct offered_load *load, double ms);

/* Wq = C S k / (c - a); -1 overloaded. Worked: c = 5, a = 4: 0.5541 S. */
double waiting_mean_ms(const struct erlang *pool, const struct offered_load *load);

/* Lq = C k a / (c - a), requests that wait on average: Little, the wait x the rate a / S; -1
 * overloaded. Worked: c = 5, a = 4: 2.216. */
double waiting_queue(const struct erlang *pool, const struct offered_load *load);

/* The wait that a share `chance` (0 < chance <= 1) of the requests exceeds: ln(C / chance) S k /
 * (c - a), or 0 where no more than that wait at all; -1 overloaded. Worked: c = 5, a = 4, 1 %: 4.01
 * S. */
double waiting_quantile_ms(const struct erlang *pool, const struct offered_load *load,
                           double chance);

#endif
