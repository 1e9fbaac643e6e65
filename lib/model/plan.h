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

struct plan {
    const char *id, *name, *notes, *as_of;
    double memory_gib, vcpu; /* < 0: not known, or not one number */
    const char *vcpu_text;   /* what is said instead of one number: "9-56", "shared-2x"; or NULL */
    int64_t max_connections; /* -1: nobody publishes one */
    enum confidence confidence;
    bool nominal;  /* max_connections is a formula's nominal value, an upper bound */
    bool disputed; /* sources disagree today; `claims` holds the other sides. Without
                      it, claims are what the provider itself has replaced. */
    struct claim *claims;
    size_t claim_count;
    int64_t reserved_total; /* slots that the provider keeps, SR and RC included; -1: not known */
    int64_t pooler_max_clients, pooler_pool_size; /* -1: not known */
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

struct provider {
    const char *id, *name, *notes;
    const char *const *host_patterns;
    size_t host_pattern_count;
    bool limits_role; /* the plans' max_connections is a CONNECTION LIMIT of the customer's role: no
                         slot is reserved out of it, and the server's own max_connections is
                         another, unknown one */
    int64_t superuser_reserved_connections, reserved_connections,
        reserved_total; /* -1: not published */
    const struct idle_timeout *idle_timeouts;
    size_t idle_timeout_count;
    struct plan *plans;
    size_t plan_count;
};

/* Reads one provider file. Everything in the file is checked, also what `struct provider` does not
 * hold; an unknown key is an error. Errors name file, line, column and path. */
bool provider_read(struct arena *arena, struct json_text *text, struct provider *ret_provider,
                   struct fail *fail) MUST_USE;

/* Whether two ids are the same: case of ASCII letters ignored, whatever the locale. */
bool plan_id_equal(const char *left, const char *right);

/* Finds "PROVIDER/PLAN", case ignored; reads only that provider's file. On failure the message
 * names what is there ("did you mean"). */
bool plan_find(struct arena *arena, const char *name, const struct provider **ret_provider,
               const struct plan **ret_plan, struct fail *fail) MUST_USE;

#endif
