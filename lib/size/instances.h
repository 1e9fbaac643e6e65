/*
 * How many instances of a service there is room for, at limits that are known: on its own server,
 * and on every standby that it may land on. It is not a division, for the surge of a deploy is
 * rounded up. No limit is found here. Inside this room.
 */
#ifndef PGSIZE_INSTANCES_H
#define PGSIZE_INSTANCES_H

#include "sizing.h"

/* Fills max_instances, alert_instances and cap_instances of a class by the limits that the command
 * is about, once all peaks are known. */
void instances_find(const struct sizing *sizing, struct pool_class *class);

/* The largest number of instances of a service for which one server's peak stays within its budget,
 * or within its alert; UNKNOWN: it does not matter there. `class` is one that counts there. */
int64_t instances_on_server(const struct sizing *sizing, const struct server_sizing *server,
                            const struct pool_class *class, bool within_alert);

/* The largest number of instances of a service with which all smallest limits fit, where they now
 * take `peak`; 0: none, UNKNOWN: it does not matter. */
int64_t instances_at_floors(const struct server_sizing *server, const struct pool_class *class,
                            int64_t peak);

#endif
