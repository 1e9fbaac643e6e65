#include "poolers.h"

#include "contexts.h"
#include "demands.h"
#include "pooler.h"

#include <string.h>

static const double thousand = 1000;

void pooler_class_make(struct pool_class *class)
{
    const struct pooler *pooler = class->service->pooler;
    const struct target *targets = class->service->targets;
    bool all = pooler_is_of_all(pooler);
    size_t first = (size_t)(class->target - targets);
    while (first > 0 && (all || targets[first - 1].database == targets[first].database ||
                         (targets[first - 1].database != NULL && targets[first].database != NULL &&
                          strcmp(targets[first - 1].database, targets[first].database) == 0)))
        first--;
    class->extra_at_peak = pooler->instances * pooler->reserve_pool_size;
    if (!pooler_is_sized(pooler) && class->today != UNKNOWN)
        class->at_least = class->at_most = class->need = class->today;
    if (all || pooler->max_db_connections > 0)
        class->together = first;
}

int64_t shared_excess(struct shared *shared, const struct pool_class *class, int64_t limit)
{
    const struct pooler *pooler = class->service->pooler;
    int64_t most = pooler_is_of_all(pooler) ? limit : pooler->max_db_connections;
    int64_t own = pooler->instances * (limit + pooler->reserve_pool_size);
    if (class->pools_at_peak == 0)
        return 0;
    most *= pooler->instances;
    if (class->together != shared->number || class->service != shared->service)
        *shared = (struct shared){class->service, class->together, 0};
    int64_t room = most > shared->taken ? most - shared->taken : 0;
    shared->taken += own;
    return own > room ? own - room : 0;
}

int64_t class_excess(const struct pool_class *class, int64_t limit, bool *ret_is_first)
{
    const struct service *service = class->service;
    *ret_is_first = true;
    if (class->together == NO_ROW)
        return 0;
    size_t before = (size_t)(class->target - service->targets) - class->together;
    int64_t own = service->pooler->instances * (limit + service->pooler->reserve_pool_size);
    struct shared shared = {service, class->together, (int64_t)before * own};
    *ret_is_first = before == 0;
    return shared_excess(&shared, class, limit);
}

/* --- what its pools need --- */

void demand_sum_add(struct demand_sum *sum, const struct service *service)
{
    const struct demand *said = service->demand;
    double rate = (double)said->rate_thousandths / thousand,
           held_ms = (double)said->held_us / thousand,
           variability = (double)said->variability_thousandths / thousand,
           p99_ms = (double)said->wait_p99_us / thousand;
    bool is_first = sum->p99_ms == 0 && sum->timeout_ms == 0;
    sum->rate_per_s += rate;
    sum->erlangs += rate * held_ms / thousand;
    sum->squares += rate * held_ms * held_ms * (1 + variability);
    if (is_first || p99_ms < sum->p99_ms)
        sum->p99_ms = p99_ms;
    if (is_first || said->timeout_chance < sum->timeout_chance)
        sum->timeout_chance = said->timeout_chance;
    if (is_first || (double)service->pool_timeout_ms < sum->timeout_ms)
        sum->timeout_ms = (double)service->pool_timeout_ms;
}

double demand_sum_held_ms(const struct demand_sum *sum)
{
    return sum->rate_per_s > 0 ? sum->erlangs * thousand / sum->rate_per_s : 1;
}

double demand_sum_variability(const struct demand_sum *sum)
{
    double held_ms = demand_sum_held_ms(sum);
    double variability =
        sum->rate_per_s > 0 ? sum->squares / (sum->rate_per_s * held_ms * held_ms) - 1 : 1;
    return variability > 0 ? variability : 0;
}

/* What is asked of one pool: of one database and role, in each instance. */
struct asked {
    struct demand_sum demand;
    int64_t clients; /* at peak */
    bool all_say;    /* every service that uses it has a demand */
};

static void asked_add(struct asked *asked, const struct pool_class *class)
{
    int64_t limit = class->limit == UNKNOWN ? class->at_least : class->limit;
    if (class->pools_at_peak == 0)
        return;
    asked->clients += class->pools_at_peak * limit;
    if (class->service->demand == NULL)
        asked->all_say = false;
    else
        demand_sum_add(&asked->demand, class->service);
}

/* What the services say of a pool, as it reaches one instance; false: not all of them say it, or no
 * pool is enough. */
static bool demand_of(const struct pooler *pooler, const struct asked *asked,
                      struct pool_demand *ret_demand)
{
    *ret_demand = (struct pool_demand){
        .serving = pooler->instances,
        .held_is_known = true,
        .load = {.erlangs = asked->demand.erlangs / (double)pooler->instances,
                 .held_ms = demand_sum_held_ms(&asked->demand),
                 .variability = demand_sum_variability(&asked->demand)},
        .targets = {asked->demand.p99_ms, asked->demand.timeout_chance, asked->demand.timeout_ms,
                    -1, -1},
    };
    return asked->all_say && asked->clients > 0 &&
           need_find(&ret_demand->load, &ret_demand->targets, MAX_CONNECTIONS_LIMIT,
                     &ret_demand->need) &&
           ret_demand->need.is_possible;
}

