#include "demands.h"

#include "rollout.h"

enum { HUNDRED = 100 };
static const double thousand = 1000, wait_at_all = 0.01,
                    all_thousandths = 100000; /* of a percent */

/* Those that are being replaced serve nobody (sizing.md 3.1). */
static int64_t serving_find(const struct service *service)
{
    int64_t instances = service->instances_max;
    if (service->is_job || service->rollout.strategy != ROLLOUT_ROLLING)
        return instances;
    int64_t serving = instances - rollout_unavailable(&service->rollout, instances);
    return serving > 1 ? serving : 1;
}

static struct wait_targets targets_of(const struct service *service, const struct demand *said)
{
    return (struct wait_targets){
        .p99_ms = (double)said->wait_p99_us / thousand,
        .timeout_chance = said->timeout_chance,
        .timeout_ms = (double)service->pool_timeout_ms,
        .any_chance = -1,
        .mean_ms = -1,
    };
}

bool pool_demand_find(const struct service *service, int64_t traffic_hundredths,
                      struct pool_demand *ret_demand)
{
    const struct demand *said = service->demand;
    int64_t rate_thousandths;
    if (said == NULL || service->instances_max == 0 ||
        __builtin_mul_overflow(said->rate_thousandths, traffic_hundredths, &rate_thousandths))
        return false;
    *ret_demand = (struct pool_demand){.serving = serving_find(service), .held_is_known = true};
    ret_demand->targets = targets_of(service, said);
    rate_thousandths /= HUNDRED;
    return offered_load_make((double)rate_thousandths / thousand, (double)said->held_us / thousand,
                             (double)said->variability_thousandths / thousand,
                             ret_demand->serving * service->processes, &ret_demand->load) &&
           need_find(&ret_demand->load, &ret_demand->targets, MAX_CONNECTIONS_LIMIT,
                     &ret_demand->need);
}

const struct pool_demand *pool_demand_make(struct arena *arena, const struct service *service)
{
    struct pool_demand found, *demand;
    if (!pool_demand_find(service, HUNDRED, &found))
        return NULL;
    demand = ARENA_NEW(arena, struct pool_demand);
    *demand = found;
    return demand;
}

const struct pool_demand *pool_demand_observe(struct arena *arena, const struct service *service,
                                              const struct observed_class *class,
                                              const struct observed_database *database)
{
    if (class == NULL || !observed_state_is_known(class->state) || service->instances_max == 0)
        return NULL;
    struct pool_demand *demand = ARENA_NEW(arena, struct pool_demand);
    demand->is_observed = true;
    demand->serving = serving_find(service);
    demand->held_is_known = database != NULL && database->held_us.high > 0;
    demand->load = (struct offered_load){
        .erlangs =
            (double)class->in_use.high / thousand / (double)(demand->serving * service->processes),
        .held_ms = demand->held_is_known ? (double)database->held_us.high / thousand : 1,
        .variability = 1,
    };
    demand->targets =
        demand->held_is_known
            ? targets_of(service, &demand_default)
            : (struct wait_targets){-1, -1, (double)service->pool_timeout_ms, wait_at_all, -1};
    bool good = need_find(&demand->load, &demand->targets, MAX_CONNECTIONS_LIMIT, &demand->need);
    return good ? demand : NULL;
}

bool pool_demand_grow(const struct pool_demand *demand, int64_t traffic_hundredths,
                      struct pool_demand *ret_grown)
{
    *ret_grown = *demand;
    ret_grown->is_observed = traffic_hundredths <= HUNDRED;
    ret_grown->load.erlangs *= (double)traffic_hundredths / HUNDRED;
    return need_find(&ret_grown->load, &ret_grown->targets, MAX_CONNECTIONS_LIMIT,
                     &ret_grown->need);
}

double demand_erlangs(const struct demand *said)
{
    return (double)said->rate_thousandths / thousand * (double)said->held_us / thousand / thousand;
}

static int64_t most_used(const struct service *service)
{
    return service->threads == UNKNOWN ? MAX_CONNECTIONS_LIMIT
                                       : service->threads * service->connections_per_request;
}

int64_t class_need(const struct service *service, const struct pool_demand *demand)
{
    if (service->want != UNKNOWN)
        return service->want;
    int64_t most = most_used(service);
    bool is_too_much =
        demand != NULL && (demand->load.erlangs >= (double)most || !demand->need.is_possible);
    if (is_too_much && demand->is_observed && service->threads != UNKNOWN)
        return most; /* its threads cannot have used more: it is only the upper limit */
    if (demand == NULL || is_too_much)
        return UNKNOWN;
    if (demand->need.limit > most)
        return most;
    return demand->need.limit > 1 ? demand->need.limit : 1;
}

bool class_waiting_at(const struct pool_class *class, int64_t limit, struct waiting *ret_waiting)
{
    if (class->demand == NULL || limit == UNKNOWN)
        return false;
    const struct service *service = class->service;
    int64_t most = most_used(service);
    if (!waiting_find(limit, &class->demand->load, class->demand->targets.timeout_ms, ret_waiting))
        return false;
    if (!class->demand->held_is_known && !ret_waiting->is_overloaded)
        return false;
    if (limit >= most && !ret_waiting->is_overloaded)
        *ret_waiting =
            (struct waiting){.utilisation = ret_waiting->utilisation, .timeouts_after_ms = -1};
    return true;
}

bool class_waiting(const struct sizing *sizing, const struct pool_class *class,
                   struct waiting *ret_waiting)
{
    return class_waiting_at(class, class_limit(sizing, class), ret_waiting);
}

double server_executing(const struct server_sizing *server)
{
    double executing = -1;
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        const struct demand *said = class->service->demand;
        if (class->demand == NULL || said == NULL || said->busy_thousandths == UNKNOWN ||
            class->at_most == 0)
            continue;
        double erlangs = class->demand->load.erlangs *
                         (double)(class->demand->serving * class->service->processes);
        executing = (executing < 0 ? 0 : executing) +
                    erlangs * (double)said->busy_thousandths / all_thousandths;
    }
    return executing;
}
