#include "instances.h"

#include "budget.h"
#include "landed.h"
#include "pooler.h"
#include "rollout.h"

/* The first class of a service: those of all its pools, on all its servers, lie side by side. */
static const struct pool_class *first_class(const struct pool_class *class)
{
    return class - (class->target - class->service->targets);
}

/* What a class is on a server where it counts: itself, or what lands of it; NULL: it does not. */
static const struct pool_class *class_on(const struct sizing *sizing,
                                         const struct server_sizing *server,
                                         const struct pool_class *class)
{
    const struct server_sizing *home = &sizing->servers[class->server];
    return server_counts(server, home) ? server->classes[landed_offset(server, home) + class->place]
                                       : NULL;
}

/* What one instance of a service costs a row of a server: all its pools there, and its extra
 * connections. */
static int64_t instance_cost(const struct sizing *sizing, const struct server_sizing *server,
                             const struct service *service, const struct pool_class *first,
                             size_t row)
{
    int64_t cost = 0;
    for (size_t i = 0; i < service->target_count; i++) {
        const struct pool_class *on = class_on(sizing, server, &first[i]);
        if (on == NULL || (row > 0 && on->role_row != row - 1 && on->database_row != row - 1))
            continue;
        int64_t limit = class_limit(sizing, &first[i]);
        cost += service->processes * service->pools * (limit == UNKNOWN ? 1 : limit);
        if (i == 0)
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

/* Its role's and its database's limit, where it counts. */
static void cap_instances_find(const struct sizing *sizing, const struct server_sizing *server,
                               struct pool_class *class)
{
    const struct pool_class *on = class_on(sizing, server, class);
    const size_t rows[] = {on->role_row, on->database_row};
    for (size_t i = 0; i < 2; i++) {
        if (rows[i] == NO_ROW)
            continue;
        const struct cap *cap = &server->caps[rows[i]];
        int64_t cost =
            instance_cost(sizing, server, class->service, first_class(class), rows[i] + 1);
        if (cost == 0)
            continue;
        int64_t others = cap_peak(sizing, cap) - cost * class->instances_at_peak;
        int64_t most = instances_within(class->service, cap->limit - others, cost);
        if (class->cap_instances == UNKNOWN || most < class->cap_instances) {
            class->cap_instances = most;
            class->cap_row = (uint32_t)rows[i];
            class->cap_at = (uint32_t)(server - sizing->servers);
        }
    }
}

/* A job has none to grow by, nor has what is switched off or bounded by nothing, nor a pooler. */
static bool has_instances(const struct service *service)
{
    bool is_unlimited = service->via != NULL && pooler_max_clients(service->via) == UNKNOWN;
    return service->pooler == NULL && !is_unlimited && !service->is_job && service->at_most != 0;
}

int64_t instances_on_server(const struct sizing *sizing, const struct server_sizing *server,
                            const struct pool_class *class, bool within_alert)
{
    const struct service *service = class->service;
    const struct budget *budget = &server->budget;
    const struct pool_class *own = landed_from(server, class);
    int64_t cost = instance_cost(sizing, server, service, first_class(own), 0);
    int64_t peak = server_peak(sizing, server);
    if (!has_instances(service) || cost == 0 || peak == UNKNOWN || budget->source == SOURCE_NONE)
        return UNKNOWN;
    int64_t room = within_alert ? budget_alert_room(budget) : budget->budget;
    return instances_within(service, room - peak + cost * class->instances_at_peak, cost);
}

/* On one server where it counts. */
static void instances_on(const struct sizing *sizing, const struct server_sizing *server,
                         struct pool_class *class)
{
    const struct pool_class *on = class_on(sizing, server, class);
    int64_t most = instances_on_server(sizing, server, on, false);
    int64_t calm = instances_on_server(sizing, server, on, true);
    if (most == UNKNOWN)
        return;
    if (class->max_instances == UNKNOWN || most < class->max_instances) {
        class->max_instances = most;
        class->full_at = (uint32_t)(server - sizing->servers);
    }
    if (class->alert_instances == UNKNOWN || calm < class->alert_instances)
        class->alert_instances = calm;
    cap_instances_find(sizing, server, class);
}

void instances_find(const struct sizing *sizing, struct pool_class *class)
{
    const struct server_sizing *server = &sizing->servers[class->server];
    instances_on(sizing, server, class);
    for (size_t i = 0; i < server->standby_count && class->max_instances != UNKNOWN; i++)
        instances_on(sizing, server->standbys[i], class);
}

int64_t instances_at_floors(const struct server_sizing *server, const struct pool_class *class,
                            int64_t peak)
{
    const struct service *service = class->service;
    int64_t cost = 0;
    for (size_t i = 0; i < server->counted_count; i++) {
        const struct pool_class *one = server->counted[i];
        if (one->service == service)
            cost += service->processes * (service->pools * one->at_least +
                                          (one->target == service->targets ? service->extra : 0));
    }
    if (cost == 0)
        return UNKNOWN;
    int64_t others = peak - cost * class->instances_at_peak;
    return instances_within(service, server->budget.budget - others, cost);
}
