/*
 * Keys that stand in an object twice, comments aside; and what a key is when its escapes are read.
 * jansson finds duplicates too, but knows no comments and says no place.
 */
#include "json_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_letters json_letters_of(const struct json_text *text, size_t start, size_t end)
{
    return (struct json_letters){.at = text->bytes + start + 1, .end = text->bytes + end - 1};
}

static uint32_t hex_value(const char *digits)
{
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        unsigned digit = (unsigned char)digits[i];
        value = value * 16 + (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
    }
    return value;
}

static size_t utf8_write(uint32_t code_point, char bytes[4])
{
    if (code_point < 0x80) {
        bytes[0] = (char)code_point;
        return 1;
    }
    size_t size = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = size - 1; i > 0; i--, code_point >>= 6)
        bytes[i] = (char)(0x80 | (code_point & 0x3f));
    bytes[0] = (char)(leads[size] | code_point);
    return size;
}

/* `at` is on the backslash of an escape that scan_string() took. */
static void escape_read(struct json_letters *letters)
{
    static const char names[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    char letter = letters->at[1];
    letters->next = 0;
    letters->count = 1;
    if (letter != 'u') {
        const char *name = strchr(names, letter);
        letters->bytes[0] = name != NULL ? meanings[name - names] : letter;
        letters->at += 2;
        return;
    }
    uint32_t code_point = hex_value(letters->at + 2);
    letters->at += 6;
    if (code_point >= 0xd800 && code_point <= 0xdbff) {
        code_point =
            0x10000 + ((code_point - 0xd800) << 10) + (hex_value(letters->at + 2) - 0xdc00);
        letters->at += 6;
    }
    letters->count = utf8_write(code_point, letters->bytes);
}

int json_letter_next(struct json_letters *letters)
{
    if (letters->next == letters->count) {
        if (letters->at == letters->end)
            return -1;
        if (*letters->at != '\\')
            return (unsigned char)*letters->at++;
        escape_read(letters);
    }
    return (unsigned char)letters->bytes[letters->next++];
}

bool json_is_comment(struct json_letters key)
{
    return json_letter_next(&key) == '/' && json_letter_next(&key) == '/';
}

/* A key as written, without its quotes. */
struct key {
    const char *at;
    uint32_t length;
};

/* The keys of all objects that are open, those of the innermost at the end. */
struct keys {
    struct key *items;
    size_t count, capacity;
};

static bool key_add(struct json_scan *scan, struct keys *keys, struct json_letters key)
{
    if (keys->count == keys->capacity) {
        size_t capacity = keys->capacity == 0 ? 64 : keys->capacity * 2;
        struct key *items = reallocarray(keys->items, capacity, sizeof *items);
        if (items == NULL)
            return scan_fail(scan, scan->at, "not enough memory for so many keys");
        keys->items = items;
        keys->capacity = capacity;
    }
    keys->items[keys->count++] = (struct key){key.at, (uint32_t)(key.end - key.at)};
    return true;
}

static int letters_compare(const struct key *left, const struct key *right)
{
    struct json_letters a = {.at = left->at, .end = left->at + left->length};
    struct json_letters b = {.at = right->at, .end = right->at + right->length};
    for (;;) {
        int from_a = json_letter_next(&a), from_b = json_letter_next(&b);
        if (from_a != from_b)
            return from_a < from_b ? -1 : 1;
        if (from_a == -1)
            return 0;
    }
}

static int key_compare(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    int order = letters_compare(a, b);
    return order != 0 ? order : a->at < b->at ? -1 : a->at > b->at;
}

/* Reports the first key of the innermost object, in the order of the text, that stood there before.
 */
static bool innermost_check(struct json_scan *scan, const struct keys *keys, size_t first)
{
    size_t count = keys->count - first;
    if (count < 2)
        return true;
    struct key *own = keys->items + first;
    const struct key *found = NULL, *before = NULL;
    qsort(own, count, sizeof *own, key_compare);
    for (size_t i = 1; i < count; i++)
        if ((found == NULL || own[i].at < found->at) &&
            letters_compare(&own[i - 1], &own[i]) == 0) {
            found = &own[i];
            before = &own[i - 1];
        }
    if (found == NULL)
        return true;
    char message[100];
    (void)snprintf(message, sizeof message, "key \"%.*s\" is given twice",
                   (int)utf8_cut(found->at, found->length, 60), found->at);
    (void)scan_fail(scan, (size_t)(found->at - scan->text->bytes) - 1, message);
    scan->error->is_second = true;
    scan->error->first = (size_t)(before->at - scan->text->bytes) - 1;
    return false;
}

static bool value_check(struct json_scan *scan, struct keys *keys);

static bool member_check(struct json_scan *scan, struct keys *keys) /* NOLINT(misc-no-recursion) */
{
    (void)scan_peek(scan);
    size_t start = scan->at;
    if (!scan_key(scan))
        return false;
    struct json_letters key = json_letters_of(scan->text, start, scan->at);
    if (!scan_colon(scan))
        return false;
    if (json_is_comment(key))
        return scan_value(scan);
    return key_add(scan, keys, key) && value_check(scan, keys);
}

static bool element_check(struct json_scan *scan, struct keys *keys) /* NOLINT(misc-no-recursion) */
{
    return scan_no_comma(scan) && value_check(scan, keys);
}

/* Recursion ends at JSON_MAX_DEPTH. */
static bool value_check(struct json_scan *scan, struct keys *keys) /* NOLINT(misc-no-recursion) */
{
    int open = scan_peek(scan);
    if (open != '{' && open != '[')
        return scan_value(scan);
    int close = open == '{' ? '}' : ']';
    size_t first = keys->count;
    if (++scan->depth > JSON_MAX_DEPTH)
        return scan_fail(scan, scan->at, "nested more than 64 deep");
    scan->at++;
    bool empty = scan_peek(scan) == close, more = !empty;
    while (more) {
        if (!(open == '{' ? member_check(scan, keys) : element_check(scan, keys)))
            return false;
        more = scan_peek(scan) == ',';
        scan->at += more;
    }
    scan->depth--;
    if (!scan_expect(scan, (char)close, "a comma, or the closing bracket") ||
        !innermost_check(scan, keys, first))
        return false;
    keys->count = first;
    return true;
}

bool json_check_duplicates(const struct json_text *text, size_t offset,
                           struct json_error *ret_error)
{
    struct json_scan scan = {.text = text, .at = offset, .error = ret_error};
    struct keys keys = {0};
    bool good = value_check(&scan, &keys);
    free(keys.items);
    return good;
}
