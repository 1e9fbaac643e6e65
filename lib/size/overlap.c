#include "overlap_sums.h"

#include "decimal.h"

#include <stdlib.h>
#include <string.h>

enum {
    WARM_DAYS = 2 * SCHEDULE_MAX_DURATION_S / DAY_S, /* for what forbid-late brings along */
    MOST_STATE_PARTS = 1 << 22,                      /* kept, of 8 bytes and twice */
    FEW_STATES = 64,                                 /* of a schedule by itself */
    MINUTE_S = 60,
};

static const int64_t FROM_MOST_S = INT64_C(253402300800); /* the year 10000 */

/* What came of a day that was looked at. */
struct visit {
    uint32_t next_state;
    bool is_counted;
};

/* A day follows from its surroundings, and from what forbid-late brings along into it. */
struct walk {
    struct arena *arena;
    const struct overlap_problem *problem;
    struct job *jobs;
    struct days days;
    struct profile_table profiles;
    struct sums sums;
    struct difference difference; /* from the day that was looked at last */
    int64_t looked;               /* which that is, once `has_looked` */
    bool has_looked;
    int64_t warm_days;        /* before the first one that counts */
    struct job_day *job_days; /* by job, as is `next` */
    struct late_state *next;
    struct intern states; /* of all jobs of forbid-late together */
    uint32_t *late_jobs;  /* which those are */
    size_t late_count;
    struct late_state *set;
    struct late_state **state_sets;
    struct intern_pairs seen; /* of surroundings and state */
    struct visit *visits;
    size_t set_capacity, visit_capacity;
};

/* --- what is possible --- */

static bool within(const struct schedule *schedule, const char *key, int64_t value, int64_t least,
                   int64_t most, struct fail *fail)
{
    if (value >= least && value <= most)
        return true;
    return fail_set(fail, FAIL_INPUT, "schedule %.80s: %s: must be %lld to %lld, got %lld",
                    schedule->name, key, (long long)least, (long long)most, (long long)value);
}

static bool schedule_check(const struct schedule *schedule, size_t service_count, struct fail *fail)
{
    bool is_replace = schedule->policy == SCHEDULE_REPLACE;
    return within(schedule, "seconds of duration", schedule->duration_s, 1, SCHEDULE_MAX_DURATION_S,
                  fail) &&
           within(schedule, "seconds of grace", schedule->grace_s, 0,
                  is_replace ? SCHEDULE_MAX_GRACE_S : 0, fail) &&
           within(schedule, "parallel", schedule->parallel, 1, INT32_MAX, fail) &&
           within(schedule, "service", (int64_t)schedule->service, 0, (int64_t)service_count - 1,
                  fail);
}

static bool problem_check(const struct overlap_problem *problem, struct fail *fail)
{
    if (problem->schedule_count > OVERLAP_MAX_SCHEDULES) {
        (void)fail_set(fail, FAIL_INPUT, "more than %d schedules meet on one server",
                       OVERLAP_MAX_SCHEDULES);
        return fail_hint(fail, "declare the smaller ones as jobs with \"concurrent\" instead");
    }
    if (problem->from_s < 0 || problem->from_s >= FROM_MOST_S)
        return fail_set(fail, FAIL_INPUT, "schedules can be looked at from 1970 to 9999 only");
    for (size_t i = 0; i < problem->schedule_count; i++)
        if (!schedule_check(&problem->schedules[i], problem->service_count, fail))
            return false;
    return true;
}

/* --- the walk --- */

static int64_t days_up(int64_t seconds)
{
    return divide_up(seconds, DAY_S);
}

/* Days before a day whose fires have a say in it. Forbid-late carries its own past along. */
static int64_t days_back(const struct schedule *schedule)
{
    if (schedule->cron.every_s > 0 || schedule->policy == SCHEDULE_FORBID_LATE)
        return 0;
    int64_t minutes = divide_up(schedule->duration_s, MINUTE_S);
    int64_t back = divide_up(minutes, DAY_MINUTES);
    if (schedule->policy == SCHEDULE_REPLACE && schedule->grace_s > 0)
        back = days_up(schedule->grace_s) + minutes / DAY_MINUTES + 1;
    return back;
}

static void jobs_make(struct walk *walk, int64_t *ret_back)
{
    const struct overlap_problem *problem = walk->problem;
    walk->jobs = ARENA_ARRAY(walk->arena, problem->schedule_count, struct job);
    walk->late_jobs = ARENA_ARRAY(walk->arena, problem->schedule_count, uint32_t);
    *ret_back = 0;
    for (size_t i = 0; i < problem->schedule_count; i++) {
        const struct schedule *schedule = &problem->schedules[i];
        int64_t back = days_back(schedule);
        walk->jobs[i].schedule = schedule;
        if (schedule->policy == SCHEDULE_FORBID_LATE)
            walk->late_jobs[walk->late_count++] = (uint32_t)i;
        *ret_back = back > *ret_back ? back : *ret_back;
    }
}

