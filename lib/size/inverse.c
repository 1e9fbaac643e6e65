#include "inverse.h"

#include "budget.h"
#include "contexts.h"
#include "demands.h"
#include "landed.h"
#include "pooler.h"

int64_t peak_wanted(const struct sizing *sizing, const struct server_sizing *server)
{
    if (sizing->purpose == PURPOSE_INSPECT)
        return UNKNOWN;
    if (sizing->purpose == PURPOSE_CHECK)
        return server->today_peak;
    bool unmet = !server->fits;
    for (size_t i = 0; i < server->counted_count; i++)
        unmet |= server->counted[i]->pools_at_peak > 0 &&
                 class_wanted(server->counted[i]) > server->counted[i]->limit;
    /* Where a role's limit is in the way and not the budget, others may hold more than they need.
     */
    return unmet && server->needed_peak > server->peak ? server->needed_peak : server->peak;
}

/* Whether the provider's own poolers would be no less on another plan: with a size of that plan the
 * peak would be another. */
static bool keeps_poolers(const struct server_sizing *server, const struct plan *plan)
{
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pooler *pooler = server->classes[i]->service->pooler;
        if (pooler == NULL || plan == server->input.plan)
            continue;
        const struct pooler_preset *preset = &pooler->preset;
        bool takes_clients = pooler->max_client_conn == UNKNOWN;
        if (pooler_size_is_providers(pooler) ||
            (takes_clients && plan->pooler_max_clients != UNKNOWN &&
             plan->pooler_max_clients < preset->max_client_conn))
            return false;
    }
    return true;
}

const struct plan *plan_enough(const struct server_sizing *server, int64_t peak)
{
    static const struct facts nothing = {
        .max_connections = UNKNOWN,
        .superuser_reserved_connections = UNKNOWN,
        .reserved_connections = UNKNOWN,
        .sessions = UNKNOWN,
    };
    const struct provider *provider = server->input.provider;
    const struct plan *found = NULL;
    struct server other = *server->server;
    other.max_connections = other.max_connections_option = UNKNOWN;
    for (size_t i = 0; provider != NULL && !provider->limits_role && i < provider->plan_count;
         i++) {
        const struct plan *plan = &provider->plans[i];
        const struct server_input input = {&nothing, provider, plan};
        bool is_smaller = found == NULL || plan->max_connections < found->max_connections ||
                          (plan->max_connections == found->max_connections &&
                           plan == server->input.plan); /* nobody moves for nothing */
        if (plan->max_connections == UNKNOWN || !is_smaller ||
            (plan->is_not_sold && plan != server->input.plan) || !keeps_poolers(server, plan))
            continue;
        struct budget budget = budget_make(&other, &input);
        if (peak <= budget.budget && !budget_over_alert(&budget, peak))
            found = plan;
    }
    return found;
}

/* --- growth --- */

enum { MOST_DEMANDS = 10000, ONE = 100, MOST_HUNDREDTHS = 10000 * ONE };

/* What a class needs when its traffic is `hundredths` of today's; UNKNOWN: no pool is enough. */
static int64_t need_grown(const struct pool_class *class, int64_t hundredths)
{
    if (class->demand == NULL)
        return class_wanted(class);
    struct pool_demand grown;
    bool grows = class->demand->is_observed || class->service->pooler != NULL;
    bool found = grows ? pool_demand_grow(class->demand, hundredths, &grown)
                       : pool_demand_find(class->service, hundredths, &grown);
    if (!found)
        return UNKNOWN;
    /* A want stays what it is, until the load is more. */
    if (class->service->want != UNKNOWN)
        return grown.load.erlangs < (double)class_wanted(class) ? class_wanted(class) : UNKNOWN;
    int64_t need = class_need(class->service, &grown);
    return need == UNKNOWN || need > class->at_least ? need : class->at_least;
}

