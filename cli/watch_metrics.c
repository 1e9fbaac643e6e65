/*
 * A watch's metrics: a sink that keeps the figures of the last look, writes them to a file
 * (--openmetrics), and answers whoever asks for them (--listen).
 */
#include "breaker.h"
#include "input.h"
#include "listen.h"
#include "place.h"
#include "talk.h"
#include "watch_sinks.h"
#include "watch_sized.h"

#include <sys/stat.h>

enum {
    WRITE_LEAST_MS = 1000, /* each write waits for the disk; nobody reads more often */
    FRESH_LEAST_MS = 1000, /* a full server is tried no more often */
};

struct measuring {
    struct watch *watch;
    struct metrics metrics;
    struct watch_sized sized;
    const char *path;          /* NULL: no file */
    struct listener *listener; /* NULL: nobody can ask */
    struct listen_content content;
    int64_t written_ms; /* clock_now_ms(); 0: not since the first look */
    bool is_pending, is_failing, is_said;
};

/* --- the file --- */

static bool file_write(const struct measuring *measuring, struct fail *fail)
{
    struct watch *watch = measuring->watch;
    struct output output;
    struct stat status;
    if (stat(measuring->path, &status) == 0 && !S_ISREG(status.st_mode))
        return fail_set(fail, FAIL_USAGE, "%s: this is not a regular file", measuring->path);
    if (!output_open(&watch->scratch, measuring->path, false, &watch->run->screen, &output, fail))
        return false;
    openmetrics_put(&measuring->metrics, 1, exposition_of_file(measuring->path), &output.text);
    return output_close(&output, fail);
}

/* A disk that is full ends no watch: it is said once. */
static bool file_replace(struct measuring *measuring, struct fail *fail)
{
    struct watch *watch = measuring->watch;
    bool done = file_write(measuring, fail);
    if (!done && !measuring->is_failing)
        watch_event(watch, arena_strdup(&watch->scratch, fail->message));
    else if (done && measuring->is_failing)
        watch_event(watch, arena_printf(&watch->scratch, "%s is written again", measuring->path));
    measuring->is_failing = !done;
    measuring->is_pending = false;
    measuring->written_ms = clock_now_ms();
    return done;
}

/* --- what is seen --- */

static void sized_show(struct measuring *measuring)
{
    const struct watch_sized *sized = &measuring->sized;
    struct metrics *metrics = &measuring->metrics;
    metrics->sizing = sized->sizing;
    metrics->sized = sized->sizing == NULL ? NULL : &sized->sizing->servers[sized->server];
    metrics->alert_connections =
        metrics->began_at_ms == 0 ? UNKNOWN
                                  : alarm_line(&measuring->watch->alarm, metrics->max_connections);
}

static bool measure_take(void *to, const struct moment *moment, struct fail *fail)
{
    struct measuring *measuring = to;
    struct watch *watch = measuring->watch;
    struct fail why = {0};
    (void)fail;
    if (sample_is_look(moment->sample))
        metrics_add(&measuring->metrics, moment->sample, moment->services);
    else
        measuring->metrics.breaker = moment->sample->breaker;
    if (!watch_sized_take(&measuring->sized, moment->sample, &why))
        watch_event(watch,
                    arena_printf(&watch->scratch, "the metrics hold no limits: %s", why.message));
    sized_show(measuring);
    measuring->is_pending = measuring->path != NULL;
    return true;
}

/* --- who asks --- */

static size_t measure_polls(void *to, struct pollfd *ret_polls, size_t room)
{
    const struct measuring *measuring = to;
    return measuring->listener == NULL || room < LISTEN_MOST_FDS
               ? 0
               : listen_fds(measuring->listener, ret_polls);
}

static int64_t measure_until_ms(void *to)
{
    const struct measuring *measuring = to;
    int64_t until_ms = measuring->is_pending ? measuring->written_ms + WRITE_LEAST_MS : INT64_MAX;
    if (measuring->listener == NULL)
        return until_ms;
    if (!measuring->is_said)
        return 0;
    int timeout_ms = listen_timeout_ms(measuring->listener);
    int64_t theirs_ms = timeout_ms < 0 ? INT64_MAX : clock_now_ms() + timeout_ms;
    return theirs_ms < until_ms ? theirs_ms : until_ms;
}

