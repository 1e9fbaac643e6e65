#include "overlap_sums.h"

#include <string.h>

static bool covers(const int32_t *larger, const int32_t *vector, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (larger[i] < vector[i])
            return false;
    return true;
}

static void members_swap(struct front *front, size_t a, size_t b)
{
    int32_t *vector = front->vectors[a];
    struct witness witness = front->witnesses[a];
    front->vectors[a] = front->vectors[b];
    front->witnesses[a] = front->witnesses[b];
    front->vectors[b] = vector;
    front->witnesses[b] = witness;
}

/* The member that covers the vector comes to the front: it is likely to cover the next one too. */
static bool is_covered(struct front *front, const int32_t *vector)
{
    for (size_t i = 0; i < front->count; i++) {
        if (!covers(front->vectors[i], vector, front->service_count))
            continue;
        members_swap(front, 0, i);
        return true;
    }
    return false;
}

static void covered_drop(struct front *front, const int32_t *vector)
{
    for (size_t i = 0; i < front->count;) {
        if (covers(vector, front->vectors[i], front->service_count))
            members_swap(front, i, --front->count);
        else
            i++;
    }
}

/* Room that members left behind is used again. */
static void member_add(struct front *front, const int32_t *vector, int64_t day, int minute,
                       const struct job_day *jobs)
{
    size_t i = front->count++;
    struct witness *witness = &front->witnesses[i];
    if (front->vectors[i] == NULL) {
        front->vectors[i] = ARENA_ARRAY(front->arena, front->service_count, int32_t);
        witness->jobs = ARENA_ARRAY(front->arena, front->job_count, struct job_day);
    }
    memcpy(front->vectors[i], vector, front->service_count * sizeof *vector);
    memcpy(witness->jobs, jobs, front->job_count * sizeof *jobs);
    witness->day = day;
    witness->minute = minute;
}

void front_offer(struct front *front, const int32_t *vector, int64_t day, int minute,
                 const struct job_day *jobs)
{
    if (front->gave_up || is_covered(front, vector))
        return;
    covered_drop(front, vector);
    member_add(front, vector, day, minute, jobs);
    front->gave_up = front->count > FRONT_MOST;
}
