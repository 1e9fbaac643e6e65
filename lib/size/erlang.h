/*
 * Erlang's two formulas: how likely it is that all connections of a pool are in use at the same
 * moment, from the load that is offered to it. Requests come independently of each other (Poisson).
 * Nothing here knows of time (that is waiting.h), of targets (need.h), or of a fixed number of
 * threads (closed_pool.h).
 *
 * The load `a` is in Erlang: requests per second x seconds that each holds a connection, which is
 * the mean number of connections in use. No answer is ever NaN or infinite.
 */
#ifndef PGSIZE_ERLANG_H
#define PGSIZE_ERLANG_H

#include "fail.h"

#include <stdbool.h>
#include <stdint.h>

enum { ERLANG_MAX_CONNECTIONS = (1 << 18) - 1 }; /* max_connections itself ends there */

/* A pool under a load. */
struct erlang {
    int64_t connections; /* c */
    double load;         /* a */
    double blocking;     /* B(c, a); 0 where it is below the smallest normal double, 2e-308 */
    double waiting;      /* C(c, a); 1 where the load is not less than the connections */
};

/* Erlang B, the share of requests refused where nobody waits:
 *     B(0, a) = 1,   B(k, a) = a B(k-1, a) / (k + a B(k-1, a))
 * and Erlang C, the share of requests that wait, where nobody gives up:
 *     C(c, a) = c B / ((c - a) + a B)   for a < c, else 1
 * Source: A. K. Erlang, 1917; the recurrences are sizing.md 3.2. Domain: 0 <= c <= 262143, any
 * finite a >= 0; false outside it. Worked: c = 5, a = 4 gives B 0.1991 and C 0.5541. */
bool erlang_find(int64_t connections, double load, struct erlang *ret_erlang) MUST_USE;

/* The smallest pool that is not overloaded: floor(a) + 1 connections. False where the load is
 * outside the domain, or no pool of 262143 connections could serve it. */
bool erlang_find_smallest(double load, struct erlang *ret_erlang) MUST_USE;

/* The same load and one connection more. False, and nothing changes, at 262143. */
bool erlang_grow(struct erlang *erlang) MUST_USE;

/* Whether the load is at least what the pool can serve: then a queue grows without end. */
static inline bool erlang_is_overloaded(const struct erlang *erlang)
{
    return erlang->load >= (double)erlang->connections;
}

/* log10 of B(c, a), also where B is far below what a double holds. Domain as above, without a = 0
 * for c > 0, where B is 0. Worked: c = 100, a = 0.001 gives -457.97. */
bool erlang_b_log10(int64_t connections, double load, double *ret_log10) MUST_USE;

#endif
