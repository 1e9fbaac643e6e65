/*
 * The lines below a server's table: its use at peak, today and now, and the room that is left.
 */
#include "budget.h"
#include "inverse.h"
#include "jobs_lines.h"
#include "landed.h"
#include "layout.h"
#include "poolers.h"
#include "sessions.h"
#include "table_parts.h"

#include <inttypes.h>
#include <string.h>

enum { BAR_CELLS = 20, BAR_LEAST = 5, BAR_GAP = 3, ROOM_SHOWN = 3, LABEL_WIDTH = 16 };

void server_line_put(const struct report *report, const char *label, const char *words,
                     struct text *text)
{
    if (report->line_put != NULL) {
        report->line_put(label, words, text);
        return;
    }
    text_put(text, "  ");
    text_put_cell(text, label, LABEL_WIDTH - 2, TEXT_LEFT);
    (void)wrap_put(report, text, words, LABEL_WIDTH, LABEL_WIDTH);
    text_put_char(text, '\n');
}

/* Of what services may use, or (inspect) of what an ordinary role is let in to. */
static enum colour level_colour(const struct report *report, const struct server_sizing *server,
                                int64_t used)
{
    const struct budget *budget = &server->budget;
    int64_t peak = used - budget->kept;
    bool is_full = report->sizing->purpose == PURPOSE_INSPECT ? used >= budget->max_connections
                                                              : peak > budget->budget;
    if (is_full)
        return COLOUR_RED;
    return budget_over_alert(budget, peak) ? COLOUR_YELLOW : COLOUR_GREEN;
}

static void bar_put(const struct report *report, const struct server_sizing *server, int64_t used,
                    size_t cells, struct text *text)
{
    int64_t width = (int64_t)cells, most = server->budget.max_connections;
    int64_t share = (used * width * 2 + most) / (2 * most);
    size_t filled = share < 0 ? 0 : share > width ? cells : (size_t)share;
    enum colour colour = level_colour(report, server, used);
    colour_on(report, text, colour);
    text_repeat(text, report->unicode ? "\xe2\x96\x88" : "#", filled);
    colour_off(report, text, colour);
    text_repeat(text, report->unicode ? "\xe2\x96\x91" : ".", cells - filled);
}

/* The label is as wide as server_line_put() makes it. */
static void bar_line_put(const struct report *report, const char *label,
                         const struct server_sizing *server, int64_t used,
                         const struct text *figures, const char *share, struct text *text)
{
    text_put(text, "  ");
    text_put_cell(text, label, LABEL_WIDTH - 2, TEXT_LEFT);
    text_put(text, figures->bytes);
    size_t taken = LABEL_WIDTH + figures->length + BAR_GAP + strlen(share);
    if (taken + BAR_LEAST <= report->width) {
        size_t room = report->width - taken;
        text_repeat(text, " ", BAR_GAP);
        bar_put(report, server, used, room < BAR_CELLS ? room : BAR_CELLS, text);
    }
    text_printf(text, "%s\n", share);
}

/* Figures, a bar as long as the line of a screen allows, the share. */
static void peak_line(const struct report *report, const struct server_sizing *server,
                      struct text *text)
{
    const struct sizing *sizing = report->sizing;
    const struct budget *budget = &server->budget;
    int64_t peak = server_peak(sizing, server), used = peak + budget->kept;
    bool is_least = sizing->purpose == PURPOSE_CHECK && server->today_is_lower_bound;
    struct text line = {.arena = report->arena}, share = {.arena = report->arena};
    text_printf(&line, "%s%" PRId64 " + %" PRId64 " kept back = %" PRId64 " of %" PRId64,
                is_least ? "at least " : "", peak, budget->kept, used, budget->max_connections);
    text_printf(&share, "  %" PRId64 " %%", (budget_permille(budget, used) + 5) / 10);
    if (report->line_put != NULL) {
        text_printf(&line, ",%s", share.bytes + 1);
        report->line_put("used at peak", line.bytes, text);
    } else {
        bar_line_put(report, "used at peak", server, used, &line, share.bytes, text);
    }
    text_free(&line);
    text_free(&share);
}

void failover_words_put(const struct report *report, const struct server_sizing *server,
                        struct text *text)
{
    enum limit_kind kind = judged_kind(report->sizing, server);
    text_printf(text, "%" PRId64 " of its own", landed_peak(server, server, kind));
    for (const struct server_sizing *at = server->leader; at != NULL; at = at->leader)
        text_printf(text, " + %" PRId64 " of %s", landed_peak(server, at, kind), at->server->name);
}

