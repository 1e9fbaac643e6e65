/*
 * The parts of the allocation (allocate.h), each a file of its own. Inside this room: the sums that
 * rows have left, the order in which units come, and the jump to where the first refusal is near.
 */
#ifndef PGSIZE_ALLOCATE_ENGINE_H
#define PGSIZE_ALLOCATE_ENGINE_H

#include "allocate.h"

/*
 * The next connection of a class. Its key is ( -gain, taken / scale, -weight, index ), smallest
 * first; a tier that goes by gains has no scales and weights, and one that does not has no gains.
 * The scale is weight x need: taken < 2^18 and scale < 2^20 * 2^18, so the cross products that
 * compare two keys stay below 2^56.
 */
struct unit {
    double gain;
    const double *gains; /* of this unit and those after it; NULL: none */
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

/* What a row may use at most, so that no sum of products comes near the end of int64. */
#define ALLOCATE_SUM_MAX (INT64_C(1) << 31)
bool allocate_sum_fail(struct fail *fail);

/* --- sums --- */

/* Checks the classes, and adds their terms up by row. */
bool terms_gather(struct engine *engine, struct arena *arena, struct fail *fail) MUST_USE;

/* Gives every class its floor, and notes the rows that cannot bear it. */
bool floors_give(struct engine *engine, bool *ret_fits, struct fail *fail) MUST_USE;

void unit_grant(struct engine *engine, size_t index, int64_t count);
bool unit_fits(const struct engine *engine, size_t index);

/* The row that refuses the next unit of a class: the first cap, or else the first budget. */
const struct allocate_term *unit_refused_by(const struct engine *engine, size_t index);

/* --- units, in a binary heap --- */

void heap_build(struct engine *engine);
void heap_drop_first(struct engine *engine);

/* Grants the first unit; the next of its class takes its place. */
void first_grant(struct engine *engine);

/* --- the jump --- */

/* Grants all units up to a level at which everybody's fit together: the same answer, sooner. */
void level_jump(struct engine *engine);

#endif
