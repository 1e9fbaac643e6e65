/*
 * The answer as text. One tree of numbers (struct sizing), and every format a rendering of it: a
 * row here and a file of its own. Rendering computes nothing that the tree does not hold.
 */
#ifndef PGSIZE_REPORT_H
#define PGSIZE_REPORT_H

#include "fail.h"
#include "recommend.h"
#include "rule.h"
#include "sizing.h"
#include "text.h"

struct baseline_entry;
struct changes;
struct what_if;

struct report {
    const struct sizing *sizing;
    bool explain; /* --explain */
    /* The same topology by every formula, where a format explains; else NULL. */
    const struct sizing *by_formula;
    const struct what_if *curve, *scenarios; /* --curve, --scenario; NULL: not asked */
    const char *program_version;
    const char *const *only; /* names of --only; none: everything */
    size_t only_count;
    const char *baseline;               /* file of --baseline; NULL: none */
    const struct baseline_entry **gone; /* of it, and found no more */
    size_t gone_count;
    const struct changes *changes;     /* --diff; NULL: not asked */
    const struct facts *const *before; /* --before, by server, NULL: it holds nothing of it; NULL:
                                          not asked */
    const char *before_file;
    const char *here; /* the folder that paths begin at, absolute; NULL: not known */
    const char *root; /* the folder that paths are shown below, absolute; NULL: `here` */
    struct arena *arena;
    /* Puts a label and the words beside it where there is no screen; NULL: columns of a screen. */
    void (*line_put)(const char *label, const char *words, struct text *text);
    bool reveal;  /* passwords in formats that people read */
    bool unicode; /* bars of blocks: a terminal that shows them */
    bool plain;   /* the screen shows ASCII only: other characters are spelled out */
    bool colour;
    size_t width; /* columns */
};

/* Whether a format holds the step-by-step arithmetic. */
enum explains { EXPLAINS_NEVER, EXPLAINS_IF_ASKED, EXPLAINS_ALWAYS };

struct format {
    const char *name, *what;
    void (*render)(const struct report *report, struct text *text);
    enum explains explains;
    bool shows_findings;
    bool shows_changes;     /* of --diff */
    bool shows_server;      /* as inspect sees it */
    bool carries_passwords; /* made to be consumed: its file is for the owner alone, and not
                               written where it would hand out nothing */
    /* Whether what the report hands out can be said in it; NULL: always. */
    bool (*holds)(const struct report *report, struct fail *fail);
};

extern const struct format formats[];
extern const size_t format_count;
const struct format *format_find(const char *name);

/* Whether --only shows this service. */
bool report_shows_name(const struct report *report, const char *service);
bool report_shows(const struct report *report, const struct service *service);

/* Whether a finding counts: neither accepted, nor in the baseline, nor of a hidden service. */
bool finding_counts(const struct report *report, const struct finding *finding);

/* The worst severity of the findings that count; false: there are none. */
bool report_worst(const struct report *report, enum severity *ret_worst);

/* --- for the formats --- */

/* Pool settings of a class with its limit. */
struct pool_settings class_settings(const struct pool_class *class);

/* What a class uses at peak by the limits that the command is about: what is not declared counts as
 * 1; UNKNOWN where nothing is recommended. */
int64_t class_peak(const struct sizing *sizing, const struct pool_class *class);

/* Puts the DATABASE_URL of a class; false, and nothing, where there is no template or no limit. */
bool class_url_put(const struct report *report, const struct pool_class *class, bool reveal,
                   struct text *text);

/* A word for scripts: "need met", "max reached", "stopped", or the name of what stopped it. */
void class_reason_put(const struct sizing *sizing, const struct pool_class *class,
                      struct text *text);

/* A sentence for people, with its numbers. */
void class_why_put(const struct sizing *sizing, const struct pool_class *class, struct text *text);

/* "api", or "api/db" where it has several databases. */
void class_name_put(const struct pool_class *class, struct text *text);

/* "15.18", "9.6.24" of a server_version_num. */
const char *version_show(int version, char *buffer, size_t size);

/* How many findings count, by enum severity. */
struct finding_tally {
    size_t of[SEVERITY_ERROR + 1];
};
struct finding_tally finding_tally_make(const struct report *report);

/* "1 error, 0 warnings, 2 notes". */
void finding_tally_put(const struct finding_tally *tally, struct text *text);

/* Adds the step-by-step arithmetic: of all servers with their headings, or the lines of one. */
void explain_put(const struct report *report, struct text *text);
void explain_server_put(const struct report *report, size_t index, struct text *text);

void table_render(const struct report *report, struct text *text);
void json_render(const struct report *report, struct text *text);
void env_render(const struct report *report, struct text *text);
void tfvars_render(const struct report *report, struct text *text);
bool tfvars_holds(const struct report *report, struct fail *fail);
void k8s_env_render(const struct report *report, struct text *text);
bool k8s_env_holds(const struct report *report, struct fail *fail);
void csv_render(const struct report *report, struct text *text);
void html_render(const struct report *report, struct text *text);
void markdown_render(const struct report *report, struct text *text);
void sql_render(const struct report *report, struct text *text);
void pgbouncer_render(const struct report *report, struct text *text);
void junit_render(const struct report *report, struct text *text);
void sarif_render(const struct report *report, struct text *text);
void gitlab_render(const struct report *report, struct text *text);
void github_render(const struct report *report, struct text *text);
void openmetrics_render(const struct report *report, struct text *text);
void prometheus_rules_render(const struct report *report, struct text *text);
void grafana_render(const struct report *report, struct text *text);

/* What --write-baseline writes: all findings that nobody accepts. */
void baseline_render(const struct report *report, struct text *text);

#endif
