/*
 * The plans of a file: what follows from their provider's formula, and what must hold between the
 * figures of each.
 */
#include "plan_assembly.h"
#include "plan_date.h"
#include "plan_formula.h"
#include "plan_pattern.h"

#include <inttypes.h>
#include <math.h>

/* --- figures --- */

static int64_t thousandths_of(double number)
{
    return number < 0 ? -1 : (int64_t)(number * 1000 + 0.5);
}

static bool is_whole_thousandth(double number)
{
    return number < 0 || fabs(number * 1000 - (double)thousandths_of(number)) < 1e-6;
}

/* Servers of such a plan have less than the formula says: the least that was seen is what may be
 * counted on. */
static int64_t least_seen(const struct plan *plan, int64_t bound)
{
    for (size_t i = 0; i < plan->sighting_count; i++)
        if (plan->sightings[i].value >= 0 && plan->sightings[i].value < bound)
            bound = plan->sightings[i].value;
    return bound;
}

bool plan_figure_set(const struct plan_formula *formula, struct plan *plan, struct fail *fail)
{
    const struct plan_size size = {thousandths_of(plan->memory_gib), thousandths_of(plan->vcpu),
                                   thousandths_of(plan->compute_units)};
    bool is_bound = formula->is_bound && plan->expression == formula->expression;
    int64_t lower = -1;
    if (plan->expression == NULL)
        return true;
    if (!plan_formula_evaluate(plan->expression, &size, SLOTS, &plan->formula_value, fail))
        return false;
    if (is_bound && formula->lower != NULL &&
        !plan_formula_evaluate(formula->lower, &size, SLOTS, &lower, fail))
        return false;
    if (plan->formula_value < 0)
        return true;
    is_bound = is_bound && lower != plan->formula_value;
    if (plan->max_connections > plan->formula_value ||
        (plan->max_connections >= 0 && plan->max_connections < plan->formula_value && !is_bound))
        return fail_set(fail, FAIL_INPUT,
                        "max_connections is %" PRId64 ", and the formula gives %s%" PRId64,
                        plan->max_connections, is_bound ? "at most " : "", plan->formula_value);
    if (plan->max_connections >= 0)
        return true;
    plan->nominal = is_bound;
    plan->max_connections = is_bound ? least_seen(plan, plan->formula_value) : plan->formula_value;
    return true;
}

/* --- what must hold --- */

static bool pattern_check(const struct assembly *assembly, const struct plan_path *path,
                          const struct plan *plan)
{
    const struct plan_path id = path_of(path, "id");
    const char *wrong = plan_pattern_fault(plan->id);
    if (wrong != NULL)
        return plan_file_fail(&assembly->reader, &id, JSON_PART_VALUE, "%s", wrong);
    if (!plan_is_pattern(plan) || plan->expression != NULL)
        return true;
    return plan_file_fail(&assembly->reader, &id, JSON_PART_VALUE,
                          "needs a formula, since it stands for many plans");
}

static bool figure_check(const struct assembly *assembly, const struct plan_path *path,
                         const struct raw_plan *raw)
{
    if (raw->plan.max_connections < 0 && !plan_is_pattern(&raw->plan))
        return true;
    if (raw->source_count == 0)
        return member_fail(assembly, path, "sources", "is missing: a figure needs its sources");
    if (raw->plan.as_of == NULL)
        return member_fail(assembly, path, "as_of", "is missing: a figure needs its date");
    if (raw->plan.confidence == CONFIDENCE_NONE)
        return member_fail(assembly, path, "confidence", "is missing: how is the figure known?");
    return true;
}

static bool range_check(const struct assembly *assembly, const struct plan_path *path,
                        const struct raw_plan *raw)
{
    int64_t figure = raw->plan.max_connections;
    if (raw->plan.least >= 0 && raw->plan.most >= 0 && raw->plan.least > raw->plan.most)
        return member_fail(assembly, path, "max_connections_min", "is above max_connections_max");
    if (figure >= 0 && raw->plan.least > figure)
        return member_fail(assembly, path, "max_connections", "is below max_connections_min");
    if (figure >= 0 && raw->plan.most >= 0 && raw->plan.most < figure)
        return member_fail(assembly, path, "max_connections", "is above max_connections_max");
    if (figure >= 0 && raw->plan.reserved_total > figure)
        return member_fail(assembly, path, "reserved", "is above max_connections");
    if (figure >= 0 && raw->usable > figure)
        return member_fail(assembly, path, "usable", "is above max_connections");
    return true;
}

