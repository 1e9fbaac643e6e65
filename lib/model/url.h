/*
 * DATABASE_URLs: taken apart and put together again without losing a byte.
 *
 * A URL keeps every part as it was written (percent-encoding, case, order, repeated keys); changing
 * one parameter changes nothing else. libpq's own parser refuses keys that it does not know
 * (`schema`, `connection_limit`), so what libpq may see is split off by url_for_libpq(). This file
 * does not connect and does not know what a parameter means.
 *
 * What is read is read as libpq reads it: the first `@` before any `/` ends the password, which may
 * hold unencoded `:`, `#` and `?`. Refused, although libpq takes them, are strings in which a part
 * of a password could pass for something else and be shown: a further unencoded `@` in host,
 * database, or the value of a parameter that libpq does not know; `?...=` before the `@`.
 */
#ifndef PGSIZE_URL_H
#define PGSIZE_URL_H

#include "arena.h"
#include "fail.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

enum { URL_MAX_BYTES = 65536, URL_MAX_HOSTS = 64, URL_MAX_PARAMETERS = 256 };

/* One `key=value` of the query, as written, still percent-encoded. Of a `key=value ...` string:
 * decoded, and beside it how it was written. */
struct url_parameter {
    const char *key;
    const char *value; /* NULL: no `=` was written */
    const char *lead; /* key=value strings only: everything before the value, from the blanks before
                         the key */
    const char *written; /* key=value strings only: the value with its quotes and backslashes */
};

/* One host of `host1:port1,host2:port2`, as written. An IPv6 address is kept with its brackets. */
struct url_host {
    const char *host; /* may be empty: the default, a socket */
    const char *port; /* NULL: none written; may be empty */
};

struct url {
    const char *scheme;   /* as written, without `://`: "postgresql", "postgres",
                             "postgresql+psycopg2",   "jdbc:postgresql" */
    const char *user;     /* encoded as written; NULL: none */
    const char *password; /* encoded as written; NULL: none written (not even the `:`) */
    bool has_at;          /* an `@` was written */
    struct url_host *hosts;
    size_t host_count;    /* at least 1, save of a `key=value ...` string */
    const char *database; /* encoded as written, without its `/`; NULL: no `/` was written */
    struct url_parameter *parameters;
    size_t parameter_count;
    bool has_query;       /* a `?` was written */
    const char *fragment; /* what follows an unencoded `#`; NULL: none. Browsers' URLs have it, and
                             Prisma, node-postgres and Go drop it; libpq would take it as a part of
                             what stands before it */
    bool is_keywords; /* a `key=value ...` string: parameters holds all of it (decoded), the rest is
                         NULL */
    const char *tail; /* key=value strings only: the blanks at the end */
    bool is_dotnet;   /* Npgsql's `Host=h;Database=d;Maximum Pool Size=7`; then is_keywords too */
};

/* What is known about a scheme: a row in url_scheme.c. */
struct url_scheme {
    const char *scheme;
    bool handled;
    bool other_driver; /* its parameters go to a driver that is not libpq, nor takes libpq's keys */
    const char *libpq_scheme; /* what libpq must be given instead; NULL: the scheme itself */
    const char *client;       /* id of the client that such a URL shows; NULL: none in particular */
    const char *advice;       /* for a scheme that is refused: one line */
};

/* The row of a scheme, case ignored; `mysql+pymysql` and `jdbc:mysql` are found as `mysql`. NULL:
 * not known. */
const struct url_scheme *url_scheme_find(const char *scheme);

/* Whether Java's driver reads it: its own names of parameters, and `+` is a blank in their values.
 */
bool url_scheme_is_jdbc(const char *scheme);
/* Whether R2DBC reads it: `+` is a blank in its parameters, user and password. */
bool url_scheme_is_r2dbc(const char *scheme);

/* Takes a URL, or a `key=value` connection string, apart. Never puts a password into `fail`. */
bool url_read(struct arena *arena, const char *string, struct url **ret_url,
              struct fail *fail) MUST_USE;

