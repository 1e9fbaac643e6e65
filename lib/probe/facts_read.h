/*
 * From the rows of a server to facts: one reader for each query of query.c. What a server says is
 * not trusted: shapes and ranges are checked, strings are cut, and a reader that finds anything
 * else than what was asked for returns false.
 *
 * What would make a new session of the server look up types, operators and functions only for this
 * (units, sorting, grouping) is done here: it would cost the server more than its answer.
 */
#ifndef PGSIZE_FACTS_READ_H
#define PGSIZE_FACTS_READ_H

#include "probe.h"

enum {
    FACTS_MAX_ROWS = 10000,           /* of one kind that are kept */
    FACTS_MAX_CATALOG_ROWS = 1000000, /* roles, or databases, of one server */
    FACTS_MAX_SESSION_ROWS = 300000,  /* MAX_BACKENDS, and processes that serve the server itself */
    FACTS_MAX_BYTES = 256,            /* of one string; names of PostgreSQL have at most 63 */
};

/* Nothing known, nothing asked. */
void facts_clear(struct facts *facts);

query_reader facts_read_timeout;   /* statement_timeout as configured, before it is set */
query_reader facts_read_identity;  /* version, role, database, recovery, whether it is a member of
                                      pg_read_all_stats, whether it has its privileges, time */
query_reader facts_read_settings;  /* name, value with its unit; after the identity */
query_reader facts_read_databases; /* oid, name, limit */
query_reader facts_read_sessions;  /* process, pgsize's own, application_name, role, oid of the
                                      database, address, state, since when, backend_type; after the
                                      identity and the databases */
query_reader facts_read_signs;     /* kind, name */
query_reader facts_read_roles; /* name, limit, superuser, can log in, may use reserved slots; after
                                  the identity */

/* Of facts->observation, which is there. */
query_reader observation_read_busy;     /* application_name, role, database, backend_type, state,
                                           milliseconds of the transaction: adds a sample */
query_reader observation_read_counters; /* name, transactions, microseconds, since when, and the
                                                  moment */
query_reader observation_read_own_time; /* microseconds */

/* Of facts->sample, which is there. */
query_reader sample_read; /* application_name, role, database, sessions, active, idle, idle in
                             transaction; the largest first */

#endif
