/*
 * The objective "wait": what one connection more saves in waiting, so that the allocation can go by
 * it (allocate.h), and how much waiting there is in all. It turns the queueing formulas (waiting.h)
 * into keys; it hands nothing out, and judges nothing.
 *
 * What is minimised is the mean number of requests that wait, over all services with a demand,
 * each counted by its service's weight. A `want` beats the demand: such a pool gets what fair
 * shares give it (only a load that they leave overloaded may take from that), and waiting is saved
 * with the rest. Nobody is given more than it needs by its targets: beyond them a slot saves
 * waiting that nobody minds, and is worth more as room.
 */
#ifndef PGSIZE_GAIN_H
#define PGSIZE_GAIN_H

#include "sizing.h"

/* Whether the objective has a say in what this class is given: it has pools, a demand that some
 * pool can meet, and no `want`. */
bool class_goes_by_gain(const struct pool_class *class);

/* What it is given before any gain counts: floor(a) + 1, which its load keeps busy; below, its
 * queue has no end and no mean. Worked: 2.4 Erlang -> 3. */
int64_t class_first(const struct pool_class *class);

/* Requests that stop waiting, for each slot taken, when the number-th connection comes:
 *     weight x s x (Lq(number - 1) - Lq(number)) / m,    Lq = rate of one pool x Wq (Little)
 * of s pools that serve and m that are alive at peak, which all take a slot more; where all of them
 * serve, m cancels. Source: marginal analysis (B. Fox, 1966); Lq of M/M/c is convex in c > a, so
 * handing out by gain is optimal for what it costs. Domain: a class that goes by gain, number >
 * class_first(). Worked: 1.7 Erlang, s = m: the third saves 4.02 requests, the fourth 0.329. */
double class_gain(const struct pool_class *class, int64_t number);

/* Puts `first` and the gains into the allocation's class; no more of them than `room` slots hold,
 * nor beyond the need or what rounding leaves of them. A class that has a need and does not go by
 * gain is first given its limit, which fair shares found, or all of its need where there is none
 * yet. */
void class_gains_make(struct arena *arena, const struct pool_class *class, int64_t room,
                      struct allocate_class *ret_class);

/* The mean number of requests that wait on a server, at the recommended limits. */
struct waiting_total {
    double requests, weighted; /* each as one, or by its service's weight: what is minimised */
    int64_t queues;            /* pool classes whose queue has an end; the others count nothing */
    int64_t overloaded;        /* those whose queue has none */
    int64_t by_gain;           /* those that the objective has a say in */
};
struct waiting_total waiting_total_find(const struct server_sizing *server);

#endif
