/*
 * Looking at one server again and again on one connection, which is kept: `pgsize watch`. It never
 * waits: who drives it waits for its socket or until its deadline, and says when the next look is
 * due. It does not try again by itself (breaker.h says when to), and keeps nothing but the last
 * sample.
 */
#ifndef PGSIZE_SAMPLER_H
#define PGSIZE_SAMPLER_H

#include "sample.h"
#include "talk.h"

#include <stdbool.h>
#include <stdint.h>

struct pollfd;

struct sampler {
    const struct url *url; /* NULL: libpq's own environment (PG*) names the server */
    int64_t timeout_ms;    /* for connecting, and for each answer */

    /* Its own. What lives as long as the connection, and as long as the sample. */
    struct arena connection_arena, sample_arena;
    struct talk talk;
    struct facts facts;
    struct sample sample;
    bool is_open;   /* the talk has begun, and nobody was told of its end */
    bool is_asking; /* a sample is wanted */
    bool has_seen;  /* a sample came of this connection */
};

/* The rest of it is zero before. */
void sampler_init(struct sampler *sampler, const struct url *url, int64_t timeout_ms,
                  void (*on_out_of_memory)(void));

/* Begins a look, which must not be under way: asks on its connection, or connects first. */
void sampler_ask(struct sampler *sampler);

/* What to wait for, and until when (clock_now_ms()); INT64_MAX: nothing is under way. */
struct pollfd sampler_poll(const struct sampler *sampler);
int64_t sampler_until_ms(const struct sampler *sampler);

/* `is_ready`: its socket can be read or written. Returns the sample that came of it, which holds
 * until the next look begins; NULL: none yet. A connection that is lost between two looks is told
 * at once, as SAMPLE_LOST; not one that the server ended because it was idle for too long
 * (idle_session_timeout): the next look connects anew. The breaker's state is left to the caller.
 */
const struct sample *sampler_turn(struct sampler *sampler, bool is_ready);

/* Closes its connection, and gives back its memory. */
void sampler_end(struct sampler *sampler);

#endif
