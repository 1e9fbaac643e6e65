/*
 * What the formats for machines of others (code scanning, test reports, annotations) say of a
 * finding. Inside this room.
 */
#ifndef PGSIZE_FINDING_PARTS_H
#define PGSIZE_FINDING_PARTS_H

#include "report.h"

/* "api: what is wrong". */
void finding_sentence_put(const struct finding *finding, struct text *text);

/* What to do about it; NULL where nothing more is known than what the rule says. */
const char *finding_way_out(const struct finding *finding);

/* The sentence and the way out: "api: what is wrong. Way out: what to do." */
void finding_paragraph_put(const struct finding *finding, struct text *text);

/* The path of a file below report->root, without `./` and `..`; absolute where it is not below it.
 * NULL where `file` is NULL or standard input. */
const char *report_path(const struct report *report, const char *file);

#endif
