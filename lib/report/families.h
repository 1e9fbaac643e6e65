/*
 * The families of metrics that pgsize exposes, one row for each: every name that a rule or a
 * dashboard of ours asks for stands here. Their samples are put by openmetrics.c (what is watched)
 * and openmetrics_sized.c (what is sized).
 */
#ifndef PGSIZE_FAMILIES_H
#define PGSIZE_FAMILIES_H

#include "openmetrics.h"

enum family {
    FAMILY_UP,
    FAMILY_SAMPLES,
    FAMILY_LAST_SAMPLE,
    FAMILY_BREAKER,
    FAMILY_MAX_CONNECTIONS,
    FAMILY_SUPERUSER_RESERVED,
    FAMILY_RESERVED,
    FAMILY_ORDINARY,
    FAMILY_SESSIONS,
    FAMILY_UPPER_BOUND,
    FAMILY_USED,
    FAMILY_USED_PEAK,
    FAMILY_WAITING,
    FAMILY_CONNECTIONS,
    FAMILY_ALERT,
    FAMILY_BUDGET,
    FAMILY_SIZED_MAX,
    FAMILY_SERVER_PEAK,
    FAMILY_LIMIT,
    FAMILY_PEAK,
    FAMILY_POOLER_CLIENTS,
    FAMILY_POOLER_PEAK,
    FAMILY_FINDINGS,
};

/* The name of its samples: that of a counter ends in `_total`. */
const char *family_sample_name(enum family family);

struct label {
    const char *name;
    const char *value; /* NULL or empty: the label is not put, which means the same */
};

/* A name as it stands in a label: what a terminal or a job's log would obey or hide is spelled out
 * (`\x1b`, `\u202e`), and so is a backslash that could be taken for such a spelling: two names
 * never become one. Unlike text_put_visible() it does not ask the locale, so that a rule finds what
 * was exposed wherever both were made. */
char *label_shown(struct arena *arena, const char *value);

/* What stands between the quotes of a label, here and in PromQL: `"` and `\` behind a backslash. */
void label_value_put(struct text *text, const char *shown);

/* `server="core",service="api"`. */
void labels_put(struct text *text, const struct label *labels, size_t count);

/* The lines that open a family. */
void family_put(enum family family, enum exposition exposition, struct text *text);

/* A sample. `labels` as labels_put() puts them; NULL: none. */
void family_sample_put(enum family family, const char *labels, int64_t value, struct text *text);

/* sessions + SR + RC, as sessions_used() has it of facts; MC - SR - RC. UNKNOWN: not known. */
int64_t metrics_used(const struct metrics *metrics);
int64_t metrics_ordinary(const struct metrics *metrics);

/* The figures of a server by its topology. */
struct sized_server {
    const char *name;
    const char *command;                /* the label `command`: who says it */
    const struct sizing *sizing;        /* of the topology, for its poolers; NULL: there is none */
    const struct server_sizing *server; /* NULL: it is not in one */
    int64_t alert_connections;          /* where `server` is NULL; UNKNOWN: there is none */
};

struct report;

/* The families of `count` servers by their topology; of the services that `report` shows, or all
 * where it is NULL. */
void sized_families_put(const struct sized_server *servers, size_t count,
                        const struct report *report, enum exposition exposition, struct text *text);

#endif