static bool walk_open(struct walk *walk, struct fail *fail)
{
    int64_t back;
    size_t count = walk->problem->schedule_count;
    jobs_make(walk, &back);
    walk->days.arena = walk->states.arena = walk->seen.numbers.arena = walk->arena;
    walk->warm_days = walk->late_count > 0 ? WARM_DAYS : 0;
    if (!days_build(&walk->days, walk->jobs, count, walk->problem->from_s, back, walk->warm_days,
                    fail))
        return false;
    profile_table_open(&walk->profiles, walk->arena, &walk->days, walk->jobs, count);
    sums_open(&walk->sums, walk->arena, &walk->profiles, walk->jobs, count,
              walk->problem->service_count);
    difference_open(&walk->difference, &walk->days);
    walk->job_days = ARENA_ARRAY(walk->arena, count, struct job_day);
    walk->next = ARENA_ARRAY(walk->arena, count, struct late_state);
    walk->set = ARENA_ARRAY(walk->arena, walk->late_count, struct late_state);
    return true;
}

/* Late starts that go on shifting make no two days alike. Where that becomes too much, schedules
 * with many different midnights count as running for ever once they run, then all: the safe side.
 */
static void states_bound(struct walk *walk)
{
    size_t kept = walk->late_count * walk->states.count;
    uint32_t few = kept > 2 * MOST_STATE_PARTS ? 0 : FEW_STATES;
    if (kept <= MOST_STATE_PARTS)
        return;
    for (size_t i = 0; i < walk->problem->schedule_count; i++)
        if (walk->jobs[i].late_count > few)
            walk->jobs[i].for_ever = true;
}

/* The number of the state that the day leaves behind. */
static uint32_t state_number(struct walk *walk)
{
    bool is_new;
    size_t count = walk->late_count;
    for (size_t i = 0; i < count; i++)
        walk->set[i] = walk->next[walk->late_jobs[i]];
    uint32_t number = intern(&walk->states, walk->set, count * sizeof *walk->set, &is_new);
    if (!is_new)
        return number;
    struct late_state *set = ARENA_ARRAY(walk->arena, count, struct late_state);
    memcpy(set, walk->set, count * sizeof *set);
    walk->state_sets = room_for(walk->arena, walk->state_sets, sizeof *walk->state_sets, number,
                                &walk->set_capacity);
    walk->state_sets[number] = set;
    states_bound(walk);
    return number;
}

static void state_load(struct walk *walk, uint32_t number)
{
    const struct late_state *set = walk->state_sets[number];
    for (size_t i = 0; i < walk->late_count; i++)
        walk->jobs[walk->late_jobs[i]].late = set[i];
}

static struct visit *visit_find(struct walk *walk, int64_t day, uint32_t state, bool *ret_is_new)
{
    uint32_t number = intern_pair(&walk->seen, walk->days.windows[day], state, ret_is_new);
    walk->visits =
        room_for(walk->arena, walk->visits, sizeof *walk->visits, number, &walk->visit_capacity);
    return &walk->visits[number];
}

/* Whether the day of a schedule is what it was on the day that was looked at last. */
static bool is_as_before(const struct walk *walk, const struct job *job)
{
    return walk->has_looked && job->late.busy_s == job->settled_s &&
           (job->settled_s == LATE_FOR_EVER_S ||
            !difference_touches(&walk->difference, job->class, job->zone));
}

static void day_look(struct walk *walk, int64_t day)
{
    if (walk->has_looked)
        difference_find(&walk->difference, &walk->days, day, walk->looked);
    for (size_t i = 0; i < walk->problem->schedule_count; i++)
        if (!is_as_before(walk, &walk->jobs[i]))
            walk->job_days[i] =
                job_day_find(&walk->profiles, &walk->jobs[i], i, day, &walk->next[i]);
    walk->looked = day;
    walk->has_looked = true;
}

/* Looks at a day unless its like was looked at before. `date` is the day that counts, counted from
 * 1970; negative before the first one that is asked for. */
static bool day_take(struct walk *walk, int64_t day, int64_t date, uint32_t *state,
                     struct fail *fail)
{
    bool is_new;
    struct visit *visit = visit_find(walk, day, *state, &is_new);
    bool counts = date >= 0 && !visit->is_counted;
    if (is_new || counts) {
        state_load(walk, *state);
        day_look(walk, day);
        visit->next_state = state_number(walk);
        visit->is_counted = counts;
    }
    *state = visit->next_state;
    return !counts || sums_take(&walk->sums, walk->job_days, date, fail);
}

