#include "render.h"

#include "input.h"
#include "name.h"
#include "place.h"
#include "summary.h"
#include "workspace.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --write-baseline: not a format to choose, for it goes to its own file alone. */
static const struct format baseline_format = {.name = "baseline", .render = baseline_render};

/* inspect shows a server, and hands nothing out. */
static bool is_for(const struct run *run, const struct format *format)
{
    return run->command->bit != FOR_INSPECT || format->shows_server;
}

static bool format_fail(const struct run *run, const char *name, struct fail *fail)
{
    char list[256] = "";
    const char **names = ARENA_ARRAY(run->arena, format_count, const char *);
    size_t count = 0;
    for (size_t i = 0; i < format_count; i++) {
        size_t length = strlen(list);
        if (!is_for(run, &formats[i]))
            continue;
        (void)snprintf(list + length, sizeof list - length, "%s%s", count > 0 ? ", " : "",
                       formats[i].name);
        names[count++] = formats[i].name;
    }
    const char *guess = name_guess(name, names, count, sizeof *names);
    (void)fail_set(fail, FAIL_USAGE, "%s: must be one of %s, got \"%.40s\"",
                   option_label(&run->arguments, OPTION_FORMAT), list, name);
    return guess == NULL ? false : fail_hint(fail, "did you mean %s?", guess);
}

/* A variable may be meant for another command: then nothing is put. */
static bool rendering_read(struct run *run, const char *argument, struct rendering *ret_rendering,
                           struct fail *fail)
{
    const char *equals = strchr(argument, '=');
    const char *name = equals == NULL
                           ? argument
                           : arena_strndup(run->arena, argument, (size_t)(equals - argument));
    const struct format *format = format_find(name);
    bool is_meant = format != NULL && is_for(run, format);
    if (format != NULL && !is_meant && run->arguments.options[OPTION_FORMAT].from_environment)
        return true;
    if (!is_meant)
        return format_fail(run, name, fail);
    ret_rendering->format = format;
    if (equals != NULL && equals[1] == '\0')
        return fail_set(fail, FAIL_USAGE, "%s %s: the file's name is missing",
                        option_label(&run->arguments, OPTION_FORMAT), argument);
    if (equals != NULL && strcmp(equals + 1, "-") != 0)
        ret_rendering->path = equals + 1;
    return true;
}

static bool place_fail(const struct run *run, const struct rendering *a, const struct rendering *b,
                       struct fail *fail)
{
    const char *label = option_label(&run->arguments, OPTION_FORMAT);
    const char *name_a = a->format->name, *name_b = b->format->name;
    if (a->path == NULL) {
        (void)fail_set(fail, FAIL_USAGE, "%s: %s and %s both go to standard output", label, name_a,
                       name_b);
        return fail_hint(fail, "give one of them a file: --format %s=FILE", name_b);
    }
    if (strcmp(a->path, b->path) == 0)
        (void)fail_set(fail, FAIL_USAGE, "%s: %s and %s both go to the same file, %s", label,
                       name_a, name_b, a->path);
    else
        (void)fail_set(fail, FAIL_USAGE, "%s: %s and %s are the same file", label, a->path,
                       b->path);
    return fail_hint(fail, "give one of them another name: --format %s=FILE", name_b);
}

/* Two formats in one place would be neither. */
static bool places_check(const struct run *run, const struct rendering *renderings, size_t count,
                         struct fail *fail)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            const char *a = renderings[i].path, *b = renderings[k].path;
            if ((a == NULL) != (b == NULL) ||
                (a != NULL && !place_same(run->arena, a, b, STDOUT_FILENO)))
                continue;
            return place_fail(run, &renderings[k], &renderings[i], fail);
        }
    }
    return true;
}

bool renderings_read(struct run *run, struct rendering **ret_renderings, size_t *ret_count,
                     struct fail *fail)
{
    const struct option_values *values = &run->arguments.options[OPTION_FORMAT];
    *ret_renderings = ARENA_ARRAY(run->arena, values->count + 2, struct rendering);
    *ret_count = 0;
    for (size_t i = 0; i < values->count; i++) {
        if (!rendering_read(run, values->values[i], &(*ret_renderings)[*ret_count], fail))
            return false;
        *ret_count += (*ret_renderings)[*ret_count].format != NULL;
    }
    if (*ret_count == 0) {
        (*ret_renderings)[0] = (struct rendering){.format = &formats[0]};
        *ret_count = 1;
    }
    if (option_given(&run->arguments, OPTION_WRITE_BASELINE))
        (*ret_renderings)[(*ret_count)++] =
            (struct rendering){&baseline_format, option_value(&run->arguments, OPTION_BASELINE)};
    return places_check(run, *ret_renderings, *ret_count, fail);
}

