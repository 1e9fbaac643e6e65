/*
 * A pool whose requests come from a fixed number of threads, each of which thinks, takes a
 * connection, and gives it back: the queue M/M/c//T, finite source. It waits less than the open
 * queue of waiting.h at the same throughput, because a thread that waits asks for nothing else.
 * Threads that hold several connections at once, and the deadlock that this allows, are not its
 * business.
 */
#ifndef PGSIZE_CLOSED_POOL_H
#define PGSIZE_CLOSED_POOL_H

#include "waiting.h"

struct closed_pool {
    int64_t threads; /* T: 1 to 262143 */
    int64_t limit;   /* c: 1 to 262143 */
    double think_ms; /* Z, mean time between two requests of a thread: 0 to 1e12 */
    double held_ms;  /* S, mean time that a connection is held: 1e-6 to 1e12 */
};

struct closed_waiting {
    double chance;           /* that a thread which asks must wait */
    double mean_ms;          /* Wq, over all requests */
    double utilisation;      /* mean share of the limit in use */
    double throughput_per_s; /* X */
};

/* With p_k the chance that k threads hold or wait, and z = Z / S:
 *     p_k = p_{k-1} (T - k + 1) / (z min(k, c)),   X S = sum of min(k, c) p_k,   Wq = Lq / X
 * A thread that asks finds the pool as T - 1 threads leave it: its chance to wait is the sum of
 * their p_k, k >= c. Source: the machine repair model, sizing.md 3.6. False outside the domain
 * above. Worked: T = 5, c = 2, Z = 4 S: 19.4 % wait, 0.120 S on average. */
bool closed_pool_find(const struct closed_pool *pool, struct closed_waiting *ret_waiting) MUST_USE;

#endif
