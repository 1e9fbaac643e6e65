/*
 * One conversation with one server: connecting, asking, reading the answers. It never waits: who
 * drives it (probe.c) waits for its socket or until its deadline, and tells it which of them
 * happened.
 */
#ifndef PGSIZE_TALK_H
#define PGSIZE_TALK_H

#include "gathering.h"
#include "hosts.h"
#include "probe.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum talk_stage {
    TALK_LOOKING_UP,
    TALK_CONNECTING,
    TALK_ASKING,
    TALK_RESTING, /* until host_deadline_ms: what comes then is the business of observer.h or
                     sampler.h */
    TALK_DONE,
};

struct observer;

struct talk {
    struct arena *arena;
    const struct url *url;
    struct facts *facts;
    struct pg_conn *connection; /* NULL once done */
    const char *string;         /* the connection string; NULL: none */
    const char *secret;         /* what must not be shown; NULL: nothing */
    enum talk_stage stage;
    int64_t timeout_ms;       /* as asked for, for messages */
    int64_t deadline_ms;      /* of everything */
    int64_t host_deadline_ms; /* of the host that libpq is at; the deadline once it is connected */
    struct hosts hosts;
    bool is_looked_up;       /* their addresses are ours */
    struct lookup *lookup;   /* of their names; NULL: libpq does it */
    size_t host, host_start; /* the host libpq is at, and the one this connection began with */
    const char *given_up;    /* what is to be said of earlier hosts */
    const char *last_words;  /* why the server ends the connection; NULL: it did not say */
    bool was_idle;           /* it ends it for having been idle too long: idle_session_timeout */
    const struct query *asked[PROBE_MAX_QUERIES];
    size_t asked_count, answered;
    struct gathering gathering;   /* the one that is being received */
    enum query_occasion occasion; /* of what is asked */
    bool signs;                   /* and with the first, which provider's it may be */
    struct observer *observer;    /* NULL: one round trip is all */
    bool is_kept;                 /* but rests after it, until who drives it asks again */
    bool wants_read, wants_write;
};

/* Milliseconds of a clock that only goes forward. */
int64_t clock_now_ms(void);

void talk_start(struct talk *talk);
void talk_ask(struct talk *talk, enum query_occasion occasion); /* of one that rests */
void talk_rest(struct talk *talk, int64_t until_ms);
void talk_end(struct talk *talk);
void talk_on_ready(struct talk *talk); /* the socket can be read or written */
void talk_on_late(struct talk *talk);  /* host_deadline_ms has passed */

/* -1: there is none */
int talk_socket(const struct talk *talk);

#endif
