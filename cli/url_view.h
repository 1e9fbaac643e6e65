/*
 * A DATABASE_URL as `pgsize url` shows it: its parts as a table or as JSON, or the URL alone. It
 * changes nothing.
 */
#ifndef PGSIZE_URL_VIEW_H
#define PGSIZE_URL_VIEW_H

#include "show.h"

#include "url.h"

/* What is shown: the URL, and the one its parts are taken from, which for a `key=value ...` string
 * is the same as a URL. */
struct view {
    struct arena *arena;
    const struct url *url, *parts;
    enum url_secrets secrets;
};

/* The renderings of a struct showing; the content is a struct view. */
void view_table(const struct page *page, const void *content, struct text *text);
void view_line(const struct page *page, const void *content, struct text *text);
void view_json(struct json_writer *writer, const void *content);

#endif
