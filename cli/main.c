/*
 * The program: finds the command, reads its arguments, runs it, and turns what came of it into an
 * exit status.
 */
#include "command.h"

#include "name.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void out_of_memory(void)
{
    static const char message[] = "pgsize: out of memory\n";
    (void)!write(STDERR_FILENO, message, sizeof message - 1);
    _exit(FAIL_INTERNAL);
}

static int put_and_exit(struct run *run, struct fail *fail,
                        void (*put)(const struct command *, struct text *))
{
    struct output output;
    if (!output_open(run->arena, NULL, false, &run->screen, &output, fail))
        return 0;
    put(run->command, &output.text);
    return output_close(&output, fail) ? 0 : FAIL_INTERNAL;
}

static void version_put(const struct command *command, struct text *text)
{
    (void)command;
    text_put(text, "pgsize " PGSIZE_VERSION "\n");
}

/* Without a command: --help and --version, else what is wrong. */
static int no_command(struct run *run, const char *word, struct fail *fail)
{
    char guess_words[64];
    if (word != NULL &&
        (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0))
        return put_and_exit(run, fail, help_put);
    if (word != NULL && (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0))
        return put_and_exit(run, fail, version_put);
    if (word == NULL) {
        (void)fail_set(fail, FAIL_USAGE, "a command is missing");
        (void)fail_hint(fail,
                        "pgsize recommend sizes every service; pgsize --help lists the others");
        return 0;
    }
    (void)fail_set(fail, FAIL_USAGE, "there is no command \"%.40s\"", word);
    const char *guess = name_guess(word, &commands[0].name, command_count, sizeof commands[0]);
    (void)snprintf(guess_words, sizeof guess_words, "did you mean %s?", guess != NULL ? guess : "");
    (void)fail_hint(fail, "%s", guess != NULL ? guess_words : "pgsize --help lists them");
    return 0;
}

static int command_run(struct run *run, int count, char **words, struct fail *fail)
{
    const struct command *command = run->command;
    if (!arguments_read(run->arena, command, count, words, run->environment, &run->arguments, fail))
        return 0;
    run->screen = screen_find(option_value(&run->arguments, OPTION_COLOR), run->environment);
    if (option_given(&run->arguments, OPTION_HELP))
        return put_and_exit(run, fail, help_put);
    if (option_given(&run->arguments, OPTION_VERSION))
        return put_and_exit(run, fail, version_put);
    if (run->arguments.word_count < command->fewest || run->arguments.word_count > command->most) {
        (void)fail_set(fail, FAIL_USAGE, "%s takes %s", command->name,
                       *command->words != '\0' ? command->words : "no further words");
        return 0;
    }
    return command->run(run, fail);
}

int main(int count, char **words)
{
    (void)setlocale(LC_CTYPE, "");
    /* A reader that has had enough is no reason to die without an exit status. */
    (void)signal(SIGPIPE, SIG_IGN);
    /* Nor is a file that may grow no further (ulimit -f): its half is taken away again. */
    (void)signal(SIGXFSZ, SIG_IGN);
    struct arena arena = {.on_out_of_memory = out_of_memory};
    struct fail fail = {0};
    struct run run = {.arena = &arena, .environment = (const char *const *)environ};
    run.screen = screen_find(NULL, run.environment);
    run.command = count > 1 ? command_find(words[1]) : NULL;
    int status = run.command == NULL ? no_command(&run, count > 1 ? words[1] : NULL, &fail)
                                     : command_run(&run, count - 2, words + 2, &fail);
    if (fail.kind != FAIL_NONE) {
        if (fail.message[0] != '\0')
            say_fail(&fail);
        status = (int)fail.kind;
    }
    arena_free(&arena);
    return status;
}
