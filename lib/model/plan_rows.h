/*
 * A provider file as it is written: structs of what the reader looks at, before sources are
 * resolved and figures are compared. The rows that fill them, in plan_rows.c, are the file format;
 * a little of it is checked and not kept. Inside lib/model/plan_*.c
 * only.
 */
#ifndef PGSIZE_PLAN_ROWS_H
#define PGSIZE_PLAN_ROWS_H

#include "plan.h"
#include "plan_fields.h"

struct raw_source {
    const char *ref, *as_of;
};

/* Sources are indices in the file's list. */
struct raw_claim {
    int64_t value, source;
    const char *as_of, *note;
};

struct raw_claims {
    bool disputed;
    struct raw_claim *items;
    size_t count;
};

struct raw_plan {
    struct plan plan; /* its sources, claims, confidence and what follows from a formula are not set
                         yet */
    unsigned confidence;
    int64_t usable;
    int64_t *sources;
    size_t source_count;
    struct raw_claims claims;
    struct sighting *sightings;
};

struct raw_pooler {
    struct plan_pooler pooler; /* its claims are not set yet */
    struct raw_claims claims;
};

struct raw_sign {
    unsigned kind;
    const char *name;
    int64_t source;
};

struct raw_reserved {
    struct raw_claims claims;
    int64_t superuser, others, total;
    const char *internal, *basis, *notes;
};

struct raw_provider {
    struct provider provider; /* what is a struct raw_... here is not set yet */
    const char **hosts, **hosts_unverified, **conflicts, **not_found;
    struct idle_timeout *idle_timeouts;
    unsigned limit_of;
    struct raw_reserved reserved;
    struct raw_pooler *poolers;
    struct raw_sign *signs;
    struct raw_source *sources;
    size_t source_count;
    struct raw_plan *plans;
    size_t plan_count;
};

enum { LIMIT_OF_SERVER, LIMIT_OF_ROLE };

/* Plans alone; the rest stands around them. */
extern const struct plan_object plan_rows, claim_rows;
#define CLAIM_ROWS(type)                                                                           \
    {"disputed", KIND_FLAG, KEEP(type, claims.disputed)},                                          \
    {                                                                                              \
        "claims", KIND_OBJECTS, KEEP_LIST(type, claims.items, claims.count), .object = &claim_rows \
    }

enum {
    TEXT_BYTES = 2000,
    ID_BYTES = 48,
    NAME_BYTES = 100,
    SLOTS = 262143, /* PostgreSQL's MAX_BACKENDS */
    CLIENTS = 10000000,
    SOURCES = 999,
};

extern const struct plan_object provider_rows;

#endif
