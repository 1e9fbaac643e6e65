/*
 * Names that must be given once over all files, with the place of each, so that the second one can
 * say where the first one is. It does not judge what a name is.
 */
#ifndef PGSIZE_UNIQUE_NAMES_H
#define PGSIZE_UNIQUE_NAMES_H

#include "name.h"
#include "topology.h"

struct unique_names {
    struct name_table table; /* name -> index in the arrays */
    const char **in_order;
    struct origin *places;
    size_t capacity;
};

/* NULL when the name is new; else the place where it was given first. */
const struct origin *unique_names_add(struct unique_names *names, struct arena *arena,
                                      const char *name, struct origin place);

#endif
