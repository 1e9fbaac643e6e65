/*
 * JSON texts: reading them (with jansson, which this room alone includes), and finding places in
 * them.
 *
 * jansson keeps no positions and holds a value in five times its size. So the members of an object
 * that may be huge are read one at a time (json_walk), and positions are found by looking at the
 * text again, only when something is reported (json_locate).
 */
#ifndef PGSIZE_JSON_H
#define PGSIZE_JSON_H

#include "arena.h"
#include "fail.h"
#include "text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_MAX_DEPTH = 64, JSON_MAX_BYTES = 64 * 1024 * 1024 };

/* The name of what was read from no file. */
#define JSON_STANDARD_INPUT "standard input"

/* A whole text. `bytes` is not NUL-terminated by contract; `name` is what errors call it. */
struct json_text {
    const char *name;
    const char *bytes;
    size_t length;
    struct json_mark *marks; /* made at the first json_position() */
};

/* Line and column of every 4096th byte. */
struct json_mark {
    uint32_t line, column;
};

/* What a syntax error is, and where (byte offset in the text). */
struct json_error {
    size_t offset;
    char message[200];
    const char *hint; /* what to do about it; NULL where the message says it */
    bool is_second;   /* a key that stands at `first` already */
    size_t first;
};

/* A value; a borrowed view of jansson's json_t. */
struct json;

enum json_kind {
    JSON_KIND_NULL,
    JSON_KIND_FALSE,
    JSON_KIND_TRUE,
    JSON_KIND_INTEGER,
    JSON_KIND_REAL,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
};

/* Size, depth and encoding of a whole text. To be asked before anything of it is read. */
bool json_check_limits(const struct json_text *text, struct json_error *ret_error) MUST_USE;

/* Reads one value that starts at `offset` (blanks before it are allowed) and sets `ret_end` to the
 * offset behind it. Duplicate keys are an error, except keys that begin with `//`; so is \u0000,
 * which is JSON but fits no name or value of ours. The value is freed with json_release(). */
bool json_read(const struct json_text *text, size_t offset, struct json **ret_value,
               size_t *ret_end, struct json_error *ret_error) MUST_USE;

/* The same for a text that holds exactly one value and nothing behind it. */
bool json_read_whole(const struct json_text *text, struct json **ret_value,
                     struct json_error *ret_error) MUST_USE;

void json_release(struct json *value);

/* Walks the members of one object without reading their values: `at` is the offset of its `{`, then
 * of where the walk stands. After each true, `key` (in `arena`) and `value_offset` are set and the
 * caller must move `at` behind the value, by json_read(), json_walk_open() of the value or
 * json_skip(). After the last member `done` is set and `at` is behind the `}`. Keys beginning with
 * `//` come too, as "//". */
struct json_walk {
    size_t at;
    bool started, done;
    const char *key;
    size_t key_offset, value_offset;
};
bool json_walk_next(const struct json_text *text, struct json_walk *walk, struct arena *arena,
                    struct json_error *ret_error) MUST_USE;

/* Whether the value at `offset` (after blanks) is an object; `ret_offset` is then that of its `{`.
 */
bool json_opens_object(const struct json_text *text, size_t offset, size_t *ret_offset);

/* Sets `ret_end` behind the value at `offset`, which must be JSON; duplicate keys are not looked
 * for. */
bool json_skip(const struct json_text *text, size_t offset, size_t *ret_end,
               struct json_error *ret_error) MUST_USE;

/* The first byte that is not a blank, at or after `offset`. */
size_t json_skip_blanks(const struct json_text *text, size_t offset);

/* In words, what stands at `offset` instead of what was expected there: "an array", "a comment".
 * What could be a part of a password is not shown. Returns a hint, or NULL. */
const char *json_found(const struct json_text *text, size_t offset, char *buffer, size_t size);

/* The message of an error, with the place of a key that stood there before: what is reported after
 * the place. `buffer` of JSON_MESSAGE_BYTES. */
enum { JSON_MESSAGE_BYTES = 256 };
const char *json_error_show(struct json_text *text, struct arena *arena,
                            const struct json_error *error, char *buffer);

/* Line and column (in characters, both from 1) of a byte offset; a byte order mark has no column.
 */
void json_position(struct json_text *text, struct arena *arena, size_t offset, unsigned *ret_line,
                   unsigned *ret_column);

/* Offset of what a JSON Pointer (relative to the value at `from`) names; of its nearest existing
 * ancestor, and false, where it does not exist. `key` is for members: the offset of their name
 * instead of their value. */
enum json_part { JSON_PART_VALUE, JSON_PART_KEY };
bool json_locate(const struct json_text *text, size_t from, const char *pointer,
                 enum json_part part, size_t *ret_offset);

/* --- values --- */

enum json_kind json_kind_of(const struct json *value);
const char *json_kind_name(enum json_kind kind); /* "a number", "an object" ... with its article */
int64_t json_as_integer(const struct json *value);
double json_as_real(const struct json *value); /* of integers too */
const char *json_as_string(const struct json *value,
                           size_t *ret_length); /* UTF-8; may hold no NUL */
size_t json_size(const struct json *value);     /* of arrays and objects */
const struct json *json_element(const struct json *array, size_t index);
const struct json *json_member(const struct json *object, const char *key); /* NULL: absent */

/* Iterates over an object in its order: `for (void *i = json_first(o); i; i = json_next(o, i))`. */
void *json_first(const struct json *object);
void *json_next(const struct json *object, void *iterator);
const char *json_key(void *iterator);
const struct json *json_value(void *iterator);

/* --- changing a value, for --set --- */

/* Puts `value` (stolen) at the dotted or pointer path below `object`; missing objects on the way
 * are made; a NULL `value` removes. False when the path goes through something that is not an
 * object. */
bool json_put(struct json *object, const char *const *path, size_t path_length, struct json *value);

/* `text` as JSON when it is that, else as a string. NULL when it is not UTF-8. */
struct json *json_from_argument(const char *text);
struct json *json_empty_object(void);
struct json *json_new_integer(int64_t value);

/* A value as one line, at most `size - 1` bytes, cut with `...`: for error messages. */
void json_show(const struct json *value, char *buffer, size_t size);

#endif
