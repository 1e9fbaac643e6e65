/*
 * Signals of a run that goes on until it is stopped: they wake whoever waits, who then looks at
 * what was asked for. A second SIGINT or SIGTERM ends the program at once, whatever it is doing.
 */
#ifndef PGSIZE_SIGNALS_H
#define PGSIZE_SIGNALS_H

#include "fail.h"

#include <stdbool.h>

/* `on_death`: called before the program dies of a second signal, or of a crash; it may do only what
 * a signal handler may. `has_screen`: a change of its size, Ctrl-Z and crashes are caught too. */
bool signals_begin(bool has_screen, void (*on_death)(void), struct fail *fail) MUST_USE;
void signals_end(void);

/* A file descriptor that can be read when a signal has come. */
int signals_fd(void);

/* What came since the last look. */
struct signals {
    bool stop;    /* SIGINT, SIGTERM, SIGHUP; once asked for, it stays */
    bool resized; /* SIGWINCH */
    bool suspend; /* SIGTSTP: signals_suspend() does it */
    bool resumed; /* SIGCONT */
    bool child;   /* SIGCHLD */
};
struct signals signals_take(void);

/* Stops the program as Ctrl-Z does without a handler; returns when it goes on. */
void signals_suspend(void);

#endif
