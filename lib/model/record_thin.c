#include "record_thin.h"

#include "record_parts.h"

#include <string.h>

struct record_thinning record_thinning_new(struct arena *arena, int64_t window_ms)
{
    return (struct record_thinning){
        .window_ms = window_ms,
        .record = record_new(arena),
        .arena = arena,
        .scratch = {.on_out_of_memory = arena->on_out_of_memory},
    };
}

/* `count` elements of `size` bytes with room for one more, in twice the memory where it is full. */
static void *grown(struct arena *arena, const void *elements, size_t count, size_t size,
                   size_t needed, size_t *capacity)
{
    while (*capacity < needed)
        *capacity = *capacity == 0 ? 64 : *capacity * 2;
    void *more = arena_array(arena, *capacity, size);
    if (count > 0)
        memcpy(more, elements, count * size);
    return more;
}

static struct record_use *use_find(struct record_thinning *thinning, size_t group)
{
    struct record_span *span = &thinning->span;
    if (group >= thinning->place_capacity)
        thinning->places = grown(thinning->arena, thinning->places, thinning->place_capacity,
                                 sizeof *thinning->places, group + 1, &thinning->place_capacity);
    size_t *place = &thinning->places[group];
    if (*place > 0)
        return &span->uses[*place - 1];
    if (span->use_count == thinning->use_capacity)
        span->uses = grown(thinning->arena, span->uses, span->use_count, sizeof *span->uses,
                           span->use_count + 1, &thinning->use_capacity);
    *place = ++span->use_count;
    span->uses[*place - 1] = (struct record_use){
        .group = group, .sessions = {.value = UNKNOWN}, .in_use = {.value = UNKNOWN}};
    return &span->uses[*place - 1];
}

static void window_open(struct record_thinning *thinning, const struct record *before,
                        const struct record_span *span)
{
    struct record_use *uses = thinning->span.uses;
    thinning->before = *before;
    thinning->span = (struct record_span){
        .from_ms = span->from_ms,
        .observed_ms = UNKNOWN,
        .full_ms = UNKNOWN,
        .sessions = {UNKNOWN, span->from_ms},
        .uses = uses,
    };
    thinning->any = true;
}

/* The window ends where `after` stands. */
static void window_put(struct record_thinning *thinning, const struct record *after,
                       struct text *text)
{
    if (!thinning->any)
        return;
    for (size_t i = 0; i < thinning->span.use_count; i++)
        thinning->places[thinning->span.uses[i].group] = 0;
    record_span_put(&thinning->before, after, &thinning->span, text);
    thinning->any = false;
}

void record_thin_end(struct record_thinning *thinning, struct text *text)
{
    window_put(thinning, &thinning->record, text);
    arena_free(&thinning->scratch);
}

static void span_take(struct record_thinning *thinning, const struct record_span *span)
{
    record_span_add(&thinning->span, span);
    for (size_t i = 0; i < span->use_count; i++) {
        struct record_use *use = use_find(thinning, span->uses[i].group);
        record_peak_add(&use->sessions, &span->uses[i].sessions);
        record_peak_add(&use->in_use, &span->uses[i].in_use);
    }
}

static void line_keep(const char *bytes, size_t length, struct text *text)
{
    text_put_bytes(text, bytes, length);
    text_put_char(text, '\n');
}

void record_thin(struct record_thinning *thinning, const char *bytes, size_t length, bool keep,
                 struct text *text)
{
    struct record_line line;
    const char *why;
    const struct record before = thinning->record;
    arena_clear(&thinning->scratch);
    if (!record_line_read(&thinning->record, &thinning->scratch, bytes, length, &line, &why))
        return;
    bool is_span = line.kind == RECORD_SAMPLE || line.kind == RECORD_SPAN;
    bool is_same =
        thinning->any && is_span && !keep &&
        line.span.from_ms / thinning->window_ms == thinning->span.from_ms / thinning->window_ms;
    /* The names of groups may stand before the window that they were first seen in. */
    if (!is_same && (is_span || keep))
        window_put(thinning, &before, text);
    if (!is_span || keep) {
        line_keep(bytes, length, text);
        return;
    }
    if (!thinning->any)
        window_open(thinning, &before, &line.span);
    span_take(thinning, &line.span);
}
