/*
 * The answer for people in a terminal: what the server has, who gets what and why, what is wrong.
 */
#include "budget.h"
#include "layout.h"
#include "sessions.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { BAR_CELLS = 20, ROOM_SHOWN = 3 };

static void reserved_put(const struct server_sizing *server, struct text *text)
{
    const struct budget *budget = &server->budget;
    const char *separator = " (";
    text_printf(text, "%" PRId64 " reserved", budget->reserved);
    for (size_t i = 0; i < server->server->reserved_count; i++) {
        const struct named_count *one = &server->server->reserved[i];
        if (one->name == NULL)
            continue;
        text_printf(text, "%s%s %" PRId64, separator, one->name, one->count);
        separator = ", ";
    }
    if (budget->provider > 0) {
        text_printf(text, "%sprovider %" PRId64, separator, budget->provider);
        separator = ", ";
    }
    text_put(text, separator[0] == ',' ? ")" : "");
}

static void arithmetic_put(const struct server_sizing *server, struct text *text)
{
    const struct budget *budget = &server->budget;
    text_printf(text, "%" PRId64 " superuser + ", budget->superuser_reserved_connections);
    if (budget->reserved_connections > 0)
        text_printf(text, "%" PRId64 " reserved_connections + ", budget->reserved_connections);
    reserved_put(server, text);
    text_printf(text,
                " + %" PRId64 " margin = %" PRId64 " kept back; %" PRId64
                " for services; alert at %" PRId64,
                budget->margin, budget->kept, budget->budget, budget->alert_connections);
}

static const char *const source_words[] = {
    [SOURCE_NONE] = "",
    [SOURCE_OPTION] = " (--max-connections)",
    [SOURCE_LIVE] = "",
    [SOURCE_SNAPSHOT] = "",
    [SOURCE_TOPOLOGY] = " (topology)",
    [SOURCE_PLAN] = " (plan)",
    [SOURCE_DEFAULT] = " (assumed)",
};

static void server_head(const struct report *report, const struct server_sizing *server,
                        struct text *text)
{
    const struct budget *budget = &server->budget;
    const struct facts *facts = server->input.facts;
    char version[32];
    struct text line = {.arena = report->arena};
    size_t indent = text_width(server->server->name, text->plain);
    indent = (indent > NAME_MAX_WIDTH ? 4 : indent) + 2;
    colour_on(report, text, COLOUR_BOLD);
    text_put_visible(text, server->server->name);
    colour_off(report, text, COLOUR_BOLD);
    text_put(text, "  ");
    if (facts->version > 0)
        text_printf(&line, "PostgreSQL %s, %s  ",
                    version_show(facts->version, version, sizeof version),
                    facts->answer == ANSWER_SNAPSHOT ? "snapshot" : "live");
    if (server->server->plan != NULL)
        text_printf(&line, "plan %s  ", server->server->plan);
    if (budget->source == SOURCE_NONE)
        text_put(&line, "full, and nobody said how many connections it has");
    else
        text_printf(&line, "%" PRId64 " connections%s", budget->max_connections,
                    source_words[budget->source]);
    if (facts->in_recovery)
        text_put(&line, "  (a standby)");
    text_put_visible(text, line.bytes);
    text_put_char(text, '\n');
    if (budget->source != SOURCE_NONE) {
        line.length = 0;
        arithmetic_put(server, &line);
        text_repeat(text, " ", indent);
        (void)wrap_put(report, text, line.bytes, indent, indent);
        text_put_char(text, '\n');
    }
    text_put_char(text, '\n');
    text_free(&line);
}

/* "3 (+1 deploying)", "3 x 2 (+2 deploying)" where a process has several pools. */
static void processes_put(const struct pool_class *class, struct text *text)
{
    const struct service *service = class->service;
    int64_t steady = service->instances_max * service->processes;
    int64_t more = class->instances_at_peak * service->processes - steady;
    text_put_int(text, steady);
    if (service->pools > 1)
        text_printf(text, " x %" PRId64, service->pools);
    if (more > 0)
        text_printf(text, " (+%" PRId64 " %s)", more, service->is_job ? "more" : "deploying");
}

