/*
 * The record that `pgsize watch --record` writes: lines of JSON, each appended whole. The first
 * names the server; a group of sessions is named once and known by its number from then on; every
 * sample is a line, and what rarely changes (limits, the breaker, the interval) stands only where
 * it changed. Old samples become spans (record_thin.h). Here are the lines, made and read, each by
 * itself; files are not its business, nor whose sessions they are.
 *
 *     {"pgsize_record":1,"server":"core","every_ms":5000}
 *     {"group":1,"application_name":"api","role":"app","database":"core"}
 *     {"at":1793491200000,"by":[[1,12,2]],"limits":[100,3,0]}
 *     {"at":1793491205000,"full":"sorry, too many clients already"}
 *     {"at":1793491210000,"lost":"connection refused","breaker":"open"}
 *
 * An entry of "by" is [group, sessions, active, idle in transaction, idle]: zeros at its end are
 * left out, and idle where it is the rest of the sessions. Group 0 is the rest. "sessions" stands
 * where it is not the sum of "by".
 */
#ifndef PGSIZE_RECORD_H
#define PGSIZE_RECORD_H

#include "fail.h"
#include "name.h"
#include "sample.h"
#include "text.h"
#include "topology.h"

#define RECORD_MOST INT64_C(1000000000000000) /* of any sum; and of times, in the year 33658 */

enum {
    RECORD_VERSION = 1,
    RECORD_MOST_GROUPS = 10000,        /* that are told apart; all others are the rest */
    RECORD_MOST_NAME = 256,            /* bytes; PostgreSQL's own names have 63 */
    RECORD_MOST_REASON = 400,          /* bytes */
    RECORD_MOST_LINE = 2 * 1024 * 1024 /* bytes */
};

/* Sessions of one application, role and database; each NULL where the server did not say. */
struct record_group {
    const char *application_name, *role, *database;
    bool is_known; /* false: its line is damaged, and it counts as the rest */
    size_t place;  /* while a line is read: its entry, from 1 */
};

/* The largest of something, and when. */
struct record_peak {
    int64_t value, at_ms;
};

/* Of one group in a span. */
struct record_use {
    size_t group; /* 0: the rest */
    struct record_peak sessions, in_use;
};

/* What some samples in a row say, or one. */
struct record_span {
    int64_t from_ms, to_ms;   /* the first and the last of them */
    int64_t seen, full, lost; /* how many there are of each kind */
    int64_t observed_ms;      /* the last one that was seen or full; UNKNOWN: none */
    int64_t lost_after;       /* how many were lost since then */
    int64_t gap_ms; /* without data up to `observed_ms`, from the observation before the span */
    struct record_peak sessions; /* value UNKNOWN: not known */
    int64_t full_ms;             /* the last one that was full; UNKNOWN: none */
    int64_t changes;             /* of the breaker */
    bool is_at_most;             /* `sessions` is an upper bound */
    struct record_use *uses;     /* of the groups that were there, each once */
    size_t use_count;
};

/* What the lines up to one have said, which the next ones go on from. */
struct record {
    struct arena *arena;
    bool has_header;
    const char *server; /* that it is of */
    int64_t every_ms;   /* between two samples */
    enum breaker_state breaker;
    int64_t limits[3];           /* max, superuser_reserved, reserved connections; UNKNOWN */
    struct record_group *groups; /* by number; 0 is the rest */
    size_t group_count, group_capacity;
    struct name_table numbers;
    bool any; /* sample */
    int64_t first_ms, last_ms;
    int64_t observed_ms; /* the last sample that was seen or full; UNKNOWN: none */
    int64_t lost_after;  /* samples lost since then */
};

enum record_kind { RECORD_HEADER, RECORD_GROUP, RECORD_SAMPLE, RECORD_SPAN };

/* A line that was read. */
struct record_line {
    enum record_kind kind;
    struct record_span span; /* of RECORD_SAMPLE and RECORD_SPAN */
};

/* A record of which nothing was read or written yet. */
struct record record_new(struct arena *arena);

/* Puts the first line. */
void record_header_put(struct record *record, const char *server, int64_t every_ms,
                       struct text *text);

/* Puts the line of a sample, behind those of groups that are new; `every_ms`: the interval now. */
void record_sample_put(struct record *record, const struct sample *sample, int64_t every_ms,
                       struct text *text);

/* Puts the line of a span, with what rarely changes as it is behind it in `after`, where it is not
 * as in `before`. */
void record_span_put(const struct record *before, const struct record *after,
                     const struct record_span *span, struct text *text);

/* Reads a line without its line feed. False: it is no line of a record, and nothing is changed;
 * `ret_why` says what is wrong with it. What it reads lives in `scratch`, except the names. */
bool record_line_read(struct record *record, struct arena *scratch, const char *bytes,
                      size_t length, struct record_line *ret_line, const char **ret_why) MUST_USE;

/* Adds a span to the ones right before it, all but its groups. */
void record_span_add(struct record_span *into, const struct record_span *span);

/* The larger of two peaks, the earlier one where they are equal. */
void record_peak_add(struct record_peak *into, const struct record_peak *peak);

/* Without data behind the last observation. */
int64_t record_gap_at_end(const struct record *record);

/* a + b, at most RECORD_MOST. */
static inline int64_t record_sum(int64_t a, int64_t b)
{
    return a > RECORD_MOST - b ? RECORD_MOST : a + b;
}

#endif
