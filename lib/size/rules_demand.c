/*
 * Rules about what services need: more than they get, more than any pool can serve, more than the
 * server's cores can run.
 */
#include "cores.h"
#include "demands.h"
#include "observed.h"
#include "rule.h"
#include "ways_out.h"

#include <inttypes.h>
#include <string.h>

#define SERVER "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3}}, "
#define OBSERVED(STATE, LOW)                                                                       \
    "{\"format\": 1, \"servers\": [{\"name\": \"main\", \"source\": \"live\", "                    \
    "\"max_connections\": "                                                                        \
    "100, \"live\": {\"sessions\": 1, \"observed\": {\"window_s\": 60.0, \"samples\": 300, "       \
    "\"services\": [{\"service\": \"api\", \"state\": \"" STATE                                    \
    "\", \"in_use\": 9.0, \"low\": " LOW ", \"high\": 12.0}]}}}]}"
#define SERVER_WITH_CORES                                                                          \
    "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3, \"cores\": 4}}, "

/* What keeps a recommended limit below the need, and how to lift it into the next finding's help.
 */
static void stopped_put(struct judge *judge, const struct pool_class *class, struct text *text)
{
    const struct server_sizing *server = &judge->sizing->servers[class->server];
    if (judge->sizing->formula != FORMULA_FAIR) {
        text_put(text, "the formula, which looks at no needs");
        text_put(&judge->help, "the formula fair does");
    } else if (class->at_most < class->need) {
        text_put(text, class->bound == BOUND_THREADS ? "its threads, which use no more"
                                                     : "its own at_most");
        text_put(&judge->help, "raise that bound, or want less");
    } else if (class->stopped_by > 0) {
        const struct cap *cap = &server->caps[class->stopped_by - 1];
        text_printf(text, "the CONNECTION LIMIT %" PRId64 " of %s \"%s\"", cap->limit,
                    cap->kind == CAP_ROLE ? "role" : "database", cap->name);
        text_put(&judge->help, "raise that CONNECTION LIMIT");
    } else {
        text_put(text, "the budget");
        (void)raise_put(&judge->help, server, server->needed_peak, false);
    }
}

/* Whether the pool's requests queue without end at the limit that the command is about. That the
 * upper limit of what was observed would is not certain: then the need is not met, and no more. */
static bool is_overloaded(const struct sizing *sizing, const struct pool_class *class)
{
    struct waiting waiting;
    return class->demand != NULL && !class->demand->is_observed &&
           class_waiting(sizing, class, &waiting) && waiting.is_overloaded;
}

static void need_unmet(struct judge *judge, const struct pool_class *class)
{
    const struct sizing *sizing = judge->sizing;
    int64_t limit = class_limit(sizing, class);
    if (class->need == UNKNOWN || limit == UNKNOWN || limit >= class->need ||
        class->pools_at_peak == 0 || class->at_most == 0 || is_overloaded(sizing, class))
        return;
    bool by_want = class->service->want != UNKNOWN;
    if (by_want && sizing->purpose == PURPOSE_CHECK)
        return; /* what its owner asks for is not what its requests need */
    struct text said = {.arena = judge->arena};
    struct waiting waiting;
    text_printf(&said, "%s %" PRId64 " %s per pool", by_want ? "wants" : "needs", class->need,
                plural(class->need, "connection", "connections"));
    if (!by_want) {
        text_put(&said, class->demand->is_observed ? " as observed, for " : " for ");
        need_put(class->demand, &said);
    }
    text_printf(&said, " and %s %" PRId64, sizing->purpose == PURPOSE_CHECK ? "has" : "gets",
                limit);
    if (class_waiting(sizing, class, &waiting)) {
        text_put(&said, ": ");
        waiting_put(&waiting, &said);
    }
    if (sizing->purpose == PURPOSE_RECOMMEND) {
        text_put(&said, by_want ? ": stopped by " : "; stopped by ");
        stopped_put(judge, class, &said);
    } else {
        text_printf(&judge->help, "raise its connection_limit to %" PRId64, class->need);
    }
    find_service(judge, class->service, by_want ? "/want" : "/demand", "%s", said.bytes);
    text_free(&said);
}

/* Offered load in words that need no explanation. */
static void erlangs_put(double erlangs, struct text *text)
{
    text_printf(text,
                erlangs < 100 ? "%.3g connections busy on average"
                              : "%.0f connections busy on average",
                erlangs);
}

