/*
 * OpenMetrics 1.0:
 * https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md; the text format
 * 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/. node_exporter reads only the
 * second, from files called *.prom, and refuses timestamps; Prometheus itself, told by the
 * Content-Type, both.
 */
#include "openmetrics.h"

#include "families.h"
#include "sessions.h"

#include <inttypes.h>
#include <string.h>

enum { FRESH_INTERVALS = 3 };

static const char *const outcomes[] = {
    [SAMPLE_SEEN] = "seen", [SAMPLE_FULL] = "full", [SAMPLE_LOST] = "lost"};
static const char *const breaker_states[] = {
    [BREAKER_CLOSED] = "closed", [BREAKER_OPEN] = "open", [BREAKER_HALF_OPEN] = "half-open"};

enum exposition exposition_of_file(const char *path)
{
    static const char ending[] = ".prom";
    size_t length = strlen(path), tail = sizeof ending - 1;
    bool is_prom = length >= tail && strcmp(path + length - tail, ending) == 0;
    return is_prom ? EXPOSITION_PROMETHEUS : EXPOSITION_OPENMETRICS;
}

const char *sample_owner(const struct sizing *sizing, const struct server_sizing *server,
                         const struct sample_group *group)
{
    if (sizing == NULL || server == NULL || group->is_rest)
        return NULL;
    struct session_group session = {.application_name = group->application_name,
                                    .role = group->role,
                                    .database = group->database};
    const struct service *owner = session_owner(sizing, server, &session);
    return owner != NULL ? owner->name : NULL;
}

/* --- taking a sample --- */

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

static int64_t zero_if_unknown(int64_t count)
{
    return count == UNKNOWN ? 0 : count;
}

/* sessions + SR + RC, as sessions_used() has it of facts. */
static int64_t used_connections(const struct metrics *metrics)
{
    if (metrics->sessions == UNKNOWN || metrics->max_connections == UNKNOWN)
        return UNKNOWN;
    return metrics->sessions + zero_if_unknown(metrics->superuser_reserved_connections) +
           zero_if_unknown(metrics->reserved_connections);
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
    if (used_connections(metrics) > metrics->used_peak)
        metrics->used_peak = used_connections(metrics);
}

void metrics_free(struct metrics *metrics)
{
    arena_free(&metrics->arena);
    metrics->groups = NULL;
    metrics->group_count = 0;
    metrics->reason = NULL;
}

/* --- putting it --- */

static void with_word_put(const struct metrics *metrics, enum family family, const char *label,
                          const char *word, int64_t value, struct text *text)
{
    const struct label labels[] = {{"server", metrics->server}, {label, word}};
    struct text put = {.arena = text->arena};
    labels_put(&put, labels, 2);
    family_sample_put(family, put.bytes, value, text);
    text_free(&put);
}

static void samples_put(const struct metrics *metrics, struct text *text)
{
    for (size_t i = 0; i < SAMPLE_KINDS; i++)
        with_word_put(metrics, FAMILY_SAMPLES, "outcome", outcomes[i], metrics->samples[i], text);
}

static void breaker_put(const struct metrics *metrics, struct text *text)
{
    for (size_t i = 0; i < sizeof breaker_states / sizeof breaker_states[0]; i++)
        with_word_put(metrics, FAMILY_BREAKER, "state", breaker_states[i], metrics->breaker == i,
                      text);
}

static void last_sample_put(const struct metrics *metrics, struct text *text)
{
    struct text labels = {.arena = text->arena};
    if (metrics->observed_at_ms == 0)
        return;
    labels_put(&labels, &(struct label){"server", metrics->server}, 1);
    text_printf(text, "%s{%s} %" PRId64 ".%03" PRId64 "\n", family_sample_name(FAMILY_LAST_SAMPLE),
                labels.bytes != NULL ? labels.bytes : "", metrics->observed_at_ms / 1000,
                metrics->observed_at_ms % 1000);
    text_free(&labels);
}

