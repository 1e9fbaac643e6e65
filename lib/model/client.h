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
    POOL_LEAST,    /* connections kept although idle: 0 where an idle time-out is given */
    POOL_CONSTANT, /* `constant` below, e.g. max_overflow 0 */
};

/* How a value is written. Times but milliseconds are whole seconds, rounded up, at least 1. */
enum setting_unit {
    UNIT_COUNT,
    UNIT_SECONDS,
    UNIT_MILLISECONDS,
    UNIT_GO,  /* 20s */
    UNIT_ISO, /* PT20S */
};

/* What a setting is where nobody sets it: a count or milliseconds, or one of these. */
enum {
    PRESET_NONE = -1,    /* no bound: waits, or keeps connections, for ever */
    PRESET_UNKNOWN = -2, /* not known, or not one number: `preset_words` */
};

/* One setting of a client, under the client's own name. */
struct client_setting {
    const char *name;
    enum pool_quantity quantity;
    enum setting_unit unit;
    int64_t preset;
    const char *preset_words; /* says more than the number; NULL: it says all */
    bool in_url;              /* a parameter of the URL, else of the code */
    bool is_alias;   /* another name for the one before it, written only where it stands already */
    bool holds_idle; /* its preset keeps idle connections open whatever the idle time-out says */
    int64_t constant;
    int64_t at_least, at_most; /* in ms: the client takes no less, and no more; 0: any */
};

/* The form of what it connects with. */
enum client_form {
    FORM_URL,
    FORM_JDBC,   /* a URL with user and password among its parameters */
    FORM_R2DBC,  /* a URL in which `+` is a blank, before the `@` too */
    FORM_DOTNET, /* Host=h;Database=d;Maximum Pool Size=7 */
};

/* A word of a libpq parameter, and what the client says for it; NULL: it has no word for it. Of
 * several that the client says alike the first is what it is read as. */
struct client_word {
    const char *libpq, *own;
};

/* A parameter that the client's URL may carry: libpq's name for it, and the client's. */
struct client_key {
    const char *libpq, *own;
    const struct client_word *words; /* NULL at the end; others stay. NULL: all stay */
};

/* A parameter beside a client's `sslmode` by which it verifies certificates, where its own words
 * for that do not. */
struct client_verifying {
    const char *key, *value;
};

/* What the client does with a URL parameter that is not its own. */
enum foreign_parameters {
    FOREIGN_IGNORED,
    FOREIGN_REFUSED, /* by libpq, which takes only its own */
    FOREIGN_UNKNOWN,
    FOREIGN_SENT, /* to the server, which refuses to start a session with a setting that it does not
                     know */
};

enum default_limit {
    DEFAULT_KNOWN,
    DEFAULT_FROM_CPUS,
    DEFAULT_FROM_THREADS, /* there is no pool: a connection for each thread */
    DEFAULT_UNLIMITED,
    DEFAULT_UNKNOWN,
};

struct client {
    const char *id, *name, *language;
    const char *scope;         /* what has a pool of its own: "pg.Pool" */
    const char *limit_setting; /* what holds the size of its pool, in its own words */
    enum default_limit default_kind;
    int64_t default_limit;     /* DEFAULT_KNOWN: connections of one pool */
    int64_t per_cpu, plus;     /* DEFAULT_FROM_CPUS: cpus * per_cpu + plus */
    int64_t default_least;     /* DEFAULT_FROM_CPUS: and never fewer than this */
    const char *default_words; /* "num_physical_cpus * 2 + 1" */
    bool unpooled;             /* unless it is told otherwise, a connection ends with the request */
    bool pings_idle;           /* no time-out ever sees one of its connections idle */
    enum foreign_parameters foreign;
    bool takes_keywords;     /* a `key=value ...` string as well as a URL */
    bool refuses_postgres;   /* takes postgresql:// only, not postgres:// */
    bool reads_authority;    /* knows no `user`, `port`, `dbname` ... parameters as libpq does */
    bool takes_one_host;     /* and refuses a URL with several */
    bool spreads_authority;  /* takes one host only, and it and the database as they are written;
                                libpq gets the parameters */
    const char *scheme;      /* what it wants before the `://`; NULL: postgresql */
    const char *own_schemes; /* a template whose scheme begins so is in its own dialect already;
                                NULL: none does */
    enum client_form form;
    const struct client_verifying *verifying; /* NULL: it verifies as sslmode says */
    const struct client_key *keys; /* NULL at the end: which of libpq's parameters it takes; NULL:
                                      all, by their own names */
    const char *const *own_keys;   /* URL parameters, besides its settings, that mean something to
                                      it and hardly to another; NULL at the end; NULL: none */
    const char *const *least_keys; /* URL parameters for how many connections it opens or keeps,
                                      of which it refuses more than fit into the pool; as above */
    const char *schema_key; /* names one schema, as it is, where libpq's search_path lists names as
                               SQL writes them; NULL: none */
    const char *place;      /* where settings stand that no URL carries; NULL: there are none */
    const struct client_setting *settings;
    size_t setting_count;
    const char *snippet; /* {limit}, {pool_timeout_s}, {pool_timeout_ms}, {connect_timeout_s} ...
                            are put in; {url} is the name of the URL's variable. `{?...?}` is left
                            out when a value in it is not given, `{+...+}` when all `{?...?}` in it
                            are. NULL: the URL carries everything */
    bool verified;       /* run against a real server; false: from documentation */
    const char *source;
};

