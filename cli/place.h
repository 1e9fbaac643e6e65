/*
 * Places that files are written to: where a path leads, and whether two paths lead to one file.
 * Nothing is opened here.
 */
#ifndef PGSIZE_PLACE_H
#define PGSIZE_PLACE_H

#include "arena.h"

#include <stdbool.h>

/* What symbolic links lead to in the end, be it there or not; a path that is none is returned as it
 * is. NULL and errno where they lead in a circle. */
const char *place_follow(struct arena *arena, const char *path);

/* Whether both are one file, by device and inode; or will be once it is there: by its folder's and
 * by its name. "-" is the descriptor `dash`. */
bool place_same(struct arena *arena, const char *a, const char *b, int dash);

#endif
