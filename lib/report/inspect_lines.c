/*
 * What a server has and holds now, in lines: used, room, what was before, time-outs, likely plan.
 */
#include "demands.h"
#include "inspect_parts.h"
#include "sessions.h"
#include "snapshot.h"
#include "table_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void line_end(const struct report *report, const char *label, struct text *line,
                     struct text *text)
{
    if (line->length > 0)
        server_line_put(report, label, line->bytes, text);
    line->length = 0;
}

static void room_words(const struct facts *facts, struct text *line)
{
    struct room room = room_now(facts);
    if (room.of[ADMIT_ORDINARY] == UNKNOWN)
        return;
    text_printf(line, "%s%" PRId64 " more for ordinary roles", room.is_least ? "at least " : "",
                room.of[ADMIT_ORDINARY]);
    if (facts->reserved_connections > 0)
        text_printf(line, ", %" PRId64 " for roles with pg_use_reserved_connections",
                    room.of[ADMIT_RESERVED_ROLE]);
    text_printf(line, ", %" PRId64 " for superusers", room.of[ADMIT_SUPERUSER]);
}

/* The fact that most calculators get wrong (postgres.md 1.3). */
static void privileged_words(const struct server_sizing *server, struct text *line)
{
    struct arena scratch = {.on_out_of_memory = line->arena->on_out_of_memory};
    struct pairs pairs = pairs_make(&scratch, server);
    int64_t sessions[ADMISSIONS] = {0};
    for (size_t i = 0; i < pairs.count; i++)
        sessions[pairs.at[i].admission] += pairs.at[i].sessions;
    arena_free(&scratch);
    bool has_slots = server->input.facts->reserved_connections > 0;
    int64_t superusers = sessions[ADMIT_SUPERUSER],
            reserved = has_slots ? sessions[ADMIT_RESERVED_ROLE] : 0;
    if (superusers > 0)
        text_printf(line, "%" PRId64 " %s of superusers", superusers,
                    plural(superusers, "session", "sessions"));
    if (reserved > 0)
        text_printf(line, "%s%" PRId64 " of roles with pg_use_reserved_connections",
                    superusers > 0 ? ", " : "", reserved);
    if (line->length > 0)
        text_printf(line, ", not in the slots kept back: %" PRId64 " fewer for services",
                    superusers + reserved);
}

/* Two upper bounds tell nothing of the difference. */
static void gained_words(const struct facts *facts, const struct facts *before, struct text *line)
{
    int64_t gained = facts->sessions - before->sessions;
    if (!facts_count_is_exact(facts) || !facts_count_is_exact(before))
        return;
    if (gained == 0)
        text_put(line, ": as many");
    else
        text_printf(line, ": %" PRId64 " %s", gained < 0 ? -gained : gained,
                    gained < 0 ? "fewer" : "more");
}

static void before_words(const struct report *report, const struct server_sizing *server,
                         struct text *line)
{
    const struct facts *facts = server->input.facts, *before = before_of(report, server);
    char time[24];
    if (before == NULL || facts->sessions == UNKNOWN)
        return;
    text_printf(line, "%s%" PRId64 " %s", sessions_at_most(before), before->sessions,
                plural(before->sessions, "session", "sessions"));
    if (before->taken_at_s != 0)
        text_printf(line, " at %s", time_show(before->taken_at_s, time));
    text_printf(line, ", %s%" PRId64 " now", sessions_at_most(facts), facts->sessions);
    gained_words(facts, before, line);
    if (before->max_connections != UNKNOWN && facts->max_connections != UNKNOWN &&
        before->max_connections != facts->max_connections)
        text_printf(line, "; max_connections %" PRId64 ", %" PRId64 " now", before->max_connections,
                    facts->max_connections);
}

/* --- time-outs --- */

/* In the unit that pg_settings gives it; UNKNOWN: not said. */
static int64_t setting_find(const struct facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->setting_count; i++) {
        char *end;
        if (strcmp(facts->settings[i].name, name) != 0)
            continue;
        long long value = strtoll(facts->settings[i].value, &end, 10);
        return end == facts->settings[i].value || *end != '\0' || value < 0 ? UNKNOWN : value;
    }
    return UNKNOWN;
}

