/*
 * Passwords in words that are no URL, but may hold one: what somebody typed, or wrote in a file.
 */
#include "text.h"

#include <string.h>
#include <strings.h>

/* A hint may show where a password stands. */
static const char placeholder[] = "PASSWORD";

/* Where the words end that a URL could reach into. One that was cut short has lost its `@`. */
static const char *url_end(const char *rest)
{
    const char *next = strstr(rest, "://");
    const char *last =
        next != NULL ? memrchr(rest, '@', (size_t)(next - rest)) : strrchr(rest, '@');
    return last != NULL ? last : rest + strcspn(rest, "\"\n");
}

static bool is_port(const char *digits)
{
    size_t length = strspn(digits, "0123456789");
    return length > 0 && strchr("/?, ", digits[length]) != NULL && digits[length] != '\0';
}

/* `rest` is behind a `://`; returns where the password ends. */
static const char *url_mask(struct text *text, const char *rest)
{
    const char *end = url_end(rest);
    const char *colon = memchr(rest, ':', (size_t)(end - rest));
    if (colon == NULL || (*end != '@' && is_port(colon + 1)) ||
        ((size_t)(end - colon) == sizeof placeholder &&
         strncmp(colon + 1, placeholder, sizeof placeholder - 1) == 0))
        return rest;
    text_put_bytes(text, rest, (size_t)(colon + 1 - rest));
    text_put(text, "***");
    return end;
}

/* `rest` is behind a `password=`, of a query or of `key=value ...`. */
static const char *parameter_mask(struct text *text, const char *rest)
{
    bool is_quoted = *rest == '\'';
    size_t length = is_quoted ? 1 + strcspn(rest + 1, "'") : strcspn(rest, " &\"'\n");
    if (length > 0)
        text_put(text, "***");
    return rest + length + (is_quoted && rest[length] != '\0');
}

void text_put_masked(struct text *text, const char *string)
{
    static const char key[] = "password=";
    while (*string != '\0') {
        const char *slashes = strstr(string, "://"), *word = strcasestr(string, key);
        bool is_url = slashes != NULL && (word == NULL || slashes < word);
        const char *found = is_url ? slashes + 3 : word != NULL ? word + sizeof key - 1 : NULL;
        if (found == NULL)
            break;
        text_put_bytes(text, string, (size_t)(found - string));
        string = is_url ? url_mask(text, found) : parameter_mask(text, found);
    }
    text_put(text, string);
}
