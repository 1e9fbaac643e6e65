/* The lines of a record, put. */
#include "breaker.h"
#include "record_parts.h"

#include <string.h>

static void member_put(struct text *text, const char *key, int64_t value)
{
    text_put(text, ",\"");
    text_put(text, key);
    text_put(text, "\":");
    text_put_int(text, value);
}

/* What is not known is null. */
static void count_put(struct text *text, int64_t count)
{
    if (count < 0)
        text_put(text, "null");
    else
        text_put_int(text, count);
}

static int64_t every_within(int64_t every_ms)
{
    return every_ms < 1 ? 1 : every_ms > RECORD_MOST_EVERY_MS ? RECORD_MOST_EVERY_MS : every_ms;
}

void record_header_put(struct record *record, const char *server, int64_t every_ms,
                       struct text *text)
{
    size_t length = utf8_cut(server, strlen(server), RECORD_MOST_NAME);
    record->has_header = true;
    record->server = arena_strndup(record->arena, server, length);
    record->every_ms = every_within(every_ms);
    text_put(text, "{\"pgsize_record\":");
    text_put_int(text, RECORD_VERSION);
    text_put(text, ",\"server\":");
    text_put_json(text, record->server);
    member_put(text, "every_ms", record->every_ms);
    text_put(text, "}\n");
}

static void group_put(struct text *text, size_t number, const struct record_group *group)
{
    text_put(text, "{\"group\":");
    text_put_int(text, (int64_t)number);
    text_put(text, ",\"application_name\":");
    text_put_json(text, group->application_name);
    text_put(text, ",\"role\":");
    text_put_json(text, group->role);
    text_put(text, ",\"database\":");
    text_put_json(text, group->database);
    text_put(text, "}\n");
}

static void limits_put(struct text *text, const int64_t *limits)
{
    text_put(text, ",\"limits\":");
    for (size_t i = 0; i < RECORD_LIMITS; i++) {
        text_put_char(text, i == 0 ? '[' : ',');
        count_put(text, limits[i]);
    }
    text_put_char(text, ']');
}

/* What rarely changes, where it did. */
static void changes_put(struct text *text, const struct record *before, const struct record *after)
{
    if (memcmp(before->limits, after->limits, sizeof after->limits) != 0)
        limits_put(text, after->limits);
    if (before->breaker != after->breaker) {
        text_put(text, ",\"breaker\":");
        text_put_json(text, breaker_state_names[after->breaker]);
    }
    if (before->every_ms != after->every_ms)
        member_put(text, "every_ms", after->every_ms);
}

/* --- a sample --- */

/* Names may look the same once they are JSON, and many groups may be the rest: then one entry holds
 * them all. */
struct entry {
    size_t number;
    int64_t sessions, active, idle_in_transaction, idle;
};

static int64_t count_within(int64_t count)
{
    return count < 0 ? 0 : count > INT32_MAX ? INT32_MAX : count;
}

static void entry_add(struct entry *entry, const struct sample_group *group)
{
    entry->sessions = count_within(entry->sessions + count_within(group->sessions));
    entry->active = count_within(entry->active + count_within(group->active));
    entry->idle = count_within(entry->idle + count_within(group->idle));
    entry->idle_in_transaction =
        count_within(entry->idle_in_transaction + count_within(group->idle_in_transaction));
}

static size_t entries_make(struct record *record, const struct sample *sample,
                           struct entry *entries, struct text *text)
{
    size_t count = 0;
    for (size_t i = 0; i < sample->group_count; i++) {
        const struct sample_group *group = &sample->groups[i];
        const struct record_group names = {
            .application_name = group->application_name,
            .role = group->role,
            .database = group->database,
        };
        bool is_new = false;
        size_t number = group->is_rest ? 0 : record_group_find(record, &names, &is_new), at = 0;
        if (is_new)
            group_put(text, number, &names);
        while (at < count && entries[at].number != number)
            at++;
        if (at == count)
            entries[count++].number = number;
        entry_add(&entries[at], group);
    }
    return count;
}

static void entry_put(struct text *text, const struct entry *entry)
{
    int64_t rest = entry->sessions - entry->active - entry->idle_in_transaction;
    const int64_t values[] = {(int64_t)entry->number, entry->sessions, entry->active,
                              entry->idle_in_transaction, entry->idle};
    size_t count = entry->idle != rest              ? 5
                   : entry->idle_in_transaction > 0 ? 4
                   : entry->active > 0              ? 3
                                                    : 2;
    for (size_t i = 0; i < count; i++) {
        text_put_char(text, i == 0 ? '[' : ',');
        text_put_int(text, values[i]);
    }
    text_put_char(text, ']');
}

static void entries_put(struct text *text, const struct sample *sample, const struct entry *entries,
                        size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += entries[i].sessions;
    if (sample->sessions != sum) {
        text_put(text, ",\"sessions\":");
        count_put(text, sample->sessions < 0 ? UNKNOWN : count_within(sample->sessions));
    }
    if (sample->sessions_are_upper_bound)
        text_put(text, ",\"at_most\":true");
    text_put(text, ",\"by\":[");
    for (size_t i = 0; i < count; i++) {
        text_put(text, i == 0 ? "" : ",");
        entry_put(text, &entries[i]);
    }
    text_put_char(text, ']');
}

