/*
 * What must hold of every overlap, tried on random schedules: the properties of sizing.md 7, and
 * that it is what living through every minute comes to.
 */
#include "harness.h"
#include "simulated_overlap.h"

enum {
    MOST_SCHEDULES = SIMULATED_MOST_SCHEDULES,
    MOST_SERVICES = 3,
    LINE_BYTES = 64,
    WARM_DAYS = 40, /* for late starts; other runs are over after MOST_RUN_DAYS */
    MOST_RUN_DAYS = 3,
    LATE_MOST_S = 2 * 3600,
};

static const char *const zone_rules[] = {
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "EST5EDT,M3.2.0,M11.1.0",
    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", /* half an hour */
    "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",      /* at midnight UTC */
    "AAA0BBB-4,M3.1.0,M5.1.0",              /* four hours: nothing is caught up */
    "<+0545>-5:45",
    "<-11>11",
    "<+14>-14",
};
enum { ZONES = sizeof zone_rules / sizeof zone_rules[0] };

struct trial {
    struct random random;
    struct arena arena;
    struct schedule schedules[MOST_SCHEDULES];
    char lines[MOST_SCHEDULES][LINE_BYTES];
    const char *zones[MOST_SCHEDULES];
    struct overlap_problem problem;
    struct overlap overlap;
};

/* --- instances --- */

enum { WITH_DATES = 1, WITH_ZONES = 2, WITH_LATE = 4, WITH_DIALECTS = 8 };

static const char *choose(struct random *random, const char *const *texts, size_t count)
{
    return texts[pick(random, 0, (int64_t)count - 1)];
}

#define CHOOSE(random, texts) choose((random), (texts), sizeof(texts) / sizeof *(texts))

static void line_make(struct random *random, unsigned with, char *line)
{
    static const char *const minutes[] = {"0",       "30",      "*/5", "*/15",
                                          "7-59/13", "0,20,40", "59",  "*"};
    static const char *const hours[] = {"*", "*", "*/6", "3", "2", "0,23", "8-18", "1-2", "22"};
    static const char *const days[] = {"*", "1", "28-31", "*/2", "13", "29", "1-7", "*/10"};
    static const char *const months[] = {"*", "*", "*", "2", "1-6", "12", "3,10"};
    static const char *const weekdays[] = {"*", "*", "1-5", "mon", "6,0", "sun", "*/3"};
    bool dates = (with & WITH_DATES) != 0 && chance(random, 60);
    (void)snprintf(line, LINE_BYTES, "%s %s %s %s %s", CHOOSE(random, minutes),
                   CHOOSE(random, hours), dates ? CHOOSE(random, days) : "*",
                   dates ? CHOOSE(random, months) : "*", CHOOSE(random, weekdays));
}

/* With runs of at most LATE_MOST_S: what happened long ago has no say, for every run waits for none
 * or for all, or there is time enough behind the last one. */
static void late_line_make(struct random *random, unsigned with, char *line)
{
    static const char *const lines[] = {
        "*/5 *",   "0,20,40 *", "59 *",       "* *",    "7-59/13 */6", "*/15 */6", "0 3",
        "*/5 1-2", "30 0,23",   "7-59/13 22", "0 8-18", "*/15 8-18",   "* 2",      "30 0,23",
    };
    static const char *const dates[] = {"*", "1", "28-31", "13", "1-7"};
    static const char *const weekdays[] = {"*", "1-5", "mon", "6,0"};
    (void)snprintf(line, LINE_BYTES, "%s %s * %s", CHOOSE(random, lines),
                   (with & WITH_DATES) != 0 ? CHOOSE(random, dates) : "*",
                   CHOOSE(random, weekdays));
}

static int64_t duration_make(struct random *random)
{
    switch (pick(random, 0, 4)) {
    case 0:
        return pick(random, 1, 600);
    case 1:
        return pick(random, 1, 120) * 60;
    case 2:
        return pick(random, 1, 24) * 3600;
    case 3:
        return pick(random, 1, 26 * 3600);
    default:
        return pick(random, 1, MOST_RUN_DAYS * 86400);
    }
}

static void cron_make(struct trial *trial, size_t index, unsigned with)
{
    struct fail fail = {0};
    enum cron_dialect dialect =
        (with & WITH_DIALECTS) != 0 && chance(&trial->random, 40) ? CRON_KUBERNETES : CRON_VIXIE;
    if (trial->schedules[index].policy == SCHEDULE_FORBID_LATE)
        late_line_make(&trial->random, with, trial->lines[index]);
    else
        line_make(&trial->random, with, trial->lines[index]);
    if (!cron_read(trial->lines[index], dialect, &trial->schedules[index].cron, &fail))
        fail_msg("%s: %s", trial->lines[index], fail.message);
}