/* Until a cycle begins as an earlier one did; or for 400 years, where late starts go on shifting.
 */
static bool days_walk(struct walk *walk, struct fail *fail)
{
    const struct days *days = &walk->days;
    struct intern starts = {.arena = walk->arena};
    int64_t from_date = days->first + days->from;
    uint32_t state = state_number(walk); /* nothing runs */
    bool is_new = true;
    for (int64_t day = days->from - walk->warm_days; day < days->from; day++)
        if (!day_take(walk, day, -1, &state, fail))
            return false;
    int64_t last_date = from_date + days->repeat - days->from + CALENDAR_CYCLE_DAYS;
    for (int64_t day = days->from, date = from_date; date < last_date; day++, date++) {
        if (day == days->repeat + days->cycle)
            day = days->repeat;
        if (day == days->repeat)
            (void)intern(&starts, &state, sizeof state, &is_new);
        if (!is_new)
            break;
        if (!day_take(walk, day, date, &state, fail))
            return false;
    }
    return true;
}

/* --- the answer --- */

static struct overlap_moment moment_of(const struct walk *walk, const struct witness *witness,
                                       struct arena *arena)
{
    const struct overlap_problem *problem = walk->problem;
    struct overlap_moment moment = {
        .at_s = witness->day * DAY_S + (int64_t)witness->minute * MINUTE_S,
        .processes = ARENA_ARRAY(arena, problem->service_count, int64_t),
        .runs = ARENA_ARRAY(arena, problem->schedule_count, int64_t),
    };
    for (size_t i = 0; i < problem->schedule_count; i++) {
        const struct schedule *schedule = &problem->schedules[i];
        moment.runs[i] = job_day_runs(&walk->profiles, witness->jobs[i], witness->minute);
        moment.processes[schedule->service] += moment.runs[i] * schedule->parallel;
        moment.total += moment.runs[i] * schedule->parallel;
    }
    return moment;
}

static int moments_compare(const void *a, const void *b)
{
    const struct overlap_moment *one = a, *other = b;
    if (one->total != other->total)
        return one->total > other->total ? -1 : 1;
    return (one->at_s > other->at_s) - (one->at_s < other->at_s);
}

static void rows_make(const struct walk *walk, struct arena *arena, struct overlap *overlap)
{
    const struct front *front = &walk->sums.front;
    overlap->row_count = front->count;
    overlap->rows = ARENA_ARRAY(arena, front->count, struct overlap_moment);
    overlap->rows_are_moments = true;
    for (size_t i = 0; i < front->count; i++)
        overlap->rows[i] = moment_of(walk, &front->witnesses[i], arena);
    qsort(overlap->rows, front->count, sizeof *overlap->rows, moments_compare);
}

/* No minute has more in any service. */
void overlap_rows_join(struct arena *arena, const struct overlap_problem *problem,
                       struct overlap *overlap)
{
    struct overlap_moment *row = ARENA_NEW(arena, struct overlap_moment);
    *row = overlap->peak;
    overlap->rows = row;
    overlap->row_count = 1;
    overlap->rows_are_moments = problem->service_count <= 1;
    if (overlap->rows_are_moments)
        return;
    row->runs = NULL;
    row->total = 0;
    row->processes = ARENA_ARRAY(arena, problem->service_count, int64_t);
    for (size_t i = 0; i < problem->service_count; i++) {
        row->processes[i] = overlap->services[i].processes;
        row->total += row->processes[i];
    }
}

static void answer_make(const struct walk *walk, struct arena *arena, struct overlap *overlap)
{
    const struct sums *sums = &walk->sums;
    overlap->peak = moment_of(walk, &sums->peak, arena);
    overlap->services = ARENA_ARRAY(arena, sums->service_count, struct overlap_most);
    for (size_t i = 0; i < sums->service_count; i++)
        overlap->services[i] = sums->services[i].most;
    if (sums->front.gave_up || sums->front.count > OVERLAP_MAX_ROWS)
        overlap_rows_join(arena, walk->problem, overlap);
    else
        rows_make(walk, arena, overlap);
}

bool overlap_find(struct arena *arena, const struct overlap_problem *problem,
                  struct overlap *ret_overlap, struct fail *fail)
{
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    struct walk walk = {.arena = &scratch, .problem = problem};
    *ret_overlap = (struct overlap){0};
    bool is_done = problem_check(problem, fail) && walk_open(&walk, fail) && days_walk(&walk, fail);
    if (is_done)
        answer_make(&walk, arena, ret_overlap);
    arena_free(&scratch);
    return is_done;
}
