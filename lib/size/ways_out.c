#include "ways_out.h"

#include "budget.h"
#include "classes.h"
#include "contexts.h"
#include "instances.h"
#include "inverse.h"
#include "lowering.h"
#include "poolers.h"
#include "recommend.h"

#include <inttypes.h>
#include <string.h>

enum { SHOWN = 3 };

/* What a row's peak is made of: the pools that run at its worst moment. */
struct peak {
    const struct sizing *sizing;
    const struct server_sizing *server;
    size_t row, context;
};

static struct peak peak_of(const struct sizing *sizing, const struct server_sizing *server,
                           size_t row)
{
    enum limit_kind kind = sizing->purpose == PURPOSE_CHECK ? LIMIT_TODAY : LIMIT_RECOMMENDED;
    return (struct peak){sizing, server, row, row_worst_context(server, row, MOMENT_PEAK, kind)};
}

static int64_t class_peak(const struct peak *peak, const struct pool_class *class)
{
    int64_t pools = context_pools(peak->server, class, peak->context, MOMENT_PEAK);
    int64_t limit = class_limit(peak->sizing, class);
    bool is_first;
    return class_connections(pools, limit) +
           context_extra(peak->server, class, peak->context, MOMENT_PEAK) -
           class_excess(class, limit == UNKNOWN ? 1 : limit, &is_first);
}

const struct pool_class *largest_consumer(const struct sizing *sizing,
                                          const struct server_sizing *server, size_t row)
{
    const struct pool_class *largest = NULL;
    struct peak peak = peak_of(sizing, server, row);
    struct class_list classes = row_classes(server, row);
    for (size_t i = 0; i < classes.count; i++)
        if (largest == NULL || class_peak(&peak, classes.at[i]) > class_peak(&peak, largest))
            largest = classes.at[i];
    return largest;
}

static void consumer_put(const struct peak *peak, const struct pool_class *class, struct text *text)
{
    int64_t limit = class_limit(peak->sizing, class);
    int64_t extra = context_extra(peak->server, class, peak->context, MOMENT_PEAK);
    service_pool_name(class->service, class->target, text);
    if (is_landed(peak->server, class))
        text_printf(text, " of %s", class_server(peak->sizing, class)->name);
    text_printf(text, " %" PRId64 " x %" PRId64 "%s",
                context_pools(peak->server, class, peak->context, MOMENT_PEAK),
                limit == UNKNOWN ? 1 : limit, limit == UNKNOWN ? " (unknown)" : "");
    if (extra > 0)
        text_printf(text, " + %" PRId64, extra);
    bool is_first;
    bool is_cut = class_excess(class, limit == UNKNOWN ? 1 : limit, &is_first) > 0;
    text_printf(text, "%s %" PRId64,
                !is_cut    ? " ="
                : is_first ? ", at most"
                           : ", adds",
                class_peak(peak, class));
}

void consumers_put(const struct sizing *sizing, const struct server_sizing *server, size_t row,
                   struct text *text)
{
    const struct pool_class *shown[SHOWN];
    struct peak peak = peak_of(sizing, server, row);
    struct class_list classes = row_classes(server, row);
    size_t count = 0, rest = 0;
    /* The largest, in file order. */
    for (size_t i = 0; i < classes.count; i++) {
        const struct pool_class *class = classes.at[i];
        if (class_peak(&peak, class) == 0)
            continue;
        if (count < SHOWN) {
            shown[count++] = class;
            continue;
        }
        rest++;
        size_t least = 0;
        for (size_t k = 1; k < SHOWN; k++)
            if (class_peak(&peak, shown[k]) < class_peak(&peak, shown[least]))
                least = k;
        if (class_peak(&peak, class) <= class_peak(&peak, shown[least]))
            continue;
        memmove(shown + least, shown + least + 1, (SHOWN - 1 - least) * sizeof *shown);
        shown[SHOWN - 1] = class;
    }
    for (size_t i = 0; i < count; i++) {
        text_put(text, i > 0 ? ", " : "");
        consumer_put(&peak, shown[i], text);
    }
    if (rest > 0)
        text_printf(text, " and %zu more", rest);
}

