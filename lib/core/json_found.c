/*
 * What stands in a text where something else was expected, in words, and what to do about it.
 */
#include "json_scan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORD_MOST = 12 };

static const char comment_hint[] = "comments are keys that begin with \"//\": \"//\": \"words\"";
static const char quotes_hint[] = "keys and strings stand in plain double quotes: \"name\"";

/* What people write that is not JSON, or is JSON elsewhere. */
static const struct {
    const char *begins, *words, *hint;
} known[] = {
    {"//", "a comment", comment_hint}, {"/*", "a comment", comment_hint},
    {"#", "a comment", comment_hint},  {"'", "a single quote", quotes_hint},
    {"\"", "a string", NULL},          {"{", "an object", NULL},
    {"[", "an array", NULL},           {"-", "a number", NULL},
    {"`", "a backquote", quotes_hint}, {"", "a NUL byte", NULL},
};

static bool begins(const struct json_text *text, size_t offset, const char *with)
{
    size_t length = strlen(with);
    if (length == 0) /* stands for a NUL */
        return text->bytes[offset] == '\0';
    return text->length - offset >= length && memcmp(text->bytes + offset, with, length) == 0;
}

/* Letters alone: what is longer, or holds anything else, may be a part of a URL and its password.
 */
static size_t word_length(const struct json_text *text, size_t offset)
{
    size_t length = 0;
    while (offset + length < text->length && length <= WORD_MOST &&
           ((text->bytes[offset + length] | 0x20) >= 'a' &&
            (text->bytes[offset + length] | 0x20) <= 'z'))
        length++;
    bool ended = offset + length == text->length ||
                 strchr(" \t\r\n,:=}]", text->bytes[offset + length]) != NULL;
    return ended && length <= WORD_MOST ? length : 0;
}

/* Typographic quotes come with text that was copied from a document. */
static bool is_quote(uint32_t code_point)
{
    return (code_point >= 0x2018 && code_point <= 0x201f) || code_point == 0xab ||
           code_point == 0xbb;
}

static const char *character_found(const struct json_text *text, size_t offset, char *buffer,
                                   size_t size)
{
    unsigned char byte = (unsigned char)text->bytes[offset];
    uint32_t code_point = 0;
    if (offset > 0 && text->bytes[offset - 1] == '"' && strchr(",:}]=", byte) == NULL) {
        (void)snprintf(buffer, size, "more text"); /* maybe the rest of a password */
        return "a double quote inside a string is written \\\"";
    }
    bool is_utf8 = utf8_read(text->bytes + offset, text->length - offset, &code_point) > 0;
    size_t word = word_length(text, offset);
    if (byte >= '0' && byte <= '9')
        (void)snprintf(buffer, size, "a number");
    else if (word > 0)
        (void)snprintf(buffer, size, "%.*s", (int)word, text->bytes + offset);
    else if (byte > 0x20 && byte < 0x7f)
        (void)snprintf(buffer, size, "%c", byte);
    else if (is_utf8)
        (void)snprintf(buffer, size, "the character U+%04" PRIX32, code_point);
    else
        (void)snprintf(buffer, size, "a byte that is not UTF-8");
    return is_utf8 && is_quote(code_point) ? quotes_hint : NULL;
}

const char *json_found(const struct json_text *text, size_t offset, char *buffer, size_t size)
{
    if (offset >= text->length) {
        (void)snprintf(buffer, size, "the end of the file");
        return NULL;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!begins(text, offset, known[i].begins))
            continue;
        (void)snprintf(buffer, size, "%s", known[i].words);
        return known[i].hint;
    }
    return character_found(text, offset, buffer, size);
}

bool json_is_utf16(const struct json_text *text)
{
    if (text->length < 2)
        return false;
    const char *bytes = text->bytes;
    char first = bytes[0] != '\0' ? bytes[0] : bytes[1];
    bool has_nul = (bytes[0] == '\0') != (bytes[1] == '\0');
    return memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0 ||
           (has_nul && strchr("{[/ \t\r\n", first) != NULL);
}
