/*
 * The answer, as numbers: what each server has to give, what each pool may hold, what is true
 * today, and what is wrong. Everything that is printed is made from these structs; nothing in them
 * is text for a screen except the messages of findings.
 */
#ifndef PGSIZE_SIZING_H
#define PGSIZE_SIZING_H

#include "allocate.h"
#include "facts.h"
#include "name.h"
#include "observation.h"
#include "plan.h"
#include "topology.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where max_connections comes from. */
enum source {
    SOURCE_NONE, /* nobody knows: the server is full and nothing else says it, or is missing */
    SOURCE_OPTION,
    SOURCE_LIVE,
    SOURCE_SNAPSHOT,
    SOURCE_TOPOLOGY,
    SOURCE_PLAN,
    SOURCE_DEFAULT,
};
const char *source_name(enum source source);

struct history;
struct overlap;
struct plan_guesses;

/* What is known of a server besides the topology. */
struct server_input {
    const struct facts *facts;       /* never NULL: ANSWER_NOT_ASKED where nothing answered */
    const struct provider *provider; /* NULL: no plan */
    const struct plan *plan;
    const char *plan_age; /* when its figure is of, where it is old and the sizing goes by it; or
                             NULL */
    const struct overlap *overlap; /* of its scheduled jobs; NULL: there are none */
    const struct history *history; /* of a record; NULL: none was given */
    const struct plan_guesses
        *likely; /* inspect: whose plan it looks like; NULL: it did not answer */
};

/* B = MC - SR - RC - reserved - margin, and the alert line; all in connections. */
struct budget {
    enum source source;
    int64_t max_connections; /* MC; UNKNOWN with SOURCE_NONE, and then all others too */
    int64_t superuser_reserved_connections; /* SR */
    int64_t reserved_connections;           /* RC */
    int64_t provider; /* kept by the provider beyond SR + RC; part of `reserved` */
    int64_t reserved, margin;
    int64_t kept;              /* SR + RC + reserved + margin */
    int64_t budget;            /* B; negative when not even what is reserved fits */
    int64_t alert_thousandths; /* share of MC, in thousandths of a percent */
    int64_t alert_connections;
};

/* What is deployed today, for one pool. */
enum declared {
    DECLARED_KEY,       /* connection_limit of the topology */
    DECLARED_URL,       /* a parameter of its URL that the client obeys */
    DECLARED_DEFAULT,   /* the client's default */
    DECLARED_UNLIMITED, /* that default is unlimited; counted as 1 */
    DECLARED_UNKNOWN,   /* nobody knows; counted as 1 */
};

/* Why an upper bound is what it is. */
enum bound { BOUND_NONE, BOUND_AT_MOST, BOUND_THREADS, BOUND_NOMINAL, BOUND_CLIENTS };

struct pool_demand;

/* A pool class: all pools that one service opens to one database. A pooler's are those of one
 * database and role; its service is the one that stands for it (topology.h). */
struct pool_class {
    const struct service *service;
    const struct target *target;
    uint32_t server;  /* index in sizing.servers; behind those of servers stand those of poolers */
    uint32_t full_at; /* the same: which is full at more than max_instances, its own or a standby */
    size_t place;     /* index in that one's classes */
    size_t job;       /* of a scheduled service: its index in the server's overlap; else NO_ROW */
    /* Small things stand together: there are as many classes as services. */
    bool superuser;                /* exempt from role and database limits */
    enum bound bound;              /* of at_most */
    enum declared declared;        /* of today */
    enum allocate_reason reason;   /* of limit */
    size_t role_row, database_row; /* index in the server's caps; NO_ROW: none */
    int64_t instances_at_peak;
    int64_t pools_steady, pools_at_peak;
    int64_t extra_at_peak; /* connections outside the pools; of the service's first class */
    int64_t at_least, at_most;
    int64_t deadlock_floor;           /* 0: none */
    const struct pool_demand *demand; /* declared, else observed; NULL: neither */
    int64_t need;        /* by its want or demand; UNKNOWN: none said, or none is enough */
    int64_t today;       /* what is declared; UNKNOWN where nothing bounds it */
    int64_t limit;       /* recommended; UNKNOWN where nothing fits */
    uint32_t stopped_by; /* row: 0 the budget, else caps[stopped_by - 1] */
    uint32_t stopped_at; /* of which of sizing.servers: its own, or a standby */
    int64_t
        max_instances; /* largest instances.max within the budget; UNKNOWN: a job, or unbounded */
    int64_t alert_instances; /* the same within the alert */
    int64_t cap_instances;   /* the same within its role's and database's CONNECTION LIMIT; UNKNOWN:
                                neither has one */
    uint32_t cap_row;        /* of caps: the one that binds first */
    uint32_t cap_at;         /* of which server's */
    size_t together;         /* of a pooler: pools of one number share a limit; else NO_ROW */
};
#define NO_ROW ((size_t)-1)