static bool observed_check(const struct assembly *assembly, const struct plan_path *path,
                           const struct raw_plan *raw)
{
    const struct plan_path list = path_of(path, "observed");
    for (size_t i = 0; i < raw->plan.sighting_count; i++) {
        const struct plan_path element = {.parent = &list, .index = i};
        if (raw->sightings[i].value < 0 && raw->sightings[i].text == NULL)
            return member_fail(assembly, &element, "value",
                               "an observation needs a value or a text");
    }
    return true;
}

static bool plan_check(const struct assembly *assembly, const struct plan_path *path,
                       const struct raw_plan *raw)
{
    if (raw->plan.vcpu >= 0 && raw->plan.vcpu_text != NULL)
        return member_fail(assembly, path, "vcpu_text", "vcpu is given too: one of them");
    const struct plan_path sources = path_of(path, "sources");
    for (size_t i = 0; i < raw->source_count; i++) {
        const struct plan_path element = {.parent = &sources, .index = i};
        if (!source_check(assembly, &element, raw->sources[i]))
            return false;
    }
    if (!pattern_check(assembly, path, &raw->plan))
        return false;
    return figure_check(assembly, path, raw) && range_check(assembly, path, raw) &&
           observed_check(assembly, path, raw) && claims_check(assembly, path, &raw->claims);
}

/* What follows from its formula. The words of what is wrong stand at the expression, or at the plan
 * that the provider's does not fit. */
static bool formula_apply(const struct assembly *assembly, const struct plan_path *path,
                          struct raw_plan *raw)
{
    struct plan *plan = &raw->plan;
    const struct plan_formula *formula = &assembly->raw->provider.formula;
    const struct plan_path memory = path_of(path, "memory_gib"),
                           expression = path_of(path, "expression");
    struct fail why = {0};
    bool is_own = plan->expression != NULL, had_figure = plan->max_connections >= 0;
    plan->confidence = (enum confidence)raw->confidence;
    if (!is_whole_thousandth(plan->memory_gib))
        return plan_file_fail(&assembly->reader, &memory, JSON_PART_VALUE,
                              "must have at most three decimal places");
    if (!is_own)
        plan->expression = formula->expression;
    if (!plan_figure_set(formula, plan, &why)) {
        plan_file_fail(&assembly->reader, is_own ? &expression : path, JSON_PART_VALUE, "%s",
                       why.message);
        return why.hint[0] != '\0' ? fail_hint(assembly->reader.fail, "%s", why.hint) : false;
    }
    if (!had_figure && (plan->max_connections >= 0 || plan_is_pattern(plan)) &&
        plan->confidence == CONFIDENCE_NONE)
        plan->confidence = CONFIDENCE_FORMULA;
    return true;
}

static struct plan plan_resolve(const struct assembly *assembly, const struct raw_plan *raw)
{
    struct plan plan = raw->plan;
    plan.source_count = raw->source_count;
    plan.sources = ARENA_ARRAY(assembly->reader.arena, plan.source_count, const char *);
    for (size_t i = 0; i < plan.source_count; i++)
        plan.sources[i] = assembly->raw->sources[raw->sources[i]].ref;
    plan.disputed = raw->claims.disputed;
    plan.claims = claims_resolve(assembly, &raw->claims);
    plan.claim_count = raw->claims.count;
    plan.as_of_s = plan_date_latest(plan.as_of);
    return plan;
}

/* The first earlier plan of that name, which is an error: `plan_find` could not tell them apart. */
static bool id_is_new(const struct raw_provider *raw, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (plan_id_equal(raw->plans[i].plan.id, raw->plans[index].plan.id))
            return false;
    return true;
}

bool plans_assemble(const struct assembly *assembly, struct provider *ret_provider)
{
    const struct raw_provider *raw = assembly->raw;
    static const struct plan_path top = {0};
    const struct plan_path list = path_of(&top, "plans");
    ret_provider->plan_count = raw->plan_count;
    ret_provider->plans = ARENA_ARRAY(assembly->reader.arena, raw->plan_count, struct plan);
    for (size_t i = 0; i < raw->plan_count; i++) {
        const struct plan_path path = {.parent = &list, .index = i};
        if (!id_is_new(raw, i))
            return member_fail(assembly, &path, "id", "another plan has this id");
        raw->plans[i].plan.sightings = raw->plans[i].sightings;
        if (!formula_apply(assembly, &path, &raw->plans[i]) ||
            !plan_check(assembly, &path, &raw->plans[i]))
            return false;
        ret_provider->plans[i] = plan_resolve(assembly, &raw->plans[i]);
    }
    return true;
}
