/*
 * The drivers and pools that services connect with: one row each. A row says what the client's pool
 * is by default, which of its settings a URL carries, what it does with a URL's other parameters,
 * and how its settings are written in its own language. Source of each figure: facts with versions,
 * in the row.
 */
#ifndef PGSIZE_CLIENT_H
#define PGSIZE_CLIENT_H

#include "arena.h"
#include "text.h"
#include "url.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What pgsize decides for one pool. Times in ms, -1: left to the client. */
struct pool_settings {
    int64_t limit;
    int64_t pool_timeout_ms, connect_timeout_ms, idle_timeout_ms, max_lifetime_ms;
};

/* Which of them a setting carries. */
enum pool_quantity {
    POOL_LIMIT,
    POOL_TIMEOUT,
    POOL_CONNECT_TIMEOUT,
    POOL_IDLE_TIMEOUT,
    POOL_MAX_LIFETIME,
    POOL_CONSTANT, /* `constant` below, e.g. max_overflow 0 */
};

enum setting_unit { UNIT_COUNT, UNIT_SECONDS, UNIT_MILLISECONDS };

/* One setting of a client, under the client's own name. */
struct client_setting {
    const char *name;
    enum pool_quantity quantity;
    enum setting_unit unit; /* whole seconds round up, at least 1 */
    bool in_url;            /* a parameter of the URL, else of the code */
    int64_t constant;
};

/* What the client does with a URL parameter that is not its own. */
enum foreign_parameters {
    FOREIGN_IGNORED,
    FOREIGN_REFUSED, /* by libpq, which takes only its own */
    FOREIGN_UNKNOWN,
    FOREIGN_SENT, /* to the server, which refuses to start a session with a setting that it does not
                     know */
};

enum default_limit { DEFAULT_KNOWN, DEFAULT_FROM_CPUS, DEFAULT_UNLIMITED, DEFAULT_UNKNOWN };

struct client {
    const char *id, *name, *language;
    const char *limit_setting; /* what holds the size of its pool, in its own words */
    enum default_limit default_kind;
    int64_t default_limit;     /* DEFAULT_KNOWN: connections of one pool */
    int64_t per_cpu, plus;     /* DEFAULT_FROM_CPUS: cpus * per_cpu + plus */
    const char *default_words; /* "num_physical_cpus * 2 + 1" */
    enum foreign_parameters foreign;
    bool takes_keywords;   /* a `key=value ...` string as well as a URL */
    bool refuses_postgres; /* takes postgresql:// only, not postgres:// */
    bool reads_authority;  /* knows no `user`, `port`, `dbname` ... parameters as libpq does */
    const char *const *own_keys; /* URL parameters, besides its settings, that mean something to
                                    this client alone; NULL at the end; NULL: none */
    const struct client_setting *settings;
    size_t setting_count;
    const char *snippet; /* {limit}, {pool_timeout_s}, {pool_timeout_ms}, {connect_timeout_s} ...
                            are put in; {url} is the name of the URL's variable. `{?...?}` is left
                            out when a value in it is not given. NULL: the URL carries everything */
    bool verified;       /* run against a real server; false: from documentation */
    const char *source;
};

extern const struct client clients[];
extern const size_t client_count;

const struct client *client_find(const char *id);

/* The client that a URL shows, by its scheme or by a parameter that only this client has; NULL:
 * none. */
const struct client *client_of_url(const struct url *url);

/* The limit of one pool where nobody set one; -1 where it is unlimited or not known. */
int64_t client_default_limit(const struct client *client, int64_t cpus);

/* The limit that the parameters of this URL set, for a client that obeys one; -1 where none does.
 */
int64_t client_limit_in_url(struct arena *arena, const struct client *client,
                            const struct url *url);

/* Name of a pool-size parameter in the URL that this client ignores or refuses, NULL when there is
 * none. */
const char *client_ignored_in_url(struct arena *arena, const struct client *client,
                                  const struct url *url);

/* The value of a setting in its unit; times round up and are at least 1, since 0 means "for ever"
 * to most clients. -1: not set. */
int64_t client_setting_value(const struct client_setting *setting,
                             const struct pool_settings *pool);

/* The template as this client must get it: its own parameters set (in place, or appended in the
 * order of the row), pool parameters of other clients removed, and parameters that it would refuse
 * removed. A scheme of another client, or one that this client does not take, becomes
 * postgresql://, and a `key=value ...` string a URL. User, password, hosts and database stand where
 * this client looks for them, in characters that it takes. Nothing else is changed. `generic` gets
 * all as it is, and its own parameters where they have a place: not in a `key=value ...` string. */
struct url *client_url(struct arena *arena, const struct client *client, const struct url *template,
                       const struct pool_settings *pool);

/* Whether client_url() has a place for the size of the pool. */
bool client_carries_limit(struct arena *arena, const struct client *client,
                          const struct url *template);

/* The names of the template's parameters that are not in what client_url() made of it, with commas.
 * Those that are said elsewhere in it are not among them. */
void client_left_out(struct arena *arena, const struct url *template, const struct url *made,
                     struct text *text);

/* The settings in the client's own language; empty where the URL carries everything. */
void client_snippet(const struct client *client, const struct pool_settings *pool,
                    const char *url_variable, struct text *text);

#endif
