/*
 * Rules about what services need: more than they get, more than any pool can serve, more than the
 * server's cores can run.
 */
#include "contexts.h"
#include "cores.h"
#include "demands.h"
#include "landed.h"
#include "pooler.h"
#include "rule.h"
#include "ways_out.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SERVER "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3}}, "
#define SERVER_WITH_CORES                                                                          \
    "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3, \"cores\": 4}}, "

/* The role's or database's limit would be the next to stop it. */
static void caps_raise_put(const struct server_sizing *server, const struct pool_class *class,
                           struct text *help)
{
    const size_t rows[] = {class->role_row, class->database_row};
    for (size_t i = 0; i < 2; i++) {
        const struct cap *cap = rows[i] == NO_ROW ? NULL : &server->caps[rows[i]];
        if (cap != NULL && cap->needed_peak > cap->limit)
            text_printf(help, ", and the CONNECTION LIMIT of %s \"%s\" to %" PRId64,
                        cap->kind == CAP_ROLE ? "role" : "database", cap->name, cap->needed_peak);
    }
}

/* Whether a row holds today where these pools, which are in it, have another limit. */
static bool row_holds_with(const struct server_sizing *server, size_t row,
                           struct class_list classes, int64_t limit)
{
    int64_t most = row == 0 ? server->budget.budget : server->caps[row - 1].limit;
    size_t contexts = context_count(server);
    for (size_t context = 0; context < contexts; context++) {
        int64_t sum = server->today_sums[row * contexts + context];
        for (size_t i = 0; i < classes.count; i++)
            sum += context_pools(server, classes.at[i], context, MOMENT_PEAK) *
                   (limit - class_limit_of(classes.at[i], LIMIT_TODAY));
        if (sum > most)
            return false;
    }
    return true;
}

/* Whether a service may have that limit beside the others as they are: all its pools have it. */
static bool limit_fits_on(const struct server_sizing *server, const struct pool_class *class,
                          int64_t limit)
{
    struct class_list own = service_classes(server, class);
    if (!row_holds_with(server, 0, own, limit) ||
        (class->role_row != NO_ROW && !row_holds_with(server, class->role_row + 1, own, limit)))
        return false;
    for (size_t i = 0; i < own.count; i++)
        if (own.at[i]->database_row != NO_ROW &&
            !row_holds_with(server, own.at[i]->database_row + 1, (struct class_list){own.at + i, 1},
                            limit))
            return false;
    return true;
}

/* The same there, and wherever it may land. */
static bool limit_fits(const struct server_sizing *server, const struct pool_class *class,
                       int64_t limit)
{
    bool fits = limit_fits_on(server, class, limit);
    for (size_t i = 0; fits && i < server->standby_count; i++) {
        const struct server_sizing *standby = server->standbys[i];
        fits = limit_fits_on(
            standby, standby->classes[landed_offset(standby, server) + class->place], limit);
    }
    return fits;
}

/* The way out for a declared limit that is too low. */
static void raise_limit_put(struct judge *judge, const struct pool_class *class)
{
    const struct server_sizing *server = &judge->sizing->servers[class->server];
    const struct need *found = &class->demand->need;
    int64_t need =
        class->service->want != UNKNOWN && found->is_possible ? found->limit : class->need;
    const char *both =
        need > class->at_most && class->bound == BOUND_AT_MOST ? "at_most and its " : "";
    text_printf(&judge->help, "raise its %sconnection_limit to %" PRId64, both, need);
    if (!limit_fits(server, class, need))
        text_put(&judge->help, ", which does not fit beside the others: pgsize recommend divides "
                               "what there is");
}

/* What keeps a recommended limit below the need, and how to lift it into the next finding's help.
 */