static void peak_put(const struct sizing *sizing, const struct pool_class *class, struct text *text)
{
    int64_t limit = class_limit(sizing, class);
    if (limit == UNKNOWN && sizing->purpose == PURPOSE_RECOMMEND) {
        text_put(text, "-");
        return;
    }
    int64_t counted = limit == UNKNOWN ? 1 : limit;
    text_put_int(text, class->pools_at_peak);
    text_put(text, " x ");
    text_put_int(text, counted);
    if (class->extra_at_peak > 0)
        text_printf(text, " + %" PRId64, class->extra_at_peak);
    text_put(text, " = ");
    text_put_int(text, class->pools_at_peak * counted + class->extra_at_peak);
    text_put(text, limit == UNKNOWN ? "?" : "");
}

static void declared_why(const struct pool_class *class, struct text *text)
{
    switch (class->declared) {
    case DECLARED_KEY:
        text_put(text, "declared");
        break;
    case DECLARED_URL:
        text_put(text, "in its URL");
        break;
    case DECLARED_DEFAULT:
        text_printf(text, "default of %s", class->service->client->id);
        break;
    case DECLARED_UNLIMITED:
        text_printf(text, "unlimited by default of %s", class->service->client->id);
        break;
    case DECLARED_UNKNOWN:
        text_put(text, "not known, counted as 1");
        break;
    }
}

static void limit_put(int64_t limit, struct text *text)
{
    if (limit == UNKNOWN)
        text_put(text, "-");
    else
        text_put_int(text, limit);
}

enum { SERVICE, CLIENT, PROCESSES, TODAY, LIMIT, AT_PEAK, WHY, COLUMNS };

static const struct column all_columns[COLUMNS] = {
    [SERVICE] = {"SERVICE", TEXT_LEFT, NAME_MAX_WIDTH, false},
    [CLIENT] = {"CLIENT", TEXT_LEFT, NAME_MAX_WIDTH, false},
    [PROCESSES] = {"PROCESSES", TEXT_LEFT, 0, false},
    [TODAY] = {"TODAY", TEXT_RIGHT, 0, false},
    [LIMIT] = {"LIMIT", TEXT_RIGHT, 0, false},
    [AT_PEAK] = {"AT PEAK", TEXT_LEFT, 0, false},
    [WHY] = {"WHY", TEXT_LEFT, 1, true},
};

/* WHY is not measured: it wraps in what the others leave. */
static void class_row(const struct report *report, const struct pool_class *class, bool with_why,
                      struct row *row)
{
    const struct sizing *sizing = report->sizing;
    row_clear(row, COLUMNS);
    class_name_put(class, &row->cells[SERVICE]);
    text_put(&row->cells[CLIENT], class->service->client->id);
    processes_put(class, &row->cells[PROCESSES]);
    limit_put(class->today, &row->cells[TODAY]);
    limit_put(class->limit, &row->cells[LIMIT]);
    peak_put(sizing, class, &row->cells[AT_PEAK]);
    if (!with_why)
        return;
    if (sizing->purpose == PURPOSE_CHECK)
        declared_why(class, &row->cells[WHY]);
    else
        class_why_put(sizing, class, &row->cells[WHY]);
}

/* A service without databases is listed where it would connect. */
static void idle_row(const struct service *service, struct row *row)
{
    row_clear(row, COLUMNS);
    text_put(&row->cells[SERVICE], service->name);
    static const size_t dashes[] = {CLIENT, PROCESSES, TODAY, LIMIT};
    for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++)
        text_put(&row->cells[dashes[i]], "-");
    text_put(&row->cells[AT_PEAK], "0");
    text_put(&row->cells[WHY], "does not connect");
}

/* The rows of one server in file order: its classes, and between them the services that open no
 * pool. */
struct rows {
    const struct report *report;
    const struct server_sizing *server;
    size_t class, idle; /* next */
    bool with_why;
    struct row row;
};

static bool rows_next(struct rows *rows)
{
    const struct server_sizing *server = rows->server;
    for (;;) {
        bool has_class = rows->class < server->class_count,
             has_idle = rows->idle < server->idle_count;
        if (!has_class && !has_idle)
            return false;
        if (has_idle && (!has_class || server->idle[rows->idle]->index <
                                           server->classes[rows->class]->service->index)) {
            const struct service *service = server->idle[rows->idle++];
            if (!report_shows(rows->report, service))
                continue;
            idle_row(service, &rows->row);
            return true;
        }
        const struct pool_class *class = server->classes[rows->class ++];
        if (!report_shows(rows->report, class->service))
            continue;
        class_row(rows->report, class, rows->with_why, &rows->row);
        return true;
    }
}

