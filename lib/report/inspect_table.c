/*
 * inspect for people in a terminal: what the server has, who holds it, what is wrong.
 */
#include "inspect_parts.h"
#include "table_parts.h"
#include "verdict.h"

static void section_put(const struct report *report, const struct section *section,
                        struct text *text)
{
    struct table table;
    struct row row;
    struct text rest = {.arena = report->arena};
    size_t shown = section->count <= section->most + 1 ? section->count : section->most;
    table_init(&table, report, section->columns, section->column_count);
    row_init(&row, &table);
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            table_fit(&table);
            table_put_heading(&table, text);
        }
        for (size_t i = 0; i < shown; i++) {
            row_clear(&row, section->column_count);
            section_row(section, i, &row);
            if (pass == 0)
                table_measure(&table, &row);
            else
                table_put_row(&table, &row, text);
        }
    }
    section_rest_put(section, shown, &rest);
    if (rest.length > 0)
        text_printf(text, "%s\n", rest.bytes);
    text_free(&rest);
    row_free(&row, section->column_count);
}

static void server_put(const struct report *report, const struct server_sizing *server,
                       struct text *text)
{
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    struct section sections[SECTIONS];
    server_head_put(report, server, text);
    inspect_lines_put(report, server, text);
    size_t count = sections_make(&arena, report, server, sections);
    for (size_t i = 0; i < count; i++) {
        text_put_char(text, '\n');
        section_put(report, &sections[i], text);
    }
    arena_free(&arena);
}

void inspect_put(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    for (size_t i = 0; i < sizing->server_count; i++) {
        text_put(text, i > 0 ? "\n" : "");
        server_put(report, &sizing->servers[i], text);
    }
    findings_put(report, text);
    tally_put(report, text);
}