static int64_t clip(int64_t value, int64_t least, int64_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* No pool can use more connections than it has clients, nor more than max_db_connections lets it
 * have beside the others of its database. */
static int64_t most_of(const struct pooler_sizing *sized, int64_t most_clients)
{
    const struct pooler *pooler = sized->pooler;
    int64_t most = clip(most_clients, 1, MAX_CONNECTIONS_LIMIT);
    for (size_t i = 0; pooler->max_db_connections > 0 && i < sized->back.count; i++) {
        size_t others = i - sized->back.at[i]->together;
        int64_t share =
            pooler->max_db_connections / (int64_t)(others + 1) - pooler->reserve_pool_size;
        most = clip(most, 1, share > 1 ? share : 1);
    }
    return most;
}

/* The most that any pool is asked for: they all have one size. */
struct largest {
    int64_t clients, need; /* UNKNOWN: of one nobody knows it */
    struct pool_demand demand;
};

static struct largest largest_find(const struct pooler *pooler, const struct asked *asked,
                                   size_t count)
{
    struct largest largest = {.need = 0};
    for (size_t i = 0; i < count; i++) {
        struct pool_demand demand = {0};
        int64_t own = (asked[i].clients + pooler->instances - 1) / pooler->instances;
        if (pooler->mode != POOLER_SESSION && asked[i].clients > 0)
            own = demand_of(pooler, &asked[i], &demand) ? demand.need.limit : UNKNOWN;
        if (asked[i].clients > largest.clients)
            largest.clients = asked[i].clients;
        if (own == UNKNOWN || largest.need == UNKNOWN) {
            largest.need = UNKNOWN;
        } else if (own >= largest.need) {
            largest.need = own;
            largest.demand = demand;
        }
    }
    return largest;
}

static void pooler_need_find(struct arena *arena, const struct pooler_sizing *sized)
{
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    const struct pooler *pooler = sized->pooler;
    struct asked *asked = ARENA_ARRAY(&scratch, sized->back.count + 1, struct asked);
    bool of_all = pooler_is_of_all(pooler);
    size_t count = of_all ? 1 : sized->back.count;
    for (size_t i = 0; i < count; i++)
        asked[i].all_say = true;
    for (size_t i = 0; i < sized->front->class_count; i++)
        asked_add(&asked[of_all ? 0 : sized->front->classes[i]->target->pair],
                  sized->front->classes[i]);
    struct largest largest = largest_find(pooler, asked, count);
    struct pool_demand *demand = NULL;
    if (largest.need > 0 && pooler->mode != POOLER_SESSION) {
        demand = ARENA_NEW(arena, struct pool_demand);
        *demand = largest.demand;
    }
    int64_t clients_most = clip(largest.clients, 1, MAX_CONNECTIONS_LIMIT);
    int64_t most = most_of(sized, clients_most);
    for (size_t i = 0; i < sized->back.count; i++) {
        struct pool_class *class = sized->back.at[i];
        class->demand = demand;
        if (!pooler_is_sized(pooler))
            continue;
        class->at_most = most;
        class->bound = most < clients_most ? BOUND_AT_MOST : BOUND_CLIENTS;
        class->need = largest.need > 0 ? clip(largest.need, 1, clients_most) : UNKNOWN;
    }
    arena_free(&scratch);
}

void poolers_need_find(struct arena *arena, struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->pooler_count; i++)
        pooler_need_find(arena, &sizing->poolers[i]);
}

/* What services that go through it open directly is listed with its pools. */
static int64_t direct_extra(const struct pooler_sizing *sized)
{
    const struct pooler *pooler = sized->pooler;
    int64_t extra = 0;
    for (size_t i = 0; i < sized->back.count; i++)
        extra += sized->back.at[i]->extra_at_peak - pooler->instances * pooler->reserve_pool_size;
    return extra;
}

int64_t pooler_peak_of(const struct pooler_sizing *sized, enum limit_kind kind)
{
    return classes_most(sized->behind, sized->back, MOMENT_PEAK, kind, NULL) - direct_extra(sized);
}

int64_t pooler_peak(const struct sizing *sizing, const struct pooler_sizing *sized)
{
    if (sizing->purpose == PURPOSE_CHECK)
        return pooler_peak_of(sized, LIMIT_TODAY);
    return sized->back.at[0]->limit == UNKNOWN ? UNKNOWN : pooler_peak_of(sized, LIMIT_RECOMMENDED);
}

enum limit_kind judged_kind(const struct sizing *sizing, const struct server_sizing *server)
{
    return sizing->purpose == PURPOSE_CHECK ? LIMIT_TODAY
           : server->fits                   ? LIMIT_RECOMMENDED
                                            : LIMIT_LEAST;
}

int64_t poolers_peak(const struct sizing *sizing, const struct server_sizing *server)
{
    int64_t sum = 0;
    for (size_t i = 0; i < sizing->pooler_count; i++)
        if (sizing->poolers[i].behind == server)
            sum += pooler_peak_of(&sizing->poolers[i], judged_kind(sizing, server));
    return sum;
}
