/*
 * A line of a record being read, for record_read.c and record_read_span.c. Inside lib/model only.
 */
#ifndef PGSIZE_RECORD_READING_H
#define PGSIZE_RECORD_READING_H

#include "json.h"
#include "record_parts.h"

struct record_reader {
    struct record *record;
    struct arena *scratch;
    const char **why;
    struct record changed; /* what it will be once the line has turned out to be good */
};

/* Always false, and says why. */
bool record_wrong(struct record_reader *reader, const char *why);

/* NULL is none. */
bool record_is_integer(const struct json *value, int64_t least, int64_t most, int64_t *ret_value);

bool record_sample_read(struct record_reader *reader, const struct json *line,
                        struct record_span *ret_span);
bool record_span_read(struct record_reader *reader, const struct json *line,
                      struct record_span *ret_span);

#endif
