/* The counters of a moment, read back from a snapshot. */
#include "snapshot_counted.h"

#include "name.h"

#include <stdio.h>
#include <string.h>

/* Sums and differences of such numbers do not overflow. */
static const int64_t most = INT64_MAX / 4;

static bool read_counters(struct snapshot_reader *reader, const struct json *object, void *into)
{
    struct observed_counters *counters = into;
    counters->transactions = counters->busy_us = UNKNOWN;
    if (!snapshot_string(reader, object, "database", &counters->database) ||
        !snapshot_integer(reader, object, "transactions", 0, most, &counters->transactions) ||
        !snapshot_integer(reader, object, "busy_us", 0, most, &counters->busy_us) ||
        !snapshot_moment(reader, object, "stats_reset", &counters->reset_us))
        return false;
    if (counters->database == NULL)
        return snapshot_wrong(reader, "database", "there");
    if (counters->transactions == UNKNOWN)
        return snapshot_wrong(reader, "transactions", "there");
    return counters->busy_us != UNKNOWN || snapshot_wrong(reader, "busy_us", "there");
}

static bool check_names(struct snapshot_reader *reader, const struct counted *counted)
{
    struct name_table seen = {0};
    char key[40];
    for (size_t i = 0; i < counted->count; i++) {
        if (name_table_add(&seen, reader->arena, counted->counters[i].database, i, NULL))
            continue;
        (void)snprintf(key, sizeof key, "counters/%zu/database", i);
        return snapshot_wrong(reader, key, "a name of its own: it is given twice");
    }
    return true;
}

static bool read_own(struct snapshot_reader *reader, const struct json *live,
                     struct counted *counted)
{
    const struct json *own;
    size_t length = strlen(reader->pointer);
    if (!snapshot_many(reader, live, "own", JSON_KIND_OBJECT, &own))
        return false;
    if (own == NULL)
        return true;
    (void)snprintf(reader->pointer + length, sizeof reader->pointer - length, "/own");
    if (!snapshot_integer(reader, own, "transactions", 0, most, &counted->own_transactions) ||
        !snapshot_integer(reader, own, "busy_us", 0, most, &counted->own_busy_us))
        return false;
    reader->pointer[length] = '\0';
    return true;
}

bool snapshot_counted(struct snapshot_reader *reader, const struct json *live,
                      const struct observed *observed, const struct counted **ret_counted)
{
    const struct json *many;
    if (!snapshot_many(reader, live, "counters", JSON_KIND_ARRAY, &many))
        return false;
    if (many == NULL)
        return true;
    struct counted *counted = ARENA_NEW(reader->arena, struct counted);
    counted->at_us = INT64_MIN;
    if (!snapshot_moment(reader, live, "counted_at", &counted->at_us))
        return false;
    if (counted->at_us == INT64_MIN)
        return snapshot_wrong(reader, "counted_at", "there: the moment of the \"counters\"");
    counted->counters = snapshot_objects(reader, live, "counters", sizeof *counted->counters,
                                         read_counters, &counted->count);
    if (counted->counters == NULL || !check_names(reader, counted) ||
        !read_own(reader, live, counted))
        return false;
    counted->window_ms = observed != NULL ? observed->window_ms : 0;
    *ret_counted = counted;
    return true;
}
