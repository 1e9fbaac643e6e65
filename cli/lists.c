#include "lists.h"

#include "list_clients.h"
#include "probe.h"
#include "recommend.h"
#include "rule.h"

#include <string.h>

/* --- rules --- */

static const char *rule_id(size_t index)
{
    return rule_at(index)->id;
}

static const char *rule_name(size_t index)
{
    return rule_at(index)->name;
}

static const struct column rule_columns[] = {
    {"RULE", TEXT_LEFT, 0, false},
    {"NAME", TEXT_LEFT, 0, false},
    {"SEVERITY", TEXT_LEFT, 0, false},
    {"FIRES WHEN", TEXT_LEFT, 0, true},
};

static void rule_fill(size_t index, struct row *row)
{
    const struct rule *rule = rule_at(index);
    text_put(&row->cells[0], rule->id);
    text_put(&row->cells[1], rule->name);
    text_put(&row->cells[2], severity_name(rule->severity));
    text_put(&row->cells[3], rule->help);
}

static void rule_json(size_t index, struct json_writer *writer)
{
    const struct rule *rule = rule_at(index);
    json_write_string(writer, "id", rule->id);
    json_write_string(writer, "name", rule->name);
    json_write_string(writer, "severity", severity_name(rule->severity));
    json_write_string(writer, "help", rule->help);
    json_write_string(writer, "why", rule->why);
}

/* --- formats --- */

static size_t formats_count(void)
{
    return format_count;
}

static const char *format_name(size_t index)
{
    return formats[index].name;
}

static const struct column format_columns[] = {
    {"FORMAT", TEXT_LEFT, 0, false},
    {"WHAT IT IS FOR", TEXT_LEFT, 0, true},
};

static void format_fill(size_t index, struct row *row)
{
    text_put(&row->cells[0], formats[index].name);
    text_put(&row->cells[1], formats[index].what);
}

static void format_json(size_t index, struct json_writer *writer)
{
    json_write_string(writer, "name", formats[index].name);
    json_write_string(writer, "what", formats[index].what);
    json_write_bool(writer, "carries_passwords", formats[index].carries_passwords);
}

/* --- formulas --- */

static size_t formulas_count(void)
{
    return formula_row_count;
}

static const char *formula_id(size_t index)
{
    return formula_rows[index].name;
}

static const struct column formula_columns[] = {
    {"FORMULA", TEXT_LEFT, 0, false},
    {"LIMIT OF A POOL", TEXT_LEFT, 0, true},
};

static void formula_fill(size_t index, struct row *row)
{
    text_put(&row->cells[0], formula_rows[index].name);
    text_printf(&row->cells[1], "%s. %s", formula_rows[index].expression, formula_rows[index].what);
}

static void formula_json(size_t index, struct json_writer *writer)
{
    json_write_string(writer, "name", formula_rows[index].name);
    json_write_string(writer, "expression", formula_rows[index].expression);
    json_write_string(writer, "what", formula_rows[index].what);
}

/* --- queries --- */

static size_t queries_count(void)
{
    return query_count;
}

static const char *query_name(size_t index)
{
    return queries[index].name;
}

static const struct column query_columns[] = {
    {"QUERY", TEXT_LEFT, 0, false},
    {"POSTGRESQL", TEXT_LEFT, 0, false},
    {"WHAT IT ASKS", TEXT_LEFT, 0, true},
};

/* The majors that are asked: "10 and later", "10 to 12", "10". */
static void majors_put(const struct query *query, struct text *text)
{
    int since = query->since > 0 ? query->since : PROBE_OLDEST_MAJOR;
    if (query->until == 0)
        text_printf(text, "%d and later", since);
    else if (query->until == since)
        text_printf(text, "%d", since);
    else
        text_printf(text, "%d to %d", since, query->until);
}

static void query_fill(size_t index, struct row *row)
{
    text_put(&row->cells[0], queries[index].name);
    majors_put(&queries[index], &row->cells[1]);
    text_put(&row->cells[2], queries[index].description);
}

static void query_json(size_t index, struct json_writer *writer)
{
    const struct query *query = &queries[index];
    json_write_string(writer, "name", query->name);
    json_write_string(writer, "what", query->description);
    json_write_count(writer, "since", query->since > 0 ? query->since : PROBE_OLDEST_MAJOR);
    json_write_count(writer, "until", query->until > 0 ? query->until : -1);
    json_write_string(writer, "sql", query->sql);
}

/* "-- word word", folded at the width of the page. */
static void comment_put(const struct page *page, const char *words, struct text *text)
{
    static const char sign[] = "-- ";
    struct report narrow = page->lines;
    struct text folded = {.arena = narrow.arena};
    narrow.width -= strlen(sign);
    (void)wrap_put(&narrow, &folded, words, 0, 0);
    for (const char *line = folded.bytes; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        text_put(text, sign);
        text_put_bytes(text, line, length);
        text_put_char(text, '\n');
        line += length + (line[length] == '\n');
    }
    text_free(&folded);
}

/* A script for psql, which needs a value where the probe puts the rest of its time. */
static void queries_full(const struct page *page, const struct selection *selection,
                         struct text *text)
{
    struct text words = {.arena = page->lines.arena};
    for (size_t i = 0; i < selection->count; i++) {
        const struct query *query = &queries[selection->indices[i]];
        words.length = 0;
        text_printf(&words, "%s: %s", query->name, query->description);
        if (query->since > 0 || query->until > 0) {
            text_put(&words, " (PostgreSQL ");
            majors_put(query, &words);
            text_put_char(&words, ')');
        }
        text_put(text, i > 0 ? "\n" : "");
        comment_put(page, words.bytes, text);
        if (strstr(query->sql, ":timeout_ms") != NULL)
            text_put(text, "\\set timeout_ms 10000\n");
        text_printf(text, "%s;\n", query->sql);
    }
    text_free(&words);
}

/* --- the lists --- */

#define COLUMNS(rows) .columns = (rows), .column_count = sizeof(rows) / sizeof((rows)[0])

const struct list lists[] = {
    {
        .name = "clients",
        .columns = client_list_columns,
        .column_count = CLIENT_LIST_COLUMNS,
        .count = client_list_count,
        .id = client_list_id,
        .second = client_list_name,
        .fill = client_list_fill,
        .json = client_list_json,
        .full = client_list_full,
        .note = client_list_note,
    },
    {
        .name = "rules",
        COLUMNS(rule_columns),
        .count = rule_count,
        .id = rule_id,
        .second = rule_name,
        .fill = rule_fill,
        .json = rule_json,
    },
    {
        .name = "formats",
        COLUMNS(format_columns),
        .count = formats_count,
        .id = format_name,
        .fill = format_fill,
        .json = format_json,
    },
    {
        .name = "formulas",
        COLUMNS(formula_columns),
        .count = formulas_count,
        .id = formula_id,
        .fill = formula_fill,
        .json = formula_json,
    },
    {
        .name = "queries",
        COLUMNS(query_columns),
        .count = queries_count,
        .id = query_name,
        .fill = query_fill,
        .json = query_json,
        .full = queries_full,
    },
};
const size_t lists_count = sizeof lists / sizeof lists[0];
