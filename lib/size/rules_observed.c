/*
 * Rules about what was observed: more than is declared, pools that were full, nobody there.
 */
#include "demands.h"
#include "observed.h"
#include "rule.h"

#define SERVER "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3}}, "
#define OBSERVED(STATE, LOW)                                                                       \
    "{\"format\": 1, \"servers\": [{\"name\": \"main\", \"source\": \"live\", "                    \
    "\"max_connections\": "                                                                        \
    "100, \"live\": {\"sessions\": 1, \"observed\": {\"window_s\": 60.0, \"samples\": 300, "       \
    "\"services\": [{\"service\": \"api\", \"state\": \"" STATE                                    \
    "\", \"in_use\": 9.0, \"low\": " LOW ", \"high\": 12.0}]}}}]}"

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
    } else if (observed->state == OBSERVED_SHARED && class->service->demand == NULL) {
        text_put(&judge->help, "observe it (recommend --observe 60s), or declare its demand");
        find_service(judge, class->service, "/demand",
                     "other services use %s%s%s too: what it has of the transactions counted there "
                     "is not known",
                     class->target->database != NULL ? "database \"" : "its database",
                     class->target->database != NULL ? class->target->database : "",
                     class->target->database != NULL ? "\"" : "");
    }
}

const struct rule observed_rules[] = {
    {
        .id = "PGS036",
        .name = "demand-exceeded",
        .severity = SEVERITY_WARNING,
        .help = "More connections were seen in use than the declared demand explains.",
        .why = "The demand was guessed or measured in a quiet hour. The need of the service is "
               "computed from it, so it is too low as well.",
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
        .why = "A full pool hides its demand: what waited for a connection was not seen. The need "
               "computed from it is a lower bound. Observe with a larger pool.",
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
        .why = "Nothing was learnt of it: it did not run, connects under another application_name, "
               "its sessions are hidden from the role that asked, or two snapshots counted a "
               "database that other services use too.",
        .class = demand_unseen,
        .purpose = PURPOSE_RECOMMEND,
        .bad = SERVER "\"services\": {\"api\": {}}}",
        .bad_facts = OBSERVED("absent", "0.0"),
        .good = SERVER "\"services\": {\"api\": {}}}",
        .good_facts = OBSERVED("observed", "8.0"),
    },
};
const size_t observed_rule_count = sizeof observed_rules / sizeof observed_rules[0];
