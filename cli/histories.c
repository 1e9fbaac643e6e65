#include "histories.h"

#include "history.h"
#include "json.h"
#include "lines.h"
#include "servers.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* A record that is being read. */
struct record_source {
    struct lines lines;
    const char *server; /* that the argument names; NULL: none */
};

static bool server_find(const struct topology *topology, const char *name, size_t *ret_server)
{
    for (size_t i = 0; i < topology->server_count; i++)
        if (strcmp(topology->servers[i]->name, name) == 0) {
            *ret_server = i;
            return true;
        }
    return false;
}

/* "core=core.record", where there is a server core: else it is all a file's name. */
static struct record_source source_of(struct run *run, const char *argument,
                                      const struct topology *topology)
{
    struct record_source source = {.lines = {.path = argument, .fd = -1}};
    const char *equals = strchr(argument, '=');
    size_t ignored;
    if (equals == NULL || topology == NULL)
        return source;
    const char *name = arena_strndup(run->arena, argument, (size_t)(equals - argument));
    if (!server_find(topology, name, &ignored))
        return source;
    source.server = name;
    source.lines.path = equals + 1;
    return source;
}

/* What stands before an equals sign was meant to be a server, perhaps. */
static bool missing_hint(struct run *run, const char *path, const struct topology *topology,
                         struct fail *fail)
{
    const char *equals = strchr(path, '=');
    if (equals != NULL && topology != NULL)
        return fail_hint(fail, "there is no server \"%.*s\" either; servers here: %s",
                         (int)(equals - path < 60 ? equals - path : 60), path,
                         servers_list(run->arena, topology));
    return fail_hint(fail, "pgsize watch --record FILE writes a record; of one of several servers "
                           "it is given as NAME=FILE");
}

static bool source_open(struct run *run, struct record_source *source,
                        const struct topology *topology, struct fail *fail)
{
    struct lines *lines = &source->lines;
    if (strcmp(lines->path, "-") == 0) {
        lines->path = JSON_STANDARD_INPUT;
        lines->fd = STDIN_FILENO;
        return true;
    }
    lines->fd = open(lines->path, O_RDONLY | O_CLOEXEC);
    if (lines->fd >= 0)
        return true;
    int error = errno;
    (void)fail_set(fail, FAIL_INPUT, "%s: cannot be read: %s", lines->path, strerror(error));
    return error == ENOENT && missing_hint(run, lines->path, topology, fail);
}

static void source_close(struct record_source *source)
{
    if (source->lines.fd > STDIN_FILENO)
        (void)close(source->lines.fd);
}

static bool not_a_record(const struct lines *lines, const char *why, struct fail *fail)
{
    (void)fail_set(fail, FAIL_INPUT, "%s:1: this is no record: %s", lines->path, why);
    return fail_hint(fail, "a record is what pgsize watch --record FILE writes");
}

/* --- whose it is --- */

static bool server_unknown(struct run *run, const struct topology *topology,
                           const struct lines *lines, const char *server, struct fail *fail)
{
    (void)fail_set(fail, FAIL_INPUT,
                   "%s: this is the record of server \"%.60s\", which the topology has not",
                   lines->path, server);
    return fail_hint(fail, "say whose it is: --history NAME=%.60s; servers here: %s", lines->path,
                     servers_list(run->arena, topology));
}

static bool server_of(struct run *run, const struct topology *topology,
                      const struct record_source *source, const char *named, size_t *ret_server,
                      struct fail *fail)
{
    *ret_server = 0;
    if (source->server != NULL)
        return server_find(topology, source->server, ret_server);
    return topology == NULL || topology->server_count == 1 ||
           server_find(topology, named, ret_server) ||
           server_unknown(run, topology, &source->lines, named, fail);
}

