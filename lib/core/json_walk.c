/*
 * Going over the members of an object one at a time, and over values without reading them; lines
 * and columns.
 */
#include "json_scan.h"

#include <stdio.h>
#include <string.h>

bool json_skip(const struct json_text *text, size_t offset, size_t *ret_end,
               struct json_error *ret_error)
{
    struct json_scan scan = {.text = text, .at = offset, .error = ret_error};
    if (!scan_value(&scan))
        return false;
    *ret_end = scan.at;
    return true;
}

bool json_opens_object(const struct json_text *text, size_t offset, size_t *ret_offset)
{
    *ret_offset = json_skip_blanks(text, offset);
    return *ret_offset < text->length && text->bytes[*ret_offset] == '{';
}

/* Moves `scan` behind the next key, or `walk` behind the `}`. */
static bool walk_step(struct json_scan *scan, struct json_walk *walk)
{
    bool first = !walk->started;
    if (first && !scan_expect(scan, '{', "an object: { ... }"))
        return false;
    walk->started = true;
    walk->done = scan_peek(scan) == '}';
    if (walk->done) {
        walk->at = scan->at + 1;
        return true;
    }
    if (!first && !scan_expect(scan, ',', "a comma or } after this member"))
        return false;
    (void)scan_peek(scan);
    walk->key_offset = scan->at;
    return scan_key(scan);
}

/* The decoded key between the quotes at `start` and before `end`. A comment is not worth its
 * memory. */
static const char *key_copy(const struct json_text *text, size_t start, size_t end,
                            struct arena *arena)
{
    struct json_letters letters = json_letters_of(text, start, end);
    if (json_is_comment(letters))
        return "//";
    size_t length = end - start - 2, written = 0;
    if (memchr(letters.at, '\\', length) == NULL)
        return arena_strndup(arena, letters.at, length);
    char *key = arena_alloc(arena, length + 1);
    for (int next = json_letter_next(&letters); next != -1; next = json_letter_next(&letters))
        key[written++] = (char)next;
    return key;
}

bool json_walk_next(const struct json_text *text, struct json_walk *walk, struct arena *arena,
                    struct json_error *ret_error)
{
    struct json_scan scan = {.text = text, .at = walk->at, .refuse_nul = true, .error = ret_error};
    if (!walk_step(&scan, walk))
        return false;
    if (walk->done)
        return true;
    walk->key = key_copy(text, walk->key_offset, scan.at, arena);
    if (!scan_colon(&scan))
        return false;
    walk->value_offset = walk->at = json_skip_blanks(text, scan.at);
    return true;
}

enum { MARK_BYTES = 4096 };

static void mark_advance(const struct json_text *text, size_t from, size_t to,
                         struct json_mark *mark)
{
    for (size_t i = from; i < to; i++) {
        if (text->bytes[i] == '\n') {
            mark->line++;
            mark->column = 1;
        } else {
            mark->column += ((unsigned char)text->bytes[i] & 0xc0) != 0x80;
        }
    }
}

/* Once over the text, so that no further place costs more than MARK_BYTES: neither a file of one
 * line nor one of nothing but line ends is slow. */
static void marks_make(struct json_text *text, struct arena *arena)
{
    text->marks = ARENA_ARRAY(arena, text->length / MARK_BYTES + 1, struct json_mark);
    struct json_mark mark = {1, 1};
    if (text->length >= 3 && memcmp(text->bytes, "\xef\xbb\xbf", 3) == 0)
        mark.column = 0; /* a byte order mark has no column */
    text->marks[0] = mark;
    for (size_t i = 1; i <= text->length / MARK_BYTES; i++) {
        mark_advance(text, (i - 1) * MARK_BYTES, i * MARK_BYTES, &mark);
        text->marks[i] = mark;
    }
}

void json_position(struct json_text *text, struct arena *arena, size_t offset, unsigned *ret_line,
                   unsigned *ret_column)
{
    if (text->marks == NULL)
        marks_make(text, arena);
    if (offset > text->length)
        offset = text->length;
    struct json_mark mark = text->marks[offset / MARK_BYTES];
    mark_advance(text, offset / MARK_BYTES * MARK_BYTES, offset, &mark);
    *ret_line = mark.line;
    *ret_column = mark.column > 0 ? mark.column : 1;
}

const char *json_error_show(struct json_text *text, struct arena *arena,
                            const struct json_error *error, char *buffer)
{
    unsigned line, column;
    size_t length = (size_t)snprintf(buffer, JSON_MESSAGE_BYTES, "%s", error->message);
    if (!error->is_second || length >= JSON_MESSAGE_BYTES)
        return buffer;
    json_position(text, arena, error->first, &line, &column);
    (void)snprintf(buffer + length, JSON_MESSAGE_BYTES - length, ", first at %s:%u:%u", text->name,
                   line, column);
    return buffer;
}
