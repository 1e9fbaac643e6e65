/*
 * Any bytes as a report that is read back: as a snapshot of servers, and as a baseline. Refused
 * with a place and a message, or what was read holds together.
 */
#include "baseline.h"
#include "snapshot.h"
#include "topology.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static void is_refused(const struct fail *fail)
{
    demand(fail->kind == FAIL_INPUT && strncmp(fail->message, "f.json:", 7) == 0);
}

/* At most as many as there are sessions, the shortest first. */
static void ages_hold_together(const struct session_group *group)
{
    demand(group->idle_count <= (size_t)group->count);
    for (size_t i = 0; i < group->idle_count; i++)
        demand(group->idle_s[i] >= (i == 0 ? 0 : group->idle_s[i - 1]));
}

static void facts_hold_together(const struct facts *facts)
{
    int64_t sessions = 0;
    demand(facts->max_connections == UNKNOWN ||
           (facts->max_connections > 0 && facts->max_connections <= MAX_CONNECTIONS_LIMIT));
    demand(facts->answer == ANSWER_NOT_ASKED || facts->answer == ANSWER_SNAPSHOT ||
           facts->answer == ANSWER_FULL);
    demand((facts->answer == ANSWER_FULL) == (facts->reason != NULL));
    for (size_t i = 0; i < facts->group_count; i++) {
        demand(facts->groups[i].count >= 0 && facts->groups[i].oldest_s >= UNKNOWN);
        ages_hold_together(&facts->groups[i]);
        sessions += facts->groups[i].count;
    }
    demand(facts->sessions == UNKNOWN || sessions <= facts->sessions);
    for (size_t i = 0; i < facts->setting_count; i++)
        demand(facts->settings[i].name != NULL && facts->settings[i].value != NULL);
}

static void read_snapshot(struct json_text *text)
{
    struct arena arena = {0};
    struct fail fail = {0};
    struct snapshot snapshot;
    if (!snapshot_read(&arena, text, &snapshot, &fail))
        is_refused(&fail);
    for (size_t i = 0; fail.kind == FAIL_NONE && i < snapshot.count; i++) {
        demand(snapshot.names[i] != NULL);
        facts_hold_together(&snapshot.facts[i]);
    }
    arena_free(&arena);
}

static void read_baseline(struct json_text *text)
{
    struct arena arena = {0};
    struct fail fail = {0};
    struct baseline baseline;
    if (!baseline_read(&arena, text, &baseline, &fail))
        is_refused(&fail);
    for (size_t i = 0; fail.kind == FAIL_NONE && i < baseline.count; i++)
        demand(baseline.entries[i].key != NULL && baseline.entries[i].rule != NULL &&
               baseline.entries[i].message != NULL && baseline.entries[i].excess >= 0);
    arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct json_text text = {.name = "f.json", .bytes = (const char *)data, .length = size};
    read_snapshot(&text);
    text.marks = NULL;
    read_baseline(&text);
    return 0;
}
