#include "markdown_parts.h"

#include <string.h>

/* What part_end() says. */
enum { END_BYTES = 120 };

struct part part_make(const struct report *report, size_t room, const char *noun)
{
    return (struct part){.report = report, .text.arena = report->arena, .room = room, .noun = noun};
}

struct part part_within(const struct part *outer, const char *noun)
{
    size_t taken = outer->text.length + END_BYTES;
    return part_make(outer->report, taken < outer->room ? outer->room - taken : 0, noun);
}

static void line_take(struct part *part, const char *line, size_t length)
{
    if (part->more > 0 || part->text.length + length + END_BYTES > part->room) {
        part->more++;
        return;
    }
    text_put_bytes(&part->text, line, length);
    part->rows++;
}

void part_take(struct part *part, const struct text *row)
{
    line_take(part, row->bytes, row->length);
}

void part_take_lines(struct part *part, const struct text *lines)
{
    size_t at = 0;
    while (at < lines->length) {
        const char *end = memchr(lines->bytes + at, '\n', lines->length - at);
        size_t length = end == NULL ? lines->length - at : (size_t)(end + 1 - (lines->bytes + at));
        line_take(part, lines->bytes + at, length);
        at += length;
    }
}

void part_end(struct part *part)
{
    if (part->more > 0)
        text_printf(&part->text, "\nAnd %zu more %s%s: `pgsize %s` says all.\n", part->more,
                    part->noun, part->more == 1 ? "" : "s",
                    purpose_name(part->report->sizing->purpose));
}

void part_close(struct part *part, struct text *text)
{
    if (part->text.length > 0)
        text_put_bytes(text, part->text.bytes, part->text.length);
    text_free(&part->text);
}

/* --- words --- */

void markdown_put(struct text *text, const char *string, size_t most)
{
    size_t length = strlen(string), end = 0, characters = 0;
    while (end < length && characters < most) {
        uint32_t code_point;
        size_t size = utf8_read(string + end, length - end, &code_point);
        end += size == 0 ? 1 : size;
        characters++;
    }
    if (end == length) {
        text_put_markdown(text, string);
        return;
    }
    struct text cut = {.arena = text->arena};
    text_put_bytes(&cut, string, end);
    text_put_markdown(text, cut.bytes);
    text_put(text, "\xe2\x80\xa6");
    text_free(&cut);
}

void markdown_heading_put(struct text *text, const struct column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_put(text, i == 0 ? "| " : " | ");
        markdown_put(text, columns[i].heading, MARKDOWN_NAME);
    }
    text_put(text, " |\n");
    for (size_t i = 0; i < count; i++)
        text_put(text, columns[i].side == TEXT_RIGHT ? "|---:" : "|:---");
    text_put(text, "|\n");
}

void markdown_row_put(struct text *text, const struct row *row, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        text_put(text, i == 0 ? "| " : " | ");
        if (row->cells[i].length > 0)
            markdown_put(text, row->cells[i].bytes, i == 0 ? MARKDOWN_NAME : MARKDOWN_SENTENCE);
    }
    text_put(text, " |\n");
}
