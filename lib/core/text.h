/*
 * Text being built: a growing buffer, which hands what it holds to a sink when it has one, so that
 * the report of 100,000 services needs 64 KiB and not 60 MB. Every way of quoting lives here, one
 * function for each place that text can land in.
 */
#ifndef PGSIZE_TEXT_H
#define PGSIZE_TEXT_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes `length` bytes; false when they could not be written. */
typedef bool text_sink(void *to, const char *bytes, size_t length);

struct text {
    struct arena *arena; /* whose out-of-memory handler is called; the buffer itself is malloc'ed */
    char *bytes;         /* NUL-terminated once anything was put */
    size_t length, capacity;
    text_sink *sink; /* NULL: everything stays in the buffer */
    void *to;
    bool failed; /* the sink refused; all further text is dropped */
    bool plain;  /* for a screen that shows ASCII only */
};

void text_put(struct text *text, const char *string);
void text_put_bytes(struct text *text, const char *bytes, size_t length);
void text_put_char(struct text *text, char character);
void text_repeat(struct text *text, const char *string, size_t times);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_put_int(struct text *text, int64_t number);

/* The noun of a number: plural(1, "process", "processes"). */
const char *plural(int64_t count, const char *one, const char *many);

/* For a screen, and the log of a job: control characters (C0, C1, DEL), invisible and
 * direction-changing characters and bytes that are not UTF-8 appear as \x1b or \u202e, never
 * themselves; so does what would make a workflow command of GitHub's of it: a word that begins with
 * `::` with \x3a, `##[` with \x5b. */
void text_put_visible(struct text *text, const char *string);

/* With `***` for what is, or could be, the password of a URL in it: for messages that show what
 * somebody typed, perhaps cut short. A URL that was read is masked by url_write(). */
void text_put_masked(struct text *text, const char *string);

/* Whether the character `at` makes a workflow command: to GitHub's runner `::name::` at the start
 * of a line is one, and `##[name]` anywhere in it (ActionCommand.cs of
 * https://github.com/actions/runner). It reads all that a job prints, also from inside a container,
 * where nothing tells that it is there: so no way of quoting leaves them as they are. True for the
 * first colon of a word that begins with two, since any word may begin a line, and the bracket. */
bool text_is_of_command(const char *string, size_t at);

/* A JSON string with its quotes; invalid UTF-8 becomes U+FFFD. NULL is `null`. */
void text_put_json(struct text *text, const char *string);

/* A word of sh: always between single quotes. */
void text_put_shell(struct text *text, const char *string);

/* A name for PostgreSQL: in double quotes, and where it holds what text_put_visible() spells out,
 * in `U&"..."`, on one line and still the same name. Bytes that are not UTF-8 become characters of
 * Latin-1: such a name is another's, and whoever runs it must not be given it. */
void text_put_sql_identifier(struct text *text, const char *string);

/* A YAML string between double quotes, the same to readers of YAML 1.1 and 1.2; and one of HCL,
 * Terraform's language, in which `${` and `%{` are its own. What text_put_visible() spells out is
 * escaped. Invalid UTF-8 becomes U+FFFD. */
void text_put_yaml(struct text *text, const char *string);
void text_put_hcl(struct text *text, const char *string);

/* For XML and HTML, in elements and attributes: `&<>"'`, tab and line feed become references, what
 * XML 1.0 forbids and bytes that are not UTF-8 become U+FFFD, and what is invisible, turns the
 * direction, or is a control character of C1 appears as text_put_visible() shows it. */
void text_put_xml(struct text *text, const char *string);

/* For GitHub's workflow commands: the message, or the value of a property. Line breaks stay what
 * they are (`%0A`); other characters appear as text_put_visible() shows them. */
void text_put_github_message(struct text *text, const char *string);
void text_put_github_property(struct text *text, const char *string);

/* For GitHub-flavoured Markdown, inside a line or a cell of a table: nothing of it is obeyed, and
 * no word becomes a link, a mention or a reference. What a reader would not see is spelled out. */
void text_put_markdown(struct text *text, const char *string);
/* The same as code, for a line: in a table a pipe would end the cell. */
void text_put_markdown_code(struct text *text, const char *string);

/* Hands what is left to the sink. False when anything could not be written. */
bool text_flush(struct text *text);

void text_free(struct text *text);

/* What it holds, as a string in its arena; the buffer is given back. */
char *text_keep(struct text *text) __attribute__((returns_nonnull));

/* Columns that `string` takes when put with text_put_visible(); wide and combining characters
 * counted by the locale's wcwidth(3). */
size_t text_width(const char *string, bool plain);

/* As text_put_visible(), cut to `width` columns with an ellipsis (`…` or `...`) where it is longer,
 * and padded with spaces to `width`: at the left of the padding, or at its right. */
enum text_side { TEXT_LEFT, TEXT_RIGHT };
void text_put_cell(struct text *text, const char *string, size_t width, enum text_side side);

/* The same of a name, at the left: cut in its middle, since names that are long differ at their
 * ends ("bouncer/core/app", "bouncer/core/api"). */
void text_put_name_cell(struct text *text, const char *name, size_t width);

/* Length of the UTF-8 sequence at `bytes`, 0 when it is not a valid one; the code point in
 * `ret_code_point`. Overlong forms, surrogates and values above U+10FFFF are not valid. */
size_t utf8_read(const char *bytes, size_t length, uint32_t *ret_code_point);

/* Whether all of it is valid UTF-8. */
bool utf8_is_valid(const char *string);

/* The longest part of `bytes` that has at most `most` bytes and does not end inside a character. */
size_t utf8_cut(const char *bytes, size_t length, size_t most);

/* Whether a terminal shows nothing for it, or turns the direction of what follows. */
bool utf8_is_invisible(uint32_t code_point);

#endif
