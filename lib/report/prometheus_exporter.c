/*
 * Alerts on what postgres_exporter exposes (0.11 and later; read in its source):
 * pg_stat_activity_count by datname, state, and since 0.12 usename and application_name, since 0.17
 * backend_type; pg_settings_*, in which every setting that is a number has its name; pg_up, which
 * says whether the last scrape could connect, and carries no name of a server. What it does not
 * have is refusals: PostgreSQL counts them nowhere. Its own failed scrapes stand for them.
 */
#include "prometheus_parts.h"

#include "url.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_as_shown(struct arena *arena, const char *name)
{
    return strcmp(label_shown(arena, name), name) == 0;
}

/* An IPv6 address without its brackets, as Go's net.SplitHostPort() has it. */
static const char *bare_host(struct arena *arena, const char *host)
{
    size_t length = strlen(host);
    bool in_brackets = length > 2 && host[0] == '[' && host[length - 1] == ']';
    return in_brackets ? arena_strndup(arena, host + 1, length - 2) : host;
}

const char *exporter_server(struct arena *arena, const struct server *server)
{
    const struct url *url = server->url;
    const char *fallback = label_shown(arena, server->name);
    if (url == NULL || url->host_count > 1)
        return fallback;
    const char *host = url_parameter(arena, url, "host");
    const char *port = url_parameter(arena, url, "port");
    if (host == NULL && url->host_count == 1)
        host = url_decode(arena, bare_host(arena, url->hosts[0].host));
    if (port == NULL && url->host_count == 1)
        port = url->hosts[0].port;
    if (host == NULL || host[0] == '\0' || strpbrk(host, "/,@") != NULL)
        return fallback;
    const char *named =
        arena_printf(arena, "%s:%s", host, port != NULL && port[0] != '\0' ? port : "5432");
    return is_as_shown(arena, named) ? named : fallback;
}

/* `server="db.internal:5432"`. */
static const char *matcher(const struct rules_page *page)
{
    struct text text = {.arena = page->scratch};
    text_put(&text, "server=\"");
    label_value_put(&text, exporter_server(page->scratch, page->server->server));
    text_put_char(&text, '"');
    return text_keep(&text);
}

/* Background processes have a type of their own since 0.17; before, there is no such label. */
#define OF_CLIENTS "backend_type=~\"(client backend)?\""

static void used_put(const struct rules_page *page)
{
    const struct budget *budget = &page->server->budget;
    over_alert_put(
        page, arena_printf(page->scratch,
                           "sum by (server) (pg_stat_activity_count{%s," OF_CLIENTS "}) + %" PRId64,
                           matcher(page),
                           budget->superuser_reserved_connections + budget->reserved_connections));
}

static void full_put(const struct rules_page *page)
{
    const struct budget *budget = &page->server->budget;
    const char *server = matcher(page);
    full_alert_put(page,
                   arena_printf(page->scratch,
                                "sum by (server) (pg_stat_activity_count{%s," OF_CLIENTS "}) >= "
                                "max by (server) (pg_settings_max_connections{%s} - "
                                "pg_settings_superuser_reserved_connections{%s}) - %" PRId64,
                                server, server, server,
                                budget->source == SOURCE_NONE ? 0 : budget->reserved_connections),
                   "All slots of ordinary roles are taken. Who holds them: pgsize inspect, "
                   "as a superuser while it is full.");
}

/* pg_up names no server: the settings that the same target gave within the last day do. */
static void failures_put(const struct rules_page *page)
{
    alert_put(page,
              &(struct alert){
                  .name = "PgsizeConnectionFailures",
                  .severity = "critical",
                  .expression = arena_printf(
                      page->scratch,
                      "(1 - avg_over_time(pg_up[5m])) * on (instance, job) group_left (server) "
                      "max by (instance, job, server) "
                      "(clamp_max(last_over_time(pg_settings_max_connections{%s}[1d]), 1)) > 0.05",
                      matcher(page)),
                  .summary = arena_printf(page->scratch,
                                          "%s: postgres_exporter could not connect in {{ $value | "
                                          "humanizePercentage }} of 5 minutes",
                                          template_of(page->scratch, page->name)),
                  .description =
                      "Its own scrapes, which stand for what clients see: PostgreSQL counts no "
                      "refused connections. Why: the server's log, and pgsize inspect."});
}

static void no_data_put(const struct rules_page *page)
{
    alert_put(page,
              &(struct alert){
                  .name = "PgsizeNoData",
                  .severity = "warning",
                  .hold = "5m",
                  .expression = arena_printf(
                      page->scratch, "absent(pg_settings_max_connections{%s})", matcher(page)),
                  .summary = arena_printf(page->scratch, "%s: postgres_exporter says nothing of it",
                                          template_of(page->scratch, page->name)),
                  .description = "It cannot connect, does not run, or names the server otherwise "
                                 "(label server). The other alerts on its metrics say nothing."});
}

/* An application name with `*` as a regular expression of Prometheus', which is anchored. */
static const char *pattern_of(struct arena *arena, const char *application_name)
{
    struct text text = {.arena = arena};
    for (const char *at = application_name; *at != '\0'; at++) {
        if (*at == '*')
            text_put_char(&text, '.');
        else if (strchr("\\.+?()|[]{}^$", *at) != NULL)
            text_put_char(&text, '\\');
        text_put_char(&text, *at);
    }
    return text_keep(&text);
}

static void name_matcher_put(struct text *text, const char *label, const char *operator,
                             const char * value)
{
    text_printf(text, ",%s%s\"", label, operator);
    label_value_put(text, value);
    text_put_char(text, '"');
}

/* The one role that all pools of a service log in as; NULL: not known, or several. */
static const char *role_of(const struct server_sizing *server, const struct pool_class *class)
{
    struct class_list classes = service_classes(server, class);
    const char *role = class->target->role;
    for (size_t i = 0; i < classes.count && role != NULL; i++)
        if (classes.at[i]->target->role == NULL || strcmp(classes.at[i]->target->role, role) != 0)
            role = NULL;
    return role;
}

/* Its sessions by application name and role; NULL where those are not names that can be written
 * here. */
static const char *sessions_of(const struct rules_page *page, const struct pool_class *class)
{
    struct arena *scratch = page->scratch;
    const char *application = class->service->application_name;
    const char *role = role_of(page->server, class);
    struct text text = {.arena = scratch};
    if (application[0] == '\0' || !is_as_shown(scratch, application) ||
        (role != NULL && !is_as_shown(scratch, role)))
        return NULL;
    text_put(&text, matcher(page));
    if (strchr(application, '*') != NULL)
        name_matcher_put(&text, "application_name", "=~", pattern_of(scratch, application));
    else
        name_matcher_put(&text, "application_name", "=", application);
    if (role != NULL)
        name_matcher_put(&text, "usename", "=", role);
    return text_keep(&text);
}

static void service_put(const struct rules_page *page, const struct service_peak *service)
{
    const char *sessions = sessions_of(page, service->class);
    if (sessions != NULL)
        service_alert_put(
            page, service,
            arena_printf(page->scratch,
                         "sum by (server) (pg_stat_activity_count{%s," OF_CLIENTS "})", sessions));
}

void exporter_rules_put(struct rules_page *page)
{
    page->source = "postgres_exporter";
    group_put(page);
    used_put(page);
    full_put(page);
    failures_put(page);
    no_data_put(page);
    service_alerts_put(page, service_put);
}
