/*
 * A live view while it is being drawn. Inside this room.
 */
#ifndef PGSIZE_LIVE_PARTS_H
#define PGSIZE_LIVE_PARTS_H

#include "layout.h"
#include "moment.h"

/* A line is built apart, and put where the screen has room for it. */
struct drawing {
    const struct live *live;
    struct text *text;
    struct text line;
    size_t lines;
};

void drawing_line_end(struct drawing *drawing);

/* Words that may be anybody's, cut to what is left of the line after `column`. */
void drawing_words_put(struct drawing *drawing, size_t column, const char *words);

/* Who holds the sessions, in the lines that are left. */
void drawing_users_put(struct drawing *drawing);

#endif
