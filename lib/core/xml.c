/*
 * Text between tags and in quoted attributes, of XML and of HTML.
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>

static const char *const entities[0x80] = {
    ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
};

/* Neither a mark of XML nor anything that needs a look. */
static size_t harmless_length(const char *string, size_t length)
{
    size_t harmless = 0;
    while (harmless < length && string[harmless] >= 0x20 && string[harmless] < 0x7f &&
           entities[(unsigned char)string[harmless]] == NULL)
        harmless++;
    return harmless;
}

/* Char of XML 1.0 (fifth edition, 2.2), less what Unicode calls noncharacters, which HTML calls an
 * error. */
static bool is_forbidden(uint32_t code_point)
{
    if (code_point < 0x20)
        return code_point != '\t' && code_point != '\n' && code_point != '\r';
    return (code_point & 0xfffe) == 0xfffe || (code_point >= 0xfdd0 && code_point <= 0xfdef);
}

static void character_put(struct text *text, const char *bytes, size_t size, uint32_t code_point)
{
    if (code_point < 0x80 && entities[code_point] != NULL)
        text_put(text, entities[code_point]);
    else if (is_forbidden(code_point))
        text_put(text, "\xef\xbf\xbd");
    else if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0))
        text_printf(text, "\\x%02" PRIx32, code_point);
    else if (!utf8_is_invisible(code_point))
        text_put_bytes(text, bytes, size);
    else
        text_printf(text, code_point > 0xffff ? "\\U%08" PRIx32 : "\\u%04" PRIx32, code_point);
}

void text_put_xml(struct text *text, const char *string)
{
    size_t length = strlen(string);
    for (;;) {
        size_t harmless = harmless_length(string, length);
        text_put_bytes(text, string, harmless);
        string += harmless;
        length -= harmless;
        if (length == 0)
            return;
        uint32_t code_point;
        size_t size = utf8_read(string, length, &code_point);
        if (size == 0)
            text_put(text, "\xef\xbf\xbd");
        else
            character_put(text, string, size, code_point);
        string += size == 0 ? 1 : size;
        length -= size == 0 ? 1 : size;
    }
}
