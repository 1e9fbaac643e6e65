/*
 * The one room that talks to PostgreSQL. One connection for each server, one round trip of
 * statements on it (and, where it is observed, short ones for a while), read-only, with a statement
 * time-out; all servers at once, on one thread (lookup.h has others). Nothing is left behind.
 *
 * It does not judge what a server says, and does not try again: a server that is full is an answer.
 */
#ifndef PGSIZE_PROBE_H
#define PGSIZE_PROBE_H

#include "arena.h"
#include "facts.h"
#include "text.h"
#include "url.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct probe_target {
    const char *name;      /* of the server, for messages */
    const struct url *url; /* NULL: libpq's own environment (PG*) names it */
    struct facts *ret_facts;
    bool signs; /* ask as well which provider's it may be: facts->signs */
};

struct pg_result; /* libpq's PGresult, which only this room looks into */

/* Puts the rows that a query returned into `facts`; false when they do not have the shape that was
 * asked for. `facts` is then half filled. */
typedef bool query_reader(struct arena *arena, const struct pg_result *result, struct facts *facts);

/* When a statement is sent; a row may be for several of these. */
enum query_occasion {
    QUERY_ONCE = 1,   /* the first and, mostly, only round trip; 0 stands for it */
    QUERY_SAMPLE = 2, /* --observe: again and again */
    QUERY_COUNT = 4,  /* --observe: at both ends */
    QUERY_SIGNS = 8,  /* with the first, where probe_target.signs is set */
    QUERY_WATCH = 16, /* watch: at every interval, on a connection that is kept */
};

/* A statement that the probe sends: a row in query.c. They are sent in this order, as one string.
 */
struct query {
    const char *name;        /* for `pgsize list queries` */
    const char *description; /* what it answers */
    unsigned occasions;
    int since,
        until; /* server_version_num / 10000 of the first and last major that has it; 0: no limit */
    const char *sql;    /* `:timeout_ms` stands for what is left of the time-out, as in psql */
    query_reader *read; /* NULL: a command, which returns no rows */
};
extern const struct query queries[];
extern const size_t query_count;

enum {
    PROBE_OLDEST_MAJOR = 10, /* that is asked at all */
    PROBE_MAX_QUERIES = 32,
};

/* The statements for a server of this major and one or more occasions, as they are sent, and which
 * rows they come from: as many as there will be answers. */
size_t queries_put(struct text *text, unsigned occasions, int major, int64_t timeout_ms,
                   const struct query *ret_asked[PROBE_MAX_QUERIES]);

/* Asks all servers, within `timeout_ms` for connecting and for the statements together. Each
 * ret_facts is filled: ANSWER_LIVE, ANSWER_FULL or ANSWER_UNREACHABLE with a reason.
 *
 * A connect_timeout in the URL or the environment shortens the time for each of its hosts, and for
 * each address of a host's name. */
void probe_servers(struct arena *arena, struct probe_target *targets, size_t count,
                   int64_t timeout_ms);

/* How to observe servers, once they have answered. */
struct observing {
    int64_t window_ms; /* OBSERVE_LEAST_MS to OBSERVE_MOST_MS */

    /* Told several times a second how long it has gone on; false ends it early. */
    bool (*on_tick)(void *to, int64_t elapsed_ms);
    void *to;
};

/* The same, and goes on observing those that answered, each on its one connection, for a window of
 * its own: facts->observation is what was seen. One that stops answering then stays ANSWER_LIVE,
 * and its observation is lost. */
void probe_observe(struct arena *arena, struct probe_target *targets, size_t count,
                   int64_t timeout_ms, const struct observing *observing);

#endif
