#include "reason.h"

#include "text.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SQLSTATE_LENGTH = 5, MAX_LINES = 32 /* the server decides how many there are */ };

#define TOO_MANY_CONNECTIONS "53300"
#define MASK "***"

/* The functions of PostgreSQL 10 to 18 that refuse with 53300. */
static const struct {
    const char *function;
    enum full_kind kind;
} refusers[] = {
    {"InitProcess", FULL_SLOTS},
    {"ProcessStartupPacket", FULL_SLOTS}, /* too many children, up to 16 */
    {"BackendInitialize", FULL_SLOTS},    /* the same, from 17 */
    {"InitPostgres", FULL_RESERVED},
    {"InitializeSessionUserId", FULL_ROLE},
    {"CheckMyDatabase", FULL_DATABASE},
};

struct reason reason_classify(const char *sqlstate, const char *function)
{
    struct reason reason = {.sqlstate = sqlstate, .function = function, .full_kind = FULL_UNKNOWN};
    reason.is_full = sqlstate != NULL && strcmp(sqlstate, TOO_MANY_CONNECTIONS) == 0;
    if (!reason.is_full || function == NULL)
        return reason;
    for (size_t i = 0; i < sizeof refusers / sizeof refusers[0]; i++) {
        if (strcmp(refusers[i].function, function) == 0)
            reason.full_kind = refusers[i].kind;
    }
    return reason;
}

static bool is_word(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_';
}

/* Offset of the SQLSTATE in "... FATAL:  53300: sorry", and that of what follows it. */
static bool sqlstate_find(const char *line, size_t *ret_at, size_t *ret_end)
{
    for (const char *at = strstr(line, ":  "); at != NULL; at = strstr(at + 1, ":  ")) {
        const char *state = at + strlen(":  ");
        size_t length = strspn(state, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (length == SQLSTATE_LENGTH && strncmp(state + length, ": ", 2) == 0) {
            *ret_at = (size_t)(state - line);
            *ret_end = *ret_at + length + 2;
            return true;
        }
    }
    return false;
}

/* "LOCATION:  InitProcess, proc.c:357", where only the label is translated. */
static bool location_read(struct arena *arena, const char *line, const char **ret_function)
{
    const char *function = strstr(line, ":  ");
    if (function == NULL)
        return false;
    function += strlen(":  ");
    size_t length = 0;
    while (is_word(function[length]))
        length++;
    const char *colon = strrchr(function, ':');
    if (length == 0 || strncmp(function + length, ", ", 2) != 0 || colon == NULL ||
        colon[1] == '\0')
        return false;
    if (strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    *ret_function = arena_strndup(arena, function, length);
    return true;
}

/* Appends a line unless it is there already: libpq tries again without TLS and is told the same. */
static const char *line_add(struct arena *arena, const char *lines, const char *line)
{
    if (line[0] == '\0' || strstr(lines, line) != NULL)
        return lines;
    return lines[0] == '\0' ? line : arena_printf(arena, "%s\n%s", lines, line);
}

/* Takes the SQLSTATE out of a line; NULL: there is none. */
static const char *sqlstate_take(struct arena *arena, const char **line, struct reason *reason)
{
    size_t at, end;
    if (!sqlstate_find(*line, &at, &end))
        return NULL;
    const char *state = arena_strndup(arena, *line + at, SQLSTATE_LENGTH);
    if (!reason->is_full)
        *reason = reason_classify(state, NULL);
    *line = arena_printf(arena, "%.*s%s", (int)at, *line, *line + end);
    return state;
}

/* Where the server's text has a line break of its own: DETAIL and the like begin with a label. */
static bool goes_on(const char *line)
{
    static const char next_host[] = "connection to server ";
    return line[0] != '\0' && strstr(line, ":  ") == NULL &&
           strncmp(line, next_host, sizeof next_host - 1) != 0;
}

struct reason reason_read(struct arena *arena, const char *message, const char *secret)
{
    struct reason reason = {.full_kind = FULL_UNKNOWN};
    const char *lines = "", *state = NULL;
    for (size_t i = 0; i < MAX_LINES && *message != '\0'; i++) {
        size_t length = strcspn(message, "\n");
        const char *line = arena_strndup(arena, message, length), *function = NULL;
        message += message[length] == '\n' ? length + 1 : length;
        if (line[0] == '\t' && state == NULL) /* libpq's hint: ours is advice.h */
            continue;
        if (state != NULL && location_read(arena, line, &function)) {
            struct reason told = reason_classify(state, function);
            if (told.is_full || !reason.is_full)
                reason = told;
            state = NULL;
        } else if (state != NULL && goes_on(line)) {
            lines = arena_printf(arena, "%s %s", lines, line);
        } else {
            if (state == NULL)
                state = sqlstate_take(arena, &line, &reason);
            lines = line_add(arena, lines, line);
        }
    }
    reason.text = reason_line(arena, lines, secret);
    return reason;
}

static const char *secret_mask(struct arena *arena, const char *message, const char *secret)
{
    if (secret == NULL || secret[0] == '\0' || strstr(message, secret) == NULL)
        return message;
    struct text text = {.arena = arena};
    for (const char *at; (at = strstr(message, secret)) != NULL; message = at + strlen(secret)) {
        text_put_bytes(&text, message, (size_t)(at - message));
        text_put(&text, MASK);
    }
    text_put(&text, message);
    const char *masked = arena_strndup(arena, text.bytes, text.length);
    text_free(&text);
    return masked;
}

/* The character at `text` as it may appear in a line, and the bytes that were read. */
static size_t character_show(const char *text, size_t length, const char **ret_shown,
                             size_t *ret_size)
{
    uint32_t code_point = 0;
    size_t size = utf8_read(text, length, &code_point);
    *ret_shown = size == 0                                                        ? "?"
                 : code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) ? " "
                                                                                  : text;
    *ret_size = *ret_shown == text ? size : 1;
    return size == 0 ? 1 : size;
}

const char *reason_line(struct arena *arena, const char *text, const char *secret)
{
    text = secret_mask(arena, text, secret);
    char line[REASON_MAX_BYTES + 1];
    size_t used = 0, left = strlen(text);
    while (left > 0) {
        const char *shown = "; ";
        size_t size = 2, read = strspn(text, "\r\n\t ");
        bool breaks = memchr(text, '\n', read) != NULL || memchr(text, '\r', read) != NULL;
        if (!breaks)
            read = character_show(text, left, &shown, &size);
        else if (read == left || used == 0)
            size = 0; /* nothing before or behind it to separate */
        if (used + size > REASON_MAX_BYTES)
            break;
        memcpy(line + used, shown, size);
        used += size;
        text += read;
        left -= read;
    }
    return arena_strndup(arena, line, used);
}
