#include "overlap_parts.h"

#include <string.h>

enum {
    MINUTE_WORDS = (DAY_MINUTES + 63) / 64,
    FEW_JOBS = 4, /* of a service: quicker to add up anew than to keep all minutes */
};

static void services_fill(struct sums *sums)
{
    uint32_t *lists = ARENA_ARRAY(sums->arena, sums->job_count, uint32_t);
    uint32_t *next = ARENA_ARRAY(sums->arena, sums->service_count, uint32_t);
    for (size_t i = 0; i < sums->job_count; i++)
        sums->services[sums->jobs[i].schedule->service].job_count++;
    for (size_t i = 0; i < sums->service_count; i++) {
        sums->services[i].jobs = lists;
        lists += sums->services[i].job_count;
        if (sums->services[i].job_count > FEW_JOBS)
            sums->services[i].changes = ARENA_ARRAY(sums->arena, DAY_MINUTES, int64_t);
    }
    for (size_t i = 0; i < sums->job_count; i++) {
        size_t service = sums->jobs[i].schedule->service;
        uint32_t *jobs = (uint32_t *)sums->services[service].jobs;
        jobs[next[service]++] = (uint32_t)i;
    }
}

void sums_open(struct sums *sums, struct arena *arena, const struct profile_table *profiles,
               const struct job *jobs, size_t job_count, size_t service_count)
{
    *sums = (struct sums){.arena = arena,
                          .jobs = jobs,
                          .job_count = job_count,
                          .profiles = profiles,
                          .service_count = service_count};
    sums->now = ARENA_ARRAY(arena, job_count, struct job_day);
    sums->peak.jobs = ARENA_ARRAY(arena, job_count, struct job_day);
    sums->changes = ARENA_ARRAY(arena, DAY_MINUTES, int64_t);
    sums->services = ARENA_ARRAY(arena, service_count, struct service_sum);
    services_fill(sums);
    /* One service: the peak is all there is to find. */
    bool is_joint = service_count > 1 && service_count <= OVERLAP_MAX_JOINT;
    sums->front = (struct front){.arena = arena,
                                 .service_count = service_count,
                                 .job_count = job_count,
                                 .gave_up = !is_joint};
    if (!is_joint)
        return;
    sums->grid = ARENA_ARRAY(arena, service_count * DAY_MINUTES, int32_t);
    sums->moving = ARENA_ARRAY(arena, DAY_MINUTES, int32_t);
    sums->vector = ARENA_ARRAY(arena, service_count, int32_t);
}

/* --- the day becomes another --- */

static void change_add(struct sums *sums, const struct schedule *schedule, int minute,
                       int64_t change)
{
    const struct service_sum *service = &sums->services[schedule->service];
    sums->changes[minute] += change;
    if (service->changes != NULL)
        service->changes[minute] += change;
    if (sums->front.gave_up)
        return;
    int32_t *cell = &sums->grid[(size_t)minute * sums->service_count + schedule->service];
    bool moved = *cell != 0;
    *cell += (int32_t)change;
    sums->moving[minute] += (*cell != 0) - moved;
}

static void job_add(struct sums *sums, size_t index, struct job_day of, int64_t sign)
{
    const struct schedule *schedule = sums->jobs[index].schedule;
    const struct profile *profile = &sums->profiles->profiles[of.profile];
    struct service_sum *service = &sums->services[schedule->service];
    int64_t factor = sign * schedule->parallel;
    int64_t most = ((int64_t)profile->most + of.all_day) * factor;
    sums->bound += most;
    service->bound += most;
    service->changed = true;
    change_add(sums, schedule, 0, ((int64_t)profile->base + of.all_day) * factor);
    for (uint32_t i = 0; i < profile->step_count; i++)
        change_add(sums, schedule, profile->steps[i].minute, profile->steps[i].change * factor);
}

static bool fits(const struct sums *sums, size_t index, struct job_day of)
{
    int64_t runs = (int64_t)sums->profiles->profiles[of.profile].most + of.all_day, processes;
    return !__builtin_mul_overflow(runs, sums->jobs[index].schedule->parallel, &processes) &&
           processes <= INT32_MAX - sums->bound;
}

static bool jobs_replace(struct sums *sums, const struct job_day *days, bool *ret_changed,
                         struct fail *fail)
{
    *ret_changed = !sums->any;
    /* All that leaves goes first, so that the bound is never too large on the way. */
    for (size_t i = 0; sums->any && i < sums->job_count; i++)
        if (memcmp(&sums->now[i], &days[i], sizeof *days) != 0)
            job_add(sums, i, sums->now[i], -1);
    for (size_t i = 0; i < sums->job_count; i++) {
        if (sums->any && memcmp(&sums->now[i], &days[i], sizeof *days) == 0)
            continue;
        if (!fits(sums, i, days[i])) {
            (void)fail_set(fail, FAIL_INPUT, "schedule %.80s: more than %d processes at one time",
                           sums->jobs[i].schedule->name, INT32_MAX);
            return fail_hint(fail, "look at its duration and at \"parallel\"");
        }
        job_add(sums, i, days[i], 1);
        sums->now[i] = days[i];
        *ret_changed = true;
    }
    sums->any = true;
    return true;
}

/* --- most of all --- */

static int64_t minute_s(int64_t day, int minute)
{
    return day * DAY_S + (int64_t)minute * 60;
}

