/*
 * inspect: one look at a live server. It is read, judged and rendered as check is, but the word on
 * the command line is a server, and that must answer.
 */
#include "servers.h"
#include "sizing_run.h"

#include <string.h>

#define TOPOLOGY "{\"servers\": {\"server\": {}}, \"services\": {}}"
const struct json_text inspect_topology = {.bytes = TOPOLOGY, .length = sizeof TOPOLOGY - 1};

bool inspect_no_server(struct fail *fail)
{
    (void)fail_set(fail, FAIL_INPUT,
                   "which server? no URL is given, and no topology is here or above");
    return fail_hint(fail,
                     "pgsize inspect URL; or set DATABASE_URL, or PGHOST; or --snapshot FILE");
}

/* The word is what --url would say. */
static bool word_take(struct run *run, struct fail *fail)
{
    struct arguments *arguments = &run->arguments;
    struct option_values *urls = &arguments->options[OPTION_URL];
    if (arguments->word_count == 0)
        return true;
    const char *word = arguments->words[0];
    if (strstr(word, "://") == NULL && strchr(word, '=') == NULL) {
        (void)fail_set(fail, FAIL_USAGE, "%.100s: this is no URL", word);
        return fail_hint(fail, "postgresql://USER@HOST/DATABASE; the topology is pgsize.json here "
                               "or above, and needs no naming");
    }
    if (option_typed(arguments, OPTION_URL)) {
        (void)fail_set(fail, FAIL_USAGE, "a URL is given, and --url as well");
        return fail_hint(fail, "leave one of them out");
    }
    *urls = (struct option_values){.values = arguments->words, .count = 1};
    arguments->word_count = 0;
    return true;
}

/* --- whom there is to look at --- */

/* Some of several may have no url, or not be in the snapshot; not all. */
static bool answers_check(const struct run *run, const struct topology *topology,
                          const struct server_input *inputs, struct fail *fail)
{
    for (size_t i = 0; i < topology->server_count; i++)
        if (facts_has_answered(inputs[i].facts))
            return true;
    if (option_given(&run->arguments, OPTION_SNAPSHOT))
        return fail_set(fail, FAIL_INPUT, "%s: holds nothing of a server to look at",
                        option_value(&run->arguments, OPTION_SNAPSHOT));
    if (option_given(&run->arguments, OPTION_OFFLINE)) {
        (void)fail_set(fail, FAIL_USAGE, "%s: no server is asked, and there is no snapshot",
                       option_label(&run->arguments, OPTION_OFFLINE));
        return fail_hint(fail, "pgsize inspect --snapshot FILE");
    }
    (void)fail_set(fail, FAIL_INPUT, "no server of the topology has a \"url\" to ask");
    return fail_hint(fail, topology->server_count == 1 ? "pgsize inspect URL"
                                                       : "pgsize inspect --url NAME=URL");
}

/* --- what was before --- */

static bool before_read(struct run *run, const struct topology *topology, struct report *report,
                        struct fail *fail)
{
    struct json_text text;
    struct snapshot snapshot;
    bool is_any = false;
    const char *path = option_value(&run->arguments, OPTION_BEFORE);
    if (path == NULL)
        return true;
    if (!snapshot_file_read(run, path, &text, &snapshot, fail))
        return false;
    const struct facts **before =
        ARENA_ARRAY(run->arena, topology->server_count + 1, const struct facts *);
    for (size_t i = 0; i < topology->server_count; i++) {
        const struct facts *facts =
            snapshot_find(&snapshot, topology->servers[i]->name, topology->server_count);
        if (facts != NULL && facts->sessions != UNKNOWN)
            before[i] = facts;
        else if (!option_given(&run->arguments, OPTION_QUIET))
            snapshot_lack_say(run, text.name, topology->servers[i], facts);
        is_any |= before[i] != NULL;
    }
    report->before = before;
    report->before_file = text.name;
    if (is_any)
        return true;
    return fail_set(fail, FAIL_INPUT, "%s: holds no sessions to compare with", text.name);
}

bool inspect_read(struct run *run, const struct topology *topology,
                  const struct server_input *inputs, struct report *report, struct fail *fail)
{
    return answers_check(run, topology, inputs, fail) && before_read(run, topology, report, fail);
}

/* The one would be asked, or the other read. */
static bool source_check(const struct run *run, struct fail *fail)
{
    if (!option_typed(&run->arguments, OPTION_URL) ||
        !option_typed(&run->arguments, OPTION_SNAPSHOT))
        return true;
    (void)fail_set(fail, FAIL_USAGE, "a URL and --snapshot: is the server to be asked, or not?");
    return fail_hint(fail, "leave one of them out");
}

int inspect_run(struct run *run, struct fail *fail)
{
    return word_take(run, fail) && source_check(run, fail) ? sizing_run(run, PURPOSE_INSPECT, fail)
                                                           : 0;
}
