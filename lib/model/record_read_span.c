/* Samples and spans of a record, read. */
#include "breaker.h"
#include "record_reading.h"

#include <string.h>

/* A member that may be absent. */
static bool integer_member(const struct json *line, const char *key, int64_t least, int64_t most,
                           int64_t *ret_value)
{
    const struct json *value = json_member(line, key);
    return value == NULL || record_is_integer(value, least, most, ret_value);
}

static bool flag_member(const struct json *line, const char *key, bool *ret_flag)
{
    const struct json *value = json_member(line, key);
    enum json_kind kind = value != NULL ? json_kind_of(value) : JSON_KIND_FALSE;
    *ret_flag = kind == JSON_KIND_TRUE;
    return *ret_flag || kind == JSON_KIND_FALSE;
}

static bool array_member(const struct json *line, const char *key, size_t least, size_t most,
                         const struct json **ret_array)
{
    *ret_array = json_member(line, key);
    return *ret_array != NULL && json_kind_of(*ret_array) == JSON_KIND_ARRAY &&
           json_size(*ret_array) >= least && json_size(*ret_array) <= most;
}

/* --- what both have in common --- */

static bool limits_read(const struct json *line, struct record *record)
{
    const struct json *limits = json_member(line, "limits");
    if (limits == NULL)
        return true;
    if (!array_member(line, "limits", RECORD_LIMITS, RECORD_LIMITS, &limits))
        return false;
    for (size_t i = 0; i < RECORD_LIMITS; i++) {
        const struct json *limit = json_element(limits, i);
        record->limits[i] = UNKNOWN;
        if (json_kind_of(limit) != JSON_KIND_NULL &&
            !record_is_integer(limit, 0, INT32_MAX, &record->limits[i]))
            return false;
    }
    return true;
}

static bool breaker_read(const struct json *line, struct record *record)
{
    const struct json *breaker = json_member(line, "breaker");
    if (breaker == NULL)
        return true;
    const char *word =
        json_kind_of(breaker) == JSON_KIND_STRING ? json_as_string(breaker, NULL) : "";
    for (int i = 0; i < RECORD_BREAKERS; i++)
        if (strcmp(word, breaker_state_names[i]) == 0) {
            record->breaker = (enum breaker_state)i;
            return true;
        }
    return false;
}

static bool changes_read(struct record_reader *reader, const struct json *line)
{
    struct record *changed = &reader->changed;
    return (limits_read(line, changed) && breaker_read(line, changed) &&
            integer_member(line, "every_ms", 1, RECORD_MOST_EVERY_MS, &changed->every_ms)) ||
           record_wrong(reader, "its limits, breaker or every_ms are none");
}

/* The place of a group among those of the line, once each; the rest may stand for many. NULL: it
 * stood there before. */
static struct record_use *use_new(struct record_reader *reader, struct record_span *span,
                                  size_t number)
{
    struct record *record = reader->record;
    record_group_mention(record, number);
    struct record_group *group = &record->groups[number];
    bool is_rest = !group->is_known;
    size_t *place = is_rest ? &record->groups[0].place : &group->place;
    if (*place == 0) {
        *place = ++span->use_count;
        span->uses[*place - 1] = (struct record_use){.group = is_rest ? 0 : number};
    } else if (!is_rest) {
        return NULL;
    }
    return &span->uses[*place - 1];
}

static void places_forget(struct record *record, const struct record_span *span)
{
    for (size_t i = 0; i < span->use_count; i++)
        record->groups[span->uses[i].group].place = 0;
}

typedef bool entry_reader(struct record_reader *reader, const struct json *entry,
                          struct record_span *span);

static bool entries_read(struct record_reader *reader, const struct json *line, entry_reader *read,
                         struct record_span *span)
{
    const struct json *by;
    if (!array_member(line, "by", 0, RECORD_MOST_GROUPS + 1, &by))
        return record_wrong(reader, "its \"by\" is none");
    size_t count = json_size(by);
    span->uses = ARENA_ARRAY(reader->scratch, count + 1, struct record_use);
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = json_kind_of(json_element(by, i)) == JSON_KIND_ARRAY &&
               read(reader, json_element(by, i), span);
    places_forget(reader->record, span);
    return good || record_wrong(reader, "an entry of its \"by\" is none");
}

