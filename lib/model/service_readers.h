/*
 * Readers of single keys of a service, for its rows. Inside this room.
 */
#ifndef PGSIZE_SERVICE_READERS_H
#define PGSIZE_SERVICE_READERS_H

#include "topology_rows.h"

enum { INSTANCES_FIELD_COUNT = 3, ROLLOUT_FIELD_COUNT = 5 };
extern const struct field instances_fields[INSTANCES_FIELD_COUNT];
extern const struct field rollout_fields[ROLLOUT_FIELD_COUNT];

/* Each reads the value of a key into a struct service. */
bool instances_read(struct reader *reader, const struct path *path, const struct json *value,
                    void *into);
bool rollout_read(struct reader *reader, const struct path *path, const struct json *value,
                  void *into);
bool databases_read(struct reader *reader, const struct path *path, const struct json *value,
                    void *into);
bool client_read(struct reader *reader, const struct path *path, const struct json *value,
                 void *into);
bool service_url_read(struct reader *reader, const struct path *path, const struct json *value,
                      void *into);
bool env_url_read(struct reader *reader, const struct path *path, const struct json *value,
                  void *into);
bool env_limit_read(struct reader *reader, const struct path *path, const struct json *value,
                    void *into);

/* schedule_rows.c */
enum { SCHEDULE_FIELD_COUNT = 8 };
extern const struct field schedule_fields[SCHEDULE_FIELD_COUNT];
bool schedules_read(struct reader *reader, const struct path *path, const struct json *value,
                    void *into);

/* demand_rows.c */
enum { DEMAND_FIELD_COUNT = 6 };
extern const struct field demand_fields[DEMAND_FIELD_COUNT];
bool demand_read(struct reader *reader, const struct path *path, const struct json *value,
                 void *into);

#endif
