#include "allocate.h"

#include <inttypes.h>

/* All units of tier 0 come before all of tier 1, so each tier is a run of its own. */
enum tier { TIER_NEED, TIER_SURPLUS };

/* What a row may use at most, so that no sum of products comes near the end of int64. */
static const int64_t SUM_MAX = INT64_C(1) << 31;

/*
 * The next connection of a class. Its key is ( taken / scale, -weight, index ), smallest first,
 * where scale is weight x need. taken < 2^18 and scale < 2^20 * 2^18, so the cross products that
 * compare two keys stay below 2^56.
 */
struct unit {
    uint64_t scale;
    uint32_t taken, bound; /* bound: of `taken`, in the tier that runs */
    uint32_t weight;
    size_t index;
};

struct engine {
    struct allocate_problem *problem;
    struct allocate_term *terms; /* of all classes: no zeros, a row at most once in a class */
    size_t *starts;              /* class i owns terms[starts[i]] to terms[starts[i + 1] - 1] */
    int64_t *ceilings;           /* by row: what may be used in the tier that runs */
    int64_t *sums;               /* by row: what would be used, while a level is tried */
    bool *closed;                /* by class: refused, its reason is set */
    struct unit *heap;
    size_t heap_count;
    size_t refusals;
    bool stopped;
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* --- the units, in a binary heap --- */

static bool unit_precedes(const struct unit *a, const struct unit *b)
{
    uint64_t left = a->taken * b->scale, right = b->taken * a->scale;
    if (left != right)
        return left < right;
    if (a->weight != b->weight)
        return a->weight > b->weight;
    return a->index < b->index;
}

/* Moves the unit at `at` down to its place. */
static void heap_sink(struct engine *engine, size_t at)
{
    struct unit *heap = engine->heap, moved = heap[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= engine->heap_count)
            break;
        if (child + 1 < engine->heap_count && unit_precedes(&heap[child + 1], &heap[child]))
            child++;
        if (!unit_precedes(&heap[child], &moved))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moved;
}

static void heap_drop_first(struct engine *engine)
{
    engine->heap_count--;
    if (engine->heap_count > 0) {
        engine->heap[0] = engine->heap[engine->heap_count];
        heap_sink(engine, 0);
    }
}

static void heap_build(struct engine *engine)
{
    for (size_t at = engine->heap_count / 2; at-- > 0;)
        heap_sink(engine, at);
}

/* --- the sums --- */

static bool taker_check(const struct allocate_class *taker, size_t index, struct fail *fail)
{
    if (taker->at_least < 0 || taker->at_least > taker->at_most || taker->at_most > ALLOCATE_MAX)
        return fail_set(fail, FAIL_INPUT,
                        "pool class %zu: at_least %" PRId64 " and at_most %" PRId64
                        " are not bounds between 0 and %d",
                        index, taker->at_least, taker->at_most, ALLOCATE_MAX);
    if (taker->need < 1 || taker->need > ALLOCATE_MAX)
        return fail_set(fail, FAIL_INPUT, "pool class %zu: need must be 1 to %d, got %" PRId64,
                        index, ALLOCATE_MAX, taker->need);
    if (taker->weight < 1 || taker->weight > ALLOCATE_WEIGHT_MAX)
        return fail_set(fail, FAIL_INPUT,
                        "pool class %zu: weight must be 1 to %d thousandths, got %" PRId64, index,
                        ALLOCATE_WEIGHT_MAX, taker->weight);
    return true;
}

static bool sum_fail(struct fail *fail)
{
    return fail_set(fail, FAIL_INPUT, "the pools would hold more than %" PRId64 " connections",
                    SUM_MAX);
}

/* Adds one term of class `index`, whose terms are the last in `engine->terms`. `places` holds, by
 * row, one more than where the row's last term is. */
static bool term_add(struct engine *engine, const struct allocate_term *term, size_t index,
                     size_t *places, struct fail *fail)
{
    if (term->row >= engine->problem->row_count || term->coefficient < 0)
        return fail_set(fail, FAIL_INTERNAL, "pool class %zu has a term that is not valid", index);
    if (term->coefficient > SUM_MAX)
        return sum_fail(fail);
    if (term->coefficient == 0)
        return true;
    size_t *end = &engine->starts[index + 1];
    if (places[term->row] <= engine->starts[index]) {
        engine->terms[(*end)++] = *term;
        places[term->row] = *end;
        return true;
    }
    int64_t *coefficient = &engine->terms[places[term->row] - 1].coefficient;
    *coefficient += term->coefficient;
    return *coefficient <= SUM_MAX || sum_fail(fail);
}

static bool terms_gather(struct engine *engine, struct arena *arena, struct fail *fail)
{
    const struct allocate_problem *problem = engine->problem;
    size_t total = 0;
    for (size_t i = 0; i < problem->class_count; i++)
        total += problem->classes[i].term_count;
    engine->terms = ARENA_ARRAY(arena, total, struct allocate_term);
    engine->starts = ARENA_ARRAY(arena, problem->class_count + 1, size_t);
    size_t *places = ARENA_ARRAY(arena, problem->row_count, size_t);
    for (size_t i = 0; i < problem->class_count; i++) {
        const struct allocate_class *taker = &problem->classes[i];
        if (!taker_check(taker, i, fail))
            return false;
        engine->starts[i + 1] = engine->starts[i];
        for (size_t t = 0; t < taker->term_count; t++)
            if (!term_add(engine, &taker->terms[t], i, places, fail))
                return false;
    }
    return true;
}

/* Gives every class its floor, and notes the rows that cannot bear it. */
static bool floors_give(struct engine *engine, bool *ret_fits, struct fail *fail)
{
    struct allocate_problem *problem = engine->problem;
    for (size_t g = 0; g < problem->row_count; g++)
        problem->rows[g].used = problem->rows[g].short_by = 0;
    for (size_t i = 0; i < problem->class_count; i++) {
        problem->classes[i].limit = problem->classes[i].at_least;
        problem->classes[i].stopped_by = 0;
        for (size_t t = engine->starts[i]; t < engine->starts[i + 1]; t++) {
            struct allocate_row *row = &problem->rows[engine->terms[t].row];
            row->used += engine->terms[t].coefficient * problem->classes[i].at_least;
            if (row->used > SUM_MAX)
                return sum_fail(fail);
        }
    }
    *ret_fits = true;
    for (size_t g = 0; g < problem->row_count; g++) {
        struct allocate_row *row = &problem->rows[g];
        if (row->used <= row->limit)
            continue;
        *ret_fits = false;
        if (__builtin_sub_overflow(row->used, row->limit, &row->short_by))
            row->short_by = INT64_MAX;
    }
    return true;
}

/* --- one tier --- */

/* How far class `index` may be raised in this tier; less than its limit: not at all. */
static int64_t tier_bound(const struct engine *engine, size_t index, enum tier tier)
{
    const struct allocate_class *taker = &engine->problem->classes[index];
    if (engine->closed[index] || engine->starts[index] == engine->starts[index + 1])
        return 0;
    if (tier == TIER_NEED)
        return taker->has_need ? smaller(taker->need, taker->at_most) : 0;
    return taker->has_need && !engine->problem->surplus_to_all ? 0 : taker->at_most;
}

static void unit_grant(struct engine *engine, size_t index, int64_t count)
{
    engine->problem->classes[index].limit += count;
    for (size_t t = engine->starts[index]; t < engine->starts[index + 1]; t++)
        engine->problem->rows[engine->terms[t].row].used += engine->terms[t].coefficient * count;
}

static void ceilings_set(struct engine *engine, enum tier tier)
{
    for (size_t g = 0; g < engine->problem->row_count; g++) {
        const struct allocate_row *row = &engine->problem->rows[g];
        engine->ceilings[g] = smaller(row->limit, SUM_MAX);
        if (tier == TIER_SURPLUS && row->has_surplus_limit)
            engine->ceilings[g] = smaller(engine->ceilings[g], row->surplus_limit);
    }
}

static void units_collect(struct engine *engine, enum tier tier)
{
    engine->heap_count = 0;
    for (size_t i = 0; i < engine->problem->class_count; i++) {
        const struct allocate_class *taker = &engine->problem->classes[i];
        int64_t bound = tier_bound(engine, i, tier);
        if (taker->limit < bound)
            engine->heap[engine->heap_count++] =
                (struct unit){.scale = (uint64_t)taker->weight * (uint64_t)taker->need,
                              .taken = (uint32_t)taker->limit,
                              .bound = (uint32_t)bound,
                              .weight = (uint32_t)taker->weight,
                              .index = i};
    }
}

/*
 * The jump: as long as everybody's units up to some level of the key fit together, none of them can
 * be refused, so they are granted at once and only the rest is handed out one by one. A level is a
 * fraction of LEVEL_ONE; below LEVEL_ALL lies every unit, since no key reaches 2^18. Levels are
 * strict bounds, so that equal keys are on the same side.
 */
static const uint64_t LEVEL_ONE = UINT64_C(1) << 40, LEVEL_ALL = UINT64_C(1) << 58;

/* How many further units of the class have taken / scale < level / LEVEL_ONE. */
static uint32_t units_below(const struct unit *unit, uint64_t level)
{
    __uint128_t below = level;
    below = (below * unit->scale + LEVEL_ONE - 1) / LEVEL_ONE;
    uint32_t taken = below < unit->bound ? (uint32_t)below : unit->bound;
    return taken > unit->taken ? taken - unit->taken : 0;
}

static bool level_fits(struct engine *engine, uint64_t level)
{
    for (size_t g = 0; g < engine->problem->row_count; g++)
        engine->sums[g] = engine->problem->rows[g].used;
    for (size_t at = 0; at < engine->heap_count; at++) {
        int64_t more = units_below(&engine->heap[at], level);
        size_t index = engine->heap[at].index;
        for (size_t t = engine->starts[index]; more > 0 && t < engine->starts[index + 1]; t++) {
            size_t row = engine->terms[t].row;
            engine->sums[row] += engine->terms[t].coefficient * more;
            if (engine->sums[row] > engine->ceilings[row])
                return false;
        }
    }
    return true;
}

/* The highest level that fits, to about a thousandth: what is missing costs time, not exactness. */
static uint64_t level_find(struct engine *engine)
{
    if (level_fits(engine, LEVEL_ALL))
        return LEVEL_ALL;
    uint64_t level = 0;
    for (uint64_t step = LEVEL_ALL / 2; step > level / 1024; step /= 2)
        if (level_fits(engine, level + step))
            level += step;
    return level;
}

static void level_grant(struct engine *engine, uint64_t level)
{
    size_t kept = 0;
    for (size_t at = 0; at < engine->heap_count; at++) {
        struct unit unit = engine->heap[at];
        uint32_t more = units_below(&unit, level);
        unit_grant(engine, unit.index, more);
        unit.taken += more;
        if (unit.taken < unit.bound)
            engine->heap[kept++] = unit;
    }
    engine->heap_count = kept;
}

static bool unit_fits(const struct engine *engine, size_t index)
{
    for (size_t t = engine->starts[index]; t < engine->starts[index + 1]; t++) {
        const struct allocate_term *term = &engine->terms[t];
        if (engine->problem->rows[term->row].used + term->coefficient > engine->ceilings[term->row])
            return false;
    }
    return true;
}

/* The row that refuses the next unit of a class: the first cap, or else the first budget. */
static const struct allocate_term *unit_refused_by(const struct engine *engine, size_t index)
{
    const struct allocate_row *rows = engine->problem->rows;
    const struct allocate_term *first = NULL;
    for (size_t t = engine->starts[index]; t < engine->starts[index + 1]; t++) {
        const struct allocate_term *term = &engine->terms[t];
        if (rows[term->row].used + term->coefficient <= engine->ceilings[term->row])
            continue;
        bool earlier = first == NULL || term->row < first->row;
        if (first != NULL && rows[first->row].kind != rows[term->row].kind)
            earlier = rows[term->row].kind == ALLOCATE_CAP;
        if (earlier)
            first = term;
    }
    return first;
}

/* Closes a class whose next unit does not fit; in stable mode a budget that refuses stops all. */
static bool taker_close(struct engine *engine, size_t index, struct fail *fail)
{
    struct allocate_class *taker = &engine->problem->classes[index];
    const struct allocate_term *term = unit_refused_by(engine, index);
    const struct allocate_row *row = &engine->problem->rows[term->row];
    bool passes_limit = row->used + term->coefficient > row->limit;
    if (!passes_limit && engine->ceilings[term->row] == SUM_MAX)
        return sum_fail(fail);
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

static void first_grant(struct engine *engine)
{
    struct unit *first = &engine->heap[0];
    unit_grant(engine, first->index, 1);
    if (++first->taken < first->bound)
        heap_sink(engine, 0);
    else
        heap_drop_first(engine);
}

static bool tier_run(struct engine *engine, enum tier tier, struct fail *fail)
{
    if (engine->stopped)
        return true;
    ceilings_set(engine, tier);
    units_collect(engine, tier);
    level_grant(engine, level_find(engine));
    heap_build(engine);
    while (engine->heap_count > 0 && !engine->stopped) {
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
    else if (!tier_run(&engine, TIER_NEED, fail) || !tier_run(&engine, TIER_SURPLUS, fail))
        return false;
    reasons_set(&engine);
    return true;
}