/* The first line alone, for its server. */
static bool first_read(struct arena *arena, const struct lines *lines, const char **ret_server,
                       struct fail *fail)
{
    struct record record = record_new(arena);
    struct record_line line;
    const char *why = "it is too long";
    if (!lines->is_whole)
        return not_a_record(lines, "its first line has no end", fail);
    if (lines->is_cut ||
        !record_line_read(&record, arena, lines->bytes, lines->length, &line, &why))
        return not_a_record(lines, why, fail);
    *ret_server = record.server;
    return true;
}

/* --- what it says --- */

static void damage_say(const struct run *run, const struct history *history,
                       const struct lines *lines, bool is_torn)
{
    if (option_given(&run->arguments, OPTION_QUIET))
        return;
    if (history == NULL)
        say("%s: holds no sample yet", lines->path);
    else if (history->damaged > 0)
        say("%s:%" PRId64 ": no line of a record: %" PRId64 " %s passed over", lines->path,
            history->damaged_line, history->damaged,
            plural(history->damaged, "line is", "lines are"));
    if (is_torn && option_given(&run->arguments, OPTION_VERBOSE))
        say("%s: its last line has no end yet, and is passed over", lines->path);
}

/* A last line without an end is one that is being written, or that a killed watcher left. */
static bool lines_take(struct run *run, struct record_source *source,
                       struct history_reading *reading, const struct history **ret_history,
                       struct fail *fail)
{
    struct lines *lines = &source->lines;
    bool is_torn = false;
    do {
        const char *ignored;
        is_torn = !lines->is_whole;
        if (!is_torn)
            (void)!history_line(reading, lines->is_cut ? NULL : lines->bytes, lines->length,
                                &ignored);
    } while (lines_next(lines, fail));
    *ret_history = history_end(reading);
    if (fail->kind == FAIL_NONE)
        damage_say(run, *ret_history, lines, is_torn);
    return fail->kind == FAIL_NONE;
}

static bool source_read(struct run *run, struct record_source *source,
                        const struct topology *topology, size_t *ret_server,
                        const struct history **ret_history, struct fail *fail)
{
    struct arena buffer = {.on_out_of_memory = run->arena->on_out_of_memory};
    struct lines *lines = &source->lines;
    const char *named = NULL;
    lines->arena = &buffer;
    lines->most = RECORD_MOST_LINE;
    bool done = false;
    if (lines_next(lines, fail))
        done =
            first_read(&buffer, lines, &named, fail) &&
            server_of(run, topology, source, named, ret_server, fail) &&
            lines_take(run, source, history_begin(run->arena, topology, *ret_server, lines->path),
                       ret_history, fail);
    else if (fail->kind == FAIL_NONE)
        (void)not_a_record(lines, "it is empty", fail);
    arena_free(&buffer);
    return done;
}

bool history_read(struct run *run, const char *argument, const struct topology *topology,
                  size_t *ret_server, const struct history **ret_history, struct fail *fail)
{
    struct record_source source = source_of(run, argument, topology);
    bool done = source_open(run, &source, topology, fail) &&
                source_read(run, &source, topology, ret_server, ret_history, fail);
    source_close(&source);
    return done;
}

bool histories_read(struct run *run, const struct topology *topology, struct server_input *inputs,
                    struct fail *fail)
{
    const struct option_values *values = &run->arguments.options[OPTION_HISTORY];
    for (size_t i = 0; i < values->count; i++) {
        const struct history *history;
        size_t server;
        if (!history_read(run, values->values[i], topology, &server, &history, fail))
            return false;
        if (inputs[server].history != NULL) {
            (void)fail_set(fail, FAIL_USAGE, "%s: %s has two records, %s and %s",
                           option_label(&run->arguments, OPTION_HISTORY),
                           server_words(run, topology->servers[server]),
                           inputs[server].history->path, values->values[i]);
            return fail_hint(fail, "give one of them; or say whose they are: --history NAME=FILE");
        }
        inputs[server].history = history;
    }
    return true;
}