static void services_table(const struct report *report, const struct server_sizing *server,
                           struct text *text)
{
    struct table table;
    struct column columns[COLUMNS];
    if (server->class_count + server->idle_count == 0) {
        text_put(text, "no service connects to it\n");
        return;
    }
    memcpy(columns, all_columns, sizeof columns);
    if (report->sizing->purpose == PURPOSE_CHECK)
        columns[WHY].heading = "TODAY IS";
    table_init(&table, report, columns, COLUMNS);
    for (int pass = 0; pass < 2; pass++) {
        struct rows rows = {.report = report, .server = server, .with_why = pass == 1};
        row_init(&rows.row, &table);
        if (pass == 1)
            table_put_heading(&table, text);
        while (rows_next(&rows)) {
            if (pass == 0)
                table_measure(&table, &rows.row);
            else
                table_put_row(&table, &rows.row, text);
        }
        row_free(&rows.row, COLUMNS);
    }
}

/* A line below the table: its label, and words that wrap beside it. */
static void line_put(const struct report *report, const char *label, const char *words,
                     struct text *text)
{
    enum { WORDS = 16 };
    text_put(text, "  ");
    text_put_cell(text, label, WORDS - 2, TEXT_LEFT);
    (void)wrap_put(report, text, words, WORDS, WORDS);
    text_put_char(text, '\n');
}

static enum colour level_colour(const struct server_sizing *server, int64_t peak)
{
    if (peak > server->budget.budget)
        return COLOUR_RED;
    return budget_over_alert(&server->budget, peak) ? COLOUR_YELLOW : COLOUR_GREEN;
}

static void bar_put(const struct report *report, const struct server_sizing *server, int64_t used,
                    enum colour colour, struct text *text)
{
    int64_t cells = (used * BAR_CELLS * 2 + server->budget.max_connections) /
                    (2 * server->budget.max_connections);
    size_t filled = cells < 0 ? 0 : cells > BAR_CELLS ? BAR_CELLS : (size_t)cells;
    colour_on(report, text, colour);
    text_repeat(text, report->unicode ? "\xe2\x96\x88" : "#", filled);
    colour_off(report, text, colour);
    text_repeat(text, report->unicode ? "\xe2\x96\x91" : ".", BAR_CELLS - filled);
}

static void peak_line(const struct report *report, const struct server_sizing *server,
                      struct text *text)
{
    const struct sizing *sizing = report->sizing;
    const struct budget *budget = &server->budget;
    int64_t peak = server_peak(sizing, server), used = peak + budget->kept;
    enum colour colour = level_colour(server, peak);
    text_printf(
        text, "  used at peak  %" PRId64 " + %" PRId64 " kept back = %" PRId64 " of %" PRId64 "   ",
        peak, budget->kept, used, budget->max_connections);
    bar_put(report, server, used, colour, text);
    text_printf(text, "  %" PRId64 " %%\n", (budget_permille(budget, used) + 5) / 10);
}

