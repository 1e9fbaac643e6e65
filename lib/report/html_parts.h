/*
 * The parts of the format html, each a file of its own: pictures are SVG whose places across are
 * percentages, so that they follow the window while their letters keep their size. Whatever comes
 * from outside goes through text_put_xml(). Inside this room.
 */
#ifndef PGSIZE_HTML_PARTS_H
#define PGSIZE_HTML_PARTS_H

#include "contexts.h"
#include "layout.h"

/* The style sheet, line by line; the last one is NULL. */
extern const char *const html_style[];

/* <tag>content</tag>; the tag is ours, and may have attributes. */
void element_put(struct text *text, const char *tag, const char *content);
/* The same with a number; "-" where it is not known. */
void element_int_put(struct text *text, const char *tag, int64_t number);

/* A name in at most `most` columns: cut with an ellipsis. A character that is not ASCII counts as
 * two. No name that people gave is as long as NAME_COLUMNS, and no other may push all else away. */
enum { NAME_COLUMNS = 100 };
void name_cut_put(struct text *text, const char *name, size_t most);
void name_put(struct text *text, const char *name);
/* <tag>name</tag> */
void element_name_put(struct text *text, const char *tag, const char *name);

/* What is said of a server about which nobody knows: as a sentence. */
void unknown_put(const struct server_sizing *server, struct text *text);

/* A label once, and every line beside it: the lines of a report that has no screen, in a <dl>. */
void definition_put(const char *label, const char *words, struct text *text);

/* A table wider than the page scrolls in a box of its own, which has a name. Then its columns; only
 * heading and side of them count. */
void table_open(struct text *text, const char *style, const char *name);
void headings_put(struct text *text, const struct column *columns, size_t count);
void table_close(struct text *text);

/* " x=..": how far `part` is across `whole`, with `attribute` for its name. */
void share_put(struct text *text, const char *attribute, int64_t part, int64_t whole);

/* The name of a line that stands at `at` of `whole`: at its left, else at its right. */
void line_label_put(struct text *text, const char *label, int64_t at, int64_t whole, int y);

/* The slots of a server, in the order in which they stand in the picture. */
enum { SERVICES_PICTURED = 12, RESERVED_PICTURED = 6, SLOT_PARTS = 28 };

struct slot_part {
    const char *style; /* class of the style sheet */
    char key[4];       /* what tells it apart beside its colour */
    const char *name;
    const struct pool_class *class; /* NULL: no single service */
    int64_t counts[2];              /* by enum moment */
};

struct slots {
    const struct server_sizing *server;
    enum limit_kind kind; /* by which limits; the smallest ones where nothing fits */
    size_t worst[2];      /* context, by enum moment */
    struct slot_part parts[SLOT_PARTS];
    size_t part_count;
    int64_t used[2]; /* of all parts */
    int64_t scale;   /* connections across the picture */
};

void slots_make(const struct report *report, const struct server_sizing *server,
                struct slots *ret_slots);

/* Steady beside peak; and the legend, with the numbers. */
void slots_picture_put(const struct slots *slots, struct text *text);
void slots_legend_put(const struct slots *slots, struct text *text);

/* The limits of the services in that picture beside today's. */
void limits_picture_put(const struct report *report, const struct slots *slots, struct text *text);

/* Use at peak by value: a picture for each server where it changes. */
void curve_pictures_put(const struct report *report, struct text *text);

/* What the table of a terminal says, in the same words; each with its heading. Nothing changed
 * where --diff was not asked. */
void changes_section_put(const struct report *report, struct text *text);
void findings_section_put(const struct report *report, struct text *text);
void server_tables_put(const struct report *report, size_t index, struct text *text);
void handed_section_put(const struct report *report, struct text *text);
void explain_section_put(const struct report *report, struct text *text);

struct what_if;
void what_if_table_put(const struct what_if *what_if, struct text *text);

#endif
