#include "servers.h"

#include "budget.h"
#include "fleet.h"
#include "input.h"
#include "name.h"
#include "observe.h"
#include "probe.h"
#include "two_snapshots.h"

#include <inttypes.h>
#include <string.h>

enum { DEFAULT_TIMEOUT_MS = 10000 };

/* Plans that were looked up: a fleet has many servers and few plans. */
struct plan_cache {
    struct name_table names;
    struct {
        const struct provider *provider;
        const struct plan *plan;
        const char *name; /* the catalogue's */
    } found[256];
    size_t count;
};

static bool plan_fail(struct run *run, const struct server *server, const struct fail *why,
                      struct fail *fail)
{
    const char *file;
    unsigned line, column;
    if (server->plan_from_option)
        (void)fail_set(fail, FAIL_USAGE, "%s: %s", option_label(&run->arguments, OPTION_PLAN),
                       why->message);
    else if (origin_place(run->arena, &server->origin, "/plan", &file, &line, &column))
        (void)fail_set(fail, FAIL_INPUT, "%s:%u:%u: servers.%s.plan: %s", file, line, column,
                       server->name, why->message);
    else
        (void)fail_set(fail, FAIL_INPUT, "servers.%s.plan: %s", server->name, why->message);
    return fail_hint(fail, "%s", why->hint);
}

static bool plan_read(struct run *run, struct arena *arena, struct plan_cache *cache,
                      struct server *server, struct server_input *input, struct fail *fail)
{
    size_t index;
    struct fail why = {0};
    if (server->plan == NULL)
        return true;
    if (name_table_find(&cache->names, server->plan, &index)) {
        input->provider = cache->found[index].provider;
        input->plan = cache->found[index].plan;
        server->plan = cache->found[index].name;
        return true;
    }
    if (!plan_find(arena, server->plan, &input->provider, &input->plan, &why))
        return plan_fail(run, server, &why, fail);
    /* However it was typed, from here on the plan has the catalogue's name. */
    const char *typed = server->plan;
    server->plan = arena_printf(arena, "%s/%s", input->provider->id, input->plan->id);
    if (cache->count < sizeof cache->found / sizeof cache->found[0]) {
        cache->found[cache->count].name = server->plan;
        cache->found[cache->count].provider = input->provider;
        cache->found[cache->count].plan = input->plan;
        (void)name_table_add(&cache->names, arena, typed, cache->count++, NULL);
    }
    return true;
}

