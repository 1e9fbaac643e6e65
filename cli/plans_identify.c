/*
 * pgsize plans --identify: which provider's plan a server looks like. The server is asked once, or
 * a snapshot of it is read; --offline goes by its host name alone.
 */
#include "plans_view.h"
#include "probe.h"
#include "servers.h"
#include "snapshot.h"
#include "topology.h"
#include "url.h"

enum { DEFAULT_TIMEOUT_MS = 10000 };

static bool url_load(struct run *run, struct url **ret_url, struct fail *fail)
{
    struct fail why = {0};
    if (url_read(run->arena, option_value(&run->arguments, OPTION_IDENTIFY), ret_url, &why))
        return true;
    (void)fail_set(fail, FAIL_USAGE, "%s: %s", option_label(&run->arguments, OPTION_IDENTIFY),
                   why.message);
    return why.hint[0] != '\0' ? fail_hint(fail, "%s", why.hint) : false;
}

/* A server that is full has an answer too: its name, and no more. */
static bool server_ask(struct run *run, const struct url *url, struct facts *ret_facts,
                       struct fail *fail)
{
    int64_t timeout_ms = DEFAULT_TIMEOUT_MS;
    struct probe_target target = {"server", url, ret_facts, .signs = true};
    if (!option_duration(&run->arguments, OPTION_TIMEOUT, &timeout_ms, fail))
        return false;
    probe_servers(run->arena, &target, 1, timeout_ms);
    if (ret_facts->answer != ANSWER_UNREACHABLE)
        return true;
    (void)fail_set(fail, FAIL_SERVER, "the server does not answer: %s", ret_facts->reason);
    return fail_hint(fail, "--offline goes by its host name alone");
}

static bool server_look(struct run *run, const struct provider *providers, size_t count,
                        struct look_list *list, struct fail *fail)
{
    struct url *url;
    struct facts *facts = ARENA_NEW(run->arena, struct facts);
    *facts = facts_unknown;
    if (!url_load(run, &url, fail) ||
        (!option_given(&run->arguments, OPTION_OFFLINE) && !server_ask(run, url, facts, fail)))
        return false;
    const char *host = url_first_host(run->arena, url);
    list->items = ARENA_NEW(run->arena, struct look);
    list->items[list->count++] =
        (struct look){"server", plan_guess(run->arena, host, facts, providers, count)};
    return true;
}

static bool snapshot_look(struct run *run, const struct provider *providers, size_t count,
                          struct look_list *list, struct fail *fail)
{
    struct json_text text;
    struct snapshot snapshot;
    if (!snapshot_file_read(run, option_value(&run->arguments, OPTION_SNAPSHOT), &text, &snapshot,
                            fail))
        return false;
    list->items = ARENA_ARRAY(run->arena, snapshot.count + 1, struct look);
    for (size_t i = 0; i < snapshot.count; i++)
        list->items[list->count++] = (struct look){
            snapshot.names[i], plan_guess(run->arena, NULL, &snapshot.facts[i], providers, count)};
    return true;
}

int plans_identify_run(struct run *run, struct fail *fail)
{
    struct provider *providers;
    size_t count, known = 0;
    struct look_list list = {.items = NULL};
    bool of_snapshot = option_typed(&run->arguments, OPTION_SNAPSHOT);
    if (of_snapshot && option_typed(&run->arguments, OPTION_IDENTIFY)) {
        (void)fail_set(fail, FAIL_USAGE, "--identify and --snapshot name two servers: which one?");
        return 0;
    }
    if (!providers_read(run->arena, &providers, &count, fail) ||
        !(of_snapshot ? snapshot_look : server_look)(run, providers, count, &list, fail))
        return 0;
    for (size_t i = 0; i < list.count; i++)
        known += list.items[i].guesses.best_count > 0;
    const struct showing showing = {.content = &list, .table = looks_table, .json = looks_json};
    if (!show_write(run, &showing, fail))
        return 0;
    return known > 0 ? 0 : 1;
}
