/*
 * recommend --observe: the window, how far it is, and its early end.
 */
#ifndef PGSIZE_OBSERVE_H
#define PGSIZE_OBSERVE_H

#include "command.h"
#include "probe.h"
#include "sizing.h"

/* Whether to observe, and for how long; fails where that is asked for and cannot be. */
bool observe_read(struct run *run, int64_t *ret_window_ms, struct fail *fail) MUST_USE;

/* Asks all servers, and observes them for as long; Ctrl-C ends it early, and again ends the
 * program. */
void observe_servers(struct run *run, struct probe_target *targets, size_t count,
                     int64_t timeout_ms, int64_t window_ms);

/* Fails with FAIL_SERVER where nothing can be said of a server that was observed. */
bool observe_check(struct run *run, const struct topology *topology,
                   const struct server_input *inputs, struct fail *fail) MUST_USE;

#endif