bool environment_names_server(const struct run *run)
{
    static const char *const names[] = {"PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE",
                                        "PGDATABASE"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (variable(run, names[i]) != NULL)
            return true;
    return false;
}

bool is_environments(const struct run *run, const struct topology *topology,
                     const struct server *server)
{
    return topology->server_count == 1 && server->url == NULL && server->plan == NULL &&
           server->max_connections == UNKNOWN && server->max_connections_option == UNKNOWN &&
           environment_names_server(run);
}

const char *server_words(const struct run *run, const struct server *server)
{
    return strcmp(server->name, "server") == 0
               ? "the server"
               : arena_printf(run->arena, "server %s", server->name);
}

void snapshot_lack_say(const struct run *run, const char *file, const struct server *server,
                       const struct facts *facts)
{
    const char *words = server_words(run, server);
    if (facts == NULL)
        say("%s: holds nothing about %s", file, words);
    else if (facts->answer == ANSWER_NOT_ASKED)
        say("%s: %s did not answer that run, so nothing is taken from it", file, words);
    else if (facts->sessions == UNKNOWN && facts->answer != ANSWER_FULL)
        say("%s: holds no sessions of %s, so they are not judged", file, words);
}

bool snapshot_file_read(struct run *run, const char *path, struct json_text *ret_text,
                        struct snapshot *ret_snapshot, struct fail *fail)
{
    return file_read(run->arena, path, "a snapshot is what --format json=FILE wrote earlier",
                     ret_text, fail) &&
           snapshot_read(run->arena, ret_text, ret_snapshot, fail);
}

static bool snapshot_use(struct run *run, const struct topology *topology,
                         struct server_input *inputs, struct fail *fail)
{
    struct json_text text;
    struct snapshot snapshot;
    if (!snapshot_file_read(run, option_value(&run->arguments, OPTION_SNAPSHOT), &text, &snapshot,
                            fail))
        return false;
    for (size_t i = 0; i < topology->server_count; i++) {
        const struct facts *facts =
            snapshot_find(&snapshot, topology->servers[i]->name, topology->server_count);
        if (facts != NULL)
            inputs[i].facts = facts;
        if (!option_given(&run->arguments, OPTION_QUIET))
            snapshot_lack_say(run, text.name, topology->servers[i], facts);
    }
    return true;
}

/* Whether anything but the server itself says max_connections. */
static bool has_other_source(const struct server *server, const struct server_input *input)
{
    return server->max_connections != UNKNOWN || server->max_connections_option != UNKNOWN ||
           (input->plan != NULL && input->plan->max_connections != UNKNOWN);
}

/* Whether it did not answer, and nothing may stand in for its answer. */
static bool is_missing(const struct run *run, const struct server *server,
                       const struct server_input *input)
{
    bool must_answer =
        server->url_from_outside || server->url == NULL || run->command->bit == FOR_INSPECT;
    return input->facts->answer == ANSWER_UNREACHABLE &&
           (must_answer || !has_other_source(server, input));
}

static void missing_say(const struct run *run, const struct topology *topology,
                        const struct server *server, const struct facts *facts)
{
    const char *hint = facts->advice;
    if (run->command->bit == FOR_INSPECT)
        hint = hint == NULL ? "" : hint; /* it is about this server alone: nothing stands in */
    else if (hint == NULL)
        hint = "--offline with --max-connections N or --plan sizes without it";
    else if (topology->server_count == 1 && !facts->refused)
        hint = arena_printf(run->arena, "%s. Without it: --offline --max-connections N", hint);
    say("%s %s: %s", server_words(run, server), facts->refused ? "refuses" : "does not answer",
        facts->reason);
    if (*hint != '\0')
        say_more(hint);
}

/* Each server that had to answer and did not is said. What the others answered is shown all the
 * same, where there are any; but a baseline without one of them would be half of one. */
static bool answers_check(const struct run *run, const struct topology *topology,
                          struct server_input *inputs, struct fail *fail)
{
    size_t missing = 0;
    for (size_t i = 0; i < topology->server_count; i++) {
        if (!is_missing(run, topology->servers[i], &inputs[i]))
            continue;
        struct facts *facts = ARENA_NEW(run->arena, struct facts);
        *facts = *inputs[i].facts;
        facts->answer = ANSWER_MISSING;
        inputs[i].facts = facts;
        missing++;
        missing_say(run, topology, topology->servers[i], facts);
    }
    bool others_answer = missing < topology->server_count;
    if (missing == 0 || (others_answer && !option_given(&run->arguments, OPTION_WRITE_BASELINE)))
        return true;
    fail->kind = FAIL_SERVER;
    return false;
}

static bool probe_use(struct run *run, const struct topology *topology, struct server_input *inputs,
                      int64_t timeout_ms, int64_t window_ms, struct fail *fail)
{
    struct probe_target *targets =
        ARENA_ARRAY(run->arena, topology->server_count, struct probe_target);
    size_t count = 0;
    for (size_t i = 0; i < topology->server_count; i++) {
        const struct server *server = topology->servers[i];
        if (server->url == NULL && !is_environments(run, topology, server))
            continue;
        struct facts *facts = ARENA_NEW(run->arena, struct facts);
        *facts = *inputs[i].facts;
        inputs[i].facts = facts;
        targets[count++] = (struct probe_target){server->name, server->url, facts,
                                                 .signs = run->command->bit == FOR_INSPECT};
        if (option_given(&run->arguments, OPTION_VERBOSE))
            say("asking %s", server_words(run, server));
    }
    if (window_ms > 0)
        observe_servers(run, targets, count, timeout_ms, window_ms);
    else
        probe_servers(run->arena, targets, count, timeout_ms);
    return answers_check(run, topology, inputs, fail) &&
           (window_ms == 0 || observe_check(run, topology, inputs, fail));
}

static bool figure_fail(struct run *run, const struct server *server, const char *key,
                        const char *message, struct fail *fail)
{
    const char *file;
    unsigned line, column;
    const char *pointer = arena_printf(run->arena, "/%s", key);
    if (origin_place(run->arena, &server->origin, pointer, &file, &line, &column))
        return fail_set(fail, FAIL_INPUT, "%s:%u:%u: servers.%s.%s: %s", file, line, column,
                        server->name, key, message);
    return fail_set(fail, FAIL_USAGE, "servers.%s.%s: %s", server->name, key, message);
}

/* What the topology says against what other sources have. Where all of it stands in the topology,
 * it was judged there. */
static bool figures_of_check(struct run *run, const struct server *server,
                             const struct server_input *input, struct fail *fail)
{
    struct budget budget = budget_make(server, input);
    if (budget.source == SOURCE_NONE)
        return true;
    int64_t most = budget.max_connections,
            kept = budget.superuser_reserved_connections + budget.reserved_connections;
    const char *source = source_name(budget.source), *message;
    if (most <= kept) {
        message = arena_printf(run->arena,
                               "must be more than superuser_reserved_connections + "
                               "reserved_connections, %" PRId64 ", got %" PRId64,
                               kept, most);
        (void)(budget.source == SOURCE_OPTION
                   ? fail_set(fail, FAIL_USAGE, "%s: %s",
                              option_label(&run->arguments, OPTION_MAX_CONNECTIONS), message)
                   : figure_fail(run, server, "max_connections",
                                 arena_printf(run->arena, "%s (%s)", message, source), fail));
        return fail_hint(fail, "PostgreSQL does not start so; superuser_reserved_connections is 3 "
                               "where nothing else says it");
    }
    const struct amount *alert = &server->alert_at;
    if (!alert->given || alert->is_share || alert->value <= most)
        return true;
    message =
        arena_printf(run->arena, "must be at most max_connections, %" PRId64 " (%s), got %" PRId64,
                     most, source, alert->value);
    (void)figure_fail(run, server, "alert_at", message, fail);
    return fail_hint(fail, "a share moves with it: \"80%%\"");
}

static bool figures_check(struct run *run, const struct topology *topology,
                          const struct server_input *inputs, struct fail *fail)
{
    for (size_t i = 0; i < topology->server_count; i++)
        if (!figures_of_check(run, topology->servers[i], &inputs[i], fail))
            return false;
    return true;
}

static bool sources_read(struct run *run, const struct topology *topology,
                         struct server_input *inputs, struct fail *fail)
{
    int64_t window_ms, timeout_ms = DEFAULT_TIMEOUT_MS;
    if (!observe_read(run, &window_ms, fail) ||
        !option_duration(&run->arguments, OPTION_TIMEOUT, &timeout_ms, fail) ||
        !two_snapshots_check(run, fail))
        return false;
    if (run->arguments.options[OPTION_SNAPSHOT].count == 2)
        return two_snapshots_use(run, topology, inputs, fail);
    if (option_given(&run->arguments, OPTION_SNAPSHOT))
        return snapshot_use(run, topology, inputs, fail);
    if (option_given(&run->arguments, OPTION_OFFLINE))
        return true;
    return probe_use(run, topology, inputs, timeout_ms, window_ms, fail);
}

static bool plans_read(struct run *run, struct arena *arena, const struct topology *topology,
                       struct server_input *ret_inputs, struct fail *fail)
{
    struct plan_cache cache = {0};
    for (size_t i = 0; i < topology->server_count; i++) {
        ret_inputs[i] = (struct server_input){.facts = &facts_unknown};
        if (!plan_read(run, arena, &cache, topology->servers[i], &ret_inputs[i], fail))
            return false;
    }
    return true;
}

bool servers_again(struct run *run, struct arena *arena, const struct topology *before,
                   const struct server_input *inputs, const struct topology *topology,
                   struct server_input *ret_inputs, struct fail *fail)
{
    if (!plans_read(run, arena, topology, ret_inputs, fail))
        return false;
    size_t next = 0; /* both are in file order: mostly it is the one behind the last */
    for (size_t i = 0; i < topology->server_count; i++) {
        for (size_t n = 0; n < before->server_count; n++) {
            size_t at = (next + n) % before->server_count;
            if (strcmp(before->servers[at]->name, topology->servers[i]->name) != 0)
                continue;
            ret_inputs[i].facts = inputs[at].facts;
            ret_inputs[i].history = inputs[at].history;
            next = at + 1;
            break;
        }
    }
    return figures_check(run, topology, ret_inputs, fail);
}

/* What a provider says changes: what it said over a year ago is said with its date. */
void plan_ages_find(const struct topology *topology, struct server_input *inputs, int64_t now_s)
{
    enum { YEAR_S = 366 * 86400 };
    for (size_t i = 0; i < topology->server_count; i++) {
        const struct plan *plan = inputs[i].plan;
        if (plan == NULL || plan->max_connections == UNKNOWN || plan->as_of_s == 0 ||
            now_s - plan->as_of_s < YEAR_S)
            continue;
        struct budget budget = budget_make(topology->servers[i], &inputs[i]);
        if (budget.source == SOURCE_PLAN || inputs[i].provider->limits_role)
            inputs[i].plan_age = plan->as_of;
    }
}

bool servers_read(struct run *run, const struct topology *topology, struct server_input *ret_inputs,
                  struct fail *fail)
{
    if (!plans_read(run, run->arena, topology, ret_inputs, fail))
        return false;
    if (!sources_read(run, topology, ret_inputs, fail))
        return false;
    return figures_check(run, topology, ret_inputs, fail);
}

const char *servers_list(struct arena *arena, const struct topology *topology)
{
    enum { LISTED = 5, LIST_BYTES = 200 };
    const char **names = ARENA_ARRAY(arena, topology->server_count + 1, const char *);
    char *list = arena_alloc(arena, LIST_BYTES);
    for (size_t i = 0; i < topology->server_count; i++)
        names[i] = topology->servers[i]->name;
    name_list(names, topology->server_count, LISTED, list, LIST_BYTES);
    return list;
}
