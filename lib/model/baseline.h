/*
 * The baseline: findings that were there when somebody wrote it down (check --write-baseline), so
 * that only new ones, and those that have become worse, stop a merge. A file in git, sorted as the
 * findings were, one entry each. What a finding is the same by is not decided here (identity.h).
 */
#ifndef PGSIZE_BASELINE_H
#define PGSIZE_BASELINE_H

#include "fail.h"
#include "json.h"

struct baseline_entry {
    const char *key;     /* of its identity */
    const char *rule;    /* name, for people */
    const char *message; /* as it was, for people */
    int64_t excess;      /* connections too many or too few; 0: not about a number */
};

struct baseline {
    const char *command; /* that it is of: "check", "recommend" */
    struct baseline_entry *entries;
    size_t count;
};

/* Fails (FAIL_INPUT) with the place of what is wrong. */
bool baseline_read(struct arena *arena, struct json_text *text, struct baseline *ret_baseline,
                   struct fail *fail) MUST_USE;

#endif
