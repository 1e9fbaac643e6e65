/*
 * The tables: what the table of a terminal says, in the same words.
 */
#include "changes.h"
#include "html_parts.h"
#include "service_rows.h"
#include "snapshot.h"
#include "table_parts.h"
#include "what_if_rows.h"

#include <inttypes.h>
#include <string.h>

static void row_put(struct text *text, const struct column *columns, const struct row *row,
                    size_t count)
{
    text_put(text, "<tr>");
    for (size_t i = 0; i < count; i++)
        element_name_put(text,
                         i == 0                          ? "th scope=\"row\""
                         : columns[i].side == TEXT_RIGHT ? "td class=\"n\""
                                                         : "td",
                         row->cells[i].bytes);
    text_put(text, "</tr>\n");
}

/* `of` says more of it, in brackets; NULL: nothing. */
static void fact_put(struct text *text, const char *name, const char *of, int64_t count)
{
    text_put(text, "<tr><th scope=\"row\">");
    text_put_xml(text, name);
    if (of != NULL) {
        text_put(text, " (");
        name_put(text, of);
        text_put_char(text, ')');
    }
    text_put(text, "</th>");
    element_int_put(text, "td class=\"n\"", count);
    text_put(text, "</tr>\n");
}

static void kept_facts_put(const struct server_sizing *server, struct text *text)
{
    const struct budget *budget = &server->budget;
    fact_put(text, "superuser_reserved_connections", NULL, budget->superuser_reserved_connections);
    fact_put(text, "reserved_connections", NULL, budget->reserved_connections);
    for (size_t i = 0; i < server->server->reserved_count; i++)
        fact_put(text, "reserved", server->server->reserved[i].name,
                 server->server->reserved[i].count);
    if (budget->provider > 0)
        fact_put(text, "reserved", "by the provider", budget->provider);
    fact_put(text, "margin", NULL, budget->margin);
    fact_put(text, "kept back", "the sum of these", budget->kept);
}

void unknown_put(const struct server_sizing *server, struct text *text)
{
    const char *words = unknown_words(server);
    text_put_char(text, (char)(words[0] - 'a' + 'A'));
    text_printf(text, "%s.\n", words + 1);
}

static void facts_put(const struct server_sizing *server, struct text *text)
{
    static const struct column columns[] = {{"FACT"}, {"CONNECTIONS", TEXT_RIGHT}};
    const struct budget *budget = &server->budget;
    if (budget->source == SOURCE_NONE) {
        text_put(text, "<p>");
        unknown_put(server, text);
        text_put(text, "</p>\n");
        return;
    }
    table_open(text, "facts", "What the server has");
    headings_put(text, columns, 2);
    fact_put(text, "max_connections", source_name(budget->source), budget->max_connections);
    kept_facts_put(server, text);
    if (budget->budget < 0)
        fact_put(text, "too few for what is kept back", NULL, -budget->budget);
    else
        fact_put(text, "for services", "what is left", budget->budget);
    fact_put(text, "alert at", NULL, budget->alert_connections);
    table_close(text);
}

