/*
 * The catalogue of providers: what each plan of a managed PostgreSQL allows, each figure with its
 * source and date. One JSON file for each provider in plans/, embedded in the program when it is
 * built. A live server always wins over what is written here.
 */
#ifndef PGSIZE_PLAN_H
#define PGSIZE_PLAN_H

#include "arena.h"
#include "fail.h"
#include "json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file of plans/, embedded by the build (plans/embed.py writes the array, sorted by id). */
struct plan_file {
    const char *name; /* "scaleway.json" */
    const char *bytes;
    size_t length;
    /* What stands in it that a server may be known by, NULL at the end: patterns of host names, and
     * names of signs. */
    const char *const *hosts, *const *signs;
};
extern const struct plan_file plan_files[];
extern const size_t plan_file_count;

enum confidence {
    CONFIDENCE_NONE,       /* nobody publishes it */
    CONFIDENCE_DOCUMENTED, /* by the provider */
    CONFIDENCE_RECORDED,   /* what the provider's API or a server said */
    CONFIDENCE_FORMULA,    /* computed from a documented formula */
    CONFIDENCE_REPORTED,   /* by users */
};
/* As the files and every output spell it: "documented", "recorded", "formula", "reported-by-users";
 * "none". */
const char *confidence_name(enum confidence confidence);

/* A figure that somebody else states for the same thing, or stated once, with where and when. */
struct claim {
    int64_t value;                     /* -1: the note says it */
    const char *source, *as_of, *note; /* may be NULL */
};

/* What somebody read on a server of the plan. */
struct sighting {
    int64_t value;                 /* -1: `text` says it */
    const char *text, *when, *how; /* text and when may be NULL */
};

/* What a yes-or-no fact of a file says. */
enum { SAID_NOTHING = -1, SAID_NO, SAID_YES };

struct plan {
    const char *id, *name, *notes, *as_of;
    int64_t as_of_s; /* the latest day that `as_of` names, at its end, as Unix time; 0: none */
    double memory_gib, vcpu, compute_units; /* < 0: not known, or not one number */
    const char *vcpu_text;   /* what is said instead of one number: "9-56", "shared-2x"; or NULL */
    int64_t max_connections; /* -1: nobody publishes one */
    int64_t least, most;     /* what it may be set to, or lies between; -1: not known */
    enum confidence confidence;
    bool is_not_sold; /* not sold, or not any more; servers of it may run on */
    bool nominal; /* only a formula's upper bound is known: max_connections is the least that was
                     seen on such servers, or else that bound */
    const char *expression; /* of its formula; NULL: it has none */
    int64_t formula_value;  /* what the provider's formula gives for it; -1: nothing */
    const struct sighting *sightings;
    size_t sighting_count;
    bool disputed; /* sources disagree today; `claims` holds the other sides. Without
                      it, claims are what the provider itself has replaced. */
    struct claim *claims;
    size_t claim_count;
    int64_t reserved_total; /* slots that the provider keeps, SR and RC included; -1: not known */
    int64_t pooler_max_clients, pooler_pool_size, pooler_reserve_pool; /* -1: not known */
    const char **sources;
    size_t source_count;
};

/* A time after which an idle connection, or all of them, is cut, and by whom: "provider", "pooler",
 * "server setting", "RDS Proxy" ... Some stand only in a path that not every client takes: `note`.
 */
struct idle_timeout {
    const char *what, *imposed_by;
    const char *basis, *source, *note; /* may be NULL, as imposed_by may */
    int64_t seconds;                   /* -1: there is one, and nobody publishes it; 0: never */
    bool ends_sessions; /* of every client that connects directly, whatever is in between */
};

/* A pooler that the provider offers. Strings may be NULL, save its name; numbers -1. */
struct plan_pooler {
    const char *kind; /* the product, an id of pooler_kinds */
    const char *name, *mode_note, *host, *max_clients_rule, *pool_size_rule, *scope, *availability,
        *basis, *notes;
    unsigned modes;        /* bits, 1 << enum plan_pool_mode; 0: not said */
    unsigned default_mode; /* enum plan_pool_mode; PLAN_POOL_MODES: not said */
    int64_t port, max_clients, pool_size;
    int64_t max_prepared_statements; /* over 0: named prepared statements pass through it */
    int64_t configurable;            /* SAID_YES ... */
    const char *configurable_only;   /* what of it is */
    bool disputed;
    struct claim *claims;
    size_t claim_count;
};
enum plan_pool_mode { PLAN_POOL_SESSION, PLAN_POOL_TRANSACTION, PLAN_POOL_STATEMENT };
enum { PLAN_POOL_MODES = PLAN_POOL_STATEMENT + 1 };
extern const char *const plan_pool_mode_names[]; /* by enum plan_pool_mode; ends with NULL */

