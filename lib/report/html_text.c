/*
 * The words between tags, and the places across a picture.
 */
#include "html_parts.h"

#include <string.h>

static void tag_open(struct text *text, const char *tag)
{
    text_put_char(text, '<');
    text_put(text, tag);
    text_put_char(text, '>');
}

static void tag_close(struct text *text, const char *tag)
{
    text_put(text, "</");
    text_put_bytes(text, tag, strcspn(tag, " "));
    text_put_char(text, '>');
}

void element_put(struct text *text, const char *tag, const char *content)
{
    tag_open(text, tag);
    text_put_xml(text, content);
    tag_close(text, tag);
}

void element_int_put(struct text *text, const char *tag, int64_t number)
{
    tag_open(text, tag);
    if (number == UNKNOWN)
        text_put_char(text, '-');
    else
        text_put_int(text, number);
    tag_close(text, tag);
}

/* Columns that a character takes as text_put_xml() puts it, at most. */
static size_t columns_of(const char *bytes, size_t length, size_t *ret_size)
{
    uint32_t code_point;
    *ret_size = utf8_read(bytes, length, &code_point);
    if (*ret_size == 0) {
        *ret_size = 1;
        return 2;
    }
    if (code_point < 0x7f)
        return code_point < 0x20 ? 4 : 1;
    return utf8_is_invisible(code_point) ? 10 : code_point < 0xa0 ? 4 : 2;
}

void name_cut_put(struct text *text, const char *name, size_t most)
{
    size_t length = strlen(name), end = 0, columns = 0, size;
    while (end < length) {
        columns += columns_of(name + end, length - end, &size);
        if (columns > most)
            break;
        end += size;
    }
    if (end == length) {
        text_put_xml(text, name);
        return;
    }
    struct text cut = {.arena = text->arena};
    text_put_bytes(&cut, name, end);
    text_put_xml(text, cut.bytes);
    text_put(text, "\xe2\x80\xa6");
    text_free(&cut);
}

void name_put(struct text *text, const char *name)
{
    name_cut_put(text, name, NAME_COLUMNS);
}

void element_name_put(struct text *text, const char *tag, const char *name)
{
    tag_open(text, tag);
    name_put(text, name);
    tag_close(text, tag);
}

void share_put(struct text *text, const char *attribute, int64_t part, int64_t whole)
{
    text_printf(text, " %s=\"%.4f%%\"", attribute,
                whole > 0 ? 100.0 * (double)part / (double)whole : 0.0);
}

/* At the left of its line where there is room for it, on the narrowest screen. */
void line_label_put(struct text *text, const char *label, int64_t at, int64_t whole, int y)
{
    enum { NARROWEST_PX = 320, LETTER_PX = 7 };
    bool has_room = at * NARROWEST_PX >= whole * (int64_t)strlen(label) * LETTER_PX;
    text_printf(text, "<text class=\"%s\" y=\"%d\"", has_room ? "end" : "start", y);
    share_put(text, "x", at, whole);
    text_put_char(text, '>');
    text_put_xml(text, label);
    text_put(text, "</text>\n");
}

void definition_put(const char *label, const char *words, struct text *text)
{
    if (*label != '\0')
        element_name_put(text, "dt", label);
    element_put(text, "dd", words);
    text_put_char(text, '\n');
}

void table_open(struct text *text, const char *style, const char *name)
{
    text_put(text, "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"");
    name_put(text, name);
    text_printf(text, "\"><table class=\"%s\">\n<thead><tr>", style);
}

void table_close(struct text *text)
{
    text_put(text, "</tbody></table></div>\n");
}

void headings_put(struct text *text, const struct column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        element_name_put(text,
                         columns[i].side == TEXT_RIGHT ? "th scope=\"col\" class=\"n\""
                                                       : "th scope=\"col\"",
                         columns[i].heading);
    text_put(text, "</tr></thead><tbody>\n");
}
