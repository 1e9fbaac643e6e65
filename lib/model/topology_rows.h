/*
 * The keys of a topology, one row each, with their readers. Inside this room.
 */
#ifndef PGSIZE_TOPOLOGY_ROWS_H
#define PGSIZE_TOPOLOGY_ROWS_H

#include "field.h"

extern const struct field document_fields[], server_fields[], service_fields[], pooler_fields[];
extern const size_t document_field_count, server_field_count, service_field_count,
    pooler_field_count;

enum { MOST_PROCESSES = 1000000, MOST_CORES = 100000 };

extern const char *const rollout_strategies[]; /* by enum rollout_strategy; ends with NULL */

void server_defaults(struct server *server);
void service_defaults(struct service *service);
void pooler_defaults(struct pooler *pooler);

/* Reads a URL with its ${}; a scheme that pgsize does not handle is a fault. */
bool url_field_read(struct reader *reader, const struct path *path, const struct json *value,
                    struct url **ret_url, bool *ret_password_in_file);

#endif
