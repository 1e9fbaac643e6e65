/*
 * What a record (record.h) says of a server over its time: how many sessions each service had at
 * most, and when; whose nobody is; how long nothing was known. It informs: nothing that is sized
 * goes by it. Lines come in one at a time, and what is kept does not grow with their number.
 */
#ifndef PGSIZE_HISTORY_H
#define PGSIZE_HISTORY_H

#include "record.h"
#include "sizing.h"

/* The most sessions that several groups had together. In a span of samples they may have had their
 * peaks at different moments, and of some sessions it is not known whose they are: then the truth
 * lies between two figures. UNKNOWN: there was no sample. */
struct history_peak {
    int64_t least, most;
    int64_t at_ms; /* of `least` */
};

/* Of a service in a database. */
struct history_class {
    const char *service, *database; /* database NULL: not known */
    struct history_peak sessions;
    struct record_peak in_use; /* at least */
};

/* Sessions that look alike. */
struct history_group {
    struct record_group names;
    const char *service; /* whose; NULL: nobody's */
    struct record_peak sessions, in_use;
};

enum { HISTORY_NAMED = 3, HISTORY_MOST_GROUPS = 200 };

struct history {
    const char *path;
    struct record_span whole;      /* all samples: how many, when, without data, the total's peak */
    struct history_class *classes; /* as the server's, in file order */
    size_t class_count;
    struct history_peak nobodys; /* sessions that no service explains */
    struct {
        const char *application_name; /* NULL: not known */
        int64_t sessions;
    } named[HISTORY_NAMED]; /* of them, at that time, the most first */
    size_t named_count;
    struct history_group *groups; /* the largest, by their peaks */
    size_t group_count;
    size_t more_groups;
    enum breaker_state breaker; /* at the end */
    int64_t damaged;            /* lines that were passed over */
    int64_t damaged_line;       /* the first of them */
};

/* A record being read. */
struct history_reading;

/* `server`: index in the topology; without a topology (NULL) every session is nobody's. */
struct history_reading *history_begin(struct arena *arena, const struct topology *topology,
                                      size_t server, const char *path)
    __attribute__((returns_nonnull));

/* Takes a line without its line feed, or, NULL, one that is too long. False: it is the first one,
 * and the file is no record; `ret_why` says why. */
bool history_line(struct history_reading *reading, const char *bytes, size_t length,
                  const char **ret_why) MUST_USE;

/* The server that the record is of; NULL before its first line. */
const char *history_server(const struct history_reading *reading);

/* What all lines said; the memory of the reading is given back. NULL: there was no sample. */
const struct history *history_end(struct history_reading *reading);

/* A whole record at once, of a server; NULL: it is none, or holds no sample. */
const struct history *history_of_text(struct arena *arena, const struct topology *topology,
                                      size_t server, const char *bytes, size_t length);

/* What is known of a class; NULL: nothing. */
const struct history_class *history_class_find(const struct server_sizing *server,
                                               const struct pool_class *class);

/* The largest share of the time, in thousandths of a percent, of which it is certain at 95 % that
 * a peak of so many samples was not exceeded in it; 0: of none worth a word. The largest of n
 * independent samples exceeds the quantile q with confidence g iff n >= ln(1 - g) / ln q. Source:
 * sizing.md 4 (Wilks 1941). Domain: samples are taken as independent; those close together are
 * not quite. Worked: 59 -> 95 %, 299 -> 99 %, 2995 -> 99.9 %. */
int64_t peak_covers(int64_t samples);

/* "a peak of 34560 samples covers 99.99 % of the recorded time with 95 % confidence" */
void peak_covers_put(int64_t samples, struct text *text);

#endif
