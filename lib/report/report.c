#include "report.h"

#include "budget.h"
#include "contexts.h"
#include "name.h"
#include "pooler.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const struct format formats[] = {
    {.name = "table",
     .what = "for people, in a terminal",
     .render = table_render,
     .shows_server = true,
     .explains = EXPLAINS_IF_ASKED,
     .shows_findings = true,
     .shows_changes = true},
    {.name = "json",
     .what = "everything, for programs; --snapshot reads it back",
     .render = json_render,
     .shows_server = true,
     .shows_findings = true,
     .shows_changes = true},
    {.name = "html",
     .what = "for people, in a browser or printed: pictures and tables in one file",
     .render = html_render,
     .explains = EXPLAINS_ALWAYS,
     .shows_findings = true,
     .shows_changes = true},
    {.name = "markdown",
     .what = "a comment on a pull or merge request, in at most 65,000 characters",
     .render = markdown_render,
     .shows_server = true,
     .explains = EXPLAINS_IF_ASKED,
     .shows_findings = true,
     .shows_changes = true},
    {.name = "env",
     .what = "NAME=value of every service, for a shell or .env; carries passwords",
     .render = env_render,
     .carries_passwords = true},
    {.name = "tfvars",
     .what = "values of a Terraform variable, a map of every service; carries passwords",
     .render = tfvars_render,
     .holds = tfvars_holds,
     .carries_passwords = true},
    {.name = "k8s-env",
     .what = "a Kubernetes Secret of every service, for envFrom; carries passwords",
     .render = k8s_env_render,
     .holds = k8s_env_holds,
     .carries_passwords = true},
    {.name = "csv", .what = "the runs of --curve and --scenario", .render = csv_render},
    {.name = "sql",
     .what = "ALTER ROLE ... CONNECTION LIMIT of recommend, and its undo, for psql",
     .render = sql_render},
    {.name = "pgbouncer",
     .what = "pgbouncer.ini of each pooler of that kind, with the recommended sizes",
     .render = pgbouncer_render},
    {.name = "junit",
     .what = "a test report: a test for each server and service",
     .render = junit_render,
     .shows_server = true},
    {.name = "sarif",
     .what = "SARIF 2.1.0, for code scanning",
     .render = sarif_render,
     .shows_server = true},
    {.name = "gitlab",
     .what = "GitLab's code quality report",
     .render = gitlab_render,
     .shows_server = true},
    {.name = "github",
     .what = "annotations of a GitHub workflow, where they are also made unasked",
     .render = github_render,
     .shows_findings = true,
     .shows_server = true},
    {.name = "openmetrics",
     .what = "limits and peaks as metrics, for node_exporter's textfile collector or a gateway",
     .render = openmetrics_render},
    {.name = "prometheus-rules",
     .what = "alerting rules with this topology's thresholds, for Prometheus",
     .render = prometheus_rules_render},
    {.name = "grafana",
     .what = "a dashboard to import into Grafana: who is connected, limits, refusals",
     .render = grafana_render},
};
const size_t format_count = sizeof formats / sizeof formats[0];

