#include "show.h"

#include "name.h"
#include "render.h"

#include <string.h>

enum { ANY_WIDTH = 10000, CUT_LEAST = 12, LAST_LEAST = 18 };

/* --- formats --- */

static bool formats_check(const struct run *run, struct fail *fail)
{
    const struct option_values *values = &run->arguments.options[OPTION_FORMAT];
    for (size_t i = 0; i < values->count; i++) {
        size_t length = strcspn(values->values[i], "=");
        if ((length == 5 && strncmp(values->values[i], "table", length) == 0) ||
            (length == 4 && strncmp(values->values[i], "json", length) == 0))
            continue;
        return fail_set(fail, FAIL_USAGE, "--format: pgsize %s writes table or json, got \"%.40s\"",
                        run->command->name, values->values[i]);
    }
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
    page.rows = page.lines;
    if (!on_terminal && variable(run, "COLUMNS") == NULL)
        page.rows.width = ANY_WIDTH;
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

static size_t table_width(const struct table *table)
{
    size_t last = table->column_count - 1;
    size_t width = 2 * last;
    for (size_t i = 0; i < last; i++)
        width += table->widths[i];
    return width + (table->widths[last] < LAST_LEAST ? table->widths[last] : LAST_LEAST);
}

/* Takes columns away from the widest cell that may be cut, until the table fits. */
static void table_fit(struct table *table)
{
    while (table_width(table) > table->report->width) {
        size_t widest = table->column_count;
        for (size_t i = 0; i + 1 < table->column_count; i++) {
            if (table->columns[i].most > 0 && table->widths[i] > CUT_LEAST &&
                (widest == table->column_count || table->widths[i] > table->widths[widest]))
                widest = i;
        }
        if (widest == table->column_count)
            return;
        table->widths[widest]--;
    }
}

void rows_put(const struct page *page, const struct rows *rows, struct text *text)
{
    struct table table;
    struct row row;
    table_init(&table, &page->rows, rows->columns, rows->column_count);
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
                     size_t count)
{
    if (option_given(&run->arguments, OPTION_QUIET))
        return;
    const char *guess = name_guess(pattern, names, count, sizeof names[0]);
    say("nothing matches \"%.60s\"", pattern);
    if (guess != NULL)
        say_more(arena_printf(run->arena, "did you mean %s?", guess));
}
