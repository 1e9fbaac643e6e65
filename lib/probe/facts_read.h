/*
 * From the rows of a server to facts: one reader for each query of query.c. What a server says is
 * not trusted: shapes and ranges are checked, strings are cut, and a reader that finds anything
 * else than what was asked for returns false.
 */
#ifndef PGSIZE_FACTS_READ_H
#define PGSIZE_FACTS_READ_H

#include "probe.h"

enum {
    FACTS_MAX_ROWS = 10000, /* of one query; its LIMIT says the same */
    FACTS_MAX_BYTES = 256,  /* of one string; names of PostgreSQL have at most 63 */
};

/* Nothing known, nothing asked. */
void facts_clear(struct facts *facts);

query_reader facts_read_identity; /* version, role, superuser, database, recovery, hidden, time */
query_reader facts_read_settings; /* name, value; after the identity */
query_reader facts_read_sessions; /* count */
query_reader facts_read_groups;   /* application_name, role, database, address, state, count, age */
query_reader facts_read_role_limits;     /* name, limit */
query_reader facts_read_database_limits; /* name, limit */
query_reader facts_read_superusers;      /* name */

#endif
