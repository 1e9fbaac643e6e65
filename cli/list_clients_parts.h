/*
 * What the table of the clients and their JSON say in the same words. For list_clients*.c alone.
 */
#ifndef PGSIZE_LIST_CLIENTS_PARTS_H
#define PGSIZE_LIST_CLIENTS_PARTS_H

#include "client.h"

const char *quantity_words(enum pool_quantity quantity);
const char *foreign_words(enum foreign_parameters foreign);

/* Whether it was run; NULL: there is nothing to run. */
const char *verified_words(const struct client *client);

bool limit_is_in_url(const struct client *client);

/* A preset in the client's own unit; -1: it is not a number. */
int64_t preset_value(const struct client_setting *setting);
void preset_put(const struct client_setting *setting, struct text *text);

/* What pgsize makes of an example: what the client connects with, and its code. */
void example_url_put(const struct client *client, struct arena *arena, struct text *text);
void example_snippet_put(const struct client *client, struct text *text);

#endif
