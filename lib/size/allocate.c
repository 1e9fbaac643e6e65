#include "allocate_engine.h"

/* All units of a tier come before all of the next, so each tier is a run of its own. The first two
 * are empty unless there are gains (least total waiting). */
enum tier { TIER_FIRST, TIER_GAIN, TIER_NEED, TIER_SURPLUS, TIERS };

/* A gain this much smaller than the first one is rounding: such units wait for the next tier. */
static const double NEGLIGIBLE = 1e-15;

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* --- one tier --- */

/* How far class `index` may be raised in this tier; less than its limit: not at all. */
static int64_t tier_bound(const struct engine *engine, size_t index, enum tier tier)
{
    const struct allocate_class *taker = &engine->problem->classes[index];
    if (engine->closed[index] || engine->starts[index] == engine->starts[index + 1])
        return 0;
    if (tier == TIER_SURPLUS)
        return taker->has_need && !engine->problem->surplus_to_all ? 0 : taker->at_most;
    if (!taker->has_need)
        return 0;
    const int64_t bounds[] = {
        [TIER_FIRST] = taker->first,
        [TIER_GAIN] = smaller(taker->need, taker->first + (int64_t)taker->gain_count),
        [TIER_NEED] = taker->need,
    };
    return smaller(bounds[tier], taker->at_most);
}

static void ceilings_set(struct engine *engine, enum tier tier)
{
    for (size_t g = 0; g < engine->problem->row_count; g++) {
        const struct allocate_row *row = &engine->problem->rows[g];
        engine->ceilings[g] = smaller(row->limit, ALLOCATE_SUM_MAX);
        if (tier == TIER_SURPLUS && row->has_surplus_limit)
            engine->ceilings[g] = smaller(engine->ceilings[g], row->surplus_limit);
    }
}

/* The next unit of a class, with what this tier orders by. */
static struct unit unit_make(const struct allocate_class *taker, size_t index, enum tier tier,
                             int64_t bound)
{
    struct unit unit = {.taken = (uint32_t)taker->limit, .bound = (uint32_t)bound, .index = index};
    if (tier == TIER_GAIN) {
        unit.gains = taker->gains + (taker->limit - taker->first);
        unit.gain = *unit.gains;
    } else {
        int64_t need = tier == TIER_FIRST ? taker->first : taker->need;
        unit.scale = (uint64_t)taker->weight * (uint64_t)need;
        unit.weight = (uint32_t)taker->weight;
    }
    return unit;
}

static void units_collect(struct engine *engine, enum tier tier)
{
    engine->heap_count = 0;
    for (size_t i = 0; i < engine->problem->class_count; i++) {
        const struct allocate_class *taker = &engine->problem->classes[i];
        int64_t bound = tier_bound(engine, i, tier);
        if (taker->limit < bound)
            engine->heap[engine->heap_count++] = unit_make(taker, i, tier, bound);
    }
}

/* Closes a class whose next unit does not fit; in stable mode a budget that refuses stops all. */
static bool taker_close(struct engine *engine, size_t index, struct fail *fail)
{
    struct allocate_class *taker = &engine->problem->classes[index];
    const struct allocate_term *term = unit_refused_by(engine, index);
    const struct allocate_row *row = &engine->problem->rows[term->row];
    bool passes_limit = row->used + term->coefficient > row->limit;
    if (!passes_limit && engine->ceilings[term->row] == ALLOCATE_SUM_MAX)
        return allocate_sum_fail(fail);
    taker->reason = passes_limit ? ALLOCATE_REFUSED : ALLOCATE_HEADROOM;
    taker->stopped_by = term->row;
    engine->closed[index] = true;
    if (engine->problem->mode == ALLOCATE_STABLE && row->kind == ALLOCATE_BUDGET)
        engine->stopped = true;
    return true;
}

