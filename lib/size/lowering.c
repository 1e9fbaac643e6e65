#include "lowering.h"

#include "budget.h"
#include "contexts.h"
#include "demands.h"
#include "ways_out.h"

#include <inttypes.h>

enum { SHOWN = 3 };

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
static int64_t lowered(const struct lowering *lowering, size_t begin, size_t end)
{
    int64_t least = MAX_CONNECTIONS_LIMIT, greatest = 0;
    for (size_t at = begin; at < end; at++) {
        struct class_list own = service_classes(lowering->server, lowering->classes.at[at]);
        /* What lands from another server stands behind the server's own. */
        if (at > begin && lowering->classes.at[at]->target->server ==
                              lowering->classes.at[at - 1]->target->server)
            continue;
        for (size_t i = 0; i < own.count; i++) {
            least = own.at[i]->limit < least ? own.at[i]->limit : least;
            greatest = own.at[i]->limit > greatest ? own.at[i]->limit : greatest;
        }
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
        bool changes = false;
        end = service_end(lowering, begin);
        int64_t limit = lowered(lowering, begin, end);
        for (size_t i = begin; i < end; i++)
            changes |= is_lowered(classes.at[i], limit);
        /* All of its pools have it then, those too that are smaller by the URL of their server. */
        for (size_t i = begin; i < end; i++) {
            const struct pool_class *class = classes.at[i];
            if (changes && (limit < 1 || limit < class->deadlock_floor || overloads(class, limit)))
                return 0;
            lowering->limits[class->place] = changes ? limit : class_limit_of(class, LIMIT_TODAY);
        }
        count += changes;
    }
    return row_holds(lowering) ? count : 0;
}

static void lowering_put(struct judge *judge, const struct lowering *lowering, size_t count,
                         struct way_out *ret_way)
{
    struct class_list classes = lowering->classes;
    struct text text = {.arena = judge->arena};
    *ret_way = (struct way_out){.sets = ARENA_ARRAY(judge->arena, count, const char *)};
    size_t put = 0;
    const char *said = NULL; /* the key that was said last */
    text_put(&text, "lower ");
    for (size_t begin = 0, end; begin < classes.count; begin = end) {
        bool changes = false;
        end = service_end(lowering, begin);
        int64_t limit = lowered(lowering, begin, end);
        for (size_t i = begin; i < end; i++)
            changes |= is_lowered(classes.at[i], limit);
        if (!changes)
            continue;
        const char *name = classes.at[begin]->service->name;
        bool is_pooler = classes.at[begin]->service->pooler != NULL;
        const char *key = is_pooler ? "default_pool_size" : "connection_limit";
        if (put < SHOWN)
            text_printf(&text, "%s%s%s%s to %" PRId64,
                        put == 0           ? ""
                        : put + 1 == count ? " and "
                                           : ", ",
                        key == said ? "" : key, key == said ? "" : " of ", name, limit);
        said = key;
        way_set(judge->arena, ret_way, is_pooler ? "poolers" : "services", name, key, limit);
        put++;
    }
    if (count > SHOWN)
        text_printf(&text, " and of %zu more (pgsize recommend lists them)", count - SHOWN);
    ret_way->what = text_keep(&text);
}

/* Room for one number of each class of any server, made when it is first asked for. */
static int64_t *limits_make(struct judge *judge)
{
    const struct sizing *sizing = judge->sizing;
    size_t most = 0;
    size_t all = sizing->server_count + sizing->pooler_count;
    for (size_t i = 0; judge->limits == NULL && i < all; i++)
        if (sizing->servers[i].counted_count > most)
            most = sizing->servers[i].counted_count;
    if (judge->limits == NULL)
        judge->limits = ARENA_ARRAY(judge->arena, most + 1, int64_t);
    return judge->limits;
}

/* The largest `most` that is enough: what a service holds grows with it. */
bool lower_find(struct judge *judge, const struct server_sizing *server, size_t row,
                bool within_alert, struct way_out *ret_way)
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
    lowering_put(judge, &lowering, lowering_count(&lowering), ret_way);
    return true;
}
