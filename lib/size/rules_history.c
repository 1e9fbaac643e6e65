/*
 * Rules about what a record says (--history): what was never used, more than is declared, and
 * sessions of nobody. Only what is certain is said: of figures that lie between two, the one that
 * is against the finding.
 */
#include "classes.h"
#include "history.h"
#include "rule.h"
#include "sessions.h"
#include "snapshot.h"

#include <inttypes.h>

#define TOPOLOGY                                                                                   \
    "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": {\"admin\": 2}}}, "         \
    "\"services\": {\"api\": {\"connection_limit\": 20}}}"
#define RECORD(NAME, SESSIONS)                                                                     \
    "{\"pgsize_record\":1,\"server\":\"main\",\"every_ms\":5000}\n"                                \
    "{\"group\":1,\"application_name\":\"" NAME "\",\"role\":\"app\",\"database\":\"app\"}\n"      \
    "{\"from\":1799000000000,\"to\":1799043195000,\"samples\":[8640,0,0],\"observed\":"            \
    "1799043195000,\"sessions\":[" #SESSIONS ",7200000],\"by\":[[1," #SESSIONS ",7200000]]}\n"

static const char *time_of(int64_t at_ms, char *buffer)
{
    return time_show(at_ms / 1000, buffer);
}

static void name_put(const struct pool_class *class, struct text *text)
{
    if (class->service->target_count < 2)
        return;
    service_pool_name(class->service, class->target, text);
    text_put(text, ": ");
}

/* --- what was never used --- */

enum { UNUSED_LEAST = 5 };

/* Half of what is declared without a deploy, and more than a few. A full server hides what its
 * services would have used, and jobs use what they have only where they meet. */
static bool is_never_used(const struct pool_class *class, const struct history *history,
                          const struct history_class *seen)
{
    int64_t steady = class->today == UNKNOWN || service_is_implicit(class->service)
                         ? 0
                         : class_connections(class->pools_steady, class->today);
    return !class->service->is_job && history->whole.full == 0 &&
           peak_covers(history->whole.seen) > 0 && seen->sessions.least > 0 &&
           steady - seen->sessions.most >= UNUSED_LEAST && 2 * seen->sessions.most <= steady;
}

static void never_used(struct judge *judge, const struct pool_class *class)
{
    const struct server_sizing *server = &judge->sizing->servers[class->server];
    const struct history *history = server->input.history;
    const struct history_class *seen = history_class_find(server, class);
    enum { SAMPLES_ENOUGH = 2995 };
    char from[24], to[24];
    if (seen == NULL || !is_never_used(class, history, seen))
        return;
    int64_t most = class_declared_most(class), samples = history->whole.seen;
    struct text name = {.arena = judge->arena}, sure = {.arena = judge->arena};
    name_put(class, &name);
    peak_covers_put(samples, &sure);
    if (samples < SAMPLES_ENOUGH)
        text_printf(&judge->help, "record on: from %d samples on a peak covers 99.9 %% of the time",
                    SAMPLES_ENOUGH);
    else
        text_put(&judge->help, "lower its connection_limit, if the record saw its busiest days");
    judge->pool = class;
    find_service(judge, class->service, "/connection_limit",
                 "%s%" PRId64 " of %" PRId64 " declared connections were never used from %s to %s: "
                 "at most %" PRId64 " %s at once; %s",
                 name.length > 0 ? name.bytes : "", most - seen->sessions.most, most,
                 time_of(history->whole.from_ms, from), time_of(history->whole.to_ms, to),
                 seen->sessions.most, plural(seen->sessions.most, "session", "sessions"),
                 sure.bytes);
    text_free(&name);
    text_free(&sure);
}

/* --- sessions of nobody --- */

static void names_put(const struct history *history, struct text *text)
{
    for (size_t i = 0; i < history->named_count; i++) {
        const char *name = history->named[i].application_name;
        text_printf(text, "%s%.100s %" PRId64, i == 0 ? "" : ", ",
                    name != NULL && *name != '\0' ? name : "without application_name",
                    history->named[i].sessions);
    }
}

/* Where there are as many now, undeclared-sessions says so. */
static void undeclared_in_history(struct judge *judge, const struct server_sizing *server)
{
    const struct history *history = server->input.history;
    int64_t now = sessions_undeclared(judge->sizing, server), reserved = server->budget.reserved;
    char at[24];
    if (history == NULL || history->nobodys.least <= (now > reserved ? now : reserved) ||
        server->budget.source == SOURCE_NONE || sizing_declares_nobody(judge->sizing))
        return;
    struct text names = {.arena = judge->arena};
    names_put(history, &names);
    text_put(&judge->help,
             "declare them: as services with their application_name, or in \"reserved\"");
    find_server(judge, server, "/reserved",
                "%" PRId64 " %s that no service explains (%s) on %s, %" PRId64 " reserved: %" PRId64
                " too many",
                history->nobodys.least, plural(history->nobodys.least, "session", "sessions"),
                names.bytes, time_of(history->nobodys.at_ms, at), reserved,
                history->nobodys.least - reserved);
    text_free(&names);
}

/* --- more than is declared --- */

/* Where there are as many now, over-declared says so. Today's figures are no finding of what is
 * recommended. */
static void declared_exceeded(struct judge *judge, const struct server_sizing *server)
{
    char at[24];
    if (server->input.history == NULL)
        return;
    struct arena scratch = {.on_out_of_memory = judge->arena->on_out_of_memory};
    const int64_t *now = sessions_held(&scratch, judge->sizing, server);
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        const struct history_class *seen = history_class_find(server, class);
        int64_t most = sessions_declared_most(server, class);
        if (seen == NULL || most == UNKNOWN || seen->sessions.least <= most ||
            seen->sessions.least <= now[i])
            continue;
        struct text name = {.arena = judge->arena};
        name_put(class, &name);
        text_put(&judge->help, "more instances or processes ran than are declared, or its limit "
                               "was not the declared one: correct what is wrong");
        judge->excess = seen->sessions.least - most;
        judge->pool = class;
        find_service(judge, class->service, "/connection_limit",
                     "%s%" PRId64 " sessions on %s, declared are at most %" PRId64,
                     name.length > 0 ? name.bytes : "", seen->sessions.least,
                     time_of(seen->sessions.at_ms, at), most);
        text_free(&name);
    }
    arena_free(&scratch);
}

