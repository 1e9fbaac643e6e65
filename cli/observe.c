#include "observe.h"

#include "decimal.h"
#include "observed.h"
#include "servers.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BAR_CELLS = 30, LINE_BYTES = 120 };

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* A variable may be there for another run, which does connect. */
bool observe_read(struct run *run, int64_t *ret_window_ms, struct fail *fail)
{
    static const enum option_id others[] = {OPTION_SNAPSHOT, OPTION_OFFLINE};
    const struct arguments *arguments = &run->arguments;
    const char *label = option_label(arguments, OPTION_OBSERVE);
    *ret_window_ms = 0;
    if (!option_duration(arguments, OPTION_OBSERVE, ret_window_ms, fail))
        return false;
    if (*ret_window_ms == 0)
        return true;
    if (*ret_window_ms < OBSERVE_LEAST_MS || *ret_window_ms > OBSERVE_MOST_MS) {
        (void)fail_set(fail, FAIL_USAGE, "%s: must be from 10s to 24h, got \"%.40s\"", label,
                       option_value(arguments, OPTION_OBSERVE));
        return fail_hint(fail, "from 60s on, the time that connections are held is known too");
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (!option_given(arguments, others[i]))
            continue;
        if (!option_typed(arguments, OPTION_OBSERVE)) {
            *ret_window_ms = 0;
            continue;
        }
        (void)fail_set(fail, FAIL_USAGE, "%s: no server is asked with %s", label,
                       option_label(arguments, others[i]));
        return fail_hint(fail, "give one of the two");
    }
    return true;
}

/* --- how far it is --- */

struct progress {
    int64_t window_ms;
    bool is_shown;
    int shown_s; /* what the line says */
};

static void line_put(const char *line)
{
    char padded[LINE_BYTES + 3];
    int length = snprintf(padded, sizeof padded, "\r%-*s\r", 70, line);
    if (length > 0)
        (void)!write(STDERR_FILENO, padded, strlen(padded));
}

static bool on_tick(void *to, int64_t elapsed_ms)
{
    struct progress *progress = to;
    char bar[BAR_CELLS + 1], line[LINE_BYTES], whole[24];
    int64_t cells = elapsed_ms * BAR_CELLS / progress->window_ms;
    int seconds = (int)(elapsed_ms / 1000);
    if (progress->is_shown && seconds != progress->shown_s) {
        size_t filled = cells > BAR_CELLS ? BAR_CELLS : (size_t)cells;
        memset(bar, '.', BAR_CELLS);
        memset(bar, '#', filled);
        bar[BAR_CELLS] = '\0';
        (void)snprintf(line, sizeof line, "  observing %s  %d s of %s", bar, seconds,
                       duration_show(progress->window_ms, whole));
        line_put(line);
        progress->shown_s = seconds;
    }
    return !interrupted;
}

void observe_servers(struct run *run, struct probe_target *targets, size_t count,
                     int64_t timeout_ms, int64_t window_ms)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND}, before;
    struct progress progress = {
        .window_ms = window_ms,
        .is_shown = isatty(STDERR_FILENO) == 1 && !option_given(&run->arguments, OPTION_QUIET),
        .shown_s = -1,
    };
    const struct observing observing = {
        .window_ms = window_ms, .on_tick = on_tick, .to = &progress};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, &before);
    if (before.sa_handler == SIG_IGN) /* a job in the background: Ctrl-C is not meant for it */
        (void)sigaction(SIGINT, &before, NULL);
    probe_observe(run->arena, targets, count, timeout_ms, &observing);
    (void)sigaction(SIGINT, &before, NULL);
    if (progress.is_shown)
        line_put("");
}

bool observe_check(struct run *run, const struct topology *topology,
                   const struct server_input *inputs, struct fail *fail)
{
    bool is_observed = false, has_answered = false;
    for (size_t i = 0; i < topology->server_count; i++) {
        const struct facts *facts = inputs[i].facts;
        has_answered |= facts->answer != ANSWER_NOT_ASKED;
        if (facts->observation == NULL)
            continue;
        is_observed = true;
        const char *why = observation_refused(run->arena, topology, i, facts);
        if (why == NULL)
            continue;
        (void)fail_set(fail, FAIL_SERVER, "%s: %s", server_words(run, topology->servers[i]), why);
        return fail_hint(fail, "observe again, or leave --observe out");
    }
    if (is_observed || has_answered)
        return true;
    (void)fail_set(fail, FAIL_USAGE, "%s: there is no server to observe",
                   option_label(&run->arguments, OPTION_OBSERVE));
    return fail_hint(fail, "give it with --url URL, or as \"url\" in the topology");
}
