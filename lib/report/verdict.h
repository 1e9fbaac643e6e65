/*
 * The verdict in a word and its counts, for every format that people read. How it is marked and
 * escaped is the format's business. Inside this room.
 */
#ifndef PGSIZE_VERDICT_H
#define PGSIZE_VERDICT_H

#include "report.h"

struct verdict {
    bool is_good;     /* no error counts */
    const char *word; /* "holds", "does not hold", or "passes": an error does not count; "is
                         incomplete": none does, but a server is missing */
    struct finding_tally tally;
};
const char *verdict_word(bool is_good, bool has_uncounted_error);
struct verdict verdict_make(const struct report *report);

/* "1 error, 0 warnings, 2 notes (2 accepted, 1 in baseline.json)", as it is: the name of the file
 * may be hostile. */
void verdict_counts_put(const struct report *report, const struct verdict *verdict,
                        struct text *text);

#endif
