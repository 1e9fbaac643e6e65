/*
 * Which findings count, as the command line says it: what is accepted, and the baseline; and what
 * the answer is compared with.
 */
#ifndef PGSIZE_CONTROL_H
#define PGSIZE_CONTROL_H

#include "command.h"

#include "baseline.h"
#include "outcome.h"
#include "report.h"

/* What --ignore says, and which rules there are, for the topology's reader. */
void ignores_give(struct run *run, struct topology_input *input);

/* Reads the baseline that findings are compared with; NULL: none, or it is to be written. It must
 * be one of this command. */
bool baseline_find(struct run *run, const struct baseline **ret_baseline,
                   struct fail *fail) MUST_USE;

/* Compares the findings with it, where there is one. */
void baseline_apply(struct run *run, const struct baseline *baseline, struct sizing *sizing,
                    struct report *report);

/* Reads the earlier result that --diff names; NULL: none. It must be one of this command. */
bool earlier_find(struct run *run, const struct outcome **ret_earlier, struct fail *fail) MUST_USE;

#endif
