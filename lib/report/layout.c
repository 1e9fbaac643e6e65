#include "layout.h"

#include <string.h>

static bool has_outer_blanks(const char *string)
{
    size_t length = strlen(string);
    return length > 0 && (string[0] == ' ' || string[length - 1] == ' ');
}

size_t wrap_put(const struct report *report, struct text *text, const char *string, size_t column,
                size_t indent)
{
    struct text word = {.arena = report->arena};
    bool at_start = true;
    size_t whole = column + text_width(string, text->plain);
    if (whole <= report->width && !has_outer_blanks(string)) {
        text_put_visible(text, string);
        return whole;
    }
    for (;;) {
        size_t blanks = strspn(string, " "), length = strcspn(string + blanks, " ");
        string += blanks;
        if (*string == '\0')
            break;
        word.length = 0;
        text_put_bytes(&word, string, length);
        string += length;
        size_t width = text_width(word.bytes, text->plain);
        if (!at_start && column + blanks + width > report->width) {
            text_put_char(text, '\n');
            text_repeat(text, " ", indent);
            column = indent;
        } else if (!at_start) {
            text_repeat(text, " ", blanks);
            column += blanks;
        }
        text_put_visible(text, word.bytes);
        column += width;
        at_start = false;
    }
    text_free(&word);
    return column;
}

static const char *const colours[] = {
    [COLOUR_NONE] = "",          [COLOUR_RED] = "\x1b[31m", [COLOUR_YELLOW] = "\x1b[33m",
    [COLOUR_GREEN] = "\x1b[32m", [COLOUR_BOLD] = "\x1b[1m", [COLOUR_DIM] = "\x1b[2m",
};

void colour_on(const struct report *report, struct text *text, enum colour colour)
{
    if (report->colour)
        text_put(text, colours[colour]);
}

void colour_off(const struct report *report, struct text *text, enum colour colour)
{
    if (report->colour && colour != COLOUR_NONE)
        text_put(text, "\x1b[0m");
}

void table_init(struct table *table, const struct report *report, const struct column *columns,
                size_t count)
{
    *table = (struct table){.report = report, .columns = columns, .column_count = count};
    for (size_t i = 0; i < count; i++)
        table->widths[i] = text_width(columns[i].heading, report->plain);
}

void row_init(struct row *row, const struct table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        row->cells[i] = (struct text){.arena = table->report->arena};
    row_clear(row, table->column_count);
}

void row_clear(struct row *row, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        row->cells[i].length = 0;
        text_put(&row->cells[i], "");
    }
}

void row_free(struct row *row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_free(&row->cells[i]);
}

/* Columns of the longest word: wrapping does not break it. */
static size_t word_width(const char *words, bool plain)
{
    struct text word = {.plain = plain};
    size_t most = 0;
    for (const char *at = words; *at != '\0'; at += strspn(at, " ")) {
        size_t length = strcspn(at, " "), width;
        word.length = 0;
        text_put_bytes(&word, at, length);
        width = text_width(word.bytes, plain);
        most = width > most ? width : most;
        at += length;
    }
    text_free(&word);
    return most;
}

void table_measure(struct table *table, const struct row *row)
{
    bool plain = table->report->plain;
    const char *last = row->cells[table->column_count - 1].bytes;
    size_t word = word_width(last, plain);
    table->last_word = word > table->last_word ? word : table->last_word;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        size_t width = text_width(row->cells[i].bytes, plain);
        if (width > table->cell_widths[i])
            table->cell_widths[i] = width;
        if (column->most > 0 && width > column->most)
            width = column->most;
        if (width > table->widths[i])
            table->widths[i] = width;
    }
}

/* The least room for the words of a last column, beside the others. */
static size_t last_room(const struct column *column)
{
    enum { FEW_WORDS = 18 };
    return column->least > 0 ? column->least : FEW_WORDS;
}

static size_t column_least(const struct table *table, size_t index)
{
    const struct column *column = &table->columns[index];
    size_t least = column->least;
    if (column->is_last || least == 0)
        return table->widths[index];
    if (column->whole_cells && least < table->cell_widths[index])
        least = table->cell_widths[index];
    return least < table->widths[index] ? least : table->widths[index];
}

