/*
 * Text for a screen: what a terminal would obey or hide is spelled out instead, and widths are
 * counted as the terminal will show them.
 */
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

size_t utf8_read(const char *bytes, size_t length, uint32_t *ret_code_point)
{
    static const struct {
        unsigned char mask, lead;
        size_t size;
        uint32_t least;
    } forms[] = {
        {0x80, 0x00, 1, 0},
        {0xe0, 0xc0, 2, 0x80},
        {0xf0, 0xe0, 3, 0x800},
        {0xf8, 0xf0, 4, 0x10000},
    };
    if (length == 0)
        return 0;
    unsigned char first = (unsigned char)bytes[0];
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if ((first & forms[i].mask) != forms[i].lead)
            continue;
        if (forms[i].size > length)
            return 0;
        uint32_t code_point = first & (uint32_t)(unsigned char)~forms[i].mask;
        for (size_t k = 1; k < forms[i].size; k++) {
            unsigned char next = (unsigned char)bytes[k];
            if ((next & 0xc0) != 0x80)
                return 0;
            code_point = code_point << 6 | (next & 0x3fU);
        }
        if (code_point < forms[i].least || code_point > 0x10ffff ||
            (code_point >= 0xd800 && code_point <= 0xdfff))
            return 0;
        *ret_code_point = code_point;
        return forms[i].size;
    }
    return 0;
}

bool utf8_is_valid(const char *string)
{
    size_t length = strlen(string), read;
    uint32_t code_point;
    for (; length > 0; string += read, length -= read)
        if ((read = utf8_read(string, length, &code_point)) == 0)
            return false;
    return true;
}

size_t utf8_cut(const char *bytes, size_t length, size_t most)
{
    if (length <= most)
        return length;
    size_t cut = most;
    while (cut > 0 && most - cut < 4 && ((unsigned char)bytes[cut] & 0xc0) == 0x80)
        cut--;
    return most - cut < 4 ? cut : most;
}

/* Characters of Unicode's category Cf and relatives that hide themselves or turn the direction of
 * text, and the line and paragraph separators. */
