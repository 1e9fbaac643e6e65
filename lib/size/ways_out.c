#include "ways_out.h"

#include "budget.h"
#include "classes.h"

#include <inttypes.h>
#include <string.h>

enum { SHOWN = 3 };

/* Whether a class counts in a row: 0 is the budget, else a role or database limit. */
static bool in_row(const struct pool_class *class, size_t row)
{
    return row == 0 || class->role_row == row - 1 || class->database_row == row - 1;
}

static int64_t class_peak(const struct sizing *sizing, const struct pool_class *class)
{
    return class_connections(class->pools_at_peak, class_limit(sizing, class)) +
           class->extra_at_peak;
}

const struct pool_class *largest_consumer(const struct sizing *sizing,
                                          const struct server_sizing *server, size_t row)
{
    const struct pool_class *largest = NULL;
    for (size_t i = 0; i < server->class_count; i++)
        if (in_row(server->classes[i], row) &&
            (largest == NULL ||
             class_peak(sizing, server->classes[i]) > class_peak(sizing, largest)))
            largest = server->classes[i];
    return largest;
}

static void consumer_put(const struct sizing *sizing, const struct pool_class *class,
                         struct text *text)
{
    int64_t limit = class_limit(sizing, class);
    service_pool_name(class->service, class->target, text);
    text_printf(text, " %" PRId64 " x %" PRId64 "%s", class->pools_at_peak,
                limit == UNKNOWN ? 1 : limit, limit == UNKNOWN ? " (unknown)" : "");
    if (class->extra_at_peak > 0)
        text_printf(text, " + %" PRId64, class->extra_at_peak);
    text_printf(text, " = %" PRId64, class_peak(sizing, class));
}

void consumers_put(const struct sizing *sizing, const struct server_sizing *server, size_t row,
                   struct text *text)
{
    const struct pool_class *shown[SHOWN];
    size_t count = 0, rest = 0;
    /* The largest, kept in file order when all of them are shown. */
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        if (!in_row(class, row) || class_peak(sizing, class) == 0)
            continue;
        if (count < SHOWN) {
            shown[count++] = class;
            continue;
        }
        rest++;
        size_t least = 0;
        for (size_t k = 1; k < SHOWN; k++)
            if (class_peak(sizing, shown[k]) < class_peak(sizing, shown[least]))
                least = k;
        if (class_peak(sizing, class) > class_peak(sizing, shown[least]))
            shown[least] = class;
    }
    for (size_t i = 0; i < count; i++) {
        text_put(text, i > 0 ? ", " : "");
        consumer_put(sizing, shown[i], text);
    }
    if (rest > 0)
        text_printf(text, " and %zu more", rest);
}

void server_prefix(const struct sizing *sizing, const struct server_sizing *server,
                   struct text *text)
{
    if (sizing->server_count > 1)
        text_printf(text, "%s: ", server->server->name);
}

/* What a class would hold after lowering it to the recommended limit; unknown ones are set to it.
 */
static int64_t lowered(const struct pool_class *class)
{
    return class->today == UNKNOWN || class->limit < class->today ? class->limit : class->today;
}

static bool lowering_works(const struct server_sizing *server, bool within_alert)
{
    if (!server->fits)
        return false;
    int64_t peak = server->extra_at_peak;
    for (size_t i = 0; i < server->class_count; i++)
        peak += server->classes[i]->pools_at_peak * lowered(server->classes[i]);
    return within_alert ? !budget_over_alert(&server->budget, peak) : peak <= server->budget.budget;
}

static bool lower_put(struct text *text, const struct server_sizing *server, bool within_alert)
{
    if (!lowering_works(server, within_alert))
        return false;
    size_t count = 0, put = 0;
    for (size_t i = 0; i < server->class_count; i++)
        count += lowered(server->classes[i]) != server->classes[i]->today &&
                 server->classes[i]->pools_at_peak > 0;
    if (count == 0)
        return false;
    text_put(text, "lower connection_limit of ");
    for (size_t i = 0; i < server->class_count && put < SHOWN; i++) {
        const struct pool_class *class = server->classes[i];
        if (lowered(class) == class->today || class->pools_at_peak == 0)
            continue;
        text_put(text, put == 0 ? "" : put + 1 == count ? " and " : ", ");
        service_pool_name(class->service, class->target, text);
        text_printf(text, " to %" PRId64, lowered(class));
        put++;
    }
    if (count > SHOWN)
        text_printf(text, " and of %zu more (pgsize recommend lists them)", count - SHOWN);
    return true;
}

bool raise_put(struct text *text, const struct server_sizing *server, int64_t peak,
               bool within_alert)
{
    int64_t fits = budget_needed(server->server, &server->budget, peak, false);
    int64_t calm = budget_needed(server->server, &server->budget, peak, true);
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
    int64_t steady =
        class_connections(class->pools_steady, class_limit(sizing, class)) + class->extra_steady;
    /* The classic rules reserve what is outside the pools at peak: with less of it limits would
     * grow. */
    if (sizing->purpose == PURPOSE_RECOMMEND && class->extra_at_peak != class->extra_steady)
        return false;
    if (class->service->target_count > 1 || steady == class_peak(sizing, class) ||
        server_peak(sizing, server) - class_peak(sizing, class) + steady > server->budget.budget)
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
    bool put = sizing->purpose == PURPOSE_CHECK && lower_put(help, server, within_alert);
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