static void schedule_make(struct trial *trial, size_t index, unsigned with)
{
    struct random *random = &trial->random;
    struct schedule *schedule = &trial->schedules[index];
    struct fail fail = {0};
    *schedule = (struct schedule){
        .name = trial->lines[index],
        .duration_s = duration_make(random),
        .policy = (enum schedule_policy)pick(random, 0, SCHEDULE_REPLACE),
        .parallel = chance(random, 70) ? 1 : pick(random, 1, 4),
        .service = (size_t)pick(random, 0, (int64_t)trial->problem.service_count - 1),
    };
    if (schedule->policy == SCHEDULE_FORBID_LATE && (with & WITH_LATE) == 0)
        schedule->policy = SCHEDULE_ALLOW;
    if (schedule->policy == SCHEDULE_FORBID_LATE)
        schedule->duration_s = pick(random, 1, chance(random, 40) ? 900 : LATE_MOST_S);
    if (schedule->policy == SCHEDULE_REPLACE)
        schedule->grace_s = pick(random, 0, chance(random, 85) ? 200 : 86400);
    cron_make(trial, index, with);
    if ((with & WITH_ZONES) == 0 || chance(random, 30))
        return;
    trial->zones[index] = zone_rules[pick(random, 0, ZONES - 1)];
    if (!zone_read_rule(&trial->arena, "z", trial->zones[index], &schedule->zone, &fail))
        fail_msg("%s", fail.message);
}

/* Somewhere in 28 years, or a few days before some clock is changed. */
static int64_t from_make(struct trial *trial, unsigned with)
{
    int64_t from_s = pick(&trial->random, INT64_C(1767225600), INT64_C(2650000000));
    struct zone_change change;
    const struct zone *zone = trial->schedules[0].zone;
    if ((with & WITH_ZONES) != 0 && zone != NULL && chance(&trial->random, 80) &&
        zone_next_change(zone, from_s, &change))
        from_s = change.at_s - pick(&trial->random, 0, 3 * 86400);
    return from_s;
}

static void trial_make(struct trial *trial, unsigned with)
{
    trial->problem.schedules = trial->schedules;
    trial->problem.schedule_count = (size_t)pick(&trial->random, 1, MOST_SCHEDULES - 1);
    trial->problem.service_count = (size_t)pick(&trial->random, 1, MOST_SERVICES);
    /* One more than is used at first. */
    for (size_t i = 0; i <= trial->problem.schedule_count; i++)
        schedule_make(trial, i, with);
    trial->problem.from_s = from_make(trial, with);
}

static const struct overlap *overlap_of(struct trial *trial)
{
    struct fail fail = {0};
    if (!overlap_find(&trial->arena, &trial->problem, &trial->overlap, &fail))
        fail_msg("overlap_find: %s", fail.message);
    return &trial->overlap;
}

static int64_t peak_of(struct trial *trial)
{
    return overlap_of(trial)->peak.total;
}

static void trial_print(const struct trial *trial)
{
    static const char *const policies[] = {"allow", "forbid", "forbid-late", "replace"};
    print_error("from %" PRId64 ", %zu services; found %" PRId64 " at %" PRId64 "\n",
                trial->problem.from_s, trial->problem.service_count, trial->overlap.peak.total,
                trial->overlap.peak.at_s);
    for (size_t i = 0; i < trial->problem.schedule_count; i++) {
        const struct schedule *schedule = &trial->schedules[i];
        print_error("%s, %s, %s, %" PRId64 " s, grace %" PRId64 " s, parallel %" PRId64
                    ", service %zu, %s\n",
                    trial->lines[i], schedule->cron.dialect == CRON_VIXIE ? "vixie" : "kubernetes",
                    policies[schedule->policy], schedule->duration_s, schedule->grace_s,
                    schedule->parallel, schedule->service,
                    trial->zones[i] == NULL ? "UTC" : trial->zones[i]);
    }
}

/* --- against living through it --- */

static int64_t minute_of(int64_t at_s)
{
    return at_s / 60;
}

/* Days that have a say in what is alive now. */
static int warm_days(const struct trial *trial)
{
    for (size_t i = 0; i < trial->problem.schedule_count; i++)
        if (trial->schedules[i].policy == SCHEDULE_FORBID_LATE)
            return WARM_DAYS;
    return 2 * MOST_RUN_DAYS;
}