/* What servers of the provider show, and others do not. */
enum plan_sign_kind {
    PLAN_SIGN_ROLE,
    PLAN_SIGN_EXTENSION,
    PLAN_SIGN_SETTING, /* one of that name exists, whatever its value */
    PLAN_SIGN_VERSION, /* a part of what version() says */
};
enum { PLAN_SIGN_KINDS = PLAN_SIGN_VERSION + 1 };
extern const char *const plan_sign_kind_names[]; /* "role", ...; ends with NULL */

struct plan_sign {
    unsigned kind;
    const char *name, *source;
};

struct plan_formula {
    const char *expression, *rounding, *status; /* may be NULL */
    const char *lower; /* the same for less memory than is sold: where both agree it is no bound */
    bool is_bound;     /* servers have at most that */
};

/* Whether a customer may change max_connections, how, and between what. */
struct plan_change {
    int64_t possible, follows_resize; /* SAID_YES ... */
    const char *how;
    int64_t min, max; /* -1: not known */
};

struct provider {
    const char *id, *name, *notes, *ports;
    const char *const *host_patterns;
    size_t host_pattern_count;
    const char *const *hosts_unverified; /* nobody checked them */
    size_t host_unverified_count;
    bool limits_role; /* the plans' max_connections is a CONNECTION LIMIT of the customer's role: no
                         slot is reserved out of it, and the server's own max_connections is
                         another, unknown one */
    int64_t superuser_reserved_connections, reserved_connections,
        reserved_total;                                              /* -1: not published */
    const char *reserved_internal, *reserved_basis, *reserved_notes; /* may be NULL */
    bool reserved_disputed;
    struct claim *reserved_claims;
    size_t reserved_claim_count;
    struct plan_formula formula; /* expression NULL: it has none */
    struct plan_change change;
    const struct idle_timeout *idle_timeouts;
    size_t idle_timeout_count;
    struct plan_pooler *poolers;
    size_t pooler_count;
    const struct plan_sign *signs;
    size_t sign_count;
    const char *const *conflicts; /* where sources disagree, in words */
    size_t conflict_count;
    const char *const *not_found; /* what nobody publishes, or was not read */
    size_t not_found_count;
    struct plan *plans;
    size_t plan_count;
};

/* Reads one provider file. Everything in the file is checked, also what `struct provider` does not
 * hold; an unknown key is an error. Errors name file, line, column and path. */
bool provider_read(struct arena *arena, struct json_text *text, struct provider *ret_provider,
                   struct fail *fail) MUST_USE;

/* Works out what follows from the formula of `plan`, which stands in `expression`: its
 * formula_value, and max_connections where nothing else says it. False where it cannot be worked
 * out, or contradicts the figure that is there. */
bool plan_figure_set(const struct plan_formula *formula, struct plan *plan,
                     struct fail *fail) MUST_USE;

/* Whether the id of a plan stands for many, as "db-custom-{vcpu}-{memory_mib}" does. */
bool plan_is_pattern(const struct plan *plan);

/* All providers of the catalogue, by id. Reading them takes longer than most runs: only for what
 * compares providers. */
bool plan_file_read(struct arena *arena, const struct plan_file *file,
                    struct provider *ret_provider, struct fail *fail) MUST_USE;
bool providers_read(struct arena *arena, struct provider **ret_providers, size_t *ret_count,
                    struct fail *fail) MUST_USE;

/* Whether two ids are the same: case of ASCII letters ignored, whatever the locale. */
bool plan_id_equal(const char *left, const char *right);

/* Finds "PROVIDER/PLAN", case ignored, the provider also by the end of its id ("rds"), also one
 * that a pattern stands for; reads only that provider's file. On failure the message names what is
 * there ("did you mean"). */
bool plan_find(struct arena *arena, const char *name, const struct provider **ret_provider,
               const struct plan **ret_plan, struct fail *fail) MUST_USE;

#endif