static void timeouts_words(const struct facts *facts, struct text *line)
{
    static const struct {
        const char *name, *what;
        int64_t unit_ms;
    } rows[] = {
        {"idle_session_timeout", "idle sessions", 1},
        {"idle_in_transaction_session_timeout", "idle in transaction", 1},
        {"transaction_timeout", "transactions", 1},
        {"statement_timeout", "statements", 1},
        {"tcp_keepalives_idle", "first TCP keepalive", 1000},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t value = setting_find(facts, rows[i].name);
        if (value == UNKNOWN || (value == 0 && rows[i].unit_ms != 1))
            continue;
        text_printf(line, "%s%s: ", line->length > 0 ? ", " : "", rows[i].what);
        if (value == 0) {
            text_put(line, "none");
            continue;
        }
        text_put(line, rows[i].unit_ms == 1 ? "" : "after ");
        wait_put((double)value * (double)rows[i].unit_ms, line);
    }
}

/* What is declared; whether it is too long is a finding (idle-timeout). */
static void client_timeout_words(const struct service *service, struct text *line)
{
    if (service->idle_timeout_ms == UNKNOWN)
        return;
    text_printf(line, "%s keeps idle connections for ", service->name);
    wait_put((double)service->idle_timeout_ms, line);
}

static void clients_lines(const struct report *report, const struct server_sizing *server,
                          struct text *line, struct text *text)
{
    const struct service *last = NULL;
    for (size_t i = 0; i < server->class_count; i++) {
        const struct service *service = server->classes[i]->service;
        if (service == last || !report_shows(report, service))
            continue;
        last = service;
        client_timeout_words(service, line);
        line_end(report, "", line, text);
    }
}

/* --- all of them --- */

/* Sessions that look like few others, on a server with more kinds than are kept. */
static void unseen_words(const struct facts *facts, struct text *line)
{
    int64_t unseen = facts->sessions;
    for (size_t i = 0; i < facts->group_count; i++)
        unseen -= facts->groups[i].count;
    if (unseen > 0)
        text_printf(line, "%" PRId64 " %s of kinds too many to keep are in no table below", unseen,
                    plural(unseen, "session", "sessions"));
}

static const char *sessions_unknown_words(const struct facts *facts)
{
    static const char *const words[] = {
        [ANSWER_NOT_ASKED] = "not known: nothing says where it is, so it was not asked",
        [ANSWER_LIVE] = "not known: it did not say",
        [ANSWER_SNAPSHOT] = "not known: the snapshot holds no sessions of it",
        [ANSWER_FULL] = "not known: it did not let pgsize in",
        [ANSWER_UNREACHABLE] = "not known: it does not answer",
        [ANSWER_MISSING] = "not known: it does not answer",
    };
    return words[facts->answer];
}

void inspect_lines_put(const struct report *report, const struct server_sizing *server,
                       struct text *text)
{
    const struct facts *facts = server->input.facts;
    struct text line = {.arena = report->arena};
    if (sessions_used(facts) == UNKNOWN) {
        server_line_put(report, "used", sessions_unknown_words(facts), text);
        likely_plan_put(report, server, text);
        history_lines_put(report, server, text);
        text_free(&line);
        return;
    }
    used_line_put(report, server, text);
    room_words(facts, &line);
    line_end(report, "room", &line, text);
    before_words(report, server, &line);
    line_end(report, "before", &line, text);
    privileged_words(server, &line);
    line_end(report, "privileged", &line, text);
    unseen_words(facts, &line);
    line_end(report, "not shown", &line, text);
    if (facts->route == ROUTE_POOLER)
        text_put(&line, "in between: these are its sessions, not its clients'");
    line_end(report, "pooler", &line, text);
    if (facts->in_recovery)
        text_put(&line, "a standby: it only serves reads, and its max_connections cannot be below "
                        "the primary's");
    line_end(report, "recovery", &line, text);
    timeouts_words(facts, &line);
    line_end(report, "time-outs", &line, text);
    clients_lines(report, server, &line, text);
    likely_plan_put(report, server, text);
    history_lines_put(report, server, text);
    text_free(&line);
}
