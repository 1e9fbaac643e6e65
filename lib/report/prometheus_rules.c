/*
 * The format prometheus-rules: alerts with this topology's own thresholds, on what `pgsize watch`
 * exposes (here) and on what postgres_exporter does (prometheus_exporter.c).
 * https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 */
#include "contexts.h"
#include "prometheus_parts.h"

#include <inttypes.h>
#include <string.h>

static const char head[] =
    "# Alerts with the thresholds of this topology. Check: promtool check rules FILE\n"
    "#\n"
    "# source=pgsize: on what pgsize watch exposes (--listen, --openmetrics).\n"
    "# source=postgres_exporter: on what postgres_exporter exposes. Up to 0.19 it names a server\n"
    "# by host and port in the label `server`, as here; since 0.20 give its target that label in\n"
    "# Prometheus' scrape configuration. Rules of services need the label application_name.\n";

/* What needs no quotes. No format is read here, nor below: there may be 100,000 services. */
static void plain_put(const char *key, const char *value, struct text *text)
{
    text_put(text, key);
    text_put(text, ": ");
    text_put(text, value);
    text_put(text, "\n");
}

/* In single quotes: the quote is doubled, and nothing else is read. */
static void yaml_put(const char *key, const char *value, struct text *text)
{
    text_put(text, key);
    text_put(text, ": '");
    for (const char *quote; (quote = strchr(value, '\'')) != NULL; value = quote + 1) {
        text_put_bytes(text, value, (size_t)(quote - value));
        text_put(text, "''");
    }
    text_put(text, value);
    text_put(text, "'\n");
}

const char *template_of(struct arena *arena, const char *shown)
{
    if (strchr(shown, '{') == NULL)
        return shown;
    struct text text = {.arena = arena};
    for (; *shown != '\0'; shown++) {
        if (*shown == '{')
            text_put(&text, "{{\"{\"}}");
        else
            text_put_char(&text, *shown);
    }
    return text_keep(&text);
}

void group_put(const struct rules_page *page)
{
    yaml_put("  - name", arena_printf(page->scratch, "%s: %s", page->source, page->name),
             page->text);
    text_put(page->text, "    rules:\n");
}

void alert_put(const struct rules_page *page, const struct alert *alert)
{
    struct text *text = page->text;
    plain_put("      - alert", alert->name, text);
    yaml_put("        expr", alert->expression, text);
    if (alert->hold != NULL)
        plain_put("        for", alert->hold, text);
    text_put(text, "        labels:\n");
    plain_put("          severity", alert->severity, text);
    plain_put("          source", page->source, text);
    yaml_put("          server", template_of(page->scratch, page->name), text);
    if (alert->service != NULL)
        yaml_put("          service", template_of(page->scratch, alert->service), text);
    text_put(text, "        annotations:\n");
    yaml_put("          summary", alert->summary, text);
    yaml_put("          description", alert->description, text);
}

/* The next service of the server that --only shows. */
static bool service_peak_next(const struct rules_page *page, size_t *at,
                              struct service_peak *ret_service)
{
    const struct sizing *sizing = page->report->sizing;
    enum limit_kind kind = sizing->purpose == PURPOSE_CHECK ? LIMIT_TODAY : LIMIT_RECOMMENDED;
    while (*at < page->server->class_count) {
        const struct pool_class *class = page->server->classes[*at];
        struct class_list classes = service_classes(page->server, class);
        bool known = true;
        *at += classes.count;
        for (size_t i = 0; i < classes.count; i++)
            known &= class_limit(sizing, classes.at[i]) != UNKNOWN;
        if (!report_shows(page->report, class->service))
            continue;
        *ret_service = (struct service_peak){
            class, known ? classes_most(page->server, classes, MOMENT_PEAK, kind, NULL) : UNKNOWN};
        return true;
    }
    return false;
}

/* `server="core"`, as PromQL takes it. */
static const char *matcher(const struct rules_page *page)
{
    struct text text = {.arena = page->scratch};
    text_put(&text, "server=\"");
    label_value_put(&text, page->name);
    text_put_char(&text, '"');
    return text_keep(&text);
}

void over_alert_put(const struct rules_page *page, const char *used)
{
    const struct budget *budget = &page->server->budget;
    const char *name = template_of(page->scratch, page->name);
    if (budget->source == SOURCE_NONE)
        return;
    alert_put(page,
              &(struct alert){
                  .name = "PgsizeOverAlert",
                  .severity = "warning",
                  .hold = "5m",
                  .expression =
                      arena_printf(page->scratch, "%s > %" PRId64, used, budget->alert_connections),
                  .summary = arena_printf(page->scratch,
                                          "%s: {{ $value }} of %" PRId64
                                          " connections are used, above the alert at %" PRId64,
                                          name, budget->max_connections, budget->alert_connections),
                  .description =
                      "Sessions, and the slots that the server reserves. Who holds them: "
                      "pgsize inspect. Who may: pgsize check."});
}

void full_alert_put(const struct rules_page *page, const char *expression, const char *description)
{
    const char *name = template_of(page->scratch, page->name);
    alert_put(page,
              &(struct alert){.name = "PgsizeServerFull",
                              .severity = "critical",
                              .expression = expression,
                              .summary = arena_printf(
                                  page->scratch, "%s is full: ordinary roles are refused", name),
                              .description = description});
}

