/*
 * What is watched, as Prometheus reads it: the figures of the last look at each server, and those
 * that add up over all looks. OpenMetrics 1.0 for who scrapes, or Prometheus' text format 0.0.4,
 * which is all that node_exporter's textfile collector reads. It has no clock and asks no server:
 * whoever watches gives it each sample. Memory does not grow with the samples: only the last one is
 * kept.
 */
#ifndef PGSIZE_OPENMETRICS_H
#define PGSIZE_OPENMETRICS_H

#include "sample.h"
#include "sizing.h"
#include "text.h"

enum exposition {
    EXPOSITION_OPENMETRICS, /* application/openmetrics-text; version=1.0.0 */
    EXPOSITION_PROMETHEUS,  /* text/plain; version=0.0.4 */
};

/* The textfile collector takes only files that are called so, and only text of Prometheus. */
enum exposition exposition_of_file(const char *path);

enum { SAMPLE_KINDS = SAMPLE_LOST + 1 };

/* Of the last sample: sessions that share their labels. */
struct metrics_group {
    const char *labels; /* as they are put, without braces */
    int64_t active, idle, idle_in_transaction, hidden;
};

/* What is known of one server. Set the first part; the rest begins as zeros, and metrics_add()
 * keeps it. */
struct metrics {
    const char *server;                /* its name: the label `server` */
    const struct sizing *sizing;       /* of the topology; NULL: there is none */
    const struct server_sizing *sized; /* this server in it; NULL: it is not there */
    int64_t alert_connections;         /* where `sized` is NULL; UNKNOWN: there is no alert */
    void (*on_out_of_memory)(void);

    struct arena arena; /* of the groups and the reason */
    struct metrics_group *groups;
    size_t group_count;
    enum sample_kind kind; /* of the last sample, with the next three */
    enum breaker_state breaker;
    int64_t sessions; /* UNKNOWN: nobody knows */
    int64_t waiting;  /* the same */
    bool sessions_are_upper_bound;
    const char *reason;                  /* why it is full or lost; NULL: it is neither */
    int64_t samples[SAMPLE_KINDS];       /* all that came, by their kind */
    int64_t began_at_ms, observed_at_ms; /* of the first sample; of the last that was not lost */
    int64_t max_connections, superuser_reserved_connections,
        reserved_connections; /* as last known */
    int64_t used_peak;        /* UNKNOWN: none yet */
};

/* Takes a look into account. `owners` names the service that owns each group of the sample, or is
 * NULL for it; the whole is NULL where there is no topology. Nothing of both is kept. */
void metrics_add(struct metrics *metrics, const struct sample *sample, const char *const *owners);

void metrics_free(struct metrics *metrics);

/* All families of `count` servers, to the `# EOF` of OpenMetrics. What nobody knows is not there.
 */
void openmetrics_put(const struct metrics *servers, size_t count, enum exposition exposition,
                     struct text *text);

/* Whether every server was observed, full or not, within the last three intervals; where not, a
 * line that says which and since when. Before the first sample nothing was. */
bool metrics_are_fresh(const struct metrics *servers, size_t count, int64_t now_ms,
                       int64_t interval_ms, struct text *why);

#endif
