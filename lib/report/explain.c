/*
 * Every step of the arithmetic, with the numbers put in, so that a person can check it by hand.
 */
#include "explain.h"

#include "budget.h"
#include "contexts.h"
#include "jobs_lines.h"
#include "landed.h"
#include "layout.h"
#include "poolers.h"
#include "table_parts.h"

#include <inttypes.h>
#include <string.h>

enum { LABEL = 14 };

void step_put(const struct report *report, const char *label, const struct text *step,
              struct text *text)
{
    if (report->line_put != NULL) {
        report->line_put(label, step->bytes, text);
        return;
    }
    text_put(text, "  ");
    if (text_width(label, text->plain) > LABEL - 4) { /* a long name: whole, on a line of its own */
        text_put_visible(text, label);
        text_put_char(text, '\n');
        text_repeat(text, " ", LABEL);
    } else {
        text_put_cell(text, label, LABEL - 2, TEXT_LEFT);
    }
    (void)wrap_put(report, text, step->bytes, LABEL, LABEL);
    text_put_char(text, '\n');
}

static void budget_step(const struct report *report, const struct server_sizing *server,
                        struct text *text)
{
    const struct budget *budget = &server->budget;
    struct text step = {.arena = report->arena};
    text_printf(&step,
                "max_connections %" PRId64 " (%s) - superuser_reserved_connections %" PRId64
                " - reserved_connections %" PRId64 " - reserved %" PRId64,
                budget->max_connections, source_name(budget->source),
                budget->superuser_reserved_connections, budget->reserved_connections,
                budget->reserved);
    text_printf(&step, " - margin %" PRId64 " (", budget->margin);
    if (server->server->margin.given) {
        amount_put(&server->server->margin, &step);
        text_put(&step, server->server->margin.is_share ? ", rounded up" : "");
    } else {
        text_put(&step, "the larger of 2 and 2%, rounded up");
    }
    text_printf(&step, ") = %" PRId64 " for services", budget->budget);
    step_put(report, "budget", &step, text);
    step.length = 0;
    text_printf(&step,
                "%g%% of %" PRId64 " = %" PRId64 "; less %" PRId64 " kept back = %" PRId64
                " for services before the alert: surplus stops there",
                (double)budget->alert_thousandths / 1000, budget->max_connections,
                budget->alert_connections, budget->kept, budget_alert_room(budget));
    step_put(report, "alert", &step, text);
    text_free(&step);
}

static void class_steps(const struct report *report, const struct pool_class *class,
                        struct text *text)
{
    const struct service *service = class->service;
    struct text step = {.arena = report->arena}, name = {.arena = report->arena};
    class_name_put(class, &name);
    if (service->pooler != NULL)
        text_printf(&step,
                    "%" PRId64 " %s of the pooler, each with a pool of this database and "
                    "role",
                    service->instances_max,
                    plural(service->instances_max, "instance", "instances"));
    else
        rollout_explain(class, &step);
    step_put(report, name.bytes, &step, text);
    step.length = 0;
    text_printf(&step,
                "%" PRId64 " x %" PRId64 " %s x %" PRId64 " %s = %" PRId64 " %s at peak, %" PRId64
                " otherwise",
                class->instances_at_peak, service->processes,
                plural(service->processes, "process", "processes"), service->pools,
                plural(service->pools, "pool", "pools"), class->pools_at_peak,
                plural(class->pools_at_peak, "pool", "pools"), class->pools_steady);
    if (class->extra_at_peak > 0)
        text_printf(&step, "; %" PRId64 " %s outside them", class->extra_at_peak,
                    plural(class->extra_at_peak, "connection", "connections"));
    step_put(report, "", &step, text);
    if (class->demand != NULL)
        demand_steps(report, class, text);
    objective_class_step(report, class, text);
    step.length = 0;
    text_printf(&step, "at least %" PRId64, class->at_least);
    if (class->deadlock_floor > 1)
        text_printf(&step, " (deadlock floor %" PRId64 " x (%" PRId64 " - 1) + 1 = %" PRId64 ")",
                    service->threads, service->connections_per_request, class->deadlock_floor);
    if (class->bound != BOUND_NONE)
        text_printf(&step, ", at most %" PRId64, class->at_most);
    if (class->need != UNKNOWN)
        text_printf(&step, ", %s %" PRId64, service->want != UNKNOWN ? "wants" : "needs",
                    class->need);
    text_printf(&step, ", weight %g; limit ", (double)service->weight / 1000);
    if (class->limit == UNKNOWN)
        text_put(&step, "none");
    else
        text_put_int(&step, class->limit);
    text_put(&step, ": ");
    class_why_put(report->sizing, class, &step);
    step_put(report, "", &step, text);
    text_free(&step);
    text_free(&name);
}

