#include "ways_out.h"

#include "budget.h"
#include "classes.h"
#include "contexts.h"
#include "demands.h"

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
    return class_connections(pools, class_limit(peak->sizing, class)) +
           context_extra(peak->server, class, peak->context, MOMENT_PEAK);
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
    text_printf(text, " %" PRId64 " x %" PRId64 "%s",
                context_pools(peak->server, class, peak->context, MOMENT_PEAK),
                limit == UNKNOWN ? 1 : limit, limit == UNKNOWN ? " (unknown)" : "");
    if (extra > 0)
        text_printf(text, " + %" PRId64, extra);
    text_printf(text, " = %" PRId64, class_peak(peak, class));
}

void consumers_put(const struct sizing *sizing, const struct server_sizing *server, size_t row,
                   struct text *text)
{
    const struct pool_class *shown[SHOWN];
    struct peak peak = peak_of(sizing, server, row);
    struct class_list classes = row_classes(server, row);
    size_t count = 0, rest = 0;
    /* The largest, kept in file order when all of them are shown. */
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
        if (class_peak(&peak, class) > class_peak(&peak, shown[least]))
            shown[least] = class;
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

/* Lowering declared limits to recommended ones, so that a row holds. */
struct lowering {
    const struct server_sizing *server;
    size_t row;                /* 0: the budget, else a role or database limit */
    struct class_list classes; /* that count in it */
    bool within_alert;
    int64_t most;    /* for a service, between the limits recommended to its databases */
    int64_t *limits; /* of each class then, by place */
};

/* Where the classes of the next service begin. */
static size_t service_end(const struct lowering *lowering, size_t begin)
{
    struct class_list classes = lowering->classes;
    size_t end = begin + 1;
    while (end < classes.count && classes.at[end]->service == classes.at[begin]->service)
        end++;
    return end;
}

/* What a pool of a service would hold then: it has one connection_limit, whatever its databases. */
static int64_t lowered(const struct lowering *lowering, const struct pool_class *class)
{
    struct class_list own = service_classes(lowering->server, class);
    int64_t least = own.at[0]->limit, greatest = least;
    for (size_t i = 1; i < own.count; i++) {
        least = own.at[i]->limit < least ? own.at[i]->limit : least;
        greatest = own.at[i]->limit > greatest ? own.at[i]->limit : greatest;
    }
    if (lowering->most < least)
        return least;
    return lowering->most < greatest ? lowering->most : greatest;
}

/* Pools that nobody knows hold it too. */
static bool is_lowered(const struct pool_class *class, int64_t limit)
{
    return class->pools_at_peak > 0 && (class->today == UNKNOWN || limit < class->today);
}

static bool row_holds(const struct lowering *lowering)
{
    const struct server_sizing *server = lowering->server;
    int64_t peak = row_most_with(server, lowering->row, MOMENT_PEAK, lowering->limits);
    if (lowering->row > 0)
        return peak <= server->caps[lowering->row - 1].limit;
    return lowering->within_alert ? !budget_over_alert(&server->budget, peak)
                                  : peak <= server->budget.budget;
}

static bool overloads(const struct pool_class *class, int64_t limit)
{
    return class->demand != NULL && !class->demand->is_observed &&
           class->demand->load.erlangs >= (double)limit;
}

/* Counts the services to lower; 0: it is not enough, or another error would come of it. */
static size_t lowering_count(const struct lowering *lowering)
{
    struct class_list classes = lowering->classes;
    size_t count = 0;
    for (size_t begin = 0, end; begin < classes.count; begin = end) {
        bool counted = false;
        end = service_end(lowering, begin);
        int64_t limit = lowered(lowering, classes.at[begin]);
        for (size_t i = begin; i < end; i++) {
            const struct pool_class *class = classes.at[i];
            bool changes = is_lowered(class, limit);
            if (changes && (limit < 1 || limit < class->deadlock_floor || overloads(class, limit)))
                return 0;
            lowering->limits[class->place] = changes ? limit : class_limit_of(class, LIMIT_TODAY);
            counted |= changes;
        }
        count += counted;
    }
    return row_holds(lowering) ? count : 0;
}

static void lowering_put(const struct lowering *lowering, size_t count, struct text *text)
{
    struct class_list classes = lowering->classes;
    size_t put = 0;
    text_put(text, "lower connection_limit of ");
    for (size_t begin = 0, end; begin < classes.count && put < SHOWN; begin = end) {
        bool changes = false;
        end = service_end(lowering, begin);
        int64_t limit = lowered(lowering, classes.at[begin]);
        for (size_t i = begin; i < end; i++)
            changes |= is_lowered(classes.at[i], limit);
        if (!changes)
            continue;
        text_put(text, put == 0 ? "" : put + 1 == count ? " and " : ", ");
        text_printf(text, "%s to %" PRId64, classes.at[begin]->service->name, limit);
        put++;
    }
    if (count > SHOWN)
        text_printf(text, " and of %zu more (pgsize recommend lists them)", count - SHOWN);
}

/* Room for one number of each class of any server, made when it is first asked for. */
static int64_t *limits_make(struct judge *judge)
{
    const struct sizing *sizing = judge->sizing;
    size_t most = 0;
    for (size_t i = 0; judge->limits == NULL && i < sizing->server_count; i++)
        if (sizing->servers[i].class_count > most)
            most = sizing->servers[i].class_count;
    if (judge->limits == NULL)
        judge->limits = ARENA_ARRAY(judge->arena, most + 1, int64_t);
    return judge->limits;
}

/* The largest `most` that is enough: what a service holds grows with it. */
bool lower_put(struct judge *judge, struct text *text, const struct server_sizing *server,
               size_t row, bool within_alert)
{
    struct lowering lowering = {
        .server = server,
        .row = row,
        .classes = row_classes(server, row),
        .within_alert = within_alert,
        .limits = limits_make(judge),
    };
    if (!server->fits || lowering_count(&lowering) == 0)
        return false;
    int64_t enough = 0, too_many = MAX_CONNECTIONS_LIMIT;
    lowering.most = too_many;
    if (lowering_count(&lowering) > 0) /* as almost always: the databases of a service are alike */
        enough = too_many;
    while (too_many - enough > 1) {
        lowering.most = enough + (too_many - enough) / 2;
        if (lowering_count(&lowering) > 0)
            enough = lowering.most;
        else
            too_many = lowering.most;
    }
    lowering.most = enough;
    lowering_put(&lowering, lowering_count(&lowering), text);
    return true;
}

bool raise_put(struct text *text, const struct server_sizing *server, int64_t peak,
               bool within_alert)
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
    if (within_alert || (fits == calm && fits != UNKNOWN)) {
        text_printf(text, "raise max_connections to %" PRId64, calm);
        return true;
    }
    if (fits == UNKNOWN)
        return false;
    text_printf(text, "raise max_connections to %" PRId64, fits);
    if (calm != UNKNOWN)
        text_printf(text, " (%" PRId64 " to stay under the alert)", calm);
    return true;
}

/* One service whose deploy alone is too much can be deployed without overlap. */
static bool recreate_put(struct judge *judge, const struct server_sizing *server)
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
    text_put(&judge->help, judge->help.length > 0 ? "; or give " : "give ");
    text_put(&judge->help, class->service->name);
    text_put(&judge->help, " the rollout \"recreate\"");
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

void ways_out_put(struct judge *judge, const struct server_sizing *server, bool within_alert)
{
    const struct sizing *sizing = judge->sizing;
    struct text *help = &judge->help;
    bool has_unknown = sizing->purpose == PURPOSE_CHECK && server->today_is_lower_bound;
    bool put = sizing->purpose == PURPOSE_CHECK && lower_put(judge, help, server, 0, within_alert);
    int64_t peak = raised_peak(sizing, server);
    if (peak != UNKNOWN) {
        struct text raise = {.arena = judge->arena};
        if (raise_put(&raise, server, peak, within_alert)) {
            text_put(help, put ? "; or " : "");
            text_put(help, raise.bytes);
        }
        text_free(&raise);
    }
    if (!within_alert && server_steady(sizing, server) <= server->budget.budget && !has_unknown)
        (void)recreate_put(judge, server);
}
