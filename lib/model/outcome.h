/*
 * What a run came to, in few words: servers, services and findings, as two runs are compared by
 * (--diff). The earlier one is read from pgsize's own json output; the one at hand is made from its
 * sizing (lib/report/changes.c). It is no snapshot: nothing is sized by it.
 */
#ifndef PGSIZE_OUTCOME_H
#define PGSIZE_OUTCOME_H

#include "fail.h"
#include "json.h"

#include <stddef.h>
#include <stdint.h>

struct outcome_server {
    const char *name;
    int64_t max_connections, used; /* at peak; UNKNOWN */
};

/* A pool of a service: one for each database. */
struct outcome_service {
    const char *name, *server, *database; /* NULL: not known, or it does not connect */
    int64_t limit, peak;                  /* by the command; UNKNOWN */
    int64_t today;
};

/* One that counts, or (`severity` NULL) does not. */
struct outcome_finding {
    const char *rule, *subject, *severity;
};

struct outcome {
    const char *command, *formula;
    struct outcome_server *servers;
    size_t server_count;
    struct outcome_service *services;
    size_t service_count;
    struct outcome_finding *findings, *uncounted;
    size_t finding_count, uncounted_count;
};

/* Fails (FAIL_INPUT) with the place of what is wrong. Keys that a comparison does not need are
 * passed over. */
bool outcome_read(struct arena *arena, struct json_text *text, struct outcome *ret_outcome,
                  struct fail *fail) MUST_USE;

#endif
