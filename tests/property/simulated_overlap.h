/*
 * What schedules come to, found out by living through every minute (and, for forbid-late, every
 * second) of a stretch of time: the contract of overlap.h once more, as plainly as possible. Dates
 * are the C library's; of the program it uses the fields of a cron expression and the offsets of a
 * zone.
 */
#ifndef PGSIZE_SIMULATED_OVERLAP_H
#define PGSIZE_SIMULATED_OVERLAP_H

#include "overlap.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SIMULATED_DAY = 1440, SIMULATED_MOST_DAYS = 120, SIMULATED_MOST_SCHEDULES = 8 };

/* Minute i of the stretch is minute `first` + i since 1970. */
struct simulation {
    int64_t first;
    int count;
    int32_t *runs[SIMULATED_MOST_SCHEDULES]; /* of each schedule, by minute */
};

static inline bool simulated_match(const struct cron *cron, int64_t local_minute)
{
    time_t at = (time_t)(local_minute * 60);
    struct tm parts;
    if (gmtime_r(&at, &parts) == NULL)
        abort();
    bool day = cron->days >> parts.tm_mday & 1, weekday = cron->weekdays >> parts.tm_wday & 1;
    return (cron->minutes >> parts.tm_min & 1) && (cron->hours >> parts.tm_hour & 1) &&
           (cron->months >> (parts.tm_mon + 1) & 1) &&
           (cron->both_days ? day && weekday : day || weekday);
}

static inline int64_t simulated_offset(const struct schedule *schedule, int64_t minute)
{
    return schedule->zone == NULL ? 0 : zone_offset(schedule->zone, minute * 60) / 60;
}

static inline int simulated_fires(const struct schedule *schedule, int64_t minute)
{
    const struct cron *cron = &schedule->cron;
    int64_t before = simulated_offset(schedule, minute - 1);
    int64_t offset = simulated_offset(schedule, minute);
    int fires = simulated_match(cron, minute + offset);
    if (cron->catches_up && offset > before && offset - before < 180)
        for (int64_t skipped = minute + before; skipped < minute + offset; skipped++)
            fires += simulated_match(cron, skipped);
    return fires;
}

/* Runs are alive up to the first minute that begins when they are gone. */
static inline void simulated_allow(const struct schedule *schedule, const int *fires, int32_t *runs,
                                   int count)
{
    int64_t lasts = (schedule->duration_s + 59) / 60;
    int32_t alive = 0;
    for (int i = 0; i < count; i++) {
        alive += fires[i];
        if (i - lasts >= 0)
            alive -= fires[i - lasts];
        runs[i] = alive;
    }
}

static inline void simulated_forbid(const struct schedule *schedule, const int *fires,
                                    int32_t *runs, int count)
{
    int64_t gone_s = INT64_MIN;
    for (int i = 0; i < count; i++) {
        if (fires[i] > 0)
            gone_s = (int64_t)i * 60 + schedule->duration_s;
        runs[i] = (int64_t)i * 60 < gone_s;
    }
}

static inline void simulated_replace(const struct schedule *schedule, const int *fires,
                                     int32_t *runs, int count)
{
    int64_t gone_s = INT64_MIN;
    int *found = calloc((size_t)count, sizeof *found);
    if (found == NULL)
        abort();
    for (int i = 0; i < count; i++)
        for (int k = 0; k < fires[i]; k++) {
            found[i] += (int64_t)i * 60 < gone_s;
            gone_s = (int64_t)i * 60 + schedule->duration_s;
        }
    simulated_forbid(schedule, fires, runs, count);
    for (int i = 0; i < count; i++)
        for (int k = i; k < count && (int64_t)(k - i) * 60 < schedule->grace_s; k++)
            runs[k] += found[i];
    free(found);
}

static inline void simulated_late(const struct schedule *schedule, const int *fires, int32_t *runs,
                                  int count)
{
    int64_t left_s = 0; /* of the run that is alive */
    bool pending = false;
    for (int64_t second = 0; second < (int64_t)count * 60; second++) {
        left_s -= left_s > 0;
        if (left_s == 0 && pending) {
            left_s = schedule->duration_s;
            pending = false;
        }
        if (second % 60 != 0)
            continue;
        for (int k = 0; k < fires[second / 60]; k++) {
            if (left_s > 0)
                pending = true;
            else
                left_s = schedule->duration_s;
        }
        runs[second / 60] = left_s > 0;
    }
}

typedef void simulated_policy(const struct schedule *schedule, const int *fires, int32_t *runs,
                              int count);

static inline void simulation_open(struct simulation *simulation,
                                   const struct overlap_problem *problem, int64_t first, int count)
{
    static simulated_policy *const policies[] = {
        [SCHEDULE_ALLOW] = simulated_allow,
        [SCHEDULE_FORBID] = simulated_forbid,
        [SCHEDULE_FORBID_LATE] = simulated_late,
        [SCHEDULE_REPLACE] = simulated_replace,
    };
    int *fires = calloc((size_t)count, sizeof *fires);
    *simulation = (struct simulation){.first = first, .count = count};
    for (size_t j = 0; j < problem->schedule_count; j++) {
        const struct schedule *schedule = &problem->schedules[j];
        simulation->runs[j] = calloc((size_t)count, sizeof *simulation->runs[j]);
        if (fires == NULL || simulation->runs[j] == NULL)
            abort();
        for (int i = 0; i < count; i++)
            fires[i] = simulated_fires(schedule, first + i);
        policies[schedule->policy](schedule, fires, simulation->runs[j], count);
    }
    free(fires);
}

static inline void simulation_close(struct simulation *simulation)
{
    for (size_t j = 0; j < SIMULATED_MOST_SCHEDULES; j++)
        free(simulation->runs[j]);
}

/* Processes of a service in a minute. */
static inline int64_t simulated_processes(const struct simulation *simulation,
                                          const struct overlap_problem *problem, int minute,
                                          size_t service)
{
    int64_t processes = 0;
    for (size_t j = 0; j < problem->schedule_count; j++)
        if (problem->schedules[j].service == service)
            processes += simulation->runs[j][minute] * problem->schedules[j].parallel;
    return processes;
}

#endif
