/*
 * What the listener answers, as a handler of libmicrohttpd's: which paths and methods there are,
 * and what stands there. It does not know who is connected.
 */
#ifndef PGSIZE_LISTEN_ANSWER_H
#define PGSIZE_LISTEN_ANSWER_H

#include "listen.h"

#include <microhttpd.h>

/* What the handler is given as its closure. */
struct answering {
    struct arena *arena;
    const struct listen_content *content;
};

/* Called once the headers are read; what follows them is never looked at. */
enum MHD_Result request_answer(void *closure, struct MHD_Connection *connection, const char *path,
                               const char *method, const char *version, const char *upload,
                               size_t *upload_bytes, void **request);

#endif