bool utf8_is_invisible(uint32_t code_point)
{
    if (code_point < 0xad)
        return false;
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00ad, 0x00ad},   {0x034f, 0x034f},    {0x061c, 0x061c}, {0x115f, 0x1160},
        {0x17b4, 0x17b5},   {0x180b, 0x180f},    {0x200b, 0x200f}, {0x2028, 0x202e},
        {0x2060, 0x206f},   {0x3164, 0x3164},    {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},
        {0xffa0, 0xffa0},   {0xfff0, 0xfffb},    {0xe000, 0xf8ff}, {0x1d173, 0x1d17a},
        {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

/* One character as it will be shown. */
struct glyph {
    char shown[16];
    size_t length; /* bytes of `shown` */
    size_t width;  /* columns */
    size_t read;   /* bytes of the input */
};

static struct glyph glyph_escaped(size_t read, const char *format, uint32_t value)
{
    struct glyph glyph = {.read = read};
    /* The format is one of three constants below. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    int length = snprintf(glyph.shown, sizeof glyph.shown, format, value);
#pragma GCC diagnostic pop
    glyph.length = glyph.width = length > 0 ? (size_t)length : 0;
    return glyph;
}

/* What GitHub's runner takes off the start of a line: Unicode's category Zs. (Other white space is
 * a control character or invisible, and spelled out.) */
static bool is_blank(uint32_t code_point)
{
    return code_point == ' ' || code_point == 0xa0 || code_point == 0x1680 ||
           (code_point >= 0x2000 && code_point <= 0x200a) || code_point == 0x202f ||
           code_point == 0x205f || code_point == 0x3000;
}

/* Whether a line could begin at `at`: there `string` begins, or a word of it that may be wrapped.
 */
static bool begins_word(const char *string, const char *at)
{
    const char *lead = at;
    uint32_t before;
    while (lead > string && at - lead < 4) {
        lead--;
        if (utf8_read(lead, (size_t)(at - lead), &before) == (size_t)(at - lead))
            return is_blank(before);
    }
    return at == string;
}

bool text_is_of_command(const char *string, size_t at)
{
    if (string[at] == ':')
        return string[at + 1] == ':' && begins_word(string, string + at);
    return string[at] == '[' && at >= 2 && string[at - 1] == '#' && string[at - 2] == '#';
}

/* The character at `at`, `length` bytes before the end of `string`. */
static struct glyph glyph_read(const char *string, const char *at, size_t length, bool plain)
{
    unsigned char first = (unsigned char)at[0];
    if (text_is_of_command(string, (size_t)(at - string)))
        return glyph_escaped(1, "\\x%02" PRIx32, first);
    if (first >= 0x20 && first < 0x7f)
        return (struct glyph){.shown = {(char)first}, .length = 1, .width = 1, .read = 1};
    uint32_t code_point;
    size_t size = utf8_read(at, length, &code_point);
    if (size == 0)
        return glyph_escaped(1, "\\x%02" PRIx32, first);
    if (code_point < 0xa0)
        return glyph_escaped(size, "\\x%02" PRIx32, code_point);
    if (plain || utf8_is_invisible(code_point))
        return glyph_escaped(size, code_point > 0xffff ? "\\U%08" PRIx32 : "\\u%04" PRIx32,
                             code_point);
    int columns = wcwidth((wchar_t)code_point);
    struct glyph glyph = {.length = size, .width = columns > 0 ? (size_t)columns : 0, .read = size};
    if (columns < 0)
        return glyph_escaped(size, code_point > 0xffff ? "\\U%08" PRIx32 : "\\u%04" PRIx32,
                             code_point);
    memcpy(glyph.shown, at, size);
    return glyph;
}

/* Printable ASCII at the start of a string, before what could be a command: most text is nothing
 * else. */
static size_t plain_length(const char *string, size_t length)
{
    size_t plain = 0;
    while (plain < length && string[plain] >= 0x20 && string[plain] < 0x7f &&
           string[plain] != ':' && string[plain] != '[')
        plain++;
    return plain;
}

void text_put_visible(struct text *text, const char *string)
{
    const char *at = string;
    size_t length = strlen(string);
    for (;;) {
        size_t plain = plain_length(at, length);
        text_put_bytes(text, at, plain);
        at += plain;
        length -= plain;
        if (length == 0)
            break;
        struct glyph glyph = glyph_read(string, at, length, text->plain);
        text_put_bytes(text, glyph.shown, glyph.length);
        at += glyph.read;
        length -= glyph.read;
    }
}

size_t text_width(const char *string, bool plain)
{
    const char *at = string;
    size_t length = strlen(string), width = 0;
    for (;;) {
        size_t ascii = plain_length(at, length);
        width += ascii;
        at += ascii;
        length -= ascii;
        if (length == 0)
            return width;
        struct glyph glyph = glyph_read(string, at, length, plain);
        width += glyph.width;
        at += glyph.read;
        length -= glyph.read;
    }
}

/* From `at` on as much of the string as fits `room` columns; returns the columns used. */
static size_t put_within(struct text *text, const char *string, const char *at, size_t room)
{
    size_t length = strlen(at), used = 0;
    while (length > 0) {
        struct glyph glyph = glyph_read(string, at, length, text->plain);
        if (used + glyph.width > room)
            break;
        text_put_bytes(text, glyph.shown, glyph.length);
        used += glyph.width;
        at += glyph.read;
        length -= glyph.read;
    }
    return used;
}

/* Where the end of the string begins that fits `*room` columns, which become those that it has. */
static const char *end_within(const struct text *text, const char *string, size_t *room)
{
    const char *at = string;
    size_t length = strlen(string), left = text_width(string, text->plain);
    while (left > *room) {
        struct glyph glyph = glyph_read(string, at, length, text->plain);
        left -= glyph.width;
        at += glyph.read;
        length -= glyph.read;
    }
    *room = left;
    return at;
}

/* What is longer than `width`, of which up to `tail` columns of the end are kept. */
static void cut_put(struct text *text, const char *string, size_t width, size_t tail)
{
    const char *ellipsis = text->plain ? "..." : "\xe2\x80\xa6";
    size_t room = text->plain ? 3 : 1;
    if (width < room) {
        ellipsis = "";
        room = 0;
    }
    tail = width > room + tail ? tail : 0;
    const char *end = end_within(text, string, &tail);
    size_t used = put_within(text, string, string, width - room - tail);
    text_put(text, ellipsis);
    used += put_within(text, string, end, tail);
    text_repeat(text, " ", width - room - used);
}

void text_put_cell(struct text *text, const char *string, size_t width, enum text_side side)
{
    size_t wanted = text_width(string, text->plain);
    if (wanted > width) {
        cut_put(text, string, width, 0);
        return;
    }
    if (side == TEXT_RIGHT)
        text_repeat(text, " ", width - wanted);
    text_put_visible(text, string);
    if (side == TEXT_LEFT)
        text_repeat(text, " ", width - wanted);
}

void text_put_name_cell(struct text *text, const char *name, size_t width)
{
    if (text_width(name, text->plain) <= width)
        text_put_cell(text, name, width, TEXT_LEFT);
    else
        cut_put(text, name, width, width / 2);
}
