#include "overlap_parts.h"

#include "decimal.h"

enum { MINUTE_S = 60 };

/* Most minutes from one fire to the next, within two days that come one after the other. */
static int64_t gap_of(const struct fires *fires, const struct fires *next)
{
    if (fires->count == 0 || next->count == 0)
        return INT64_MAX;
    int64_t gap = DAY_MINUTES - fires->minutes[fires->count - 1] + next->minutes[0];
    for (uint32_t i = 1; i < fires->count; i++)
        if (fires->minutes[i] - fires->minutes[i - 1] > gap)
            gap = fires->minutes[i] - fires->minutes[i - 1];
    return gap;
}

/* Where something fires during each run there is a run for ever, once there is one; when one ends
 * and the next begins then has no say any more. */
bool late_never_idle(struct fire_table *table, const struct job *job, size_t index)
{
    const struct days *days = table->days;
    const struct day_zone *zone = &days->zones[job->zone];
    if (job->schedule->policy != SCHEDULE_FORBID_LATE ||
        !class_is_daily(&days->classes[job->class]))
        return false;
    for (size_t i = 0; i < zone->pair_count; i++) {
        uint32_t fires = day_fires(table, job, index, zone->pairs[i].shape);
        uint32_t next = day_fires(table, job, index, zone->pairs[i].next);
        if (gap_of(fires_of(table, fires), fires_of(table, next)) >
            job->schedule->duration_s / MINUTE_S)
            return false;
    }
    return true;
}

/* A run that is alive, and perhaps one that waits for its end. */
struct late_run {
    int64_t from; /* minute since when without a break */
    int64_t busy_s, duration_s;
    bool pending;
};

static void late_start(struct late_run *run)
{
    run->busy_s += run->duration_s;
    run->pending = false;
}

static void late_fire(struct late_run *run, int64_t minute, struct day_changes *changes)
{
    if (run->pending && run->busy_s <= minute * MINUTE_S)
        late_start(run);
    if (run->busy_s > minute * MINUTE_S) {
        run->pending = true;
        return;
    }
    alive(changes, run->from, divide_up(run->busy_s, MINUTE_S));
    run->from = minute;
    run->busy_s = minute * MINUTE_S + run->duration_s;
}

static bool is_for_ever(struct late_state state)
{
    return state.busy_s == LATE_FOR_EVER_S;
}

struct late_state late_day(const struct job *job, struct late_state state,
                           const struct fires *fires, struct day_changes *changes)
{
    if (is_for_ever(state)) {
        alive(changes, 0, DAY_MINUTES);
        return state;
    }
    struct late_run run = {.busy_s = state.busy_s,
                           .duration_s = job->schedule->duration_s,
                           .pending = state.pending != 0};
    for (uint32_t i = 0; i < fires->count; i++)
        late_fire(&run, fires->minutes[i], changes);
    if (run.pending && run.busy_s <= DAY_S)
        late_start(&run);
    alive(changes, run.from, divide_up(run.busy_s, MINUTE_S));
    if (run.busy_s <= DAY_S)
        return (struct late_state){0};
    if (job->never_idle)
        return (struct late_state){LATE_FOR_EVER_S, 0};
    return (struct late_state){(int32_t)(run.busy_s - DAY_S), run.pending};
}
