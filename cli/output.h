/*
 * Where text goes: standard output for the result, standard error for everything else, and files
 * that are either the old one or the new one, never half of it.
 */
#ifndef PGSIZE_OUTPUT_H
#define PGSIZE_OUTPUT_H

#include "fail.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>

/* What standard output can show. */
struct screen {
    bool is_terminal, colour, unicode, plain;
    size_t width;
};

/* `colour_choice`: auto, always, never. */
struct screen screen_find(const char *colour_choice, const char *const *environment);

/* A text whose sink is standard output, or a file. */
struct output {
    struct text text;
    const char *path;   /* NULL: standard output */
    const char *target; /* `path`, or the file that it links to */
    char *temporary;    /* written to first; NULL: straight to `path` */
    int fd;
    int write_errno;
    bool any; /* something was put: known once flushed */
};

/* Opens for writing; `secret` files are created for the owner alone. A path that is not a regular
 * file (a pipe, /dev/null) is written to directly; a symbolic link stays, and the file that it
 * leads to is replaced. */
bool output_open(struct arena *arena, const char *path, bool secret, const struct screen *screen,
                 struct output *ret_output, struct fail *fail) MUST_USE;

/* For standard error: as a file, in full and without colour. */
void output_open_error(struct arena *arena, struct output *ret_output);

/* Whether nothing was put. */
bool output_is_empty(const struct output *output);

/* Writes what is left and puts the file in its place. A closed pipe is no failure: whoever read has
 * had enough. */
bool output_close(struct output *output, struct fail *fail) MUST_USE;

/* Removes what was begun, after a failure. */
void output_abandon(struct output *output);

/* One line to standard error, made visible, with passwords of URLs masked: "pgsize: ..." */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A further line below it: a hint. */
void say_more(const char *line);

/* An error and its hint, each on its line. */
void say_fail(const struct fail *fail);

#endif
