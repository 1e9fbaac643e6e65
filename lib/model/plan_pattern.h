/*
 * Plans that are sold in any size: one row whose id has places for numbers,
 * "db-custom-{vcpu}-{memory_mib}", stands for all of them, and the provider's formula gives their
 * figure.
 */
#ifndef PGSIZE_PLAN_PATTERN_H
#define PGSIZE_PLAN_PATTERN_H

#include "plan.h"

/* What is wrong with an id that has braces; NULL: nothing. */
const char *plan_pattern_fault(const char *id);

/* Whether `id`, case ignored, is of the plan `pattern`; then that very plan. Worked:
 * db-custom-4-15360 has 4 vCPU and 15 GiB. */
bool plan_pattern_find(struct arena *arena, const struct provider *provider,
                       const struct plan *pattern, const char *id, struct plan *ret_plan);

#endif
