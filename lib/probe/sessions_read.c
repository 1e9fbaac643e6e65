/* Sessions: which of a server's processes are some, and which of them look the same. */
#include "column.h"
#include "facts_read.h"
#include "topology.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

enum {
    COLUMN_PROCESS,
    COLUMN_OWN_PROCESS,
    COLUMN_APPLICATION_NAME,
    COLUMN_ROLE,
    COLUMN_DATABASE_OID,
    COLUMN_CLIENT_ADDR,
    COLUMN_STATE,
    COLUMN_SINCE,
    COLUMN_BACKEND_TYPE,
    COLUMN_COUNT,
};

enum { WALSENDERS_APART_SINCE_VERSION = 120000 };

/* Sessions that take a slot of max_connections: client backends, and on PostgreSQL 10 and 11
 * walsenders too. Without pg_read_all_stats the kind of other roles' sessions is NULL: then whoever
 * has a role and a database (before 12, a role) may be one, which is an upper bound. */
static bool takes_a_slot(const PGresult *result, int row, int version)
{
    const char *type = column_raw(result, row, COLUMN_BACKEND_TYPE);
    bool walsenders_too = version < WALSENDERS_APART_SINCE_VERSION;
    if (type != NULL)
        return strcmp(type, "client backend") == 0 ||
               (walsenders_too && strcmp(type, "walsender") == 0);
    return !PQgetisnull(result, row, COLUMN_ROLE) &&
           (walsenders_too || !PQgetisnull(result, row, COLUMN_DATABASE_OID));
}

/* pgsize's own session is not counted. A pooler greets with a number of its own making. */
static bool is_own_read(const PGresult *result, int row, struct facts *facts, bool *ret_is_own)
{
    int64_t process, own;
    if (!column_integer(result, row, COLUMN_PROCESS, 0, INT32_MAX, &process) ||
        !column_integer(result, row, COLUMN_OWN_PROCESS, 0, INT32_MAX, &own))
        return false;
    *ret_is_own = process == own;
    if (facts->greeted_by != 0)
        facts->route = facts->greeted_by == own ? ROUTE_DIRECT : ROUTE_POOLER;
    return true;
}

static int oid_compare(const void *key, const void *element)
{
    int64_t oid = *(const int64_t *)key, other = ((const struct named_count *)element)->count;
    return (oid > other) - (oid < other);
}

/* NULL for one that was created a moment ago. */
static bool database_read(const PGresult *result, int row, const struct facts *facts,
                          const char **ret_name)
{
    int64_t oid;
    *ret_name = NULL;
    if (PQgetisnull(result, row, COLUMN_DATABASE_OID))
        return true;
    if (!column_integer(result, row, COLUMN_DATABASE_OID, 0, UINT32_MAX, &oid))
        return false;
    const struct named_count *found =
        facts->database_count == 0 ? NULL
                                   : bsearch(&oid, facts->database_oids, facts->database_count,
                                             sizeof facts->database_oids[0], oid_compare);
    if (found != NULL)
        *ret_name = found->name;
    return true;
}

/* A clock that was set back makes no session younger than 0. */
static bool age_read(const PGresult *result, int row, const struct facts *facts, int64_t *ret_age_s)
{
    const int64_t most_s = INT32_MAX * INT64_C(100);
    int64_t since_s;
    *ret_age_s = UNKNOWN;
    if (PQgetisnull(result, row, COLUMN_SINCE))
        return true;
    if (!column_integer(result, row, COLUMN_SINCE, -most_s, most_s, &since_s))
        return false;
    *ret_age_s = since_s < facts->taken_at_s ? facts->taken_at_s - since_s : 0;
    return true;
}

/* The strings are the result's. */
static bool session_read(const PGresult *result, int row, const struct facts *facts,
                         struct session_group *ret_session)
{
    *ret_session = (struct session_group){
        .application_name = column_raw(result, row, COLUMN_APPLICATION_NAME),
        .role = column_raw(result, row, COLUMN_ROLE),
        .client_addr = column_raw(result, row, COLUMN_CLIENT_ADDR),
        .state = column_raw(result, row, COLUMN_STATE),
        .count = 1,
    };
    return database_read(result, row, facts, &ret_session->database) &&
           age_read(result, row, facts, &ret_session->oldest_s);
}