static void used_put(const struct rules_page *page)
{
    over_alert_put(page, arena_printf(page->scratch, "%s{%s}", family_sample_name(FAMILY_USED),
                                      matcher(page)));
}

static void full_put(const struct rules_page *page)
{
    const char *server = matcher(page);
    full_alert_put(
        page,
        arena_printf(page->scratch,
                     "sum by (server) (increase(%s{%s,outcome=\"full\"}[5m])) > 0 or "
                     "max by (server) (%s{%s} >= %s{%s})",
                     family_sample_name(FAMILY_SAMPLES), server,
                     family_sample_name(FAMILY_SESSIONS), server,
                     family_sample_name(FAMILY_ORDINARY), server),
        "It refused a connection (SQLSTATE 53300), or all slots of ordinary roles are taken. "
        "Who holds them: pgsize inspect, as a superuser while it is full.");
}

static void failures_put(const struct rules_page *page)
{
    const char *name = template_of(page->scratch, page->name), *server = matcher(page);
    const char *samples = family_sample_name(FAMILY_SAMPLES);
    alert_put(
        page,
        &(struct alert){
            .name = "PgsizeConnectionFailures",
            .severity = "critical",
            .expression = arena_printf(page->scratch,
                                       "sum by (server) (increase(%s{%s,outcome!=\"seen\"}[5m])) / "
                                       "sum by (server) (increase(%s{%s}[5m])) > 0.05",
                                       samples, server, samples, server),
            .summary = arena_printf(page->scratch,
                                    "%s: {{ $value | humanizePercentage }} of pgsize watch's "
                                    "connections failed in 5 minutes",
                                    name),
            .description = "pgsize watch was refused, or got no answer, and so are clients. The "
                           "server's log says why; who is connected: pgsize inspect."});
}

/* Five minutes in all: what is old or gone for four of them, and holds for one. */
static void no_data_put(const struct rules_page *page)
{
    const char *name = template_of(page->scratch, page->name), *server = matcher(page);
    const char *last = family_sample_name(FAMILY_LAST_SAMPLE);
    alert_put(page,
              &(struct alert){
                  .name = "PgsizeNoData",
                  .severity = "warning",
                  .hold = "1m",
                  .expression = arena_printf(
                      page->scratch, "time() - %s{%s} > 240 or absent_over_time(%s{%s}[4m])", last,
                      server, last, server),
                  .summary = arena_printf(page->scratch, "%s: nobody knows who is connected", name),
                  .description = "No look at it succeeded for 5 minutes, or pgsize watch does "
                                 "not run. While that is so the other alerts say nothing."});
}

void service_alert_put(const struct rules_page *page, const struct service_peak *service,
                       const char *sessions)
{
    struct arena *scratch = page->scratch;
    const char *shown = label_shown(scratch, service->class->service->name);
    alert_put(page,
              &(struct alert){
                  .name = "PgsizeServiceOverLimit",
                  .severity = "warning",
                  .hold = "5m",
                  .service = shown,
                  .expression = arena_printf(scratch, "%s > %" PRId64, sessions, service->peak),
                  .summary = arena_printf(scratch,
                                          "%s holds {{ $value }} connections of %s, more than its "
                                          "%" PRId64 " at peak",
                                          template_of(scratch, shown),
                                          template_of(scratch, page->name), service->peak),
                  .description = "More pools than declared, or a larger limit. What it may hold: "
                                 "pgsize check. What it holds: pgsize inspect."});
}

/* Several watches of one server see the same sessions: each is a target of Prometheus'. */
static void service_put(const struct rules_page *page, const struct service_peak *service)
{
    struct arena *scratch = page->scratch;
    struct text matched = {.arena = scratch};
    label_value_put(&matched, label_shown(scratch, service->class->service->name));
    service_alert_put(page, service,
                      arena_printf(scratch,
                                   "max by (server, service) (sum by (server, service, instance, "
                                   "job) (%s{%s,service=\"%s\"}))",
                                   family_sample_name(FAMILY_CONNECTIONS), matcher(page),
                                   matched.length > 0 ? matched.bytes : ""));
    text_free(&matched);
}

void service_alerts_put(const struct rules_page *page,
                        void (*put)(const struct rules_page *page,
                                    const struct service_peak *service))
{
    struct arena scratch = {.on_out_of_memory = page->scratch->on_out_of_memory};
    struct rules_page own = *page;
    struct service_peak service;
    size_t at = 0;
    own.scratch = &scratch;
    while (service_peak_next(page, &at, &service)) {
        if (service.peak != UNKNOWN)
            put(&own, &service);
        arena_clear(&scratch);
    }
    arena_free(&scratch);
}

static void pgsize_rules_put(struct rules_page *page)
{
    page->source = "pgsize";
    group_put(page);
    used_put(page);
    full_put(page);
    failures_put(page);
    no_data_put(page);
    service_alerts_put(page, service_put);
}

void prometheus_rules_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    text_put(text, head);
    text_put(text, sizing->server_count > 0 ? "groups:\n" : "groups: []\n");
    for (size_t i = 0; i < sizing->server_count; i++) {
        struct arena scratch = {.on_out_of_memory = report->arena->on_out_of_memory};
        struct rules_page page = {.report = report,
                                  .server = &sizing->servers[i],
                                  .name = label_shown(&scratch, sizing->servers[i].server->name),
                                  .text = text,
                                  .scratch = &scratch};
        pgsize_rules_put(&page);
        exporter_rules_put(&page);
        arena_free(&scratch);
    }
}
