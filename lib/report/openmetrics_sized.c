/*
 * The format openmetrics: what a topology declares and what is recommended for it, for whoever
 * keeps such figures over time. Gauges alone, which OpenMetrics and Prometheus' text format write
 * alike, so that node_exporter's textfile collector reads them too (from a file *.prom). The same
 * families stand in what `watch` exposes; there the label `command` keeps them apart.
 */
#include "contexts.h"
#include "families.h"
#include "pooler.h"
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
    const struct pooler *via = class->service->via;
    /* A pooler has a pool for each role: no two series may look alike. */
    const char *role = class->service->pooler != NULL ? class->target->role : NULL;
    const int64_t limits[] = {[OF_DECLARED] = class->today, [OF_RECOMMENDED] = class->limit};
    for (size_t i = 0; i < 2; i++) {
        const struct label labels[] = {{"server", server->name},
                                       {"pooler", via != NULL ? via->name : NULL},
                                       {"service", class->service->name},
                                       {"database", class->target->database},
                                       {"role", role},
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

static void classes_put(const struct sized_server *server, const struct server_sizing *home,
                        const struct report *report, enum family family, struct text *text)
{
    for (size_t i = 0; i < home->class_count; i++)
        if (report == NULL || report_shows(report, home->classes[i]->service))
            class_figures_put(server, home->classes[i], family, text);
}

/* Clients that it lets connect, or has at peak. No figure: it lets any number. */
static void pooler_figures_put(const struct sized_server *server,
                               const struct pooler_sizing *pooler, enum family family,
                               struct text *text)
{
    const struct server_sizing *front = pooler->front;
    const int64_t peaks[] = {[OF_DECLARED] = front->today_peak, [OF_RECOMMENDED] = front->peak};
    struct label labels[] = {{"server", server->name},
                             {"pooler", pooler->pooler->name},
                             {"of", NULL},
                             {"command", server->command}};
    if (family == FAMILY_POOLER_CLIENTS && pooler_max_clients(pooler->pooler) != UNKNOWN)
        value_put(family, labels, 4, front->budget.max_connections, text);
    for (size_t i = 0; family == FAMILY_POOLER_PEAK && i < 2; i++) {
        labels[2].value = of_words[i];
        if (peaks[i] != UNKNOWN)
            value_put(family, labels, 4, peaks[i], text);
    }
}

/* Limits of what goes through a pooler are connections to that one. Peaks of services are those on
 * the server, where the pooler itself stands for them. */
static void poolers_put(const struct sized_server *server, const struct report *report,
                        enum family family, struct text *text)
{
    size_t count =
        server->sizing != NULL && server->server != NULL ? server->sizing->pooler_count : 0;
    for (size_t i = 0; i < count; i++) {
        const struct pooler_sizing *pooler = &server->sizing->poolers[i];
        if (pooler->behind != server->server)
            continue;
        if (family == FAMILY_LIMIT)
            classes_put(server, pooler->front, report, family, text);
        else if (family == FAMILY_POOLER_CLIENTS || family == FAMILY_POOLER_PEAK)
            pooler_figures_put(server, pooler, family, text);
    }
}

static void sized_family_put(const struct sized_server *server, const struct report *report,
                             enum family family, struct text *text)
{
    if (family == FAMILY_SERVER_PEAK)
        server_peaks_put(server, text);
    else if (family < FAMILY_SERVER_PEAK)
        server_figure_put(server, family, text);
    else if (server->server != NULL && (family == FAMILY_LIMIT || family == FAMILY_PEAK))
        classes_put(server, server->server, report, family, text);
    if (family > FAMILY_SERVER_PEAK)
        poolers_put(server, report, family, text);
}

static bool has_poolers(const struct sized_server *servers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (servers[i].sizing != NULL && servers[i].sizing->pooler_count > 0)
            return true;
    return false;
}

void sized_families_put(const struct sized_server *servers, size_t count,
                        const struct report *report, enum exposition exposition, struct text *text)
{
    enum family last = has_poolers(servers, count) ? FAMILY_POOLER_PEAK : FAMILY_PEAK;
    for (enum family family = FAMILY_ALERT; family <= last; family++) {
        family_put(family, exposition, text);
        for (size_t i = 0; i < count; i++)
            sized_family_put(&servers[i], report, family, text);
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
        servers[i] = (struct sized_server){.sizing = sizing,
                                           .server = &sizing->servers[i],
                                           .command = command,
                                           .name = sizing->servers[i].server->name,
                                           .alert_connections = UNKNOWN};
    sized_families_put(servers, sizing->server_count, report, EXPOSITION_OPENMETRICS, text);
    findings_put(report, command, text);
    text_put(text, "# EOF\n");
}
