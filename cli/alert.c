#include "alert.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VALUES = 6, REAP_MS = 10 };

/* The first is the option itself, which a pgsize that the command runs must not take for its own.
 */
static const char *const names[VALUES + 1] = {
    "PGSIZE_ALERT",           "PGSIZE_STATE",   "PGSIZE_SERVER",  "PGSIZE_USED",
    "PGSIZE_MAX_CONNECTIONS", "PGSIZE_PERCENT", "PGSIZE_ALERT_AT"};

static bool is_ours(const char *variable)
{
    for (size_t i = 0; i <= VALUES; i++) {
        size_t length = strlen(names[i]);
        if (strncmp(variable, names[i], length) == 0 && variable[length] == '=')
            return true;
    }
    return false;
}

/* A number that is not known is empty. */
static void number_set(char *value, const char *name, int64_t number)
{
    if (number < 0)
        (void)snprintf(value, sizeof((struct alert *)0)->due_values[0], "%s=", name);
    else
        (void)snprintf(value, sizeof((struct alert *)0)->due_values[0], "%s=%" PRId64, name,
                       number);
}

static void values_set(struct alert *alert, const struct moment *moment)
{
    const struct sample *sample = moment->sample;
    char(*values)[300] = alert->due_values;
    int64_t used = sample_used(sample), permille = sample_permille(sample, used);
    (void)snprintf(values[0], sizeof values[0], "PGSIZE_STATE=%s",
                   moment->change == ALARM_OVER ? "over" : "under");
    (void)snprintf(values[1], sizeof values[1], "PGSIZE_SERVER=%s", moment->server);
    number_set(values[2], "PGSIZE_USED", used);
    number_set(values[3], "PGSIZE_MAX_CONNECTIONS", sample->max_connections);
    if (permille < 0)
        (void)snprintf(values[4], sizeof values[4], "PGSIZE_PERCENT=");
    else
        (void)snprintf(values[4], sizeof values[4], "PGSIZE_PERCENT=%" PRId64 ".%" PRId64,
                       permille / 10, permille % 10);
    number_set(values[5], "PGSIZE_ALERT_AT", alarm_line(moment->alarm, sample->max_connections));
}

static const char **environment_make(struct alert *alert)
{
    size_t count = 0, kept = 0;
    while (alert->environment[count] != NULL)
        count++;
    const char **made = calloc(count + VALUES + 1, sizeof *made);
    for (size_t i = 0; made != NULL && i < count; i++)
        if (!is_ours(alert->environment[i]))
            made[kept++] = alert->environment[i];
    for (size_t i = 0; made != NULL && i < VALUES; i++)
        made[kept++] = alert->due_values[i];
    return made;
}

/* As for any command of a shell: no signal is blocked or ignored that was not before; its own
 * group, so that Ctrl-C ends the watch and not half of an alert. */
static int command_spawn(struct alert *alert, const char **environment)
{
    const char *const words[] = {"sh", "-c", alert->command, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    (void)sigemptyset(&defaults);
    (void)sigaddset(&defaults, SIGPIPE);
    (void)sigaddset(&defaults, SIGXFSZ);
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    (void)posix_spawnattr_setsigdefault(&attributes, &defaults);
    (void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (alert->is_mute)
        (void)posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    /* Standard output is the samples'. */
    (void)posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    /* posix_spawn's type has no const for what it does not change. */
    int error = posix_spawn(&alert->child, "/bin/sh", &actions, &attributes, (char *const *)words,
                            (char *const *)environment);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    return error;
}

static void command_begin(struct alert *alert)
{
    char words[160];
    const char **environment = environment_make(alert);
    alert->told = alert->due;
    int error = environment == NULL ? ENOMEM : command_spawn(alert, environment);
    free(environment);
    if (error == 0)
        return;
    alert->child = 0;
    (void)snprintf(words, sizeof words, "the alert command cannot be run: %s", strerror(error));
    alert->say(alert->to, words);
}

static void due_begin(struct alert *alert)
{
    if (alert->child == 0 && alert->due != ALARM_SAME && alert->due != alert->told)
        command_begin(alert);
}

void alert_take(struct alert *alert, const struct moment *moment)
{
    if (alert->command == NULL || moment->change == ALARM_SAME)
        return;
    alert->due = moment->change;
    values_set(alert, moment);
    due_begin(alert);
}

void alert_reap(struct alert *alert)
{
    char words[80];
    int status;
    if (alert->child == 0 || waitpid(alert->child, &status, WNOHANG) != alert->child)
        return;
    alert->child = 0;
    if (WIFSIGNALED(status))
        (void)snprintf(words, sizeof words, "the alert command died of signal %d",
                       WTERMSIG(status));
    else
        (void)snprintf(words, sizeof words, "the alert command ended with status %d",
                       WEXITSTATUS(status));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        alert->say(alert->to, words);
    due_begin(alert);
}

void alert_end(struct alert *alert, int64_t most_ms)
{
    for (int64_t waited_ms = 0; alert->child != 0 && waited_ms < most_ms; waited_ms += REAP_MS) {
        (void)poll(NULL, 0, REAP_MS);
        alert_reap(alert);
    }
    if (alert->child != 0)
        alert->say(alert->to, "the alert command still runs, and is left alone");
}
