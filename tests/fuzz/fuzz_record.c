/*
 * Any bytes as a record: read as a history, whose figures hold together, or refused; and thinned,
 * which changes none of them. What thinning leaves is a record again, all of it.
 */
#include "history.h"
#include "record_thin.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void peak_holds_together(const struct history_peak *peak, bool is_seen)
{
    demand(is_seen ? peak->least >= 0 && peak->most >= peak->least : peak->most == UNKNOWN);
}

static void history_holds_together(const struct history *history)
{
    const struct record_span *whole = &history->whole;
    demand(whole->seen >= 0 && whole->full >= 0 && whole->lost >= 0);
    demand(whole->gap_ms >= 0 && whole->gap_ms <= RECORD_MOST);
    demand((whole->full > 0) == (whole->full_ms != UNKNOWN));
    demand(history->named_count <= HISTORY_NAMED);
    peak_holds_together(&history->nobodys, whole->seen > 0);
    for (size_t i = 0; i < history->class_count; i++)
        peak_holds_together(&history->classes[i].sessions, whole->seen > 0);
    for (size_t i = 0; i < history->group_count; i++)
        demand(history->groups[i].sessions.value >= history->groups[i].in_use.value);
}

static bool same(const struct record_peak *a, const struct record_peak *b)
{
    return a->value == b->value && (a->value <= 0 || a->at_ms == b->at_ms);
}

static void is_the_same(const struct history *a, const struct history *b)
{
    demand((a == NULL) == (b == NULL));
    if (a == NULL)
        return;
    demand(a->whole.seen == b->whole.seen && a->whole.full == b->whole.full &&
           a->whole.lost == b->whole.lost && a->whole.gap_ms == b->whole.gap_ms &&
           a->whole.full_ms == b->whole.full_ms && a->whole.changes == b->whole.changes &&
           same(&a->whole.sessions, &b->whole.sessions) && a->breaker == b->breaker);
    for (size_t i = 0; i < a->group_count && i < b->group_count; i++)
        demand(same(&a->groups[i].sessions, &b->groups[i].sessions));
    demand(a->nobodys.most <= b->nobodys.most && a->nobodys.least >= b->nobodys.least);
}

static void thin(struct arena *arena, const char *bytes, size_t size, struct text *thinned)
{
    struct record_thinning thinning = record_thinning_new(arena, 60000);
    const char *at = bytes, *end = bytes + size, *found;
    for (; at < end && (found = memchr(at, '\n', (size_t)(end - at))) != NULL; at = found + 1)
        record_thin(&thinning, at, (size_t)(found - at), false, thinned);
    record_thin_end(&thinning, thinned);
}

static const char topology_text[] =
    "{\"servers\": {\"main\": {\"max_connections\": 100}}, \"services\": {\"api\": {\"role\": "
    "\"app\", \"application_name\": \"api*\"}, \"jobs\": {\"databases\": [\"core\", \"b\"]}}}";

static void topology_make(struct arena *arena, struct topology *topology)
{
    static const char *const no_environment[] = {NULL};
    struct faults *faults = ARENA_NEW(arena, struct faults);
    struct json_text *text = ARENA_NEW(arena, struct json_text);
    *text = (struct json_text){
        .name = "f.json", .bytes = topology_text, .length = sizeof topology_text - 1};
    struct topology_input input = {
        .texts = text, .text_count = 1, .environment = no_environment, .max_connections = UNKNOWN};
    demand(topology_read(arena, &input, topology, faults));
}

/* Once: it is the same for all. */
static const struct topology *topology_find(void)
{
    static struct arena arena;
    static struct topology topology;
    if (topology.service_count == 0)
        topology_make(&arena, &topology);
    return &topology;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    const struct topology *topology = topology_find();
    struct text thinned = {.arena = &arena};
    const char *bytes = (const char *)data;
    const struct history *history = history_of_text(&arena, topology, 0, bytes, size);
    if (history != NULL)
        history_holds_together(history);
    thin(&arena, bytes, size, &thinned);
    const struct history *again =
        thinned.length == 0 ? NULL
                            : history_of_text(&arena, topology, 0, thinned.bytes, thinned.length);
    if (history != NULL)
        is_the_same(history, again);
    demand(again == NULL || again->damaged == 0);
    text_free(&thinned);
    arena_free(&arena);
    return 0;
}