/* Where no unit fits, none ever will, and the order of the refusals no longer decides anything. */
static bool unit_fits_any(const struct engine *engine)
{
    for (size_t at = 0; at < engine->heap_count; at++)
        if (unit_fits(engine, engine->heap[at].index))
            return true;
    return false;
}

/* Refuses the first unit; and all others with it, when none of them fits. That is looked at when
 * the refusals reach a power of two: else a full server would sort 100,000 classes only to refuse
 * them one by one. */
static bool first_refuse(struct engine *engine, struct fail *fail)
{
    if (!taker_close(engine, engine->heap[0].index, fail))
        return false;
    heap_drop_first(engine);
    size_t refusals = ++engine->refusals;
    bool look = (refusals & (refusals - 1)) == 0 && engine->problem->mode == ALLOCATE_FILL;
    if (!look || unit_fits_any(engine))
        return true;
    for (size_t at = 0; at < engine->heap_count; at++)
        if (!taker_close(engine, engine->heap[at].index, fail))
            return false;
    engine->heap_count = 0;
    return true;
}

static bool tier_run(struct engine *engine, enum tier tier, struct fail *fail)
{
    if (engine->stopped)
        return true;
    ceilings_set(engine, tier);
    units_collect(engine, tier);
    if (tier != TIER_GAIN)
        level_jump(engine);
    heap_build(engine);
    double least = engine->heap_count > 0 ? engine->heap[0].gain * NEGLIGIBLE : 0;
    while (engine->heap_count > 0 && !engine->stopped && engine->heap[0].gain >= least) {
        if (unit_fits(engine, engine->heap[0].index))
            first_grant(engine);
        else if (!first_refuse(engine, fail))
            return false;
    }
    return true;
}

/* --- why no more --- */

static void reasons_set(struct engine *engine)
{
    for (size_t i = 0; i < engine->problem->class_count; i++) {
        struct allocate_class *taker = &engine->problem->classes[i];
        if (engine->closed[i])
            continue;
        bool wants_more = taker->limit < tier_bound(engine, i, TIER_NEED) ||
                          taker->limit < tier_bound(engine, i, TIER_SURPLUS);
        bool is_off = engine->starts[i] == engine->starts[i + 1];
        if (wants_more)
            taker->reason = ALLOCATE_STOPPED;
        else if (is_off || (taker->has_need && taker->limit >= taker->need))
            taker->reason = ALLOCATE_NEED_MET;
        else
            taker->reason = ALLOCATE_AT_MOST;
    }
}

/* Closes the classes that are in a row which cannot bear the floors. */
static void short_rows_close(struct engine *engine)
{
    for (size_t i = 0; i < engine->problem->class_count; i++) {
        struct allocate_class *taker = &engine->problem->classes[i];
        for (size_t t = engine->starts[i]; t < engine->starts[i + 1]; t++) {
            size_t row = engine->terms[t].row;
            if (engine->problem->rows[row].short_by == 0 ||
                (engine->closed[i] && taker->stopped_by < row))
                continue;
            engine->closed[i] = true;
            taker->reason = ALLOCATE_REFUSED;
            taker->stopped_by = row;
        }
    }
}

bool allocate(struct arena *arena, struct allocate_problem *problem, bool *ret_fits,
              struct fail *fail)
{
    struct engine engine = {
        .problem = problem,
        .ceilings = ARENA_ARRAY(arena, problem->row_count, int64_t),
        .sums = ARENA_ARRAY(arena, problem->row_count, int64_t),
        .closed = ARENA_ARRAY(arena, problem->class_count, bool),
        .heap = ARENA_ARRAY(arena, problem->class_count, struct unit),
    };
    *ret_fits = false;
    if (!terms_gather(&engine, arena, fail) || !floors_give(&engine, ret_fits, fail))
        return false;
    if (!*ret_fits)
        short_rows_close(&engine);
    for (int tier = TIER_FIRST; *ret_fits && tier < TIERS; tier++)
        if (!tier_run(&engine, (enum tier)tier, fail))
            return false;
    reasons_set(&engine);
    return true;
}
