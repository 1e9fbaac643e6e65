#include "snapshot.h"
#include "watch_sinks.h"

#include <errno.h>
#include <string.h>

struct lines {
    struct output output;
    bool quiet;
};

/* A closed pipe is no failure: whoever read has had enough. */
static bool lines_flush(struct lines *lines, struct fail *fail)
{
    if (text_flush(&lines->output.text) || lines->output.write_errno == EPIPE)
        return !lines->output.text.failed;
    return fail_set(fail, FAIL_INTERNAL, "standard output: cannot be written: %s",
                    strerror(lines->output.write_errno));
}

static bool lines_take(void *to, const struct moment *moment, struct fail *fail)
{
    struct lines *lines = to;
    moment_json_put(moment, &lines->output.text);
    return lines_flush(lines, fail);
}

static void lines_event(void *to, int64_t at_ms, const char *words)
{
    const struct lines *lines = to;
    char time[24];
    if (!lines->quiet)
        say("%s %s", time_show(at_ms / 1000, time), words);
}

static bool lines_end(void *to, const struct watched *watched, int64_t now_ms, struct fail *fail)
{
    struct lines *lines = to;
    watched_json_put(watched, now_ms, &lines->output.text);
    return output_close(&lines->output, fail);
}

bool lines_open(struct watch *watch, struct sink *ret_sink, struct fail *fail)
{
    struct run *run = watch->run;
    struct lines *lines = ARENA_NEW(run->arena, struct lines);
    lines->quiet = watch->options->quiet;
    *ret_sink =
        (struct sink){.to = lines, .take = lines_take, .event = lines_event, .end = lines_end};
    return output_open(run->arena, NULL, false, &run->screen, &lines->output, fail);
}
