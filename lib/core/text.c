#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SINK_BYTES = 64 * 1024 };

bool text_flush(struct text *text)
{
    if (text->sink == NULL)
        return !text->failed;
    if (!text->failed && text->length > 0 && !text->sink(text->to, text->bytes, text->length))
        text->failed = true;
    text->length = 0;
    return !text->failed;
}

static void text_grow(struct text *text, size_t more)
{
    if (text->sink != NULL && text->length + more > SINK_BYTES)
        (void)text_flush(text);
    if (more >= SIZE_MAX / 4 - text->length)
        arena_out_of_memory(text->arena);
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity)
        return;
    size_t capacity = text->capacity == 0 ? 256 : text->capacity * 2;
    while (capacity < needed)
        capacity *= 2;
    char *bytes = realloc(text->bytes, capacity);
    if (bytes == NULL)
        arena_out_of_memory(text->arena);
    text->bytes = bytes;
    text->capacity = capacity;
}

/* Almost every call finds room. */
static inline void text_reserve(struct text *text, size_t more)
{
    bool is_full = text->sink != NULL && text->length + more > SINK_BYTES;
    if (more >= text->capacity - text->length || is_full)
        text_grow(text, more);
}

void text_put_bytes(struct text *text, const char *bytes, size_t length)
{
    text_reserve(text, length);
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_put(struct text *text, const char *string)
{
    text_put_bytes(text, string, strlen(string));
}

void text_put_char(struct text *text, char character)
{
    text_reserve(text, 1);
    text->bytes[text->length++] = character;
    text->bytes[text->length] = '\0';
}

void text_repeat(struct text *text, const char *string, size_t times)
{
    size_t length = strlen(string);
    while (length != 1 && times-- > 0)
        text_put_bytes(text, string, length);
    if (length != 1 || times == 0)
        return;
    text_reserve(text, times); /* blanks, mostly */
    memset(text->bytes + text->length, string[0], times);
    text->length += times;
    text->bytes[text->length] = '\0';
}

void text_printf(struct text *text, const char *format, ...)
{
    char small[512];
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, arguments);
    va_end(arguments);
    if (length >= 0 && (size_t)length < sizeof small) {
        text_put_bytes(text, small, (size_t)length);
    } else if (length >= 0) {
        text_reserve(text, (size_t)length);
        (void)vsnprintf(text->bytes + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void text_put_int(struct text *text, int64_t number)
{
    char digits[24];
    char *at = digits + sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (number < 0)
        *--at = '-';
    text_put_bytes(text, at, (size_t)(digits + sizeof digits - at));
}

const char *plural(int64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

static void put_json_character(struct text *text, const char *bytes, size_t length,
                               uint32_t code_point)
{
    static const char *const short_forms[0x60] = {
        ['\b'] = "\\b", ['\f'] = "\\f", ['\n'] = "\\n",  ['\r'] = "\\r",
        ['\t'] = "\\t", ['"'] = "\\\"", ['\\'] = "\\\\",
    };
    if (code_point < 0x60 && short_forms[code_point] != NULL)
        text_put(text, short_forms[code_point]);
    else if (code_point >= 0x20 && (code_point < 0x7f || code_point >= 0xa0) && code_point != '[' &&
             !utf8_is_invisible(code_point))
        text_put_bytes(text, bytes, length);
    else if (code_point < 0x10000)
        text_printf(text, "\\u%04" PRIx32, code_point);
    else
        text_printf(text, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + ((code_point - 0x10000) >> 10),
                    0xdc00 + (code_point & 0x3ff));
}

void text_put_json(struct text *text, const char *string)
{
    if (string == NULL) {
        text_put(text, "null");
        return;
    }
    text_put_char(text, '"');
    size_t length = strlen(string), plain = 0;
    for (size_t at = 0; at < length;) {
        unsigned char byte = (unsigned char)string[at];
        if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\' &&
            (byte != '[' || !text_is_of_command(string, at))) {
            at++;
            continue;
        }
        text_put_bytes(text, string + plain, at - plain);
        uint32_t code_point;
        size_t size = utf8_read(string + at, length - at, &code_point);
        if (size == 0)
            text_put(text, "\xef\xbf\xbd");
        else
            put_json_character(text, string + at, size, code_point);
        at += size == 0 ? 1 : size;
        plain = at;
    }
    text_put_bytes(text, string + plain, length - plain);
    text_put_char(text, '"');
}

void text_put_shell(struct text *text, const char *string)
{
    text_put_char(text, '\'');
    for (const char *at = string; *at != '\0'; at++) {
        if (*at == '\'')
            text_put(text, "'\\''");
        else
            text_put_char(text, *at);
    }
    text_put_char(text, '\'');
}

void text_free(struct text *text)
{
    free(text->bytes);
    text->bytes = NULL;
    text->length = text->capacity = 0;
}

char *text_keep(struct text *text)
{
    const char *bytes = text->length > 0 ? text->bytes : "";
    char *string = arena_strndup(text->arena, bytes, text->length);
    text_free(text);
    return string;
}
