/*
 * The two sinks that every watch has one of: the live view of a terminal, or lines of JSON.
 */
#ifndef PGSIZE_WATCH_SINKS_H
#define PGSIZE_WATCH_SINKS_H

#include "sink.h"
#include "watch_loop.h"

/* Standard output gets JSON lines; what happens is said on standard error. */
bool lines_open(struct watch *watch, struct sink *ret_sink, struct fail *fail) MUST_USE;

/* Takes the terminal; `q` ends the watch. */
void live_open(struct watch *watch, struct sink *ret_sink);

/* --record: a file gets every look. */
bool record_sink_open(struct watch *watch, struct sink *ret_sink, struct fail *fail) MUST_USE;

/* --openmetrics and --listen: the figures of the last look, in a file and for who asks. */
bool metrics_sink_open(struct watch *watch, struct sink *ret_sink, struct fail *fail) MUST_USE;

/* Whether standard output is a terminal that can show a live view. */
bool live_is_possible(const struct run *run);

#endif
