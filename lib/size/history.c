#include "history_parts.h"

#include "sessions.h"

#include <string.h>

/* --- classes --- */

/* As the server's own (classes_make()), so that what was and what is belong to the same. */
static void classes_find(struct history_reading *reading, const struct topology *topology,
                         size_t server)
{
    static const struct server_sizing nobodys;
    struct history *history = reading->history;
    reading->server = &nobodys;
    if (topology != NULL) {
        session_owners_make(&reading->memory, topology, &reading->owner_sizing);
        reading->server = &reading->owner_sizing.servers[server];
    }
    size_t count = reading->server->class_count;
    history->classes = ARENA_ARRAY(reading->arena, count + 1, struct history_class);
    reading->sums = ARENA_ARRAY(&reading->memory, count + 3, struct history_sum);
    reading->touched = ARENA_ARRAY(&reading->memory, count + 3, size_t);
    for (; history->class_count < count; history->class_count++) {
        const struct pool_class *class = reading->server->classes[history->class_count];
        history->classes[history->class_count] = (struct history_class){
            .service = class->service->name,
            .database = class->target->database,
            .sessions = {0, 0, UNKNOWN},
            .in_use = {0, UNKNOWN},
        };
    }
}

struct history_reading *history_begin(struct arena *arena, const struct topology *topology,
                                      size_t server, const char *path)
{
    struct history_reading *reading = ARENA_NEW(arena, struct history_reading);
    *reading = (struct history_reading){
        .arena = arena,
        .memory = {.on_out_of_memory = arena->on_out_of_memory},
        .scratch = {.on_out_of_memory = arena->on_out_of_memory},
        .history = ARENA_NEW(arena, struct history),
    };
    *reading->history = (struct history){
        .path = path,
        .whole = {.observed_ms = UNKNOWN, .full_ms = UNKNOWN, .sessions = {UNKNOWN, UNKNOWN}},
        .nobodys = {0, 0, UNKNOWN},
    };
    reading->record = record_new(&reading->memory);
    classes_find(reading, topology, server);
    return reading;
}

const char *history_server(const struct history_reading *reading)
{
    return reading->record.server;
}

/* --- whose sessions --- */

/* As for live sessions. Of those that the server does not name, and of the rest, nobody knows,
 * unless everything is one service's. */
static size_t owner_find(const struct history_reading *reading, size_t number)
{
    const struct record_group *group = &reading->record.groups[number];
    const struct session_group key = {.application_name = group->application_name,
                                      .role = group->role,
                                      .database = group->database};
    const struct server_sizing *server = reading->server;
    size_t class = session_class(&reading->owner_sizing, server, &key);
    if (class < server->class_count &&
        (number != 0 || service_is_implicit(server->classes[class]->service)))
        return class + 1;
    return number == 0 || group->application_name == NULL ? owner_unknown(reading)
                                                          : owner_nobody(reading);
}

static void groups_grow(struct history_reading *reading, size_t number)
{
    if (number < reading->capacity)
        return;
    size_t capacity = reading->capacity == 0 ? 64 : reading->capacity;
    while (capacity <= number)
        capacity *= 2;
    size_t *owners = ARENA_ARRAY(&reading->memory, capacity, size_t);
    struct record_use *uses = ARENA_ARRAY(&reading->memory, capacity, struct record_use);
    if (reading->capacity > 0) {
        memcpy(owners, reading->owners, reading->capacity * sizeof *owners);
        memcpy(uses, reading->uses, reading->capacity * sizeof *uses);
    }
    reading->owners = owners;
    reading->uses = uses;
    reading->capacity = capacity;
}

static size_t owner_of(struct history_reading *reading, size_t number)
{
    groups_grow(reading, number);
    if (reading->owners[number] == 0) {
        reading->owners[number] = owner_find(reading, number);
        reading->uses[number] = (struct record_use){
            .group = number, .sessions = {UNKNOWN, UNKNOWN}, .in_use = {UNKNOWN, UNKNOWN}};
    }
    return reading->owners[number];
}

/* --- a span --- */

static void use_add(struct history_reading *reading, const struct record_use *use)
{
    size_t owner = owner_of(reading, use->group);
    struct history_sum *sum = &reading->sums[owner];
    record_peak_add(&reading->uses[use->group].sessions, &use->sessions);
    record_peak_add(&reading->uses[use->group].in_use, &use->in_use);
    if (use->sessions.value == 0)
        return;
    if (sum->sessions == 0)
        reading->touched[reading->touched_count++] = owner;
    sum->sessions = record_sum(sum->sessions, use->sessions.value);
    sum->in_use = record_sum(sum->in_use, use->in_use.value);
    record_peak_add(&sum->largest, &use->sessions);
    record_peak_add(&sum->busy, &use->in_use);
}

