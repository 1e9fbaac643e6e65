/*
 * Writing JSON: objects and arrays with their commas, line breaks and indentation. It builds no
 * tree, and does not check that a key is put only once.
 *
 * Wherever a function takes a `key`, NULL stands for none: an element of an array, or the outermost
 * value.
 */
#ifndef PGSIZE_JSON_WRITE_H
#define PGSIZE_JSON_WRITE_H

#include "text.h"

#include <stdbool.h>
#include <stdint.h>

/* Where the writing stands. A new one is {.text = text}. */
struct json_writer {
    struct text *text;
    unsigned depth;
    bool has_members; /* the innermost object or array: a comma is due */
};

/* `bracket` is one of `{`, `[`, and of `}`, `]`. */
void json_write_open(struct json_writer *writer, const char *key, char bracket);
void json_write_close(struct json_writer *writer, char bracket);

/* The key alone, for a value that the caller puts. */
void json_write_key(struct json_writer *writer, const char *key);

void json_write_string(struct json_writer *writer, const char *key,
                       const char *value); /* NULL: null */
void json_write_bool(struct json_writer *writer, const char *key, bool value);
void json_write_null(struct json_writer *writer, const char *key);
void json_write_integer(struct json_writer *writer, const char *key, int64_t value);

/* Counts and measures, which are not negative: what is, is not known, and null. */
void json_write_count(struct json_writer *writer, const char *key, int64_t value);
void json_write_real(struct json_writer *writer, const char *key, double value);

/* Thousandths as a decimal, from integers: 62500 -> 62.5, 80000 -> 80.0. */
void json_write_thousandths(struct json_writer *writer, const char *key, int64_t thousandths);

#endif
