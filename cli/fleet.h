/*
 * The topology that a command is about: files, or what options and the environment say instead.
 */
#ifndef PGSIZE_FLEET_H
#define PGSIZE_FLEET_H

#include "command.h"
#include "topology.h"

/* Reads the command's words as files; without any, pgsize.json; without that, a server alone. Says
 * all that is wrong with them. */
bool topology_find(struct run *run, int64_t now_s, struct topology_input *ret_input,
                   struct topology *ret_topology, struct fail *fail) MUST_USE;

/* Whether libpq's own variables stand for this server: it is the only one, and nothing else
 * describes it. */
bool is_environments(const struct run *run, const struct topology *topology,
                     const struct server *server);

#endif
