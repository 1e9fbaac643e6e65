/*
 * The steps of --explain. Inside this room.
 */
#ifndef PGSIZE_EXPLAIN_H
#define PGSIZE_EXPLAIN_H

#include "layout.h"

/* "  label       text", wrapped under the text. */
void step_put(const struct report *report, const char *label, const struct text *step,
              struct text *text);

/* From a class's demand to its need, and what its limit means; nothing without a demand. */
void demand_steps(const struct report *report, const struct pool_class *class, struct text *text);

/* What the objective "wait" saved with a class's connections; nothing where it has no say. */
void objective_class_step(const struct report *report, const struct pool_class *class,
                          struct text *text);

/* How much waiting there is on a server in all, beside the fair answer; nothing by fair. */
void objective_step(const struct report *report, size_t server, struct text *text);

#endif