/* "12 of its own + 44 of primary = 56 at peak": what lands on a standby. */
static void failover_line(const struct report *report, const struct server_sizing *server,
                          struct text *text)
{
    struct text line = {.arena = report->arena};
    if (server->leader == NULL)
        return;
    failover_words_put(report, server, &line);
    text_printf(&line, " = %" PRId64 " at peak", server_peak(report->sizing, server));
    server_line_put(report, "at failover", line.bytes, text);
    text_free(&line);
}

static const char *verdict(const struct server_sizing *server, int64_t steady, int64_t peak)
{
    if (steady > server->budget.budget)
        return "does not fit";
    if (peak > server->budget.budget)
        return "does not fit while deploying";
    return budget_over_alert(&server->budget, peak) ? "fits, above the alert" : "fits";
}

static void jobs_line(const struct report *report, const struct server_sizing *server,
                      struct text *text)
{
    struct text line = {.arena = report->arena};
    jobs_words(report->sizing, server, &line);
    if (line.length > 0)
        server_line_put(report, "jobs", line.bytes, text);
    text_free(&line);
}

static void today_line(const struct report *report, const struct server_sizing *server,
                       struct text *text)
{
    if (report->sizing->purpose == PURPOSE_CHECK)
        return;
    const char *word = verdict(server, server->today_steady, server->today_peak);
    if (server->today_is_lower_bound && server->today_peak <= server->budget.budget)
        word = "not known, some limits are not declared";
    struct text line = {.arena = report->arena};
    for (size_t i = 0; i < server->cap_count; i++)
        if (server->caps[i].today_peak > server->caps[i].limit && strncmp(word, "does", 4) != 0)
            word = arena_printf(report->arena, "does not fit %s \"%s\"",
                                server->caps[i].kind == CAP_ROLE ? "role" : "database",
                                server->caps[i].name);
    text_printf(&line, "%s%" PRId64 " at peak%s, ", server->today_is_lower_bound ? "at least " : "",
                server->today_peak, failover_word(server));
    if (server->budget.budget > 0)
        text_put_int(&line, server->budget.budget);
    else
        text_put(&line, "none");
    text_printf(&line, " available: %s%s", word,
                strncmp(word, "does not", 8) == 0 ? " (pgsize check says more)" : "");
    server_line_put(report, "today", line.bytes, text);
    text_free(&line);
}

/* ": api 3, jobs 2, others 4": up to four services, then everything else. */
static void holders_put(const struct sizing *sizing, const struct server_sizing *server,
                        struct text *line)
{
    enum { SHOWN = 4 };
    const struct facts *facts = server->input.facts;
    const struct service *shown[SHOWN];
    int64_t counts[SHOWN] = {0}, others = 0;
    size_t count = 0;
    for (size_t i = 0; i < facts->group_count; i++) {
        const struct service *owner = session_owner(sizing, server, &facts->groups[i]);
        size_t at = 0;
        while (at < count && shown[at] != owner)
            at++;
        if (owner == NULL || at == SHOWN) {
            others += facts->groups[i].count;
            continue;
        }
        shown[at] = owner;
        count += at == count;
        counts[at] += facts->groups[i].count;
    }
    const char *separator = ": ";
    for (size_t i = 0; i < count; i++, separator = ", ")
        text_printf(line, "%s%s %" PRId64, separator, shown[i]->name, counts[i]);
    if (others > 0)
        text_printf(line, "%sothers %" PRId64, separator, others);
}

/* "41 sessions + 3 kept by the server = 44 of 100"; UNKNOWN where it did not say so. */
static int64_t used_words(const struct server_sizing *server, struct text *line)
{
    const struct facts *facts = server->input.facts;
    int64_t used = sessions_used(facts);
    if (used != UNKNOWN)
        text_printf(line,
                    "%s%" PRId64 " %s + %" PRId64 " kept by the server = %" PRId64 " of %" PRId64,
                    sessions_at_most(facts), facts->sessions,
                    plural(facts->sessions, "session", "sessions"), used - facts->sessions, used,
                    facts->max_connections);
    return used;
}

static int64_t percent_used(const struct server_sizing *server, int64_t used)
{
    int64_t most = server->input.facts->max_connections;
    return (used * 200 + most) / (2 * most);
}