const struct rule history_rules[] = {
    {
        .id = "PGS042",
        .name = "never-used",
        .severity = SEVERITY_NOTE,
        .help = "Half of what a service declares, or more, was never used while it was recorded.",
        .why = "Slots that nobody uses are missing elsewhere. The record (--history) says what was "
               "at most connected, and how much of the time a peak of so many samples covers. It "
               "sees only the days that it was written on, and nothing of bursts between two "
               "samples.",
        .class = never_used,
        .judged = JUDGED_CHECK | JUDGED_INSPECT,
        .purpose = PURPOSE_CHECK,
        .bad = TOPOLOGY,
        .bad_history = RECORD("api", 10),
        .good = TOPOLOGY,
        .good_history = RECORD("api", 11),
    },
    {
        .id = "PGS043",
        .name = "undeclared-in-history",
        .severity = SEVERITY_WARNING,
        .help = "The record shows more sessions than \"reserved\" that no service explains.",
        .why = "Somebody used slots that this file gives to others: at night perhaps, or now and "
               "then, when nobody looks. Declare them as a service, or reserve them.",
        .server = undeclared_in_history,
        .judged = JUDGED_ALWAYS,
        .purpose = PURPOSE_CHECK,
        .bad = TOPOLOGY,
        .bad_history = RECORD("psql", 3),
        .good = TOPOLOGY,
        .good_history = RECORD("psql", 2),
    },
    {
        .id = "PGS044",
        .name = "declared-exceeded",
        .severity = SEVERITY_WARNING,
        .help = "The record shows more sessions of a service than are declared for it at peak.",
        .why = "What ran was not what the topology says, so the sum is too low. More instances or "
               "processes ran than are declared, or the limit that was deployed was another one.",
        .server = declared_exceeded,
        .judged = JUDGED_CHECK | JUDGED_INSPECT,
        .purpose = PURPOSE_CHECK,
        .bad = TOPOLOGY,
        .bad_history = RECORD("api", 41),
        .good = TOPOLOGY,
        .good_history = RECORD("api", 40),
    },
};
const size_t history_rule_count = sizeof history_rules / sizeof history_rules[0];
