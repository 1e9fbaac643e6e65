/*
 * The topology: who connects to which server, from how many processes, and how they are deployed.
 * This is what the file says, checked but not yet judged; what follows from it is sized in the room
 * `size`.
 */
#ifndef PGSIZE_TOPOLOGY_H
#define PGSIZE_TOPOLOGY_H

#include "arena.h"
#include "client.h"
#include "fail.h"
#include "json.h"
#include "schedule.h"
#include "url.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TOPOLOGY_MAX_SERVICES = 100000,
    TOPOLOGY_MAX_FAULTS = 20,
    TOPOLOGY_MAX_FOLLOWED = 16, /* servers that one follows, one behind the other */
    TOPOLOGY_MAX_LANDED = 3 * TOPOLOGY_MAX_SERVICES, /* pools counted on standbys too, in all */
    MAX_CONNECTIONS_LIMIT = 262143,                  /* PostgreSQL's MAX_BACKENDS */
};

/* A number that was not given. */
enum { UNKNOWN = -1 };

/* A count, or a share in thousandths of a percent. */
struct amount {
    bool given, is_share;
    int64_t value;
};

struct named_count {
    const char *name;
    int64_t count;
};

enum rollout_strategy { ROLLOUT_RECREATE, ROLLOUT_ROLLING, ROLLOUT_BLUE_GREEN };

struct rollout {
    enum rollout_strategy strategy;
    struct amount surge, unavailable;
    int64_t drain_ms, ready_ms; /* UNKNOWN: not given */
};

enum formula { FORMULA_FAIR, FORMULA_DIVISOR, FORMULA_HALF };

/* What a service asks of its pools at its busiest. */
struct demand {
    int64_t rate_thousandths;        /* requests each 1,000 seconds, of the whole service */
    int64_t held_us;                 /* mean time a request holds its connection */
    int64_t variability_thousandths; /* squared coefficient of variation of that time */
    int64_t wait_p99_us;             /* target: the wait that 99 % stay below */
    double timeout_chance;           /* target: of a request to wait for pool.timeout, and fail */
    int64_t busy_thousandths;        /* of a percent of `held`: what the server computes; UNKNOWN */
};

/* What a demand has where it does not say it; no rate, and nothing held. */
extern const struct demand demand_default;

/* Where in the input something was said. */
struct origin {
    struct json_text *text; /* NULL: not in a file (options, environment) */
    uint32_t offset;        /* of the object that `pointer`s below are relative to */
};

struct server {
    struct server *next; /* while reading */
    size_t index;        /* in topology.servers */
    const char *name;
    struct origin origin;
    struct url *url;             /* NULL: none */
    const char *user, *database; /* of the URL; NULL: not known */
    bool password_in_file;
    bool url_from_outside; /* an option or the environment named it, so it must answer */
    bool plan_from_option;
    const char *plan;               /* PROVIDER/PLAN; NULL: none */
    int64_t max_connections_option; /* --max-connections; UNKNOWN */
    int64_t max_connections, superuser_reserved_connections, reserved_connections; /* UNKNOWN */
    struct named_count *reserved; /* names; a single integer has one entry whose name is NULL */
    size_t reserved_count;
    struct amount margin, alert_at;
    int64_t cores;
    struct named_count
        *role_limits; /* each list has its count behind it, as FIELD_COUNTS fills it */
    size_t role_limit_count;
    struct named_count *database_limits;
    size_t database_limit_count;
    const char *follows_name;
    const struct server *follows; /* whose services may all land here (failover); NULL: none's */
};

/* Whether the services of `server` may land on `other`, which is another one: it follows that
 * server, or one that does. There are no circles, and no long chains. */
static inline bool server_lands_on(const struct server *server, const struct server *other)
{
    const struct server *at = other->follows;
    while (at != NULL && at != server)
        at = at->follows;
    return at != NULL;
}

enum pooler_mode { POOLER_SESSION, POOLER_TRANSACTION, POOLER_STATEMENT };

struct pooler_kind; /* pooler.h */

