#include "allocate_engine.h"

#include <inttypes.h>

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
    if (taker->first < 0 || taker->first > taker->need)
        return fail_set(fail, FAIL_INPUT,
                        "pool class %zu: first must be 0 to its need %" PRId64 ", got %" PRId64,
                        index, taker->need, taker->first);
    if (taker->weight < 1 || taker->weight > ALLOCATE_WEIGHT_MAX)
        return fail_set(fail, FAIL_INPUT,
                        "pool class %zu: weight must be 1 to %d thousandths, got %" PRId64, index,
                        ALLOCATE_WEIGHT_MAX, taker->weight);
    return true;
}

bool allocate_sum_fail(struct fail *fail)
{
    return fail_set(fail, FAIL_INPUT, "the pools would hold more than %" PRId64 " connections",
                    ALLOCATE_SUM_MAX);
}

/* Adds one term of class `index`, whose terms are the last in `engine->terms`. `places` holds, by
 * row, one more than where the row's last term is. */
static bool term_add(struct engine *engine, const struct allocate_term *term, size_t index,
                     size_t *places, struct fail *fail)
{
    if (term->row >= engine->problem->row_count || term->coefficient < 0)
        return fail_set(fail, FAIL_INTERNAL, "pool class %zu has a term that is not valid", index);
    if (term->coefficient > ALLOCATE_SUM_MAX)
        return allocate_sum_fail(fail);
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
    return *coefficient <= ALLOCATE_SUM_MAX || allocate_sum_fail(fail);
}

bool terms_gather(struct engine *engine, struct arena *arena, struct fail *fail)
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

bool floors_give(struct engine *engine, bool *ret_fits, struct fail *fail)
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
            if (row->used > ALLOCATE_SUM_MAX)
                return allocate_sum_fail(fail);
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

void unit_grant(struct engine *engine, size_t index, int64_t count)
{
    engine->problem->classes[index].limit += count;
    for (size_t t = engine->starts[index]; t < engine->starts[index + 1]; t++)
        engine->problem->rows[engine->terms[t].row].used += engine->terms[t].coefficient * count;
}

bool unit_fits(const struct engine *engine, size_t index)
{
    for (size_t t = engine->starts[index]; t < engine->starts[index + 1]; t++) {
        const struct allocate_term *term = &engine->terms[t];
        if (engine->problem->rows[term->row].used + term->coefficient > engine->ceilings[term->row])
            return false;
    }
    return true;
}

const struct allocate_term *unit_refused_by(const struct engine *engine, size_t index)
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
