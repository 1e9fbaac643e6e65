/*
 * pgsize plans --fit: the smallest plan of each provider that holds a topology. Each plan is sized
 * for real, from the smallest on: nothing is inferred from another one's answer.
 */
#include "budget.h"
#include "faults_say.h"
#include "input.h"
#include "inverse.h"
#include "jobs.h"
#include "plan_pattern.h"
#include "plans_view.h"
#include "servers.h"
#include "sizing_options.h"
#include "zones.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SERVERS_MOST = 50, SIZES = 256 };

/* A topology and what its servers are sized with; `server` is the one whose plan is looked for. */
struct fitting {
    struct run *run;
    const struct topology *topology;
    struct server_input *inputs;
    size_t server;
};

/* What the answer goes by is the plan's alone, and what the service runs on now is not. */
static void server_forget(struct server *server)
{
    server->plan = NULL;
    server->max_connections = server->max_connections_option = UNKNOWN;
    server->superuser_reserved_connections = server->reserved_connections = UNKNOWN;
}

/* A standby has its own question: here it stops nothing. */
static void standby_forget(struct server *server)
{
    server_forget(server);
    server->max_connections = MAX_CONNECTIONS_LIMIT;
}

/* Whether all needs are met within the budget, and those needs stay below the alert. */
static bool is_enough(const struct server_sizing *server)
{
    if (server->budget.source != SOURCE_PLAN || !server->fits ||
        server->peak > server->budget.budget ||
        budget_over_alert(&server->budget, server->needed_peak))
        return false;
    for (size_t i = 0; i < server->class_count; i++)
        if (server->classes[i]->pools_at_peak > 0 &&
            class_wanted(server->classes[i]) > server->classes[i]->limit)
            return false;
    return true;
}

static bool plan_try(const struct fitting *fitting, const struct provider *provider,
                     const struct plan *plan, struct fit *ret_fit, bool *ret_holds,
                     struct fail *fail)
{
    struct arena arena = {.on_out_of_memory = fitting->run->arena->on_out_of_memory};
    const struct topology *topology = fitting->topology;
    struct server_input *inputs =
        ARENA_ARRAY(&arena, topology->server_count + 1, struct server_input);
    memcpy(inputs, fitting->inputs, topology->server_count * sizeof *inputs);
    inputs[fitting->server].provider = provider;
    inputs[fitting->server].plan = plan;
    struct recommend_options options;
    struct sizing sizing;
    bool good = sizing_options_make(fitting->run, PURPOSE_RECOMMEND, topology, &options, fail) &&
                recommend(&arena, topology, inputs, &options, &sizing, fail);
    if (good) {
        const struct server_sizing *server = &sizing.servers[fitting->server];
        *ret_holds = is_enough(server);
        ret_fit->peak = server->needed_peak;
        ret_fit->kept = server->budget.kept;
    }
    arena_free(&arena);
    return good;
}

/* The smallest first: by connections, then by memory and CPUs, where they are known. */
static int plan_compare(const void *a, const void *b)
{
    const struct plan *left = *(const struct plan *const *)a,
                      *right = *(const struct plan *const *)b;
    if (left->max_connections != right->max_connections)
        return left->max_connections < right->max_connections ? -1 : 1;
    if (left->memory_gib != right->memory_gib)
        return left->memory_gib < right->memory_gib ? -1 : 1;
    if (left->vcpu != right->vcpu)
        return left->vcpu < right->vcpu ? -1 : 1;
    return (left > right) - (left < right);
}

/* One of each limit that a pattern with a single place for a number stands for, up to a size that
 * nobody sells. */
static size_t sizes_add(struct arena *arena, const struct provider *provider,
                        const struct plan *pattern, const struct plan **plans, size_t count)
{
    const char *open = strchr(pattern->id, '{'), *close = strchr(pattern->id, '}');
    int64_t most = 0;
    if (open == NULL || close == NULL || strchr(close, '{') != NULL)
        return count;
    for (int size = 1; size <= SIZES; size++) {
        struct plan *plan = ARENA_NEW(arena, struct plan);
        const char *id = arena_printf(arena, "%.*s%d%s", (int)(open - pattern->id), pattern->id,
                                      size, close + 1);
        if (!plan_pattern_find(arena, provider, pattern, id, plan) || plan->max_connections <= most)
            continue;
        most = plan->max_connections;
        plans[count++] = plan;
    }
    return count;
}

/* What there is to try, the smallest first. */
static size_t plans_list(struct arena *arena, const struct provider *provider,
                         const struct plan ***ret_plans)
{
    const struct plan **plans =
        ARENA_ARRAY(arena, provider->plan_count * (SIZES + 1), const struct plan *);
    size_t count = 0;
    for (size_t i = 0; i < provider->plan_count; i++) {
        const struct plan *plan = &provider->plans[i];
        if (plan_is_pattern(plan))
            count = sizes_add(arena, provider, plan, plans, count);
        else if (plan->max_connections != UNKNOWN && !plan->is_not_sold)
            plans[count++] = plan;
    }
    qsort(plans, count, sizeof *plans, plan_compare);
    *ret_plans = plans;
    return count;
}