static void stopped_put(struct judge *judge, const struct pool_class *class, struct text *text)
{
    const struct server_sizing *server = &judge->sizing->servers[class->stopped_at];
    bool is_here = class->stopped_at == class->server;
    const char *where = is_here ? "" : server->server->name;
    if (class->service->want != UNKNOWN && class->limit >= class->need) {
        text_put(text, "its own want");
        if (class->demand->need.is_possible)
            text_printf(&judge->help,
                        "want %" PRId64 ", which its demand needs, or leave it to that",
                        class->demand->need.limit);
    } else if (judge->sizing->formula != FORMULA_FAIR) {
        text_put(text, "the formula, which looks at no needs");
        text_put(&judge->help, "the formula fair does");
    } else if (class->at_most < class->need && class->limit == class->at_most) {
        text_put(text, class->bound == BOUND_THREADS ? "its threads, which use no more"
                                                     : "its own at_most");
        text_put(&judge->help, "raise that bound, or want less");
    } else if (class->stopped_by > 0) {
        const struct cap *cap = &server->caps[class->stopped_by - 1];
        const char *what = cap_limit_word(cap->kind);
        text_printf(text, "the %s %" PRId64 " of %s \"%s\"%s%s", what, cap->limit,
                    cap_word(cap->kind), cap->name, is_here ? "" : " at failover on ", where);
        if (class->service->via != NULL && pooler_size_is_providers(class->service->via))
            text_printf(&judge->help, "take a larger plan: %s sets it",
                        class->service->via->preset.source);
        else
            text_printf(&judge->help, "raise that %s to %" PRId64, what, cap->needed_peak);
    } else if (class->service->via != NULL) {
        text_printf(text, "max_client_conn of %s", class->service->via->name);
        if (pooler_clients_are_providers(class->service->via))
            text_printf(&judge->help, "take a larger plan: it is of %s",
                        class->service->via->preset.source);
        else
            text_printf(&judge->help, "raise it to %" PRId64 " in all", server->needed_peak);
    } else {
        text_printf(text, "the budget%s%s", is_here ? "" : " at failover of ", where);
        if (raise_put(&judge->help, server, server->needed_peak, false, &(int64_t){0}) && !is_here)
            text_printf(&judge->help, " on %s", where);
        caps_raise_put(&judge->sizing->servers[class->server], class, &judge->help);
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

/* Which of its pools, where a service has several. */
static void pool_put(const struct pool_class *class, struct text *text)
{
    const struct target *target = class->target;
    if (class->service->target_count > 1 && target->database != NULL)
        text_printf(text, "%s%s%s: ", target->place != NULL ? target->place : "",
                    target->place != NULL ? ":" : "", target->database);
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
    pool_put(class, &said);
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
        raise_limit_put(judge, class);
    }
    judge->excess = class->need - limit;
    judge->pool = class;
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
        pool_put(class, &said);
        erlangs_put(erlangs, &said);
        if (threads != UNKNOWN)
            text_printf(&said, ", and %" PRId64 " threads: no pool size helps", threads);
        else
            text_put(&said, " in each pool: no pool size helps");
        text_put(&judge->help, "spread the load over more instances or processes, or hold "
                               "connections for less time");
    } else if (class_waiting(sizing, class, &waiting) && waiting.is_overloaded) {
        pool_put(class, &said);
        erlangs_put(erlangs, &said);
        text_printf(&said, ", and %" PRId64 " per pool: ", class_limit(sizing, class));
        overload_put(&waiting, &said);
        if (sizing->purpose == PURPOSE_RECOMMEND) {
            text_put(&said, "; stopped by ");
            stopped_put(judge, class, &said);
        } else {
            raise_limit_put(judge, class);
        }
    }
    judge->pool = said.length > 0 ? class : NULL;
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

static void never_runs(struct judge *judge, const struct pool_class *class)
{
    const struct service *service = class->service;
    for (size_t i = 0; is_first_class(class) && i < service->schedule_count; i++) {
        char key[48];
        if (!cron_never_fires(&service->schedules[i].cron))
            continue;
        (void)snprintf(key, sizeof key, "/schedules/%zu/cron", i);
        text_put(&judge->help, "no date is that day of that month");
        find_service(judge, service, key, "schedule \"%.60s\" never runs",
                     service->schedules[i].name);
    }
}

const struct rule demand_rules[] = {
    {
        .id = "PGS005",
        .name = "need-unmet",
        .severity = SEVERITY_WARNING,
        .help = "A service gets less than it needs.",
        .why = "It fits, but somebody waits: the limit is below what the declared demand or want "
               "asks for. What waits, and how likely a time-out is, stands in the finding.",
        .class = need_unmet,
        .pooler = pooler_need_unmet,
        .purpose = PURPOSE_RECOMMEND,
        .bad = SERVER "\"services\": {\"api\": {\"want\": 50}}}",
        .good = SERVER "\"services\": {\"api\": {\"want\": 40}}}",
    },
    {
        .id = "PGS006",
        .name = "overloaded",
        .severity = SEVERITY_ERROR,
        .help = "The offered load is at least what the pool, or the server's cores, can serve.",
        .why = "Requests arrive faster than the pool (or the server's cores) can ever serve them, "
               "so the queue grows until it times out. More waiting time does not help; more "
               "connections, shorter transactions or more cores do.",
        .class = overloaded,
        .pooler = pooler_overloaded,
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
        .why = "Above some 70 % of the cores statements begin to wait for each other, connections "
               "are held for longer than was measured, and pools need more than was computed.",
        .server = cores_busy,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER_WITH_CORES "\"services\": {\"api\": {\"connection_limit\": 15, \"demand\": "
                                 "{\"rate\": 100, \"held\": \"60ms\", \"busy\": \"60%\"}}}}",
        .good = SERVER_WITH_CORES "\"services\": {\"api\": {\"connection_limit\": 15, \"demand\": "
                                  "{\"rate\": 100, \"held\": \"60ms\", \"busy\": \"20%\"}}}}",
    },
    {
        .id = "PGS035",
        .name = "never-runs",
        .severity = SEVERITY_WARNING,
        .help = "A schedule matches no date.",
        .why = "It never starts, so it was meant otherwise: most often a day that its month does "
               "not have.",
        .class = never_runs,
        .purpose = PURPOSE_CHECK,
        .bad =
            SERVER "\"services\": {\"jobs\": {\"connection_limit\": 1, \"schedules\": [{\"name\": "
                   "\"a\", \"cron\": \"0 0 30 2 *\", \"duration\": \"1m\"}]}}}",
        .good =
            SERVER "\"services\": {\"jobs\": {\"connection_limit\": 1, \"schedules\": [{\"name\": "
                   "\"a\", \"cron\": \"0 0 29 2 *\", \"duration\": \"1m\"}]}}}",
    },
};
const size_t demand_rule_count = sizeof demand_rules / sizeof demand_rules[0];
