#include "expand.h"

#include "text.h"
#include "url_parts.h"

#include <stdio.h>
#include <string.h>

/* A piece of the string: literal text, or a ${...} and what it stands for. */
struct piece {
    const char *bytes;
    size_t length;
    bool is_placeholder;
    bool from_variable;   /* the environment gave it */
    const char *fallback; /* of a placeholder: its default; NULL: none */
    size_t fallback_length;
};

enum { MAX_PIECES = 256, MAX_PARTS = URL_MAX_PARAMETERS + 2 };

struct pieces {
    struct piece items[MAX_PIECES];
    size_t count;
};

static const char *variable_find(const char *const *environment, const char *name, size_t length)
{
    for (; environment != NULL && *environment != NULL; environment++)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}

static size_t name_length(const char *at)
{
    size_t length = 0;
    while ((at[length] >= 'A' && at[length] <= 'Z') || (at[length] >= 'a' && at[length] <= 'z') ||
           at[length] == '_' || (length > 0 && at[length] >= '0' && at[length] <= '9'))
        length++;
    return length;
}

/* `at` stands on `${`; returns what follows the `}`, NULL when it cannot be read. */
static const char *placeholder_read(const char *at, const char *const *environment,
                                    struct piece *piece, char *missing, size_t size)
{
    const char *name = at + 2, *close = strchr(at, '}');
    size_t length = name_length(name);
    bool has_default = strncmp(name + length, ":-", 2) == 0;
    if (close == NULL || length == 0 || !(has_default || name[length] == '}')) {
        (void)snprintf(missing, size,
                       "a ${ that is not ${NAME} or ${NAME:-default}; a literal one is $${");
        return NULL;
    }
    const char *value = variable_find(environment, name, length);
    *piece = (struct piece){.is_placeholder = true};
    if (has_default) {
        piece->bytes = piece->fallback = name + length + 2;
        piece->length = piece->fallback_length = (size_t)(close - piece->fallback);
    }
    if (value != NULL && !(has_default && *value == '\0')) {
        piece->bytes = value;
        piece->length = strlen(value);
        piece->from_variable = true;
    } else if (!has_default) {
        (void)snprintf(missing, size, "the environment variable %.*s is not set",
                       length < 80 ? (int)length : 80, name);
        return NULL;
    }
    return close + 1;
}

static bool is_escape(const char *at)
{
    return at[0] == '$' && at[1] == '$' && at[2] == '{';
}

static bool is_placeholder(const char *at)
{
    return at[0] == '$' && at[1] == '{';
}

static bool pieces_read(const char *string, const char *const *environment, struct pieces *pieces,
                        char *missing, size_t size)
{
    pieces->count = 0;
    while (*string != '\0') {
        if (pieces->count == MAX_PIECES) {
            (void)snprintf(missing, size, "more than %d pieces of text and ${...}", MAX_PIECES);
            return false;
        }
        struct piece *piece = &pieces->items[pieces->count++];
        if (is_placeholder(string)) {
            string = placeholder_read(string, environment, piece, missing, size);
            if (string == NULL)
                return false;
        } else if (is_escape(string)) {
            *piece = (struct piece){.bytes = string + 1, .length = 2};
            string += 3;
        } else {
            const char *end = string + 1;
            while (*end != '\0' && !is_placeholder(end) && !is_escape(end))
                end++;
            *piece = (struct piece){.bytes = string, .length = (size_t)(end - string)};
            string = end;
        }
    }
    return true;
}

/* Stands for a placeholder in a shape. */
enum { UNKNOWN_TEXT = '\x01' };

/* The string with one byte for each placeholder, so that only literal text gives a URL its parts.
 * Defaults are literal text when they are `spelled`. The caller frees it. */
static struct text shape_make(struct arena *arena, const struct pieces *pieces, bool spelled)
{
    struct text text = {.arena = arena};
    for (size_t i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->items[i];
        if (!piece->is_placeholder)
            text_put_bytes(&text, piece->bytes, piece->length);
        else if (spelled && piece->fallback != NULL)
            text_put_bytes(&text, piece->fallback, piece->fallback_length);
        else
            text_put_char(&text, UNKNOWN_TEXT);
    }
    text_put(&text, "");
    return text;
}

/* Where the users and passwords of a connection string are, in bytes of its shape. */
struct part {
    const char *start, *end;
    bool is_password, is_quoted;
    char quote;   /* Npgsql's; '\0': it stands in none */
    bool is_open; /* Npgsql's: stands in none, and a placeholder is a part of it */
};

struct parts {
    struct part items[MAX_PARTS];
    size_t count;
    bool is_keywords, is_dotnet;
};

