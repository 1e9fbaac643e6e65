/*
 * What url, plans and list share: an answer that is a table or JSON, and names that are looked for
 * by pattern. It is not for the sizing, which has formats of its own (render.h).
 */
#ifndef PGSIZE_SHOW_H
#define PGSIZE_SHOW_H

#include "command.h"
#include "json_write.h"
#include "layout.h"

/* How a table, and the text beside it, may be laid out. */
struct page {
    struct report lines; /* text: wrapped to the width of the screen */
    struct report rows;  /* tables: as wide as they need to be where no terminal sets a width */
    bool on_terminal;
};

struct showing {
    const void *content;
    void (*table)(const struct page *page, const void *content, struct text *text);
    void (*json)(struct json_writer *writer, const void *content);
    bool is_secret; /* holds passwords: its files are for the owner alone */
};

/* Writes it in every --format that was asked for. */
bool show_write(struct run *run, const struct showing *showing, struct fail *fail) MUST_USE;

/* A whole table: heading and rows. A column with `most` may be cut, on a terminal that is too
 * narrow, to a dozen columns; others are never cut. No heading is put where the first one is empty.
 */
struct rows {
    const struct column *columns;
    size_t column_count;
    const void *content;
    size_t count;
    void (*fill)(const void *content, size_t index, struct row *row);
};
void rows_put(const struct page *page, const struct rows *rows, struct text *text);

/* Whether a name holds `pattern`, or is matched by one with `*`; case of ASCII letters ignored. */
bool pattern_matches(struct arena *arena, const char *pattern, const char *name);

/* Says that nothing matches, with the name that may have been meant. */
void nothing_matches(const struct run *run, const char *pattern, const char *const *names,
                     size_t count);

#endif