static void now_line(const struct report *report, const struct server_sizing *server,
                     struct text *text)
{
    struct text line = {.arena = report->arena};
    int64_t used = used_words(server, &line);
    if (used == UNKNOWN)
        return;
    text_printf(&line, " (%" PRId64 " %%)", percent_used(server, used));
    holders_put(report->sizing, server, &line);
    server_line_put(report, "now", line.bytes, text);
    text_free(&line);
}

void used_line_put(const struct report *report, const struct server_sizing *server,
                   struct text *text)
{
    struct text line = {.arena = report->arena};
    int64_t used = used_words(server, &line);
    const char *share = arena_printf(report->arena, "  %" PRId64 " %%", percent_used(server, used));
    if (report->line_put != NULL) {
        text_printf(&line, ",%s", share + 1);
        report->line_put("used", line.bytes, text);
    } else {
        bar_line_put(report, "used", server, used, &line, share, text);
    }
    text_free(&line);
}

static void growth_put(const struct sizing *sizing, const struct server_sizing *server,
                       const struct pool_class *class, struct text *line)
{
    const char *standby =
        class->full_at == class->server ? NULL : sizing->servers[class->full_at].server->name;
    const char *full = is_front(sizing, server) ? "the pooler"
                       : standby != NULL        ? standby
                                                : "the server";
    const char *where =
        standby == NULL ? "" : arena_printf(line->arena, " at failover on %s", standby);
    int64_t now = class->service->instances_max, calm = class->alert_instances,
            most = class->max_instances;
    if (class->cap_instances != UNKNOWN && class->cap_instances < most) {
        const struct server_sizing *holder = &sizing->servers[class->cap_at];
        const struct cap *cap = &holder->caps[class->cap_row];
        bool is_elsewhere = class->cap_at != class->server;
        const char *kind = cap_word(cap->kind), *limit = cap_limit_word(cap->kind);
        if (class->cap_instances > now)
            text_printf(line,
                        " can grow to %" PRId64 " %s before %s \"%s\" reaches its %s %" PRId64,
                        class->cap_instances, plural(class->cap_instances, "instance", "instances"),
                        kind, cap->name, limit, cap->limit);
        else
            text_printf(line, " %s at these limits: %s \"%s\" has %s %" PRId64,
                        class->cap_instances == now ? "cannot grow" : "does not fit", kind,
                        cap->name, limit, cap->limit);
        if (is_elsewhere)
            text_printf(line, " at failover on %s", holder->server->name);
        return;
    }
    if (most < now)
        text_printf(line, " fits%s with %" PRId64 " %s at these limits", where, most,
                    plural(most, "instance", "instances"));
    else if (most == now)
        text_printf(line, " cannot grow at these limits: one more instance does not fit%s", where);
    else if (calm > now && calm < most)
        text_printf(
            line, " can grow to %" PRId64 " %s before the alert, to %" PRId64 " before %s is full",
            calm, plural(calm, "instance", "instances"), most, full);
    else
        text_printf(line, " can grow to %" PRId64 " %s before %s is full%s", most,
                    plural(most, "instance", "instances"), full,
                    calm == now ? "; the next one crosses the alert" : "");
}

/* The services that can grow least come first: they are what breaks first. */
static void room_line(const struct report *report, const struct server_sizing *server,
                      struct text *text)
{
    const struct pool_class *shown[ROOM_SHOWN];
    size_t count = 0, all = 0;
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        if (class->max_instances == UNKNOWN || class->max_instances == 0 ||
            !report_shows(report, class->service) || class->service->instances_max == 0)
            continue;
        all++;
        size_t at = count < ROOM_SHOWN ? count++ : ROOM_SHOWN;
        for (; at > 0 && shown[at - 1]->max_instances - shown[at - 1]->service->instances_max >
                             class->max_instances - class->service->instances_max;
             at--)
            if (at < ROOM_SHOWN)
                shown[at] = shown[at - 1];
        if (at < ROOM_SHOWN)
            shown[at] = class;
    }
    struct text line = {.arena = report->arena};
    for (size_t i = 0; i < count; i++) {
        line.length = 0;
        class_name_put(shown[i], &line);
        growth_put(report->sizing, server, shown[i], &line);
        server_line_put(report, i == 0 ? "room" : "", line.bytes, text);
    }
    if (all > count) {
        line.length = 0;
        text_printf(&line, "and %zu more", all - count);
        server_line_put(report, "", line.bytes, text);
    }
    text_free(&line);
}

