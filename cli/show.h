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
    struct report lines; /* wrapped to the width of the screen */
    struct report whole; /* as wide as it needs to be where no terminal sets a width */
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

/* A whole table: heading and rows. No heading is put where the first one is empty. */
struct rows {
    const struct column *columns;
    size_t column_count;
    const void *content;
    size_t count;
    void (*fill)(const void *content, size_t index, struct row *row);
    bool one_line; /* a row is never wrapped for a program that reads it: long, and searched in */
};
void rows_put(const struct page *page, const struct rows *rows, struct text *text);

/* A line of a detail: what it is about, and words that may be long. */
enum { FACT_INDENT = 2 };
void fact_put(const struct page *page, struct text *text, const char *name, const char *words);

/* Whether a name holds `pattern`, or is matched by one with `*`; case of ASCII letters ignored. */
bool pattern_matches(struct arena *arena, const char *pattern, const char *name);

/* Says that nothing matches, with the name that may have been meant, or else the command that shows
 * all. */
void nothing_matches(const struct run *run, const char *pattern, const char *const *names,
                     size_t count, const char *all);

#endif
