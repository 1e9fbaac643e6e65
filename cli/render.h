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

bool renderings_write(struct run *run, struct report *report, const struct rendering *renderings,
                      size_t count, struct fail *fail) MUST_USE;

#endif
