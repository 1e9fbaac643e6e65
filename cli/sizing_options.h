/*
 * How to size, from the options: formula, mode, objective; and whether they go together. The same
 * for the answer itself and for every run beside it.
 */
#ifndef PGSIZE_SIZING_OPTIONS_H
#define PGSIZE_SIZING_OPTIONS_H

#include "command.h"

#include "recommend.h"

/* FAIL_USAGE where an objective is asked of a formula that knows none; not where a variable says
 * it, which may be meant for another run. */
bool sizing_options_make(const struct run *run, enum purpose purpose,
                         const struct topology *topology, struct recommend_options *ret_options,
                         struct fail *fail) MUST_USE;

/* FAIL_USAGE where the objective would change nothing: nobody has a demand to go by. Variables as
 * above. */
bool objective_check(const struct run *run, const struct topology *topology,
                     struct fail *fail) MUST_USE;

#endif
