/*
 * The format grafana: a dashboard in Grafana's classic model (schemaVersion 36, of Grafana 9; later
 * ones read it too), to be imported, which asks for the Prometheus it reads from. Its panels are
 * the rows below, on what `pgsize watch` exposes, for the server chosen above them; and one for
 * each server of the topology on what postgres_exporter does, with this topology's lines in it.
 * https://grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model/
 */
#include "grafana_parts.h"
#include "prometheus_parts.h"

#include <inttypes.h>
#include <string.h>

enum {
    SCHEMA_VERSION = 36,
    PANEL_COLUMNS = 12,
    PANEL_ROWS = 8,
    MOST_SERVERS = 24, /* with a panel of postgres_exporter's */
};

#define OF_SERVER "{server=\"$server\"}"

/* Several watches of one server see the same sessions: each is a target of Prometheus'. */
#define SESSIONS_BY(LABEL, WHICH)                                                                  \
    "max by (" LABEL ") (sum by (" LABEL                                                           \
    ", instance, job) (pgsize_connections{server=\"$server\"" WHICH "}))"

#define STAT .type = "stat", .width = 6, .height = 4, .is_instant = true
#define GRAPH .type = "timeseries", .width = PANEL_COLUMNS, .height = PANEL_ROWS

static const struct panel panels[] = {
    {.title = "Used now",
     STAT,
     .description = "Sessions and the slots that the server reserves.",
     .queries = {{"max(pgsize_connections_used" OF_SERVER ")", "used"}}},
    {.title = "Room to the alert",
     STAT,
     .description = "Connections that may still come before the alert.",
     .queries = {{"max(pgsize_connections_alert" OF_SERVER
                  ") - max(pgsize_connections_used" OF_SERVER ")",
                  "room"}}},
    {.title = "Most since the watch began",
     STAT,
     .description = "The most that was used at any look.",
     .queries = {{"max(pgsize_connections_used_peak" OF_SERVER ")", "most"}}},
    {.title = "Since the last look",
     STAT,
     .unit = "s",
     .description = "How long ago the server was last seen, or seen to be full.",
     .queries = {{"time() - max(pgsize_last_sample_timestamp_seconds" OF_SERVER ")", "age"}}},
    {.title = "Connections by service",
     GRAPH,
     .is_stacked = true,
     .description = "Sessions by the service that owns them. The alert is drawn where sessions and "
                    "reserved slots together reach it; the budget is for services alone.",
     .queries = {{SESSIONS_BY("service", ",service!=\"\""), "{{service}}"},
                 {SESSIONS_BY("service", ",service=\"\""), "not in the topology"},
                 {"max(pgsize_budget" OF_SERVER ")", "budget", LOOK_LIMIT},
                 {"max(pgsize_connections_alert" OF_SERVER
                  ") - max(pgsize_max_connections" OF_SERVER
                  ") + max(pgsize_ordinary_connections" OF_SERVER ")",
                  "alert", LOOK_LIMIT},
                 {"max(pgsize_ordinary_connections" OF_SERVER ")", "full", LOOK_LIMIT}}},
    {.title = "Idle against active",
     GRAPH,
     .is_stacked = true,
     .description = "Sessions by state. Many idle ones: pools are larger than their work.",
     .queries = {{SESSIONS_BY("state", ""), "{{state}}"}}},
    {.title = "Waiting for a lock",
     GRAPH,
     .description = "Active sessions that wait for one another: with more connections they wait "
                    "longer, not less.",
     .queries = {{"max(pgsize_sessions_waiting" OF_SERVER ")", "waiting"}}},
    {.title = "Refused and lost",
     GRAPH,
     .description =
         "Looks that the server refused because it was full, and those that got no answer.",
     .queries = {{"sum by (outcome) (increase(pgsize_samples_total{server=\"$server\","
                  "outcome!=\"seen\"}[$__rate_interval]))",
                  "{{outcome}}"}}},
    {.title = "Failures, in 5 minutes",
     GRAPH,
     .unit = "percentunit",
     .description = "The share of looks that were refused or lost; the alert is at 5 %.",
     .queries = {{"sum(increase(pgsize_samples_total{server=\"$server\",outcome!=\"seen\"}[5m])) / "
                  "sum(increase(pgsize_samples_total" OF_SERVER "[5m]))",
                  "failed"},
                 {"vector(0.05)", "alert", LOOK_LIMIT}}},
    {.title = "Circuit breaker",
     .type = "state-timeline",
     .width = PANEL_COLUMNS,
     .height = PANEL_ROWS,
     .description = "While it is open, a lost server is not asked.",
     .queries = {{"max by (state) (pgsize_breaker_state" OF_SERVER ")", "{{state}}"}}},
    {.title = "Held against declared and recommended",
     .type = "bargauge",
     .width = PANEL_COLUMNS,
     .height = PANEL_ROWS,
     .is_instant = true,
     .description =
         "For each service: the most it held in the range shown, and what it may hold at "
         "peak by its declared and its recommended limits.",
     .queries = {{"max_over_time(" SESSIONS_BY("service", ",service!=\"\"") "[$__range:1m])",
                  "{{service}}: held"},
                 {"sum by (service) (max by (service, database, role) "
                  "(pgsize_peak{server=\"$server\",of=\"declared\"}))",
                  "{{service}}: declared"},
                 {"sum by (service) (max by (service, database, role) "
                  "(pgsize_peak{server=\"$server\",of=\"recommended\"}))",
                  "{{service}}: recommended"}}},
};

