/*
 * What a server said about itself: filled by the probe from a live server, or from a snapshot file,
 * or by a test. It is data without any connection; a fact that could not be read is "not known",
 * never zero.
 */
#ifndef PGSIZE_FACTS_H
#define PGSIZE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct counted;
struct named_count;
struct observation;
struct observed;
struct sample;

/* Sessions that look the same. Strings are NULL where the server did not say. */
struct session_group {
    const char *application_name, *role, *database, *client_addr, *state;
    int64_t count;
    int64_t oldest_s; /* seconds since the oldest of them changed state; -1: not known */
    /* Of idle ones: since how many seconds each of them is, the shortest first, without those of
     * which it is not known. NULL: only the oldest one's time was kept. */
    const int64_t *idle_s;
    size_t idle_count;
};

/* Whether what answered is the server itself. */
enum route {
    ROUTE_UNKNOWN,
    ROUTE_DIRECT,
    ROUTE_POOLER, /* the process that greeted is not the one that answered */
};

/* How the server answered. */
enum answer {
    ANSWER_NOT_ASKED,
    ANSWER_LIVE,
    ANSWER_SNAPSHOT,
    ANSWER_FULL,        /* SQLSTATE 53300: `reason` says which slots were missing */
    ANSWER_UNREACHABLE, /* everything else; `reason` in one line, never with a password */
    ANSWER_MISSING,     /* the same, of a server that had to answer: nothing stands in for it */
};

/* Which slots were missing. */
enum full_kind {
    FULL_UNKNOWN,  /* the server (a pooler, perhaps) did not say */
    FULL_SLOTS,    /* all max_connections are taken: nobody gets in, not even a superuser */
    FULL_RESERVED, /* the rest is reserved for superusers, or for members of
                      pg_use_reserved_connections */
    FULL_ROLE,     /* the role's CONNECTION LIMIT */
    FULL_DATABASE, /* the database's CONNECTION LIMIT */
};

/* "slots", "reserved", "role", "database", as reports name them; "unknown". */
extern const char *const full_kind_names[]; /* by enum full_kind; ends with NULL */

/* A row of pg_settings: a number is in the unit that pg_settings gives it (ms, s, blocks of 8 kB).
 */
struct server_setting {
    const char *name, *value;
};

/* What servers of one provider have and others do not: kind is an enum plan_sign_kind. */
struct server_sign {
    unsigned kind;
    const char *name;
};

struct facts {
    enum answer answer;
    const char *reason;       /* of those that are not live: libpq's words, one line */
    const char *advice;       /* what to do about it; NULL: nothing is known */
    bool refused;             /* ANSWER_UNREACHABLE, ANSWER_MISSING: it did answer, and said no */
    enum full_kind full_kind; /* ANSWER_FULL */
    int64_t taken_at_s;       /* Unix time; 0: not known */
    int version;              /* 150018; 0: not known */
    int64_t max_connections, superuser_reserved_connections,
        reserved_connections; /* -1: not known */
    const char *role;         /* whom the probe logged in as, or tried to (ANSWER_FULL) */
    const char *database;
    bool role_is_superuser;
    bool in_recovery;
    bool hidden;      /* this role may not see other roles' sessions */
    int64_t sessions; /* client backends but pgsize's own (10, 11: and walsenders); -1: not known.
                         An upper bound unless facts_count_is_exact(). */
    struct session_group *groups;
    size_t group_count;
    struct named_count *role_limits,
        *database_limits; /* only those that have one (rolconnlimit >= 0;
                             datconnlimit -2, an invalid database, is 0) */
    size_t role_limit_count, database_limit_count;
    struct named_count *database_oids; /* live: all databases, by oid, which is their `count` */
    size_t database_count;
    const char **superusers; /* roles with rolsuper */
    size_t superuser_count;
    const char **reserved_roles; /* no superusers, and have the privileges of
                                    pg_use_reserved_connections (16 and later) */
    size_t reserved_role_count;
    bool reserved_roles_known;
    enum route route;
    int64_t greeted_by; /* live: process number in the server's greeting; 0: not known */
    struct server_setting *settings;
    size_t setting_count;
    struct server_sign *signs; /* where they were asked for (probe_target.signs) */
    size_t sign_count;
    struct observation *observation; /* live, --observe; NULL: not observed */
    struct sample *sample;           /* live, being watched: the one that is asked for; else NULL */
    const struct observed *observed; /* of a snapshot, what followed then; NULL: nothing */
    const struct counted *counted;   /* the counters of the end; NULL: it was not observed */
    const struct counted *earlier;   /* those of an earlier snapshot of it; NULL: there is none */
};

/* Of a server that was not asked: no number is known. */
extern const struct facts facts_unknown;

/* Whether it let the probe in, now or for the snapshot: what it says of itself is known. */
static inline bool facts_has_let_in(const struct facts *facts)
{
    return facts->answer == ANSWER_LIVE || facts->answer == ANSWER_SNAPSHOT;
}

/* Whether it said anything, if only that it is full. */
static inline bool facts_has_answered(const struct facts *facts)
{
    return facts_has_let_in(facts) || facts->answer == ANSWER_FULL;
}

/* What kind other roles' sessions are is hidden from a role without pg_read_all_stats. Since 17 the
 * number of a backend says it: those of max_connections are numbered first (InitProcGlobal). */
static inline bool facts_count_is_exact(const struct facts *facts)
{
    return !facts->hidden || facts->version >= 170000;
}

#endif
