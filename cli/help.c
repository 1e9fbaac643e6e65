/*
 * The help, from the rows of commands and options.
 */
#include "command.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 80, COLUMN = 30 };

/* Words from column `column` on, with line breaks; further lines begin at `indent`. */
static void paragraph_put(struct text *text, const char *words, size_t column, size_t indent)
{
    const char *separator = "";
    while (*words != '\0') {
        size_t length = strcspn(words, " ");
        if (*separator != '\0' && column + 1 + length > WIDTH) {
            text_put_char(text, '\n');
            text_repeat(text, " ", indent);
            column = indent;
            separator = "";
        }
        text_put(text, separator);
        text_put_bytes(text, words, length);
        column += length + strlen(separator);
        separator = " ";
        words += length;
        words += *words == ' ';
    }
    text_put_char(text, '\n');
}

static void option_put(const struct command *command, const struct option_row *row,
                       struct text *text)
{
    char name[64];
    char letter[8] = "    ";
    if (row->letter != '\0')
        (void)snprintf(letter, sizeof letter, "-%c, ", row->letter);
    (void)snprintf(name, sizeof name, "  %s--%s%s%s", letter, row->name,
                   row->value != NULL ? " " : "", row->value != NULL ? row->value : "");
    text_put(text, name);
    size_t length = strlen(name);
    if (length + 2 > COLUMN) { /* too long to stand beside */
        text_put_char(text, '\n');
        length = 0;
    }
    text_repeat(text, " ", COLUMN - length);
    paragraph_put(text, option_what(row, command->bit), COLUMN, COLUMN);
}

/* The first option of two words, which shows how they are joined; else the first that takes a
 * value. */
static const struct option_row *example_find(const struct command *command)
{
    const struct option_row *example = NULL;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        if ((row->commands & command->bit) == 0 || row->value == NULL)
            continue;
        if (strchr(row->name, '-') != NULL)
            return row;
        if (example == NULL)
            example = row;
    }
    return example;
}

static void variables_put(const struct command *command, struct text *text)
{
    const struct option_row *example = example_find(command);
    if (example == NULL)
        return;
    paragraph_put(text,
                  arena_printf(text->arena,
                               "Every option is also a variable: --%s is %s. One that means "
                               "nothing to a command is ignored by it.",
                               example->name, option_variable(text->arena, example)),
                  0, 0);
}

static void command_help(const struct command *command, struct text *text)
{
    text_printf(text, "pgsize %s: ", command->name);
    paragraph_put(text, command->what, strlen("pgsize : ") + strlen(command->name), 0);
    text_printf(text, "\nUsage: pgsize %s%s%s [OPTIONS]\n", command->name,
                *command->words != '\0' ? " " : "", command->words);
    if (command->more != NULL) {
        text_put_char(text, '\n');
        paragraph_put(text, command->more, 0, 0);
    }
    text_put(text, "\nOptions:\n");
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if ((option_rows[i].commands & command->bit) != 0)
            option_put(command, &option_rows[i], text);
    text_put_char(text, '\n');
    variables_put(command, text);
    paragraph_put(text,
                  "Exit status: 0 done, 1 the answer is no, 2 wrong usage or an output file that "
                  "cannot be opened, 3 a file that cannot be read or is not valid, 4 a server that "
                  "cannot be reached, 70 a bug, out of memory, or output that could not be written "
                  "to its end.",
                  0, 0);
}

void help_put(const struct command *command, struct text *text)
{
    if (command != NULL) {
        command_help(command, text);
        return;
    }
    paragraph_put(text,
                  "pgsize says how many PostgreSQL connections each process may hold, so that the "
                  "server can never be overcommitted, and fails the build when what is to be "
                  "deployed does not fit.",
                  0, 0);
    text_put(text, "\nUsage: pgsize COMMAND [OPTIONS]\n\nCommands:\n");
    for (size_t i = 0; i < command_count; i++)
        text_printf(text, "  %-10s %s\n", commands[i].name, commands[i].what);
    text_put(text, "\npgsize COMMAND --help says more. pgsize --version says which this is.\n");
}