/* --- a sample --- */

/* [group, sessions, active, idle in transaction, idle] */
static bool sample_entry(struct record_reader *reader, const struct json *entry,
                         struct record_span *span)
{
    enum { GROUP, SESSIONS, ACTIVE, IN_TRANSACTION, IDLE, VALUES };
    int64_t values[VALUES] = {0}, at_ms = span->from_ms;
    size_t count = json_size(entry);
    if (count < ACTIVE || count > VALUES)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!record_is_integer(json_element(entry, i), 0,
                               i == GROUP ? RECORD_MOST_GROUPS : INT32_MAX, &values[i]))
            return false;
    int64_t in_use = values[ACTIVE] + values[IN_TRANSACTION];
    struct record_use *use = use_new(reader, span, (size_t)values[GROUP]);
    if (use == NULL || in_use + values[IDLE] > values[SESSIONS])
        return false;
    use->sessions = (struct record_peak){use->sessions.value + values[SESSIONS], at_ms};
    use->in_use = (struct record_peak){use->in_use.value + in_use, at_ms};
    return true;
}

static bool seen_read(struct record_reader *reader, const struct json *line,
                      struct record_span *span)
{
    const struct json *sessions = json_member(line, "sessions");
    if (!entries_read(reader, line, sample_entry, span))
        return false;
    int64_t sum = 0;
    for (size_t i = 0; i < span->use_count; i++)
        sum += span->uses[i].sessions.value;
    span->seen = 1;
    span->sessions.value = sum;
    if (sessions != NULL && json_kind_of(sessions) == JSON_KIND_NULL)
        span->sessions.value = UNKNOWN;
    else if (!integer_member(line, "sessions", 0, INT32_MAX, &span->sessions.value))
        return record_wrong(reader, "its sessions are none");
    return flag_member(line, "at_most", &span->is_at_most) ||
           record_wrong(reader, "its at_most is none");
}

static bool unseen_read(struct record_reader *reader, const struct json *line,
                        struct record_span *span)
{
    const struct json *full = json_member(line, "full"), *lost = json_member(line, "lost");
    const struct json *reason = full != NULL ? full : lost;
    if (reason == NULL || (full != NULL && lost != NULL) ||
        json_kind_of(reason) != JSON_KIND_STRING)
        return record_wrong(reader, "it says nothing");
    span->full = full != NULL;
    span->lost = lost != NULL;
    if (full != NULL)
        span->full_ms = span->from_ms;
    return full == NULL || integer_member(line, "sessions", 0, INT32_MAX, &span->sessions.value) ||
           record_wrong(reader, "its sessions are none");
}

bool record_sample_read(struct record_reader *reader, const struct json *line,
                        struct record_span *span)
{
    int64_t at_ms;
    if (!record_is_integer(json_member(line, "at"), 0, RECORD_LAST_MS, &at_ms))
        return record_wrong(reader, "its time is none");
    *span = (struct record_span){
        .from_ms = at_ms,
        .to_ms = at_ms,
        .full_ms = UNKNOWN,
        .sessions = {UNKNOWN, at_ms},
    };
    if (json_member(line, "by") != NULL ? !seen_read(reader, line, span)
                                        : !unseen_read(reader, line, span))
        return false;
    span->observed_ms = span->lost > 0 ? UNKNOWN : at_ms;
    span->lost_after = span->lost;
    span->gap_ms = span->lost > 0 ? 0 : record_gap_before(reader->record, at_ms);
    if (!changes_read(reader, line))
        return false;
    span->changes = reader->changed.breaker != reader->record->breaker;
    return true;
}

/* --- a span --- */

