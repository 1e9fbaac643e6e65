/*
 * What pgsize url says beside the URL, on standard error: what was asked for and the URL cannot
 * carry, what was left out of it, and what not every client reads as it is written.
 */
#ifndef PGSIZE_URL_NOTES_H
#define PGSIZE_URL_NOTES_H

#include "command.h"

#include "client.h"

/* What is asked to be changed. */
struct change {
    bool any, of_pool;
    const struct client *client; /* NULL: nobody says which */
    struct pool_settings pool;
    const char *database; /* NULL: as it is */
};

/* The options that set something of the pool. */
struct pool_option {
    enum option_id option;
    enum pool_quantity quantity;
};
extern const struct pool_option pool_options[];
extern const size_t pool_option_count;

/* `made` is what became of `template`; the same where nothing was to be changed. */
void url_notes_say(const struct run *run, const struct change *change, const struct url *template,
                   const struct url *made);

#endif
