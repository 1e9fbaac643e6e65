#include "demands.h"

#include "rollout.h"

enum { HUNDRED = 100 };
static const double thousand = 1000, all_thousandths = 100000; /* of a percent */

/* Those that are being replaced serve nobody (sizing.md 3.1). */
static int64_t serving_find(const struct service *service)
{
    int64_t instances = service->instances_max;
    if (service->is_job || service->rollout.strategy != ROLLOUT_ROLLING)
        return instances;
    int64_t serving = instances - rollout_unavailable(&service->rollout, instances);
    return serving > 1 ? serving : 1;
}

bool pool_demand_find(const struct service *service, int64_t traffic_hundredths,
                      struct pool_demand *ret_demand)
{
    const struct demand *said = service->demand;
    int64_t rate_thousandths;
    if (said == NULL || service->instances_max == 0 ||
        __builtin_mul_overflow(said->rate_thousandths, traffic_hundredths, &rate_thousandths))
        return false;
    *ret_demand = (struct pool_demand){.serving = serving_find(service)};
    ret_demand->targets = (struct wait_targets){
        .p99_ms = (double)said->wait_p99_us / thousand,
        .timeout_chance = said->timeout_chance,
        .timeout_ms = (double)service->pool_timeout_ms,
        .any_chance = -1,
        .mean_ms = -1,
    };
    return offered_load_make((double)(rate_thousandths / HUNDRED) / thousand,
                             (double)said->held_us / thousand,
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
    if (demand == NULL || demand->load.erlangs >= (double)most || !demand->need.is_possible)
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
        if (class->demand == NULL || said->busy_thousandths == UNKNOWN || class->at_most == 0)
            continue;
        double erlangs = class->demand->load.erlangs *
                         (double)(class->demand->serving * class->service->processes);
        executing = (executing < 0 ? 0 : executing) +
                    erlangs * (double)said->busy_thousandths / all_thousandths;
    }
    return executing;
}
