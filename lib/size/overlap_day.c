#include "overlap_parts.h"

#include "decimal.h"

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

/* --- what a day follows from --- */

/* Runs of days that are over and that last all of this one. In UTC all days that match are alike.
 */
static int64_t all_day_runs(struct profile_table *table, struct job *job, size_t index, int64_t day)
{
    int64_t runs = 0;
    if (job->run.days <= 1)
        return 0;
    if (job->zone == 0)
        return job->time_count *
               class_count(table->fires.days, job->class, day - job->run.days + 1, day);
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

static struct job_day day_find(struct profile_table *table, struct job *job, size_t index,
                               int64_t day, struct outcome *ret_outcome)
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
    *ret_outcome = outcome_find(table, job, &key);
    return (struct job_day){ret_outcome->profile, (int32_t)all_day};
}

/* Days before a day of a short one that have a say in it: where runs began that are alive in it,
 * and for replace those that such a run may have replaced. */
static int64_t days_of_say(const struct job *job)
{
    static const int64_t days[] = {
        [SCHEDULE_ALLOW] = 1,
        [SCHEDULE_FORBID] = 1,
        [SCHEDULE_FORBID_LATE] = 0,
        [SCHEDULE_REPLACE] = SHORT_DAYS,
    };
    return job->schedule->policy == SCHEDULE_REPLACE && job->grace.minutes == 0
               ? 1
               : days[job->schedule->policy];
}

enum { NEVER_SETTLED = -1 };

/* Whether two days before, at most, have a say, and nothing is brought along. */
static bool is_short(const struct job *job)
{
    bool is_late = job->schedule->policy == SCHEDULE_FORBID_LATE;
    return job->schedule->cron.every_s == 0 && job->grace.days == 0 &&
           (is_late ? job->late.busy_s == 0 : job->run.days == 0);
}

/* What has a say in a day of a short one: the shapes of three days, and which dates match. Never 0.
 */
static uint64_t short_key(const struct days *days, const struct job *job, int64_t day)
{
    uint64_t dates = 1, shapes = 0;
    int64_t back = days_of_say(job);
    int64_t from = (job->dates & DATE_BEFORE) != 0 ? -1 : (job->dates & DATE_SAME) != 0 ? 0 : 1;
    int64_t to = (job->dates & DATE_AFTER) != 0 ? 1 : (job->dates & DATE_SAME) != 0 ? 0 : -1;
    for (int64_t i = day - back + from; i <= day + to; i++)
        dates = dates << 1 | class_matches(days, job->class, i);
    for (int64_t i = day - back; job->zone != 0 && i <= day; i++)
        shapes = shapes << 16 | day_shape(&days->zones[job->zone], i);
    return shapes << 8 | dates;
}

/* A short day that leaves nothing behind, or one of a run that never ends. */
static int32_t settled_of(const struct job *job, bool is_quick, const struct outcome *outcome)
{
    if (is_quick && outcome->next.busy_s == 0)
        return 0;
    return job->late.busy_s == LATE_FOR_EVER_S ? LATE_FOR_EVER_S : NEVER_SETTLED;
}

struct job_day job_day_find(struct profile_table *table, struct job *job, size_t index, int64_t day,
                            struct late_state *ret_next)
{
    struct outcome outcome;
    struct job_day found;
    bool quick = is_short(job);
    uint64_t key = quick ? short_key(table->fires.days, job, day) : 0;
    struct quick_day *place = &job->quick[key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - QUICK_BITS)];
    if (quick && place->key == key) {
        outcome = place->outcome;
        found = (struct job_day){.profile = outcome.profile};
    } else {
        found = day_find(table, job, index, day, &outcome);
        if (quick)
            *place = (struct quick_day){key, outcome};
    }
    job->settled_s = settled_of(job, quick, &outcome);
    *ret_next = outcome.next;
    if (job->for_ever && outcome.next.busy_s > 0)
        *ret_next = (struct late_state){.busy_s = LATE_FOR_EVER_S};
    return found;
}
