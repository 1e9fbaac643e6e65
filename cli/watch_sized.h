/*
 * The limits and peaks of the topology that stand in a watch's metrics beside what is seen: sized
 * by what the watched server says of max_connections, as `check` does, without findings. It asks no
 * server and does not read the topology again.
 */
#ifndef PGSIZE_WATCH_SIZED_H
#define PGSIZE_WATCH_SIZED_H

#include "sample.h"
#include "watch_options.h"

struct watch_sized {
    struct run *run;
    struct topology *topology;
    size_t server; /* index in it of the watched one */
    bool is_possible;
    struct facts facts;          /* what the watched server says */
    struct server_input *inputs; /* NULL: it was not sized yet */
    struct arena arena;          /* of the last sizing */
    struct sizing *sizing;       /* NULL: there is none */
    int64_t sized_ms;            /* clock_now_ms() of it */
};

/* Without a topology there is nothing to size; where its time zones cannot be read, that is said.
 */
void watch_sized_open(struct run *run, const struct watch_target *target,
                      struct watch_sized *ret_sized);

/* Sizes when max_connections is first known, and again when the server has been given other
 * figures; not more often than every ten seconds. Fails once, and is not sized from then on. */
bool watch_sized_take(struct watch_sized *sized, const struct sample *sample,
                      struct fail *fail) MUST_USE;

void watch_sized_close(struct watch_sized *sized);

#endif