/* The first minute with most, and how many. */
static int64_t changes_most(const int64_t *changes, int *ret_minute)
{
    int64_t processes = 0, most = 0;
    *ret_minute = 0;
    for (int minute = 0; minute < DAY_MINUTES; minute++) {
        processes += changes[minute];
        if (processes > most) {
            most = processes;
            *ret_minute = minute;
        }
    }
    return most;
}

static void total_take(struct sums *sums, int64_t day)
{
    int minute;
    if (sums->bound <= sums->total)
        return;
    int64_t most = changes_most(sums->changes, &minute);
    if (most <= sums->total)
        return;
    sums->total = most;
    sums->peak.day = day;
    sums->peak.minute = minute;
    memcpy(sums->peak.jobs, sums->now, sums->job_count * sizeof *sums->now);
}

/* --- most of each service --- */

/* Changes of a few schedules: only minutes that have any are looked at. */
struct sparse {
    int64_t changes[DAY_MINUTES];
    uint64_t touched[MINUTE_WORDS];
};

static void sparse_add(struct sparse *sparse, int minute, int64_t change)
{
    sparse->changes[minute] += change;
    sparse->touched[minute / 64] |= UINT64_C(1) << (minute % 64);
}

/* The most, and its first minute; all is zero again afterwards. */
static int64_t sparse_most(struct sparse *sparse, int *ret_minute)
{
    int64_t processes = 0, most = 0;
    *ret_minute = 0;
    for (int word = 0; word < MINUTE_WORDS; word++)
        while (sparse->touched[word] != 0) {
            int minute = word * 64 + __builtin_ctzll(sparse->touched[word]);
            sparse->touched[word] &= sparse->touched[word] - 1;
            processes += sparse->changes[minute];
            sparse->changes[minute] = 0;
            if (processes > most) {
                most = processes;
                *ret_minute = minute;
            }
        }
    return most;
}

static void jobs_sum(const struct sums *sums, const struct service_sum *service,
                     struct sparse *sparse)
{
    for (uint32_t i = 0; i < service->job_count; i++) {
        size_t index = service->jobs[i];
        const struct profile *profile = &sums->profiles->profiles[sums->now[index].profile];
        int64_t parallel = sums->jobs[index].schedule->parallel;
        sparse_add(sparse, 0, ((int64_t)profile->base + sums->now[index].all_day) * parallel);
        for (uint32_t k = 0; k < profile->step_count; k++)
            sparse_add(sparse, profile->steps[k].minute, profile->steps[k].change * parallel);
    }
}

static void service_take(struct sums *sums, struct service_sum *service, int64_t day,
                         struct sparse *sparse)
{
    int minute;
    int64_t most;
    if (service->changes != NULL) {
        most = changes_most(service->changes, &minute);
    } else {
        jobs_sum(sums, service, sparse);
        most = sparse_most(sparse, &minute);
    }
    if (most > service->most.processes)
        service->most = (struct overlap_most){most, minute_s(day, minute)};
}

static void services_take(struct sums *sums, int64_t day)
{
    struct sparse sparse = {{0}, {0}};
    for (size_t i = 0; i < sums->service_count; i++) {
        struct service_sum *service = &sums->services[i];
        if (service->changed && service->bound > service->most.processes)
            service_take(sums, service, day, &sparse);
        service->changed = false;
    }
}

/* --- combinations --- */

struct movement {
    bool rises, falls;
};

static struct movement row_look(const int32_t *row, size_t count)
{
    int32_t any_up = 0, any_down = 0;
    for (size_t i = 0; i < count; i++) {
        any_up |= row[i] > 0;
        any_down |= row[i] < 0;
    }
    return (struct movement){any_up != 0, any_down != 0};
}

static void row_add(int32_t *vector, const int32_t *row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        vector[i] += row[i];
}

/* Only the last minute before something falls counts, if something has risen since the last one:
 * all others are covered by it. */
static void front_take(struct sums *sums, int64_t day)
{
    int top = 0; /* the minute since which the vector is what it is */
    bool risen = true;
    memset(sums->vector, 0, sums->service_count * sizeof *sums->vector);
    for (int minute = 0; minute < DAY_MINUTES; minute++) {
        const int32_t *row = &sums->grid[(size_t)minute * sums->service_count];
        if (sums->moving[minute] == 0)
            continue;
        struct movement movement = row_look(row, sums->service_count);
        if (movement.falls && risen && minute > 0) {
            front_offer(&sums->front, sums->vector, day, top, sums->now);
            risen = false;
        }
        row_add(sums->vector, row, sums->service_count);
        risen = risen || movement.rises;
        top = minute;
    }
    if (risen)
        front_offer(&sums->front, sums->vector, day, top, sums->now);
}

/* Where nothing ever runs, the first minute is as good as any. */
static void first_note(struct sums *sums, int64_t day)
{
    sums->peak.day = day;
    memcpy(sums->peak.jobs, sums->now, sums->job_count * sizeof *sums->now);
    for (size_t i = 0; i < sums->service_count; i++)
        sums->services[i].most.at_s = minute_s(day, 0);
}

bool sums_take(struct sums *sums, const struct job_day *days, int64_t day, struct fail *fail)
{
    bool changed, is_first = !sums->any;
    if (!jobs_replace(sums, days, &changed, fail))
        return false;
    if (!changed)
        return true;
    if (is_first)
        first_note(sums, day);
    total_take(sums, day);
    services_take(sums, day);
    if (!sums->front.gave_up)
        front_take(sums, day);
    return true;
}
