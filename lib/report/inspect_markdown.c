/*
 * inspect as a comment: what each server has and holds, its services; and folded below that, who
 * else holds slots.
 */
#include "inspect_parts.h"
#include "markdown_parts.h"
#include "table_parts.h"

static void section_lines(const struct report *report, const struct section *section,
                          struct text *lines)
{
    struct table table = {.report = report, .column_count = section->column_count};
    struct row row;
    text_put_char(lines, '\n');
    markdown_heading_put(lines, section->columns, section->column_count);
    row_init(&row, &table);
    for (size_t i = 0; i < section->count; i++) {
        row_clear(&row, section->column_count);
        section_row(section, i, &row);
        markdown_row_put(lines, &row, section->column_count);
    }
    row_free(&row, section->column_count);
}

static void head_lines(const struct report *report, const struct server_sizing *server,
                       struct text *lines)
{
    struct report items = *report;
    struct text words = {.arena = report->arena};
    items.line_put = markdown_item_put;
    text_put(lines, "\n**");
    markdown_put(lines, server->server->name, MARKDOWN_NAME);
    text_put(lines, "**: ");
    server_words_put(server, &words);
    markdown_put(lines, words.bytes, MARKDOWN_SENTENCE);
    text_put(lines, "\n\n");
    words.length = 0;
    if (server->budget.source != SOURCE_NONE) {
        budget_words_put(server, &words);
        markdown_item_put("budget", words.bytes, lines);
    }
    inspect_lines_put(&items, server, lines);
    text_free(&words);
}

static void server_take(struct part *part, const struct server_sizing *server)
{
    const struct report *report = part->report;
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    struct text lines = {.arena = report->arena};
    struct section sections[SECTIONS];
    size_t count = sections_make(&arena, report, server, sections);
    head_lines(report, server, &lines);
    if (count > 0)
        section_lines(report, &sections[0], &lines);
    part_take_lines(part, &lines);
    lines.length = 0;
    for (size_t i = 1; i < count; i++)
        section_lines(report, &sections[i], &lines);
    markdown_fold(part, "Roles, databases, client addresses, states", &lines, "row");
    text_free(&lines);
    arena_free(&arena);
}

void markdown_inspect_put(struct part *part)
{
    const struct sizing *sizing = part->report->sizing;
    for (size_t i = 0; i < sizing->server_count; i++)
        server_take(part, &sizing->servers[i]);
    part_end(part);
}
