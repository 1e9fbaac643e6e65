/*
 * Single values of a snapshot, each checked for its kind and bounds; what is absent or null leaves
 * the place as it was. It knows nothing of servers. Inside lib/model, for what reads pgsize's own
 * json.
 */
#ifndef PGSIZE_SNAPSHOT_VALUES_H
#define PGSIZE_SNAPSHOT_VALUES_H

#include "fail.h"
#include "json.h"
#include "topology.h"

/* Where the reader is: the pointer of the object at hand, for the place of errors. */
struct snapshot_reader {
    struct arena *arena;
    struct json_text *text;
    struct fail *fail;
    char pointer[256];
};

/* The whole text as one value, to be released. */
bool snapshot_document(struct snapshot_reader *reader, struct json **ret_document) MUST_USE;

/* Always false: "file:line:column: servers/0/key: must be WHAT". */
bool snapshot_wrong(struct snapshot_reader *reader, const char *key, const char *what);

/* A report holds more than facts, so keys that nobody reads are passed over; but not one that looks
 * like a misspelt one of `known` that is missing. */
bool snapshot_keys(struct snapshot_reader *reader, const struct json *object,
                   const char *const *known, size_t count) MUST_USE;

bool snapshot_integer(struct snapshot_reader *reader, const struct json *object, const char *key,
                      int64_t minimum, int64_t maximum, int64_t *ret_value) MUST_USE;

/* A number from 0 to `maximum` thousandths, rounded to one. */
bool snapshot_thousandths(struct snapshot_reader *reader, const struct json *object,
                          const char *key, int64_t maximum, int64_t *ret_thousandths) MUST_USE;
bool snapshot_string(struct snapshot_reader *reader, const struct json *object, const char *key,
                     const char **ret_string) MUST_USE;
bool snapshot_bool(struct snapshot_reader *reader, const struct json *object, const char *key,
                   bool *ret_bool) MUST_USE;

/* 2026-11-21T09:00:00Z as Unix time. */
bool snapshot_time(struct snapshot_reader *reader, const struct json *object, const char *key,
                   int64_t *ret_seconds) MUST_USE;

/* The same with a fraction of up to six digits, or none, in microseconds. */
bool snapshot_moment(struct snapshot_reader *reader, const struct json *object, const char *key,
                     int64_t *ret_us) MUST_USE;

/* A member that is an object or array of a bearable size; NULL where absent. */
bool snapshot_many(struct snapshot_reader *reader, const struct json *object, const char *key,
                   enum json_kind kind, const struct json **ret_many) MUST_USE;

/* An array of objects, each of which is `read` into a struct of `size` bytes that begins zeroed,
 * with the reader at its pointer. NULL: something was wrong; an empty array where absent. */
void *snapshot_objects(struct snapshot_reader *reader, const struct json *object, const char *key,
                       size_t size,
                       bool (*read)(struct snapshot_reader *reader, const struct json *one,
                                    void *into),
                       size_t *ret_count) MUST_USE;

/* An object of names and counts. */
bool snapshot_counts(struct snapshot_reader *reader, const struct json *object, const char *key,
                     struct named_count **ret_counts, size_t *ret_count) MUST_USE;

#endif