static bool provider_try(const struct fitting *fitting, const struct provider *provider,
                         struct fit *ret_fit, struct fail *fail)
{
    const struct plan **plans;
    size_t count = plans_list(fitting->run->arena, provider, &plans);
    *ret_fit = (struct fit){.server = fitting->topology->servers[fitting->server]->name,
                            .provider = provider,
                            .largest = UNKNOWN};
    for (size_t i = 0; i < count && ret_fit->plan == NULL; i++) {
        bool holds = false;
        ret_fit->largest = plans[i]->max_connections;
        if (!plan_try(fitting, provider, plans[i], ret_fit, &holds, fail))
            return false;
        if (holds)
            ret_fit->plan = plans[i];
    }
    return true;
}

static int fit_compare(const void *a, const void *b)
{
    const struct fit *left = a, *right = b;
    int order = strcmp(left->server, right->server);
    if (order != 0)
        return order;
    if ((left->plan == NULL) != (right->plan == NULL))
        return left->plan == NULL ? 1 : -1;
    if (left->plan != NULL) {
        order = plan_compare(&left->plan, &right->plan);
        if (left->plan->max_connections != right->plan->max_connections ||
            left->plan->memory_gib != right->plan->memory_gib)
            return order;
    }
    return strcmp(left->provider->id, right->provider->id);
}

/* On another plan it would be another. */
static bool poolers_check(struct run *run, const struct topology *topology, struct fail *fail)
{
    for (size_t i = 0; i < topology->pooler_count; i++) {
        const struct pooler *pooler = topology->poolers[i];
        const char *file;
        unsigned line, column;
        if (!pooler->is_providers ||
            !origin_place(run->arena, &pooler->origin, "/provider_pooler", &file, &line, &column))
            continue;
        fail_set(
            fail, FAIL_INPUT,
            "%s:%u:%u: poolers.%s.provider_pooler: --fit compares providers, and this is one's "
            "own pooler",
            file, line, column, pooler->name);
        return fail_hint(fail, "remove it, and give its max_client_conn and default_pool_size");
    }
    return true;
}

static bool topology_load(struct run *run, int64_t now_s, struct topology *ret_topology,
                          struct fail *fail)
{
    struct json_text *text = ARENA_NEW(run->arena, struct json_text);
    struct faults *faults = ARENA_NEW(run->arena, struct faults);
    if (!file_read(run->arena, option_value(&run->arguments, OPTION_FIT),
                   "--fit wants a topology: pgsize.json", text, fail))
        return false;
    struct topology_input input = {.texts = text,
                                   .text_count = 1,
                                   .environment = run->environment,
                                   .max_connections = UNKNOWN,
                                   .now_s = now_s};
    if (topology_read(run->arena, &input, ret_topology, faults))
        return ret_topology->server_count <= SERVERS_MOST ||
               fail_set(fail, FAIL_INPUT, "%s: --fit looks at up to %d servers, here are %zu",
                        text->name, SERVERS_MOST, ret_topology->server_count);
    faults_say(faults, fail);
    return false;
}

static bool inputs_make(struct run *run, struct topology *topology, int64_t now_s,
                        struct server_input **ret_inputs, struct fail *fail)
{
    size_t count = topology->server_count + 1;
    struct server_input *nothing = ARENA_ARRAY(run->arena, count, struct server_input);
    *ret_inputs = ARENA_ARRAY(run->arena, count, struct server_input);
    for (size_t i = 0; i < topology->server_count; i++)
        nothing[i].facts = &facts_unknown;
    return servers_again(run, run->arena, topology, nothing, topology, *ret_inputs, fail) &&
           zones_read(run, run->arena, topology, fail) &&
           jobs_find(run->arena, topology, now_s, *ret_inputs, fail);
}

static bool server_fit(struct fitting *fitting, const struct provider *providers, size_t count,
                       struct fit_list *list, struct fail *fail)
{
    struct server *const *servers = fitting->topology->servers;
    struct server *server = servers[fitting->server];
    struct server before[SERVERS_MOST];
    bool good = true;
    for (size_t i = 0; i < fitting->topology->server_count; i++) {
        before[i] = *servers[i];
        if (servers[i] == server)
            server_forget(server);
        else if (server_lands_on(server, servers[i]))
            standby_forget(servers[i]);
    }
    for (size_t i = 0; good && i < count; i++)
        good = provider_try(fitting, &providers[i], &list->items[list->count++], fail);
    for (size_t i = 0; i < fitting->topology->server_count; i++)
        *servers[i] = before[i];
    return good;
}

int plans_fit_run(struct run *run, struct fail *fail)
{
    int64_t now_s;
    struct topology topology;
    struct fitting fitting = {.run = run, .topology = &topology};
    struct provider *providers;
    size_t count, found = 0;
    if (!schedules_begin(run, &now_s, fail) || !topology_load(run, now_s, &topology, fail) ||
        !poolers_check(run, &topology, fail) ||
        !inputs_make(run, &topology, now_s, &fitting.inputs, fail) ||
        !providers_read(run->arena, &providers, &count, fail))
        return 0;
    struct fit_list list = {
        .items = ARENA_ARRAY(run->arena, topology.server_count * count + 1, struct fit),
        .has_servers = topology.server_count > 1,
    };
    for (; fitting.server < topology.server_count; fitting.server++)
        if (!server_fit(&fitting, providers, count, &list, fail))
            return 0;
    qsort(list.items, list.count, sizeof *list.items, fit_compare);
    for (size_t i = 0; i < list.count; i++)
        found += list.items[i].plan != NULL;
    const struct showing showing = {.content = &list, .table = fits_table, .json = fits_json};
    if (!show_write(run, &showing, fail))
        return 0;
    return found > 0 ? 0 : 1;
}
