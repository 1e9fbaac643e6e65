/*
 * What is known of each server besides the topology: its plan, a snapshot, or what it says itself.
 */
#ifndef PGSIZE_SERVERS_H
#define PGSIZE_SERVERS_H

#include "command.h"
#include "sizing.h"
#include "snapshot.h"

/* Fills one input for each server of the topology. Fails with FAIL_SERVER where a server that must
 * answer does not. */
bool servers_read(struct run *run, const struct topology *topology, struct server_input *ret_inputs,
                  struct fail *fail) MUST_USE;

/* Says of each server whose sizing goes by a plan's figure whether that is over a year old. */
void plan_ages_find(const struct topology *topology, struct server_input *inputs, int64_t now_s);

/* Reads a file that an earlier run wrote. */
bool snapshot_file_read(struct run *run, const char *path, struct json_text *ret_text,
                        struct snapshot *ret_snapshot, struct fail *fail) MUST_USE;

/* What a snapshot lacks of a server, so that nobody believes it was judged. */
void snapshot_lack_say(const struct run *run, const char *file, const struct server *server,
                       const struct facts *facts);

/* "server core"; an only server may have no better name than "the server". */
const char *server_words(const struct run *run, const struct server *server);

/* Whether libpq's own variables name a server. */
bool environment_names_server(const struct run *run);

/* The same for another reading of the topology, without asking any server again: what a server of
 * the same name said holds. Plans live in the arena given. */
bool servers_again(struct run *run, struct arena *arena, const struct topology *before,
                   const struct server_input *inputs, const struct topology *topology,
                   struct server_input *ret_inputs, struct fail *fail) MUST_USE;

/* "core, lake and 4 more": the names, for a hint. */
const char *servers_list(struct arena *arena, const struct topology *topology);

#endif
