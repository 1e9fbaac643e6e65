/*
 * Text for GitHub's workflow commands, `::error file=...::message`: one line each, in which a
 * percent sign begins an escape. What a log would obey or hide is spelled out as on a screen.
 */
#include "text.h"

#include <string.h>

static void put_escaped(struct text *text, const char *string, const char *escaped)
{
    struct text part = {.arena = text->arena};
    while (*string != '\0') {
        size_t plain = strcspn(string, escaped);
        part.length = 0;
        text_put_bytes(&part, string, plain);
        text_put_visible(text, part.bytes);
        string += plain;
        for (; *string != '\0' && strchr(escaped, *string) != NULL; string++)
            text_printf(text, "%%%02X", (unsigned)(unsigned char)*string);
    }
    text_free(&part);
}

void text_put_github_message(struct text *text, const char *string)
{
    put_escaped(text, string, "%\r\n");
}

void text_put_github_property(struct text *text, const char *string)
{
    put_escaped(text, string, "%\r\n:,");
}
