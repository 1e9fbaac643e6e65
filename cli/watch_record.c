/*
 * A watch's record (--record): a sink that appends what is seen to a file. A disk that is full ends
 * no watch: it is said, and what could not be written is counted.
 */
#include "breaker.h"
#include "record_file.h"
#include "watch_sinks.h"

#include <inttypes.h>

struct recording {
    struct record_file file;
    struct watch *watch;
    bool is_failing;
    int64_t missing; /* looks that are not in the file */
};

static bool record_take(void *to, const struct moment *moment, struct fail *fail)
{
    struct recording *recording = to;
    struct watch *watch = recording->watch;
    struct fail why = {0};
    (void)fail;
    if (!sample_is_look(moment->sample))
        return true;
    bool done = record_append(&recording->file, moment->sample, watch->options->interval_ms, &why);
    recording->missing += !done;
    if (!done && !recording->is_failing)
        watch_event(watch, arena_strdup(&watch->scratch, why.message));
    else if (done && recording->is_failing)
        watch_event(watch, "the record is written again");
    recording->is_failing = !done;
    return true;
}

static bool record_end(void *to, const struct watched *watched, int64_t now_ms, struct fail *fail)
{
    struct recording *recording = to;
    const char *path = recording->file.path;
    (void)watched;
    (void)now_ms;
    bool done = record_close(&recording->file, fail);
    return done && recording->missing == 0
               ? true
               : fail_set(fail, FAIL_INTERNAL, "%s: %" PRId64 " looks are not in the record", path,
                          recording->missing);
}

bool record_sink_open(struct watch *watch, struct sink *ret_sink, struct fail *fail)
{
    struct run *run = watch->run;
    struct recording *recording = ARENA_NEW(run->arena, struct recording);
    int64_t most = RECORD_SIZE;
    recording->watch = watch;
    *ret_sink = (struct sink){.to = recording, .take = record_take, .end = record_end};
    return option_bytes(&run->arguments, OPTION_RECORD_SIZE, RECORD_LEAST_SIZE, &most, fail) &&
           record_open(option_value(&run->arguments, OPTION_RECORD), watch->target->name,
                       watch->options->interval_ms, most, run->arena->on_out_of_memory,
                       &recording->file, fail);
}
