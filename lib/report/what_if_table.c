/*
 * A curve, or scenarios, for a terminal: one line for each run.
 */
#include "layout.h"
#include "what_if.h"

#include <inttypes.h>
#include <string.h>

enum { POOLS_SHOWN = 3, SPARK_CELLS = 60 };

/* The fullest server of a run: NULL where no figure is known. */
static const struct what_if_server *fullest(const struct what_if_point *point)
{
    const struct what_if_server *found = NULL;
    for (size_t i = 0; i < point->server_count; i++)
        if (point->servers[i].permille != UNKNOWN &&
            (found == NULL || point->servers[i].permille > found->permille))
            found = &point->servers[i];
    return found;
}

/* Names of the pools that have a column: those of the path's service, then in file order. */
struct shown {
    const char *names[POOLS_SHOWN];
    size_t count, more;
};

static bool is_shown(const struct shown *shown, const char *name)
{
    for (size_t i = 0; i < shown->count; i++)
        if (strcmp(shown->names[i], name) == 0)
            return true;
    return false;
}

static struct shown shown_find(const struct what_if *what_if)
{
    struct shown shown = {0};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < what_if->points[0].pool_count; i++) {
            const struct what_if_pool *pool = &what_if->points[0].pools[i];
            bool own = what_if->service != NULL && strcmp(pool->service, what_if->service) == 0;
            if (own != (pass == 0) || is_shown(&shown, pool->name))
                continue;
            if (shown.count == POOLS_SHOWN)
                shown.more++;
            else
                shown.names[shown.count++] = pool->name;
        }
    }
    return shown;
}

static void limit_put(const struct what_if_point *point, const char *name, struct text *cell)
{
    for (size_t i = 0; i < point->pool_count; i++) {
        const struct what_if_pool *pool = &point->pools[i];
        if (strcmp(pool->name, name) != 0)
            continue;
        if (pool->limit == UNKNOWN)
            break;
        text_put_int(cell, pool->limit);
        if (!pool->met)
            text_printf(cell, " of %" PRId64, pool->need);
        return;
    }
    text_put_char(cell, '-');
}

/* The name is cut here, so that the word after it is not. */
static void unmet_put(const char *name, struct text *cell)
{
    enum { NAME_CUT = 14 };
    size_t width = text_width(name, cell->plain);
    text_put_cell(cell, name, width < NAME_CUT ? width : NAME_CUT, TEXT_LEFT);
    text_put(cell, " unmet");
}

/* "met", "api unmet", "3 unmet", or nothing where nobody has a need. */
static void needs_put(const struct what_if_point *point, struct text *cell)
{
    size_t needs = 0, unmet = 0;
    const char *name = NULL;
    for (size_t i = 0; i < point->pool_count; i++) {
        needs += point->pools[i].need != UNKNOWN;
        unmet += !point->pools[i].met;
        if (!point->pools[i].met && name == NULL)
            name = point->pools[i].name;
    }
    if (unmet == 1)
        unmet_put(name, cell);
    else if (unmet > 1)
        text_printf(cell, "%zu unmet", unmet);
    else
        text_put(cell, needs > 0 ? "met" : "-");
}

static void used_put(const struct what_if_point *point, struct text *cell)
{
    const struct what_if_server *server = fullest(point);
    if (server == NULL) {
        text_put_char(cell, '-');
        return;
    }
    text_printf(cell, "%" PRId64 " of %" PRId64 "  %" PRId64 " %%", server->used,
                server->max_connections, (server->permille + 5) / 10);
    if (point->server_count > 1)
        text_printf(cell, " on %s", server->name);
}

/* What the report above says already, and nothing here changes. */
static bool is_everywhere(const struct what_if *what_if, const struct rule *rule)
{
    for (size_t i = 0; i < what_if->point_count; i++) {
        const struct what_if_point *point = &what_if->points[i];
        bool found = false;
        for (size_t k = 0; k < point->rule_count; k++)
            found |= point->rules[k] == rule;
        if (!found)
            return false;
    }
    return what_if->point_count > 1;
}

