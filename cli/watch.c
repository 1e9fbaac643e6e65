/*
 * pgsize watch: looks at a live server until it is stopped. What is seen is kept in the library
 * (watched.h), when to look in the loop, and who gets it in the sinks.
 */
#include "signals.h"
#include "terminal.h"
#include "watch_loop.h"
#include "watch_sinks.h"

#include <string.h>
#include <unistd.h>

enum { FAIL_ON_NEVER = 3 };

static void (*died_without_memory)(void);

/* Also then the terminal is given back. */
static void on_out_of_memory(void)
{
    terminal_leave();
    died_without_memory();
}

/* Above the alert: as live-over-alert; full: as server-full. */
static int exit_status(const struct watch *watch)
{
    int fail_on = option_choice(&watch->run->arguments, OPTION_FAIL_ON, SEVERITY_ERROR);
    if (watch->end == WATCH_ALERTED)
        return 1;
    if (fail_on == FAIL_ON_NEVER)
        return 0;
    bool is_error = watch->watched.is_full, is_warning = watch->watched.over_count > 0;
    return (is_error && fail_on <= SEVERITY_ERROR) || (is_warning && fail_on <= SEVERITY_WARNING);
}

/* A server that never said anything, not even that it is full. */
static void answer_check(const struct watch *watch, struct fail *fail)
{
    if (watch->watched.seen + watch->watched.full > 0 || watch->watched.lost == 0)
        return;
    (void)fail_set(fail, FAIL_SERVER, "%s never answered: %s",
                   strcmp(watch->target->name, "server") == 0
                       ? "the server"
                       : arena_printf(watch->run->arena, "server %s", watch->target->name),
                   watch->lost_reason);
}

static void closing_say(void *to, const char *words)
{
    (void)to;
    say("%s", words);
}

static void sinks_end(struct watch *watch, struct fail *fail)
{
    for (size_t i = 0; i < watch->sink_count; i++) {
        struct fail later = {0};
        if (watch->sinks[i].end != NULL &&
            !watch->sinks[i].end(watch->sinks[i].to, &watch->watched, wall_now_ms(), &later))
            (void)fail_set(fail, later.kind, "%s", later.message);
    }
}

static void watch_close(struct watch *watch, struct fail *fail)
{
    sampler_end(&watch->sampler);
    sinks_end(watch, fail);
    watch->alert.say = closing_say; /* the sinks are closed */
    alert_end(&watch->alert, watch->options->timeout_ms);
    answer_check(watch, fail);
}

static bool sink_add(struct watch *watch,
                     bool (*open)(struct watch *watch, struct sink *ret_sink, struct fail *fail),
                     struct fail *fail)
{
    bool done = open(watch, &watch->sinks[watch->sink_count], fail);
    watch->sink_count += done;
    return done;
}

/* Those that may fail come first: the live view takes the terminal. */
static bool sinks_open(struct watch *watch, bool is_live, struct fail *fail)
{
    const struct arguments *arguments = &watch->run->arguments;
    bool has_metrics =
        option_given(arguments, OPTION_OPENMETRICS) || option_given(arguments, OPTION_LISTEN);
    if (option_given(arguments, OPTION_RECORD) && !sink_add(watch, record_sink_open, fail))
        return false;
    if (has_metrics && !sink_add(watch, metrics_sink_open, fail))
        return false;
    if (!is_live)
        return sink_add(watch, lines_open, fail);
    live_open(watch, &watch->sinks[watch->sink_count++]);
    return true;
}

static void alert_say(void *to, const char *words)
{
    watch_event(to, words);
}

static struct watch *watch_new(struct run *run, const struct watch_options *options,
                               const struct watch_target *target, bool is_live)
{
    struct watch *watch = ARENA_NEW(run->arena, struct watch);
    watch->run = run;
    watch->options = options;
    watch->target = target;
    watch->watched.slot_ms = watched_slot_ms(options->interval_ms);
    watch->breaker = options->breaker;
    watch->alarm = target->alarm;
    watch->scratch.on_out_of_memory = run->arena->on_out_of_memory;
    watch->owners.arena.on_out_of_memory = run->arena->on_out_of_memory;
    watch->alert = (struct alert){
        .command = options->alert_command,
        .environment = run->environment,
        .say = alert_say,
        .to = watch,
        .is_mute = is_live && isatty(STDERR_FILENO) == 1,
    };
    sampler_init(&watch->sampler, target->url, options->timeout_ms, run->arena->on_out_of_memory);
    return watch;
}

int watch_run(struct run *run, struct fail *fail)
{
    struct watch_options options;
    struct watch_target target;
    bool is_live = live_is_possible(run);
    if (!watch_options_read(run, &options, fail) || !watch_target_find(run, &target, fail))
        return 0;
    died_without_memory = run->arena->on_out_of_memory;
    run->arena->on_out_of_memory = on_out_of_memory;
    struct watch *watch = watch_new(run, &options, &target, is_live);
    if (!signals_begin(is_live, terminal_leave, fail))
        return 0;
    if (sinks_open(watch, is_live, fail)) {
        watch_loop(watch, fail);
        watch_close(watch, fail);
    } else {
        sinks_end(watch, fail);
    }
    owners_free(&watch->owners);
    arena_free(&watch->scratch);
    signals_end();
    return exit_status(watch);
}
