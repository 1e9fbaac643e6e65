/*
 * The recommended limits: topology and servers in, numbers out. Pure.
 */
#ifndef PGSIZE_RECOMMEND_H
#define PGSIZE_RECOMMEND_H

#include "sizing.h"

struct recommend_options {
    enum purpose purpose;
    enum formula formula;
    enum allocate_mode mode;
    enum objective objective; /* of FORMULA_FAIR */
    int64_t idle_after_ms;    /* 0: IDLE_AFTER_MS */
};

/* Sizes every class of every server; `inputs` has one element for each server of the topology.
 * Findings are not judged yet (rules_judge). */
bool recommend(struct arena *arena, const struct topology *topology,
               const struct server_input *inputs, const struct recommend_options *options,
               struct sizing *ret_sizing, struct fail *fail) MUST_USE;

/* Connections that the classic rules take as reserved: outside the pools, and of poolers. */
int64_t formula_extra(const struct server_sizing *server);

/* The limit that a classic rule gives to everybody on this server (sizing.md 1); UNKNOWN for
 * FORMULA_FAIR or where nothing is known. */
int64_t formula_limit(enum formula formula, const struct server_sizing *server);

/* The smallest max_connections at which a classic rule gives a pool at least one connection, and
 * its answer fits at peak; UNKNOWN: none does. */
int64_t formula_needed(enum formula formula, const struct server_sizing *server);

/* P of the classic rules: pools without any rollout. */
int64_t formula_pools(const struct server_sizing *server);

struct formula_row {
    enum formula formula;
    const char *name, *expression, *what;
};
extern const struct formula_row formula_rows[];
extern const size_t formula_row_count;

#endif
