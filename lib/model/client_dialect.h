/*
 * Between libpq's way of writing a URL and the one of a client that has its own: its scheme, its
 * names of parameters and words, its form. One table, client_key, is read in both directions. What
 * has no place on the other side is dropped, and nothing is put in. Inside lib/model/client_*.c
 * only.
 */
#ifndef PGSIZE_CLIENT_DIALECT_H
#define PGSIZE_CLIENT_DIALECT_H

#include "client.h"

/* The client's row for a parameter of libpq, or of its own; NULL: it has none. */
const struct client_key *client_key_find(const struct client *client, const char *libpq);
const struct client_key *client_own_key_find(const struct client *client, const char *own);

/* Whether it is among the client's own keys. */
bool client_has_key(const struct client *client, const char *key);

/* The client's word for libpq's, and libpq's for the client's: of several the first of the table.
 * Words that are in no row are the same in both. NULL: the other side has none. */
const char *client_word_own(const struct client_key *key, const char *libpq);
const char *client_word_libpq(const struct client_key *key, const char *own);

/* Whether a parameter of the URL names the schema that is all of the search_path. */
bool client_schema_is_path(struct arena *arena, const struct client *from, const struct url *url,
                           const char *key);

/* Makes it one, and of a search_path such a parameter. A path of several names, or of one that
 * PostgreSQL would fold, has no place there and is dropped. */
void client_schema_take(struct arena *arena, const struct client *from, struct url *url);
void client_schema_put(struct arena *arena, const struct client *client, struct url *url);

/* Changes a postgresql:// URL to what the client connects with. */
void client_dialect_put(struct arena *arena, const struct client *client, struct url *url);

/* Whose names a URL may have: client_of_url(), or else who alone has a name that is in it. NULL:
 * nobody's. */
const struct client *client_dialect_of(const struct url *url);

/* `ssl=true` and a bare `ssl` in libpq's own words. */
void client_ssl_put(struct arena *arena, struct url *url);

/* A value of a setting as its client writes it, as a count or in ms; -1: not understood, or 0,
 * which is "none" to most. */
int64_t client_setting_read(const struct client_setting *setting, const char *written);

#endif
