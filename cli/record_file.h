/*
 * The file of a record: opened or gone on with, appended to, and kept below a size. Nobody else
 * writes it meanwhile (flock), each sample is one write(2) at its end, and a thinned record takes
 * the place of the old one at once: whenever the program is killed, what is read later is all but
 * at most the last sample. What stands in the lines is record.h's business.
 */
#ifndef PGSIZE_RECORD_FILE_H
#define PGSIZE_RECORD_FILE_H

#include "record.h"

#include <stdbool.h>

enum {
    RECORD_SIZE = 16 * 1024 * 1024, /* bytes, unless another is asked for */
    RECORD_LEAST_SIZE = 64 * 1024,
};

struct record_file {
    const char *path;     /* as it was given */
    char *target;         /* the file that it links to */
    int fd;               /* -1: not open */
    int64_t size;         /* of whole lines */
    int64_t most;         /* bytes, above which it is thinned */
    int64_t thin_at;      /* bytes, at which it will be */
    size_t window;        /* of the last thinning */
    bool is_behind;       /* a write failed: the file is to be read again */
    struct arena arena;   /* of `record`: so the struct stays where it is */
    struct record record; /* where the lines stand */
    struct text text;     /* of a sample */
};

/* Opens the record of a server, which is made where there is none; what a killed watcher left
 * behind the last whole line is cut off. Fails (FAIL_USAGE) where the file is none, is another
 * server's, or is being written by another watcher. `out_of_memory`: see struct arena. */
bool record_open(const char *path, const char *server, int64_t every_ms, int64_t most,
                 void (*out_of_memory)(void), struct record_file *ret_file,
                 struct fail *fail) MUST_USE;

/* Appends a sample, and thins what has become too large. Fails (FAIL_INTERNAL) where one of both
 * cannot be written, the disk being full perhaps: then the file is as it was, and the next sample
 * may be tried. */
bool record_append(struct record_file *file, const struct sample *sample, int64_t every_ms,
                   struct fail *fail) MUST_USE;

/* Closes it, once it is on the disk. */
bool record_close(struct record_file *file, struct fail *fail) MUST_USE;

/* Replaces it by a thinned one; record_append() does so by itself. */
bool record_file_thin(struct record_file *file, struct fail *fail) MUST_USE;

#endif
