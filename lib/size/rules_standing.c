/*
 * Rules about what is accepted.
 */
#include "rule.h"

#define SERVER "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3}}, "
#define SERVICES "\"services\": {\"api\": {\"connection_limit\": 5}}}"

static void ignore_expired(struct judge *judge, const struct ignored *ignored)
{
    if (!ignored->is_over)
        return;
    text_put(&judge->help, "mend what it accepted, or give it a later day; remove it where nothing "
                           "is found any more");
    find_ignored(judge, ignored, "/until", "%s%s%s was accepted until %s (%.200s): no longer",
                 ignored->rule, ignored->subject != NULL ? " of " : "",
                 ignored->subject != NULL ? ignored->subject : "", ignored->until, ignored->reason);
}

const struct rule standing_rules[] = {
    {
        .id = "PGS040",
        .name = "ignore-expired",
        .severity = SEVERITY_NOTE,
        .help = "What the topology accepts until a day is no longer accepted.",
        .why = "What was accepted for a while counts again. Somebody thought it would be mended by "
               "then.",
        .ignored = ignore_expired,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER
        "\"ignore\": [{\"rule\": \"over-alert\", \"reason\": \"larger plan is ordered\", "
        "\"until\": \"2001-08-31\"}], " SERVICES,
        .good = SERVER
        "\"ignore\": [{\"rule\": \"over-alert\", \"reason\": \"larger plan is ordered\", "
        "\"until\": \"9999-12-31\"}], " SERVICES,
    },
};
const size_t standing_rule_count = sizeof standing_rules / sizeof standing_rules[0];
