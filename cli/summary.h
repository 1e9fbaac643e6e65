/*
 * The summary of a job of GitHub's: the format markdown, behind what other steps wrote to the same
 * file. It is an extra: whatever becomes of it, the status stays.
 */
#ifndef PGSIZE_SUMMARY_H
#define PGSIZE_SUMMARY_H

#include "command.h"
#include "report.h"

/* Adds to the file that GITHUB_STEP_SUMMARY names, if there is one. Passwords are never in it: the
 * summary is for everybody who may see the repository. */
void summary_write(const struct run *run, const struct report *report);

#endif