static const char *verdict(const struct server_sizing *server, int64_t steady, int64_t peak)
{
    if (steady > server->budget.budget)
        return "does not fit";
    if (peak > server->budget.budget)
        return "does not fit while deploying";
    return budget_over_alert(&server->budget, peak) ? "fits, above the alert" : "fits";
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
    text_printf(&line, "%s%" PRId64 " at peak, %" PRId64 " available: %s%s",
                server->today_is_lower_bound ? "at least " : "", server->today_peak,
                server->budget.budget, word,
                strncmp(word, "does not", 8) == 0 ? " (pgsize check says more)" : "");
    line_put(report, "today", line.bytes, text);
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

static void now_line(const struct report *report, const struct server_sizing *server,
                     struct text *text)
{
    const struct facts *facts = server->input.facts;
    int64_t used = sessions_used(facts);
    if (used == UNKNOWN)
        return;
    struct text line = {.arena = report->arena};
    text_printf(&line,
                "%s%" PRId64 " session%s + %" PRId64 " kept by the server = %" PRId64 " of %" PRId64
                " (%" PRId64 " %%)",
                facts->hidden ? "at most " : "", facts->sessions, facts->sessions == 1 ? "" : "s",
                used - facts->sessions, used, facts->max_connections,
                (used * 200 + facts->max_connections) / (2 * facts->max_connections));
    holders_put(report->sizing, server, &line);
    line_put(report, "now", line.bytes, text);
    text_free(&line);
}

static void growth_put(const struct server_sizing *server, const struct pool_class *class,
                       struct text *line)
{
    int64_t now = class->service->instances_max, calm = class->alert_instances,
            most = class->max_instances;
    if (class->cap_instances != UNKNOWN && class->cap_instances < most) {
        const struct cap *cap = &server->caps[class->cap_row];
        if (class->cap_instances > now)
            text_printf(line, " can grow to %" PRId64 " instances before", class->cap_instances);
        else
            text_printf(line, " %s at these limits:",
                        class->cap_instances == now ? "cannot grow" : "does not fit");
        text_printf(line, " %s \"%s\" has CONNECTION LIMIT %" PRId64,
                    cap->kind == CAP_ROLE ? "role" : "database", cap->name, cap->limit);
        return;
    }
    if (most < now)
        text_printf(line, " fits with %" PRId64 " instance%s at these limits", most,
                    most == 1 ? "" : "s");
    else if (most == now)
        text_put(line, " cannot grow at these limits: one more instance does not fit");
    else if (calm > now && calm < most)
        text_printf(line,
                    " can grow to %" PRId64 " instances before the alert, to %" PRId64
                    " before the server is full",
                    calm, most);
    else
        text_printf(line, " can grow to %" PRId64 " instances before the server is full%s", most,
                    calm == now ? "; the next one crosses the alert" : "");
}

/* The services that can grow least come first: they are what breaks first. */
static void room_line(const struct report *report, const struct server_sizing *server,
                      struct text *text)
{
    const struct pool_class *shown[ROOM_SHOWN];
    size_t count = 0;
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        if (class->max_instances == UNKNOWN || class->max_instances == 0 ||
            !report_shows(report, class->service) || class->service->instances_max == 0)
            continue;
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
        growth_put(server, shown[i], &line);
        line_put(report, i == 0 ? "room" : "", line.bytes, text);
    }
    text_free(&line);
}

static void server_foot(const struct report *report, const struct server_sizing *server,
                        struct text *text)
{
    if (server->budget.source == SOURCE_NONE)
        return;
    if (server_peak(report->sizing, server) != UNKNOWN)
        peak_line(report, server, text);
    today_line(report, server, text);
    now_line(report, server, text);
    if (server_peak(report->sizing, server) != UNKNOWN)
        room_line(report, server, text);
}

/* What is handed to the services: URLs, and settings that no URL carries. */
static void handed_put(const struct report *report, struct text *text, const char *heading,
                       bool (*put)(const struct report *, const struct pool_class *, struct text *))
{
    const struct sizing *sizing = report->sizing;
    struct text value = {.arena = report->arena}, name = {.arena = report->arena};
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    struct report scratch = *report;
    scratch.arena = &arena;
    size_t width = 0;
    bool any = false;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < sizing->class_count; i++) {
            const struct pool_class *class = &sizing->classes[i];
            if (!report_shows(report, class->service))
                continue;
            name.length = 0;
            class_name_put(class, &name);
            if (pass == 0) {
                size_t wide = text_width(name.bytes, text->plain);
                width = wide > width ? wide : width;
                continue;
            }
            value.length = 0;
            arena_clear(&arena);
            if (!put(&scratch, class, &value) || value.length == 0)
                continue;
            if (!any) {
                colour_on(report, text, COLOUR_BOLD);
                text_printf(text, "\n%s", heading);
                colour_off(report, text, COLOUR_BOLD);
                text_put_char(text, '\n');
                any = true;
            }
            text_put_cell(text, name.bytes, width, TEXT_LEFT);
            text_put(text, "  ");
            text_put_visible(text, value.bytes);
            text_put_char(text, '\n');
        }
        width = width > NAME_MAX_WIDTH ? NAME_MAX_WIDTH : width;
    }
    text_free(&value);
    text_free(&name);
    arena_free(&arena);
}

