/*
 * What the files of the URL reader share among themselves. It is not for others: they take url.h.
 */
#ifndef PGSIZE_URL_PARTS_H
#define PGSIZE_URL_PARTS_H

#include "url.h"

/* A string being read, for messages that name a place in it but never quote it: it may hold a
 * password. */
struct url_source {
    struct arena *arena;
    const char *string;
    struct fail *fail;
};

/* "character 17 of the URL: <what>", and the hint. Always false. */
bool url_refuse(const struct url_source *source, const char *at, const char *what,
                const char *hint);

/* Reads a string that begins like `key = value`. */
bool url_keywords_read(const struct url_source *source, struct url *url) MUST_USE;

/* Whether it is Npgsql's `Host=...;Database=...`: begins with a key of Npgsql's, and libpq would
 * not read it. */
bool url_is_dotnet(const char *string);
bool url_dotnet_read(const struct url_source *source, struct url *url) MUST_USE;

/* Npgsql's keys. The first DOTNET_PARTS rows are host, port, dbname, user and password, which are
 * kept under libpq's names. The row of a key by any of its names, -1: Npgsql does not know it. */
enum { DOTNET_PARTS = 5 };
int url_dotnet_find(const char *name, size_t length);
const char *url_dotnet_key(int row);          /* under which it is kept */
const char *url_dotnet_name(const char *key); /* "Username" of "user"; others are themselves */

/* The next of Npgsql's `h1:5432,h2`, decoded, and its port, NULL where none is written. `*at` moves
 * behind it, NULL at the end. */
void url_dotnet_host(struct arena *arena, const char **at, struct url_host *ret_host);

/* A value as it is written there: in double quotes where it needs them. */
const char *url_dotnet_quote(struct arena *arena, const char *value);

/* As a postgresql:// URL with Npgsql's names for all but its parts. */
struct url *url_from_dotnet(struct arena *arena, const struct url *dotnet);

/* What is written, with %20 for each `+`. */
const char *url_plus_encode(struct arena *arena, const char *written);

/* A host as it stands in a URL: an IPv6 address in brackets, all else percent-encoded. */
const char *url_host_write(struct arena *arena, const char *host);

/* Whether `value` (decoded) of a `port` is a list of numbers from 1 to 65535; some may be empty. */
bool url_ports_check(const struct url_source *source, const char *at, const char *value) MUST_USE;

/* Whether `value` (decoded) of a `host` is a list of at most URL_MAX_HOSTS. */
bool url_hosts_check(const struct url_source *source, const char *at, const char *value) MUST_USE;

/* Whether the string begins with a name and `=`. */
bool url_is_keywords(const char *string);

/* `value` as it is written in a `key=value ...` string: in single quotes where it needs them. */
const char *url_keyword_quote(struct arena *arena, const char *value);

/* The last value of a parameter, decoded; NULL where there is none, or it was written without `=`.
 */
const char *url_parameter_said(struct arena *arena, const struct url *url, const char *key);

/* Whether a key as written is this one, once decoded. */
bool url_key_is(const char *written, const char *key);
bool url_key_known_to_libpq(const char *written);

/* The decoded byte at `*at`, which moves behind it; a `%` that encodes nothing is itself. 0 at the
 * end. */
unsigned char url_byte_next(const char **at);

/* NULL, or the first `%` of `length` bytes that is not followed by two hex digits, or is %00. */
const char *url_bad_percent(const char *bytes, size_t length);

#endif
