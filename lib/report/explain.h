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

#endif
