#include "consumed.h"

#include <string.h>

bool class_is_handed(const struct report *report, const struct pool_class *class)
{
    return report_shows(report, class->service) && class->limit != UNKNOWN && class->limit != 0;
}

void handing_begin(struct handing *handing, const struct report *report, bool is_ascii)
{
    *handing = (struct handing){.report = *report, .is_ascii = is_ascii};
    handing->arena.on_out_of_memory = report->arena->on_out_of_memory;
    handing->report.arena = &handing->arena;
    handing->url.arena = report->arena;
}

void handing_end(struct handing *handing)
{
    text_free(&handing->url);
    arena_free(&handing->arena);
}

/* No `key=value ...` and no `Key=value;...`, where a percent sign is one. */
static bool is_url(const char *string)
{
    size_t scheme = strspn(string, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                   "+-.:");
    return scheme > 0 && string[scheme - 1] == ':' && strncmp(string + scheme, "//", 2) == 0;
}

static bool is_ascii(const char *string)
{
    for (; *string != '\0'; string++)
        if ((unsigned char)*string >= 0x80)
            return false;
    return true;
}

/* The same URL, with `%XX` for what is not ASCII. */
static const char *ascii_url(struct arena *arena, const char *url)
{
    struct text text = {.arena = arena};
    for (; *url != '\0'; url++)
        if ((unsigned char)*url >= 0x80)
            text_printf(&text, "%%%02X", (unsigned)(unsigned char)*url);
        else
            text_put_char(&text, *url);
    return text_keep(&text);
}

const char *handing_url(struct handing *handing, const struct pool_class *class)
{
    arena_clear(&handing->arena);
    handing->url.length = 0;
    if (!class_url_put(&handing->report, class, true, &handing->url))
        return NULL;
    const char *url = handing->url.bytes;
    return handing->is_ascii && !is_ascii(url) && is_url(url) ? ascii_url(&handing->arena, url)
                                                              : url;
}

static bool template_is_utf8(struct arena *arena, const struct url *template)
{
    struct text text = {.arena = arena};
    text_put(&text, "");
    url_write(template, URL_REVEALED, &text);
    bool is_valid = utf8_is_valid(text.bytes);
    text_free(&text);
    return is_valid;
}

static bool urls_hold(struct handing *handing, const char *format, struct fail *fail)
{
    const struct sizing *sizing = handing->report.sizing;
    const struct url *good = NULL; /* most services share their server's */
    for (size_t i = 0; i < sizing->class_count; i++) {
        const struct pool_class *class = &sizing->classes[i];
        if (!class_is_handed(&handing->report, class))
            continue;
        const struct url *template = service_url(sizing->topology, class->service, class->target);
        if (template == NULL || template == good)
            continue;
        if (template_is_utf8(&handing->arena, template)) {
            good = template;
            continue;
        }
        const char *url = handing_url(handing, class);
        if (url == NULL || utf8_is_valid(url))
            continue;
        (void)fail_set(fail, FAIL_INPUT,
                       "--format %s: %.80s: its connection string is not UTF-8, and %s holds "
                       "nothing else",
                       format, class->service->name, format);
        return fail_hint(fail, "write it as a URL, with %%XX for each such byte; or use "
                               "--format env, which takes any");
    }
    return true;
}

bool handed_urls_hold(const struct report *report, const char *format, struct fail *fail)
{
    struct handing handing;
    handing_begin(&handing, report, true);
    bool holds = urls_hold(&handing, format, fail);
    handing_end(&handing);
    return holds;
}
