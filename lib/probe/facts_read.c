#include "facts_read.h"

#include "column.h"
#include "plan.h"
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

/* --- limits and privileged roles, each by name --- */

static int limit_compare(const void *a, const void *b)
{
    return strcmp(((const struct named_count *)a)->name, ((const struct named_count *)b)->name);
}

/* Room for what is kept of them. */
static size_t rows_most(const PGresult *result)
{
    size_t rows = (size_t)PQntuples(result);
    return rows < FACTS_MAX_ROWS ? rows : FACTS_MAX_ROWS;
}

/* The names in column `name` whose limit, in the next column, is one. */
static bool limits_read(struct arena *arena, const PGresult *result, int name, int64_t least,
                        struct named_count **ret_limits, size_t *ret_count)
{
    struct named_count *limits = NULL;
    size_t count = 0;
    for (int row = 0; row < PQntuples(result); row++) {
        int64_t limit;
        if (PQgetisnull(result, row, name) ||
            !column_integer(result, row, name + 1, least, INT32_MAX, &limit))
            return false;
        if (limit == NO_LIMIT || count == FACTS_MAX_ROWS)
            continue;
        if (limits == NULL)
            limits = ARENA_ARRAY(arena, rows_most(result), struct named_count);
        limits[count].name = column_text(arena, result, row, name);
        limits[count++].count = limit == INVALID_DATABASE ? 0 : limit;
    }
    if (count > 0)
        qsort(limits, count, sizeof limits[0], limit_compare);
    *ret_limits = limits;
    *ret_count = count;
    return true;
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A list of role names being filled, at most FACTS_MAX_ROWS of them. */
static void name_keep(const char **names, size_t *count, const char *name)
{
    if (*count < FACTS_MAX_ROWS)
        names[(*count)++] = name;
}

/* Superusers have the privileges of every role. */
static bool privileged_read(struct arena *arena, const PGresult *result, struct facts *facts)
{
    facts->superusers = ARENA_ARRAY(arena, rows_most(result), const char *);
    facts->reserved_roles = ARENA_ARRAY(arena, rows_most(result), const char *);
    for (int row = 0; row < PQntuples(result); row++) {
        bool is_superuser, can_login, is_reserved;
        if (!column_boolean(result, row, 2, &is_superuser) ||
            !column_boolean(result, row, 3, &can_login) ||
            !column_boolean(result, row, 4, &is_reserved))
            return false;
        if (!can_login || (!is_superuser && !is_reserved))
            continue;
        const char *name = column_text(arena, result, row, 0);
        if (is_superuser) {
            facts->role_is_superuser |= facts->role != NULL && strcmp(name, facts->role) == 0;
            name_keep(facts->superusers, &facts->superuser_count, name);
        } else {
            name_keep(facts->reserved_roles, &facts->reserved_role_count, name);
        }
    }
    qsort(facts->superusers, facts->superuser_count, sizeof facts->superusers[0], name_compare);
    qsort(facts->reserved_roles, facts->reserved_role_count, sizeof facts->reserved_roles[0],
          name_compare);
    facts->reserved_roles_known = facts->reserved_role_count < FACTS_MAX_ROWS;
    return true;
}

bool facts_read_roles(struct arena *arena, const PGresult *result, struct facts *facts)
{
    return result_has_shape(result, 5, 0, FACTS_MAX_CATALOG_ROWS) &&
           limits_read(arena, result, 0, NO_LIMIT, &facts->role_limits, &facts->role_limit_count) &&
           privileged_read(arena, result, facts);
}

/* --- signs of a provider --- */

bool facts_read_signs(struct arena *arena, const PGresult *result, struct facts *facts)
{
    if (!result_has_shape(result, 2, 1, FACTS_MAX_ROWS))
        return false;
    size_t rows = (size_t)PQntuples(result);
    facts->signs = ARENA_ARRAY(arena, rows, struct server_sign);
    facts->sign_count = 0;
    for (size_t row = 0; row < rows; row++) {
        const char *word = column_raw(result, (int)row, 0);
        unsigned kind = 0;
        while (word != NULL && kind < PLAN_SIGN_KINDS &&
               strcmp(word, plan_sign_kind_names[kind]) != 0)
            kind++;
        if (word == NULL || kind == PLAN_SIGN_KINDS || PQgetisnull(result, (int)row, 1))
            return false;
        facts->signs[facts->sign_count++] =
            (struct server_sign){kind, column_text(arena, result, (int)row, 1)};
    }
    return true;
}

/* --- databases --- */

static int oid_compare(const void *a, const void *b)
{
    int64_t left = ((const struct named_count *)a)->count,
            right = ((const struct named_count *)b)->count;
    return (left > right) - (left < right);
}

bool facts_read_databases(struct arena *arena, const PGresult *result, struct facts *facts)
{
    if (!result_has_shape(result, 3, 0, FACTS_MAX_CATALOG_ROWS) ||
        !limits_read(arena, result, 1, INVALID_DATABASE, &facts->database_limits,
                     &facts->database_limit_count))
        return false;
    size_t rows = (size_t)PQntuples(result);
    facts->database_oids = ARENA_ARRAY(arena, rows, struct named_count);
    for (size_t row = 0; row < rows; row++) {
        facts->database_oids[row].name = column_text(arena, result, (int)row, 1);
        if (!column_integer(result, (int)row, 0, 0, UINT32_MAX, &facts->database_oids[row].count))
            return false;
    }
    qsort(facts->database_oids, rows, sizeof facts->database_oids[0], oid_compare);
    facts->database_count = rows;
    return true;
}