/* Only where needs decide: a share of what there is is never too much. */
static bool has_need(const struct report *report, const struct server_sizing *server)
{
    bool has = report->sizing->purpose == PURPOSE_CHECK;
    for (size_t i = 0; i < server->counted_count; i++)
        has |= server->counted[i]->need != UNKNOWN && server->counted[i]->at_most > 0;
    return has && server->counted_count > 0;
}

static void enough_line(const struct report *report, const struct server_sizing *server,
                        struct text *text)
{
    int64_t peak = peak_wanted(report->sizing, server);
    struct text line = {.arena = report->arena};
    if (!has_need(report, server) || peak == UNKNOWN ||
        (report->sizing->purpose == PURPOSE_CHECK && server->today_is_lower_bound))
        return;
    int64_t needed = budget_needed(server->server, &server->budget, peak, true);
    const struct plan *plan = plan_enough(server, peak);
    if (needed != UNKNOWN)
        text_printf(&line, "max_connections %" PRId64 " would do", needed);
    if (plan != NULL)
        text_printf(&line, "%s plan %s/%s", needed != UNKNOWN ? ", or" : "",
                    server->input.provider->id, plan->id);
    if (line.length > 0)
        server_line_put(report, "enough", line.bytes, text);
    text_free(&line);
}

static void end_put(const struct growth *growth, const struct server_sizing *server,
                    struct text *line)
{
    bool is_here = growth->at == server;
    switch (growth->end) {
    case GROWTH_BUDGET:
        text_printf(line, "the needs no longer fit%s%s", is_here ? "" : " ",
                    is_here ? "" : growth->at->server->name);
        break;
    case GROWTH_CAP:
        text_printf(line, "%s \"%s\" reaches its CONNECTION LIMIT %" PRId64 "%s%s",
                    growth->cap->kind == CAP_ROLE ? "role" : "database", growth->cap->name,
                    growth->cap->limit, is_here ? "" : " on ",
                    is_here ? "" : growth->at->server->name);
        break;
    case GROWTH_BOUND:
        class_name_put(growth->class, line);
        text_printf(line, " needs more than its %s",
                    growth->class->service->pooler != NULL  ? "pools' size"
                    : growth->class->bound == BOUND_THREADS ? "threads use"
                                                            : "at_most");
        break;
    case GROWTH_WANT:
        class_name_put(growth->class, line);
        text_put(line, " is overloaded at what it wants");
        break;
    case GROWTH_LOAD:
        text_put(line, "no pool is enough for ");
        class_name_put(growth->class, line);
        break;
    default:
        text_put(line, "the cores are saturated");
        break;
    }
}

static void traffic_line(const struct report *report, const struct server_sizing *server,
                         struct text *text)
{
    struct growth growth;
    struct text line = {.arena = report->arena};
    if (report->sizing->formula != FORMULA_FAIR || report->sizing->purpose == PURPOSE_CHECK ||
        !growth_find(report->arena, server, &growth))
        return;
    text_printf(&line, "can grow %" PRId64 ".%" PRId64 "-fold before ",
                growth.factor_hundredths / 100, growth.factor_hundredths % 100 / 10);
    end_put(&growth, server, &line);
    server_line_put(report, "traffic", line.bytes, text);
    text_free(&line);
}

void server_lines_put(const struct report *report, const struct server_sizing *server,
                      struct text *text)
{
    bool is_known = server->budget.source != SOURCE_NONE;
    if (!is_known && server->input.history == NULL)
        return;
    text_put(text, report->line_put == NULL ? "\n" : "");
    if (is_front(report->sizing, server)) {
        pooler_lines_put(report, pooler_of_front(report->sizing, server), text);
        if (server_peak(report->sizing, server) != UNKNOWN)
            room_line(report, server, text);
        return;
    }
    if (!is_known) {
        history_lines_put(report, server, text);
        return;
    }
    if (server_peak(report->sizing, server) != UNKNOWN) {
        failover_line(report, server, text);
        peak_line(report, server, text);
    }
    jobs_line(report, server, text);
    today_line(report, server, text);
    now_line(report, server, text);
    observed_lines_put(report, server, text);
    history_lines_put(report, server, text);
    if (server_peak(report->sizing, server) != UNKNOWN)
        room_line(report, server, text);
    enough_line(report, server, text);
    traffic_line(report, server, text);
}
