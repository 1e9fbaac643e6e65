/*
 * Poolers as the second layer. To its clients a pooler is what a server is to its services: their
 * limits are found by the same allocation, with max_client_conn as the budget. To its server it is
 * a service that opens a pool for each database and role. What a product is like by default is in
 * the model (pooler.h).
 *
 * Server connections of a pooler (PgBouncer, doc/config.md; measured with 1.18: 2 databases x 2
 * roles x 3 = 12, with a reserve of 2 = 20, with max_db_connections 4 = 8):
 *     instances x sum over databases of min(max_db_connections,
 *                                           roles x (default_pool_size + reserve_pool_size))
 * It does not get less with fewer clients than that: a client that comes while another's server
 * connection is being reset gets a new one.
 */
#ifndef PGSIZE_POOLERS_H
#define PGSIZE_POOLERS_H

#include "contexts.h"

/* Makes what a pooler is to its clients; its classes come later. */
void pooler_front_make(struct arena *arena, const struct pooler *pooler,
                       struct server_sizing *ret_front);

/* In session mode: the limits of what its clients hold (NO_ROW: there is none), as rows of its
 * front: of their database and role, and what several of those share. */
void pooler_rows_find(const struct pooler *pooler, const struct server_sizing *front,
                      const struct target *target, size_t *ret_own, size_t *ret_shared);

/* What a class of a pooler has besides the pools of its service: the reserve, and which others
 * share a limit with it. */
void pooler_class_make(struct pool_class *class);

/* Connections of pools that share a limit, class by class: how many of this one's are not there
 * because those before it have taken them. The classes that share stand side by side. */
struct shared {
    const struct service *service;
    size_t number;
    int64_t taken;
};
int64_t shared_excess(struct shared *shared, const struct pool_class *class, int64_t limit);

/* The same of one class alone: those before it in its share are as large. */
int64_t class_excess(const struct pool_class *class, int64_t limit, bool *ret_is_first);

/* Once the clients have their limits: what a pooler's pools need, and how large they may be. */
void poolers_need_find(struct arena *arena, struct sizing *sizing);

/* Once its pools have their sizes: in session mode each client holds a server connection. */
void pooler_sessions_bound(struct sizing *sizing, struct pooler_sizing *pooler);

/* The sum of the pools' demand, as one of a pool of them. Sums of rates and Erlangs; the time held
 * is the mean over requests, its variability that of the mixture: Cs^2 = sum of rate S^2 (1 + Cs^2)
 * / (rate S^2 of the sum) - 1. Domain: at least one demand. Worked: 10/s x 100 ms and 30/s x 20 ms,
 * both exponential -> 40/s x 40 ms, Cs^2 2.5. */
struct demand_sum {
    double rate_per_s, erlangs, squares;       /* squares: of rate x E[S^2], in ms^2/s */
    double p99_ms, timeout_chance, timeout_ms; /* the strictest */
};
void demand_sum_add(struct demand_sum *sum, const struct service *service);
double demand_sum_held_ms(const struct demand_sum *sum);
double demand_sum_variability(const struct demand_sum *sum);

/* The limits that are judged: where nothing fits, the smallest. */
enum limit_kind judged_kind(const struct sizing *sizing, const struct server_sizing *server);

/* Server connections of a pooler at peak, without those that its clients open directly. */
int64_t pooler_peak_of(const struct pooler_sizing *pooler, enum limit_kind kind);

/* The same at its pools' size by the command; UNKNOWN where nothing fits. */
int64_t pooler_peak(const struct sizing *sizing, const struct pooler_sizing *pooler);

/* The sum of all poolers of a server, by judged_kind(); 0 where there are none. */
int64_t poolers_peak(const struct sizing *sizing, const struct server_sizing *server);

#endif
