/*
 * Walking over JSON as text, for the places of things. It judges the whole grammar, strings and
 * numbers too, so that a mistake is reported where it begins; what a value is, jansson says. Inside
 * this room.
 */
#ifndef PGSIZE_JSON_SCAN_H
#define PGSIZE_JSON_SCAN_H

#include "json.h"

/* A walk over the bytes. Once a step has failed, `error` says why, and the walk is over. */
struct json_scan {
    const struct json_text *text;
    size_t at;
    unsigned depth;
    bool refuse_nul; /* \u0000 is JSON, but no value of ours can hold it */
    struct json_error *error;
};

/* Each moves `at` behind what it names, after blanks, or fails with a message and an offset. */
bool scan_value(struct json_scan *scan);
bool scan_string(struct json_scan *scan);
bool scan_key(struct json_scan *scan); /* a string, where a member of an object must be */
bool scan_colon(struct json_scan *scan);
bool scan_no_comma(struct json_scan *scan); /* moves nothing: an element of an array must follow */
bool scan_fail(struct json_scan *scan, size_t offset, const char *message);
bool scan_unexpected(struct json_scan *scan, const char *wanted, const char *hint); /* at `at` */
bool scan_expect(struct json_scan *scan, char character, const char *wanted);
int scan_peek(struct json_scan *scan); /* the next byte after blanks; -1 at the end */

/* The decoded bytes of a string that scan_string() took: `at` and `end` are inside its quotes. */
struct json_letters {
    const char *at, *end;
    char bytes[4]; /* of an escape */
    size_t count, next;
};
struct json_letters json_letters_of(const struct json_text *text, size_t start, size_t end);
int json_letter_next(struct json_letters *letters); /* -1 at the end */

/* Whether a text is in the encoding that some editors and shells write instead of UTF-8. */
bool json_is_utf16(const struct json_text *text);

/* Whether a decoded key begins with `//`. */
bool json_is_comment(struct json_letters key);

/* False when the value at `offset` is not JSON, or has a key twice in one of its objects. Comments
 * may repeat, and what is inside one is not looked at. */
bool json_check_duplicates(const struct json_text *text, size_t offset,
                           struct json_error *ret_error);

#endif
