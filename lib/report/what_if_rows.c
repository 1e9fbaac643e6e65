/*
 * What one run of a curve or scenario says, cell by cell.
 */
#include "what_if_rows.h"

#include <inttypes.h>
#include <string.h>

const struct what_if_server *what_if_fullest(const struct what_if_point *point)
{
    const struct what_if_server *found = NULL;
    for (size_t i = 0; i < point->server_count; i++)
        if (point->servers[i].permille != UNKNOWN &&
            (found == NULL || point->servers[i].permille > found->permille))
            found = &point->servers[i];
    return found;
}

static bool is_shown(const struct what_if_shown *shown, const char *name)
{
    for (size_t i = 0; i < shown->count; i++)
        if (strcmp(shown->names[i], name) == 0)
            return true;
    return false;
}

struct what_if_shown what_if_shown_find(const struct what_if *what_if)
{
    struct what_if_shown shown = {0};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < what_if->points[0].pool_count; i++) {
            const struct what_if_pool *pool = &what_if->points[0].pools[i];
            bool own = what_if->service != NULL && strcmp(pool->service, what_if->service) == 0;
            if (own != (pass == 0) || is_shown(&shown, pool->name))
                continue;
            if (shown.count == WHAT_IF_POOLS)
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
    const struct what_if_server *server = what_if_fullest(point);
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

void what_if_row(const struct what_if *what_if, const struct what_if_shown *shown, size_t index,
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

size_t what_if_columns_make(const struct what_if *what_if, const struct what_if_shown *shown,
                            struct column *ret_columns)
{
    size_t count = 0;
    ret_columns[count++] =
        (struct column){what_if->heading, TEXT_LEFT, NAME_MAX_WIDTH, .least = 12};
    for (size_t i = 0; i < shown->count; i++)
        ret_columns[count++] = (struct column){shown->names[i], TEXT_RIGHT, NAME_MAX_WIDTH / 2,
                                               .least = 8, .whole_cells = true};
    ret_columns[count++] = (struct column){"NEEDS", TEXT_LEFT, NAME_MAX_WIDTH};
    ret_columns[count++] = (struct column){"USED AT PEAK", TEXT_LEFT, NAME_MAX_WIDTH, .least = 18,
                                           .whole_cells = what_if->points[0].server_count == 1};
    ret_columns[count++] = (struct column){"FINDINGS", TEXT_LEFT, 1, true};
    return count;
}
