/*
 * The answer for people in a terminal: what the server has, who gets what and why, what is wrong.
 */
#include "layout.h"
#include "table_parts.h"
#include "what_if.h"

#include <inttypes.h>
#include <string.h>

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
    text_printf(text, " + %" PRId64 " margin = %" PRId64 " kept back; ", budget->margin,
                budget->kept);
    if (budget->budget < 0)
        text_printf(text, "none for services, %" PRId64 " too few", -budget->budget);
    else
        text_printf(text, "%" PRId64 " for services", budget->budget);
    text_printf(text, "; alert at %" PRId64, budget->alert_connections);
}

static const char *const source_words[] = {
    [SOURCE_NONE] = "",
    [SOURCE_OPTION] = " (--max-connections)",
    [SOURCE_LIVE] = "",
    [SOURCE_SNAPSHOT] = " (snapshot)",
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
        text_printf(&line, "%" PRId64 " %s%s", budget->max_connections,
                    plural(budget->max_connections, "connection", "connections"),
                    budget->source == SOURCE_SNAPSHOT && facts->version > 0
                        ? "" /* said beside the version */
                        : source_words[budget->source]);
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
    int64_t steady = class->pools_steady / service->pools;
    int64_t more = class->instances_at_peak * service->processes - steady;
    text_put_int(text, steady);
    if (service->pools > 1)
        text_printf(text, " x %" PRId64, service->pools);
    if (more > 0)
        text_printf(text, " (+%" PRId64 " %s)", more, service->is_job ? "more" : "deploying");
}

/* "4 x 5 = 20"; "4 x ? >= 4" where the limit is not known. */
static void peak_put(const struct sizing *sizing, const struct pool_class *class, struct text *text)
{
    int64_t limit = class_limit(sizing, class);
    if (limit == UNKNOWN && sizing->purpose == PURPOSE_RECOMMEND) {
        text_put(text, "-");
        return;
    }
    int64_t counted = limit == UNKNOWN ? 1 : limit;
    bool is_least = limit == UNKNOWN && class->pools_at_peak > 0;
    text_printf(text, "%" PRId64 " x ", class->pools_at_peak);
    if (is_least)
        text_put_char(text, '?');
    else
        text_put_int(text, counted);
    if (class->extra_at_peak > 0)
        text_printf(text, " + %" PRId64, class->extra_at_peak);
    text_printf(text, " %s %" PRId64, is_least ? ">=" : "=",
                class->pools_at_peak * counted + class->extra_at_peak);
}

static void declared_why(const struct pool_class *class, struct text *text)
{
    if (class->service->at_most == 0) {
        text_put(text, "switched off");
        return;
    }
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
    [SERVICE] = {"SERVICE", TEXT_LEFT, NAME_MAX_WIDTH, .least = 12},
    [CLIENT] = {"CLIENT", TEXT_LEFT, NAME_MAX_WIDTH, .least = 10},
    [PROCESSES] = {"PROCESSES", TEXT_LEFT, 0, false},
    [TODAY] = {"TODAY", TEXT_RIGHT, 0, false},
    [LIMIT] = {"LIMIT", TEXT_RIGHT, 0, false},
    [AT_PEAK] = {"AT PEAK", TEXT_LEFT, 0, false},
    [WHY] = {"WHY", TEXT_LEFT, 1, true, .least = 18},
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
    if (report->sizing->purpose == PURPOSE_CHECK) {
        columns[WHY].heading = "TODAY IS";
        columns[CLIENT].may_go = true;
        columns[WHY].least = 10; /* a word or two: "declared", "default of prisma" */
    }
    table_init(&table, report, columns, COLUMNS);
    for (int pass = 0; pass < 2; pass++) {
        struct rows rows = {.report = report, .server = server, .with_why = pass == 1};
        row_init(&rows.row, &table);
        if (pass == 1) {
            table_fit(&table);
            table_put_heading(&table, text);
        }
        while (rows_next(&rows)) {
            if (pass == 0)
                table_measure(&table, &rows.row);
            else
                table_put_row(&table, &rows.row, text);
        }
        row_free(&rows.row, COLUMNS);
    }
}

void table_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    for (size_t i = 0; i < sizing->server_count; i++) {
        text_put(text, i > 0 ? "\n" : "");
        server_head(report, &sizing->servers[i], text);
        services_table(report, &sizing->servers[i], text);
        server_lines_put(report, &sizing->servers[i], text);
    }
    if (sizing->purpose == PURPOSE_RECOMMEND) {
        urls_put(report, text);
        snippets_put(report, text);
    }
    if (report->by_formula != NULL)
        explain_put(report, text);
    findings_put(report, text);
    if (sizing->purpose == PURPOSE_CHECK)
        verdict_put(report, text);
    if (report->curve != NULL)
        what_if_put(report, report->curve, text);
    if (report->scenarios != NULL)
        what_if_put(report, report->scenarios, text);
}
