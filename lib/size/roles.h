/*
 * The roles that services log in as on a server, each with what its services hold at their peak by
 * the recommended limits, and with its CONNECTION LIMIT of now. Whether that fits is not said here.
 */
#ifndef PGSIZE_ROLES_H
#define PGSIZE_ROLES_H

#include "sizing.h"

struct role_peak {
    const char *name; /* NULL: services whose role nobody named */
    bool superuser;   /* no limit holds it */
    struct class_list classes;
    int64_t peak;   /* with `extra`, at its worst moment; an unknown limit counts as 1 */
    size_t context; /* that moment */
    const struct server_sizing *standby; /* whose peak that is, with what lands there; NULL: own */
    int64_t now;                         /* the server's word or the topology's; UNKNOWN: none */
    bool is_known;                       /* whether `now` is more than that nobody named one */
};

/* In the order in which services name them first. */
struct role_peak *role_peaks_make(struct arena *arena, const struct server_sizing *server,
                                  size_t *ret_count);

#endif
