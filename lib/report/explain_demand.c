/*
 * The steps from a demand to a need: the load of one pool, what each target asks for, and what the
 * limit means.
 */
#include "decimal.h"
#include "demands.h"
#include "explain.h"
#include "observed.h"

#include <inttypes.h>

/* What the connections in use of all pools are for one. */
static void load_put(const struct pool_class *class, struct text *step)
{
    int64_t processes = class->service->processes;
    text_printf(step, " / (%" PRId64 " serving x %" PRId64 " %s) = %.4g Erlang for one pool",
                class->demand->serving, processes, plural(processes, "process", "processes"),
                class->demand->load.erlangs);
}

/* Little's law, where two moments were counted. */
static void counted_put(const struct server_sizing *server, const struct pool_class *class,
                        struct text *step)
{
    const struct observed_class *observed = observed_class_find(server, class);
    const struct observed_database *database = observed_database_find(server, class);
    if (observed == NULL || observed->state != OBSERVED_COUNTED || database == NULL)
        return;
    text_printf(step, "%.4g transactions/s of its database x held %.4g ms = %.4g; ",
                (double)database->rate.value / 1000, (double)database->held_us.value / 1000,
                (double)observed->in_use.value / 1000);
}

static void observed_load_step(const struct report *report, const struct pool_class *class,
                               struct text *text)
{
    const struct pool_demand *demand = class->demand;
    struct text step = {.arena = report->arena};
    counted_put(&report->sizing->servers[class->server], class, &step);
    text_printf(&step, "observed at most %.4g in use",
                demand->load.erlangs * (double)(demand->serving * class->service->processes));
    load_put(class, &step);
    if (demand->held_is_known)
        text_printf(&step, "; held at most %.4g ms", demand->load.held_ms);
    else
        text_put(&step, "; held for a time that is not known");
    step_put(report, "", &step, text);
    text_free(&step);
}

static void load_step(const struct report *report, const struct pool_class *class,
                      struct text *text)
{
    const struct demand *said = class->service->demand;
    struct text step = {.arena = report->arena};
    if (said == NULL) /* of a pooler */
        text_printf(&step, "%.4g Erlang of its clients in one pool, held %.4g ms on average",
                    class->demand->load.erlangs * (double)class->demand->serving,
                    class->demand->load.held_ms);
    else
        text_printf(&step, "rate %g/s x held %g ms", (double)said->rate_thousandths / 1000,
                    (double)said->held_us / 1000);
    load_put(class, &step);
    if (class->demand->load.variability > 1)
        text_printf(&step, "; waits x %.3g for variability %g (Allen-Cunneen)",
                    waiting_spread(&class->demand->load), class->demand->load.variability);
    step_put(report, "", &step, text);
    text_free(&step);
}

/* What one target alone asks for. */
static void target_put(const struct pool_demand *demand, const struct wait_targets *targets,
                       struct text *step)
{
    struct pool_demand one = *demand;
    one.targets = *targets;
    if (!need_find(&one.load, &one.targets, MAX_CONNECTIONS_LIMIT, &one.need))
        return;
    one.need.reason = targets->p99_ms >= 0 ? NEED_P99 : NEED_TIMEOUT;
    need_put(&one, step);
    if (one.need.is_possible)
        text_printf(step, " needs %" PRId64, one.need.limit);
    else
        text_put(step, " cannot be met");
}

static void targets_step(const struct report *report, const struct pool_class *class,
                         struct text *text)
{
    const struct wait_targets *all = &class->demand->targets;
    const struct wait_targets none = {-1, -1, -1, -1, -1};
    struct wait_targets p99 = none, timeout = none;
    struct text step = {.arena = report->arena};
    char after[24];
    if (!class->demand->held_is_known) {
        need_put(class->demand, &step);
        text_printf(&step, " needs %" PRId64, class->demand->need.limit);
        step_put(report, "", &step, text);
        text_free(&step);
        return;
    }
    p99.p99_ms = all->p99_ms;
    timeout.timeout_chance = all->timeout_chance;
    timeout.timeout_ms = all->timeout_ms;
    target_put(class->demand, &p99, &step);
    text_put(&step, "; ");
    target_put(class->demand, &timeout, &step);
    text_printf(&step, " (time-out after %s)",
                duration_show(class->service->pool_timeout_ms, after));
    if (class->need != UNKNOWN)
        text_printf(&step, "; need %" PRId64, class->need);
    step_put(report, "", &step, text);
    text_free(&step);
}

static void waiting_step(const struct report *report, const struct pool_class *class,
                         struct text *text)
{
    struct waiting waiting;
    struct text step = {.arena = report->arena};
    if (!class_waiting(report->sizing, class, &waiting))
        return;
    text_printf(&step, "at limit %" PRId64 ": ", class_limit(report->sizing, class));
    if (!waiting.is_overloaded) {
        text_printf(&step, "%.2g %% of the pool in use, ", waiting.utilisation * 100);
        chance_put(waiting.chance, &step);
        text_put(&step, " of the requests wait, ");
        wait_put(waiting.mean_ms, &step);
        text_put(&step, " on average; ");
    }
    waiting_put(&waiting, &step);
    step_put(report, "", &step, text);
    text_free(&step);
}

void demand_steps(const struct report *report, const struct pool_class *class, struct text *text)
{
    if (class->demand->is_observed)
        observed_load_step(report, class, text);
    else
        load_step(report, class, text);
    targets_step(report, class, text);
    waiting_step(report, class, text);
}
