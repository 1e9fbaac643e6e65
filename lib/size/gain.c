#include "gain.h"

#include "demands.h"

/* Below this share of the first, gains are rounding. */
static const double NEGLIGIBLE = 1e-15;

const char *objective_name(enum objective objective)
{
    static const char *const names[] = {[OBJECTIVE_FAIR] = "fair", [OBJECTIVE_WAIT] = "wait"};
    return names[objective];
}

bool class_goes_by_gain(const struct pool_class *class)
{
    return class->demand != NULL && class->service->pooler == NULL &&
           class->service->want == UNKNOWN && class->need != UNKNOWN && class->pools_at_peak > 0;
}

int64_t class_first(const struct pool_class *class)
{
    int64_t first = (int64_t) class->demand->load.erlangs + 1;
    return first < class->need ? first : class->need;
}

/* Pools that serve, for each slot that one connection more takes; by weight. */
static double class_scale(const struct pool_class *class)
{
    const struct service *service = class->service;
    return (double)service->weight / ALLOCATE_WEIGHT_ONE *
           (double)(class->demand->serving * service->processes) / (double)class->pools_at_peak;
}

double class_gain(const struct pool_class *class, int64_t number)
{
    const struct offered_load *load = &class->demand->load;
    struct erlang pool;
    if (load->erlangs == 0 || !erlang_find(number - 1, load->erlangs, &pool))
        return 0;
    double before = waiting_queue(&pool, load);
    return erlang_grow(&pool) ? class_scale(class) * (before - waiting_queue(&pool, load)) : 0;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Walks the pool from `first` on; how many gains there are. Rounding never lets one rise. */
static size_t gains_walk(const struct pool_class *class, double *gains, int64_t most)
{
    const struct offered_load *load = &class->demand->load;
    struct erlang pool;
    if (load->erlangs == 0 || !erlang_find(class_first(class), load->erlangs, &pool))
        return 0;
    double scale = class_scale(class), before = waiting_queue(&pool, load);
    for (int64_t i = 0; i < most; i++) {
        if (!erlang_grow(&pool))
            return (size_t)i;
        double after = waiting_queue(&pool, load);
        double gain = scale * (before - after);
        if (!(gain > 0) || gain < gains[0] * NEGLIGIBLE)
            return (size_t)i;
        gains[i] = i > 0 && gain > gains[i - 1] ? gains[i - 1] : gain;
        before = after;
    }
    return (size_t)most;
}

void class_gains_make(struct arena *arena, const struct pool_class *class, int64_t room,
                      struct allocate_class *ret_class)
{
    if (class->need == UNKNOWN)
        return;
    if (!class_goes_by_gain(class)) {
        ret_class->first =
            class->limit == UNKNOWN ? class->need : smaller(class->limit, class->need);
        return;
    }
    ret_class->first = class_first(class);
    int64_t most = smaller(class->need, class->at_most);
    most = smaller(most, room / class->pools_at_peak) - ret_class->first;
    if (most <= 0)
        return;
    double *gains = ARENA_ARRAY(arena, (size_t)most, double);
    ret_class->gain_count = gains_walk(class, gains, most);
    ret_class->gains = gains;
}

static void waiting_add(const struct pool_class *class, struct waiting_total *total)
{
    const struct service *service = class->service;
    struct waiting waiting;
    if (class->pools_at_peak == 0 || class->at_most == 0)
        return;
    total->by_gain += class_goes_by_gain(class);
    if (!class_waiting_at(class, class->limit, &waiting))
        return;
    if (waiting.is_overloaded) {
        total->overloaded++;
        return;
    }
    double requests = waiting.queue * (double)(class->demand->serving * service->processes);
    total->queues++;
    total->requests += requests;
    total->weighted += requests * (double)service->weight / ALLOCATE_WEIGHT_ONE;
}

struct waiting_total waiting_total_find(const struct server_sizing *server)
{
    struct waiting_total total = {0};
    for (size_t i = 0; i < server->class_count; i++)
        waiting_add(server->classes[i], &total);
    return total;
}