static bool input_check(struct run *run, const struct rendering *rendering, const char *input,
                        const char *what, struct fail *fail)
{
    if (input == NULL || rendering->path == NULL ||
        !place_same(run->arena, rendering->path, input, STDIN_FILENO))
        return true;
    (void)fail_set(fail, FAIL_USAGE, "%s: %s is the %s itself",
                   option_label(&run->arguments, OPTION_FORMAT), rendering->path, what);
    return fail_hint(fail, "give the answer another name: --format %s=FILE",
                     rendering->format->name);
}

/* [NAME=]FILE: which of both is not known before the topology is. */
static bool record_check(struct run *run, const struct rendering *rendering, const char *argument,
                         struct fail *fail)
{
    const char *equals = strchr(argument, '=');
    return input_check(run, rendering, argument, "record", fail) &&
           (equals == NULL || input_check(run, rendering, equals + 1, "record", fail));
}

bool renderings_spare_inputs(struct run *run, const struct rendering *renderings, size_t count,
                             struct fail *fail)
{
    const struct arguments *arguments = &run->arguments;
    const char *found = arguments->word_count == 0 ? topology_default(run->arena) : NULL;
    const struct option_values *snapshots = &arguments->options[OPTION_SNAPSHOT];
    const struct option_values *histories = &arguments->options[OPTION_HISTORY];
    const char *baseline = option_given(arguments, OPTION_WRITE_BASELINE)
                               ? NULL
                               : option_value(arguments, OPTION_BASELINE);
    const char *diff = option_value(arguments, OPTION_DIFF);
    const char *before = option_value(arguments, OPTION_BEFORE);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < arguments->word_count; k++)
            if (!input_check(run, &renderings[i], arguments->words[k], "topology", fail))
                return false;
        if (!input_check(run, &renderings[i], found, "topology", fail) ||
            !input_check(run, &renderings[i], baseline, "baseline", fail) ||
            !input_check(run, &renderings[i], diff, "earlier result", fail) ||
            !input_check(run, &renderings[i], before, "earlier look", fail))
            return false;
        for (size_t k = 0; k < snapshots->count; k++)
            if (!input_check(run, &renderings[i], snapshots->values[k], "snapshot", fail))
                return false;
        for (size_t k = 0; k < histories->count; k++)
            if (!record_check(run, &renderings[i], histories->values[k], fail))
                return false;
    }
    return true;
}

/* Empty variables would be taken for limits by whoever reads them next: better those of before. */
static void nothing_say(const struct rendering *rendering)
{
    bool exists = access(rendering->path, F_OK) == 0;
    say("%s: not written%s: no service has a limit to hand out", rendering->path,
        exists ? ", the one from before is kept" : "");
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
    if (rendering->path != NULL && rendering->format->carries_passwords &&
        output_is_empty(&output)) {
        output_abandon(&output);
        nothing_say(rendering);
        return true;
    }
    return output_close(&output, fail);
}

static void errors_say(const struct report *report)
{
    const struct sizing *sizing = report->sizing;
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct finding *finding = &sizing->findings[i];
        if (finding->rule->severity != SEVERITY_ERROR || !finding_counts(report, finding))
            continue;
        if (finding->rule->is_failure) /* said when it happened */
            continue;
        const char *place = finding->file == NULL ? ""
                                                  : arena_printf(report->arena, "  %s:%u",
                                                                 finding->file, finding->line);
        say("%s: %s%s%s%s", finding->rule->name,
            finding->service == NULL ? "" : finding->service->name,
            finding->service == NULL ? "" : ": ", finding->message, place);
    }
}

/* In a job of GitHub's, also where nobody asked for it; on standard error, so that standard output
 * is the result alone. A standard error that cannot be written to is no reason to fail. */
static bool annotate(const struct run *run, const struct report *report,
                     const struct rendering *renderings, size_t count)
{
    struct output output;
    struct fail ignored = {0};
    if (!workspace_is_github(run))
        return false;
    for (size_t i = 0; i < count; i++)
        if (renderings[i].format->render == github_render)
            return true;
    output_open_error(run->arena, &output);
    github_render(report, &output.text);
    (void)!output_close(&output, &ignored);
    return true;
}

/* Whoever asks for markdown says where it goes; a second one beside it, in the summary perhaps,
 * would be one too many. Annotations, asked for or not, say nothing about the summary. */
static void summarize(const struct run *run, const struct report *report,
                      const struct rendering *renderings, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (renderings[i].format->render == markdown_render)
            return;
    summary_write(run, report);
}

bool renderings_write(struct run *run, struct report *report, const struct rendering *renderings,
                      size_t count, struct fail *fail)
{
    for (size_t i = 0; i < count; i++) {
        const struct format *format = renderings[i].format;
        if (format->holds != NULL && !format->holds(report, fail))
            return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!rendering_write(run, report, &renderings[i], fail))
            return false;
    bool is_said = annotate(run, report, renderings, count);
    summarize(run, report, renderings, count);
    for (size_t i = 0; i < count; i++)
        is_said |= renderings[i].format->shows_findings;
    if (!is_said)
        errors_say(report);
    return true;
}
