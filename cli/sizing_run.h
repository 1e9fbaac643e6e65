/*
 * What recommend, check and inspect have in common: reading, sizing, judging, rendering; and what
 * inspect alone adds to it.
 */
#ifndef PGSIZE_SIZING_RUN_H
#define PGSIZE_SIZING_RUN_H

#include "command.h"

#include "report.h"

/* The exit status. */
int sizing_run(struct run *run, enum purpose purpose, struct fail *fail);

/* --- of inspect --- */

/* Without a topology: a server, and nobody who is declared. */
extern const struct json_text inspect_topology;

/* Always false: nothing names a server. */
bool inspect_no_server(struct fail *fail);

/* Whether there is a server to be looked at; and what --before says of it, for the report. */
bool inspect_read(struct run *run, const struct topology *topology,
                  const struct server_input *inputs, struct report *report,
                  struct fail *fail) MUST_USE;

/* Whose plan each server that answered looks like. */
bool inspect_plans_find(struct run *run, const struct topology *topology,
                        struct server_input *inputs, struct fail *fail) MUST_USE;

#endif
