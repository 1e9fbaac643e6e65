/*
 * Which findings count: not those that somebody accepts, with a reason, in the topology or for one
 * run; nor those that were there before, in a baseline, unless they have become worse. What is
 * found is not changed by it.
 */
#ifndef PGSIZE_STANDING_H
#define PGSIZE_STANDING_H

#include "baseline.h"
#include "rule.h"

/* Gives each finding its standing by what the topology, or --ignore, accepts. */
void findings_stand(struct sizing *sizing);

/* The same by a baseline; what is ignored stays so. `ret_gone`: room for as many as it has entries;
 * which of those are found no more. Those that are worse say so in their message. */
void findings_compare(struct arena *arena, struct sizing *sizing, const struct baseline *baseline,
                      const struct baseline_entry **ret_gone, size_t *ret_gone_count);

#endif