const struct format *format_find(const char *name)
{
    for (size_t i = 0; i < format_count; i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

bool report_shows_name(const struct report *report, const char *service)
{
    for (size_t i = 0; i < report->only_count; i++)
        if (strcmp(report->only[i], service) == 0)
            return true;
    return report->only_count == 0;
}

bool report_shows(const struct report *report, const struct service *service)
{
    return report_shows_name(report, service->name);
}

/* Whether --only shows anybody whom a role's or database's limit binds. */
static bool cap_is_shown(const struct report *report, const struct finding *finding)
{
    struct class_list classes = row_classes(finding->of_cap, finding->cap + 1);
    for (size_t i = 0; i < classes.count; i++)
        if (report_shows(report, classes.at[i]->service))
            return true;
    return false;
}

bool finding_counts(const struct report *report, const struct finding *finding)
{
    if (finding->standing != STANDING_COUNTS)
        return false;
    /* Where not even the smallest limits fit, nobody on that server has one. */
    bool is_everybodys = report->sizing->purpose == PURPOSE_RECOMMEND && finding->of_cap != NULL &&
                         !finding->of_cap->fits;
    if (finding->of_cap != NULL && !is_everybodys)
        return cap_is_shown(report, finding);
    return finding->service == NULL || report_shows(report, finding->service);
}

bool report_worst(const struct report *report, enum severity *ret_worst)
{
    bool any = false;
    for (size_t i = 0; i < report->sizing->finding_count; i++) {
        const struct finding *finding = &report->sizing->findings[i];
        if (!finding_counts(report, finding))
            continue;
        if (!any || finding->rule->severity > *ret_worst)
            *ret_worst = finding->rule->severity;
        any = true;
    }
    return any;
}

struct finding_tally finding_tally_make(const struct report *report)
{
    struct finding_tally tally = {0};
    for (size_t i = 0; i < report->sizing->finding_count; i++)
        if (finding_counts(report, &report->sizing->findings[i]))
            tally.of[report->sizing->findings[i].rule->severity]++;
    return tally;
}

void finding_tally_put(const struct finding_tally *tally, struct text *text)
{
    static const char *const nouns[][2] = {
        {"note", "notes"}, {"warning", "warnings"}, {"error", "errors"}};
    for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--)
        text_printf(text, "%s%zu %s", severity == SEVERITY_ERROR ? "" : ", ", tally->of[severity],
                    plural((int64_t)tally->of[severity], nouns[severity][0], nouns[severity][1]));
}

struct pool_settings class_settings(const struct pool_class *class)
{
    const struct service *service = class->service;
    return (struct pool_settings){
        .limit = class->limit,
        .pool_timeout_ms = service->pool_timeout_ms,
        .connect_timeout_ms = service->connect_timeout_ms,
        .idle_timeout_ms = service->idle_timeout_ms,
        .max_lifetime_ms = service->max_lifetime_ms,
    };
}

int64_t class_peak(const struct sizing *sizing, const struct pool_class *class)
{
    int64_t limit = class_limit(sizing, class);
    if ((limit == UNKNOWN && sizing->purpose != PURPOSE_CHECK) ||
        sizing->purpose == PURPOSE_INSPECT)
        return UNKNOWN;
    return class->pools_at_peak * (limit == UNKNOWN ? 1 : limit) + class->extra_at_peak;
}

bool class_url_put(const struct report *report, const struct pool_class *class, bool reveal,
                   struct text *text)
{
    const struct url *template =
        service_url(report->sizing->topology, class->service, class->target);
    if (template == NULL || class->limit == UNKNOWN || class->limit == 0)
        return false;
    struct pool_settings settings = class_settings(class);
    struct url *own = url_copy(report->arena, template);
    if (class->target->role != NULL)
        url_role_set(report->arena, own, class->target->role);
    struct url *url = client_url(report->arena, class->service->client, own, &settings);
    /* Only a database that the topology names is put in: the template's own stays as it was
     * written. */
    if (class->service->databases != NULL && class->target->database != NULL)
        url_database_set(report->arena, url, class->target->database);
    const struct prepared_need *prepared =
        prepared_need_of(report->arena, class->service, template);
    if (prepared != NULL && prepared->is_added && (!url->is_keywords || url->is_dotnet))
        url_parameter_set(report->arena, url, prepared->key, prepared->value);
    url_write(url, reveal ? URL_REVEALED : URL_MASKED, text);
    return true;
}

void class_name_put(const struct pool_class *class, struct text *text)
{
    service_pool_name(class->service, class->target, text);
}

const char *version_show(int version, char *buffer, size_t size)
{
    if (version >= 100000)
        (void)snprintf(buffer, size, "%d.%d", version / 10000, version % 10000);
    else
        (void)snprintf(buffer, size, "%d.%d.%d", version / 10000, version / 100 % 100,
                       version % 100);
    return buffer;
}
