/*
 * Names for PostgreSQL. A double quote inside quotes is written twice; what a screen must not see,
 * and what would end a line, is written as `U&"..."` has it, so that a name is the same name and
 * never more than one line.
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>

/* Bytes of the character at `string`, which is shown as it is; 0: it is not, and `ret_value` is its
 * code point, or the byte where it is not UTF-8. */
static size_t shown_length(const struct text *text, const char *string, size_t length,
                           uint32_t *ret_value, size_t *ret_read)
{
    *ret_read = utf8_read(string, length, ret_value);
    if (*ret_read == 0) {
        *ret_value = (unsigned char)*string;
        *ret_read = 1;
        return 0;
    }
    bool hidden = *ret_value < 0x20 || (*ret_value >= 0x7f && *ret_value < 0xa0) ||
                  (text->plain && *ret_value > 0x7f) || utf8_is_invisible(*ret_value);
    return hidden ? 0 : *ret_read;
}

static bool needs_escapes(const struct text *text, const char *string, size_t length)
{
    for (size_t at = 0, read; at < length; at += read) {
        uint32_t value;
        if (shown_length(text, string + at, length - at, &value, &read) == 0)
            return true;
    }
    return false;
}

void text_put_sql_identifier(struct text *text, const char *string)
{
    size_t length = strlen(string);
    bool escapes = needs_escapes(text, string, length);
    text_put(text, escapes ? "U&\"" : "\"");
    for (size_t at = 0, read; at < length; at += read) {
        uint32_t value;
        size_t shown = shown_length(text, string + at, length - at, &value, &read);
        if (shown == 0)
            text_printf(text, value > 0xffff ? "\\+%06" PRIX32 : "\\%04" PRIX32, value);
        else if (value == '"' || (value == '\\' && escapes))
            text_printf(text, "%c%c", (char)value, (char)value);
        else
            text_put_bytes(text, string + at, shown);
    }
    text_put_char(text, '"');
}
