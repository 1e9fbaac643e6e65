/*
 * pgsize list: one of the tables that the program itself works from. Which there are stands in
 * lists.c.
 */
#include "lists.h"

#include "name.h"

#include <stdio.h>
#include <string.h>

static void selection_fill(const void *content, size_t index, struct row *row)
{
    const struct selection *selection = content;
    selection->list->fill(selection->indices[index], row);
}

static void selection_table(const struct page *page, const void *content, struct text *text)
{
    const struct selection *selection = content;
    if (selection->count == 0)
        return;
    if (selection->full && selection->list->full != NULL) {
        selection->list->full(page, selection, text);
        return;
    }
    rows_put(page,
             &(struct rows){.columns = selection->list->columns,
                            .column_count = selection->list->column_count,
                            .content = selection,
                            .count = selection->count,
                            .fill = selection_fill},
             text);
    const char *note = selection->list->note != NULL ? selection->list->note(selection) : NULL;
    if (note != NULL)
        (void)wrap_put(&page->lines, text, note, 0, 2);
    text_put(text, note != NULL ? "\n" : "");
}

static void selection_json(struct json_writer *writer, const void *content)
{
    const struct selection *selection = content;
    json_write_open(writer, NULL, '[');
    for (size_t i = 0; i < selection->count; i++) {
        json_write_open(writer, NULL, '{');
        selection->list->json(selection->indices[i], writer);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static const struct list *list_find(const char *name, struct fail *fail)
{
    char names[128] = "";
    for (size_t i = 0; i < lists_count; i++) {
        size_t length = strlen(names);
        if (strcmp(lists[i].name, name) == 0)
            return &lists[i];
        (void)snprintf(names + length, sizeof names - length, "%s%s", i > 0 ? ", " : "",
                       lists[i].name);
    }
    const char *guess = name_guess(name, &lists[0].name, lists_count, sizeof lists[0]);
    (void)fail_set(fail, FAIL_USAGE, "there is no list \"%.40s\"; there are %s", name, names);
    if (guess != NULL)
        (void)fail_hint(fail, "did you mean %s?", guess);
    return NULL;
}

static void selection_unmatched(const struct run *run, const struct list *list, const char *pattern)
{
    size_t rows = list->count(), count = 0;
    const char **names = ARENA_ARRAY(run->arena, rows * 2, const char *);
    for (size_t i = 0; i < rows; i++) {
        names[count++] = list->id(i);
        if (list->second != NULL)
            names[count++] = list->second(i);
    }
    nothing_matches(run, pattern, names, count,
                    arena_printf(run->arena, "pgsize list %s", list->name));
}

/* `pattern` NULL: everything. */
static struct selection selection_make(const struct run *run, const struct list *list,
                                       const char *pattern)
{
    struct arena *arena = run->arena;
    size_t rows = list->count();
    struct selection selection = {
        .list = list,
        .indices = ARENA_ARRAY(arena, rows, size_t),
        .full = pattern != NULL || option_given(&run->arguments, OPTION_VERBOSE),
    };
    for (size_t i = 0; i < rows; i++) {
        if (pattern == NULL || pattern_matches(arena, pattern, list->id(i)) ||
            (list->second != NULL && pattern_matches(arena, pattern, list->second(i))))
            selection.indices[selection.count++] = i;
    }
    if (selection.count == 0 && pattern != NULL)
        selection_unmatched(run, list, pattern);
    return selection;
}

int list_run(struct run *run, struct fail *fail)
{
    const struct list *list = list_find(run->arguments.words[0], fail);
    if (list == NULL)
        return 0;
    const char *pattern = run->arguments.word_count > 1 ? run->arguments.words[1] : NULL;
    const struct selection selection = selection_make(run, list, pattern);
    const struct showing showing = {
        .content = &selection,
        .table = selection_table,
        .json = selection_json,
    };
    if (!show_write(run, &showing, fail))
        return 0;
    return selection.count > 0 ? 0 : 1;
}
