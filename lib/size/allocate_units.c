#include "allocate_engine.h"

static bool unit_precedes(const struct unit *a, const struct unit *b)
{
    if (a->gain != b->gain)
        return a->gain > b->gain;
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

void heap_drop_first(struct engine *engine)
{
    engine->heap_count--;
    if (engine->heap_count > 0) {
        engine->heap[0] = engine->heap[engine->heap_count];
        heap_sink(engine, 0);
    }
}

void heap_build(struct engine *engine)
{
    for (size_t at = engine->heap_count / 2; at-- > 0;)
        heap_sink(engine, at);
}

void first_grant(struct engine *engine)
{
    struct unit *first = &engine->heap[0];
    unit_grant(engine, first->index, 1);
    if (++first->taken == first->bound) {
        heap_drop_first(engine);
        return;
    }
    if (first->gains != NULL)
        first->gain = *++first->gains;
    heap_sink(engine, 0);
}