/* The CONNECTION LIMIT of a role or database; the server connections of a pooler in session mode,
 * which hold as many clients: of one database and role, or those that several of them share. */
enum cap_kind { CAP_ROLE, CAP_DATABASE, CAP_POOL, CAP_POOLS };
enum { CAP_KINDS = CAP_POOLS + 1 };
const char *cap_word(enum cap_kind kind);       /* "role" */
const char *cap_limit_word(enum cap_kind kind); /* "CONNECTION LIMIT" */
struct cap {
    enum cap_kind kind;
    const char *name; /* "?": the role that nobody named, of a plan's limit */
    int64_t limit;
    bool of_plan;                /* not the server's own word, nor the topology's */
    struct pool_class **classes; /* that count in it, in file order */
    size_t class_count;
    int64_t peak, today_peak; /* by recommended and by declared limits, with `extra` */
    int64_t needed_peak;      /* at class_wanted() */
    int64_t short_by;         /* > 0: the floors alone exceed it by so much */
};

/* What the formula fair goes by where not every need can be met. */
enum objective {
    OBJECTIVE_FAIR, /* the smallest share of what each needs */
    OBJECTIVE_WAIT, /* the least waiting in all (gain.h) */
};
const char *objective_name(enum objective objective);

struct server_sizing {
    const struct server *server;
    struct server_input input;
    struct budget budget;
    struct pool_class **classes;  /* of this server, in file order; behind them what lands here */
    size_t class_count;           /* of this server */
    struct server_sizing *leader; /* whose services may all land here; NULL: nobody's */
    struct server_sizing **standbys; /* where those of this one may land, the nearest first */
    size_t standby_count;
    struct pool_class **counted; /* in its budget: its own classes and what lands, in file order */
    size_t counted_count;
    size_t first_class;             /* while it is allocated: where its classes begin among all */
    const struct overlap *overlap;  /* of its scheduled jobs; NULL: there are none */
    const struct service *last_job; /* while classes are made */
    size_t job_count;
    const struct service **idle; /* services of this server that open no pool, in file order */
    size_t idle_count;
    struct cap *caps;
    size_t cap_count;
    struct name_table cap_names[CAP_KINDS]; /* name -> index in caps */
    int64_t extra_at_peak;
    bool fits;                        /* the floors fit every row, and no formula came to 0 */
    int64_t short_by;                 /* of the budget, by the floors alone */
    enum objective objective;         /* whose order the limits are; fair where that waits less */
    int64_t steady, peak;             /* by recommended limits; UNKNOWN where nothing fits */
    int64_t today_steady, today_peak; /* by declared limits; unknown ones count as 1 */
    int64_t *today_sums;              /* at peak, by row and moment (contexts.h) */
    bool today_is_lower_bound;
    int64_t needed_peak;             /* the peak at class_wanted() */
    const struct observed *observed; /* by --observe, or its snapshot; NULL: was not */
    int64_t formula_limit;           /* of divisor or half; UNKNOWN otherwise */
};

struct class_list {
    struct pool_class *const *at;
    size_t count;
};

/* A pooler: a server to its clients, a client to its server. */
struct pooler_sizing {
    const struct pooler *pooler;
    struct server_sizing *front; /* its clients, as if it were their server */
    struct server_sizing *behind;
    struct class_list back; /* its pools on that server, side by side in its classes */
};

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };
const char *severity_name(enum severity severity);

struct rule;

/* Whether a finding counts. */
enum standing {
    STANDING_COUNTS,
    STANDING_IGNORED, /* somebody accepts it: --ignore, or "ignore" of the topology */
    STANDING_KNOWN,   /* it is in the baseline */
};

/* What would be enough, by itself, for a finding to be no more. */
struct way_out {
    const char *what;  /* "lower connection_limit of api to 7 and jobs to 8" */
    const char **sets; /* the same as arguments of --set; none: the topology does not decide it */
    size_t set_count;
};