static bool url_of(const struct report *report, const struct pool_class *class, struct text *text)
{
    return class_url_put(report, class, report->reveal, text);
}

static bool snippet_of(const struct report *report, const struct pool_class *class,
                       struct text *text)
{
    struct pool_settings settings = class_settings(class);
    struct text variable = {.arena = report->arena};
    if (class->limit == UNKNOWN || class->limit == 0)
        return false;
    service_variable(class->service, class->target, VARIABLE_URL, &variable);
    client_snippet(class->service->client, &settings, variable.bytes, text);
    text_free(&variable);
    /* A snippet is one line here; its own line breaks are kept in the json. */
    for (size_t i = 0; i < text->length; i++)
        if (text->bytes[i] == '\n')
            text->bytes[i] = ' ';
    return true;
}

static void finding_put(const struct report *report, const struct finding *finding,
                        size_t name_width, struct text *text)
{
    static const struct {
        const char *sign;
        enum colour colour;
    } signs[] = {
        [SEVERITY_NOTE] = {"i", COLOUR_DIM},
        [SEVERITY_WARNING] = {"!", COLOUR_YELLOW},
        [SEVERITY_ERROR] = {"x", COLOUR_RED},
    };
    enum severity severity = finding->rule->severity;
    struct text line = {.arena = report->arena};
    colour_on(report, text, signs[severity].colour);
    text_printf(text, "%s  ", signs[severity].sign);
    text_put_cell(text, finding->rule->name, name_width, TEXT_LEFT);
    colour_off(report, text, signs[severity].colour);
    text_put(text, "  ");
    if (finding->service != NULL)
        text_printf(&line, "%s: ", finding->service->name);
    text_put(&line, finding->message);
    if (finding->file != NULL)
        text_printf(&line, "  %s:%u", finding->file, finding->line);
    (void)wrap_put(report, text, line.bytes, name_width + 5, name_width + 5);
    text_put_char(text, '\n');
    if (strcmp(finding->help, finding->rule->help) != 0) {
        text_put(text, "   ");
        (void)wrap_put(report, text, finding->help, 3, 3);
        text_put_char(text, '\n');
    }
    text_free(&line);
}

static void findings_put(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    size_t width = 0;
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (finding_counts(report, &sizing->findings[i])) {
            size_t length = strlen(sizing->findings[i].rule->name);
            width = length > width ? length : width;
        }
    if (width > 0)
        text_put_char(text, '\n');
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (finding_counts(report, &sizing->findings[i]))
            finding_put(report, &sizing->findings[i], width, text);
}

/* The last line of check, for whoever reads nothing else. */
static void verdict_put(const struct report *report, struct text *text)
{
    size_t counts[3] = {0};
    for (size_t i = 0; i < report->sizing->finding_count; i++)
        if (finding_counts(report, &report->sizing->findings[i]))
            counts[report->sizing->findings[i].rule->severity]++;
    bool holds = counts[SEVERITY_ERROR] == 0;
    colour_on(report, text, holds ? COLOUR_GREEN : COLOUR_RED);
    text_printf(text, "\n%s", holds ? "holds" : "does not hold");
    colour_off(report, text, COLOUR_GREEN);
    text_printf(text, ": %zu error%s, %zu warning%s, %zu note%s\n", counts[SEVERITY_ERROR],
                counts[SEVERITY_ERROR] == 1 ? "" : "s", counts[SEVERITY_WARNING],
                counts[SEVERITY_WARNING] == 1 ? "" : "s", counts[SEVERITY_NOTE],
                counts[SEVERITY_NOTE] == 1 ? "" : "s");
}

void table_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    for (size_t i = 0; i < sizing->server_count; i++) {
        text_put(text, i > 0 ? "\n" : "");
        server_head(report, &sizing->servers[i], text);
        services_table(report, &sizing->servers[i], text);
        text_put_char(text, '\n');
        server_foot(report, &sizing->servers[i], text);
    }
    if (sizing->purpose == PURPOSE_RECOMMEND) {
        handed_put(report, text, "DATABASE_URL", url_of);
        handed_put(report, text, "SETTINGS", snippet_of);
    }
    if (report->by_formula != NULL)
        explain_put(report, text);
    findings_put(report, text);
    if (sizing->purpose == PURPOSE_CHECK)
        verdict_put(report, text);
}
