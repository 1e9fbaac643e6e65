/*
 * A provider file as it is written: structs of what the reader looks at, before sources are
 * resolved and figures are compared. The rows that fill them, in plan_rows.c, are the file format;
 * much of it (poolers, conflicts) is checked and not kept. Inside lib/model/plan_*.c
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

struct raw_observed {
    int64_t value;
    const char *text;
};

struct raw_plan {
    struct plan plan; /* its sources, claims, confidence and nominal are not set yet */
    unsigned confidence;
    int64_t nominal, least, most, usable;
    int64_t *sources;
    size_t source_count;
    struct raw_claims claims;
    struct raw_observed *observed;
    size_t observed_count;
};

struct raw_pooler {
    struct raw_claims claims;
};

struct raw_change {
    int64_t min, max;
};

struct raw_reserved {
    struct raw_claims claims;
    int64_t superuser, others, total;
};

struct raw_provider {
    struct provider provider; /* its plans and reserved slots are not set yet */
    const char **hosts;
    struct idle_timeout *idle_timeouts;
    unsigned limit_of;
    struct raw_change change;
    struct raw_reserved reserved;
    struct raw_pooler *poolers;
    size_t pooler_count;
    struct raw_source *sources;
    size_t source_count;
    struct raw_plan *plans;
    size_t plan_count;
};

enum { LIMIT_OF_SERVER, LIMIT_OF_ROLE };

extern const struct plan_object provider_rows;

#endif