static void point_row(const struct what_if *what_if, const struct shown *shown, size_t index,
                      struct row *row)
{
    const struct what_if_point *point = &what_if->points[index];
    size_t column = 0;
    row_clear(row, shown->count + 4);
    text_put(&row->cells[column++], point->label);
    for (size_t i = 0; i < shown->count; i++)
        limit_put(point, shown->names[i], &row->cells[column++]);
    needs_put(point, &row->cells[column++]);
    used_put(point, &row->cells[column++]);
    struct text *findings = &row->cells[column];
    for (size_t i = 0; i < point->rule_count; i++)
        if (!is_everywhere(what_if, point->rules[i]))
            text_printf(findings, "%s%s", findings->length > 0 ? ", " : "", point->rules[i]->name);
    if (what_if->is_curve && index == what_if_first_broken(what_if))
        text_printf(findings, "%s<- breaks here", findings->length > 0 ? "  " : "");
}

static void points_table(const struct report *report, const struct what_if *what_if,
                         const struct shown *shown, struct text *text)
{
    struct column columns[TABLE_MAX_COLUMNS] = {
        {what_if->heading, TEXT_LEFT, NAME_MAX_WIDTH, .least = 12}};
    struct table table;
    struct row row;
    size_t count = 1;
    for (size_t i = 0; i < shown->count; i++)
        columns[count++] = (struct column){shown->names[i], TEXT_RIGHT, NAME_MAX_WIDTH / 2,
                                           .least = 8, .whole_cells = true};
    columns[count++] = (struct column){"NEEDS", TEXT_LEFT, NAME_MAX_WIDTH};
    columns[count++] = (struct column){"USED AT PEAK", TEXT_LEFT, NAME_MAX_WIDTH, .least = 18,
                                       .whole_cells = what_if->points[0].server_count == 1};
    columns[count++] = (struct column){"FINDINGS", TEXT_LEFT, 1, true};
    table_init(&table, report, columns, count);
    row_init(&row, &table);
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            table_fit(&table);
            table_put_heading(&table, text);
        }
        for (size_t i = 0; i < what_if->point_count; i++) {
            point_row(what_if, shown, i, &row);
            if (pass == 0)
                table_measure(&table, &row);
            else
                table_put_row(&table, &row, text);
        }
    }
    row_free(&row, count);
}

/* One cell for each run, at most SPARK_CELLS: the fullest server of the fullest run in it. A run
 * without a figure is a gap. */
static void spark_put(const struct report *report, const struct what_if *what_if, struct text *text)
{
    static const char *const blocks[] = {"\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83",
                                         "\xe2\x96\x84", "\xe2\x96\x85", "\xe2\x96\x86",
                                         "\xe2\x96\x87", "\xe2\x96\x88"};
    static const char *const plain[] = {"_", "_", ".", ".", "-", "-", "=", "#"};
    size_t cells = what_if->point_count < SPARK_CELLS ? what_if->point_count : SPARK_CELLS;
    for (size_t cell = 0; cell < cells; cell++) {
        int64_t most = UNKNOWN;
        for (size_t i = cell * what_if->point_count / cells;
             i < (cell + 1) * what_if->point_count / cells; i++) {
            const struct what_if_server *server = fullest(&what_if->points[i]);
            if (server != NULL && server->permille > most)
                most = server->permille;
        }
        int64_t level = most * 8 / 1001;
        level = level < 0 ? 0 : level > 7 ? 7 : level;
        text_put(text, most == UNKNOWN ? " " : (report->unicode ? blocks : plain)[level]);
    }
}

void what_if_put(const struct report *report, const struct what_if *what_if, struct text *text)
{
    struct shown shown = shown_find(what_if);
    text_put_char(text, '\n');
    colour_on(report, text, COLOUR_BOLD);
    text_put_visible(text, what_if->title);
    colour_off(report, text, COLOUR_BOLD);
    if (what_if->is_curve) {
        text_put(text, "   ");
        spark_put(report, what_if, text);
        text_put(text, "  used at peak");
    }
    text_put_char(text, '\n');
    points_table(report, what_if, &shown, text);
    if (shown.more > 0)
        text_printf(text, "and the limits of %zu more: --format json and csv have them\n",
                    shown.more);
}
