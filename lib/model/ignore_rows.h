/*
 * The findings that a topology says are accepted: "ignore", with a reason and perhaps an end.
 * Inside this room.
 */
#ifndef PGSIZE_IGNORE_ROWS_H
#define PGSIZE_IGNORE_ROWS_H

#include "field.h"

enum { IGNORE_FIELD_COUNT = 4 };
extern const struct field ignore_fields[IGNORE_FIELD_COUNT];

/* Reads the array behind those of other files into a struct topology. */
bool ignores_read(struct reader *reader, const struct path *path, const struct json *value,
                  void *into);

/* Those of --ignore, RULE or RULE:SUBJECT; false: reported. */
bool ignores_of_options(struct reader *reader, struct topology *topology);

/* Reports each subject that is not in the topology. */
void ignores_link(struct reader *reader, const struct topology *topology);

#endif
