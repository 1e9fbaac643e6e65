/*
 * The terminal of a live view: its other screen, without a cursor, lines that are cut and keys that
 * are not echoed; and all of it as it was before, whatever way the program ends.
 */
#ifndef PGSIZE_TERMINAL_H
#define PGSIZE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Again after it was left: nothing is lost. */
void terminal_enter(void);

/* May be called from a signal handler, and any number of times. */
void terminal_leave(void);

struct terminal_size {
    size_t width, height;
};
struct terminal_size terminal_size(void);

/* Draws lines, which '\n' parts, over what stands there. False: standard output takes nothing
 * more. */
bool terminal_draw(const char *lines);

#endif
