/*
 * A snapshot: the facts of servers as pgsize's own json output holds them, read back on a machine
 * that does not reach the servers. Keys that belong to the answer and not to the server are passed
 * over.
 */
#ifndef PGSIZE_SNAPSHOT_H
#define PGSIZE_SNAPSHOT_H

#include "facts.h"
#include "topology.h"

struct snapshot {
    const char **names;
    struct facts *facts;
    size_t count;
};

/* Errors name file, line, column and path. */
bool snapshot_read(struct arena *arena, struct json_text *text, struct snapshot *ret_snapshot,
                   struct fail *fail) MUST_USE;

/* The facts of a server: by name, or the only ones where there is one server on each side; NULL:
 * none. ANSWER_NOT_ASKED: the server did not answer the run that the snapshot is of. */
const struct facts *snapshot_find(const struct snapshot *snapshot, const char *server,
                                  size_t server_count);

/* Unix time as 2026-11-21T09:00:00Z; `buffer` of at least 24 bytes. */
const char *time_show(int64_t seconds, char *buffer);

/* The same with its microseconds, 2026-11-21T09:00:00.000000Z; `buffer` of at least 40 bytes. "":
 * not of the years 0 to 9999. */
const char *moment_show(int64_t us, char *buffer);

#endif
