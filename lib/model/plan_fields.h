/*
 * Rows that say what an object of a provider file may hold, and the one reader that walks them:
 * kind, bounds and words are checked, unknown keys refused, values put where the row says. It knows
 * nothing of plans, and what concerns several fields at once is not its business. Inside
 * lib/model/plan_*.c only.
 */
#ifndef PGSIZE_PLAN_FIELDS_H
#define PGSIZE_PLAN_FIELDS_H

#include "arena.h"
#include "fail.h"
#include "json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a value must be, and as what it is kept. */
enum plan_field_kind {
    KIND_TEXT,     /* const char *, 1 to `max` bytes */
    KIND_ID,       /* the same, of letters, digits, `.`, `_`, `-`, `{` and `}` */
    KIND_WORD,     /* unsigned: index in `words` */
    KIND_FLAG,     /* bool */
    KIND_SAID,     /* int64_t, of true or false: 1 or 0 */
    KIND_INTEGER,  /* int64_t from `min` to `max` */
    KIND_NUMBER,   /* double above 0, up to `max` */
    KIND_TEXTS,    /* const char **, size_t; each as KIND_TEXT */
    KIND_WORDS,    /* unsigned: a bit, 1 << index in `words`, for each */
    KIND_INTEGERS, /* int64_t *, size_t */
    KIND_COUNTS,   /* an object of names, each an integer; checked only */
    KIND_OBJECT,   /* the struct itself */
    KIND_OBJECTS,  /* array of structs, size_t */
};

struct plan_field {
    const char *key;
    enum plan_field_kind kind;
    bool required;
    bool kept;                   /* false: the value is checked and forgotten */
    size_t offset, count_offset; /* in the struct of the object; the count is of lists */
    int64_t min, max;
    const char *const *words; /* NULL at the end */
    const struct plan_object *object;
};

/* An object: its rows, and the struct that it fills, which starts as a copy of `empty`. */
struct plan_object {
    const struct plan_field *fields;
    size_t field_count;
    const void *empty;
    size_t size;
};

/* For the rows. */
#define KEEP(type, member) .kept = true, .offset = offsetof(type, member)
#define KEEP_LIST(type, list, count)                                                               \
    .kept = true, .offset = offsetof(type, list), .count_offset = offsetof(type, count)
#define OBJECT_OF(rows, empty_struct)                                                              \
    {                                                                                              \
        .fields = (rows), .field_count = sizeof(rows) / sizeof *(rows), .empty = &(empty_struct),  \
        .size = sizeof(empty_struct)                                                               \
    }

/* One file being read. */
struct plan_reader {
    struct arena *arena;
    struct json_text *text;
    struct fail *fail;
};

/* Where a value stands; the outermost has no parent. */
struct plan_path {
    const struct plan_path *parent;
    const char *key; /* NULL: an element of a list */
    size_t index;
};

/* Always false: sets "file:line:column: path: message" as FAIL_INPUT. */
bool plan_file_fail(const struct plan_reader *reader, const struct plan_path *path,
                    enum json_part part, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Reads the object `value` into the struct at `ret_struct`. */
bool plan_object_read(const struct plan_reader *reader, const struct plan_path *path,
                      const struct plan_object *object, const struct json *value,
                      void *ret_struct) MUST_USE;

#endif
