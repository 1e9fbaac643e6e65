/*
 * One look of `pgsize watch` at one server: when it was, and either who was connected then or why
 * nobody knows. What is live on a screen, a line of JSON, a row of a record and the metrics are all
 * made from it. It is data without any connection.
 */
#ifndef PGSIZE_SAMPLE_H
#define PGSIZE_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sample_kind {
    SAMPLE_SEEN, /* the server answered */
    SAMPLE_FULL, /* it refused this very connection: SQLSTATE 53300. That is an observation */
    SAMPLE_LOST, /* nothing is known of this moment: it is a gap, never zero */
};

/* Whether a lost server is tried again (Nygard, Release It!: circuit breaker). */
enum breaker_state {
    BREAKER_CLOSED,    /* every sample asks */
    BREAKER_OPEN,      /* too many failures in a row: nobody asks until some time has passed */
    BREAKER_HALF_OPEN, /* asks again; so many successes close it, one failure opens it */
};

/* Sessions of one application, role and database. Strings are NULL where the server did not say;
 * those of the last group, `is_rest`, where there are more groups than are kept. */
struct sample_group {
    const char *application_name, *role, *database;
    bool is_rest;
    int64_t sessions, active, idle,
        idle_in_transaction; /* sessions may be more: of some the state is hidden */
    int64_t waiting;         /* of the active: for a lock that another session holds */
};

enum {
    SAMPLE_MOST_GROUPS = 200, /* of one sample: the largest, and the rest as one */
};

struct sample {
    int64_t at_ms; /* Unix time, of the machine that watches */
    enum sample_kind kind;
    enum breaker_state breaker;
    const char *reason; /* of SAMPLE_FULL and SAMPLE_LOST, one line without secrets; else NULL */
    int64_t max_connections, superuser_reserved_connections,
        reserved_connections; /* -1: not known */
    int64_t sessions; /* without pgsize's own; -1: not known. Of SAMPLE_FULL: at least so many, if
                         known */
    bool sessions_are_upper_bound; /* a role without pg_read_all_stats, before 17 */
    struct sample_group *groups;
    size_t group_count;
};

#endif