/* Grafana would take `$name` and `[[name]]` for a variable of its own. */
static bool is_inert(const char *shown)
{
    return strchr(shown, '$') == NULL && strstr(shown, "[[") == NULL;
}

static void exporter_panel_put(struct grid *grid, const struct server_sizing *server)
{
    struct arena scratch = {.on_out_of_memory = grid->writer->text->arena->on_out_of_memory};
    const struct budget *budget = &server->budget;
    const char *name = label_shown(&scratch, server->server->name);
    const char *named = exporter_server(&scratch, server->server);
    struct text expression = {.arena = &scratch};
    text_put(&expression, "sum by (application_name) (pg_stat_activity_count{server=\"");
    label_value_put(&expression, named);
    text_put(&expression, "\",backend_type=~\"(client backend)?\"})");
    struct panel panel = {
        .title = arena_printf(&scratch, "%s, by postgres_exporter", name),
        GRAPH,
        .is_stacked = true,
        .description = "Sessions by application name. The lines are where this topology's alert "
                       "and the end of the ordinary roles' slots are.",
        .queries = {{expression.bytes, "{{application_name}}"}},
    };
    if (budget->source != SOURCE_NONE) {
        int64_t kept = budget->superuser_reserved_connections + budget->reserved_connections;
        panel.warn_at = budget->alert_connections - kept;
        panel.stop_at = budget->max_connections - kept;
    }
    if (is_inert(name) && is_inert(named))
        panel_put(grid, &panel);
    text_free(&expression);
    arena_free(&scratch);
}

static void inputs_put(struct json_writer *writer)
{
    static const struct {
        const char *type, *id, *name, *version;
    } required[] = {{"grafana", "grafana", "Grafana", "9.0.0"},
                    {"datasource", "prometheus", "Prometheus", "1.0.0"}};
    json_write_open(writer, "__inputs", '[');
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "name", "DS_PROMETHEUS");
    json_write_string(writer, "label", "Prometheus");
    json_write_string(writer, "description", "Where pgsize's metrics are");
    json_write_string(writer, "type", "datasource");
    json_write_string(writer, "pluginId", "prometheus");
    json_write_string(writer, "pluginName", "Prometheus");
    json_write_close(writer, '}');
    json_write_close(writer, ']');
    json_write_open(writer, "__requires", '[');
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "type", required[i].type);
        json_write_string(writer, "id", required[i].id);
        json_write_string(writer, "name", required[i].name);
        json_write_string(writer, "version", required[i].version);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void variable_put(struct json_writer *writer)
{
    static const char query[] = "label_values(pgsize_up, server)";
    json_write_open(writer, "templating", '{');
    json_write_open(writer, "list", '[');
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "type", "query");
    json_write_string(writer, "name", "server");
    json_write_string(writer, "label", "Server");
    grafana_datasource_put(writer);
    json_write_open(writer, "query", '{');
    json_write_string(writer, "query", query);
    json_write_string(writer, "refId", "servers");
    json_write_close(writer, '}');
    json_write_integer(writer, "refresh", 2); /* whenever the range changes */
    json_write_integer(writer, "sort", 1);
    json_write_integer(writer, "hide", 0);
    json_write_bool(writer, "multi", false);
    json_write_bool(writer, "includeAll", false);
    json_write_close(writer, '}');
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}

static void head_put(struct json_writer *writer)
{
    static const char *const tags[] = {"pgsize", "postgresql"};
    json_write_null(writer, "id");
    json_write_string(writer, "title", "PostgreSQL connections (pgsize)");
    json_write_string(writer, "description",
                      "Who is connected, against what the topology allows. Made by pgsize.");
    json_write_open(writer, "tags", '[');
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
        json_write_string(writer, NULL, tags[i]);
    json_write_close(writer, ']');
    json_write_integer(writer, "schemaVersion", SCHEMA_VERSION);
    json_write_integer(writer, "version", 1);
    json_write_bool(writer, "editable", true);
    json_write_integer(writer, "graphTooltip", 1); /* one crosshair for all panels */
    json_write_string(writer, "timezone", "browser");
    json_write_string(writer, "refresh", "30s");
    json_write_open(writer, "time", '{');
    json_write_string(writer, "from", "now-6h");
    json_write_string(writer, "to", "now");
    json_write_close(writer, '}');
    json_write_open(writer, "annotations", '{');
    json_write_open(writer, "list", '[');
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}

void grafana_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    struct json_writer writer = {.text = text};
    struct grid grid = {.writer = &writer};
    json_write_open(&writer, NULL, '{');
    inputs_put(&writer);
    head_put(&writer);
    variable_put(&writer);
    json_write_open(&writer, "panels", '[');
    for (size_t i = 0; i < sizeof panels / sizeof panels[0]; i++)
        panel_put(&grid, &panels[i]);
    for (size_t i = 0; i < sizing->server_count && i < MOST_SERVERS; i++)
        exporter_panel_put(&grid, &sizing->servers[i]);
    json_write_close(&writer, ']');
    json_write_close(&writer, '}');
    text_put_char(text, '\n');
}