/* `key` is as written, and not terminated. Too many parts are more than a URL may have parameters.
 */
static void parameter_add(struct parts *parts, const char *key, size_t key_length, struct part part)
{
    char name[64] = "";
    if (key_length >= sizeof name || parts->count == MAX_PARTS)
        return;
    memcpy(name, key, key_length);
    const struct url_parameter parameter = {.key = name, .value = ""};
    part.is_password = url_parameter_is_secret(&parameter);
    if (part.is_password || url_key_is(name, "user"))
        parts->items[parts->count++] = part;
}

static void query_find(struct parts *parts, const char *query)
{
    while (*query != '\0') {
        size_t length = strcspn(query, "&"), key_length = strcspn(query, "=&");
        if (key_length < length)
            parameter_add(parts, query, key_length,
                          (struct part){.start = query + key_length + 1, .end = query + length});
        query += length;
        query += *query == '&';
    }
}

/* `scheme://user:password@...?user=...`: as url.c, and libpq, read it. */
static void url_find(struct parts *parts, const char *authority)
{
    const char *end = authority + strcspn(authority, "/");
    const char *at = memchr(authority, '@', (size_t)(end - authority));
    if (at != NULL) {
        const char *colon = memchr(authority, ':', (size_t)(at - authority));
        parts->items[parts->count++] =
            (struct part){.start = authority, .end = colon != NULL ? colon : at};
        if (colon != NULL)
            parts->items[parts->count++] =
                (struct part){.start = colon + 1, .end = at, .is_password = true};
    }
    const char *query = strchr(at != NULL ? at : authority, '?');
    if (query != NULL)
        query_find(parts, query + 1);
}

/* `user=app password='...'`, blanks around the `=` allowed. */
static void keywords_find(struct parts *parts, const char *at)
{
    parts->is_keywords = true;
    for (;;) {
        at += strspn(at, " ");
        size_t key_length = strcspn(at, " =");
        const char *equals = at + key_length + strspn(at + key_length, " ");
        if (*equals != '=')
            return;
        const char *value = equals + 1 + strspn(equals + 1, " ");
        bool quoted = *value == '\'';
        const char *end = value + quoted;
        while (*end != '\0' && *end != (quoted ? '\'' : ' '))
            end += *end == '\\' && end[1] != '\0' ? 2 : 1;
        parameter_add(parts, at, key_length,
                      (struct part){.start = value + quoted, .end = end, .is_quoted = quoted});
        at = end + (quoted && *end == '\'');
    }
}

/* `User Id=app;Password="..."`, by the names that Npgsql has for them. */
static void dotnet_find(struct parts *parts, const char *at)
{
    parts->is_dotnet = true;
    for (;;) {
        at += strspn(at, " ;");
        size_t key_length = strcspn(at, "=;"), trimmed = key_length;
        if (at[key_length] != '=')
            return;
        while (trimmed > 0 && at[trimmed - 1] == ' ')
            trimmed--;
        const char *value = at + key_length + 1 + strspn(at + key_length + 1, " "), *end;
        bool quoted = *value == '"' || *value == '\'';
        char quote = quoted ? *value : '\0';
        for (end = value + quoted; *end != '\0' && *end != (quoted ? quote : ';'); end++)
            end += quoted && *end == quote && end[1] == quote;
        const char *behind = end + (quoted && *end == quote);
        while (!quoted && end > value && end[-1] == ' ')
            end--;
        bool is_open =
            !quoted && end - value > 1 && memchr(value, UNKNOWN_TEXT, (size_t)(end - value));
        int row = url_dotnet_find(at, trimmed);
        const char *key = row < 0 ? "" : url_dotnet_key(row);
        parameter_add(
            parts, key, strlen(key),
            (struct part){.start = value + quoted, .end = end, .quote = quote, .is_open = is_open});
        at = behind;
    }
}

static void parts_find(struct parts *parts, const char *shape)
{
    const char *slashes = strstr(shape, "://");
    parts->count = 0;
    parts->is_keywords = parts->is_dotnet = false;
    if (url_is_dotnet(shape))
        dotnet_find(parts, shape);
    else if (url_is_keywords(shape))
        keywords_find(parts, shape);
    else if (slashes != NULL)
        url_find(parts, slashes + 3);
}

/* Whether a password holds a byte that is written in the string itself. */
static bool password_is_literal(struct arena *arena, const struct pieces *pieces)
{
    struct text shape = shape_make(arena, pieces, true);
    struct parts parts;
    bool found = false;
    parts_find(&parts, shape.bytes);
    for (size_t i = 0; i < parts.count; i++)
        for (const char *at = parts.items[i].start; at < parts.items[i].end; at++)
            found |= parts.items[i].is_password && *at != UNKNOWN_TEXT;
    text_free(&shape);
    return found;
}

