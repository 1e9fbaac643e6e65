/*
 * watch: its options, and the server that they, the topology and the environment name.
 */
#ifndef PGSIZE_WATCH_OPTIONS_H
#define PGSIZE_WATCH_OPTIONS_H

#include "alarm.h"
#include "breaker.h"
#include "command.h"
#include "sizing.h"

struct watch_options {
    int64_t interval_ms, for_ms /* 0: until it is stopped */, timeout_ms;
    struct breaker breaker;
    const char *alert_command; /* NULL: none */
    bool until_alert, quiet;
};

struct watch_target {
    const char *name;      /* for people: of the server */
    const struct url *url; /* NULL: libpq's own environment */
    struct alarm alarm;
    /* Whose sessions they are. */
    const struct sizing *owners;
    size_t server; /* index in it, and in the topology */
    struct topology *topology;
};

bool watch_options_read(struct run *run, struct watch_options *ret_options,
                        struct fail *fail) MUST_USE;
bool watch_target_find(struct run *run, struct watch_target *ret_target,
                       struct fail *fail) MUST_USE;

#endif