static bool rows_hold(const struct server_sizing *server, const int64_t *needs,
                      struct growth *growth)
{
    growth->at = server;
    growth->end = GROWTH_CAP;
    for (size_t i = 0; i < server->cap_count; i++) {
        growth->cap = &server->caps[i];
        if (row_most_with(server, i + 1, MOMENT_PEAK, needs) > server->caps[i].limit)
            return false;
    }
    growth->end = GROWTH_BUDGET;
    return row_most_with(server, 0, MOMENT_PEAK, needs) <= server->budget.budget;
}

/* On a standby what lands has grown, and the rest has not. */
static void standby_needs(const struct server_sizing *server, const struct server_sizing *standby,
                          const int64_t *needs, int64_t *ret_needs)
{
    size_t landed = landed_offset(standby, server);
    for (size_t i = 0; i < standby->counted_count; i++)
        ret_needs[i] = i < landed ? class_wanted(standby->classes[i]) : needs[i - landed];
}

/* Whether all needs fit at that traffic; else why not, into `growth`. `needs` has room for one of
 * each class, and of each on a standby. */
static bool holds(const struct server_sizing *server, int64_t hundredths, int64_t *needs,
                  struct growth *growth)
{
    for (size_t i = 0; i < server->counted_count; i++) {
        const struct pool_class *class = server->classes[i];
        needs[i] = class->pools_at_peak == 0 ? 0 : need_grown(class, hundredths);
        growth->class = class;
        growth->end = needs[i] != UNKNOWN               ? GROWTH_BOUND
                      : class->service->want != UNKNOWN ? GROWTH_WANT
                                                        : GROWTH_LOAD;
        /* A pool with a connection for each client never waits. */
        if (class->bound == BOUND_CLIENTS && needs[i] > class->at_most)
            needs[i] = class->at_most;
        if (needs[i] == UNKNOWN || (needs[i] > class->at_most && class->at_most > 0))
            return false;
    }
    if (!rows_hold(server, needs, growth))
        return false;
    /* What lands comes from there, so it has grown there too. */
    for (const struct server_sizing *at = server->leader; at != NULL; at = at->leader)
        if (!rows_hold(at, needs + landed_offset(server, at), growth))
            return false;
    for (size_t i = 0; i < server->standby_count; i++) {
        const struct server_sizing *standby = server->standbys[i];
        if (!server_is_sizable(standby))
            continue;
        standby_needs(server, standby, needs, needs + server->counted_count);
        if (!rows_hold(standby, needs + server->counted_count, growth))
            return false;
    }
    growth->end = GROWTH_CORES;
    double executing = server_executing(server);
    return server->server->cores == UNKNOWN || executing < 0 ||
           executing * (double)hundredths / ONE < (double)server->server->cores;
}

static bool has_demand(const struct server_sizing *server)
{
    size_t count = 0;
    for (size_t i = 0; i < server->counted_count; i++) {
        const struct pool_class *class = server->counted[i];
        count += class->demand != NULL && class->at_most > 0 && class->demand->load.erlangs > 0;
    }
    return count > 0 && count <= MOST_DEMANDS;
}

bool growth_find(const struct arena *arena, const struct server_sizing *server,
                 struct growth *ret_growth)
{
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    if (!server_is_sizable(server) || !has_demand(server))
        return false;
    size_t most = 0;
    for (size_t i = 0; i < server->standby_count; i++)
        if (server->standbys[i]->counted_count > most)
            most = server->standbys[i]->counted_count;
    int64_t *needs = ARENA_ARRAY(&scratch, server->counted_count + most + 1, int64_t);
    struct growth end = {0}, ignored;
    int64_t good = ONE, bad = ONE * 2;
    bool found = holds(server, good, needs, &ignored);
    while (found && holds(server, bad, needs, &end)) {
        found = bad < MOST_HUNDREDTHS;
        good = bad;
        bad = bad * 2 < MOST_HUNDREDTHS ? bad * 2 : MOST_HUNDREDTHS;
    }
    while (found && bad - good > 1) {
        int64_t middle = good + (bad - good) / 2;
        if (holds(server, middle, needs, &ignored))
            good = middle;
        else {
            bad = middle;
            end = ignored;
        }
    }
    arena_free(&scratch);
    end.factor_hundredths = good;
    *ret_growth = end;
    return found;
}
