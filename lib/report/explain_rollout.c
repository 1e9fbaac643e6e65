/*
 * How many instances are alive at the worst moment of a deploy, with the numbers of the formula
 * (rollout.h) put in.
 */
#include "decimal.h"
#include "rollout.h"
#include "table_parts.h"

#include <inttypes.h>
#include <stdio.h>

enum { ALL = 100000 }; /* thousandths of a percent */

void amount_put(const struct amount *amount, struct text *text)
{
    if (amount->is_share)
        text_printf(text, "%g%%", (double)amount->value / 1000);
    else
        text_put_int(text, amount->value);
}

/* "25% = 1 (rounded up)", "5 acts as 3, all instances", "2". */
static void share_put(const struct amount *amount, int64_t instances, int64_t found,
                      const char *rounded, struct text *text)
{
    amount_put(amount, text);
    if (amount->is_share ? amount->value > ALL : amount->value > instances)
        text_printf(text, " acts as %" PRId64 ", all instances", found);
    else if (amount->is_share)
        text_printf(text, " = %" PRId64 " (rounded %s)", found, rounded);
}

/* Unavailable before it becomes 1 where both are 0. */
static int64_t unavailable_written(const struct rollout *rollout, int64_t instances)
{
    const struct amount *amount = &rollout->unavailable;
    int64_t found = rollout_unavailable(rollout, instances);
    bool is_below_one = amount->is_share ? amount->value * instances < ALL : amount->value == 0;
    return is_below_one ? 0 : found;
}

static void amounts_put(const struct rollout *rollout, int64_t instances, struct text *text)
{
    int64_t unavailable = unavailable_written(rollout, instances);
    text_put(text, ": surge s = ");
    share_put(&rollout->surge, instances, rollout_surge(rollout, instances), "up", text);
    text_put(text, ", unavailable u = ");
    share_put(&rollout->unavailable, instances, unavailable, "down", text);
    if (unavailable != rollout_unavailable(rollout, instances))
        text_put(text, ", but 1 where both are 0: else no deploy would move");
}

/* K: those that were told to stop, and still hold their connections. */
static void stopping_put(const struct rollout *rollout, int64_t instances, struct text *text)
{
    char drain[24], ready[24];
    int64_t stopping = rollout_stopping(rollout, instances);
    text_printf(text, "; stopping K = %" PRId64 ": ", stopping);
    if (rollout->drain_ms == 0)
        text_put(text, "with drain 0s they close their connections at once");
    else if (rollout->drain_ms == UNKNOWN)
        text_put(text, "without drain all old ones may still be there");
    else if (rollout->ready_ms <= 0)
        text_put(text, "without ready all old ones may still be there");
    else
        text_printf(
            text,
            "min(%" PRId64 ", (%" PRId64 " + %" PRId64 ") x (floor(%s / %s) + 1)), from "
            "drain and ready",
            instances, rollout_surge(rollout, instances), rollout_unavailable(rollout, instances),
            duration_show(rollout->drain_ms, drain), duration_show(rollout->ready_ms, ready));
}

void rollout_explain(const struct pool_class *class, struct text *text)
{
    const struct service *service = class->service;
    const struct rollout *rollout = &service->rollout;
    int64_t instances = service->instances_max, alive = class->instances_at_peak;
    const char *noun = service->is_job ? plural(instances, "run", "runs")
                                       : plural(instances, "instance", "instances");
    if (service->at_most == 0) {
        text_put(text, "at_most 0 switches it off: 0 alive at peak");
        return;
    }
    text_printf(text, "%" PRId64 " %s, %s", instances, noun,
                rollout_strategy_name(rollout->strategy));
    if (rollout->strategy == ROLLOUT_RECREATE) {
        text_printf(text,
                    ": the old ones are gone before new ones start%s; %" PRId64 " alive at peak",
                    service->serverless ? ", serverless or not" : "", alive);
    } else if (rollout->strategy == ROLLOUT_BLUE_GREEN || service->serverless) {
        text_printf(text, "%s; 2 x %" PRId64 " = %" PRId64 " alive at peak",
                    service->serverless ? ", serverless: frozen instances keep their connections"
                                        : ": all old and all new ones",
                    instances, alive);
    } else {
        amounts_put(rollout, instances, text);
        stopping_put(rollout, instances, text);
        text_printf(text,
                    "; min(R + s + K, 2R) = min(%" PRId64 " + %" PRId64 " + %" PRId64 ", %" PRId64
                    ") = %" PRId64 " alive at peak",
                    instances, rollout_surge(rollout, instances),
                    rollout_stopping(rollout, instances), 2 * instances, alive);
    }
}
