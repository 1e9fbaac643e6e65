#include "overlap_sums.h"

#include <string.h>

enum {
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
            sums->services[i].levels = ARENA_NEW(sums->arena, struct levels);
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
    sums->now = ARENA_ARRAY(arena, job_count, struct job_day); /* NO_PROFILE */
    sums->changed = ARENA_ARRAY(arena, job_count, uint32_t);
    sums->peak.jobs = ARENA_ARRAY(arena, job_count, struct job_day);
    sums->levels = ARENA_NEW(arena, struct levels);
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
    sums->grid = ARENA_ARRAY(arena, service_count * DAY_MINUTES, uint32_t);
    sums->moving = ARENA_ARRAY(arena, DAY_MINUTES, int32_t);
    sums->vector = ARENA_ARRAY(arena, service_count, int32_t);
}

/* --- most of all --- */

static int64_t minute_s(int64_t day, int minute)
{
    return day * DAY_S + (int64_t)minute * 60;
}

static void total_take(struct sums *sums, int64_t day)
{
    int minute;
    if (sums->bound <= sums->total)
        return;
    int32_t most = levels_most(sums->levels, sums->total, &minute);
    if (most <= sums->total)
        return;
    sums->total = most;
    sums->peak.day = day;
    sums->peak.minute = minute;
    memcpy(sums->peak.jobs, sums->now, sums->job_count * sizeof *sums->now);
}

/* --- most of each service --- */

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

static void service_take(struct sums *sums, struct service_sum *service, int64_t day)
{
    int minute;
    int64_t most;
    if (service->levels != NULL) {
        most = levels_most(service->levels, (int32_t)service->most.processes, &minute);
    } else {
        jobs_sum(sums, service, &sums->sparse);
        most = sparse_most(&sums->sparse, &minute);
    }
    if (most > service->most.processes)
        service->most = (struct overlap_most){most, minute_s(day, minute)};
}

static void services_take(struct sums *sums, int64_t day)
{
    for (size_t i = 0; i < sums->service_count; i++) {
        struct service_sum *service = &sums->services[i];
        if (service->changed && service->bound > service->most.processes)
            service_take(sums, service, day);
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
        const int32_t *row = (const int32_t *)&sums->grid[(size_t)minute * sums->service_count];
        if (sums->moving[minute] == 0)
            continue;
        struct movement movement = row_look(row, sums->service_count);
        if (movement.falls && risen && minute > 0)
            front_offer(&sums->front, sums->vector, day, top, sums->now);
        row_add(sums->vector, row, sums->service_count);
        risen = movement.rises;
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
    if (!sums_renew(sums, days, fail))
        return false;
    if (!sums->any)
        first_note(sums, day);
    else if (sums->changed_count == 0)
        return true;
    sums->any = true;
    total_take(sums, day);
    services_take(sums, day);
    if (!sums->front.gave_up)
        front_take(sums, day);
    return true;
}