static void overloaded(struct judge *judge, const struct pool_class *class)
{
    const struct sizing *sizing = judge->sizing;
    struct waiting waiting;
    struct text said = {.arena = judge->arena};
    if (class->demand == NULL || class->demand->is_observed || class->at_most == 0)
        return;
    double erlangs = class->demand->load.erlangs;
    bool by_want = class->service->want != UNKNOWN;
    if (!by_want && class->need == UNKNOWN) {
        int64_t threads = class->service->threads;
        erlangs_put(erlangs, &said);
        if (threads != UNKNOWN)
            text_printf(&said, ", and %" PRId64 " threads: no pool size helps", threads);
        else
            text_put(&said, " in each pool: no pool size helps");
        text_put(&judge->help, "spread the load over more instances or processes, or hold "
                               "connections for less time");
    } else if (class_waiting(sizing, class, &waiting) && waiting.is_overloaded) {
        erlangs_put(erlangs, &said);
        text_printf(&said, ", and %" PRId64 " per pool: ", class_limit(sizing, class));
        overload_put(&waiting, &said);
        if (sizing->purpose == PURPOSE_RECOMMEND) {
            text_put(&said, "; stopped by ");
            stopped_put(judge, class, &said);
        } else {
            text_printf(&judge->help, "raise its connection_limit to %" PRId64, class->need);
        }
    }
    if (said.length > 0)
        find_service(judge, class->service, "/demand", "%s", said.bytes);
    text_free(&said);
}

/* A server has no spindles here: nothing declares them. */
static bool cores_judge(const struct server_sizing *server, struct cores_load *ret_load)
{
    double executing = server_executing(server);
    return server->server->cores != UNKNOWN && executing >= 0 &&
           cores_load_find(executing, server->server->cores, 0, ret_load);
}

static void cores_saturated(struct judge *judge, const struct server_sizing *server)
{
    struct cores_load load;
    if (!cores_judge(server, &load) || !load.is_saturated)
        return;
    text_put(&judge->help, "fewer or cheaper statements, or more cores");
    find_server(judge, server, "/cores",
                "%.3g statements execute on average, on %" PRId64
                " cores: saturated, no pool size helps",
                server_executing(server), server->server->cores);
}

static void cores_busy(struct judge *judge, const struct server_sizing *server)
{
    struct cores_load load;
    if (!cores_judge(server, &load) || load.is_saturated || (!load.is_busy && !load.queues))
        return;
    text_put(&judge->help, "held times grow from here on: measure them again under load");
    find_server(judge, server, "/cores",
                "%.3g statements execute on average, on %" PRId64
                " cores: %.0f %% busy, and more than %" PRId64
                " at once in 1 %% of the time; expect statements to queue for the cores",
                server_executing(server), server->server->cores, load.utilisation * 100,
                load.executing_p99);
}

/* --- what was observed --- */

static void demand_exceeded(struct judge *judge, const struct pool_class *class)
{
    const struct observed_class *observed =
        observed_class_find(&judge->sizing->servers[class->server], class);
    const struct demand *said = class->service->demand;
    if (observed == NULL || said == NULL || observed->in_use.low == 0 ||
        (double)observed->in_use.low <= demand_erlangs(said) * 1000)
        return;
    text_put(&judge->help, "raise the rate or the held time of its demand; without a demand the "
                           "observed one is used");
    find_service(judge, class->service, "/demand",
                 "%.3g of its connections were in use on average (95 %% confidence: %.3g to "
                 "%.3g), and its demand says %.3g",
                 (double)observed->in_use.value / 1000, (double)observed->in_use.low / 1000,
                 (double)observed->in_use.high / 1000, demand_erlangs(said));
}

static void demand_hidden(struct judge *judge, const struct pool_class *class)
{
    const struct observed_class *observed =
        observed_class_find(&judge->sizing->servers[class->server], class);
    if (observed == NULL || observed->state != OBSERVED_CENSORED)
        return;
    text_put(&judge->help, "raise its limit, then observe again");
    find_service(judge, class->service, "/connection_limit",
                 "all connections of its pools were in use in more than 1 %% of the samples: who "
                 "waited for one is not seen, and its demand is more than observed");
}

