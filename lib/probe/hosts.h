/*
 * The hosts of one connection string ("a,b" and "5432,5433"), as libpq resolved them from URL,
 * environment and service file. libpq leaves a host that refuses for the next one by itself, but
 * without a thread or a blocking call it does not leave one that says nothing: for that, the hosts
 * behind it are needed. This file does not look up names and does not connect.
 */
#ifndef PGSIZE_HOSTS_H
#define PGSIZE_HOSTS_H

#include "arena.h"

#include <stddef.h>
#include <stdint.h>

struct hosts {
    const char *host, *hostaddr, *port; /* comma-separated lists; NULL or empty: libpq's default */
    size_t count;
    int64_t connect_timeout_ms; /* for each host; 0: none */
};

struct pg_conn; /* libpq's PGconn */

/* Those of a connection string (NULL: none), URL or not, with all that libpq adds to it; nobody is
 * connected to. */
void hosts_find(struct arena *arena, const char *string, struct hosts *ret_hosts);

void hosts_read(struct arena *arena, const struct pg_conn *connection, struct hosts *ret_hosts);

/* Index of the host that libpq is at; it only moves forward. */
size_t hosts_position(const struct hosts *hosts, const struct pg_conn *connection, size_t at_least);

/* A list without its first `skipped` elements; a list of one element stands for all and stays. */
const char *list_tail(const char *list, size_t skipped);

size_t host_list_count(const char *list);

#endif
