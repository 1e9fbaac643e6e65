#include "overlap_sums.h"

#include <string.h>

static void cell_add(struct sums *sums, size_t service, int minute, uint32_t change)
{
    uint32_t *cell = &sums->grid[(size_t)minute * sums->service_count + service];
    bool moved = *cell != 0;
    *cell += change;
    sums->moving[minute] += (*cell != 0) - moved;
}

static void grid_add(struct sums *sums, size_t service, const struct profile *profile,
                     int32_t factor)
{
    for (uint32_t i = 0; i < profile->step_count; i++)
        cell_add(sums, service, profile->steps[i].minute,
                 (uint32_t)(profile->steps[i].change * factor));
}

static void grid_renew(struct sums *sums, size_t service, const struct renewal *renewal)
{
    cell_add(sums, service, 0, (uint32_t)renewal->base);
    if (renewal->old == renewal->new)
        return;
    grid_add(sums, service, renewal->old, -renewal->factor);
    grid_add(sums, service, renewal->new, renewal->factor);
}

static void job_renew(struct sums *sums, size_t index, struct job_day next)
{
    const struct schedule *schedule = sums->jobs[index].schedule;
    const struct profile *profiles = sums->profiles->profiles;
    struct service_sum *service = &sums->services[schedule->service];
    struct job_day now = sums->now[index];
    struct renewal renewal;
    renewal_make(&renewal, &profiles[now.profile], &profiles[next.profile],
                 next.all_day - now.all_day, (int32_t)schedule->parallel);
    levels_renew(sums->levels, &renewal);
    if (service->levels != NULL)
        levels_renew(service->levels, &renewal);
    if (!sums->front.gave_up)
        grid_renew(sums, schedule->service, &renewal);
    service->changed = true;
    sums->now[index] = next;
}

/* No minute of the day of a schedule has more processes; false where they are too many to add. */
static bool bound_find(const struct sums *sums, size_t index, struct job_day of, int64_t *ret_bound)
{
    int64_t runs = (int64_t)sums->profiles->profiles[of.profile].most + of.all_day;
    return !__builtin_mul_overflow(runs, sums->jobs[index].schedule->parallel, ret_bound) &&
           *ret_bound <= INT32_MAX - sums->bound;
}

static void bound_add(struct sums *sums, size_t index, int64_t bound)
{
    sums->bound += bound;
    sums->services[sums->jobs[index].schedule->service].bound += bound;
}

/* All that leaves goes first, so that the bound is never too large on the way. */
static bool bounds_renew(struct sums *sums, const struct job_day *days, struct fail *fail)
{
    int64_t bound;
    for (size_t i = 0; i < sums->changed_count; i++) {
        size_t index = sums->changed[i];
        struct job_day now = sums->now[index];
        bound = (int64_t)sums->profiles->profiles[now.profile].most + now.all_day;
        bound_add(sums, index, -bound * sums->jobs[index].schedule->parallel);
    }
    for (size_t i = 0; i < sums->changed_count; i++) {
        size_t index = sums->changed[i];
        if (!bound_find(sums, index, days[index], &bound)) {
            (void)fail_set(fail, FAIL_INPUT, "schedule %.80s: more than %d processes at one time",
                           sums->jobs[index].schedule->name, INT32_MAX);
            return fail_hint(fail, "look at its duration and at \"parallel\"");
        }
        bound_add(sums, index, bound);
    }
    return true;
}

bool sums_renew(struct sums *sums, const struct job_day *days, struct fail *fail)
{
    sums->changed_count = 0;
    for (size_t i = 0; i < sums->job_count; i++) {
        if (memcmp(&sums->now[i], &days[i], sizeof *days) != 0)
            sums->changed[sums->changed_count++] = (uint32_t)i;
    }
    if (!bounds_renew(sums, days, fail))
        return false;
    for (size_t i = 0; i < sums->changed_count; i++)
        job_renew(sums, sums->changed[i], days[sums->changed[i]]);
    return true;
}