int64_t service_limit(const struct pool_class *class)
{
    const struct service *service = class->service;
    const struct pool_class *first = class - (class->target - service->targets);
    int64_t least = first->limit;
    for (size_t i = 0; i < service->target_count; i++)
        if (first[i].limit < least)
            least = first[i].limit;
    return least < 1 || least < class->deadlock_floor ? UNKNOWN : least;
}

bool raise_put(struct text *text, const struct server_sizing *server, int64_t peak,
               bool within_alert, int64_t *ret_most)
{
    int64_t fits = budget_needed(server->server, &server->budget, peak, false);
    int64_t calm = budget_needed(server->server, &server->budget, peak, true);
    /* With a margin that is a share and an alert that is a count, only fewer would be calm. */
    if (calm <= server->budget.max_connections)
        calm = UNKNOWN;
    if (fits <= server->budget.max_connections)
        fits = UNKNOWN;
    if (within_alert && calm == UNKNOWN)
        return false;
    *ret_most = within_alert ? calm : fits;
    if (within_alert || (fits == calm && fits != UNKNOWN)) {
        text_printf(text, "%s %" PRId64, raise_words(server), calm);
        return true;
    }
    if (fits == UNKNOWN)
        return false;
    text_printf(text, "%s %" PRId64, raise_words(server), fits);
    if (calm != UNKNOWN)
        text_printf(text, " (%" PRId64 " to stay under the alert)", calm);
    return true;
}

/* One service whose deploy alone is too much can be deployed without overlap. */
static bool recreate_find(struct judge *judge, const struct server_sizing *server,
                          struct way_out *ret_way)
{
    const struct sizing *sizing = judge->sizing;
    const struct pool_class *class = largest_consumer(sizing, server, 0);
    struct peak peak = peak_of(sizing, server, 0);
    int64_t at_peak = class_peak(&peak, class),
            extra = context_extra(server, class, 0, MOMENT_STEADY),
            steady = class_connections(class->pools_steady, class_limit(sizing, class)) + extra;
    /* The classic rules reserve what is outside the pools at peak: with less of it limits would
     * grow. */
    if (sizing->purpose == PURPOSE_RECOMMEND && class->extra_at_peak != extra)
        return false;
    if (class->job != NO_ROW || class->service->target_count > 1 || steady == at_peak ||
        server_peak(sizing, server) - at_peak + steady > server->budget.budget)
        return false;
    *ret_way = (struct way_out){
        .what =
            arena_printf(judge->arena, "give %s the rollout \"recreate\"", class->service->name),
        .sets = ARENA_ARRAY(judge->arena, 1, const char *),
    };
    way_set_word(judge->arena, ret_way, "services", class->service->name, "rollout", "recreate");
    return true;
}

/* Fewer instances of one service, the largest. */
static bool fewer_find(struct judge *judge, const struct pool_class *class, int64_t most,
                       struct way_out *ret_way)
{
    if (class == NULL || class->service->is_job || most == UNKNOWN || most < 1 ||
        most >= class->service->instances_max)
        return false;
    *ret_way = (struct way_out){
        .what = arena_printf(judge->arena, "run at most %" PRId64 " %s of %s", most,
                             plural(most, "instance", "instances"), class->service->name),
        .sets = ARENA_ARRAY(judge->arena, 1, const char *),
    };
    way_set(judge->arena, ret_way, "services", class->service->name, "instances.max", most);
    return true;
}

static bool raise_find(struct judge *judge, const struct server_sizing *server, int64_t peak,
                       bool within_alert, struct way_out *ret_way)
{
    struct text what = {.arena = judge->arena};
    int64_t most;
    if (peak == UNKNOWN || !raise_put(&what, server, peak, within_alert, &most)) {
        text_free(&what);
        return false;
    }
    *ret_way = (struct way_out){
        .what = text_keep(&what),
        .sets = ARENA_ARRAY(judge->arena, 1, const char *),
    };
    if (max_connections_is_settable(server))
        way_set(judge->arena, ret_way, "servers", server->server->name, "max_connections", most);
    return true;
}

