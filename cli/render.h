/*
 * Rendering the answer in every format that was asked for, to standard output and to files.
 */
#ifndef PGSIZE_RENDER_H
#define PGSIZE_RENDER_H

#include "command.h"
#include "report.h"

/* What --format asks for. */
struct rendering {
    const struct format *format;
    const char *path; /* NULL: standard output */
};

/* Checks --format before any work is done. */
bool renderings_read(struct run *run, struct rendering **ret_renderings, size_t *ret_count,
                     struct fail *fail) MUST_USE;

/* Checks that no file is written over that the answer is made from. */
bool renderings_spare_inputs(struct run *run, const struct rendering *renderings, size_t count,
                             struct fail *fail) MUST_USE;

/* Where no format shows findings, errors among them are said on standard error; in a job of
 * GitHub's all of them are annotated there, and its summary is written. An env file without a line
 * is not written. */
bool renderings_write(struct run *run, struct report *report, const struct rendering *renderings,
                      size_t count, struct fail *fail) MUST_USE;

#endif
