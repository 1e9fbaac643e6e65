/*
 * Laying text out in columns and lines for a screen. Inside this room.
 */
#ifndef PGSIZE_LAYOUT_H
#define PGSIZE_LAYOUT_H

#include "report.h"

/* Puts words with line breaks at blanks, so that no line is longer than the report's width; further
 * lines begin with `indent` spaces. `column` is where the first word stands; returns where the text
 * ended. A word longer than the line stands alone. The text may be hostile: it is made visible. */
size_t wrap_put(const struct report *report, struct text *text, const char *string, size_t column,
                size_t indent);

enum colour { COLOUR_NONE, COLOUR_RED, COLOUR_YELLOW, COLOUR_GREEN, COLOUR_BOLD, COLOUR_DIM };
void colour_on(const struct report *report, struct text *text, enum colour colour);
void colour_off(const struct report *report, struct text *text, enum colour colour);

/* A cell of a table being built: text of at most CELL_BYTES, cut with an ellipsis when it is put.
 */
enum { TABLE_MAX_COLUMNS = 8, NAME_MAX_WIDTH = 32 };

struct column {
    const char *heading;
    enum text_side side;
    size_t most;  /* widest it may become; 0: no bound */
    bool is_last; /* takes what is left of the line, and wraps */
    /* How narrow it may be cut where the line is short; 0: whole. Of the last one: the room that
     * its words need beside the others; 0: some words'. */
    size_t least;
    bool whole_cells; /* only its heading may be cut */
    bool may_go;      /* left out where the others have no room otherwise */
    bool keeps_ends;  /* its cells are cut in their middle */
    bool overflows;   /* a cell that is too wide stands on a line of its own, the others below it */
};

/* Where the columns of a table stand, after all rows were seen. */
struct table {
    const struct report *report;
    const struct column *columns;
    size_t column_count;
    size_t last_word; /* columns of the longest word of the last one */
    size_t widths[TABLE_MAX_COLUMNS];
    size_t cell_widths[TABLE_MAX_COLUMNS]; /* of the widest cell alone */
    bool gone[TABLE_MAX_COLUMNS];
};

/* Cells of one row. */
struct row {
    struct text cells[TABLE_MAX_COLUMNS];
};

void table_init(struct table *table, const struct report *report, const struct column *columns,
                size_t count);
void row_init(struct row *row, const struct table *table);
void row_clear(struct row *row, size_t count);
void row_free(struct row *row, size_t count);
/* First every row is measured, then the columns are fitted, then every row is put. */
void table_measure(struct table *table, const struct row *row);
/* Narrows the columns that may be cut, the widest first, until the table fits the line. */
void table_fit(struct table *table);
void table_put_heading(const struct table *table, struct text *text);
void table_put_row(const struct table *table, const struct row *row, struct text *text);

#endif
