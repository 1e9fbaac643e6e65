#include "facts_read.h"

#include "column.h"
#include "topology.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

enum { USAGE_SINCE_VERSION = 150000, INVALID_DATABASE = -2, NO_LIMIT = -1 };

void facts_clear(struct facts *facts)
{
    *facts = (struct facts){
        .answer = ANSWER_NOT_ASKED,
        .max_connections = UNKNOWN,
        .superuser_reserved_connections = UNKNOWN,
        .reserved_connections = UNKNOWN,
        .sessions = UNKNOWN,
    };
}

/* Before 15, being a member of pg_read_all_stats was enough to see everything. */
bool facts_read_identity(struct arena *arena, const PGresult *result, struct facts *facts)
{
    int64_t version;
    bool is_member, has_privileges;
    if (!result_has_shape(result, 7, 1, 1) ||
        !column_integer(result, 0, 0, PROBE_OLDEST_MAJOR * 10000, 9999999, &version) ||
        !column_boolean(result, 0, 3, &facts->in_recovery) ||
        !column_boolean(result, 0, 4, &is_member) ||
        !column_boolean(result, 0, 5, &has_privileges) ||
        !column_integer(result, 0, 6, 0, INT32_MAX * INT64_C(100), &facts->taken_at_s))
        return false;
    facts->version = (int)version;
    facts->hidden = version < USAGE_SINCE_VERSION ? !is_member : !has_privileges;
    facts->role = column_text(arena, result, 0, 1);
    facts->database = column_text(arena, result, 0, 2);
    return facts->role != NULL && facts->database != NULL;
}

/* --- limits and superusers, each by name --- */

static int limit_compare(const void *a, const void *b)
{
    return strcmp(((const struct named_count *)a)->name, ((const struct named_count *)b)->name);
}

static bool limits_read(struct arena *arena, const PGresult *result, int64_t least,
                        struct named_count **ret_limits, size_t *ret_count)
{
    if (!result_has_shape(result, 2, 0, FACTS_MAX_ROWS))
        return false;
    int rows = PQntuples(result);
    struct named_count *limits = ARENA_ARRAY(arena, (size_t)rows, struct named_count);
    for (int row = 0; row < rows; row++) {
        limits[row].name = column_text(arena, result, row, 0);
        if (limits[row].name == NULL ||
            !column_integer(result, row, 1, least, INT32_MAX, &limits[row].count) ||
            limits[row].count == NO_LIMIT)
            return false;
        if (limits[row].count == INVALID_DATABASE)
            limits[row].count = 0;
    }
    qsort(limits, (size_t)rows, sizeof limits[0], limit_compare);
    *ret_limits = limits;
    *ret_count = (size_t)rows;
    return true;
}

bool facts_read_role_limits(struct arena *arena, const PGresult *result, struct facts *facts)
{
    return limits_read(arena, result, 0, &facts->role_limits, &facts->role_limit_count);
}

bool facts_read_database_limits(struct arena *arena, const PGresult *result, struct facts *facts)
{
    return limits_read(arena, result, INVALID_DATABASE, &facts->database_limits,
                       &facts->database_limit_count);
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool facts_read_superusers(struct arena *arena, const PGresult *result, struct facts *facts)
{
    if (!result_has_shape(result, 1, 0, FACTS_MAX_ROWS))
        return false;
    int rows = PQntuples(result);
    facts->superusers = ARENA_ARRAY(arena, (size_t)rows, const char *);
    for (int row = 0; row < rows; row++) {
        const char *name = facts->superusers[row] = column_text(arena, result, row, 0);
        if (name == NULL)
            return false;
        facts->role_is_superuser |= facts->role != NULL && strcmp(name, facts->role) == 0;
    }
    qsort(facts->superusers, (size_t)rows, sizeof facts->superusers[0], name_compare);
    facts->superuser_count = (size_t)rows;
    return true;
}
