/*
 * What the rows of the clients are written with, and the tables that hold them, one file for a
 * language: a client is a row there. Figures and behaviour: read in, or measured with, the versions
 * named in `source`; `verified` where tests/clients runs the client against a real server. Presets
 * of times are in ms, whatever the client's unit. Whoever looks for a client asks client.h.
 */
#ifndef PGSIZE_CLIENT_ROWS_H
#define PGSIZE_CLIENT_ROWS_H

#include "client.h"

enum { S = 1000, MINUTE = 60 * S, HOUR = 60 * MINUTE };

#define SETTINGS(...)                                                                              \
    .settings = (const struct client_setting[]){__VA_ARGS__},                                      \
    .setting_count =                                                                               \
        sizeof((const struct client_setting[]){__VA_ARGS__}) / sizeof(struct client_setting)

/* libpq's own, of those who hand it the URL. Without it, the kernel gives up in the end. */
#define CONNECT_TIMEOUT_IN_URL                                                                     \
    {                                                                                              \
        "connect_timeout", POOL_CONNECT_TIMEOUT, UNIT_SECONDS, PRESET_NONE, .in_url = true         \
    }

extern const struct client js_clients[], python_clients[], java_clients[], go_clients[],
    rust_clients[], other_clients[];
extern const size_t js_client_count, python_client_count, java_client_count, go_client_count,
    rust_client_count, other_client_count;

#endif
