/*
 * What the files of the cron reader share: the fields, their limits and their names. Nothing
 * outside lib/model/cron*.c needs it.
 */
#ifndef PGSIZE_CRON_PARTS_H
#define PGSIZE_CRON_PARTS_H

#include "cron.h"

#include <stddef.h>

enum cron_field_id { CRON_MINUTE, CRON_HOUR, CRON_DAY, CRON_MONTH, CRON_WEEKDAY, CRON_FIELDS };

struct cron_field {
    enum cron_field_id id;
    const char *text; /* not terminated */
    size_t length;
    enum cron_dialect dialect;
    /* answer */
    uint64_t bits;
    bool is_star; /* by the star rule of the dialect */
};

bool cron_field_read(struct cron_field *field, struct fail *fail) MUST_USE;

/* `@daily` and the like become the five fields they stand for; `@every` becomes `ret_every_s` and
 * no text. Text that does not begin with `@` comes back as it is. */
bool cron_macro_read(const char *text, enum cron_dialect dialect, const char **ret_text,
                     int64_t *ret_every_s, struct fail *fail) MUST_USE;

#endif
