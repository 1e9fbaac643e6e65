/*
 * The format openmetrics: what a topology declares and what is recommended for it, for whoever
 * keeps such figures over time. Gauges alone, which OpenMetrics and Prometheus' text format write
 * alike, so that node_exporter's textfile collector reads them too (from a file *.prom). The same
 * families stand in what `watch` exposes; there the label `command` keeps them apart.
 */
#include "contexts.h"
#include "families.h"
#include "report.h"

enum { OF_DECLARED, OF_RECOMMENDED };
static const char *const of_words[] = {
    [OF_DECLARED] = "declared", [OF_RECOMMENDED] = "recommended"};

static void value_put(enum family family, const struct label *labels, size_t count, int64_t value,
                      struct text *text)
{
    struct text put = {.arena = text->arena};
    labels_put(&put, labels, count);
    family_sample_put(family, put.bytes, value, text);
    text_free(&put);
}

static int64_t server_figure(const struct sized_server *server, enum family family)
{
    const struct budget *budget = server->server != NULL ? &server->server->budget : NULL;
    bool known = budget != NULL && budget->source != SOURCE_NONE;
    if (family == FAMILY_ALERT)
        return known            ? budget->alert_connections
               : budget == NULL ? server->alert_connections
                                : UNKNOWN;
    if (!known)
        return UNKNOWN;
    /* What is kept may be more than there is: then nothing is left for services. */
    return family == FAMILY_BUDGET ? (budget->budget > 0 ? budget->budget : 0)
                                   : budget->max_connections;
}

static void server_figure_put(const struct sized_server *server, enum family family,
                              struct text *text)
{
    const struct label labels[] = {{"server", server->name}, {"command", server->command}};
    int64_t value = server_figure(server, family);
    if (value != UNKNOWN)
        value_put(family, labels, 2, value, text);
}

static void server_peaks_put(const struct sized_server *server, struct text *text)
{
    if (server->server == NULL)
        return;
    const int64_t peaks[] = {
        [OF_DECLARED] = server->server->today_peak, [OF_RECOMMENDED] = server->server->peak};
    for (size_t i = 0; i < 2; i++) {
        const struct label labels[] = {
            {"server", server->name}, {"of", of_words[i]}, {"command", server->command}};
        if (peaks[i] != UNKNOWN)
            value_put(FAMILY_SERVER_PEAK, labels, 3, peaks[i], text);
    }
}

static void class_figures_put(const struct sized_server *server, const struct pool_class *class,
                              enum family family, struct text *text)
{
    const int64_t limits[] = {[OF_DECLARED] = class->today, [OF_RECOMMENDED] = class->limit};
    for (size_t i = 0; i < 2; i++) {
        const struct label labels[] = {{"server", server->name},
                                       {"service", class->service->name},
                                       {"database", class->target->database},
                                       {"of", of_words[i]},
                                       {"command", server->command}};
        if (limits[i] == UNKNOWN)
            continue;
        value_put(family, labels, sizeof labels / sizeof labels[0],
                  family == FAMILY_LIMIT ? limits[i]
                                         : class->pools_at_peak * limits[i] + class->extra_at_peak,
                  text);
    }
}

static void classes_put(const struct sized_server *server, const struct report *report,
                        enum family family, struct text *text)
{
    for (size_t i = 0; server->server != NULL && i < server->server->class_count; i++)
        if (report == NULL || report_shows(report, server->server->classes[i]->service))
            class_figures_put(server, server->server->classes[i], family, text);
}

void sized_families_put(const struct sized_server *servers, size_t count,
                        const struct report *report, enum exposition exposition, struct text *text)
{
    for (enum family family = FAMILY_ALERT; family <= FAMILY_PEAK; family++) {
        family_put(family, exposition, text);
        for (size_t i = 0; i < count; i++) {
            if (family == FAMILY_SERVER_PEAK)
                server_peaks_put(&servers[i], text);
            else if (family == FAMILY_LIMIT || family == FAMILY_PEAK)
                classes_put(&servers[i], report, family, text);
            else
                server_figure_put(&servers[i], family, text);
        }
    }
}

static void findings_put(const struct report *report, const char *command, struct text *text)
{
    struct finding_tally tally = finding_tally_make(report);
    family_put(FAMILY_FINDINGS, EXPOSITION_OPENMETRICS, text);
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--) {
        const struct label labels[] = {{"severity", severity_name((enum severity)severity)},
                                       {"command", command}};
        value_put(FAMILY_FINDINGS, labels, 2, (int64_t)tally.of[severity], text);
    }
}

void openmetrics_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    const char *command = sizing->purpose == PURPOSE_CHECK ? "check" : "recommend";
    struct sized_server *servers =
        ARENA_ARRAY(report->arena, sizing->server_count + 1, struct sized_server);
    for (size_t i = 0; i < sizing->server_count; i++)
        servers[i] = (struct sized_server){.server = &sizing->servers[i],
                                           .command = command,
                                           .name = sizing->servers[i].server->name,
                                           .alert_connections = UNKNOWN};
    sized_families_put(servers, sizing->server_count, report, EXPOSITION_OPENMETRICS, text);
    findings_put(report, command, text);
    text_put(text, "# EOF\n");
}
