/*
 * The HTTP listener of `pgsize watch --listen`: /metrics and /healthz, by GET or HEAD, for
 * Prometheus and for whatever asks whether the watch still sees its servers. libmicrohttpd reads
 * and answers the requests, in the one thread of the watch: whoever calls waits with poll(2) for
 * listen_fds(), at most listen_timeout_ms(), and then calls listen_turn(). It is not a web server:
 * no TLS, no log, no other path; each connection is one request, of at most 8 KiB and 10 seconds,
 * and there are at most 16 at a time.
 */
#ifndef PGSIZE_LISTEN_H
#define PGSIZE_LISTEN_H

#include "arena.h"
#include "fail.h"
#include "openmetrics.h"

#include <poll.h>

enum {
    LISTEN_MOST_CONNECTIONS = 16,
    LISTEN_MOST_FDS = LISTEN_MOST_CONNECTIONS + 2,
};

/* What is shown, read anew for each request. */
struct listen_content {
    const struct metrics *servers;
    size_t count;
    int64_t interval_ms; /* between two samples: after three without one, /healthz is 503 */
};

struct listener;

/* Listens on `where`: PORT or :PORT (on the loopback interface), ADDRESS:PORT, [ADDRESS]:PORT. Port
 * 0 is one that is free. `label` is how faults call the option. The content must live as long. */
bool listen_open(struct arena *arena, const char *label, const char *where,
                 const struct listen_content *content, struct listener **ret_listener,
                 struct fail *fail) MUST_USE;

/* Where it listens: "127.0.0.1:9187". */
const char *listen_where(const struct listener *listener);

/* Fills `fds` (room for LISTEN_MOST_FDS) with what to wait for; returns how many. */
size_t listen_fds(struct listener *listener, struct pollfd *fds);

/* How long to wait at most, for poll(2); -1: for ever. */
int listen_timeout_ms(struct listener *listener);

/* Reads and answers what it can without waiting. To be called after each wait, whatever woke it. */
void listen_turn(struct listener *listener);

void listen_close(struct listener *listener);

#endif
