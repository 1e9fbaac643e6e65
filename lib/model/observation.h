/*
 * What was seen of a server over a while: who was busy at random moments, and what its counters
 * gained (struct observation, filled by the probe); and what follows from it, with its confidence
 * (struct observed, made in the room `size`, or read from a snapshot). It is data without any
 * connection. Estimates are integers, so that a snapshot holds them exactly.
 */
#ifndef PGSIZE_OBSERVATION_H
#define PGSIZE_OBSERVATION_H

#include "name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OBSERVE_LEAST_MS = 10000,           /* shorter windows say nothing */
    OBSERVE_MOST_MS = 24 * 3600 * 1000, /* longer ones end before anybody looks at them */
    OBSERVE_LEAST_SAMPLES = 60,
    OBSERVE_MOST_SAMPLES = 3600,
    OBSERVE_MOST_GROUPS = 10000,
    OBSERVE_MOST_USES = 1000000,
    OBSERVE_COUNTERS_VERSION = 140000, /* the first that counts times */
    OBSERVE_COUNTERS_MS = 60000,       /* a backend adds up its counters for up to so long */
};

/* --- as it was seen --- */

/* Sessions of one application, role and database. Strings are NULL where the server did not say. */
struct observed_group {
    const char *application_name, *role, *database;
    bool is_hidden; /* their state is: this role may not see it */
};

/* Those of a group that held their connection for a transaction at one moment; no entry: none. */
struct observed_use {
    uint32_t sample, group; /* indices */
    int64_t count;
    int64_t age_ms; /* sum of the times since their transactions began */
};

/* pg_stat_database (14 and later) at one moment; sums since `reset_us`. */
struct observed_counters {
    const char *database;
    int64_t transactions, busy_us; /* committed and rolled back; active and idle in transaction */
    int64_t reset_us;              /* when they were last set to zero; 0: never */
};

/* The counters of one moment, as a report keeps them: two reports make a window. */
struct counted {
    int64_t at_us; /* Unix time, by the server's clock */
    struct observed_counters *counters;
    size_t count;
    /* How long the run before that moment observed, and what its own connection added. */
    int64_t window_ms, own_transactions, own_busy_us;
};

struct observation {
    int64_t window_ms;   /* that was really observed */
    int64_t counted_ms;  /* between the two readings of the counters; 0: there are not two */
    bool counters_known; /* false: older than 14 */
    struct observed_group *groups;
    size_t group_count;
    int64_t *sample_at_ms; /* since the first moment */
    size_t sample_count;
    struct observed_use *uses; /* by sample */
    size_t use_count;
    struct observed_counters *before, *after; /* by database */
    size_t before_count, after_count;
    int64_t own_transactions, own_busy_us; /* of pgsize's own connection, which is no demand */
    const char *lost;        /* why the server stopped answering meanwhile; NULL: it did not */
    bool is_full;            /* no room for more samples: it ended early */
    struct name_table names; /* of groups, while it is being filled */
    size_t use_capacity, group_capacity;
};

/* --- what follows --- */

/* With what the truth lies between in 95 % of all windows. */
struct estimate {
    int64_t value, low, high;
};

enum observed_state {
    OBSERVED_GOOD,
    OBSERVED_ABSENT,   /* no session of it was there */
    OBSERVED_HIDDEN,   /* this role may not see what its sessions do */
    OBSERVED_CENSORED, /* its pools were full too often: who waited is not seen here */
    OBSERVED_COUNTED,  /* all of its database, which no other service has, between two moments */
    OBSERVED_SHARED,   /* was counted together with other services of its database */
};
enum { OBSERVED_STATES = OBSERVED_SHARED + 1 };
const char *observed_state_name(enum observed_state state);

/* Whether its connections in use are known. */
static inline bool observed_state_is_known(enum observed_state state)
{
    return state == OBSERVED_GOOD || state == OBSERVED_CENSORED || state == OBSERVED_COUNTED;
}

/* The connections that one pool class had in use, over all its pools. */
struct observed_class {
    const char *service, *database; /* database NULL: not known */
    enum observed_state state;
    struct estimate in_use; /* thousandths; of no meaning where that is not known */
};

/* Transactions of a database, and how long one holds its connection. */
struct observed_database {
    const char *name;
    struct estimate rate;    /* thousandths a second */
    struct estimate held_us; /* all UNKNOWN where `lumped`, or nothing ran */
    bool lumped; /* the counters hold times from before the window: a transaction of then ended */
};

struct observed {
    int64_t window_ms, samples; /* 0: there are no samples */
    int64_t counted_ms; /* between the two reports that the databases are counted by; 0: in the
                           same window as the samples */
    struct observed_class *classes;
    size_t class_count;
    struct observed_database *databases; /* none: too old a server, or too short a window */
    size_t database_count;
};

#endif