/* Once there is a sink that says it. */
static void where_say(struct measuring *measuring)
{
    struct watch *watch = measuring->watch;
    measuring->is_said = true;
    watch_event(watch, arena_printf(&watch->scratch, "metrics at http://%s/metrics",
                                    listen_where(measuring->listener)));
}

static bool measure_turn(void *to, const struct pollfd *polls, size_t count, struct fail *fail)
{
    struct measuring *measuring = to;
    struct fail why = {0};
    (void)polls;
    (void)count;
    (void)fail;
    if (measuring->listener != NULL && !measuring->is_said)
        where_say(measuring);
    if (measuring->listener != NULL)
        listen_turn(measuring->listener);
    if (measuring->is_pending && clock_now_ms() >= measuring->written_ms + WRITE_LEAST_MS)
        (void)file_replace(measuring, &why);
    return true;
}

static bool measure_end(void *to, const struct watched *watched, int64_t now_ms, struct fail *fail)
{
    struct measuring *measuring = to;
    (void)watched;
    (void)now_ms;
    bool done = !measuring->is_pending && !measuring->is_failing;
    if (!done)
        done = file_replace(measuring, fail);
    listen_close(measuring->listener);
    metrics_free(&measuring->metrics);
    watch_sized_close(&measuring->sized);
    return done;
}

/* --- opening --- */

static bool other_check(const struct run *run, const char *path, const char *other,
                        const char *what, struct fail *fail)
{
    if (other == NULL || !place_same(run->arena, path, other, -1))
        return true;
    (void)fail_set(fail, FAIL_USAGE, "%s: %s is the %s itself",
                   option_label(&run->arguments, OPTION_OPENMETRICS), path, what);
    return fail_hint(fail, "give the metrics a file of their own");
}

/* It is replaced at each look: that must be no other file of this run. */
static bool file_check(const struct run *run, const char *path, struct fail *fail)
{
    const struct arguments *arguments = &run->arguments;
    const char *found = arguments->word_count == 0 ? topology_default(run->arena) : NULL;
    for (size_t i = 0; i < arguments->word_count; i++)
        if (!other_check(run, path, arguments->words[i], "topology", fail))
            return false;
    return other_check(run, path, found, "topology", fail) &&
           other_check(run, path, option_value(arguments, OPTION_RECORD), "record", fail);
}

static bool file_begin(const struct measuring *measuring, struct fail *fail)
{
    if (measuring->path == NULL)
        return true;
    return file_check(measuring->watch->run, measuring->path, fail) &&
           (file_write(measuring, fail) ||
            fail_hint(fail, "%s must lie in a folder where files can be written, with room left",
                      option_label(&measuring->watch->run->arguments, OPTION_OPENMETRICS)));
}

bool metrics_sink_open(struct watch *watch, struct sink *ret_sink, struct fail *fail)
{
    struct run *run = watch->run;
    struct measuring *measuring = ARENA_NEW(run->arena, struct measuring);
    const char *where = option_value(&run->arguments, OPTION_LISTEN);
    int64_t interval_ms = watch->options->interval_ms;
    *measuring = (struct measuring){
        .watch = watch,
        .metrics = {.server = watch->target->name,
                    .alert_connections = UNKNOWN,
                    .on_out_of_memory = run->arena->on_out_of_memory},
        .path = option_value(&run->arguments, OPTION_OPENMETRICS),
        .content = {.servers = &measuring->metrics,
                    .count = 1,
                    .interval_ms = interval_ms > FRESH_LEAST_MS ? interval_ms : FRESH_LEAST_MS},
    };
    *ret_sink = (struct sink){
        .to = measuring,
        .take = measure_take,
        .polls = measure_polls,
        .until_ms = measure_until_ms,
        .turn = measure_turn,
        .end = measure_end,
    };
    watch_sized_open(run, watch->target, &measuring->sized);
    return file_begin(measuring, fail) &&
           (where == NULL || listen_open(run->arena, option_label(&run->arguments, OPTION_LISTEN),
                                         where, &measuring->content, &measuring->listener, fail));
}
