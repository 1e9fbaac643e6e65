/*
 * --client: which client is meant.
 */
#ifndef PGSIZE_CLIENT_OPTION_H
#define PGSIZE_CLIENT_OPTION_H

#include "client.h"
#include "command.h"

/* NULL where it is not given. Fails with FAIL_USAGE where there is no such client. */
bool client_option_read(const struct run *run, const struct client **ret_client,
                        struct fail *fail) MUST_USE;

#endif