/* As PostgreSQL sorts: what is not known comes last. */
static int string_compare(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        return (a == NULL) - (b == NULL);
    return strcmp(a, b);
}

static int looks_compare(const void *left, const void *right)
{
    const struct session_group *a = left, *b = right;
    const char *pairs[][2] = {
        {a->application_name, b->application_name},
        {a->role, b->role},
        {a->database, b->database},
        {a->client_addr, b->client_addr},
        {a->state, b->state},
    };
    int order = 0;
    for (size_t i = 0; order == 0 && i < sizeof pairs / sizeof pairs[0]; i++)
        order = string_compare(pairs[i][0], pairs[i][1]);
    return order;
}

/* The largest first. */
static int group_compare(const void *left, const void *right)
{
    const struct session_group *a = left, *b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return looks_compare(a, b);
}

static int age_compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* The times of each of `count` sessions that look the same. Puts them where there is room for as
 * many, and returns how many are known. */
static size_t ages_put(const struct session_group *sessions, size_t count, int64_t *ages)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (sessions[i].oldest_s != UNKNOWN)
            ages[known++] = sessions[i].oldest_s;
    if (known > 0)
        qsort(ages, known, sizeof *ages, age_compare);
    return known;
}

/* One group of `count` sessions that look the same; of idle ones it keeps every time. */
static struct session_group group_make(const struct session_group *sessions, size_t count,
                                       int64_t **ages)
{
    struct session_group group = sessions[0];
    group.count = (int64_t)count;
    size_t known = ages_put(sessions, count, *ages);
    group.oldest_s = known > 0 ? (*ages)[known - 1] : UNKNOWN;
    if (group.state != NULL && strcmp(group.state, "idle") == 0) {
        group.idle_s = *ages;
        group.idle_count = known;
        *ages += known;
    }
    return group;
}

/* Makes one group of those that look the same; returns how many groups there are. */
static size_t sessions_group(struct arena *arena, struct session_group *groups, size_t count)
{
    int64_t *ages = ARENA_ARRAY(arena, count + 1, int64_t);
    size_t made = 0;
    if (count > 0)
        qsort(groups, count, sizeof groups[0], looks_compare);
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && looks_compare(&groups[first], &groups[end]) == 0;)
            end++;
        groups[made++] = group_make(&groups[first], end - first, &ages);
    }
    if (made > 0)
        qsort(groups, made, sizeof groups[0], group_compare);
    return made < FACTS_MAX_ROWS ? made : FACTS_MAX_ROWS;
}

static void group_keep(struct arena *arena, struct session_group *group)
{
    group->application_name = text_cut(arena, group->application_name);
    group->role = text_cut(arena, group->role);
    group->database = text_cut(arena, group->database);
    group->client_addr = text_cut(arena, group->client_addr);
    group->state = text_cut(arena, group->state);
}

bool facts_read_sessions(struct arena *arena, const PGresult *result, struct facts *facts)
{
    if (!result_has_shape(result, COLUMN_COUNT, 0, FACTS_MAX_SESSION_ROWS))
        return false;
    int rows = PQntuples(result);
    struct session_group *groups = ARENA_ARRAY(arena, (size_t)rows, struct session_group);
    size_t count = 0;
    for (int row = 0; row < rows; row++) {
        bool is_own;
        if (!is_own_read(result, row, facts, &is_own))
            return false;
        if (is_own || !takes_a_slot(result, row, facts->version))
            continue;
        if (!session_read(result, row, facts, &groups[count++]))
            return false;
    }
    facts->sessions = (int64_t)count;
    facts->groups = groups;
    facts->group_count = sessions_group(arena, groups, count);
    for (size_t i = 0; i < facts->group_count; i++)
        group_keep(arena, &groups[i]);
    return true;
}
