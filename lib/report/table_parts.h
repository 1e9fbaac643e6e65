/*
 * The parts of the table format, each a file of its own. Inside this room.
 */
#ifndef PGSIZE_TABLE_PARTS_H
#define PGSIZE_TABLE_PARTS_H

#include "report.h"

/* "3 superuser + 2 margin = 5 kept back; 95 for services; alert at 80". */
void budget_words_put(const struct server_sizing *server, struct text *text);

/* In their place, where nobody knows how many connections it has. */
const char *unknown_words(const struct server_sizing *server);

/* "PostgreSQL 15.18, live  100 connections". */
void server_words_put(const struct server_sizing *server, struct text *text);

/* The name of a server, what it is, and its budget. */
void server_head_put(const struct report *report, const struct server_sizing *server,
                     struct text *text);

/* "41 sessions + 3 kept by the server = 44 of 100", with a bar; of one that said so. */
void used_line_put(const struct report *report, const struct server_sizing *server,
                   struct text *text);

/* "12 of its own + 44 of primary": the parts of a standby's peak, which is known. */
void failover_words_put(const struct report *report, const struct server_sizing *server,
                        struct text *text);

/* Below a server's table: used at peak, today, now, room. */
void server_lines_put(const struct report *report, const struct server_sizing *server,
                      struct text *text);

/* A line below the table: its label, and words that wrap beside it. */
void server_line_put(const struct report *report, const char *label, const char *words,
                     struct text *text);

/* "PgBouncer, transaction mode, in front of core; 2 x 3000 = 6000 clients". */
void pooler_words_put(const struct report *report, const struct pooler_sizing *sized,
                      struct text *text);

/* "max_client_conn 200: Supavisor (shared) of supabase/micro, plans/supabase.json"; false: nothing
 * is its provider's. */
bool pooler_preset_put(const struct pooler *pooler, struct text *text);

/* The lines below a pooler's table, but for the room that is left. */
void pooler_lines_put(const struct report *report, const struct pooler_sizing *sized,
                      struct text *text);

/* What --observe saw; nothing where it was not asked. */
void observed_lines_put(const struct report *report, const struct server_sizing *server,
                        struct text *text);

/* What a record says; nothing where none was given. */
void history_lines_put(const struct report *report, const struct server_sizing *server,
                       struct text *text);

/* What is handed to the services; nothing where there is nothing. */
void urls_put(const struct report *report, struct text *text);
void snippets_put(const struct report *report, struct text *text);

/* The settings of a class that no URL carries, in its client's own language, with line breaks; into
 * an empty text. False, and nothing, where there are none. */
bool class_snippet_put(const struct report *report, const struct pool_class *class,
                       struct text *text);

/* --explain: "25%", "3"; and the instances alive at the worst moment of a deploy. */
void amount_put(const struct amount *amount, struct text *text);
void rollout_explain(const struct pool_class *class, struct text *text);

void findings_put(const struct report *report, struct text *text);

/* The last line of inspect, which judges no limits: how many findings there are. */
void tally_put(const struct report *report, struct text *text);

/* The last line of check, for whoever reads nothing else. */
void verdict_put(const struct report *report, struct text *text);

#endif
