/*
 * What is kept of a watched server between two samples, and what follows from it.
 */
#include "families.h"

#include <inttypes.h>
#include <string.h>

enum { FRESH_INTERVALS = 3 };

static int64_t zero_if_unknown(int64_t count)
{
    return count == UNKNOWN ? 0 : count;
}

/* sessions + SR + RC, as sessions_used() has it of facts. */
int64_t metrics_used(const struct metrics *metrics)
{
    if (metrics->sessions == UNKNOWN || metrics->max_connections == UNKNOWN)
        return UNKNOWN;
    return metrics->sessions + zero_if_unknown(metrics->superuser_reserved_connections) +
           zero_if_unknown(metrics->reserved_connections);
}

int64_t metrics_ordinary(const struct metrics *metrics)
{
    if (metrics->max_connections == UNKNOWN)
        return UNKNOWN;
    return metrics->max_connections - zero_if_unknown(metrics->superuser_reserved_connections) -
           zero_if_unknown(metrics->reserved_connections);
}

static const char *group_labels(struct metrics *metrics, const struct sample_group *group,
                                const char *owner)
{
    const struct label labels[] = {
        {"server", metrics->server},
        {"service", owner},
        {"application", group->application_name},
        {"role", group->role},
        {"database", group->database},
        {"rest", group->is_rest ? "true" : NULL},
    };
    struct text text = {.arena = &metrics->arena};
    labels_put(&text, labels, sizeof labels / sizeof labels[0]);
    return text_keep(&text);
}

/* What has no name and what has an empty one share their labels, and so do names that differ in
 * bytes that are no text: one series may stand there only once. */
static struct metrics_group *group_find(struct metrics *metrics, const char *labels)
{
    for (size_t i = 0; i < metrics->group_count; i++)
        if (strcmp(metrics->groups[i].labels, labels) == 0)
            return &metrics->groups[i];
    struct metrics_group *group = &metrics->groups[metrics->group_count++];
    group->labels = labels;
    return group;
}

static void groups_take(struct metrics *metrics, const struct sample *sample,
                        const char *const *owners)
{
    metrics->groups = ARENA_ARRAY(&metrics->arena, sample->group_count + 1, struct metrics_group);
    for (size_t i = 0; i < sample->group_count; i++) {
        const struct sample_group *from = &sample->groups[i];
        const char *owner = owners != NULL ? owners[i] : NULL;
        struct metrics_group *to = group_find(metrics, group_labels(metrics, from, owner));
        int64_t told = from->active + from->idle + from->idle_in_transaction;
        to->active += from->active;
        to->idle += from->idle;
        to->idle_in_transaction += from->idle_in_transaction;
        to->hidden += from->sessions > told ? from->sessions - told : 0;
    }
}

/* Where a state is hidden, nobody knows whether its session waits. */
static int64_t waiting_sum(const struct metrics *metrics, const struct sample *sample)
{
    int64_t waiting = 0;
    if (sample->kind != SAMPLE_SEEN)
        return UNKNOWN;
    for (size_t i = 0; i < metrics->group_count; i++)
        if (metrics->groups[i].hidden > 0)
            return UNKNOWN;
    for (size_t i = 0; i < sample->group_count; i++)
        waiting += sample->groups[i].waiting;
    return waiting;
}

/* A setting stays what it was while nobody can ask. */
static void setting_take(int64_t *setting, int64_t value, bool is_first)
{
    if (is_first || value != UNKNOWN)
        *setting = value;
}

void metrics_add(struct metrics *metrics, const struct sample *sample, const char *const *owners)
{
    bool is_first = metrics->began_at_ms == 0;
    metrics->arena.on_out_of_memory = metrics->on_out_of_memory;
    arena_clear(&metrics->arena);
    metrics->group_count = 0;
    metrics->kind = sample->kind;
    metrics->breaker = sample->breaker;
    metrics->samples[sample->kind]++;
    metrics->sessions = sample->kind == SAMPLE_LOST ? UNKNOWN : sample->sessions;
    metrics->sessions_are_upper_bound = sample->sessions_are_upper_bound;
    metrics->reason = sample->reason != NULL ? arena_strdup(&metrics->arena, sample->reason) : NULL;
    setting_take(&metrics->max_connections, sample->max_connections, is_first);
    setting_take(&metrics->superuser_reserved_connections, sample->superuser_reserved_connections,
                 is_first);
    setting_take(&metrics->reserved_connections, sample->reserved_connections, is_first);
    if (is_first) {
        metrics->began_at_ms = sample->at_ms;
        metrics->used_peak = UNKNOWN;
    }
    if (sample->kind != SAMPLE_LOST) {
        metrics->observed_at_ms = sample->at_ms;
        groups_take(metrics, sample, owners);
    }
    metrics->waiting = waiting_sum(metrics, sample);
    if (metrics_used(metrics) > metrics->used_peak)
        metrics->used_peak = metrics_used(metrics);
}

void metrics_free(struct metrics *metrics)
{
    arena_free(&metrics->arena);
    metrics->groups = NULL;
    metrics->group_count = 0;
    metrics->reason = NULL;
}

bool metrics_are_fresh(const struct metrics *servers, size_t count, int64_t now_ms,
                       int64_t interval_ms, struct text *why)
{
    for (size_t i = 0; i < count; i++) {
        const struct metrics *server = &servers[i];
        int64_t age_ms = now_ms - server->observed_at_ms;
        if (server->observed_at_ms != 0 && age_ms / FRESH_INTERVALS <= interval_ms)
            continue;
        text_put_visible(why, server->server);
        if (server->observed_at_ms == 0)
            text_put(why, ": not observed yet");
        else
            text_printf(why, ": not observed for %" PRId64 " s", age_ms / 1000);
        if (server->kind == SAMPLE_LOST && server->reason != NULL) {
            text_put(why, ": ");
            text_put_visible(why, server->reason);
        }
        return false;
    }
    return true;
}
