/* Observing: a sample of who is busy, and the counters at both ends. */
#include "column.h"
#include "facts_read.h"
#include "observation.h"
#include "text.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

enum {
    COLUMN_APPLICATION_NAME,
    COLUMN_ROLE,
    COLUMN_DATABASE,
    COLUMN_BACKEND_TYPE,
    COLUMN_STATE,
    COLUMN_AGE,
    COLUMN_COUNT,
};

/* States in which a pool has handed the connection out. */
static bool is_busy(const char *state)
{
    static const char *const states[] = {"active", "idle in transaction",
                                         "idle in transaction (aborted)", "fastpath function call"};
    for (size_t i = 0; state != NULL && i < sizeof states / sizeof states[0]; i++)
        if (strcmp(state, states[i]) == 0)
            return true;
    return false;
}

/* Of a client; where the kind is not shown, whoever has a role and a database may be one. */
static bool is_session(const PGresult *result, int row)
{
    const char *type = column_raw(result, row, COLUMN_BACKEND_TYPE);
    if (type != NULL)
        return strcmp(type, "client backend") == 0;
    return !PQgetisnull(result, row, COLUMN_ROLE) && !PQgetisnull(result, row, COLUMN_DATABASE);
}

static void group_add(struct arena *arena, struct observation *observation, const PGresult *result,
                      int row)
{
    if (observation->group_count == observation->group_capacity) {
        size_t capacity = observation->group_capacity == 0 ? 16 : observation->group_capacity * 2;
        struct observed_group *groups = ARENA_ARRAY(arena, capacity, struct observed_group);
        if (observation->group_count > 0)
            memcpy(groups, observation->groups, observation->group_count * sizeof *groups);
        observation->groups = groups;
        observation->group_capacity = capacity;
    }
    observation->groups[observation->group_count++] = (struct observed_group){
        .application_name = column_text(arena, result, row, COLUMN_APPLICATION_NAME),
        .role = column_text(arena, result, row, COLUMN_ROLE),
        .database = column_text(arena, result, row, COLUMN_DATABASE),
    };
}

/* The group of a row, which is made where it is new; false where there are too many. */
static bool group_find(struct arena *arena, struct observation *observation, const PGresult *result,
                       int row, size_t *ret_group)
{
    char key[3 * (FACTS_MAX_BYTES + 4)];
    size_t length = 0;
    for (int column = COLUMN_APPLICATION_NAME; column <= COLUMN_DATABASE; column++) {
        const char *value = column_raw(result, row, column);
        length += (size_t)snprintf(key + length, sizeof key - length, "%s%.*s\x1f",
                                   value == NULL ? "\x1e" : "", FACTS_MAX_BYTES,
                                   value == NULL ? "" : value);
    }
    if (name_table_find(&observation->names, key, ret_group))
        return true;
    if (observation->group_count == OBSERVE_MOST_GROUPS)
        return false;
    *ret_group = observation->group_count;
    (void)name_table_add(&observation->names, arena, arena_strdup(arena, key), *ret_group, NULL);
    group_add(arena, observation, result, row);
    return true;
}

/* Uses of the sample at hand stand at the end, from `first`. */
static void use_add(struct arena *arena, struct observation *observation, size_t first,
                    size_t group, int64_t age_ms)
{
    struct observed_use *uses = observation->uses;
    for (size_t i = first; i < observation->use_count; i++)
        if (uses[i].group == group) {
            uses[i].count++;
            uses[i].age_ms += age_ms;
            return;
        }
    if (observation->use_count == observation->use_capacity) {
        size_t capacity = observation->use_capacity == 0 ? 1024 : observation->use_capacity * 2;
        uses = ARENA_ARRAY(arena, capacity, struct observed_use);
        if (observation->use_count > 0)
            memcpy(uses, observation->uses, observation->use_count * sizeof *uses);
        observation->uses = uses;
        observation->use_capacity = capacity;
    }
    uses[observation->use_count++] = (struct observed_use){
        .sample = (uint32_t)observation->sample_count,
        .group = (uint32_t)group,
        .count = 1,
        .age_ms = age_ms,
    };
}