/* What the provider of its server has set, where the topology leaves it open. */
struct pooler_preset {
    const char *source; /* "Supavisor (shared) of supabase/micro"; NULL: it is not the provider's */
    const char *file;   /* "plans/supabase.json" */
    int64_t max_client_conn, pool_size;                 /* UNKNOWN: nobody publishes it */
    int64_t reserve_pool_size, max_prepared_statements; /* UNKNOWN */
    bool sets_mode, size_is_fixed;                      /* fixed: a customer cannot change it */
    bool is_disputed;
};

/* What stands between services and a server, and lets many clients share few of its connections. */
struct pooler {
    struct pooler *next; /* while reading */
    size_t index;        /* in topology.poolers */
    const char *name;
    struct origin origin;
    const struct pooler_kind *kind; /* NULL while reading: not given */
    enum pooler_mode mode;
    bool mode_given;
    bool is_providers;         /* the provider's of its server, by that one's plan */
    const char *provider_name; /* of that, where it has several; NULL: not given */
    struct pooler_preset preset;
    int64_t instances;       /* processes of it, each with its own pools */
    const char *server_name; /* NULL: the only server */
    size_t server;
    struct url *url; /* before it: template of its services' DATABASE_URLs; NULL: none */
    bool password_in_file;
    int64_t max_client_conn; /* clients of each instance; UNKNOWN: the preset, or the kind's own */
    int64_t default_pool_size; /* of each database and role; UNKNOWN: pgsize finds it */
    int64_t reserve_pool_size, max_db_connections; /* 0: none */
    int64_t max_prepared_statements; /* 0: named prepared statements do not pass through it;
                                        UNKNOWN while reading: not given */
    int64_t client_idle_ms;          /* it ends clients that were idle for so long; 0: the kind's */
    struct service *as_service;      /* as its server sees it: a pool for each database and role */
};

/* A database that a service opens a pool to. */
struct target {
    uint32_t server;      /* index in topology.servers */
    uint32_t pair;        /* of a service behind a pooler: which of that one's targets it is */
    const char *database; /* NULL: not known (no URL names it) */
    const char *role;     /* that the service logs in as here; NULL: not known */
    const char *place;    /* the server's name, where the service has databases of one name on
                             several servers; else NULL */
};

struct service {
    struct service *next; /* while reading */
    size_t index;         /* in topology.services */
    const char *name;
    struct origin origin;
    const struct client *client;
    const char *server_name; /* NULL: the only server */
    const char *via_name;    /* NULL: it connects to its servers */
    const struct pooler *via;
    const struct pooler *pooler; /* that this is the server side of; NULL: a service of the file */
    const char **databases;      /* as written; NULL: not given */
    size_t database_count;
    size_t server;
    struct target *targets;
    size_t target_count;
    const char *role; /* given, or of the first target; NULL: not known */
    struct url *url;  /* its own; NULL: the server's */
    const char *application_name, *env_url, *env_limit; /* NULL: the default */
    int64_t instances_min, instances_max;               /* a job: 0 to its runs */
    int64_t concurrent;                                 /* UNKNOWN: not a job */
    int64_t processes, pools;
    int64_t cpus, threads; /* UNKNOWN */
    int64_t connections_per_request, extra;
    int64_t connection_limit, want, at_least, at_most; /* UNKNOWN; at_least 1 */
    int64_t weight;                                    /* thousandths */
    int64_t pool_timeout_ms, connect_timeout_ms, idle_timeout_ms, max_lifetime_ms; /* last two may
                                                                                      be UNKNOWN */
    struct schedule *schedules;
    size_t schedule_count;       /* 0: nothing is scheduled */
    const struct demand *demand; /* NULL: none */
    struct rollout rollout;
    bool rollout_given, is_job, serverless, password_in_file;
    bool prepares; /* its client may use named prepared statements */
};

/* No topology names it: it stands for whoever is connected. */
static inline bool service_is_implicit(const struct service *service)
{
    return service->origin.text == NULL || service->origin.text->name == NULL;
}

