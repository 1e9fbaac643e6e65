#include "render.h"

#include "name.h"

#include <stdio.h>
#include <string.h>

static bool format_fail(const struct run *run, const char *name, struct fail *fail)
{
    char list[128] = "";
    for (size_t i = 0; i < format_count; i++) {
        size_t length = strlen(list);
        (void)snprintf(list + length, sizeof list - length, "%s%s", i > 0 ? ", " : "",
                       formats[i].name);
    }
    const char *guess = name_guess(name, &formats[0].name, format_count, sizeof formats[0]);
    (void)fail_set(fail, FAIL_USAGE, "%s: must be one of %s, got \"%.40s\"",
                   option_label(&run->arguments, OPTION_FORMAT), list, name);
    return guess == NULL ? false : fail_hint(fail, "did you mean %s?", guess);
}

static bool rendering_read(struct run *run, const char *argument, struct rendering *ret_rendering,
                           struct fail *fail)
{
    const char *equals = strchr(argument, '=');
    const char *name = equals == NULL
                           ? argument
                           : arena_strndup(run->arena, argument, (size_t)(equals - argument));
    ret_rendering->format = format_find(name);
    if (ret_rendering->format == NULL)
        return format_fail(run, name, fail);
    if (equals != NULL && equals[1] == '\0')
        return fail_set(fail, FAIL_USAGE, "%s %s: the file's name is missing",
                        option_label(&run->arguments, OPTION_FORMAT), argument);
    if (equals != NULL && strcmp(equals + 1, "-") != 0)
        ret_rendering->path = equals + 1;
    return true;
}

/* Two formats in one place would be neither. */
static bool places_check(const struct run *run, const struct rendering *renderings, size_t count,
                         struct fail *fail)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            const char *a = renderings[i].path, *b = renderings[k].path;
            if ((a == NULL) != (b == NULL) || (a != NULL && strcmp(a, b) != 0))
                continue;
            (void)fail_set(fail, FAIL_USAGE, "%s: %s and %s both go to %s",
                           option_label(&run->arguments, OPTION_FORMAT), renderings[k].format->name,
                           renderings[i].format->name, a == NULL ? "standard output" : a);
            return fail_hint(fail, "give one of them a file: --format %s=FILE",
                             renderings[i].format->name);
        }
    }
    return true;
}

bool renderings_read(struct run *run, struct rendering **ret_renderings, size_t *ret_count,
                     struct fail *fail)
{
    const struct option_values *values = &run->arguments.options[OPTION_FORMAT];
    *ret_count = values->count > 0 ? values->count : 1;
    *ret_renderings = ARENA_ARRAY(run->arena, *ret_count, struct rendering);
    (*ret_renderings)[0].format = &formats[0];
    for (size_t i = 0; i < values->count; i++)
        if (!rendering_read(run, values->values[i], &(*ret_renderings)[i], fail))
            return false;
    return places_check(run, *ret_renderings, *ret_count, fail);
}

static bool rendering_write(struct run *run, struct report *report,
                            const struct rendering *rendering, struct fail *fail)
{
    struct output output;
    struct screen screen = run->screen;
    if (rendering->path != NULL) {
        screen.colour = screen.unicode = false;
        screen.plain = false;
    }
    if (!output_open(run->arena, rendering->path, rendering->format->carries_passwords, &screen,
                     &output, fail))
        return false;
    if (rendering->format->carries_passwords && rendering->path == NULL && screen.is_terminal)
        say("%s shows passwords on this terminal; --format %s=FILE keeps them off it",
            rendering->format->name, rendering->format->name);
    report->colour = screen.colour;
    report->unicode = screen.unicode;
    report->plain = screen.plain;
    report->width = screen.width;
    rendering->format->render(report, &output.text);
    return output_close(&output, fail);
}

bool renderings_write(struct run *run, struct report *report, const struct rendering *renderings,
                      size_t count, struct fail *fail)
{
    for (size_t i = 0; i < count; i++)
        if (!rendering_write(run, report, &renderings[i], fail))
            return false;
    return true;
}
