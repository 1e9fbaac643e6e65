/*
 * The rules: what is judged, each one row and one function beside it. The same rules judge what is
 * declared (check) and what is recommended (recommend). A rule's two example topologies are its
 * test.
 */
#ifndef PGSIZE_RULE_H
#define PGSIZE_RULE_H

#include "sizing.h"

struct judge;

/* What an example's servers say where they do not answer; and the time at which examples are
 * judged: 2027-01-15. */
#define RULE_UNREACHABLE "unreachable"
#define RULE_MISSING "missing"
enum { RULE_EXAMPLE_NOW_S = 1800000000 };

/* Which commands a rule judges for. */
enum {
    JUDGED_RECOMMEND = 1 << PURPOSE_RECOMMEND,
    JUDGED_CHECK = 1 << PURPOSE_CHECK,
    JUDGED_INSPECT = 1 << PURPOSE_INSPECT,
    JUDGED_SIZING = JUDGED_RECOMMEND | JUDGED_CHECK,
    JUDGED_ALWAYS = JUDGED_SIZING | JUDGED_INSPECT, /* what is true of a server, or of a file */
};

struct rule {
    const char *id, *name;
    enum severity severity;
    bool is_failure;  /* the run ends with exit status 4, whatever counts */
    const char *help; /* one sentence: when it fires */
    const char *why;  /* some sentences: what comes of it, and what to do */
    void (*server)(struct judge *judge, const struct server_sizing *server);
    void (*pooler)(struct judge *judge, const struct pooler_sizing *pooler);
    void (*class)(struct judge *judge, const struct pool_class *class);
    void (*ignored)(struct judge *judge, const struct ignored *ignored);
    unsigned judged;        /* 0: JUDGED_SIZING */
    enum purpose purpose;   /* of the examples */
    const char *bad, *good; /* topologies; `bad` fires it, `good` does not */
    const char *bad_facts,
        *good_facts; /* snapshots that go with them, or one of those; NULL: none */
    const char *bad_history, *good_history; /* records that go with them (--history); NULL: none */
};

/* All rows, by id. */
size_t rule_count(void);
const struct rule *rule_at(size_t index);
/* All of them at once, by id: rule_at() looks anew for each. */
const struct rule **rules_by_id(struct arena *arena) __attribute__((returns_nonnull));

/* By id or name; NULL: none. */
const struct rule *rule_find(const char *name);

/* Judges a sizing: fills its findings, errors first, then in file order. */
void rules_judge(struct arena *arena, struct sizing *sizing);

/* The same for who asks what is found and not where: findings have no file, line and pointer. */
void rules_judge_unplaced(struct arena *arena, struct sizing *sizing);

/* --- for the rules --- */

enum { WAYS_MAX = 4 };

struct judge {
    struct arena *arena;
    struct sizing *sizing;
    const struct rule *rule;            /* being judged */
    const struct server_sizing *of_cap; /* the next finding is about a cap of it, `cap` */
    size_t cap;
    int64_t excess;                /* of the next finding */
    const struct pool_class *pool; /* that the next finding is about; NULL: no single one */
    const char *application;       /* of the next finding */
    struct way_out ways[WAYS_MAX];
    size_t way_count;
    size_t capacity;
    int64_t *limits; /* for one of each class, while a way out is looked for; NULL: not yet */
    bool unplaced;
    struct text help; /* what the next finding's help will be; empty: the rule's */
};

/* Reports a finding about a server or a service; `key` is where below it ("/plan", "" for itself).
 */
void find_server(struct judge *judge, const struct server_sizing *server, const char *key,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* What is wrong with a server is not hidden with the service that it is shown at. */
void find_server_at(struct judge *judge, const struct server_sizing *server,
                    const struct service *service, const char *key, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void find_service(struct judge *judge, const struct service *service, const char *key,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* About a pooler itself: its clients, or its pools. */
void find_pooler(struct judge *judge, const struct pooler_sizing *pooler, const char *key,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));

/* What PGS008, PGS005 and PGS006 say of a pooler's own pools. */
void pooler_unbounded(struct judge *judge, const struct pooler_sizing *pooler);
void pooler_need_unmet(struct judge *judge, const struct pooler_sizing *pooler);
void pooler_overloaded(struct judge *judge, const struct pooler_sizing *pooler);

/* About an entry of the topology's "ignore"; `key` is where below it. */
void find_ignored(struct judge *judge, const struct ignored *ignored, const char *key,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Whether a rule that looks at services, not at their databases, should look at this class. */
static inline bool is_first_class(const struct pool_class *class)
{
    return class->target == class->service->targets;
}

extern const struct rule budget_rules[], fleet_rules[], demand_rules[], history_rules[],
    idle_rules[], limit_rules[], observed_rules[], pooler_rules[], server_rules[], login_rules[],
    source_rules[], session_rules[], standing_rules[];
extern const size_t budget_rule_count, fleet_rule_count, demand_rule_count, history_rule_count,
    idle_rule_count, limit_rule_count, observed_rule_count, pooler_rule_count, server_rule_count,
    login_rule_count, source_rule_count, session_rule_count, standing_rule_count;

#endif
