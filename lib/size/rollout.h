/*
 * How many instances are alive at the worst moment of a deploy (sizing.md 5). Pure arithmetic;
 * source of the rolling formula: Kubernetes' ResolveFenceposts and KEP-5882 (terminating pods are
 * not counted by it). Schedules of jobs and processes per instance are not its business.
 *
 * A surge or unavailable that is not given is 25 %, as in Kubernetes. Numbers below 0 count as 0,
 * and what passes INT64_MAX stays there.
 */
#ifndef PGSIZE_ROLLOUT_H
#define PGSIZE_ROLLOUT_H

#include "topology.h"

#include <stdint.h>

/* The answer of rollout_instances_within() where any number of instances would do. */
enum { ROLLOUT_MAX_INSTANCES = INT32_MAX };

/* Instances alive at the peak of a rollout of `instances` (R): recreate R; blue-green 2R; rolling
 * min(R + surge + K, 2R), where K are those that are stopping: 0 when drain is 0; R when drain or
 * ready is not known, or ready is 0; else min(R, (surge + unavailable) x (floor(drain / ready) +
 * 1)). Serverless: 2R unless recreate. Worked: R=3, surge 25 %, drain 0s -> 4. */
int64_t rollout_peak(const struct rollout *rollout, int64_t instances, bool serverless);

/* Surge rounded up, unavailable rounded down (both 0: unavailable is 1), as Kubernetes does; each
 * at most `instances`. Worked: R=10, 25 % and 25 % -> 3 and 2. */
int64_t rollout_surge(const struct rollout *rollout, int64_t instances);
int64_t rollout_unavailable(const struct rollout *rollout, int64_t instances);

/* K above: instances that were told to stop, and still hold their connections. Worked: R=10, s + u
 * = 4, drain 30s, ready 20s -> 8. */
int64_t rollout_stopping(const struct rollout *rollout, int64_t instances);

/* Largest number of instances whose rollout peak is at most `peak`; -1 when none is (`peak` is
 * negative). */
int64_t rollout_instances_within(const struct rollout *rollout, int64_t peak, bool serverless);

#endif
