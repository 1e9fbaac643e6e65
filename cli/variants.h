/*
 * --curve and --scenario: the same topology, servers and options again, with something set.
 */
#ifndef PGSIZE_VARIANTS_H
#define PGSIZE_VARIANTS_H

#include "command.h"
#include "report.h"

/* What the unmodified run was made of. */
struct variant_base {
    const struct topology_input *input; /* that keeps what it read */
    const struct topology *topology;
    const struct server_input *inputs;
    int64_t begin_s; /* from when on worst moments are looked for */
};

/* Fills report->curve and report->scenarios where they are asked for. No server is asked again. */
bool variants_make(struct run *run, const struct variant_base *base, struct report *report,
                   struct fail *fail) MUST_USE;

#endif