/* A clock that was set back makes no transaction younger than 0. */
static bool age_read(const PGresult *result, int row, int64_t *ret_ms)
{
    const int64_t most_ms = INT32_MAX * INT64_C(1000);
    *ret_ms = 0;
    if (PQgetisnull(result, row, COLUMN_AGE))
        return true;
    if (!column_integer(result, row, COLUMN_AGE, -most_ms, most_ms, ret_ms))
        return false;
    if (*ret_ms < 0)
        *ret_ms = 0;
    return true;
}

static bool session_read(struct arena *arena, struct observation *observation, size_t first,
                         const PGresult *result, int row)
{
    const char *state = column_raw(result, row, COLUMN_STATE);
    size_t group;
    int64_t age_ms;
    if (!group_find(arena, observation, result, row, &group)) {
        observation->is_full = true;
        return true;
    }
    if (state == NULL || strcmp(state, "disabled") == 0)
        observation->groups[group].is_hidden = true;
    if (!is_busy(state))
        return true;
    if (!age_read(result, row, &age_ms))
        return false;
    use_add(arena, observation, first, group, age_ms);
    return true;
}

bool observation_read_busy(struct arena *arena, const PGresult *result, struct facts *facts)
{
    struct observation *observation = facts->observation;
    size_t first = observation->use_count;
    if (!result_has_shape(result, COLUMN_COUNT, 0, FACTS_MAX_SESSION_ROWS))
        return false;
    for (int row = 0; row < PQntuples(result); row++)
        if (is_session(result, row) && !session_read(arena, observation, first, result, row))
            return false;
    observation->sample_count++;
    observation->own_transactions++;
    observation->is_full |= observation->use_count >= OBSERVE_MOST_USES;
    return true;
}

/* Of the end of a window, for a report that is compared with another one. */
static void counted_keep(struct arena *arena, struct facts *facts, int64_t at_us)
{
    const struct observation *observation = facts->observation;
    struct counted *counted = ARENA_NEW(arena, struct counted);
    *counted = (struct counted){
        .at_us = at_us,
        .counters = observation->after,
        .count = observation->after_count,
        .own_transactions = observation->own_transactions,
        .own_busy_us = observation->own_busy_us,
    };
    facts->counted = counted;
}

bool observation_read_counters(struct arena *arena, const PGresult *result, struct facts *facts)
{
    struct observation *observation = facts->observation;
    int64_t at_us = 0;
    if (!result_has_shape(result, 5, 1, FACTS_MAX_ROWS))
        return false;
    size_t count = (size_t)PQntuples(result);
    struct observed_counters *counters = ARENA_ARRAY(arena, count, struct observed_counters);
    for (int row = 0; row < (int)count; row++) {
        struct observed_counters *one = &counters[row];
        one->database = column_text(arena, result, row, 0);
        if (one->database == NULL ||
            !column_integer(result, row, 1, 0, INT64_MAX / 4, &one->transactions) ||
            !column_integer(result, row, 2, 0, INT64_MAX / 4, &one->busy_us) ||
            !column_integer(result, row, 4, 0, INT64_MAX / 4, &at_us) ||
            (!PQgetisnull(result, row, 3) &&
             !column_integer(result, row, 3, -INT64_MAX, INT64_MAX, &one->reset_us)))
            return false;
    }
    if (observation->before == NULL) {
        observation->before = counters;
        observation->before_count = count;
    } else {
        observation->after = counters;
        observation->after_count = count;
        counted_keep(arena, facts, at_us);
    }
    observation->counters_known = true;
    return true;
}

bool observation_read_own_time(struct arena *arena, const PGresult *result, struct facts *facts)
{
    int64_t us;
    (void)arena;
    if (!result_has_shape(result, 1, 1, 1) ||
        !column_integer(result, 0, 0, INT32_MIN, INT32_MAX * INT64_C(1000), &us))
        return false;
    facts->observation->own_busy_us += us > 0 ? us : 0;
    return true;
}
