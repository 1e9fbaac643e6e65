#include "grafana_parts.h"

#include <string.h>

enum { COLUMNS = 24 };

void grafana_datasource_put(struct json_writer *writer)
{
    json_write_open(writer, "datasource", '{');
    json_write_string(writer, "type", "prometheus");
    json_write_string(writer, "uid", "${DS_PROMETHEUS}");
    json_write_close(writer, '}');
}

static void place_put(struct grid *grid, const struct panel *panel)
{
    struct json_writer *writer = grid->writer;
    if (grid->x + panel->width > COLUMNS) {
        grid->x = 0;
        grid->y += grid->row_height;
        grid->row_height = 0;
    }
    json_write_open(writer, "gridPos", '{');
    json_write_integer(writer, "h", panel->height);
    json_write_integer(writer, "w", panel->width);
    json_write_integer(writer, "x", grid->x);
    json_write_integer(writer, "y", grid->y);
    json_write_close(writer, '}');
    grid->x += panel->width;
    if (panel->height > grid->row_height)
        grid->row_height = panel->height;
}

static void targets_put(struct json_writer *writer, const struct panel *panel)
{
    json_write_open(writer, "targets", '[');
    for (size_t i = 0; i < GRAFANA_MOST_QUERIES && panel->queries[i].expression != NULL; i++) {
        const char id[] = {(char)('A' + i), '\0'};
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "refId", id);
        grafana_datasource_put(writer);
        json_write_string(writer, "expr", panel->queries[i].expression);
        json_write_string(writer, "legendFormat", panel->queries[i].legend);
        json_write_bool(writer, "instant", panel->is_instant);
        json_write_bool(writer, "range", !panel->is_instant);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void step_put(struct json_writer *writer, const char *colour, int64_t value)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "color", colour);
    if (value > 0)
        json_write_integer(writer, "value", value);
    else
        json_write_null(writer, "value");
    json_write_close(writer, '}');
}

static void thresholds_put(struct json_writer *writer, const struct panel *panel)
{
    json_write_open(writer, "thresholds", '{');
    json_write_string(writer, "mode", "absolute");
    json_write_open(writer, "steps", '[');
    step_put(writer, "green", 0);
    if (panel->warn_at > 0)
        step_put(writer, "orange", panel->warn_at);
    if (panel->stop_at > 0)
        step_put(writer, "red", panel->stop_at);
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}

static void named_put(struct json_writer *writer, const char *key, const char *name,
                      const char *value)
{
    json_write_open(writer, key, '{');
    json_write_string(writer, name, value);
    json_write_close(writer, '}');
}

static void graph_look_put(struct json_writer *writer, const struct panel *panel)
{
    json_write_open(writer, "custom", '{');
    json_write_string(writer, "drawStyle", "line");
    json_write_integer(writer, "fillOpacity", panel->is_stacked ? 30 : 0);
    json_write_string(writer, "showPoints", "never");
    json_write_open(writer, "stacking", '{');
    json_write_string(writer, "group", "A");
    json_write_string(writer, "mode", panel->is_stacked ? "normal" : "none");
    json_write_close(writer, '}');
    named_put(writer, "thresholdsStyle", "mode", panel->warn_at > 0 ? "line" : "off");
    json_write_close(writer, '}');
}

static void property_open(struct json_writer *writer, const char *id)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "id", id);
}

/* A limit is a dashed line over what is stacked. */
static void limit_look_put(struct json_writer *writer, const char *query)
{
    json_write_open(writer, NULL, '{');
    json_write_open(writer, "matcher", '{');
    json_write_string(writer, "id", "byFrameRefID");
    json_write_string(writer, "options", query);
    json_write_close(writer, '}');
    json_write_open(writer, "properties", '[');
    property_open(writer, "custom.stacking");
    named_put(writer, "value", "mode", "none");
    json_write_close(writer, '}');
    property_open(writer, "custom.fillOpacity");
    json_write_integer(writer, "value", 0);
    json_write_close(writer, '}');
    property_open(writer, "custom.lineStyle");
    named_put(writer, "value", "fill", "dash");
    json_write_close(writer, '}');
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}

static void fields_put(struct json_writer *writer, const struct panel *panel)
{
    json_write_open(writer, "fieldConfig", '{');
    json_write_open(writer, "defaults", '{');
    json_write_string(writer, "unit", panel->unit != NULL ? panel->unit : "short");
    json_write_integer(writer, "min", 0);
    thresholds_put(writer, panel);
    if (strcmp(panel->type, "timeseries") == 0)
        graph_look_put(writer, panel);
    json_write_close(writer, '}');
    json_write_open(writer, "overrides", '[');
    for (size_t i = 0; i < GRAFANA_MOST_QUERIES; i++)
        if (panel->queries[i].look == LOOK_LIMIT)
            limit_look_put(writer, (const char[]){(char)('A' + i), '\0'});
    json_write_close(writer, ']');
    json_write_close(writer, '}');
}

void panel_put(struct grid *grid, const struct panel *panel)
{
    struct json_writer *writer = grid->writer;
    json_write_open(writer, NULL, '{');
    json_write_integer(writer, "id", ++grid->id);
    json_write_string(writer, "type", panel->type);
    json_write_string(writer, "title", panel->title);
    json_write_string(writer, "description", panel->description);
    grafana_datasource_put(writer);
    place_put(grid, panel);
    fields_put(writer, panel);
    json_write_open(writer, "options", '{');
    json_write_close(writer, '}');
    targets_put(writer, panel);
    json_write_close(writer, '}');
}
