/*
 * OpenMetrics 1.0:
 * https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md; the text format
 * 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/. node_exporter reads only the
 * second, from files called *.prom, and refuses timestamps; Prometheus itself, told by the
 * Content-Type, both.
 */
#include "openmetrics.h"

#include "breaker.h"
#include "families.h"

#include <inttypes.h>
#include <string.h>

static const char *const outcomes[] = {
    [SAMPLE_SEEN] = "seen", [SAMPLE_FULL] = "full", [SAMPLE_LOST] = "lost"};

enum exposition exposition_of_file(const char *path)
{
    static const char ending[] = ".prom";
    size_t length = strlen(path), tail = sizeof ending - 1;
    bool is_prom = length >= tail && strcmp(path + length - tail, ending) == 0;
    return is_prom ? EXPOSITION_PROMETHEUS : EXPOSITION_OPENMETRICS;
}

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
    for (size_t i = 0; i <= BREAKER_HALF_OPEN; i++)
        with_word_put(metrics, FAMILY_BREAKER, "state", breaker_state_names[i],
                      metrics->breaker == i, text);
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

/* What is one number of a server; UNKNOWN: not there. */
static int64_t figure(const struct metrics *metrics, enum family family)
{
    const int64_t figures[] = {
        [FAMILY_UP] = metrics->kind != SAMPLE_LOST,
        [FAMILY_MAX_CONNECTIONS] = metrics->max_connections,
        [FAMILY_SUPERUSER_RESERVED] = metrics->superuser_reserved_connections,
        [FAMILY_RESERVED] = metrics->reserved_connections,
        [FAMILY_ORDINARY] = metrics_ordinary(metrics),
        [FAMILY_SESSIONS] = metrics->sessions,
        [FAMILY_UPPER_BOUND] =
            metrics->sessions != UNKNOWN ? metrics->sessions_are_upper_bound : UNKNOWN,
        [FAMILY_WAITING] = metrics->waiting,
        [FAMILY_USED] = metrics_used(metrics),
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
        sized[i] = (struct sized_server){.sizing = servers[i].sizing,
                                         .server = servers[i].sized,
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