/* That moment, as living through the days before it has it. */
static bool moment_is_lived(const struct trial *trial, const struct overlap_moment *moment)
{
    const struct overlap_problem *problem = &trial->problem;
    struct simulation simulation;
    int before = warm_days(trial) * SIMULATED_DAY;
    int64_t total = 0;
    bool same = moment->at_s % 60 == 0;
    simulation_open(&simulation, problem, minute_of(moment->at_s) - before, before + 1);
    for (size_t j = 0; j < problem->schedule_count; j++)
        same = same && simulation.runs[j][before] == moment->runs[j];
    for (size_t i = 0; i < problem->service_count; i++) {
        int64_t processes = simulated_processes(&simulation, problem, before, i);
        same = same && processes == moment->processes[i];
        total += processes;
    }
    simulation_close(&simulation);
    return same && total == moment->total;
}

static bool service_is_lived(const struct trial *trial, size_t service)
{
    const struct overlap_most *most = &trial->overlap.services[service];
    struct simulation simulation;
    int before = warm_days(trial) * SIMULATED_DAY;
    simulation_open(&simulation, &trial->problem, minute_of(most->at_s) - before, before + 1);
    bool same =
        simulated_processes(&simulation, &trial->problem, before, service) == most->processes;
    simulation_close(&simulation);
    return same;
}

static bool row_covers(const struct trial *trial, const struct simulation *simulation, int minute,
                       const struct overlap_moment *row)
{
    for (size_t i = 0; i < trial->problem.service_count; i++)
        if (simulated_processes(simulation, &trial->problem, minute, i) > row->processes[i])
            return false;
    return true;
}

/* No minute has more than is said, in total, in a service, or together; the first minute of the
 * peak is the first. */
static bool minute_is_within(const struct trial *trial, const struct simulation *simulation,
                             int minute)
{
    const struct overlap *overlap = &trial->overlap;
    int64_t total = 0, at_s = (simulation->first + minute) * 60;
    for (size_t i = 0; i < trial->problem.service_count; i++) {
        int64_t processes = simulated_processes(simulation, &trial->problem, minute, i);
        total += processes;
        if (processes > overlap->services[i].processes ||
            (processes == overlap->services[i].processes && at_s < overlap->services[i].at_s))
            return false;
    }
    if (total > overlap->peak.total || (total == overlap->peak.total && at_s < overlap->peak.at_s))
        return false;
    for (size_t i = 0; i < overlap->row_count; i++)
        if (row_covers(trial, simulation, minute, &overlap->rows[i]))
            return true;
    return false;
}

static bool days_are_within(const struct trial *trial, int days)
{
    struct simulation simulation;
    int before = warm_days(trial) * SIMULATED_DAY;
    int64_t from = trial->problem.from_s / 86400 * SIMULATED_DAY;
    bool within = true;
    simulation_open(&simulation, &trial->problem, from - before, before + days * SIMULATED_DAY);
    for (int minute = before; within && minute < simulation.count; minute++)
        within = minute_is_within(trial, &simulation, minute);
    simulation_close(&simulation);
    return within;
}

static bool rows_are_sound(const struct trial *trial)
{
    const struct overlap *overlap = &trial->overlap;
    if (overlap->row_count < 1 || overlap->row_count > OVERLAP_MAX_ROWS)
        return false;
    for (size_t i = 0; overlap->rows_are_moments && i < overlap->row_count; i++)
        for (size_t k = 0; k < overlap->row_count; k++) {
            bool covers = i != k;
            for (size_t s = 0; s < trial->problem.service_count; s++)
                covers = covers && overlap->rows[k].processes[s] >= overlap->rows[i].processes[s];
            if (covers)
                return false;
        }
    return true;
}

static bool is_lived(struct trial *trial, unsigned with, int days)
{
    trial_make(trial, with);
    const struct overlap *overlap = overlap_of(trial);
    if (!rows_are_sound(trial) || !days_are_within(trial, days) ||
        !moment_is_lived(trial, &overlap->peak))
        return false;
    size_t row = (size_t)pick(&trial->random, 0, (int64_t)overlap->row_count - 1);
    size_t service = (size_t)pick(&trial->random, 0, (int64_t)trial->problem.service_count - 1);
    return service_is_lived(trial, service) &&
           (!overlap->rows_are_moments || moment_is_lived(trial, &overlap->rows[row]));
}

static bool weeks_are_lived(struct trial *trial)
{
    return is_lived(trial, WITH_LATE | WITH_DIALECTS, 15);
}

