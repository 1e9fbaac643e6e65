/*
 * Text for XML and HTML: in an element and in an attribute alike. What XML 1.0 cannot hold at all
 * becomes U+FFFD; what a reader would not see, or would obey, is spelled out as on a screen.
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>

static const char replacement[] = "\xef\xbf\xbd";

/* https://www.w3.org/TR/xml/#NT-Char, and Unicode's noncharacters, which HTML does not hold. */
static bool is_forbidden(uint32_t code_point)
{
    return (code_point < 0x20 && code_point != '\t' && code_point != '\n' && code_point != '\r') ||
           (code_point & 0xfffe) == 0xfffe || (code_point >= 0xfdd0 && code_point <= 0xfdef);
}

/* A line break would become a blank in an attribute, and a carriage return a line break. */
static const char *reference_of(uint32_t code_point)
{
    static const char *const references[0x40] = {
        ['&'] = "&amp;",  ['<'] = "&lt;",  ['>'] = "&gt;",   ['"'] = "&quot;",
        ['\''] = "&#39;", ['\t'] = "&#9;", ['\n'] = "&#10;", ['\r'] = "\\x0d",
    };
    return code_point < 0x40 ? references[code_point] : NULL;
}

static void put_character(struct text *text, const char *bytes, size_t size, uint32_t code_point)
{
    const char *reference = reference_of(code_point);
    if (reference != NULL)
        text_put(text, reference);
    else if (is_forbidden(code_point))
        text_put(text, replacement);
    else if (code_point >= 0x7f && code_point < 0xa0)
        text_printf(text, "\\x%02" PRIx32, code_point);
    else if (utf8_is_invisible(code_point))
        text_printf(text, code_point > 0xffff ? "\\U%08" PRIx32 : "\\u%04" PRIx32, code_point);
    else
        text_put_bytes(text, bytes, size);
}

static bool is_plain(const char *string, size_t at)
{
    char byte = string[at];
    if (byte == ':' || byte == '[')
        return !text_is_of_command(string, at);
    return byte >= 0x20 && byte < 0x7f && reference_of((unsigned char)byte) == NULL;
}

/* Bytes at the start that stand for themselves: most text is nothing else. */
static size_t plain_length(const char *string, size_t length)
{
    size_t plain = 0;
    while (plain < length && is_plain(string, plain))
        plain++;
    return plain;
}

void text_put_xml(struct text *text, const char *string)
{
    size_t length = strlen(string);
    for (;;) {
        size_t plain = plain_length(string, length);
        text_put_bytes(text, string, plain);
        string += plain;
        length -= plain;
        if (length == 0)
            return;
        if (*string == ':' || *string == '[') {
            text_put(text, *string == ':' ? "&#58;" : "&#91;");
            string++;
            length--;
            continue;
        }
        uint32_t code_point;
        size_t size = utf8_read(string, length, &code_point);
        if (size == 0)
            text_put(text, replacement);
        else
            put_character(text, string, size, code_point);
        string += size == 0 ? 1 : size;
        length -= size == 0 ? 1 : size;
    }
}
