/*
 * Where reports for others begin: the folder that their paths are shown below. A job of GitHub or
 * GitLab that works in a subfolder still annotates the files of its repository.
 */
#ifndef PGSIZE_WORKSPACE_H
#define PGSIZE_WORKSPACE_H

#include "command.h"
#include "report.h"

/* Sets `here` and `root`. */
void workspace_find(const struct run *run, struct report *report);

/* Whether this is a job of GitHub's, which takes annotations from what a program says. */
bool workspace_is_github(const struct run *run);

#endif
