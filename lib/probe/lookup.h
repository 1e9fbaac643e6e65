/*
 * Looking up the names of hosts. The C library's getaddrinfo() knows no deadline but that of
 * resolv.conf, and libpq calls it while all else waits: so it is called here, on a thread for each
 * server, which is left behind where it takes too long. libpq is then given the addresses beside
 * the names, which still count for TLS, passwords and messages.
 *
 * It does not connect, and keeps nothing for the next run.
 */
#ifndef PGSIZE_LOOKUP_H
#define PGSIZE_LOOKUP_H

#include "hosts.h"

struct lookup;

/* NULL: there is nothing to look up, or no thread for it; then libpq does it. */
struct lookup *lookup_begin(const struct hosts *hosts);

/* Can be read once everything is looked up. */
int lookup_socket(const struct lookup *lookup);

/* Once it can be read: each host once for every address, without those that have none, of whom
 * `ret_failed` tells, "...; ". Then there may be none at all: hosts->count is 0. */
void lookup_read(struct arena *arena, const struct lookup *lookup, struct hosts *hosts,
                 const char **ret_failed);

/* libpq tells of the address that it was given: the name that it belongs to is put before it. */
const char *lookup_names_put(struct arena *arena, const struct hosts *hosts, const char *message);

/* At any time; NULL is nothing. */
void lookup_end(struct lookup *lookup);

#endif
