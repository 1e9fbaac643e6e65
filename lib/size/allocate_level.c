#include "allocate_engine.h"

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

void level_jump(struct engine *engine)
{
    level_grant(engine, level_find(engine));
}
