/*
 * The loop of `pgsize watch`: looks that are due at fixed moments, whether to look at all (the
 * breaker), and handing what is seen to the sinks. A look that is late delays no other one: those
 * it covers are left out, and counted.
 */
#ifndef PGSIZE_WATCH_LOOP_H
#define PGSIZE_WATCH_LOOP_H

#include "alert.h"
#include "owners.h"
#include "sampler.h"
#include "sink.h"
#include "watch_options.h"

enum { WATCH_MOST_SINKS = 6, WATCH_REASON_BYTES = 512 };

/* Why it ended. */
enum watch_end { WATCH_GOES_ON, WATCH_OVER, WATCH_STOPPED, WATCH_ALERTED, WATCH_FAILED };

struct watch {
    struct run *run;
    const struct watch_options *options;
    const struct watch_target *target;
    struct sink sinks[WATCH_MOST_SINKS];
    size_t sink_count;
    struct watched watched;
    struct breaker breaker;
    struct alarm alarm;
    struct alert alert;
    struct sampler sampler;
    struct owners owners;
    char lost_reason[WATCH_REASON_BYTES]; /* of the last look that was lost */
    struct arena scratch;                 /* until the next look */
    int64_t start_ms;                     /* clock_now_ms() of the first look */
    int64_t next;                         /* number of the next look that is due */
    enum watch_end end;
};

/* Goes on until the time is over, it is stopped, or the alert that it waits for is reached. */
void watch_loop(struct watch *watch, struct fail *fail);

/* Tells people and sinks what happened. */
void watch_event(struct watch *watch, const char *words);

int64_t wall_now_ms(void);

#endif
