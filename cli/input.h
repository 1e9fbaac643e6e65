/*
 * Files that are read, and the topology that is meant where none is named.
 */
#ifndef PGSIZE_INPUT_H
#define PGSIZE_INPUT_H

#include "command.h"
#include "json.h"

/* Reads a whole file; `-` is standard input. Fails with FAIL_INPUT, and with the hint where there
 * is no such file. */
bool file_read(struct arena *arena, const char *path, const char *missing_hint,
               struct json_text *ret_text, struct fail *fail) MUST_USE;

/* The same of a regular file: nothing that waits for others or never ends, as a FIFO or a device.
 */
bool regular_file_read(struct arena *arena, const char *path, struct json_text *ret_text,
                       struct fail *fail) MUST_USE;

/* pgsize.json of the working directory or of the nearest parent that has one; NULL: there is none.
 */
const char *topology_default(struct arena *arena);

#endif
