#include "json_scan.h"

#include <stdio.h>
#include <string.h>

size_t json_skip_blanks(const struct json_text *text, size_t offset)
{
    for (; offset < text->length; offset++) {
        char byte = text->bytes[offset];
        if (byte != ' ' && byte != '\n' && byte != '\t' && byte != '\r')
            break;
    }
    return offset;
}

bool scan_fail(struct json_scan *scan, size_t offset, const char *message)
{
    *scan->error = (struct json_error){.offset = offset};
    (void)snprintf(scan->error->message, sizeof scan->error->message, "%s", message);
    return false;
}

bool scan_unexpected(struct json_scan *scan, const char *wanted, const char *hint)
{
    char found[40], message[sizeof scan->error->message];
    const char *better = json_found(scan->text, scan->at, found, sizeof found);
    (void)snprintf(message, sizeof message, "expected %s, got %s", wanted, found);
    (void)scan_fail(scan, scan->at, message);
    scan->error->hint = better != NULL ? better : hint;
    return false;
}

int scan_peek(struct json_scan *scan)
{
    scan->at = json_skip_blanks(scan->text, scan->at);
    return scan->at < scan->text->length ? (unsigned char)scan->text->bytes[scan->at] : -1;
}

bool scan_expect(struct json_scan *scan, char character, const char *wanted)
{
    if (scan_peek(scan) != character)
        return scan_unexpected(scan, wanted, NULL);
    scan->at++;
    return true;
}

/* The four hex digits at `at`; -1 where they are not. */
static int32_t hex_read(const struct json_text *text, size_t at)
{
    int32_t value = 0;
    for (size_t i = at; i < at + 4; i++) {
        char digit = i < text->length ? text->bytes[i] : '\0';
        if (digit >= '0' && digit <= '9')
            value = value * 16 + (digit - '0');
        else if (digit >= 'a' && digit <= 'f')
            value = value * 16 + (digit - 'a' + 10);
        else if (digit >= 'A' && digit <= 'F')
            value = value * 16 + (digit - 'A' + 10);
        else
            return -1;
    }
    return value;
}

/* `\uXXXX`, or the two of them that mean one character above U+FFFF; `at` is on the backslash. */
static bool scan_unicode(struct json_scan *scan)
{
    const struct json_text *text = scan->text;
    size_t start = scan->at;
    int32_t unit = hex_read(text, start + 2);
    if (unit < 0)
        return scan_fail(scan, start, "four hex digits must follow \\u");
    if (unit == 0 && scan->refuse_nul)
        return scan_fail(scan, start, "\\u0000 is not allowed in a string");
    scan->at += 6;
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    bool pair = scan->at + 1 < text->length && memcmp(text->bytes + scan->at, "\\u", 2) == 0;
    int32_t low = pair ? hex_read(text, scan->at + 2) : -1;
    if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return scan_fail(scan, start, "half of a surrogate pair is not a character");
    scan->at += 6;
    return true;
}

/* What is not plain ASCII in a string: an escape, or a character of several bytes. */
static bool scan_special(struct json_scan *scan)
{
    const struct json_text *text = scan->text;
    const char *here = text->bytes + scan->at;
    if (*here == '\\') {
        char letter = scan->at + 1 < text->length ? here[1] : '\0';
        if (letter == 'u')
            return scan_unicode(scan);
        if (letter == '\0' || strchr("\"\\/bfnrt", letter) == NULL)
            return scan_fail(scan, scan->at,
                             "this is not an escape of JSON; a backslash is written \\\\");
        scan->at += 2;
        return true;
    }
    if ((unsigned char)*here < 0x20)
        return scan_fail(scan, scan->at,
                         "a control character must be written as an escape, \\u00..");
    uint32_t code_point;
    size_t size = utf8_read(here, text->length - scan->at, &code_point);
    if (size == 0)
        return scan_fail(scan, scan->at, "this is not valid UTF-8");
    scan->at += size;
    return true;
}

