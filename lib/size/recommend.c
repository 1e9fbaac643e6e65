#include "recommend.h"

#include "allocate_server.h"
#include "budget.h"
#include "classes.h"
#include "contexts.h"
#include "instances.h"
#include "landed.h"
#include "pooler.h"
#include "poolers.h"

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
    for (size_t i = 0; i < server->counted_count; i++)
        if (server->counted[i]->service->pooler == NULL)
            pools += server->counted[i]->pools_steady;
    return pools;
}

int64_t formula_extra(const struct server_sizing *server)
{
    int64_t extra = server->extra_at_peak;
    struct shared shared = {0};
    for (size_t i = 0; i < server->counted_count; i++) {
        const struct pool_class *class = server->counted[i];
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
        for (size_t i = 0; i < server->counted_count; i++)
            if (server->counted[i]->service->pooler == NULL)
                sum += context_pools(server, server->counted[i], context, MOMENT_PEAK);
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

/* One limit for everybody; role and database limits, bounds, weights and needs play no part. What
 * may land on a standby has no more than everybody there. */
static void server_uniform(struct server_sizing *server, enum formula formula)
{
    int64_t limit = formula_limit(formula, server);
    server->formula_limit = limit;
    server->fits = limit != 0;
    for (size_t i = 0; i < server->counted_count; i++) {
        struct pool_class *class = landed_from(server, server->classes[i]);
        bool is_own = !is_landed(server, server->classes[i]);
        if (is_own || (limit != UNKNOWN && limit < class->limit)) {
            class->limit = limit == UNKNOWN ? 1 : limit;
            class->stopped_at = (uint32_t)server->server->index;
        }
        if (class->service->pooler != NULL)
            class->limit = class_limit_of(class, LIMIT_TODAY);
        class->reason = ALLOCATE_NEED_MET;
    }
}

static void limits_forget(struct server_sizing *server)
{
    server->fits = false;
    for (size_t i = 0; i < server->class_count; i++)
        if (server->classes[i]->service->pooler == NULL)
            server->classes[i]->limit = UNKNOWN;
}

/* Where it comes to nothing on one of them, there is no answer for any. */
static void group_uniform(struct server_sizing *server, enum formula formula)
{
    bool fits = true;
    server_uniform(server, formula);
    fits &= server->fits;
    for (size_t i = 0; i < server->standby_count; i++) {
        struct server_sizing *standby = server->standbys[i];
        if (!server_is_sizable(standby))
            continue;
        server_uniform(standby, formula);
        fits &= standby->fits;
    }
    if (fits)
        return;
    limits_forget(server);
    for (size_t i = 0; i < server->standby_count; i++)
        limits_forget(server->standbys[i]);
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

/* Each server that follows nobody, with its standbys. */
static bool servers_allocate(struct sizing *sizing, struct arena *arena,
                             const struct recommend_options *options, struct fail *fail)
{
    landed_take(sizing);
    for (size_t i = 0; i < sizing->server_count; i++)
        nominal_bounds_find(&sizing->servers[i], false);
    landed_take(sizing);
    for (size_t i = 0; i < sizing->server_count; i++) {
        struct server_sizing *server = &sizing->servers[i];
        if (server->leader != NULL || !server_is_sizable(server))
            continue;
        if (options->formula != FORMULA_FAIR)
            group_uniform(server, options->formula);
        else if (!server_allocate(arena, server, options->mode, options->objective, fail))
            return false;
    }
    landed_take(sizing);
    for (size_t i = 0; i < sizing->server_count; i++)
        if (server_is_sizable(&sizing->servers[i]))
            sums_make(&sizing->servers[i]);
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
    if (!servers_allocate(ret_sizing, arena, options, fail) ||
        !sessions_allocate(arena, ret_sizing, options, fail))
        return false;
    for (size_t i = 0; i < ret_sizing->class_count; i++)
        instances_find(ret_sizing, &ret_sizing->classes[i]);
    landed_take(ret_sizing);
    return true;
}