/* The next larger plan of the same provider that is enough. */
static bool larger_plan_find(struct judge *judge, const struct server_sizing *server, int64_t peak,
                             struct way_out *ret_way)
{
    const struct plan *plan = peak == UNKNOWN ? NULL : plan_enough(server, peak);
    if (plan == NULL || plan == server->input.plan)
        return false;
    const char *name = arena_printf(judge->arena, "%s/%s", server->input.provider->id, plan->id);
    *ret_way = (struct way_out){
        .what = arena_printf(judge->arena, "choose the plan %s, with %" PRId64 " connections", name,
                             plan->max_connections),
        .sets = ARENA_ARRAY(judge->arena, 1, const char *),
    };
    if (server->budget.source == SOURCE_PLAN)
        way_set_word(judge->arena, ret_way, "servers", server->server->name, "plan", name);
    return true;
}

/* What services will hold at peak once max_connections is raised; UNKNOWN: nobody knows. Declared
 * limits stay as they are; fair ones grow up to the needs, beyond which surplus stops at the alert;
 * those of the classic rules grow with max_connections. */
static int64_t raised_peak(const struct sizing *sizing, const struct server_sizing *server)
{
    if (sizing->purpose == PURPOSE_CHECK)
        return server->today_is_lower_bound ? UNKNOWN : server->today_peak;
    return sizing->formula == FORMULA_FAIR ? server->needed_peak : UNKNOWN;
}

void ways_out_add(struct judge *judge, const struct server_sizing *server, bool within_alert)
{
    const struct sizing *sizing = judge->sizing;
    const struct pool_class *largest = largest_consumer(sizing, server, 0);
    bool is_certain = sizing->purpose != PURPOSE_CHECK || !server->today_is_lower_bound;
    bool is_deploy = server_steady(sizing, server) <= server->budget.budget;
    int64_t peak = raised_peak(sizing, server);
    struct way_out way;
    bool is_lowered =
        sizing->purpose == PURPOSE_CHECK && lower_find(judge, server, 0, within_alert, &way);
    if (is_lowered)
        way_add(judge, &way);
    if (raise_find(judge, server, peak, within_alert, &way))
        way_add(judge, &way);
    if (!within_alert && is_deploy && is_certain && recreate_find(judge, server, &way))
        way_add(judge, &way);
    if (larger_plan_find(judge, server, peak, &way))
        way_add(judge, &way);
    /* Classic rules give the others more then. */
    bool limits_stay = sizing->purpose == PURPOSE_CHECK;
    if (is_certain && limits_stay && largest != NULL &&
        fewer_find(judge, largest, instances_on_server(sizing, server, largest, within_alert),
                   &way))
        way_add(judge, &way);
    /* Limits are lowered in an hour, and a pooler is one thing more to run. */
    if (!is_lowered && !within_alert && is_certain)
        pooler_way_add(judge, server);
}

/* The class whose smallest limits take most, and how many instances of it would let them fit. */
static const struct pool_class *floors_find(const struct server_sizing *server, int64_t *ret_most)
{
    size_t worst = row_worst_context(server, 0, MOMENT_PEAK, LIMIT_LEAST);
    const struct pool_class *largest = NULL;
    int64_t largest_sum = 0;
    for (size_t i = 0; i < server->counted_count; i++) {
        const struct pool_class *class = server->counted[i];
        int64_t sum = context_pools(server, class, worst, MOMENT_PEAK) * class->at_least +
                      context_extra(server, class, worst, MOMENT_PEAK);
        if (sum > largest_sum && !class->service->is_job && class->service->pooler == NULL) {
            largest = class;
            largest_sum = sum;
        }
    }
    if (largest != NULL)
        *ret_most = instances_at_floors(server, largest,
                                        row_sum(server, 0, worst, MOMENT_PEAK, LIMIT_LEAST));
    return largest;
}

void ways_out_of_floors_add(struct judge *judge, const struct server_sizing *server)
{
    struct way_out way;
    int64_t most = UNKNOWN;
    bool caps_fit = true;
    for (size_t i = 0; i < server->cap_count; i++)
        caps_fit &= server->caps[i].short_by <= 0;
    if (raise_find(judge, server, server->needed_peak, false, &way))
        way_add(judge, &way);
    if (larger_plan_find(judge, server, server->needed_peak, &way))
        way_add(judge, &way);
    const struct pool_class *largest = floors_find(server, &most);
    if (caps_fit && fewer_find(judge, largest, most, &way))
        way_add(judge, &way);
    pooler_way_add(judge, server);
}
