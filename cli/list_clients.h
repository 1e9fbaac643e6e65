/*
 * The functions of the list of clients, for its row in lists.c.
 */
#ifndef PGSIZE_LIST_CLIENTS_H
#define PGSIZE_LIST_CLIENTS_H

#include "lists.h"

enum { CLIENT_LIST_COLUMNS = 4 };
extern const struct column client_list_columns[CLIENT_LIST_COLUMNS];

size_t client_list_count(void);
const char *client_list_id(size_t index);
const char *client_list_name(size_t index);
void client_list_fill(size_t index, struct row *row);
void client_list_full(const struct page *page, const struct selection *selection,
                      struct text *text);
const char *client_list_note(const struct selection *selection);
void client_list_json(size_t index, struct json_writer *writer);

#endif
