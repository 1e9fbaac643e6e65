/*
 * What changed, in words: for the table of a terminal, for the other formats that people read, and
 * for programs.
 */
#include "changes.h"

#include <inttypes.h>

static const char *const kind_words[] = {
    [CHANGE_NEW] = "new",
    [CHANGE_GONE] = "gone",
    [CHANGE_FIGURES] = "changed",
    [CHANGE_UNCOUNTED] = "accepted",
    [CHANGE_COUNTED] = "counts again",
};

/* ": verdict holds -> passes", and "," before what follows. */
static void pair_put(const char *noun, const char *const pair[2], const char **separator,
                     struct text *text)
{
    if (pair[0] == pair[1])
        return;
    text_printf(text, "%s%s %s -> %s", *separator, noun, pair[0], pair[1]);
    *separator = ", ";
}

void changes_head_put(const struct changes *changes, struct text *text)
{
    const char *separator = ": ";
    if (changes_are_none(changes)) {
        text_printf(text, "nothing changed since %s", changes->file);
        return;
    }
    text_printf(text, "what changed since %s", changes->file);
    pair_put("verdict", changes->verdicts, &separator, text);
    pair_put("formula", changes->formulas, &separator, text);
}

const struct column change_columns[CHANGE_COLUMNS] = {
    {"CHANGE"},
    {"OF", TEXT_LEFT, .most = NAME_MAX_WIDTH * 2, .least = 16},
    {"LIMIT", TEXT_RIGHT},
    {"AT PEAK", TEXT_RIGHT},
};

static void figure_put(int64_t figure, struct text *text)
{
    if (figure == UNKNOWN)
        text_put_char(text, '-');
    else
        text_put_int(text, figure);
}

/* "35 -> 7"; one figure where it is new, gone or the same. */
static void figures_put(const struct change *change, const int64_t figures[2], struct text *text)
{
    if (change->of == CHANGE_OF_FINDING)
        return;
    if (change->kind == CHANGE_FIGURES && figures[0] != figures[1]) {
        figure_put(figures[0], text);
        text_put(text, " -> ");
    }
    figure_put(figures[change->kind == CHANGE_GONE ? 0 : 1], text);
}

void change_row(const struct change *change, struct row *row)
{
    static const char *const nouns[] = {[CHANGE_OF_SERVER] = "server",
                                        [CHANGE_OF_SERVICE] = "service",
                                        [CHANGE_OF_FINDING] = "finding"};
    row_clear(row, CHANGE_COLUMNS);
    text_put(&row->cells[0], kind_words[change->kind]);
    text_printf(&row->cells[1], "%s %s", nouns[change->of], change->name);
    if (change->subject != NULL)
        text_printf(&row->cells[1], " of %s", change->subject);
    figures_put(change, change->limit, &row->cells[2]);
    figures_put(change, change->peak, &row->cells[3]);
}

void changes_put(const struct report *report, struct text *text)
{
    const struct changes *changes = report->changes;
    struct text head = {.arena = report->arena};
    struct table table;
    changes_head_put(changes, &head);
    text_put_char(text, '\n');
    (void)wrap_put(report, text, head.bytes, 0, 3);
    text_put_char(text, '\n');
    table_init(&table, report, change_columns, CHANGE_COLUMNS);
    for (int pass = 0; pass < 2 && changes->count > 0; pass++) {
        struct row row;
        row_init(&row, &table);
        if (pass == 1) {
            table_fit(&table);
            table_put_heading(&table, text);
        }
        for (size_t i = 0; i < changes->count; i++) {
            change_row(&changes->items[i], &row);
            if (pass == 0)
                table_measure(&table, &row);
            else
                table_put_row(&table, &row, text);
        }
        row_free(&row, CHANGE_COLUMNS);
    }
    text_free(&head);
}

/* --- for programs --- */

static void words_json(struct json_writer *writer, const char *key, const char *const pair[2])
{
    json_write_open(writer, key, '{');
    json_write_string(writer, "before", pair[0]);
    json_write_string(writer, "after", pair[1]);
    json_write_close(writer, '}');
}

static void figures_json(struct json_writer *writer, const char *key, const int64_t figures[2])
{
    json_write_open(writer, key, '{');
    json_write_count(writer, "before", figures[0]);
    json_write_count(writer, "after", figures[1]);
    json_write_close(writer, '}');
}

static void change_json(struct json_writer *writer, const struct change *change)
{
    bool is_server = change->of == CHANGE_OF_SERVER;
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "change", kind_words[change->kind]);
    if (change->of == CHANGE_OF_FINDING) {
        json_write_string(writer, "rule", change->name);
        json_write_string(writer, "subject", change->subject);
    } else {
        json_write_string(writer, "name", change->name);
        figures_json(writer, is_server ? "max_connections" : "limit", change->limit);
        figures_json(writer, is_server ? "used_at_peak" : "peak", change->peak);
    }
    json_write_close(writer, '}');
}

static void changes_of_json(struct json_writer *writer, const struct changes *changes,
                            const char *key, enum change_of of)
{
    json_write_open(writer, key, '[');
    for (size_t i = 0; i < changes->count; i++)
        if (changes->items[i].of == of)
            change_json(writer, &changes->items[i]);
    json_write_close(writer, ']');
}

void changes_json(const struct changes *changes, struct json_writer *writer)
{
    json_write_open(writer, "changes", '{');
    json_write_string(writer, "since", changes->file);
    words_json(writer, "verdict", changes->verdicts);
    words_json(writer, "formula", changes->formulas);
    changes_of_json(writer, changes, "servers", CHANGE_OF_SERVER);
    changes_of_json(writer, changes, "services", CHANGE_OF_SERVICE);
    changes_of_json(writer, changes, "findings", CHANGE_OF_FINDING);
    json_write_close(writer, '}');
}