/* The rows, one for each client: client_rows.h. */
size_t client_count(void);
const struct client *client_at(size_t index);

const struct client *client_find(const char *id);

/* The ids of all, in their order, for a list of what may be said. */
const char *const *client_ids(struct arena *arena, size_t *ret_count);

/* The client that a URL shows, by its scheme or by a parameter that only this client has; NULL:
 * none. */
const struct client *client_of_url(const struct url *url);

/* The limit of one pool where nobody set one; -1 where it is unlimited or not known. `cpus` and
 * `threads` of the process, -1: not known. */
int64_t client_default_limit(const struct client *client, int64_t cpus, int64_t threads);

/* The client's first setting of this quantity, NULL where it has none. */
const struct client_setting *client_setting_find(const struct client *client,
                                                 enum pool_quantity quantity);

/* The limit that the parameters of this URL set, for a client that obeys one; -1 where none does.
 */
int64_t client_limit_in_url(struct arena *arena, const struct client *client,
                            const struct url *url);

/* Name of a pool-size parameter in the URL that this client ignores or refuses, NULL when there is
 * none. */
const char *client_ignored_in_url(struct arena *arena, const struct client *client,
                                  const struct url *url);

/* The place of a quantity, NULL: it has none (POOL_LEAST, POOL_CONSTANT); and what stands there,
 * -1: nothing. */
int64_t *pool_settings_at(struct pool_settings *pool, enum pool_quantity quantity);
int64_t pool_settings_value(const struct pool_settings *pool, enum pool_quantity quantity);

/* The value of a setting in its unit; times round up and are at least 1, since 0 means "for ever"
 * to most clients. -1: not set. */
int64_t client_setting_value(const struct client_setting *setting,
                             const struct pool_settings *pool);

/* A value of it as it is written: 20000, 20s, PT20S. */
void client_setting_put(const struct client_setting *setting, int64_t value, struct text *text);

/* The template as this client must get it: its own parameters set (in place, or appended in the
 * order of the row), pool parameters of other clients removed, and parameters that it would refuse
 * removed. A scheme of another client, or one that this client does not take, becomes the client's
 * own, and a `key=value ...` string a URL. User, password, hosts and database stand where this
 * client looks for them, in characters that it takes, and libpq's parameters under the names that
 * it has for them. Nothing else is changed. `generic` gets
 * all as it is, and its own parameters where they have a place: not in a `key=value ...` string. */
struct url *client_url(struct arena *arena, const struct client *client, const struct url *template,
                       const struct pool_settings *pool);

/* Whether client_url() has a place for the size of the pool. */
bool client_carries_limit(struct arena *arena, const struct client *client,
                          const struct url *template);

/* A URL in whatever dialect as a postgresql:// URL in libpq's own names and words, which are read
 * from the rows of the client that it shows. What has none there is left out, of a URL whose
 * parameters are another driver's. A `key=value ...` string of libpq stays one. */
struct url *client_libpq_url(struct arena *arena, const struct url *url);

/* Fills in what is -1 with what the URL says of the pool to the client that it shows, and libpq's
 * connect_timeout. */
void client_pool_in_url(struct arena *arena, const struct url *url, struct pool_settings *pool);

/* The names of the template's parameters that are not in what client_url() made of it, with commas,
 * each once. Those that are said elsewhere in it are not among them, nor settings of the pool that
 * `pool` holds and the client has a place for. */
void client_left_out(struct arena *arena, const struct client *client, const struct url *template,
                     const struct url *made, const struct pool_settings *pool, struct text *text);

/* What is said in words that mean less, or more, since one side has no word of its own for it:
 * "sslmode=verify-full as ssl=true"; and what of `pool` is beyond what the client takes:
 * "Timeout=1351 as Timeout=1024". */
void client_inexact(struct arena *arena, const struct client *client, const struct url *template,
                    const struct url *made, const struct pool_settings *pool, struct text *text);

/* The settings in the client's own language; empty where the URL carries everything. */
void client_snippet(const struct client *client, const struct pool_settings *pool,
                    const char *url_variable, struct text *text);

#endif