/* What a variable gave, as a `key=value ...` string must have it. */
static void keyword_put(struct text *text, const struct piece *piece, const struct part *part)
{
    if (piece->length == 0 && !part->is_quoted && part->end - part->start == 1)
        text_put(text, "''"); /* else the next key would be its value */
    for (size_t i = 0; i < piece->length; i++) {
        if (strchr("\\' \t\r\n\v\f", piece->bytes[i]) != NULL)
            text_put_char(text, '\\');
        text_put_char(text, piece->bytes[i]);
    }
}

/* The same for Npgsql's. */
static void dotnet_put(struct text *text, const struct piece *piece, const struct part *part)
{
    if (part->quote == '\0') {
        text_put(text, url_dotnet_quote(text->arena, piece->bytes));
        return;
    }
    for (size_t i = 0; i < piece->length; i++) {
        if (piece->bytes[i] == part->quote)
            text_put_char(text, part->quote);
        text_put_char(text, piece->bytes[i]);
    }
}

/* Bytes of a value of Npgsql's that must be put between quotation marks; `at` is the first byte of
 * the shape that stands for them, `end` is behind the last. */
static void open_put(struct text *text, const struct piece *bytes, const struct part *part,
                     const char *at, const char *end)
{
    static const struct part quoted = {.quote = '"'};
    if (at == part->start)
        text_put_char(text, '"');
    dotnet_put(text, bytes, &quoted);
    if (end == part->end)
        text_put_char(text, '"');
}

/* The first open part that ends behind `at`, NULL where there is none. */
static const struct part *open_find(const struct parts *parts, const char *at)
{
    for (size_t i = 0; i < parts->count; i++)
        if (parts->items[i].is_open && parts->items[i].end > at)
            return &parts->items[i];
    return NULL;
}

/* Literal text, which may hold the ends of open parts. */
static void literal_put(struct text *text, const struct parts *parts, const struct piece *piece,
                        const char *at)
{
    const char *bytes = piece->bytes, *end = at + piece->length;
    while (at < end) {
        const struct part *part = open_find(parts, at);
        bool is_in = part != NULL && at >= part->start;
        const char *edge = part == NULL ? end : is_in ? part->end : part->start;
        const char *to = edge < end ? edge : end;
        const struct piece run = {.bytes = bytes, .length = (size_t)(to - at)};
        if (is_in)
            open_put(text, &run, part, at, to);
        else
            text_put_bytes(text, run.bytes, run.length);
        bytes += run.length;
        at = to;
    }
}

/* `at` is the byte of the shape that stands for the piece. */
static void placeholder_put(struct text *text, const struct parts *parts, const struct piece *piece,
                            const char *at)
{
    const struct part *part = NULL;
    for (size_t i = 0; i < parts->count; i++)
        if (at >= parts->items[i].start && at < parts->items[i].end)
            part = &parts->items[i];
    if (part != NULL && part->is_open)
        open_put(text, piece, part, at, at + 1);
    else if (part == NULL || !piece->from_variable)
        text_put_bytes(text, piece->bytes, piece->length);
    else if (parts->is_dotnet)
        dotnet_put(text, piece, part);
    else if (parts->is_keywords)
        keyword_put(text, piece, part);
    else
        text_put(text, url_encode(text->arena, piece->bytes)); /* a variable's value ends in NUL */
}

const char *expand(struct arena *arena, const char *string, const char *const *environment,
                   enum expand_into into, bool *ret_literal_password, char *missing, size_t size)
{
    struct pieces pieces;
    if (ret_literal_password != NULL)
        *ret_literal_password = false;
    if (into == EXPAND_PLAIN && strchr(string, '$') == NULL)
        return string;
    if (!pieces_read(string, environment, &pieces, missing, size))
        return NULL;
    struct parts parts;
    struct text shape = shape_make(arena, &pieces, false), text = {.arena = arena};
    parts_find(&parts, into == EXPAND_URL ? shape.bytes : "");
    if (into == EXPAND_URL && ret_literal_password != NULL)
        *ret_literal_password = password_is_literal(arena, &pieces);
    const char *at = shape.bytes;
    for (size_t i = 0; i < pieces.count; i++) {
        const struct piece *piece = &pieces.items[i];
        (piece->is_placeholder ? placeholder_put : literal_put)(&text, &parts, piece, at);
        at += piece->is_placeholder ? 1 : piece->length;
    }
    text_free(&shape);
    return text_keep(&text);
}