static void services_put(const struct report *report, const struct server_sizing *server,
                         struct text *text)
{
    bool is_check = report->sizing->purpose == PURPOSE_CHECK;
    const struct column columns[] = {
        {"SERVICE"},           {"CLIENT"},           {"PROCESSES"}, {"TODAY", TEXT_RIGHT},
        {"LIMIT", TEXT_RIGHT}, {"NEED", TEXT_RIGHT}, {"AT PEAK"},   {is_check ? "TODAY IS" : "WHY"},
    };
    struct service_rows rows = {.report = report, .server = server, .with_why = true};
    struct table table = {.report = report, .column_count = SERVICE_CELLS};
    if (server->class_count + server->idle_count == 0) {
        text_put(text, is_front(report->sizing, server) ? "<p>No service goes through it.</p>\n"
                                                        : "<p>No service connects to it.</p>\n");
        return;
    }
    row_init(&rows.row, &table);
    table_open(text, "services", "Services");
    headings_put(text, columns, sizeof columns / sizeof columns[0]);
    while (service_rows_next(&rows)) {
        text_put(text, "<tr>");
        element_name_put(text, "th scope=\"row\"", rows.row.cells[CELL_SERVICE].bytes);
        for (size_t i = CELL_CLIENT; i <= CELL_LIMIT; i++)
            element_put(text, i < CELL_TODAY ? "td" : "td class=\"n\"", rows.row.cells[i].bytes);
        element_int_put(text, "td class=\"n\"", rows.shown == NULL ? UNKNOWN : rows.shown->need);
        element_put(text, "td class=\"sum\"", rows.row.cells[CELL_AT_PEAK].bytes);
        element_put(text, "td", rows.row.cells[CELL_WHY].bytes);
        text_put(text, "</tr>\n");
    }
    table_close(text);
    row_free(&rows.row, SERVICE_CELLS);
}

void server_tables_put(const struct report *report, size_t index, struct text *text)
{
    const struct server_sizing *server = &report->sizing->servers[index];
    struct report lines = *report;
    lines.line_put = definition_put;
    bool front = is_front(report->sizing, server);
    text_put(text, "<section>\n<h2>What <bdi>");
    name_put(text, server->server->name);
    text_put(text,
             front ? "</bdi> lets connect, and whom</h2>\n" : "</bdi> has, and who gets it</h2>\n");
    if (front) {
        struct text words = {.arena = report->arena};
        pooler_words_put(report, pooler_of_front(report->sizing, server), &words);
        element_put(text, "p", words.bytes);
        text_free(&words);
    } else {
        facts_put(server, text);
    }
    services_put(report, server, text);
    if (server->budget.source != SOURCE_NONE) {
        text_put(text, "<dl>\n");
        server_lines_put(&lines, server, text);
        text_put(text, "</dl>\n");
    }
    text_put(text, "</section>\n");
}

void what_if_table_put(const struct what_if *what_if, struct text *text)
{
    struct what_if_shown shown = what_if_shown_find(what_if);
    struct column columns[TABLE_MAX_COLUMNS];
    struct row row;
    size_t count = what_if_columns_make(what_if, &shown, columns);
    struct report report = {.arena = text->arena};
    struct table table = {.report = &report, .column_count = count};
    row_init(&row, &table);
    table_open(text, "runs", what_if->title);
    headings_put(text, columns, count);
    for (size_t i = 0; i < what_if->point_count; i++) {
        what_if_row(what_if, &shown, i, &row);
        row_put(text, columns, &row, count);
    }
    table_close(text);
    if (shown.more > 0)
        text_printf(text,
                    "<p>And the limits of %zu more: the formats json and csv have them.</p>\n",
                    shown.more);
    row_free(&row, count);
}

void changes_section_put(const struct report *report, struct text *text)
{
    const struct changes *changes = report->changes;
    struct table table = {.report = report, .column_count = CHANGE_COLUMNS};
    struct text head = {.arena = report->arena};
    struct row row;
    if (changes == NULL)
        return;
    changes_head_put(changes, &head);
    text_put(text, "<section id=\"changes\">\n<h2>Changes</h2>\n");
    element_put(text, "p", head.bytes);
    text_free(&head);
    row_init(&row, &table);
    if (changes->count > 0) {
        table_open(text, "changes", "What changed");
        headings_put(text, change_columns, CHANGE_COLUMNS);
    }
    for (size_t i = 0; i < changes->count; i++) {
        change_row(&changes->items[i], &row);
        row_put(text, change_columns, &row, CHANGE_COLUMNS);
    }
    if (changes->count > 0)
        table_close(text);
    row_free(&row, CHANGE_COLUMNS);
    text_put(text, "</section>\n");
}
