#include "recommend.h"

#include "allocate_server.h"
#include "budget.h"
#include "classes.h"
#include "contexts.h"
#include "pooler.h"
#include "poolers.h"
#include "rollout.h"

#include <string.h>

const struct formula_row formula_rows[] = {
    {FORMULA_FAIR, "fair", "weighted max-min over pools at peak, integers, within every limit",
     "The next connection always goes to whoever has the smallest share of what it needs; surplus "
     "stops at "
     "the alert. Counts rollouts, bounds, weights, role and database limits."},
    {FORMULA_DIVISOR, "divisor",
     "floor(max_connections / (pools + reserved + margin + superuser_reserved + "
     "reserved_connections))",
     "The classic uniform rule, without rollouts. It adds connections to pools, so it gives too "
     "little."},
    {FORMULA_HALF, "half",
     "floor((max_connections - superuser_reserved - reserved_connections - reserved - margin) / "
     "pools / 2)",
     "The classic rule for scaled-out services; the 2 is the overlap of a deploy."},
};
const size_t formula_row_count = sizeof formula_rows / sizeof formula_rows[0];

const char *purpose_name(enum purpose purpose)
{
    static const char *const names[] = {[PURPOSE_RECOMMEND] = "recommend",
                                        [PURPOSE_CHECK] = "check",
                                        [PURPOSE_INSPECT] = "inspect"};
    return names[purpose];
}

int64_t formula_pools(const struct server_sizing *server)
{
    int64_t pools = 0;
    for (size_t i = 0; i < server->class_count; i++)
        if (server->classes[i]->service->pooler == NULL)
            pools += server->classes[i]->pools_steady;
    return pools;
}

int64_t formula_extra(const struct server_sizing *server)
{
    int64_t extra = server->extra_at_peak;
    struct shared shared = {0};
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        int64_t size = class_limit_of(class, LIMIT_TODAY);
        if (class->service->pooler == NULL)
            continue;
        extra += class->pools_at_peak * size;
        extra -= class->together == NO_ROW ? 0 : shared_excess(&shared, class, size);
    }
    return extra;
}

/* Of so many pools, and `extra` connections outside them. */
static int64_t formula_apply(enum formula formula, const struct budget *budget, int64_t pools,
                             int64_t extra)
{
    if (formula == FORMULA_FAIR || budget->source == SOURCE_NONE || pools == 0)
        return UNKNOWN;
    if (formula == FORMULA_DIVISOR)
        return budget->max_connections / (pools + budget->kept + extra);
    int64_t room = budget->budget - extra;
    return room > 0 ? room / pools / 2 : 0;
}

int64_t formula_limit(enum formula formula, const struct server_sizing *server)
{
    return formula_apply(formula, &server->budget, formula_pools(server), formula_extra(server));
}

int64_t formula_needed(enum formula formula, const struct server_sizing *server)
{
    struct budget other = server->budget;
    int64_t pools = formula_pools(server), extra = formula_extra(server), pools_at_peak = 0;
    for (size_t context = 0; context < context_count(server); context++) {
        int64_t sum = 0;
        for (size_t i = 0; i < server->class_count; i++)
            if (server->classes[i]->service->pooler == NULL)
                sum += context_pools(server, server->classes[i], context, MOMENT_PEAK);
        pools_at_peak = sum > pools_at_peak ? sum : pools_at_peak;
    }
    int64_t without_margin = server->budget.kept - server->budget.margin;
    for (int64_t most = without_margin + 1; most <= MAX_CONNECTIONS_LIMIT; most++) {
        other.max_connections = most;
        other.margin = budget_margin(server->server, most);
        other.kept = without_margin + other.margin;
        other.budget = most - other.kept;
        int64_t limit = formula_apply(formula, &other, pools, extra);
        if (limit > 0 && pools_at_peak * limit + extra <= other.budget)
            return most;
    }
    return UNKNOWN;
}

