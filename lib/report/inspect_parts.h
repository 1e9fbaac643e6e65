/*
 * What inspect shows of a server, as tables and lines: the same for every format that people read.
 * Inside this room.
 */
#ifndef PGSIZE_INSPECT_PARTS_H
#define PGSIZE_INSPECT_PARTS_H

#include "json_write.h"
#include "layout.h"
#include "room.h"
#include "use.h"

/* A table of who holds slots, or of who may still come in. */
struct section {
    const struct report *report;
    const struct server_sizing *server;
    struct column columns[TABLE_MAX_COLUMNS];
    size_t column_count;
    enum use_by by;
    struct uses uses;
    struct pairs pairs; /* then there are no uses */
    size_t count;       /* rows, the most telling first */
    size_t most;        /* of them, on a screen */
};

enum { SECTIONS = USE_KINDS + 1 };

/* The tables of a server, in an arena: services, roles, databases, addresses, states, room. Those
 * without rows are left out. */
size_t sections_make(struct arena *arena, const struct report *report,
                     const struct server_sizing *server, struct section ret_sections[SECTIONS]);

/* One row of it, into a cleared one. */
void section_row(const struct section *section, size_t index, struct row *row);

/* "and 12 more with 34 sessions": what stands behind the first `shown` rows. */
void section_rest_put(const struct section *section, size_t shown, struct text *text);

/* What the server has and holds, in one line each: used, room, time-outs. */
void inspect_lines_put(const struct report *report, const struct server_sizing *server,
                       struct text *text);

/* Whose plan it looks like, where that is known: a line, and members in json. */
void likely_plan_put(const struct report *report, const struct server_sizing *server,
                     struct text *text);
void likely_plans_json(const struct report *report, const struct server_sizing *server,
                       struct json_writer *writer);

/* The earlier facts of a server; NULL: none. */
const struct facts *before_of(const struct report *report, const struct server_sizing *server);

/* The whole answer for a terminal; and the members of a server that inspect adds in json. */
void inspect_put(const struct report *report, struct text *text);
void inspect_json(const struct report *report, const struct server_sizing *server,
                  struct json_writer *writer);

#endif
