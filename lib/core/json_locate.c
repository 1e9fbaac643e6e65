/*
 * Finding the place of a value again: what a JSON Pointer names.
 */
#include "json_scan.h"

#include "decimal.h"

#include <string.h>

/* Whether the key between the quotes at `start` and before `end` is `name`. */
static bool key_is(const struct json_text *text, size_t start, size_t end, const char *name)
{
    struct json_letters letters = json_letters_of(text, start, end);
    for (; *name != '\0'; name++)
        if (json_letter_next(&letters) != (unsigned char)*name)
            return false;
    return json_letter_next(&letters) == -1;
}

/* The next token of a JSON Pointer, unescaped; `pointer` stands on its `/`. */
static const char *token_next(const char *pointer, char *token, size_t size)
{
    size_t length = 0;
    for (pointer++; *pointer != '\0' && *pointer != '/'; pointer++) {
        char character = *pointer;
        if (character == '~' && (pointer[1] == '0' || pointer[1] == '1'))
            character = *++pointer == '0' ? '~' : '/';
        if (length + 1 < size)
            token[length++] = character;
    }
    token[length] = '\0';
    return pointer;
}

/* Below the object at scan->at: finds the member `name`. Of several the last one counts, as for
 * jansson. */
static bool member_find(struct json_scan *scan, const char *name, size_t *ret_key,
                        size_t *ret_value)
{
    bool found = false;
    for (scan->at++; scan_peek(scan) == '"';) {
        size_t start = scan->at;
        if (!scan_string(scan))
            break;
        bool is_it = key_is(scan->text, start, scan->at, name);
        if (!scan_colon(scan))
            break;
        if (is_it) {
            *ret_key = start;
            *ret_value = json_skip_blanks(scan->text, scan->at);
            found = true;
        }
        if (!scan_value(scan) || scan_peek(scan) != ',')
            break;
        scan->at++;
    }
    return found;
}

static bool element_find(struct json_scan *scan, const char *index, size_t *ret_value)
{
    int64_t wanted;
    if (!count_read(index, &wanted))
        return false;
    scan->at++;
    for (int64_t i = 0; scan_peek(scan) != ']' && scan_peek(scan) != -1; i++) {
        *ret_value = scan->at;
        if (i == wanted)
            return true;
        if (!scan_value(scan) || scan_peek(scan) != ',')
            return false;
        scan->at++;
    }
    return false;
}

bool json_locate(const struct json_text *text, size_t from, const char *pointer,
                 enum json_part part, size_t *ret_offset)
{
    struct json_error ignored;
    struct json_scan scan = {.text = text, .at = from, .error = &ignored};
    *ret_offset = json_skip_blanks(text, from);
    while (*pointer == '/') {
        char token[1024];
        pointer = token_next(pointer, token, sizeof token);
        size_t key = 0, value = 0;
        int next = scan_peek(&scan);
        if (!((next == '{' && member_find(&scan, token, &key, &value)) ||
              (next == '[' && element_find(&scan, token, &value))))
            return false;
        bool last = *pointer == '\0';
        *ret_offset = last && part == JSON_PART_KEY && next == '{' ? key : value;
        scan.at = value;
    }
    return true;
}
