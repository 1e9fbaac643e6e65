#include "watch_options.h"

#include "fleet.h"
#include "servers.h"
#include "sessions.h"

#include <string.h>
#include <time.h>

enum {
    INTERVAL_MS = 5000,
    INTERVAL_LEAST_MS = 100,
    TIMEOUT_MS = 10000,
    DAY_MS = 24 * 3600 * 1000,
    MOST_IN_A_ROW = 1000,
    DEFAULT_ALERT = 80000, /* 80 %, as everywhere */
};

static bool duration_between(const struct run *run, enum option_id id, int64_t least_ms,
                             int64_t most_ms, const char *words, int64_t *ret_ms, struct fail *fail)
{
    if (!option_duration(&run->arguments, id, ret_ms, fail))
        return false;
    if (*ret_ms >= least_ms && *ret_ms <= most_ms)
        return true;
    return fail_set(fail, FAIL_USAGE, "%s: must be %s, got \"%.40s\"",
                    option_label(&run->arguments, id), words, option_value(&run->arguments, id));
}

/* --- which files --- */

static bool dash_check(const struct arguments *arguments, enum option_id id, struct fail *fail)
{
    const char *path = option_value(arguments, id);
    if (path == NULL || strcmp(path, "-") != 0)
        return true;
    (void)fail_set(fail, FAIL_USAGE, "%s: must be a file, got \"-\"", option_label(arguments, id));
    return fail_hint(fail, "standard output has the looks; ./- is a file that is called so");
}

static bool files_check(const struct arguments *arguments, struct fail *fail)
{
    if (option_typed(arguments, OPTION_RECORD_SIZE) && !option_given(arguments, OPTION_RECORD)) {
        (void)fail_set(fail, FAIL_USAGE, "%s: there is no record to thin",
                       option_label(arguments, OPTION_RECORD_SIZE));
        return fail_hint(fail, "name it: --record FILE");
    }
    return dash_check(arguments, OPTION_RECORD, fail) &&
           dash_check(arguments, OPTION_OPENMETRICS, fail);
}

bool watch_options_read(struct run *run, struct watch_options *ret_options, struct fail *fail)
{
    const struct arguments *arguments = &run->arguments;
    *ret_options = (struct watch_options){
        .interval_ms = INTERVAL_MS,
        .timeout_ms = TIMEOUT_MS,
        .breaker = {.most_failures = 5, .wanted_successes = 2, .open_ms = 60000},
        .alert_command = option_value(arguments, OPTION_ALERT),
        .until_alert = option_given(arguments, OPTION_UNTIL_ALERT),
        .quiet = option_given(arguments, OPTION_QUIET),
    };
    struct breaker *breaker = &ret_options->breaker;
    return files_check(arguments, fail) &&
           duration_between(run, OPTION_INTERVAL, INTERVAL_LEAST_MS, DAY_MS, "from 100ms to 24h",
                            &ret_options->interval_ms, fail) &&
           option_duration(arguments, OPTION_FOR, &ret_options->for_ms, fail) &&
           option_duration(arguments, OPTION_TIMEOUT, &ret_options->timeout_ms, fail) &&
           option_count(arguments, OPTION_BREAKER_FAILURES, 1, MOST_IN_A_ROW,
                        &breaker->most_failures, fail) &&
           option_count(arguments, OPTION_BREAKER_SUCCESSES, 1, MOST_IN_A_ROW,
                        &breaker->wanted_successes, fail) &&
           duration_between(run, OPTION_BREAKER_TIME, INTERVAL_LEAST_MS, DAY_MS,
                            "from 100ms to 24h", &breaker->open_ms, fail);
}

/* --- which server --- */

/* Whether a word is where to connect, not a file: URL or key=value. */
static bool is_url(const char *word)
{
    return strstr(word, "://") != NULL || strchr(word, '=') != NULL;
}

/* A URL among the words is what --url says; for --server NAME it is that server's. */
static bool words_sort(struct run *run, struct fail *fail)
{
    struct arguments *arguments = &run->arguments;
    struct option_values *urls = &arguments->options[OPTION_URL];
    const char *url = NULL, *server = option_value(arguments, OPTION_SERVER);
    size_t kept = 0;
    for (size_t i = 0; i < arguments->word_count; i++) {
        if (!is_url(arguments->words[i]))
            arguments->words[kept++] = arguments->words[i];
        else if (url == NULL)
            url = arguments->words[i];
        else
            return fail_set(fail, FAIL_USAGE, "there are two URLs: one server is watched");
    }
    arguments->word_count = kept;
    if (url == NULL)
        return true;
    if (urls->count > 0 && !urls->from_environment) {
        (void)fail_set(fail, FAIL_USAGE, "there is a URL, and --url");
        return fail_hint(fail, "one server is watched: give one of the two");
    }
    const char **values = ARENA_ARRAY(run->arena, 1, const char *);
    values[0] = server == NULL ? url : arena_printf(run->arena, "%s=%s", server, url);
    *urls = (struct option_values){.values = values, .count = 1};
    return true;
}

static bool server_choose(const struct run *run, const struct topology *topology,
                          size_t *ret_server, struct fail *fail)
{
    const char *wanted = option_value(&run->arguments, OPTION_SERVER);
    for (size_t i = 0; i < topology->server_count; i++) {
        *ret_server = i;
        if (wanted != NULL && strcmp(wanted, topology->servers[i]->name) == 0)
            return true;
    }
    if (wanted == NULL && topology->server_count == 1)
        return true;
    if (wanted != NULL)
        (void)fail_set(fail, FAIL_USAGE, "%s: there is no server \"%.60s\"",
                       option_label(&run->arguments, OPTION_SERVER), wanted);
    else if (topology->server_count == 0)
        (void)fail_set(fail, FAIL_USAGE, "the topology has no server to watch");
    else
        (void)fail_set(fail, FAIL_USAGE, "the topology has several servers: one is watched");
    if (topology->server_count == 0)
        return fail_hint(fail, "give its URL: pgsize watch URL");
    return fail_hint(fail, "name it with --server: %s", servers_list(run->arena, topology));
}

static bool target_make(struct run *run, struct topology *topology, size_t index,
                        struct watch_target *ret_target, struct fail *fail)
{
    const struct server *server = topology->servers[index];
    struct sizing *owners = ARENA_NEW(run->arena, struct sizing);
    if (server->url == NULL && !is_environments(run, topology, server)) {
        (void)fail_set(fail, FAIL_USAGE, "servers.%s: there is no url to connect to", server->name);
        return fail_hint(fail, "give it: pgsize watch URL, or as \"url\" in the topology");
    }
    session_owners_make(run->arena, topology, owners);
    const struct amount *alert = &server->alert_at;
    *ret_target = (struct watch_target){
        .name = server->name,
        .url = server->url,
        .alarm = {.is_share = !alert->given || alert->is_share,
                  .at = alert->given ? alert->value : DEFAULT_ALERT},
        .owners = owners,
        .server = index,
        .topology = topology,
    };
    return true;
}

bool watch_target_find(struct run *run, struct watch_target *ret_target, struct fail *fail)
{
    struct topology_input input;
    struct topology *topology = ARENA_NEW(run->arena, struct topology);
    size_t server = 0;
    return words_sort(run, fail) &&
           topology_find(run, (int64_t)time(NULL), &input, topology, fail) &&
           server_choose(run, topology, &server, fail) &&
           target_make(run, topology, server, ret_target, fail);
}
