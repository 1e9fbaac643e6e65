/*
 * The steps of the objective "wait": what each class's connections saved, so that a person can see
 * that no other order saves more, and the waiting in all beside the fair answer's.
 */
#include "demands.h"
#include "explain.h"
#include "gain.h"

#include <inttypes.h>

static bool has_say(const struct report *report)
{
    return report->sizing->formula == FORMULA_FAIR && report->sizing->objective == OBJECTIVE_WAIT;
}

/* "; connection 14 saves 3.2 waiting requests a slot, 17 saves 0.11; 18 would save 0.05" */
static void gains_put(const struct pool_class *class, int64_t start, struct text *step)
{
    int64_t limit = class->limit;
    const char *unit = " waiting requests a slot";
    if (limit > start) {
        text_printf(step, "; connection %" PRId64 " saves %.3g%s", start + 1,
                    class_gain(class, start + 1), unit);
        unit = "";
    }
    if (limit > start + 1)
        text_printf(step, ", %" PRId64 " saves %.3g", limit, class_gain(class, limit));
    if (limit >= start && limit < class->need)
        text_printf(step, "; %" PRId64 " would save %.3g%s", limit + 1,
                    class_gain(class, limit + 1), unit);
}

void objective_class_step(const struct report *report, const struct pool_class *class,
                          struct text *text)
{
    struct text step = {.arena = report->arena};
    if (!has_say(report) || !class_goes_by_gain(class) || class->limit == UNKNOWN)
        return;
    int64_t first = class_first(class);
    text_printf(&step, "least waiting: its load takes the first %" PRId64, first);
    if (class->limit < first)
        text_put(&step, ", and does not get them");
    gains_put(class, class->at_least > first ? class->at_least : first, &step);
    step_put(report, "", &step, text);
    text_free(&step);
}

/* "0.42 requests wait on average", "2 queues have no end; in the others 0.3 requests wait ..." */
static void total_put(const struct waiting_total *total, struct text *step)
{
    if (total->overloaded > 0)
        text_printf(step, "%" PRId64 " %s no end%s", total->overloaded,
                    plural(total->overloaded, "queue has", "queues have"),
                    total->queues > 0 ? "; in the others " : "");
    if (total->queues > 0)
        text_printf(step, "%.3g requests wait on average", total->requests);
}

static void fair_total_put(const struct waiting_total *total, const struct waiting_total *by_fair,
                           struct text *step)
{
    if (total->overloaded == by_fair->overloaded && total->requests == by_fair->requests) {
        text_put(step, ", as by fair");
        return;
    }
    text_put(step, " (by fair: ");
    total_put(by_fair, step);
    text_put_char(step, ')');
}

/* For whoever compares the two totals. */
static void weights_put(const struct server_sizing *server, struct text *step)
{
    bool weighs = false;
    for (size_t i = 0; i < server->class_count; i++)
        weighs |= class_goes_by_gain(server->classes[i]) &&
                  server->classes[i]->service->weight != ALLOCATE_WEIGHT_ONE;
    text_put(step, weighs ? "; each counts by its service's weight" : "");
}

void objective_step(const struct report *report, size_t server, struct text *text)
{
    const struct server_sizing *own = &report->sizing->servers[server];
    const struct server_sizing *fair = &report->by_formula[FORMULA_FAIR].servers[server];
    struct text step = {.arena = report->arena};
    struct waiting_total total = waiting_total_find(own), by_fair = waiting_total_find(fair);
    if (!has_say(report) || !own->fits)
        return;
    if (total.by_gain == 0) {
        text_put(&step, "least waiting: nobody here has a demand to go by; the fair answer");
    } else if (own->objective == OBJECTIVE_FAIR) {
        text_put(&step, "the fair answer waits least: ");
        total_put(&total, &step);
    } else {
        text_put(&step, "least waiting: ");
        total_put(&total, &step);
        fair_total_put(&total, &by_fair, &step);
        weights_put(own, &step);
    }
    step_put(report, "objective", &step, text);
    text_free(&step);
}
