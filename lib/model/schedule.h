/*
 * A schedule of a job as its owner declares it: when it fires, how long a run can last, and what
 * happens to a fire that finds a run. What several schedules come to is computed in size/overlap.
 */
#ifndef PGSIZE_SCHEDULE_H
#define PGSIZE_SCHEDULE_H

#include "cron.h"
#include "zone.h"

#include <stddef.h>
#include <stdint.h>

enum {
    SCHEDULE_MAX_DURATION_S = 366 * DAY_S,
    SCHEDULE_MAX_GRACE_S = DAY_S,
};

enum schedule_policy {
    SCHEDULE_ALLOW,       /* each fire starts a run */
    SCHEDULE_FORBID,      /* a fire that finds a run starts none */
    SCHEDULE_FORBID_LATE, /* it starts one when that run ends: Kubernetes' Forbid */
    SCHEDULE_REPLACE,     /* it starts one, and the run it finds is gone after `grace_s` */
};

struct schedule {
    const char *name;
    struct cron cron;
    int64_t duration_s; /* of the longest run, late starts included: 1 to the maximum */
    enum schedule_policy policy;
    int64_t grace_s;             /* SCHEDULE_REPLACE alone: 0 to the maximum */
    int64_t parallel;            /* processes of a run, 1 or more */
    const char *timezone;        /* as named; NULL is UTC */
    const char *timezone_option; /* that said it, as "--set"; NULL: the file did */
    const struct zone *zone;     /* what that name stands for; NULL is UTC */
    size_t service;              /* whose job it is: an index of the caller's */
};

#endif
