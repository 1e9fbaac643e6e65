/*
 * Strings between double quotes for the two languages that nearly have those of JSON: YAML and HCL.
 * Both know \uXXXX and \UXXXXXXXX, neither the two halves of a character that JSON writes.
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>

/* The escapes that both have. */
static const char *escape_of(char byte)
{
    static const char *const escapes[0x60] = {
        ['\n'] = "\\n", ['\r'] = "\\r", ['\t'] = "\\t", ['"'] = "\\\"", ['\\'] = "\\\\",
    };
    return (unsigned char)byte < 0x60 ? escapes[(unsigned char)byte] : NULL;
}

/* What neither language, nor whoever shows its text, would leave as it is: YAML holds no control
 * characters, U+FFFE and U+FFFF. */
static bool is_spelled_out(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) ||
           (code_point & 0xfffe) == 0xfffe || utf8_is_invisible(code_point);
}

static void code_put(struct text *text, uint32_t code_point)
{
    text_printf(text, code_point > 0xffff ? "\\U%08" PRIx32 : "\\u%04" PRIx32, code_point);
}

/* Puts the character at `string`; its bytes. */
static size_t character_put(struct text *text, const char *string, size_t length)
{
    uint32_t code_point;
    size_t size = utf8_read(string, length, &code_point);
    if (size == 0)
        text_put(text, "\xef\xbf\xbd");
    else if (is_spelled_out(code_point))
        code_put(text, code_point);
    else
        text_put_bytes(text, string, size);
    return size == 0 ? 1 : size;
}

static bool is_plain(char byte)
{
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\' && byte != '[' &&
           byte != '$' && byte != '%';
}

static void quoted_put(struct text *text, const char *string, bool has_templates)
{
    text_put_char(text, '"');
    for (size_t at = 0, length = strlen(string); at < length;) {
        size_t plain = 0;
        while (is_plain(string[at + plain]))
            plain++;
        text_put_bytes(text, string + at, plain);
        at += plain;
        if (at == length)
            break;
        char byte = string[at];
        bool is_template = has_templates && (byte == '$' || byte == '%') && string[at + 1] == '{';
        if (is_template)
            text_put_char(text, byte); /* once more */
        if (escape_of(byte) != NULL)
            text_put(text, escape_of(byte));
        else if (byte == '[' && text_is_of_command(string, at))
            code_put(text, '[');
        else {
            at += character_put(text, string + at, length - at);
            continue;
        }
        at++;
    }
    text_put_char(text, '"');
}

void text_put_yaml(struct text *text, const char *string)
{
    quoted_put(text, string, false);
}

void text_put_hcl(struct text *text, const char *string)
{
    quoted_put(text, string, true);
}