/* Times of peaks are counted from the span's first one: a clock may have been set back. */
static bool peak_read(const struct json *array, size_t index, const struct record_span *span,
                      int64_t most, struct record_peak *ret_peak)
{
    int64_t after_ms;
    if (!record_is_integer(json_element(array, index), 0, most, &ret_peak->value) ||
        !record_is_integer(json_element(array, index + 1), -RECORD_LAST_MS, RECORD_LAST_MS,
                           &after_ms))
        return false;
    ret_peak->at_ms = span->from_ms + after_ms;
    return ret_peak->at_ms >= 0 && ret_peak->at_ms <= RECORD_LAST_MS;
}

/* [group, sessions, when, in use, when] */
static bool span_entry(struct record_reader *reader, const struct json *entry,
                       struct record_span *span)
{
    enum { GROUP, SESSIONS, SESSIONS_AT, IN_USE, IN_USE_AT, VALUES };
    int64_t number;
    struct record_use one = {.in_use = {0, span->from_ms}};
    size_t count = json_size(entry);
    if ((count != IN_USE && count != VALUES) ||
        !record_is_integer(json_element(entry, GROUP), 0, RECORD_MOST_GROUPS, &number) ||
        !peak_read(entry, SESSIONS, span, INT32_MAX, &one.sessions) ||
        (count == VALUES && !peak_read(entry, IN_USE, span, one.sessions.value, &one.in_use)))
        return false;
    struct record_use *use = use_new(reader, span, (size_t)number);
    if (use == NULL)
        return false;
    /* Peaks of groups that nobody can name any more were not at one time: at most their sum. */
    one.sessions.value += use->sessions.value;
    one.in_use.value += use->in_use.value;
    one.group = use->group;
    *use = one;
    return true;
}

static bool samples_read(const struct json *line, struct record_span *span)
{
    const struct json *samples;
    return array_member(line, "samples", 3, 3, &samples) &&
           record_is_integer(json_element(samples, 0), 0, RECORD_MOST, &span->seen) &&
           record_is_integer(json_element(samples, 1), 0, RECORD_MOST, &span->full) &&
           record_is_integer(json_element(samples, 2), 0, RECORD_MOST, &span->lost) &&
           span->seen + span->full + span->lost > 0;
}

static bool times_read(const struct json *line, struct record_span *span)
{
    return record_is_integer(json_member(line, "from"), 0, RECORD_LAST_MS, &span->from_ms) &&
           record_is_integer(json_member(line, "to"), 0, RECORD_LAST_MS, &span->to_ms) &&
           integer_member(line, "observed", 0, RECORD_LAST_MS, &span->observed_ms) &&
           integer_member(line, "lost_after", 0, RECORD_MOST, &span->lost_after) &&
           integer_member(line, "gap_ms", 0, RECORD_MOST, &span->gap_ms) &&
           integer_member(line, "full_at", 0, RECORD_LAST_MS, &span->full_ms) &&
           integer_member(line, "changes", 0, RECORD_MOST, &span->changes) &&
           flag_member(line, "at_most", &span->is_at_most);
}

/* What one count says of the others. */
static bool span_holds_together(const struct record_span *span)
{
    bool is_observed = span->seen + span->full > 0;
    return (span->observed_ms != UNKNOWN) == is_observed &&
           (span->full_ms != UNKNOWN) == (span->full > 0) && span->lost_after <= span->lost &&
           (is_observed || (span->lost_after == span->lost && span->gap_ms == 0));
}

bool record_span_read(struct record_reader *reader, const struct json *line,
                      struct record_span *span)
{
    const struct json *sessions;
    *span = (struct record_span){
        .observed_ms = UNKNOWN,
        .full_ms = UNKNOWN,
        .sessions = {.value = UNKNOWN},
    };
    if (!times_read(line, span) || !samples_read(line, span) || !span_holds_together(span))
        return record_wrong(reader, "its times or samples are none");
    span->sessions.at_ms = span->from_ms;
    if (json_member(line, "sessions") != NULL &&
        (!array_member(line, "sessions", 2, 2, &sessions) ||
         !peak_read(sessions, 0, span, INT32_MAX, &span->sessions)))
        return record_wrong(reader, "its sessions are none");
    return entries_read(reader, line, span_entry, span) && changes_read(reader, line);
}