/* Findings that somebody accepts: of a rule, or of a rule and whom it is about. */
struct ignored {
    const char *rule;     /* its name or id */
    const char *subject;  /* "api", "services/api", "servers/core"; NULL: all */
    const char *reason;   /* NULL: an option said it */
    const char *until;    /* as written; NULL: for ever */
    bool is_over;         /* that day is past */
    struct origin origin; /* of the file's array */
    size_t index;         /* in it */
};

struct topology {
    struct json_text *texts;
    size_t text_count;
    enum formula formula;
    bool formula_given;
    struct server **servers;
    size_t server_count;
    struct service **services;
    size_t service_count;
    struct pooler **poolers;
    size_t pooler_count;
    const struct ignored *ignored;
    size_t ignored_count;
};

/* One thing that is wrong with the input. */
struct fault {
    enum fail_kind kind; /* FAIL_INPUT, or FAIL_USAGE when --set did it */
    const char *file;    /* NULL: an option */
    unsigned line, column;
    char message[512]; /* "services.api.instances.max: must be 1 or more, got 0" */
    char hint[384];
};

struct faults {
    struct fault items[TOPOLOGY_MAX_FAULTS];
    size_t count; /* kept */
    size_t more;  /* further ones, only counted */
};

/* What faults call the options that are given: "--set", or the variable that says the same. NULL:
 * the option's own name. */
struct input_labels {
    const char *set, *url, *plan, *max_connections, *ignore;
};

struct topology_kept; /* topology_again.h */

/* What the reader may know of the world: data, so that a test can say it. */
struct topology_input {
    struct json_text *texts; /* one for each file */
    size_t text_count;
    const char *const *environment; /* "NAME=VALUE" ..., NULL at the end; for ${NAME} */
    const char *const *sets;        /* arguments of --set */
    size_t set_count;
    const char *const *urls; /* arguments of --url: URL, or NAME=URL */
    size_t url_count;
    const char *fallback_url;   /* DATABASE_URL, for an only server that nothing else describes */
    const char *plan;           /* --plan, for the only server; NULL: not given */
    int64_t max_connections;    /* --max-connections, for the only server; UNKNOWN: not given */
    int64_t now_s;              /* what an ignored finding's `until` is compared with */
    const char *const *ignores; /* arguments of --ignore */
    size_t ignore_count;
    /* What an ignored rule may be called; none: anything. */
    const char *const *rule_names, *const *rule_ids;
    size_t rule_count;
    struct input_labels labels;
    struct topology_kept *keep; /* filled for topology_read_again(); NULL: nothing is kept */
};

/* Reads all files into one topology. False when anything is wrong: then `ret_faults` says what.
 * Strings live in the arena; the texts must live as long as the topology. */
bool topology_read(struct arena *arena, const struct topology_input *input,
                   struct topology *ret_topology, struct faults *ret_faults) MUST_USE;

/* Where a pointer (below an origin) stands; false when it is in no file. A missing value is looked
 * for at its nearest ancestor. */
bool origin_place(struct arena *arena, const struct origin *origin, const char *pointer,
                  const char **ret_file, unsigned *ret_line, unsigned *ret_column);

/* Appends the name of a variable of a service's target: its own, or the default. */
enum variable { VARIABLE_URL, VARIABLE_LIMIT };
void service_variable(const struct service *service, const struct target *target,
                      enum variable variable, struct text *text);

/* Appends the name of a service's pool: `api`, with several databases `api/core`, and with two of
 * one name `api/server:core`. */
void service_pool_name(const struct service *service, const struct target *target,
                       struct text *text);

/* The template of a target's DATABASE_URL: the service's, else its pooler's or server's; NULL:
 * none.
 */
const struct url *service_url(const struct topology *topology, const struct service *service,
                              const struct target *target);

/* The JSON Schema of the file, from the rows that read it. */
void topology_schema(struct text *text);

const char *formula_name(enum formula formula);
bool formula_find(const char *name, enum formula *ret_formula);
const char *pooler_mode_name(enum pooler_mode mode);
const char *rollout_strategy_name(enum rollout_strategy strategy);

#endif
