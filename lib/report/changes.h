/*
 * What changed between an earlier run and this one (--diff): which services and servers are new,
 * gone, or have other figures, and which findings came and went. A function of two outcomes; in
 * time that grows with their size alone.
 */
#ifndef PGSIZE_CHANGES_H
#define PGSIZE_CHANGES_H

#include "json_write.h"
#include "layout.h"
#include "outcome.h"

enum change_kind {
    CHANGE_NEW,
    CHANGE_GONE,
    CHANGE_FIGURES,
    CHANGE_UNCOUNTED, /* a finding that is still there, and now accepted or in the baseline */
    CHANGE_COUNTED,   /* the other way round */
};
enum change_of { CHANGE_OF_SERVER, CHANGE_OF_SERVICE, CHANGE_OF_FINDING };

struct change {
    enum change_kind kind;
    enum change_of of;
    const char *name;    /* "core", "api/db", the rule of a finding */
    const char *subject; /* of a finding; else NULL */
    int64_t limit[2];    /* before and after; of a server its max_connections */
    int64_t peak[2];     /* of a server what is used at its peak */
};

struct changes {
    const char *file;
    const char *verdicts[2], *formulas[2]; /* before and after */
    struct change *items;                  /* servers, findings, services */
    size_t count;
};

/* The outcome of the run at hand, as --only shows it. */
void outcome_make(struct arena *arena, const struct report *report, struct outcome *ret_outcome);

/* Of the earlier one, what --only hides is left out. */
const struct changes *changes_make(const struct report *report, const struct outcome *before,
                                   const char *file);

static inline bool changes_are_none(const struct changes *changes)
{
    return changes->count == 0 && changes->verdicts[0] == changes->verdicts[1] &&
           changes->formulas[0] == changes->formulas[1];
}

/* "since monday.json: does not hold -> holds, formula half -> fair", or "nothing changed since
 * monday.json"; as it is: the name of the file may be hostile. */
void changes_head_put(const struct changes *changes, struct text *text);

/* The changes as rows of cells, the same words for every format that people read. */
enum { CHANGE_COLUMNS = 4 };
extern const struct column change_columns[CHANGE_COLUMNS];
void change_row(const struct change *change, struct row *row);

/* For the table of a terminal; and the member "changes" of the result. */
void changes_put(const struct report *report, struct text *text);
void changes_json(const struct changes *changes, struct json_writer *writer);

#endif
