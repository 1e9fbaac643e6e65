#include "facts_read.h"

#include "text.h"
#include "topology.h"

#include <errno.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX_BYTES = 20, RC_SINCE_VERSION = 160000 };

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

/* At most FACTS_MAX_BYTES, and no half character at the end. NULL stays NULL. */
static const char *text_at(struct arena *arena, const PGresult *result, int row, int column)
{
    if (PQgetisnull(result, row, column))
        return NULL;
    const char *value = PQgetvalue(result, row, column);
    size_t length = strnlen(value, FACTS_MAX_BYTES + 1);
    if (length > FACTS_MAX_BYTES) {
        length = FACTS_MAX_BYTES;
        while (length > 0 && ((unsigned char)value[length] & 0xc0) == 0x80)
            length--;
    }
    return arena_strndup(arena, value, length);
}

static bool integer_at(const PGresult *result, int row, int column, int64_t least, int64_t most,
                       int64_t *ret_integer)
{
    const char *value = PQgetvalue(result, row, column);
    if (PQgetisnull(result, row, column) || strnlen(value, NUMBER_MAX_BYTES) == NUMBER_MAX_BYTES)
        return false;
    size_t sign = value[0] == '-';
    if (value[sign] == '\0' || strspn(value + sign, "0123456789") != strlen(value + sign))
        return false;
    errno = 0;
    long long integer = strtoll(value, NULL, 10);
    if (errno != 0 || integer < least || integer > most)
        return false;
    *ret_integer = integer;
    return true;
}

static bool boolean_at(const PGresult *result, int row, int column, bool *ret_boolean)
{
    const char *value = PQgetvalue(result, row, column);
    if (PQgetisnull(result, row, column) || (strcmp(value, "t") != 0 && strcmp(value, "f") != 0))
        return false;
    *ret_boolean = value[0] == 't';
    return true;
}

static bool shape_is(const PGresult *result, int columns, int least_rows, int most_rows)
{
    int rows = PQntuples(result);
    return PQnfields(result) == columns && rows >= least_rows && rows <= most_rows;
}

bool facts_read_identity(struct arena *arena, const PGresult *result, struct facts *facts)
{
    int64_t version;
    if (!shape_is(result, 7, 1, 1) ||
        !integer_at(result, 0, 0, PROBE_OLDEST_MAJOR * 10000, 9999999, &version) ||
        !boolean_at(result, 0, 2, &facts->role_is_superuser) ||
        !boolean_at(result, 0, 4, &facts->in_recovery) ||
        !boolean_at(result, 0, 5, &facts->hidden) ||
        !integer_at(result, 0, 6, 0, INT32_MAX * INT64_C(100), &facts->taken_at_s))
        return false;
    facts->version = (int)version;
    facts->role = text_at(arena, result, 0, 1);
    facts->database = text_at(arena, result, 0, 3);
    return facts->role != NULL && facts->database != NULL;
}

/* The settings that have a member of their own. */
static int64_t *setting_member(struct facts *facts, const char *name)
{
    struct {
        const char *name;
        int64_t *member;
    } members[] = {
        {"max_connections", &facts->max_connections},
        {"superuser_reserved_connections", &facts->superuser_reserved_connections},
        {"reserved_connections", &facts->reserved_connections},
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(members[i].name, name) == 0)
            return members[i].member;
    }
    return NULL;
}

bool facts_read_settings(struct arena *arena, const PGresult *result, struct facts *facts)
{
    if (!shape_is(result, 2, 1, FACTS_MAX_ROWS))
        return false;
    int rows = PQntuples(result);
    facts->settings = ARENA_ARRAY(arena, (size_t)rows, struct server_setting);
    for (int row = 0; row < rows; row++) {
        const char *name = text_at(arena, result, row, 0), *value = text_at(arena, result, row, 1);
        if (name == NULL || value == NULL)
            return false;
        int64_t *member = setting_member(facts, name);
        if (member == NULL)
            facts->settings[facts->setting_count++] = (struct server_setting){name, value};
        else if (!integer_at(result, row, 1, 0, MAX_CONNECTIONS_LIMIT, member))
            return false;
    }
    /* Where the setting does not exist, nothing is reserved by it. */
    if (facts->reserved_connections == UNKNOWN && facts->version < RC_SINCE_VERSION)
        facts->reserved_connections = 0;
    return facts->max_connections >= 1 && facts->superuser_reserved_connections != UNKNOWN;
}

bool facts_read_sessions(struct arena *arena, const PGresult *result, struct facts *facts)
{
    (void)arena;
    return shape_is(result, 1, 1, 1) && integer_at(result, 0, 0, 0, INT32_MAX, &facts->sessions);
}

static bool group_read(struct arena *arena, const PGresult *result, int row,
                       struct session_group *ret_group)
{
    *ret_group = (struct session_group){
        .application_name = text_at(arena, result, row, 0),
        .role = text_at(arena, result, row, 1),
        .database = text_at(arena, result, row, 2),
        .client_addr = text_at(arena, result, row, 3),
        .state = text_at(arena, result, row, 4),
        .oldest_s = UNKNOWN,
    };
    if (!integer_at(result, row, 5, 1, INT32_MAX, &ret_group->count))
        return false;
    return PQgetisnull(result, row, 6) ||
           integer_at(result, row, 6, 0, INT32_MAX * INT64_C(100), &ret_group->oldest_s);
}

bool facts_read_groups(struct arena *arena, const PGresult *result, struct facts *facts)
{
    if (!shape_is(result, 7, 0, FACTS_MAX_ROWS))
        return false;
    int rows = PQntuples(result);
    facts->groups = ARENA_ARRAY(arena, (size_t)rows, struct session_group);
    for (int row = 0; row < rows; row++) {
        if (!group_read(arena, result, row, &facts->groups[row]))
            return false;
    }
    facts->group_count = (size_t)rows;
    return true;
}

static bool limits_read(struct arena *arena, const PGresult *result,
                        struct named_count **ret_limits, size_t *ret_count)
{
    if (!shape_is(result, 2, 0, FACTS_MAX_ROWS))
        return false;
    int rows = PQntuples(result);
    struct named_count *limits = ARENA_ARRAY(arena, (size_t)rows, struct named_count);
    for (int row = 0; row < rows; row++) {
        limits[row].name = text_at(arena, result, row, 0);
        if (limits[row].name == NULL ||
            !integer_at(result, row, 1, 0, INT32_MAX, &limits[row].count))
            return false;
    }
    *ret_limits = limits;
    *ret_count = (size_t)rows;
    return true;
}

bool facts_read_role_limits(struct arena *arena, const PGresult *result, struct facts *facts)
{
    return limits_read(arena, result, &facts->role_limits, &facts->role_limit_count);
}

bool facts_read_database_limits(struct arena *arena, const PGresult *result, struct facts *facts)
{
    return limits_read(arena, result, &facts->database_limits, &facts->database_limit_count);
}

bool facts_read_superusers(struct arena *arena, const PGresult *result, struct facts *facts)
{
    if (!shape_is(result, 1, 0, FACTS_MAX_ROWS))
        return false;
    int rows = PQntuples(result);
    facts->superusers = ARENA_ARRAY(arena, (size_t)rows, const char *);
    for (int row = 0; row < rows; row++) {
        facts->superusers[row] = text_at(arena, result, row, 0);
        if (facts->superusers[row] == NULL)
            return false;
    }
    facts->superuser_count = (size_t)rows;
    return true;
}
