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
    for (int minute = 0; minute <= DAY_MINUTES; minute++) {
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

/* --- replace: fires that find a run --- */

/* Whether a run that began on an earlier day is found by the first fire of `day`. */
static bool first_finds(struct profile_table *table, struct job *job, size_t index, int64_t day,
                        const struct fires *fires)
{
    for (int64_t ago = 1; ago <= job->run.days + 1; ago++) {
        const struct fires *before =
            fires_of(&table->fires, job_fires(&table->fires, job, index, day - ago));
        if (before->count > 0)
            return ago * DAY_MINUTES + fires->minutes[0] - before->minutes[before->count - 1] <
                   job->run.minutes;
    }
    return false;
}

/* The number of the fires of the day, and whether the first one finds a run. */
static uint32_t found_find(struct profile_table *table, struct job *job, size_t index, int64_t day)
{
    uint32_t number = job_fires(&table->fires, job, index, day);
    if (number == NO_FIRES)
        return number << 1;
    bool finds = first_finds(table, job, index, day, fires_of(&table->fires, number));
    return number << 1 | finds;
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

void profile_table_open(struct profile_table *table, struct arena *arena, struct days *days,
                        struct job *jobs, size_t job_count)
{
    *table = (struct profile_table){
        .arena = arena, .keys = {.arena = arena}, .contents = {.arena = arena}};
    fire_table_open(&table->fires, arena, days, jobs, job_count);
    for (size_t i = 0; i < job_count; i++) {
        jobs[i].run = span_of(jobs[i].schedule->duration_s);
        jobs[i].grace = span_of(jobs[i].schedule->grace_s);
        jobs[i].never_idle = late_never_idle(&table->fires, &jobs[i], i);
    }
}

static struct profile profile_make(const struct day_changes *changes, struct step *steps)
{
    int32_t runs = changes->minutes[0];
    struct profile profile = {.base = runs, .most = runs, .steps = steps};
    for (int minute = 1; minute < DAY_MINUTES; minute++) {
        int32_t change = changes->minutes[minute];
        if (change == 0)
            continue;
        steps[profile.step_count++] = (struct step){(uint16_t)minute, (int16_t)change};
        runs += change;
        if (runs > profile.most) {
            profile.most = runs;
            profile.most_minute = (uint16_t)minute;
        }
    }
    return profile;
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
    table->profiles[number] = profile;
    return number;
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

static struct outcome outcome_make(struct profile_table *table, const struct job *job,
                                   const struct profile_key *key)
{
    struct day_changes changes = {{0}};
    struct outcome outcome = {0};
    changes_make(table, job, key, &changes, &outcome.next);
    table->outcomes = room_for(table->arena, table->outcomes, sizeof *table->outcomes, table->count,
                               &table->capacity);
    outcome.profile = profile_find(table, &changes);
    table->outcomes[table->count++] = outcome;
    return outcome;
}

static struct outcome outcome_find(struct profile_table *table, struct job *job,
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

/* --- a schedule's day --- */

/* Runs of days that are over and that last all of this one. */
static int64_t all_day_runs(struct profile_table *table, struct job *job, size_t index, int64_t day)
{
    int64_t runs = 0;
    for (int64_t ago = 1; ago < job->run.days; ago++)
        runs += fires_of(&table->fires, job_fires(&table->fires, job, index, day - ago))->count;
    return runs;
}

/* What `@every` comes to at any phase: fires in (t - duration, t], at least every interval. Worked:
 * @every 90s for 4 minutes: 3. */
static int64_t every_runs(const struct schedule *schedule)
{
    int64_t interval_s = schedule->cron.every_s;
    if (schedule->policy == SCHEDULE_ALLOW)
        return divide_up(schedule->duration_s, interval_s);
    if (schedule->policy == SCHEDULE_REPLACE && interval_s < schedule->duration_s)
        return 1 + divide_up(schedule->grace_s, interval_s);
    return 1;
}

static void found_keys(struct profile_table *table, struct job *job, size_t index, int64_t day,
                       struct profile_key *key)
{
    const struct span *grace = &job->grace;
    if (grace->minutes == 0)
        return;
    key->found_near = found_find(table, job, index, day);
    if (grace->days > 0)
        key->found_edge = found_find(table, job, index, day - grace->days);
    if (grace->rest > 0)
        key->found_far = found_find(table, job, index, day - grace->days - 1);
}

struct job_day job_day_find(struct profile_table *table, struct job *job, size_t index, int64_t day,
                            struct late_state *ret_next)
{
    const struct schedule *schedule = job->schedule;
    struct profile_key key = {.job = (uint32_t)index, .late = job->late};
    int64_t all_day = 0;
    if (schedule->cron.every_s > 0) {
        all_day = every_runs(schedule);
    } else {
        key.near = job_fires(&table->fires, job, index, day);
        if (schedule->policy != SCHEDULE_FORBID_LATE) {
            all_day = all_day_runs(table, job, index, day);
            if (job->run.days > 0)
                key.edge = job_fires(&table->fires, job, index, day - job->run.days);
            if (job->run.rest > 0)
                key.far = job_fires(&table->fires, job, index, day - job->run.days - 1);
        }
        if (schedule->policy == SCHEDULE_REPLACE)
            found_keys(table, job, index, day, &key);
        if (schedule->policy != SCHEDULE_ALLOW) {
            key.is_full = all_day > 0;
            all_day = 0;
        }
    }
    struct outcome outcome = outcome_find(table, job, &key);
    *ret_next = outcome.next;
    return (struct job_day){outcome.profile, (int32_t)all_day};
}

int64_t job_day_runs(const struct profile_table *table, struct job_day of, int minute)
{
    const struct profile *profile = &table->profiles[of.profile];
    int64_t runs = (int64_t)profile->base + of.all_day;
    for (uint32_t i = 0; i < profile->step_count && profile->steps[i].minute <= minute; i++)
        runs += profile->steps[i].change;
    return runs;
}
