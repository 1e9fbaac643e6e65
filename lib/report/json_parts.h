/*
 * The parts of the json format that are files of their own. Inside this room.
 */
#ifndef PGSIZE_JSON_PARTS_H
#define PGSIZE_JSON_PARTS_H

#include "json_write.h"
#include "report.h"

/* The array of servers. */
void servers_json(const struct report *report, struct json_writer *writer);

/* The array of pools: of each service, one for each of its databases. */
void services_json(const struct report *report, struct json_writer *writer);

/* Puts the member "observed". */
void observed_json(const struct observed *observed, struct json_writer *writer);

/* Puts the members "counted_at", "own" and "counters". */
void counted_json(const struct counted *counted, struct json_writer *writer);

/* Puts the member "history" of a server that has one. */
void history_json(const struct server_sizing *server, struct json_writer *writer);

/* The array of poolers; nothing where the topology has none. */
void poolers_json(const struct sizing *sizing, struct json_writer *writer);

#endif