/* What pools that share a limit do not add to the sum. */
static void shared_step(const struct report *report, const struct server_sizing *server,
                        struct text *step)
{
    struct shared shared = {0};
    int64_t excess = 0;
    for (size_t i = 0; i < server->counted_count; i++) {
        const struct pool_class *class = server->counted[i];
        int64_t limit = class_limit(report->sizing, class);
        if (class->together != NO_ROW)
            excess += shared_excess(&shared, class, limit == UNKNOWN ? 1 : limit);
    }
    if (excess > 0)
        text_printf(step, " - %" PRId64 " that a pooler's limits hold back", excess);
}

/* "4 x 7 + 2 x 8" of the classes of `home`, in one moment. */
static void products_put(const struct sizing *sizing, const struct server_sizing *server,
                         const struct server_sizing *home, size_t context, struct text *step)
{
    struct class_list classes = landed_classes(server, home);
    for (size_t i = 0; i < classes.count; i++) {
        const struct pool_class *class = classes.at[i];
        int64_t extra = context_extra(server, class, context, MOMENT_PEAK);
        text_printf(step, "%s%" PRId64 " x %" PRId64, i > 0 ? " + " : "",
                    context_pools(server, class, context, MOMENT_PEAK),
                    class_limit(sizing, class) == UNKNOWN ? 1 : class_limit(sizing, class));
        if (extra > 0)
            text_printf(step, " + %" PRId64, extra);
    }
}

/* "2 x 6 + (at failover, of primary: 4 x 7 + 2 x 8)". */
static void all_products_put(const struct sizing *sizing, const struct server_sizing *server,
                             size_t context, struct text *step)
{
    products_put(sizing, server, server, context, step);
    const char *plus = server->class_count > 0 ? " + " : "";
    for (const struct server_sizing *at = server->leader; at != NULL; at = at->leader) {
        if (at->class_count == 0)
            continue;
        text_printf(step, "%s(at failover, of %s: ", plus, at->server->name);
        products_put(sizing, server, at, context, step);
        text_put(step, ")");
        plus = " + ";
    }
}

static void sum_step(const struct report *report, const struct server_sizing *server,
                     struct text *text)
{
    const struct budget *budget = &server->budget;
    struct text step = {.arena = report->arena};
    const struct sizing *sizing = report->sizing;
    int64_t peak = server_peak(sizing, server);
    if (peak == UNKNOWN)
        return;
    size_t worst = row_worst_context(
        server, 0, MOMENT_PEAK, sizing->purpose == PURPOSE_CHECK ? LIMIT_TODAY : LIMIT_RECOMMENDED);
    for (size_t i = 0; server->overlap != NULL && i < context_count(server); i++) {
        step.length = 0;
        jobs_moments_words(server, i, &step);
        step_put(report, i == 0 ? "moments" : "", &step, text);
        step.length = 0;
    }
    all_products_put(sizing, server, worst, &step);
    shared_step(report, server, &step);
    if (is_front(sizing, server)) {
        text_printf(&step, "%s%" PRId64 " of %" PRId64 " clients",
                    server->class_count > 0 ? " = " : "", peak, budget->max_connections);
        step_put(report, sizing->purpose == PURPOSE_CHECK ? "today" : "sum", &step, text);
        text_free(&step);
        return;
    }
    int64_t used = peak + budget->kept;
    text_printf(&step, "%s%" PRId64 "; + %" PRId64 " kept back = %" PRId64 " of %" PRId64 " = %g%%",
                server->counted_count > 0 ? " = " : "", peak, budget->kept, used,
                budget->max_connections, (double)budget_permille(budget, used) / 10);
    step_put(report, sizing->purpose == PURPOSE_CHECK ? "today" : "sum", &step, text);
    text_free(&step);
}