/* One limit for everybody; role and database limits, bounds, weights and needs play no part. */
static void server_uniform(struct server_sizing *server, enum formula formula)
{
    int64_t limit = formula_limit(formula, server);
    server->formula_limit = limit;
    server->fits = limit != 0;
    for (size_t i = 0; i < server->class_count; i++) {
        server->classes[i]->limit = limit == 0 ? UNKNOWN : limit == UNKNOWN ? 1 : limit;
        if (server->classes[i]->service->pooler != NULL)
            server->classes[i]->limit = class_limit_of(server->classes[i], LIMIT_TODAY);
        server->classes[i]->reason = ALLOCATE_NEED_MET;
    }
}

static void sums_make(struct server_sizing *server)
{
    server->peak = server->steady = UNKNOWN;
    server->needed_peak = row_most(server, 0, MOMENT_PEAK, LIMIT_WANTED);
    for (size_t i = 0; i < server->cap_count; i++)
        server->caps[i].needed_peak = row_most(server, i + 1, MOMENT_PEAK, LIMIT_WANTED);
    if (!server->fits)
        return;
    server->peak = row_most(server, 0, MOMENT_PEAK, LIMIT_RECOMMENDED);
    server->steady = row_most(server, 0, MOMENT_STEADY, LIMIT_RECOMMENDED);
    for (size_t i = 0; i < server->cap_count; i++)
        server->caps[i].peak = row_most(server, i + 1, MOMENT_PEAK, LIMIT_RECOMMENDED);
}

/* What one instance of a service costs this server: all its pools there, and its extra connections.
 */
static int64_t instance_cost(const struct sizing *sizing, const struct pool_class *class)
{
    const struct service *service = class->service;
    struct class_list own = service_classes(&sizing->servers[class->server], class);
    int64_t cost = 0;
    for (size_t i = 0; i < own.count; i++) {
        int64_t limit = class_limit(sizing, own.at[i]);
        cost += service->processes * service->pools * (limit == UNKNOWN ? 1 : limit);
        if (own.at[i]->target == service->targets)
            cost += service->processes * service->extra;
    }
    return cost;
}

/* The largest number of instances whose rollout has no more than `room`, at `cost` each. */
static int64_t instances_within(const struct service *service, int64_t room, int64_t cost)
{
    int64_t found =
        room < 0 ? -1
                 : rollout_instances_within(&service->rollout, room / cost, service->serverless);
    return found < 0 ? 0 : found;
}

/* A role's limit counts all pools of the service on this server, a database's only those to it. */
static void cap_instances_find(const struct sizing *sizing, struct pool_class *class,
                               int64_t server_cost)
{
    const struct server_sizing *server = &sizing->servers[class->server];
    const struct service *service = class->service;
    int64_t limit = class_limit(sizing, class);
    int64_t pool_cost =
        service->processes * service->pools * (limit == UNKNOWN ? 1 : limit) +
        (class->target == service->targets ? service->processes * service->extra : 0);
    const size_t rows[] = {class->role_row, class->database_row};
    const int64_t costs[] = {server_cost, pool_cost};
    for (size_t i = 0; i < 2; i++) {
        if (rows[i] == NO_ROW || costs[i] == 0)
            continue;
        const struct cap *cap = &server->caps[rows[i]];
        int64_t others = cap_peak(sizing, cap) - costs[i] * class->instances_at_peak;
        int64_t most = instances_within(service, cap->limit - others, costs[i]);
        if (class->cap_instances == UNKNOWN || most < class->cap_instances) {
            class->cap_instances = most;
            class->cap_row = rows[i];
        }
    }
}

/* The largest number of instances whose own rollout still fits at these limits: not a division, for
 * surge is rounded up. */