static void reason_put(struct text *text, const struct sample *sample)
{
    const char *reason = sample->reason != NULL ? sample->reason : "";
    struct text cut = {.arena = text->arena};
    text_put_bytes(&cut, reason, utf8_cut(reason, strlen(reason), RECORD_MOST_REASON));
    text_put(text, sample->kind == SAMPLE_FULL ? ",\"full\":" : ",\"lost\":");
    text_put_json(text, cut.bytes);
    text_free(&cut);
    if (sample->kind == SAMPLE_FULL && sample->sessions >= 0)
        member_put(text, "sessions", count_within(sample->sessions));
}

/* Where `record` stands behind a sample, as its reader will find. */
static void sample_advance(struct record *record, const struct sample *sample, int64_t at_ms,
                           int64_t every_ms)
{
    const int64_t limits[RECORD_LIMITS] = {sample->max_connections,
                                           sample->superuser_reserved_connections,
                                           sample->reserved_connections};
    bool is_lost = sample->kind == SAMPLE_LOST;
    const struct record_span span = {
        .from_ms = at_ms,
        .to_ms = at_ms,
        .lost = is_lost,
        .observed_ms = is_lost ? UNKNOWN : at_ms,
    };
    record_advance(record, &span);
    record->breaker = sample->breaker;
    record->every_ms = every_within(every_ms);
    /* A server that does not answer has not lost its limits. */
    for (size_t i = 0; i < RECORD_LIMITS && sample->kind == SAMPLE_SEEN; i++)
        record->limits[i] = limits[i] < 0 ? UNKNOWN : count_within(limits[i]);
}

void record_sample_put(struct record *record, const struct sample *sample, int64_t every_ms,
                       struct text *text)
{
    struct arena scratch = {.on_out_of_memory = record->arena->on_out_of_memory};
    struct entry *entries = ARENA_ARRAY(&scratch, sample->group_count + 1, struct entry);
    int64_t at_ms = sample->at_ms < 0 ? 0 : sample->at_ms;
    at_ms = at_ms > RECORD_LAST_MS ? RECORD_LAST_MS : at_ms;
    size_t count = sample->kind == SAMPLE_SEEN ? entries_make(record, sample, entries, text) : 0;
    const struct record before = *record;
    sample_advance(record, sample, at_ms, every_ms);
    text_put(text, "{\"at\":");
    text_put_int(text, at_ms);
    if (sample->kind == SAMPLE_SEEN)
        entries_put(text, sample, entries, count);
    else
        reason_put(text, sample);
    changes_put(text, &before, record);
    text_put(text, "}\n");
    arena_free(&scratch);
}

/* --- a span --- */

static void peak_put(struct text *text, const struct record_span *span,
                     const struct record_peak *peak)
{
    text_put_int(text, peak->value);
    text_put_char(text, ',');
    text_put_int(text, peak->at_ms - span->from_ms);
}

static void uses_put(struct text *text, const struct record_span *span)
{
    text_put(text, ",\"by\":[");
    for (size_t i = 0; i < span->use_count; i++) {
        const struct record_use *use = &span->uses[i];
        text_put(text, i == 0 ? "[" : ",[");
        text_put_int(text, (int64_t)use->group);
        text_put_char(text, ',');
        peak_put(text, span, &use->sessions);
        if (use->in_use.value > 0) {
            text_put_char(text, ',');
            peak_put(text, span, &use->in_use);
        }
        text_put_char(text, ']');
    }
    text_put_char(text, ']');
}

void record_span_put(const struct record *before, const struct record *after,
                     const struct record_span *span, struct text *text)
{
    text_put(text, "{\"from\":");
    text_put_int(text, span->from_ms);
    member_put(text, "to", span->to_ms);
    text_put(text, ",\"samples\":[");
    text_put_int(text, span->seen);
    text_put_char(text, ',');
    text_put_int(text, span->full);
    text_put_char(text, ',');
    text_put_int(text, span->lost);
    text_put_char(text, ']');
    if (span->observed_ms != UNKNOWN)
        member_put(text, "observed", span->observed_ms);
    if (span->lost_after > 0)
        member_put(text, "lost_after", span->lost_after);
    if (span->gap_ms > 0)
        member_put(text, "gap_ms", span->gap_ms);
    if (span->full_ms != UNKNOWN)
        member_put(text, "full_at", span->full_ms);
    if (span->changes > 0)
        member_put(text, "changes", span->changes);
    if (span->is_at_most)
        text_put(text, ",\"at_most\":true");
    if (span->sessions.value != UNKNOWN) {
        text_put(text, ",\"sessions\":[");
        peak_put(text, span, &span->sessions);
        text_put_char(text, ']');
    }
    uses_put(text, span);
    changes_put(text, before, after);
    text_put(text, "}\n");
}
