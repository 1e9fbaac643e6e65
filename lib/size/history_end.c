/* What a record said, once all of it is read. */
#include "history_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static int by_peak(const void *a, const void *b)
{
    const struct record_use *x = a, *y = b;
    if (x->sessions.value != y->sessions.value)
        return x->sessions.value < y->sessions.value ? 1 : -1;
    return (x->group > y->group) - (x->group < y->group);
}

static const char *name_copy(struct arena *arena, const char *name)
{
    return name != NULL ? arena_strdup(arena, name) : NULL;
}

static void group_end(struct history_reading *reading, const struct record_use *use)
{
    struct history *history = reading->history;
    const struct record_group *names = &reading->record.groups[use->group];
    size_t owner = reading->owners[use->group];
    history->groups[history->group_count++] = (struct history_group){
        .names = {.application_name = name_copy(reading->arena, names->application_name),
                  .role = name_copy(reading->arena, names->role),
                  .database = name_copy(reading->arena, names->database),
                  .is_known = use->group > 0},
        .service = owner <= history->class_count ? history->classes[owner - 1].service : NULL,
        .sessions = use->sessions,
        .in_use = use->in_use,
    };
}

static void groups_end(struct history_reading *reading)
{
    struct history *history = reading->history;
    struct record_use *uses =
        ARENA_ARRAY(&reading->memory, reading->capacity + 1, struct record_use);
    size_t count = 0;
    for (size_t i = 0; i < reading->capacity; i++)
        if (reading->owners[i] != 0)
            uses[count++] = reading->uses[i];
    qsort(uses, count, sizeof *uses, by_peak);
    size_t kept = count < HISTORY_MOST_GROUPS ? count : HISTORY_MOST_GROUPS;
    history->groups = ARENA_ARRAY(reading->arena, kept + 1, struct history_group);
    history->more_groups = count - kept;
    for (size_t i = 0; i < kept; i++)
        group_end(reading, &uses[i]);
}

/* Strangers may be anybody's; and where nothing was seen, nothing is known. */
static void peak_end(const struct history_reading *reading, struct history_peak *peak)
{
    if (reading->strangers > peak->most)
        peak->most = reading->strangers;
    if (reading->history->whole.seen == 0)
        *peak = (struct history_peak){UNKNOWN, UNKNOWN, UNKNOWN};
}

const struct history *history_end(struct history_reading *reading)
{
    struct history *history = reading->history;
    const struct record *record = &reading->record;
    history->whole.from_ms = record->first_ms;
    history->whole.gap_ms = record_sum(history->whole.gap_ms, record_gap_at_end(record));
    history->breaker = record->breaker;
    for (size_t i = 0; i < history->class_count; i++)
        peak_end(reading, &history->classes[i].sessions);
    peak_end(reading, &history->nobodys);
    for (size_t i = 0; i < history->named_count; i++)
        history->named[i].application_name =
            name_copy(reading->arena, history->named[i].application_name);
    groups_end(reading);
    bool any = record->any;
    arena_free(&reading->scratch);
    arena_free(&reading->memory);
    return any ? history : NULL;
}

const struct history *history_of_text(struct arena *arena, const struct topology *topology,
                                      size_t server, const char *bytes, size_t length)
{
    struct history_reading *reading = history_begin(arena, topology, server, "example");
    const char *at = bytes, *end = bytes + length, *why;
    bool good = true;
    while (good && at < end) {
        const char *found = memchr(at, '\n', (size_t)(end - at));
        if (found == NULL)
            break; /* a last line without an end is one that somebody is writing */
        good = history_line(reading, at, (size_t)(found - at), &why);
        at = found + 1;
    }
    const struct history *history = history_end(reading);
    return good ? history : NULL;
}

/* --- afterwards --- */

static bool is_class(const struct history_class *one, const struct pool_class *class)
{
    const char *database = class->target->database;
    return strcmp(one->service, class->service->name) == 0 &&
           (one->database == NULL || database == NULL ? one->database == database
                                                      : strcmp(one->database, database) == 0);
}

const struct history_class *history_class_find(const struct server_sizing *server,
                                               const struct pool_class *class)
{
    const struct history *history = server->input.history;
    if (history == NULL)
        return NULL;
    /* Mostly both are of the same topology. */
    if (class->place < history->class_count && is_class(&history->classes[class->place], class))
        return &history->classes[class->place];
    for (size_t i = 0; i < history->class_count; i++)
        if (is_class(&history->classes[i], class))
            return &history->classes[i];
    return NULL;
}

int64_t peak_covers(int64_t samples)
{
    static const struct {
        int64_t samples, covers;
    } rows[] = {{29956, 99990}, {2995, 99900}, {299, 99000}, {59, 95000}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (samples >= rows[i].samples)
            return rows[i].covers;
    return 0;
}

static void covers_put(int64_t samples, struct text *text)
{
    int64_t covers = peak_covers(samples);
    text_printf(text, "%" PRId64, covers / 1000);
    if (covers % 1000 != 0)
        text_printf(text, covers % 100 == 0 ? ".%" PRId64 : ".%02" PRId64,
                    covers % 1000 / (covers % 100 == 0 ? 100 : 10));
    text_put(text, " %");
}

void peak_covers_put(int64_t samples, struct text *text)
{
    text_printf(text, "a peak of %" PRId64 " %s covers ", samples,
                plural(samples, "sample", "samples"));
    if (peak_covers(samples) == 0) {
        text_put(text, "less than 95 % of the recorded time");
        return;
    }
    covers_put(samples, text);
    text_put(text, " of the recorded time with 95 % confidence");
}