static void classic_put(enum formula formula, const struct server_sizing *server, struct text *step)
{
    const struct budget *budget = &server->budget;
    int64_t pools = formula_pools(server), extra = formula_extra(server);
    const char *noun = plural(pools, "pool", "pools");
    if (pools == 0) {
        text_put(step, "there are no pools to divide by");
        return;
    }
    if (formula == FORMULA_DIVISOR)
        text_printf(step,
                    "floor(%" PRId64 " / (%" PRId64 " %s + %" PRId64 " reserved + %" PRId64
                    " margin + %" PRId64 " + %" PRId64 "))",
                    budget->max_connections, pools, noun, budget->reserved + extra, budget->margin,
                    budget->superuser_reserved_connections, budget->reserved_connections);
    else
        text_printf(step,
                    "floor((%" PRId64 " - %" PRId64 " - %" PRId64 " - %" PRId64 " - %" PRId64
                    ") / %" PRId64 " %s / 2)",
                    budget->max_connections, budget->superuser_reserved_connections,
                    budget->reserved_connections, budget->reserved + extra, budget->margin, pools,
                    noun);
    int64_t limit = formula_limit(formula, server);
    if (limit == UNKNOWN)
        return;
    text_printf(step, " = %" PRId64 " for everybody", limit);
    const struct server_sizing *least = NULL;
    for (size_t i = 0; i < server->standby_count; i++) {
        int64_t there = formula_limit(formula, server->standbys[i]);
        if (there == UNKNOWN || there >= limit)
            continue;
        least = server->standbys[i];
        limit = there;
    }
    if (least != NULL)
        text_printf(step, ", but %" PRId64 " to fit on %s at failover", limit, least->server->name);
}

static void fair_put(const struct report *report, const struct server_sizing *server,
                     struct text *step)
{
    const char *separator = "";
    for (size_t i = 0; i < server->class_count; i++) {
        if (!report_shows(report, server->classes[i]->service))
            continue;
        text_put(step, separator);
        class_name_put(server->classes[i], step);
        text_put_char(step, ' ');
        if (server->classes[i]->limit == UNKNOWN)
            text_put_char(step, '-');
        else
            text_put_int(step, server->classes[i]->limit);
        separator = ", ";
    }
}

/* Whether an answer holds: the classic rules look neither at deploys nor at role and database
 * limits. */
static void verdict_words_put(const struct server_sizing *server, struct text *step)
{
    if (server->peak > server->budget.budget) {
        text_put(step, "overcommitted");
        return;
    }
    for (size_t i = 0; i < server->cap_count; i++) {
        const struct cap *cap = &server->caps[i];
        if (cap->peak <= cap->limit)
            continue;
        text_printf(step, "but %" PRId64 " in %s \"%s\", CONNECTION LIMIT %" PRId64, cap->peak,
                    cap->kind == CAP_ROLE ? "role" : "database", cap->name, cap->limit);
        return;
    }
    text_put(step, "fits");
}

/* The three formulas beside each other. */
static void formula_steps(const struct report *report, size_t index, struct text *text)
{
    struct text step = {.arena = report->arena};
    for (size_t i = 0; i < formula_row_count; i++) {
        enum formula formula = formula_rows[i].formula;
        const struct server_sizing *server = &report->by_formula[formula].servers[index];
        step.length = 0;
        if (formula == FORMULA_FAIR)
            fair_put(report, server, &step);
        else
            classic_put(formula, server, &step);
        if (server->peak == UNKNOWN)
            text_put(&step, "; does not fit");
        else {
            text_printf(&step, "; %" PRId64 " at peak, %" PRId64 " of %" PRId64 " used, ",
                        server->peak, server->peak + server->budget.kept,
                        server->budget.max_connections);
            verdict_words_put(server, &step);
        }
        step_put(report, formula_rows[i].name, &step, text);
    }
    text_free(&step);
}

void explain_server_put(const struct report *report, size_t index, struct text *text)
{
    const struct server_sizing *server = &report->sizing->servers[index];
    bool front = is_front(report->sizing, server);
    if (front) {
        struct text words = {.arena = report->arena};
        pooler_words_put(report, pooler_of_front(report->sizing, server), &words);
        step_put(report, "clients", &words, text);
        words.length = 0;
        if (pooler_preset_put(pooler_of_front(report->sizing, server)->pooler, &words))
            step_put(report, "provider", &words, text);
        text_free(&words);
    } else {
        budget_step(report, server, text);
    }
    for (size_t i = 0; i < server->class_count; i++)
        if (report_shows(report, server->classes[i]->service))
            class_steps(report, server->classes[i], text);
    sum_step(report, server, text);
    if (front)
        return;
    objective_step(report, index, text);
    formula_steps(report, index, text);
}

void explain_put(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    for (size_t i = 0; i < sizing->server_count + sizing->pooler_count; i++) {
        const struct server_sizing *server = &sizing->servers[i];
        if (server->budget.source == SOURCE_NONE)
            continue;
        text_put_char(text, '\n');
        colour_on(report, text, COLOUR_BOLD);
        text_put_visible(text, server->server->name);
        text_put(text, ", step by step");
        colour_off(report, text, COLOUR_BOLD);
        text_put_char(text, '\n');
        explain_server_put(report, i, text);
    }
}