static void demand_unseen(struct judge *judge, const struct pool_class *class)
{
    const struct observed_class *observed =
        observed_class_find(&judge->sizing->servers[class->server], class);
    if (observed == NULL || class->service->instances_max == 0)
        return;
    if (observed->state == OBSERVED_ABSENT) {
        text_put(&judge->help, "set application_name where the service connects, or say here what "
                               "it has; or observe while it runs");
        struct text as = {.arena = judge->arena};
        if (class->target->role != NULL)
            text_printf(&as, " of role \"%s\"", class->target->role);
        if (class->target->database != NULL)
            text_printf(&as, " in database \"%s\"", class->target->database);
        find_service(judge, class->service, "/application_name",
                     "no session with application_name \"%s\"%s was there to be observed",
                     class->service->application_name, as.length > 0 ? as.bytes : "");
        text_free(&as);
    } else if (observed->state == OBSERVED_HIDDEN) {
        text_put(&judge->help, "grant pg_read_all_stats to the role that observes");
        find_service(judge, class->service, "/application_name",
                     "the role that observed may not see what its sessions do: its demand is not "
                     "known");
    }
}

const struct rule demand_rules[] = {
    {
        .id = "PGS005",
        .name = "need-unmet",
        .severity = SEVERITY_WARNING,
        .help = "A service gets less than it needs.",
        .class = need_unmet,
        .purpose = PURPOSE_RECOMMEND,
        .bad = SERVER "\"services\": {\"api\": {\"want\": 50}}}",
        .good = SERVER "\"services\": {\"api\": {\"want\": 40}}}",
    },
    {
        .id = "PGS006",
        .name = "overloaded",
        .severity = SEVERITY_ERROR,
        .help = "The offered load is at least what the pool, or the server's cores, can serve.",
        .class = overloaded,
        .server = cores_saturated,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER "\"services\": {\"api\": {\"connection_limit\": 5, "
                      "\"demand\": {\"rate\": 100, \"held\": \"60ms\"}}}}",
        .good = SERVER "\"services\": {\"api\": {\"connection_limit\": 15, "
                       "\"demand\": {\"rate\": 100, \"held\": \"60ms\"}}}}",
    },
    {
        .id = "PGS034",
        .name = "cores-busy",
        .severity = SEVERITY_WARNING,
        .help = "The statements of the declared demand will queue for the server's cores.",
        .server = cores_busy,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER_WITH_CORES "\"services\": {\"api\": {\"connection_limit\": 15, \"demand\": "
                                 "{\"rate\": 100, \"held\": \"60ms\", \"busy\": \"60%\"}}}}",
        .good = SERVER_WITH_CORES "\"services\": {\"api\": {\"connection_limit\": 15, \"demand\": "
                                  "{\"rate\": 100, \"held\": \"60ms\", \"busy\": \"20%\"}}}}",
    },
    {
        .id = "PGS036",
        .name = "demand-exceeded",
        .severity = SEVERITY_WARNING,
        .help = "More connections were seen in use than the declared demand explains.",
        .class = demand_exceeded,
        .purpose = PURPOSE_RECOMMEND,
        .bad = SERVER "\"services\": {\"api\": {\"demand\": {\"rate\": 100, \"held\": \"60ms\"}}}}",
        .bad_facts = OBSERVED("observed", "6.001"),
        .good =
            SERVER "\"services\": {\"api\": {\"demand\": {\"rate\": 100, \"held\": \"60ms\"}}}}",
        .good_facts = OBSERVED("observed", "6.0"),
    },
    {
        .id = "PGS037",
        .name = "demand-hidden",
        .severity = SEVERITY_WARNING,
        .help = "The pools of a service were full while it was observed.",
        .class = demand_hidden,
        .purpose = PURPOSE_RECOMMEND,
        .bad = SERVER "\"services\": {\"api\": {\"connection_limit\": 10}}}",
        .bad_facts = OBSERVED("censored", "8.0"),
        .good = SERVER "\"services\": {\"api\": {\"connection_limit\": 10}}}",
        .good_facts = OBSERVED("observed", "8.0"),
    },
    {
        .id = "PGS038",
        .name = "demand-unseen",
        .severity = SEVERITY_NOTE,
        .help = "No session of a service could be observed.",
        .class = demand_unseen,
        .purpose = PURPOSE_RECOMMEND,
        .bad = SERVER "\"services\": {\"api\": {}}}",
        .bad_facts = OBSERVED("absent", "0.0"),
        .good = SERVER "\"services\": {\"api\": {}}}",
        .good_facts = OBSERVED("observed", "8.0"),
    },
};
const size_t demand_rule_count = sizeof demand_rules / sizeof demand_rules[0];