/* Something that is wrong, certain, with its place and a way out. */
struct finding {
    const struct rule *rule;
    const char *message;        /* what, with the numbers */
    const char *help;           /* what to do, computed to work */
    const struct way_out *ways; /* that `help` tells of */
    size_t way_count;
    const char *subject; /* "servers/core", "services/api" */
    const char *pointer; /* JSON Pointer in the document */
    const char *file;    /* NULL: not in a file */
    unsigned line, column;
    const struct service *service;      /* NULL: about a server, though shown at a service */
    const struct target *pool;          /* of that service, where it is about one; else NULL */
    const struct server_sizing *server; /* that it is about; NULL: about a service */
    const struct server_sizing *of_cap; /* about a role or database of it, `cap`; else NULL */
    size_t cap;                         /* index of its caps */
    const char *application; /* whose sessions it is about, where no service owns them; else NULL */
    int64_t excess;          /* connections too many or too few; 0: it is not about a number */
    enum standing standing;
    const struct ignored *ignored; /* who accepts it; NULL: nobody */
};

enum purpose { PURPOSE_RECOMMEND, PURPOSE_CHECK, PURPOSE_INSPECT };
const char *purpose_name(enum purpose purpose);

enum { IDLE_AFTER_MS = 600000 }; /* where --idle-after does not say it */

struct sizing {
    enum purpose purpose;
    enum formula formula;
    enum allocate_mode mode;
    enum objective objective;
    int64_t idle_after_ms; /* from when on a session counts as idle for long */
    const struct topology *topology;
    struct server_sizing *servers;
    size_t server_count;
    struct pool_class *classes; /* of services, in file order; behind them those of poolers */
    size_t class_count;         /* of services */
    struct pooler_sizing *poolers;
    size_t pooler_count;
    struct finding *findings;
    size_t finding_count;
};

/* Whether a server that had to answer did not. */
static inline bool sizing_is_incomplete(const struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->server_count; i++)
        if (sizing->servers[i].input.facts->answer == ANSWER_MISSING)
            return true;
    return false;
}

/* Whether a class of another server stands here: it would come at a failover. */
static inline bool is_landed(const struct server_sizing *server, const struct pool_class *class)
{
    return class->place >= server->class_count;
}

/* All classes of the service that this one is of, on the same server: there they stand side by
 * side. Of one that lands, those that land with it. */
static inline struct class_list service_classes(const struct server_sizing *server,
                                                const struct pool_class *class)
{
    bool landed = is_landed(server, class);
    size_t first = landed ? server->class_count : 0;
    size_t last = landed ? server->counted_count : server->class_count;
    size_t begin = class->place, end = begin + 1;
    struct pool_class *const *all = server->classes;
    while (begin > first && all[begin - 1]->service == class->service &&
           all[begin - 1]->target->server == class->target->server)
        begin--;
    while (end < last && all[end]->service == class->service &&
           all[end]->target->server == class->target->server)
        end++;
    return (struct class_list){all + begin, end - begin};
}

/* Whether what a server_sizing is of is a pooler, seen by its clients. */
static inline bool is_front(const struct sizing *sizing, const struct server_sizing *server)
{
    return server >= sizing->servers + sizing->server_count;
}

static inline const struct pooler_sizing *pooler_of_front(const struct sizing *sizing,
                                                          const struct server_sizing *front)
{
    return &sizing->poolers[(size_t)(front - sizing->servers) - sizing->server_count];
}

/* The server that a class ends at, be it through a pooler. */
static inline const struct server *class_server(const struct sizing *sizing,
                                                const struct pool_class *class)
{
    return sizing->topology->servers[class->target->server];
}

/* The figures of a server by the limits that the command is about; inspect is about none. */
static inline int64_t server_peak(const struct sizing *sizing, const struct server_sizing *server)
{
    if (sizing->purpose == PURPOSE_INSPECT)
        return UNKNOWN;
    return sizing->purpose == PURPOSE_CHECK ? server->today_peak : server->peak;
}
static inline int64_t server_steady(const struct sizing *sizing, const struct server_sizing *server)
{
    if (sizing->purpose == PURPOSE_INSPECT)
        return UNKNOWN;
    return sizing->purpose == PURPOSE_CHECK ? server->today_steady : server->steady;
}
static inline int64_t cap_peak(const struct sizing *sizing, const struct cap *cap)
{
    return sizing->purpose == PURPOSE_CHECK ? cap->today_peak : cap->peak;
}

/* The limit of a class by the command: recommended, or declared; UNKNOWN where there is none. */
static inline int64_t class_limit(const struct sizing *sizing, const struct pool_class *class)
{
    return sizing->purpose == PURPOSE_CHECK ? class->today : class->limit;
}

/* The limit at which its need and its floor are met, as far as its bounds let it; a class without a
 * need wants its floor. Worked: want 30, at_most 3 -> 3. */
static inline int64_t class_wanted(const struct pool_class *class)
{
    int64_t most = class->need < class->at_most ? class->need : class->at_most;
    return most > class->at_least ? most : class->at_least;
}

#endif