static void instances_find(const struct sizing *sizing, struct pool_class *class)
{
    const struct server_sizing *server = &sizing->servers[class->server];
    const struct service *service = class->service;
    int64_t cost = instance_cost(sizing, class), peak = server_peak(sizing, server);
    bool is_unlimited = service->via != NULL && pooler_max_clients(service->via) == UNKNOWN;
    if (is_unlimited || service->is_job || service->at_most == 0 || cost == 0 || peak == UNKNOWN ||
        server->budget.source == SOURCE_NONE)
        return;
    int64_t others = peak - cost * class->instances_at_peak;
    class->max_instances = instances_within(service, server->budget.budget - others, cost);
    class->alert_instances =
        instances_within(service, budget_alert_room(&server->budget) - others, cost);
    cap_instances_find(sizing, class, cost);
}

int64_t instances_at_floors(const struct server_sizing *server, const struct pool_class *class,
                            int64_t peak)
{
    const struct service *service = class->service;
    struct class_list own = service_classes(server, class);
    int64_t cost = 0;
    for (size_t i = 0; i < own.count; i++)
        cost += service->processes * (service->pools * own.at[i]->at_least +
                                      (own.at[i]->target == service->targets ? service->extra : 0));
    if (cost == 0)
        return UNKNOWN;
    int64_t others = peak - cost * class->instances_at_peak;
    return instances_within(service, server->budget.budget - others, cost);
}

/* The clients of every pooler, by fair shares whatever the formula: those are about slots of a
 * server. */
static bool fronts_allocate(struct arena *arena, struct sizing *sizing,
                            const struct recommend_options *options, struct fail *fail)
{
    for (size_t i = 0; i < sizing->pooler_count; i++) {
        struct server_sizing *front = sizing->poolers[i].front;
        nominal_bounds_find(front, true);
        if (!server_allocate(arena, front, options->mode, OBJECTIVE_FAIR, fail))
            return false;
        sums_make(front);
    }
    return true;
}

/* Again in session mode, where a client holds a server connection as long as it is there. */
static bool sessions_allocate(struct arena *arena, struct sizing *sizing,
                              const struct recommend_options *options, struct fail *fail)
{
    for (size_t i = 0; i < sizing->pooler_count; i++) {
        struct pooler_sizing *sized = &sizing->poolers[i];
        if (sized->pooler->mode != POOLER_SESSION)
            continue;
        pooler_sessions_bound(sizing, sized);
        if (!server_allocate(arena, sized->front, options->mode, OBJECTIVE_FAIR, fail))
            return false;
        sums_make(sized->front);
    }
    return true;
}

bool recommend(struct arena *arena, const struct topology *topology,
               const struct server_input *inputs, const struct recommend_options *options,
               struct sizing *ret_sizing, struct fail *fail)
{
    *ret_sizing = (struct sizing){
        .purpose = options->purpose,
        .formula = options->formula,
        .mode = options->mode,
        .objective = options->objective,
        .idle_after_ms = options->idle_after_ms > 0 ? options->idle_after_ms : IDLE_AFTER_MS,
        .topology = topology,
    };
    classes_make(arena, ret_sizing, inputs);
    for (size_t i = 0; i < ret_sizing->server_count; i++)
        if (ret_sizing->servers[i].job_count > 0 && inputs[i].overlap == NULL)
            return fail_set(fail, FAIL_INTERNAL, "the overlap of schedules was not found");
    if (!fronts_allocate(arena, ret_sizing, options, fail))
        return false;
    poolers_need_find(arena, ret_sizing);
    for (size_t i = 0; i < ret_sizing->server_count; i++) {
        struct server_sizing *server = &ret_sizing->servers[i];
        nominal_bounds_find(server, false);
        if (server->budget.source == SOURCE_NONE)
            continue;
        if (options->formula != FORMULA_FAIR)
            server_uniform(server, options->formula);
        else if (!server_allocate(arena, server, options->mode, options->objective, fail))
            return false;
        sums_make(server);
    }
    if (!sessions_allocate(arena, ret_sizing, options, fail))
        return false;
    for (size_t i = 0; i < ret_sizing->class_count; i++)
        instances_find(ret_sizing, &ret_sizing->classes[i]);
    return true;
}