bool scan_string(struct json_scan *scan)
{
    if (!scan_expect(scan, '"', "a string in double quotes"))
        return false;
    size_t start = scan->at - 1;
    while (scan->at < scan->text->length) {
        unsigned char byte = (unsigned char)scan->text->bytes[scan->at];
        if (byte == '"') {
            scan->at++;
            return true;
        }
        if (byte == '\n' || byte == '\r')
            return scan_fail(scan, start, "this string is not closed on its line");
        if (byte >= 0x20 && byte < 0x80 && byte != '\\')
            scan->at++;
        else if (byte == '\\' && scan->at + 1 == scan->text->length)
            break;
        else if (!scan_special(scan))
            return false;
    }
    return scan_fail(scan, start, "this string is never closed");
}

static size_t digits_count(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return (size_t)(at - start);
}

/* -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? */
static bool is_number(const char *at, const char *end)
{
    if (at < end && *at == '-')
        at++;
    size_t digits = digits_count(at, end);
    if (digits == 0 || (digits > 1 && *at == '0'))
        return false;
    at += digits;
    if (at < end && *at == '.') {
        digits = digits_count(++at, end);
        if (digits == 0)
            return false;
        at += digits;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        digits = digits_count(at, end);
        if (digits == 0)
            return false;
        at += digits;
    }
    return at == end;
}

/* A number, true, false or null; anything else that people write there is named. */
static bool scan_word(struct json_scan *scan)
{
    const char *bytes = scan->text->bytes;
    size_t start = scan->at;
    while (scan->at < scan->text->length && bytes[scan->at] != '\0' &&
           strchr(" \t\r\n,:{}[]\"/'", bytes[scan->at]) == NULL)
        scan->at++;
    size_t length = scan->at - start;
    const char *word = bytes + start;
    if ((length == 4 && memcmp(word, "true", 4) == 0) ||
        (length == 5 && memcmp(word, "false", 5) == 0) ||
        (length == 4 && memcmp(word, "null", 4) == 0) || is_number(word, word + length))
        return true;
    if (length > 0 && strchr("+-.0123456789", word[0]) != NULL)
        return scan_fail(scan, start, "this is not a number as JSON writes them: -12, 0.5, 1e6");
    scan->at = start;
    return scan_unexpected(
        scan, "a value",
        "a value is a string in double quotes, a number, true, false, null, {...} or [...]");
}

bool scan_key(struct json_scan *scan)
{
    int next = scan_peek(scan);
    if (next == '}')
        return scan_fail(scan, scan->at, "a comma before the closing } is not JSON: remove it");
    return next == '"' ? scan_string(scan) : scan_unexpected(scan, "a key in double quotes", NULL);
}

bool scan_no_comma(struct json_scan *scan)
{
    return scan_peek(scan) != ']' ||
           scan_fail(scan, scan->at, "a comma before the closing ] is not JSON: remove it");
}

bool scan_colon(struct json_scan *scan)
{
    return scan_expect(scan, ':', "a colon after the key");
}

static bool scan_member(struct json_scan *scan)
{
    return scan_key(scan) && scan_colon(scan) && scan_value(scan);
}

static bool scan_element(struct json_scan *scan)
{
    return scan_no_comma(scan) && scan_value(scan);
}

static bool scan_many(struct json_scan *scan, char close, bool (*one)(struct json_scan *),
                      const char *wanted)
{
    if (++scan->depth > JSON_MAX_DEPTH)
        return scan_fail(scan, scan->at, "nested more than 64 deep");
    scan->at++;
    if (scan_peek(scan) == close) {
        scan->at++;
        scan->depth--;
        return true;
    }
    for (;;) {
        if (!one(scan))
            return false;
        if (scan_peek(scan) != ',')
            break;
        scan->at++;
    }
    scan->depth--;
    return scan_expect(scan, close, wanted);
}

/* Recursion ends at JSON_MAX_DEPTH. */
bool scan_value(struct json_scan *scan) /* NOLINT(misc-no-recursion) */
{
    switch (scan_peek(scan)) {
    case -1:
        return scan_unexpected(scan, "a value", NULL);
    case '{':
        return scan_many(scan, '}', scan_member, "a comma or } after this member");
    case '[':
        return scan_many(scan, ']', scan_element, "a comma or ] after this value");
    case '"':
        return scan_string(scan);
    default:
        return scan_word(scan);
    }
}
