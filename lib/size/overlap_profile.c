#include "overlap_parts.h"

#include "decimal.h"

#include <string.h>

enum { MINUTE_S = 60 };

static struct span span_of(int64_t duration_s)
{
    int64_t minutes = divide_up(duration_s, MINUTE_S);
    return (struct span){minutes, minutes / DAY_MINUTES, minutes % DAY_MINUTES};
}

/* --- runs of fires --- */

/* Runs of `minutes` that began `days_ago`. */
static void runs_add(struct day_changes *changes, const struct fires *fires, int64_t days_ago,
                     int64_t minutes)
{
    for (uint32_t i = 0; i < fires->count; i++) {
        int64_t at = fires->minutes[i] - days_ago * DAY_MINUTES;
        alive(changes, at, at + minutes);
    }
}

/* There is a run or there is none. */
static void runs_level(struct day_changes *changes)
{
    int32_t runs = 0;
    for (int minute = change_next(changes, 0); minute <= DAY_MINUTES;
         minute = change_next(changes, minute + 1)) {
        int32_t before = runs;
        runs += changes->minutes[minute];
        changes->minutes[minute] = (runs > 0) - (before > 0);
    }
}

static void span_runs_add(const struct profile_table *table, struct day_changes *changes,
                          const struct span *span, uint32_t near, uint32_t edge, uint32_t far)
{
    runs_add(changes, fires_of(&table->fires, near), 0, span->minutes);
    runs_add(changes, fires_of(&table->fires, edge), span->days, span->minutes);
    runs_add(changes, fires_of(&table->fires, far), span->days + 1, span->minutes);
}

/* A run that is replaced stays for the grace from the fire on that replaces it. */
static void found_add(const struct profile_table *table, const struct job *job,
                      struct day_changes *changes, uint32_t found, int64_t days_ago)
{
    const struct fires *fires = fires_of(&table->fires, found >> 1);
    for (uint32_t i = 0; i < fires->count; i++) {
        bool finds = i == 0 ? (found & 1) != 0
                            : fires->minutes[i] - fires->minutes[i - 1] < job->run.minutes;
        int64_t at = fires->minutes[i] - days_ago * DAY_MINUTES;
        if (finds)
            alive(changes, at, at + job->grace.minutes);
    }
}

/* --- profiles --- */

static struct profile profile_make(const struct day_changes *changes, struct step *steps)
{
    struct profile profile = {.base = changes->minutes[0], .steps = steps};
    for (int minute = change_next(changes, 1); minute < DAY_MINUTES;
         minute = change_next(changes, minute + 1)) {
        int32_t change = changes->minutes[minute];
        if (change != 0)
            steps[profile.step_count++] = (struct step){(uint16_t)minute, (int16_t)change};
    }
    return profile;
}

/* The blocks and the most, from the steps. */
static void blocks_fill(struct profile *profile)
{
    int32_t runs = profile->base;
    const struct step *step = profile->steps, *end = step + profile->step_count;
    for (int i = 0; i < BLOCKS; i++) {
        while (step < end && step->minute == i * BLOCK_MINUTES)
            runs += (step++)->change;
        int32_t first = runs, most = runs;
        for (; step < end && step->minute < (i + 1) * BLOCK_MINUTES; step++) {
            runs += step->change;
            most = runs > most ? runs : most;
        }
        profile->blocks[i] = (struct outline){(int16_t)first, (int16_t)most};
        profile->alive |= (uint32_t)(most > 0) << i;
        profile->most = most > profile->most ? most : profile->most;
    }
}

/* Equal days of any schedules share a profile: what stays the same need not be added up again. */
static uint32_t profile_find(struct profile_table *table, const struct day_changes *changes)
{
    bool is_new;
    struct content {
        int32_t base;
        struct step steps[DAY_MINUTES];
    } content;
    struct profile profile = profile_make(changes, content.steps);
    content.base = profile.base;
    size_t size = sizeof content.base + profile.step_count * sizeof *profile.steps;
    uint32_t number = intern(&table->contents, &content, size, &is_new);
    if (!is_new)
        return number;
    table->profiles = room_for(table->arena, table->profiles, sizeof *table->profiles, number,
                               &table->profile_capacity);
    struct step *steps = ARENA_ARRAY(table->arena, profile.step_count, struct step);
    memcpy(steps, content.steps, profile.step_count * sizeof *steps);
    profile.steps = steps;
    blocks_fill(&profile);
    table->profiles[number] = profile;
    return number;
}

void profile_table_open(struct profile_table *table, struct arena *arena, struct days *days,
                        struct job *jobs, size_t job_count)
{
    *table = (struct profile_table){
        .arena = arena, .keys = {.arena = arena}, .contents = {.arena = arena}};
    struct day_changes none = {{0}, {0}};
    (void)profile_find(table, &none); /* NO_PROFILE */
    fire_table_open(&table->fires, arena, days, jobs, job_count);
    for (size_t i = 0; i < job_count; i++) {
        jobs[i].quick = ARENA_ARRAY(arena, QUICK_DAYS, struct quick_day);
        jobs[i].run = span_of(jobs[i].schedule->duration_s);
        jobs[i].grace = span_of(jobs[i].schedule->grace_s);
        jobs[i].for_ever = late_never_idle(&table->fires, &jobs[i], i);
    }
}

static void changes_make(const struct profile_table *table, const struct job *job,
                         const struct profile_key *key, struct day_changes *changes,
                         struct late_state *ret_next)
{
    enum schedule_policy policy = job->schedule->policy;
    if (policy == SCHEDULE_FORBID_LATE) {
        *ret_next = late_day(job, key->late, fires_of(&table->fires, key->near), changes);
        return;
    }
    if (key->is_full)
        alive(changes, 0, DAY_MINUTES);
    else
        span_runs_add(table, changes, &job->run, key->near, key->edge, key->far);
    if (policy == SCHEDULE_ALLOW)
        return;
    runs_level(changes);
    found_add(table, job, changes, key->found_near, 0);
    found_add(table, job, changes, key->found_edge, job->grace.days);
    found_add(table, job, changes, key->found_far, job->grace.days + 1);
}

static struct outcome outcome_make(struct profile_table *table, struct job *job,
                                   const struct profile_key *key)
{
    struct day_changes changes = {{0}, {0}};
    struct outcome outcome = {0};
    job->late_count += job->schedule->policy == SCHEDULE_FORBID_LATE;
    if (job->late_count > LATE_MOST_STATES)
        job->for_ever = true;
    changes_make(table, job, key, &changes, &outcome.next);
    table->outcomes = room_for(table->arena, table->outcomes, sizeof *table->outcomes, table->count,
                               &table->capacity);
    outcome.profile = profile_find(table, &changes);
    table->outcomes[table->count++] = outcome;
    return outcome;
}

struct outcome outcome_find(struct profile_table *table, struct job *job,
                            const struct profile_key *key)
{
    bool is_new;
    if (job->has_outcome && memcmp(&job->key, key, sizeof *key) == 0)
        return job->outcome;
    uint32_t number = intern(&table->keys, key, sizeof *key, &is_new);
    job->key = *key;
    job->outcome = is_new ? outcome_make(table, job, key) : table->outcomes[number];
    job->has_outcome = true;
    return job->outcome;
}

int64_t job_day_runs(const struct profile_table *table, struct job_day of, int minute)
{
    const struct profile *profile = &table->profiles[of.profile];
    int64_t runs = (int64_t)profile->base + of.all_day;
    for (uint32_t i = 0; i < profile->step_count && profile->steps[i].minute <= minute; i++)
        runs += profile->steps[i].change;
    return runs;
}
