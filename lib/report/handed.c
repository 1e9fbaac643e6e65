/*
 * What is handed to the services: a line for each DATABASE_URL, and for the settings that no URL
 * carries.
 */
#include "layout.h"
#include "table_parts.h"

#include <inttypes.h>
#include <string.h>

static bool url_of(const struct report *report, const struct pool_class *class, struct text *text)
{
    return class_url_put(report, class, report->reveal, text);
}

/* Each line of it begins at `indent`. Some URLs have blanks, and stay whole all the same. */
static void value_put(const struct report *report, struct text *text, char *lines, bool whole,
                      size_t indent)
{
    for (char *line = lines, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (line != lines) {
            text_put_char(text, '\n');
            text_repeat(text, " ", indent);
        }
        if (whole)
            text_put_visible(text, line);
        else
            (void)wrap_put(report, text, line, indent, indent);
    }
}

/* What is handed to the services: URLs, and settings that no URL carries. */
static void handed_put(const struct report *report, struct text *text, const char *heading,
                       bool (*put)(const struct report *, const struct pool_class *, struct text *))
{
    const struct sizing *sizing = report->sizing;
    struct text value = {.arena = report->arena}, name = {.arena = report->arena};
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    struct report scratch = *report;
    scratch.arena = &arena;
    size_t width = 0;
    bool any = false;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < sizing->class_count; i++) {
            const struct pool_class *class = &sizing->classes[i];
            if (!report_shows(report, class->service))
                continue;
            name.length = 0;
            class_name_put(class, &name);
            if (pass == 0) {
                size_t wide = text_width(name.bytes, text->plain);
                width = wide > width ? wide : width;
                continue;
            }
            value.length = 0;
            arena_clear(&arena);
            if (!put(&scratch, class, &value) || value.length == 0)
                continue;
            if (!any) {
                colour_on(report, text, COLOUR_BOLD);
                text_printf(text, "\n%s", heading);
                colour_off(report, text, COLOUR_BOLD);
                text_put_char(text, '\n');
                any = true;
            }
            text_put_name_cell(text, name.bytes, width);
            text_put(text, "  ");
            value_put(report, text, value.bytes, put == url_of, width + 2);
            text_put_char(text, '\n');
        }
        width = width > NAME_MAX_WIDTH ? NAME_MAX_WIDTH : width;
    }
    text_free(&value);
    text_free(&name);
    arena_free(&arena);
}

/* A `key=value ...` string takes no limit, and of `generic` no other place is known. */
static void homeless_limit_put(const struct report *report, const struct pool_class *class,
                               struct text *text)
{
    const struct url *template =
        service_url(report->sizing->topology, class->service, class->target);
    const struct client *client = class->service->client;
    if (text->length == 0 && template != NULL &&
        !client_carries_limit(report->arena, client, template))
        text_printf(text,
                    "%" PRId64 " connections, set in the application: a key=value string has "
                    "no place for them",
                    class->limit);
}

bool class_snippet_put(const struct report *report, const struct pool_class *class,
                       struct text *text)
{
    struct pool_settings settings = class_settings(class);
    struct text variable = {.arena = report->arena};
    if (class->limit == UNKNOWN || class->limit == 0)
        return false;
    service_variable(class->service, class->target, VARIABLE_URL, &variable);
    client_snippet(class->service->client, &settings, variable.bytes, text);
    text_free(&variable);
    homeless_limit_put(report, class, text);
    return text->length > 0;
}

void urls_put(const struct report *report, struct text *text)
{
    handed_put(report, text, "DATABASE_URL", url_of);
}

void snippets_put(const struct report *report, struct text *text)
{
    handed_put(report, text, "SETTINGS", class_snippet_put);
}
