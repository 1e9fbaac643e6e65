/*
 * From libpq's way of writing a URL to the one of a client that has its own: its scheme, its names
 * of parameters, its form. It drops only what has no place there, and puts in nothing. Inside
 * lib/model/client_*.c only.
 */
#ifndef PGSIZE_CLIENT_DIALECT_H
#define PGSIZE_CLIENT_DIALECT_H

#include "client.h"

/* The client's row for a parameter of libpq; NULL: it has none. */
const struct client_key *client_key_find(const struct client *client, const char *libpq);

/* Changes a postgresql:// URL to what the client connects with. */
void client_dialect_put(struct arena *arena, const struct client *client, struct url *url);

#endif
