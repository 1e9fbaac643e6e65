/*
 * ADDR:PORT of --listen, as a socket address. Only addresses: a name is not looked up.
 */
#ifndef PGSIZE_LISTEN_ADDRESS_H
#define PGSIZE_LISTEN_ADDRESS_H

#include "arena.h"
#include "fail.h"

#include <sys/socket.h>

struct listen_address {
    struct sockaddr_storage at;
    socklen_t length;
};

/* "9187" and ":9187" are 127.0.0.1:9187. `label` is how faults call the option. */
bool listen_address_read(const char *label, const char *where, struct listen_address *ret_address,
                         struct fail *fail) MUST_USE;

/* "127.0.0.1:9187", "[::1]:9187". */
const char *listen_address_show(struct arena *arena, const struct listen_address *address);

#endif
