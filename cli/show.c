#include "show.h"

#include "name.h"
#include "render.h"

#include <string.h>

enum { ANY_WIDTH = 10000, FACT_NAME = 12 };

/* --- formats --- */

static bool is_shown_as(const char *value, const char *format)
{
    size_t length = strlen(format);
    return strncmp(value, format, length) == 0 && (value[length] == '\0' || value[length] == '=');
}

/* A format of the sizing in the environment is for the sizing: it is left out here. */
static bool formats_check(struct run *run, struct fail *fail)
{
    struct option_values *values = &run->arguments.options[OPTION_FORMAT];
    size_t kept = 0;
    for (size_t i = 0; i < values->count; i++) {
        const char *value = values->values[i];
        const char *name = arena_strndup(run->arena, value, strcspn(value, "="));
        if (is_shown_as(value, "table") || is_shown_as(value, "json"))
            values->values[kept++] = value;
        else if (!values->from_environment || format_find(name) == NULL)
            return fail_set(fail, FAIL_USAGE, "%s: pgsize %s writes table or json, got \"%.40s\"",
                            option_label(&run->arguments, OPTION_FORMAT), run->command->name,
                            value);
    }
    values->count = kept;
    return true;
}

static void table_write(const struct run *run, const struct showing *showing,
                        const struct screen *screen, bool is_file, struct text *text)
{
    bool on_terminal = screen->is_terminal && !is_file;
    struct page page = {
        .lines = {.arena = run->arena,
                  .unicode = screen->unicode,
                  .plain = screen->plain,
                  .colour = screen->colour,
                  .width = screen->width},
        .on_terminal = on_terminal,
    };
    page.whole = page.lines;
    if (!on_terminal && variable(run, "COLUMNS") == NULL)
        page.whole.width = ANY_WIDTH;
    showing->table(&page, showing->content, text);
}

static void json_write(const struct showing *showing, struct text *text)
{
    struct json_writer writer = {.text = text};
    showing->json(&writer, showing->content);
    text_put_char(text, '\n');
}

static bool rendering_write(struct run *run, const struct showing *showing,
                            const struct rendering *rendering, struct fail *fail)
{
    struct output output;
    struct screen screen = run->screen;
    bool is_file = rendering->path != NULL;
    if (is_file)
        screen.colour = screen.unicode = screen.plain = false;
    if (!output_open(run->arena, rendering->path, showing->is_secret, &screen, &output, fail))
        return false;
    if (strcmp(rendering->format->name, "json") == 0)
        json_write(showing, &output.text);
    else
        table_write(run, showing, &screen, is_file, &output.text);
    return output_close(&output, fail);
}

bool show_write(struct run *run, const struct showing *showing, struct fail *fail)
{
    struct rendering *renderings;
    size_t count;
    if (!formats_check(run, fail) || !renderings_read(run, &renderings, &count, fail))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!rendering_write(run, showing, &renderings[i], fail))
            return false;
    }
    return true;
}

/* --- tables --- */

void rows_put(const struct page *page, const struct rows *rows, struct text *text)
{
    struct table table;
    struct row row;
    table_init(&table, rows->one_line ? &page->whole : &page->lines, rows->columns,
               rows->column_count);
    row_init(&row, &table);
    for (size_t i = 0; i < rows->count; i++) {
        row_clear(&row, rows->column_count);
        rows->fill(rows->content, i, &row);
        table_measure(&table, &row);
    }
    table_fit(&table);
    if (rows->columns[0].heading[0] != '\0')
        table_put_heading(&table, text);
    for (size_t i = 0; i < rows->count; i++) {
        row_clear(&row, rows->column_count);
        rows->fill(rows->content, i, &row);
        table_put_row(&table, &row, text);
    }
    row_free(&row, rows->column_count);
}

void fact_put(const struct page *page, struct text *text, const char *name, const char *words)
{
    text_repeat(text, " ", FACT_INDENT);
    text_put_cell(text, name, FACT_NAME, TEXT_LEFT);
    (void)wrap_put(&page->lines, text, words, FACT_INDENT + FACT_NAME, FACT_INDENT + FACT_NAME);
    text_put_char(text, '\n');
}

/* --- patterns --- */

static char *lower_copy(struct arena *arena, const char *string)
{
    char *copy = arena_strdup(arena, string);
    for (char *at = copy; *at != '\0'; at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    }
    return copy;
}

bool pattern_matches(struct arena *arena, const char *pattern, const char *name)
{
    const char *low_pattern = lower_copy(arena, pattern), *low_name = lower_copy(arena, name);
    if (strchr(pattern, '*') != NULL)
        return name_matches(low_pattern, low_name);
    return strstr(low_name, low_pattern) != NULL;
}

void nothing_matches(const struct run *run, const char *pattern, const char *const *names,
                     size_t count, const char *all)
{
    if (option_given(&run->arguments, OPTION_QUIET))
        return;
    const char *guess = name_guess(pattern, names, count, sizeof names[0]);
    say("nothing matches \"%.60s\"", pattern);
    if (guess != NULL)
        say_more(arena_printf(run->arena, "did you mean %s?", guess));
    else
        say_more(arena_printf(run->arena, "%s shows all", all));
}
