#include "contexts.h"

#include "overlap.h"
#include "poolers.h"
#include "rollout.h"

size_t context_count(const struct server_sizing *server)
{
    return server->overlap == NULL ? 1 : server->overlap->row_count;
}

/* What is the same at every moment. */
static bool is_constant(const struct server_sizing *server, const struct pool_class *class)
{
    return class->job == NO_ROW || server->overlap == NULL;
}

/* Of a scheduled job: its runs at that moment, as far as its own bound lets them. */
static int64_t context_runs(const struct server_sizing *server, const struct pool_class *class,
                            size_t context, enum moment moment)
{
    const struct service *service = class->service;
    int64_t runs = server->overlap->rows[context].processes[class->job];
    if (service->at_most == 0)
        return 0; /* switched off */
    if (runs > service->instances_max)
        runs = service->instances_max;
    return moment == MOMENT_STEADY ? runs
                                   : rollout_peak(&service->rollout, runs, service->serverless);
}

int64_t context_pools(const struct server_sizing *server, const struct pool_class *class,
                      size_t context, enum moment moment)
{
    if (is_constant(server, class))
        return moment == MOMENT_PEAK ? class->pools_at_peak : class->pools_steady;
    return context_runs(server, class, context, moment) * class->service->processes *
           class->service->pools;
}

int64_t context_extra(const struct server_sizing *server, const struct pool_class *class,
                      size_t context, enum moment moment)
{
    const struct service *service = class->service;
    if (service->pooler != NULL)
        return class->extra_at_peak;
    /* Of the service, not of each of its databases. */
    if (class->extra_at_peak == 0 || class->target != service->targets)
        return 0;
    if (!is_constant(server, class))
        return context_runs(server, class, context, moment) * service->processes * service->extra;
    return moment == MOMENT_PEAK ? class->extra_at_peak
                                 : service->instances_max * service->processes * service->extra;
}

int64_t context_row_extra(const struct server_sizing *server, size_t row, size_t context,
                          enum moment moment)
{
    struct class_list classes = row_classes(server, row);
    int64_t extra = 0;
    for (size_t i = 0; i < classes.count; i++)
        extra += context_extra(server, classes.at[i], context, moment);
    return extra;
}

int64_t class_limit_of(const struct pool_class *class, enum limit_kind kind)
{
    const int64_t limits[] = {
        [LIMIT_RECOMMENDED] = class->limit,
        [LIMIT_TODAY] = class->today,
        [LIMIT_WANTED] = class_wanted(class),
        [LIMIT_LEAST] = class->at_least,
    };
    return limits[kind] == UNKNOWN ? 1 : limits[kind];
}

/* `limits` by place, else the kind's. */
static int64_t sum_find(const struct server_sizing *server, struct class_list classes,
                        size_t context, enum moment moment, const int64_t *limits,
                        enum limit_kind kind)
{
    int64_t sum = 0;
    struct shared shared = {0};
    for (size_t i = 0; i < classes.count; i++) {
        const struct pool_class *class = classes.at[i];
        int64_t limit = limits != NULL ? limits[class->place] : class_limit_of(class, kind);
        sum += context_pools(server, class, context, moment) * limit +
               context_extra(server, class, context, moment);
        sum -= class->together == NO_ROW ? 0 : shared_excess(&shared, class, limit);
    }
    return sum;
}

int64_t row_sum(const struct server_sizing *server, size_t row, size_t context, enum moment moment,
                enum limit_kind kind)
{
    return sum_find(server, row_classes(server, row), context, moment, NULL, kind);
}

struct most {
    int64_t connections;
    size_t context;
};

static struct most most_find(const struct server_sizing *server, struct class_list classes,
                             enum moment moment, const int64_t *limits, enum limit_kind kind)
{
    struct most most = {0, 0};
    for (size_t context = 0; context < context_count(server); context++) {
        int64_t sum = sum_find(server, classes, context, moment, limits, kind);
        if (sum > most.connections)
            most = (struct most){sum, context};
    }
    return most;
}

int64_t row_most(const struct server_sizing *server, size_t row, enum moment moment,
                 enum limit_kind kind)
{
    return most_find(server, row_classes(server, row), moment, NULL, kind).connections;
}

size_t row_worst_context(const struct server_sizing *server, size_t row, enum moment moment,
                         enum limit_kind kind)
{
    return most_find(server, row_classes(server, row), moment, NULL, kind).context;
}

int64_t classes_most(const struct server_sizing *server, struct class_list classes,
                     enum moment moment, enum limit_kind kind, size_t *ret_context)
{
    struct most most = most_find(server, classes, moment, NULL, kind);
    if (ret_context != NULL)
        *ret_context = most.context;
    return most.connections;
}

int64_t classes_sum(const struct server_sizing *server, struct class_list classes, size_t context,
                    enum moment moment, enum limit_kind kind)
{
    return sum_find(server, classes, context, moment, NULL, kind);
}

int64_t row_most_with(const struct server_sizing *server, size_t row, enum moment moment,
                      const int64_t *limits)
{
    return most_find(server, row_classes(server, row), moment, limits, LIMIT_LEAST).connections;
}