/* The sum of peaks that were not at one time may be more than there ever were. */
static int64_t no_more_than_all(const struct record_span *span, int64_t sum)
{
    int64_t all = span->sessions.value;
    return all != UNKNOWN && all < sum ? all : sum;
}

/* What an owner had: in one sample that is the sum of its groups; in several, at least the largest
 * of them. True: it is the most so far. */
static bool peak_raise(struct history_peak *peak, const struct record_span *span,
                       const struct history_sum *sum, int64_t strangers)
{
    bool is_one = span->seen == 1;
    int64_t least = is_one ? sum->sessions : sum->largest.value,
            most = no_more_than_all(span, record_sum(sum->sessions, strangers));
    most = most > least ? most : least;
    if (most > peak->most)
        peak->most = most;
    if (least <= peak->least)
        return false;
    peak->least = least;
    peak->at_ms = sum->largest.at_ms;
    return true;
}

static void name_take(struct history *history, const char *name, int64_t sessions)
{
    size_t at = history->named_count;
    if (at < HISTORY_NAMED)
        history->named_count++;
    else if (sessions <= history->named[--at].sessions)
        return;
    for (; at > 0 && history->named[at - 1].sessions < sessions; at--)
        history->named[at] = history->named[at - 1];
    history->named[at].application_name = name;
    history->named[at].sessions = sessions;
}

/* Who the nobodies were at their peak; of several samples, the largest group. */
static void names_take(struct history_reading *reading, const struct record_span *span,
                       const struct history_sum *sum)
{
    struct history *history = reading->history;
    history->named_count = 0;
    for (size_t i = 0; i < span->use_count; i++) {
        const struct record_use *use = &span->uses[i];
        bool is_peak = span->seen == 1 || (use->sessions.value == sum->largest.value &&
                                           use->sessions.at_ms == sum->largest.at_ms);
        if (reading->owners[use->group] == owner_nobody(reading) && is_peak)
            name_take(history, reading->record.groups[use->group].application_name,
                      use->sessions.value);
    }
    if (span->seen > 1)
        history->named_count = 1;
}

static void owner_add(struct history_reading *reading, const struct record_span *span, size_t owner,
                      int64_t strangers)
{
    struct history *history = reading->history;
    const struct history_sum *sum = &reading->sums[owner];
    if (owner == owner_unknown(reading))
        return;
    if (owner == owner_nobody(reading)) {
        if (peak_raise(&history->nobodys, span, sum, strangers))
            names_take(reading, span, sum);
        return;
    }
    struct history_class *class = &history->classes[owner - 1];
    struct record_peak busy = sum->busy;
    if (span->seen == 1)
        busy.value = sum->in_use;
    (void)peak_raise(&class->sessions, span, sum, strangers);
    record_peak_add(&class->in_use, &busy);
}

static void span_add(struct history_reading *reading, const struct record_span *span)
{
    record_span_add(&reading->history->whole, span);
    for (size_t i = 0; i < span->use_count; i++)
        use_add(reading, &span->uses[i]);
    int64_t strangers = no_more_than_all(span, reading->sums[owner_unknown(reading)].sessions);
    if (strangers > reading->strangers)
        reading->strangers = strangers;
    for (size_t i = 0; i < reading->touched_count; i++)
        owner_add(reading, span, reading->touched[i], strangers);
    for (size_t i = 0; i < reading->touched_count; i++)
        reading->sums[reading->touched[i]] = (struct history_sum){0};
    reading->touched_count = 0;
}

bool history_line(struct history_reading *reading, const char *bytes, size_t length,
                  const char **ret_why)
{
    struct record_line line;
    struct history *history = reading->history;
    reading->line++;
    *ret_why = "it is too long";
    arena_clear(&reading->scratch);
    if (bytes != NULL &&
        record_line_read(&reading->record, &reading->scratch, bytes, length, &line, ret_why)) {
        if (line.kind == RECORD_SAMPLE || line.kind == RECORD_SPAN)
            span_add(reading, &line.span);
        return true;
    }
    if (history->damaged++ == 0)
        history->damaged_line = reading->line;
    return reading->record.has_header;
}
