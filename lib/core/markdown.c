/*
 * Text for GitHub-flavoured Markdown, inside a line or a cell of a table. A backslash or a
 * character reference keeps a character from being obeyed, but not a word from becoming a mention,
 * a link or a reference: GitHub and GitLab look for those in the finished page. Such a word stands
 * in a code span, where they do not look.
 */
#include "text.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

/* --- what is not seen is spelled out, as on a screen --- */

static bool is_noncharacter(uint32_t code_point)
{
    return (code_point & 0xfffe) == 0xfffe || (code_point >= 0xfdd0 && code_point <= 0xfdef);
}

static size_t character_spell(const char *string, size_t at, size_t length, struct text *text)
{
    uint32_t code_point;
    size_t size = utf8_read(string + at, length - at, &code_point);
    if (size == 0 || text_is_of_command(string, at))
        text_printf(text, "\\x%02x", (unsigned)(unsigned char)string[at]);
    else if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0))
        text_printf(text, "\\x%02" PRIx32, code_point);
    else if (is_noncharacter(code_point) || utf8_is_invisible(code_point))
        text_printf(text, code_point > 0xffff ? "\\U%08" PRIx32 : "\\u%04" PRIx32, code_point);
    else
        text_put_bytes(text, string + at, size);
    return size == 0 ? 1 : size;
}

static void spell(const char *string, struct text *text)
{
    size_t length = strlen(string);
    text_put(text, "");
    for (size_t at = 0; at < length;)
        at += character_spell(string, at, length, text);
}

/* --- code --- */

/* The fence is longer than any that stands in the text; a blank beside it is not shown. */
static void code_put(struct text *text, const char *bytes, size_t length)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < length; i++) {
        run = bytes[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    bool is_padded =
        length == 0 || strchr("` ", bytes[0]) != NULL || strchr("` ", bytes[length - 1]) != NULL;
    text_repeat(text, "`", longest + 1);
    text_put(text, is_padded ? " " : "");
    text_put_bytes(text, bytes, length);
    text_put(text, is_padded ? " " : "");
    text_repeat(text, "`", longest + 1);
}

void text_put_markdown_code(struct text *text, const char *string)
{
    struct text shown = {.arena = text->arena};
    spell(string, &shown);
    code_put(text, shown.bytes, shown.length);
    text_free(&shown);
}

/* --- words --- */

struct word {
    const char *bytes;
    size_t length;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A byte that may begin a name: of a person, a label, a milestone. */
static bool begins_name(char c)
{
    return is_digit(c) || is_letter(c) || (c & 0x80) != 0 || (c != '\0' && strchr("\"_{[", c));
}

static bool has(const struct word *word, const char *part)
{
    size_t length = strlen(part);
    for (size_t i = 0; i + length <= word->length; i++)
        if (strncasecmp(word->bytes + i, part, length) == 0)
            return true;
    return false;
}

/* #12, !12, %milestone, ~label, &epic, ^alert, GH-12, and [issue:12]; the mentions and formulas
 * that @ and $ begin are looked for wherever these stand. */
static bool has_reference(const struct word *word)
{
    for (size_t i = 0; i < word->length; i++) {
        char c = word->bytes[i], next = i + 1 < word->length ? word->bytes[i + 1] : '\0';
        if (c == '@' || c == '$' || (strchr("#!%~&^", c) != NULL && begins_name(next)))
            return true;
        if (c == '-' && i > 0 && is_letter(word->bytes[i - 1]) && is_digit(next))
            return true;
        if (c == '*' && is_letter(next))
            return true;
    }
    return has(word, "[[") || (has(word, "[") && has(word, ":"));
}

/* An address, or an emoji such as :tada:. */
static bool has_address(const struct word *word)
{
    const char *colon = memchr(word->bytes, ':', word->length);
    size_t rest = colon == NULL ? 0 : word->length - (size_t)(colon + 1 - word->bytes);
    return has(word, ":/") || has(word, "www.") || (rest > 0 && memchr(colon + 1, ':', rest));
}

/* Seven hexadecimal digits that stand alone may be a commit. */
static bool has_commit(const struct word *word)
{
    enum { LEAST = 7 };
    size_t run = 0;
    bool is_hexadecimal = true;
    for (size_t i = 0; i <= word->length; i++) {
        char c = i < word->length ? word->bytes[i] : '\0', lower = (char)(c | 0x20);
        if (!is_digit(c) && !is_letter(c)) {
            if (is_hexadecimal && run >= LEAST)
                return true;
            run = 0;
            is_hexadecimal = true;
            continue;
        }
        is_hexadecimal &= is_digit(c) || (lower >= 'a' && lower <= 'f');
        run++;
    }
    return false;
}

/* At the beginning of a line: a list, a heading, a quote. */
static bool begins_block(const char *bytes, size_t at)
{
    if (at == 0)
        return strchr("+-=", bytes[0]) != NULL;
    for (size_t i = 0; i < at; i++)
        if (!is_digit(bytes[i]))
            return false;
    return bytes[at] == '.' || bytes[at] == ')';
}

/* Inside a name such as max_connections it is none that emphasizes. */
static bool is_inner_underscore(const struct word *word, size_t at)
{
    return word->bytes[at] == '_' && at > 0 && at + 1 < word->length &&
           (is_letter(word->bytes[at - 1]) || is_digit(word->bytes[at - 1])) &&
           (is_letter(word->bytes[at + 1]) || is_digit(word->bytes[at + 1]));
}

/* Parentheses mean something behind a bracket only, and brackets are escaped. */
static bool is_obeyed(const struct word *word, size_t at, bool is_first)
{
    if (is_first && begins_block(word->bytes, at))
        return true;
    return strchr("\\`*_{}[]#!~^", word->bytes[at]) != NULL && !is_inner_underscore(word, at);
}

static void escaped_put(struct text *text, const struct word *word, bool is_first)
{
    static const char *const references[0x80] = {['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;"};
    for (size_t i = 0; i < word->length; i++) {
        unsigned char c = (unsigned char)word->bytes[i];
        if (c < 0x80 && references[c] != NULL) {
            text_put(text, references[c]);
            continue;
        }
        text_put(text, is_obeyed(word, i, is_first) ? "\\" : "");
        text_put_char(text, (char)c);
    }
}

static void word_put(struct text *text, const struct word *word, bool is_first)
{
    if (has_reference(word) || has_address(word) || has_commit(word))
        code_put(text, word->bytes, word->length);
    else
        escaped_put(text, word, is_first);
}

/* A blank at either end, or beside another, would not be shown; a pipe ends a cell even in code. */
static void between_put(struct text *text, const char *all, const char *at)
{
    bool is_lost = at == all || at[-1] == ' ' || at[1] == '\0';
    if (*at == '|')
        text_put(text, "&#124;");
    else
        text_put(text, is_lost ? "&#32;" : " ");
}

void text_put_markdown(struct text *text, const char *string)
{
    struct text shown = {.arena = text->arena};
    spell(string, &shown);
    for (const char *at = shown.bytes; *at != '\0';) {
        struct word word = {at, strcspn(at, " |")};
        word_put(text, &word, at == shown.bytes);
        at += word.length;
        if (*at != '\0')
            between_put(text, shown.bytes, at++);
    }
    text_free(&shown);
}