/* Puts it together again: byte for byte what was read, when nothing was changed. */
enum url_secrets { URL_MASKED, URL_REVEALED };
void url_write(const struct url *url, enum url_secrets secrets, struct text *text);
const char *url_string(struct arena *arena, const struct url *url, enum url_secrets secrets);

/* A copy whose parts can be changed without changing the original. */
struct url *url_copy(struct arena *arena, const struct url *url);

/* A `key=value ...` string, or Npgsql's, as a postgresql:// URL, for clients that take nothing
 * else. Npgsql's names of parameters stay. A socket directory becomes `localhost` and a `host`
 * parameter, as Prisma and node-postgres want it. */
struct url *url_from_keywords(struct arena *arena, const struct url *keywords);

/* A postgresql:// URL, with Npgsql's names of parameters, as Npgsql's connection string. */
struct url *url_to_dotnet(struct arena *arena, const struct url *url);

/* Moves what `user`, `password`, `host`, `port` and `dbname` parameters say to the URL's own places
 * for it, for clients that do not know these parameters. */
void url_authority_fill(struct arena *arena, struct url *url);

/* The other way, for who hands the parameters to libpq but decodes no host and no database himself,
 * and knows one host: several, and what is percent-encoded, become parameters. */
void url_authority_spread(struct arena *arena, struct url *url);

/* Percent-encodes a further `=` in the parameters' values, which libpq refuses. */
void url_equals_encode(struct arena *arena, struct url *url);

/* Percent-encodes what stands unencoded in user and password and only some clients take there:
 * `#`, `?`, brackets, letters beyond ASCII. What it says stays the same. */
void url_userinfo_encode(struct arena *arena, struct url *url);

/* Writes as %20 the `+` that this URL's driver reads as a blank, and others as itself: in the
 * parameters of JDBC and R2DBC, in JDBC's database, in R2DBC's user and password. */
void url_plus_to_blank(struct arena *arena, struct url *url);

/* Makes it log in as `role`. The password of another user is not this role's: it is left out. */
void url_role_set(struct arena *arena, struct url *url, const char *role);

/* The last value of a query parameter, decoded; NULL where there is none, "" where no `=` was
 * written. */
const char *url_parameter(struct arena *arena, const struct url *url, const char *key);

/* Replaces the parameter in place (further ones of that name are dropped), or appends it. The value
 * is encoded here; the key must be a name, without blanks, quotes and `=`. */
void url_parameter_set(struct arena *arena, struct url *url, const char *key, const char *value);
void url_parameter_remove(struct url *url, const char *key);

/* Replaces the database where it is said: in a `dbname` parameter, which wins, or else in the path.
 * Encoded here. */
void url_database_set(struct arena *arena, struct url *url, const char *database);

/* Decoded parts, NULL where not written or empty; also from `host=`, `user=`, `dbname=` and
 * `password=` parameters, which override the authority, as in libpq. Of several hosts the first:
 * the others are its stand-ins. */
const char *url_first_host(struct arena *arena, const struct url *url);
const char *url_user(struct arena *arena, const struct url *url);
const char *url_database(struct arena *arena, const struct url *url);
bool url_has_password(const struct url *url);

/* Whether the value must not be shown: password-like keys, and values that are URLs with an `@`. */
bool url_parameter_is_secret(const struct url_parameter *parameter);

/* The connection string for libpq, without the fragment and the parameters of other clients; it
 * carries the password. `ssl=true` stays: libpq takes it for JDBC's sake, as sslmode=require. */
const char *url_for_libpq(struct arena *arena, const struct url *url);

/* Whether libpq knows this parameter. The table holds the keywords of libpq 15: what later versions
 * added is dropped from url_for_libpq(), so that it works with every libpq since 15. */
bool url_libpq_knows(const char *key);

/* `string` percent-encoded for user, password, database or a parameter's value (everything except
 * unreserved characters of RFC 3986). */
char *url_encode(struct arena *arena, const char *string);
/* NULL when a `%` is not followed by two hex digits, or the result would hold a NUL. */
char *url_decode(struct arena *arena, const char *string);

#endif