static void state_put(const struct metrics_group *group, const char *state, int64_t count,
                      struct text *text)
{
    struct text labels = {.arena = text->arena};
    text_printf(&labels, "%s%sstate=\"%s\"", group->labels, group->labels[0] != '\0' ? "," : "",
                state);
    family_sample_put(FAMILY_CONNECTIONS, labels.bytes, count, text);
    text_free(&labels);
}

static void connections_put(const struct metrics *metrics, struct text *text)
{
    for (size_t i = 0; i < metrics->group_count; i++) {
        const struct metrics_group *group = &metrics->groups[i];
        state_put(group, "active", group->active, text);
        state_put(group, "idle", group->idle, text);
        state_put(group, "idle in transaction", group->idle_in_transaction, text);
        if (group->hidden > 0)
            state_put(group, "hidden", group->hidden, text);
    }
}

static int64_t ordinary_connections(const struct metrics *metrics)
{
    if (metrics->max_connections == UNKNOWN)
        return UNKNOWN;
    return metrics->max_connections - zero_if_unknown(metrics->superuser_reserved_connections) -
           zero_if_unknown(metrics->reserved_connections);
}

/* What is one number of a server; UNKNOWN: not there. */
static int64_t figure(const struct metrics *metrics, enum family family)
{
    const int64_t figures[] = {
        [FAMILY_UP] = metrics->kind != SAMPLE_LOST,
        [FAMILY_MAX_CONNECTIONS] = metrics->max_connections,
        [FAMILY_SUPERUSER_RESERVED] = metrics->superuser_reserved_connections,
        [FAMILY_RESERVED] = metrics->reserved_connections,
        [FAMILY_ORDINARY] = ordinary_connections(metrics),
        [FAMILY_SESSIONS] = metrics->sessions,
        [FAMILY_UPPER_BOUND] =
            metrics->sessions != UNKNOWN ? metrics->sessions_are_upper_bound : UNKNOWN,
        [FAMILY_USED] = used_connections(metrics),
        [FAMILY_USED_PEAK] = metrics->used_peak,
    };
    return figures[family];
}

static void figure_put(const struct metrics *metrics, enum family family, struct text *text)
{
    struct text labels = {.arena = text->arena};
    int64_t value = figure(metrics, family);
    if (value == UNKNOWN)
        return;
    labels_put(&labels, &(struct label){"server", metrics->server}, 1);
    family_sample_put(family, labels.bytes, value, text);
    text_free(&labels);
}

static void watched_family_put(const struct metrics *servers, size_t count, enum family family,
                               enum exposition exposition, struct text *text)
{
    family_put(family, exposition, text);
    for (size_t i = 0; i < count; i++) {
        if (servers[i].began_at_ms == 0)
            continue;
        if (family == FAMILY_SAMPLES)
            samples_put(&servers[i], text);
        else if (family == FAMILY_BREAKER)
            breaker_put(&servers[i], text);
        else if (family == FAMILY_LAST_SAMPLE)
            last_sample_put(&servers[i], text);
        else if (family == FAMILY_CONNECTIONS)
            connections_put(&servers[i], text);
        else
            figure_put(&servers[i], family, text);
    }
}

static void sized_put(const struct metrics *servers, size_t count, enum exposition exposition,
                      struct text *text)
{
    struct arena scratch = {.on_out_of_memory = text->arena->on_out_of_memory};
    struct sized_server *sized = ARENA_ARRAY(&scratch, count + 1, struct sized_server);
    for (size_t i = 0; i < count; i++)
        sized[i] = (struct sized_server){.server = servers[i].sized,
                                         .command = "watch",
                                         .name = servers[i].server,
                                         .alert_connections = servers[i].alert_connections};
    sized_families_put(sized, count, NULL, exposition, text);
    arena_free(&scratch);
}

void openmetrics_put(const struct metrics *servers, size_t count, enum exposition exposition,
                     struct text *text)
{
    for (enum family family = 0; family < FAMILY_ALERT; family++)
        watched_family_put(servers, count, family, exposition, text);
    sized_put(servers, count, exposition, text);
    text_put(text, "# EOF\n");
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
