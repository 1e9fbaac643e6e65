/*
 * --history: records that pgsize watch --record wrote, read beside whatever a command is about.
 */
#ifndef PGSIZE_HISTORIES_H
#define PGSIZE_HISTORIES_H

#include "command.h"
#include "sizing.h"

/* Reads one record, [NAME=]FILE: of the server NAME, else of the one that it names itself, else of
 * the only one. Without a topology (NULL) it is of server 0, and every session is nobody's. What is
 * damaged in it is said, and passed over. `ret_history` NULL: it holds no sample yet. */
bool history_read(struct run *run, const char *argument, const struct topology *topology,
                  size_t *ret_server, const struct history **ret_history,
                  struct fail *fail) MUST_USE;

/* Reads all that were given, each into the input of its server. */
bool histories_read(struct run *run, const struct topology *topology, struct server_input *inputs,
                    struct fail *fail) MUST_USE;

#endif
