#include "record.h"

#include "record_parts.h"

#include <string.h>

struct record record_new(struct arena *arena)
{
    struct record record = {.arena = arena, .observed_ms = UNKNOWN};
    for (size_t i = 0; i < RECORD_LIMITS; i++)
        record.limits[i] = UNKNOWN;
    return record;
}

/* --- groups --- */

/* Three names as one: JSON, in which none is told from empty. */
static const char *key_put(const struct record_group *group, struct text *text)
{
    text->length = 0;
    text_put_json(text, group->application_name);
    text_put_char(text, ',');
    text_put_json(text, group->role);
    text_put_char(text, ',');
    text_put_json(text, group->database);
    return text->bytes;
}

static void groups_grow(struct record *record, size_t number)
{
    if (number < record->group_capacity)
        return;
    size_t capacity = record->group_capacity == 0 ? 64 : record->group_capacity;
    while (capacity <= number)
        capacity *= 2;
    struct record_group *groups = ARENA_ARRAY(record->arena, capacity, struct record_group);
    if (record->groups != NULL)
        memcpy(groups, record->groups, record->group_capacity * sizeof *groups);
    record->groups = groups;
    record->group_capacity = capacity;
}

void record_group_mention(struct record *record, size_t number)
{
    groups_grow(record, number);
    if (number > record->group_count)
        record->group_count = number;
}

static const char *name_keep(struct record *record, const char *name)
{
    return name != NULL ? arena_strdup(record->arena, name) : NULL;
}

static bool same_name(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool record_group_name(struct record *record, size_t number, const struct record_group *group)
{
    struct text text = {.arena = record->arena};
    record_group_mention(record, number);
    struct record_group *at = &record->groups[number];
    if (at->is_known)
        return same_name(at->application_name, group->application_name) &&
               same_name(at->role, group->role) && same_name(at->database, group->database);
    *at = (struct record_group){
        .application_name = name_keep(record, group->application_name),
        .role = name_keep(record, group->role),
        .database = name_keep(record, group->database),
        .is_known = true,
    };
    const char *key = key_put(group, &text);
    if (!name_table_find(&record->numbers, key, NULL))
        (void)name_table_add(&record->numbers, record->arena, arena_strdup(record->arena, key),
                             number, NULL);
    text_free(&text);
    return true;
}

static bool is_too_long(const char *name)
{
    return name != NULL && strnlen(name, RECORD_MOST_NAME + 1) > RECORD_MOST_NAME;
}

size_t record_group_find(struct record *record, const struct record_group *group, bool *ret_is_new)
{
    struct text text = {.arena = record->arena};
    size_t number = 0;
    *ret_is_new = false;
    if (is_too_long(group->application_name) || is_too_long(group->role) ||
        is_too_long(group->database))
        return 0;
    if (!name_table_find(&record->numbers, key_put(group, &text), &number) &&
        record->group_count < RECORD_MOST_GROUPS) {
        number = record->group_count + 1;
        *ret_is_new = record_group_name(record, number, group);
    }
    text_free(&text);
    return number;
}

/* --- what follows from a sample --- */

int64_t record_gap_before(const struct record *record, int64_t at_ms)
{
    if (!record->any)
        return 0;
    bool is_first = record->observed_ms == UNKNOWN;
    int64_t between_ms = at_ms - (is_first ? record->first_ms : record->observed_ms);
    int64_t gap_ms = between_ms - (is_first ? 0 : record->every_ms);
    bool is_gap = record->lost_after > 0 || between_ms > 2 * record->every_ms;
    return is_gap && gap_ms > 0 ? gap_ms : 0;
}

int64_t record_gap_at_end(const struct record *record)
{
    return record->lost_after > 0 ? record_gap_before(record, record->last_ms) : 0;
}

void record_advance(struct record *record, const struct record_span *span)
{
    if (!record->any)
        record->first_ms = span->from_ms;
    record->any = true;
    record->last_ms = span->to_ms;
    if (span->observed_ms == UNKNOWN) {
        record->lost_after = record_sum(record->lost_after, span->lost);
        return;
    }
    record->observed_ms = span->observed_ms;
    record->lost_after = span->lost_after;
}

void record_peak_add(struct record_peak *into, const struct record_peak *peak)
{
    if (peak->value > into->value)
        *into = *peak;
}

void record_span_add(struct record_span *into, const struct record_span *span)
{
    into->to_ms = span->to_ms;
    into->seen = record_sum(into->seen, span->seen);
    into->full = record_sum(into->full, span->full);
    into->lost = record_sum(into->lost, span->lost);
    into->gap_ms = record_sum(into->gap_ms, span->gap_ms);
    into->changes = record_sum(into->changes, span->changes);
    into->is_at_most |= span->is_at_most;
    if (span->full_ms != UNKNOWN)
        into->full_ms = span->full_ms;
    if (span->observed_ms == UNKNOWN) {
        into->lost_after = record_sum(into->lost_after, span->lost);
    } else {
        into->observed_ms = span->observed_ms;
        into->lost_after = span->lost_after;
    }
    record_peak_add(&into->sessions, &span->sessions);
}
