/*
 * The commands: one row and one file each. A command reads its arguments, asks the library, and
 * hands text to the output; nothing else in the program touches a stream, a file or the
 * environment.
 */
#ifndef PGSIZE_COMMAND_H
#define PGSIZE_COMMAND_H

#include "option.h"
#include "output.h"

/* What a command may know of the world. */
struct run {
    struct arena *arena;
    const struct command *command;
    struct arguments arguments;
    const char *const *environment; /* "NAME=VALUE", NULL at the end */
    struct screen screen;
};

struct command {
    const char *name;
    unsigned bit;
    const char *words;   /* "[TOPOLOGY...]" */
    size_t fewest, most; /* words */
    const char *what;    /* one line */
    const char *more;    /* a paragraph for its own help; NULL: none */
    /* The exit status: 0, or 1 for "the answer is no"; failing sets `fail`. */
    int (*run)(struct run *run, struct fail *fail);
};

extern const struct command commands[];
extern const size_t command_count;
const struct command *command_find(const char *name);

int recommend_run(struct run *run, struct fail *fail);
int check_run(struct run *run, struct fail *fail);
int inspect_run(struct run *run, struct fail *fail);
int plans_run(struct run *run, struct fail *fail);
int url_run(struct run *run, struct fail *fail);
int list_run(struct run *run, struct fail *fail);
int explain_run(struct run *run, struct fail *fail);
int schema_run(struct run *run, struct fail *fail);
int watch_run(struct run *run, struct fail *fail);

/* A variable of the environment; NULL: not set. */
const char *variable(const struct run *run, const char *name);

/* The help of the program, or of one command, from the rows. */
void help_put(const struct command *command, struct text *text);

#endif
