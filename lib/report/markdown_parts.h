/*
 * The parts of the format markdown. A comment on GitHub has at most 65,536 characters, so every
 * part has room for so many bytes; what no longer fits is left out by whole lines, from the end,
 * and said. Inside this room.
 */
#ifndef PGSIZE_MARKDOWN_PARTS_H
#define PGSIZE_MARKDOWN_PARTS_H

#include "layout.h"

struct part {
    const struct report *report;
    struct text text;
    size_t room;      /* bytes that the text may have, with its end */
    size_t rows;      /* taken */
    size_t more;      /* rows left out */
    const char *noun; /* of a row: "finding" */
};

/* A part of its own within the room that another one still has. */
struct part part_within(const struct part *outer, const char *noun);
struct part part_make(const struct report *report, size_t room, const char *noun);

/* Takes one row. Where it does not fit, nor any row after it: it is counted. */
void part_take(struct part *part, const struct text *row);
/* The same for every line of a text. */
void part_take_lines(struct part *part, const struct text *lines);

/* Whether the next row is left out whatever it is: it need not be made. */
static inline bool part_is_full(const struct part *part)
{
    return part->more > 0;
}

/* "And 12 more findings: `pgsize check` says all.", where some were left out. */
void part_end(struct part *part);

/* Puts it behind what the outer one has, and frees it. */
void part_close(struct part *part, struct text *text);

/* The string, cut with an ellipsis behind `most` characters: a sentence, or a name. No name that
 * people gave is as long. */
enum { MARKDOWN_SENTENCE = 1000, MARKDOWN_NAME = 100 };
void markdown_put(struct text *text, const char *string, size_t most);

/* The heading of a table, and a row of it. */
void markdown_heading_put(struct text *text, const struct column *columns, size_t count);
void markdown_row_put(struct text *text, const struct row *row, size_t count);

/* A folded section below a part: its lines are taken, and it is left out where none has room. */
void markdown_fold(struct part *details, const char *title, const struct text *lines,
                   const char *noun);

/* A line that stands beside a label is below the label's. */
void markdown_item_put(const char *label, const char *words, struct text *text);

/* What inspect shows of every server. */
void markdown_inspect_put(struct part *part);

/* "160 + 12 kept back = 172 of 100 at peak, 172 %", and the services. */
void markdown_servers_put(struct part *part);
void markdown_changes_put(struct part *part);
void markdown_findings_put(struct part *part);

/* What is folded: the arithmetic, what is handed out, the runs of a curve, what does not count. */
void markdown_details_put(struct part *part);
/* Of it only what does not count. */
void markdown_uncounted_put(struct part *part);

#endif
