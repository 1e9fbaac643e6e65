/*
 * A curve, or scenarios, for a terminal: one line for each run.
 */
#include "layout.h"
#include "what_if_rows.h"

enum { SPARK_CELLS = 60 };

static void points_table(const struct report *report, const struct what_if *what_if,
                         const struct what_if_shown *shown, struct text *text)
{
    struct column columns[TABLE_MAX_COLUMNS];
    struct table table;
    struct row row;
    size_t count = what_if_columns_make(what_if, shown, columns);
    table_init(&table, report, columns, count);
    row_init(&row, &table);
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            table_fit(&table);
            table_put_heading(&table, text);
        }
        for (size_t i = 0; i < what_if->point_count; i++) {
            what_if_row(what_if, shown, i, &row);
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
            const struct what_if_server *server = what_if_fullest(&what_if->points[i]);
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
    struct what_if_shown shown = what_if_shown_find(what_if);
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
