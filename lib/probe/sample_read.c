/* Watching: who has how many sessions. */
#include "column.h"
#include "facts_read.h"
#include "sample.h"

#include <libpq-fe.h>

enum {
    COLUMN_APPLICATION_NAME,
    COLUMN_ROLE,
    COLUMN_DATABASE,
    COLUMN_SESSIONS,
    COLUMN_ACTIVE,
    COLUMN_IDLE,
    COLUMN_IDLE_IN_TRANSACTION,
    COLUMN_WAITING,
    COLUMN_COUNT,
};

static bool counts_read(const PGresult *result, int row, struct sample_group *ret_group)
{
    const int64_t most = FACTS_MAX_SESSION_ROWS;
    return column_integer(result, row, COLUMN_SESSIONS, 0, most, &ret_group->sessions) &&
           column_integer(result, row, COLUMN_ACTIVE, 0, most, &ret_group->active) &&
           column_integer(result, row, COLUMN_IDLE, 0, most, &ret_group->idle) &&
           column_integer(result, row, COLUMN_IDLE_IN_TRANSACTION, 0, most,
                          &ret_group->idle_in_transaction) &&
           column_integer(result, row, COLUMN_WAITING, 0, most, &ret_group->waiting);
}

static void rest_add(struct sample_group *rest, const struct sample_group *group)
{
    rest->is_rest = true;
    rest->sessions += group->sessions;
    rest->active += group->active;
    rest->idle += group->idle;
    rest->idle_in_transaction += group->idle_in_transaction;
    rest->waiting += group->waiting;
}

/* Where there are more groups than are kept, the last one that is kept stands for the rest. */
bool sample_read(struct arena *arena, const PGresult *result, struct facts *facts)
{
    struct sample *sample = facts->sample;
    if (!result_has_shape(result, COLUMN_COUNT, 0, FACTS_MAX_SESSION_ROWS))
        return false;
    size_t rows = (size_t)PQntuples(result);
    size_t kept = rows <= SAMPLE_MOST_GROUPS ? rows : SAMPLE_MOST_GROUPS - 1;
    sample->group_count = rows <= SAMPLE_MOST_GROUPS ? rows : SAMPLE_MOST_GROUPS;
    sample->groups = ARENA_ARRAY(arena, sample->group_count, struct sample_group);
    sample->sessions = 0;
    for (size_t i = 0; i < rows; i++) {
        struct sample_group group = {.is_rest = false};
        if (!counts_read(result, (int)i, &group))
            return false;
        sample->sessions += group.sessions;
        if (i >= kept) {
            rest_add(&sample->groups[kept], &group);
            continue;
        }
        group.application_name = column_text(arena, result, (int)i, COLUMN_APPLICATION_NAME);
        group.role = column_text(arena, result, (int)i, COLUMN_ROLE);
        group.database = column_text(arena, result, (int)i, COLUMN_DATABASE);
        sample->groups[i] = group;
    }
    return true;
}