static bool months_are_lived(struct trial *trial)
{
    return is_lived(trial, WITH_DATES | WITH_DIALECTS, 60);
}

static bool late_months_are_lived(struct trial *trial)
{
    return is_lived(trial, WITH_DATES | WITH_LATE, 32);
}

static bool zones_are_lived(struct trial *trial)
{
    return is_lived(trial, WITH_ZONES | WITH_DIALECTS, 8);
}

static bool all_is_lived(struct trial *trial)
{
    return is_lived(trial, WITH_DATES | WITH_ZONES | WITH_LATE | WITH_DIALECTS, 8);
}

/* --- the properties of sizing.md 7 --- */

static bool another_job_never_lowers(struct trial *trial)
{
    trial_make(trial, chance(&trial->random, 20) ? WITH_LATE | WITH_DATES : WITH_LATE);
    int64_t peak = peak_of(trial);
    trial->problem.schedule_count++;
    return peak_of(trial) >= peak;
}

/* Late starts are left out: when all runs last longer, fewer may be kept waiting. */
static bool longer_runs_never_lower(struct trial *trial)
{
    trial_make(trial, chance(&trial->random, 20) ? WITH_DATES : 0);
    int64_t peak = peak_of(trial);
    size_t index = (size_t)pick(&trial->random, 0, (int64_t)trial->problem.schedule_count - 1);
    trial->schedules[index].duration_s += pick(&trial->random, 1, 86400);
    return peak_of(trial) >= peak;
}

static int64_t peak_with(struct trial *trial, size_t index, enum schedule_policy policy)
{
    trial->schedules[index].policy = policy;
    trial->schedules[index].grace_s = 0;
    return peak_of(trial);
}

static bool forbid_is_least(struct trial *trial)
{
    trial_make(trial, chance(&trial->random, 20) ? WITH_LATE | WITH_DATES : WITH_LATE);
    size_t index = (size_t)pick(&trial->random, 0, (int64_t)trial->problem.schedule_count - 1);
    int64_t forbid = peak_with(trial, index, SCHEDULE_FORBID);
    return forbid <= peak_with(trial, index, SCHEDULE_FORBID_LATE) &&
           forbid <= peak_with(trial, index, SCHEDULE_ALLOW) &&
           forbid == peak_with(trial, index, SCHEDULE_REPLACE);
}

/* Every day is like the other: the hour at which it begins has no say. */
static bool whole_hours_do_not_matter(struct trial *trial)
{
    trial_make(trial, 0);
    for (size_t i = 0; i < trial->problem.schedule_count; i++) {
        struct cron *cron = &trial->schedules[i].cron;
        cron->weekdays = 0x7f;
        cron->both_days = true;
    }
    int64_t peak = peak_of(trial), hours = pick(&trial->random, 1, 23);
    for (size_t i = 0; i < trial->problem.schedule_count; i++) {
        struct cron *cron = &trial->schedules[i].cron;
        cron->hours = (cron->hours << hours | cron->hours >> (24 - hours)) & 0xffffff;
    }
    return peak_of(trial) == peak;
}

/* What has no phase meets everything. */
static bool intervals_add_to_all(struct trial *trial)
{
    trial_make(trial, 0);
    int64_t peak = peak_of(trial);
    struct schedule *schedule = &trial->schedules[trial->problem.schedule_count++];
    int64_t every_s = pick(&trial->random, 1, 100000);
    schedule->cron = (struct cron){.dialect = CRON_KUBERNETES, .every_s = every_s};
    schedule->policy = SCHEDULE_ALLOW;
    schedule->grace_s = 0;
    int64_t runs = (schedule->duration_s + every_s - 1) / every_s;
    return peak_of(trial) == peak + runs * schedule->parallel;
}

/* --- running --- */

static const struct property properties[] = {
    {"weeks are as lived", weeks_are_lived},
    {"months are as lived", months_are_lived},
    {"months with late starts are as lived", late_months_are_lived},
    {"clock changes are as lived", zones_are_lived},
    {"all together is as lived", all_is_lived},
    {"Q2 another schedule never lowers the peak", another_job_never_lowers},
    {"Q3 longer runs never lower it", longer_runs_never_lower},
    {"Q4 forbid has least", forbid_is_least},
    {"Q5 daily schedules may begin at any hour", whole_hours_do_not_matter},
    {"@every adds its most", intervals_add_to_all},
};

static struct trial state;

struct suite suite = {.seed = 20010101,
                      .instances = 10,
                      PROPERTIES(properties),
                      TRIAL(state),
                      .arena = &state.arena,
                      .print = trial_print};