static bool widest_narrow(struct table *table)
{
    size_t widest = table->column_count;
    for (size_t i = 0; i < table->column_count; i++)
        if (!table->gone[i] && table->widths[i] > column_least(table, i) &&
            (widest == table->column_count || table->widths[i] > table->widths[widest]))
            widest = i;
    if (widest == table->column_count)
        return false;
    table->widths[widest]--;
    return true;
}

/* Room for all but the last column, as they are or cut as far as may be; with the gaps. */
static size_t others_width(const struct table *table, bool cut)
{
    size_t width = 0;
    for (size_t i = 0; i + 1 < table->column_count; i++)
        if (!table->gone[i])
            width += 2 + (cut ? column_least(table, i) : table->widths[i]);
    return width;
}

/* Where the words of the last column have no room beside the others at all, they stand below them,
 * and only its heading needs room. */
void table_fit(struct table *table)
{
    size_t last = table->column_count - 1, most = table->report->width;
    size_t heading = text_width(table->columns[last].heading, table->report->plain);
    size_t words = table->cell_widths[last], room = last_room(&table->columns[last]);
    if (words < room && table->columns[last].least == 0)
        room = words;
    room = room < heading ? heading : room;
    room = room < table->last_word ? table->last_word : room;
    for (size_t i = 0; i < last && others_width(table, true) + room > most; i++) {
        table->gone[i] = table->columns[i].may_go;
        table->widths[i] = table->gone[i] ? 0 : table->widths[i];
    }
    if (others_width(table, true) + room > most)
        room = heading;
    while (others_width(table, false) + room > most && widest_narrow(table))
        ;
}

void table_put_heading(const struct table *table, struct text *text)
{
    colour_on(table->report, text, COLOUR_BOLD);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (table->gone[i])
            continue;
        text_put(text, i > 0 ? "  " : "");
        if (column->is_last)
            text_put(text, column->heading);
        else
            text_put_cell(text, column->heading, table->widths[i], column->side);
    }
    colour_off(table->report, text, COLOUR_BOLD);
    text_put_char(text, '\n');
}

/* At the end of a line they are nothing. */
static void blanks_drop(struct text *text)
{
    while (text->length > 0 && text->bytes[text->length - 1] == ' ')
        text->length--;
}

/* What wraps stands beside the others where there is room for a few words, else below them. */
static void last_cell_put(const struct table *table, struct text *text, const char *cell, size_t at)
{
    enum { BELOW = 4 };
    const struct report *report = table->report;
    size_t width = text_width(cell, text->plain);
    size_t room = last_room(&table->columns[table->column_count - 1]);
    if (width == 0)
        return;
    size_t word = word_width(cell, text->plain);
    bool fits = at + word <= report->width || BELOW + word > report->width;
    if ((at + room <= report->width && fits) || at + width <= report->width) {
        (void)wrap_put(report, text, cell, at, at);
        return;
    }
    blanks_drop(text);
    text_put_char(text, '\n');
    text_repeat(text, " ", BELOW);
    (void)wrap_put(report, text, cell, BELOW, BELOW);
}

static void overflow_put(const char *cell, size_t next, struct text *text)
{
    text_put_visible(text, cell);
    text_put_char(text, '\n');
    text_repeat(text, " ", next);
}

void table_put_row(const struct table *table, const struct row *row, struct text *text)
{
    size_t at = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        if (table->gone[i])
            continue;
        text_put(text, i > 0 ? "  " : "");
        at += i > 0 ? 2 : 0;
        if (column->is_last)
            last_cell_put(table, text, row->cells[i].bytes, at);
        else if (column->overflows &&
                 text_width(row->cells[i].bytes, text->plain) > table->widths[i])
            overflow_put(row->cells[i].bytes, at + table->widths[i], text);
        else if (column->keeps_ends)
            text_put_name_cell(text, row->cells[i].bytes, table->widths[i]);
        else
            text_put_cell(text, row->cells[i].bytes, table->widths[i], column->side);
        at += table->widths[i];
    }
    blanks_drop(text);
    text_put_char(text, '\n');
}
