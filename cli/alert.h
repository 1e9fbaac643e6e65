/*
 * The command of --alert: run by /bin/sh, one at a time, and never waited for while there are looks
 * to be had. What is so is in its environment, never in the command.
 */
#ifndef PGSIZE_ALERT_H
#define PGSIZE_ALERT_H

#include "command.h"
#include "moment.h"

#include <stdint.h>
#include <sys/types.h>

struct alert {
    const char *command; /* NULL: none */
    const char *const *environment;
    void (*say)(void *to, const char *words); /* what became of it */
    void *to;
    bool is_mute;                /* its output would land in the live view: dropped */
    pid_t child;                 /* 0: none runs */
    enum alarm_change told, due; /* the last state that it was told of, and the one it shall be */
    char due_values[6][300];     /* "PGSIZE_USED=81" ... of the moment that made it due */
};

/* After each look. A change while the command runs is told when it has ended, if it still holds. */
void alert_take(struct alert *alert, const struct moment *moment);

/* After SIGCHLD. */
void alert_reap(struct alert *alert);

/* Waits for a command that runs, and one that is due, for so long at most. */
void alert_end(struct alert *alert, int64_t most_ms);

#endif
