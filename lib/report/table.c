/*
 * The answer for people in a terminal: what the server has, who gets what and why, what is wrong.
 */
#include "changes.h"
#include "inspect_parts.h"
#include "layout.h"
#include "service_rows.h"
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

void budget_words_put(const struct server_sizing *server, struct text *text)
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

const char *unknown_words(const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    if (facts->answer == ANSWER_FULL)
        return "full, and nobody said how many connections it has";
    return facts->refused ? "refused, and nothing is said about it"
                          : "did not answer, and nothing is said about it";
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

void server_words_put(const struct server_sizing *server, struct text *text)
{
    const struct budget *budget = &server->budget;
    const struct facts *facts = server->input.facts;
    char version[32];
    if (facts->version > 0)
        text_printf(text, "PostgreSQL %s, %s  ",
                    version_show(facts->version, version, sizeof version),
                    facts->answer == ANSWER_SNAPSHOT ? "snapshot" : "live");
    if (server->server->plan != NULL)
        text_printf(text, "plan %s  ", server->server->plan);
    if (budget->source == SOURCE_NONE)
        text_put(text, unknown_words(server));
    else
        text_printf(text, "%" PRId64 " %s%s", budget->max_connections,
                    plural(budget->max_connections, "connection", "connections"),
                    budget->source == SOURCE_SNAPSHOT && facts->version > 0
                        ? "" /* said beside the version */
                        : source_words[budget->source]);
    if (facts->in_recovery)
        text_put(text, "  (a standby)");
    if (server->server->follows != NULL)
        text_printf(text, "  follows %s", server->server->follows->name);
}

void server_head_put(const struct report *report, const struct server_sizing *server,
                     struct text *text)
{
    struct text line = {.arena = report->arena};
    size_t indent = text_width(server->server->name, text->plain);
    indent = (indent > NAME_MAX_WIDTH ? 4 : indent) + 2;
    colour_on(report, text, COLOUR_BOLD);
    text_put_visible(text, server->server->name);
    colour_off(report, text, COLOUR_BOLD);
    text_put(text, "  ");
    server_words_put(server, &line);
    text_put_visible(text, line.bytes);
    text_put_char(text, '\n');
    if (server->input.plan_age != NULL) {
        line.length = 0;
        text_printf(&line, "the plan's figure is of %s: over a year old", server->input.plan_age);
        text_repeat(text, " ", indent);
        (void)wrap_put(report, text, line.bytes, indent, indent);
        text_put_char(text, '\n');
    }
    if (server->budget.source != SOURCE_NONE) {
        line.length = 0;
        budget_words_put(server, &line);
        text_repeat(text, " ", indent);
        (void)wrap_put(report, text, line.bytes, indent, indent);
        text_put_char(text, '\n');
    }
    text_put_char(text, '\n');
    text_free(&line);
}

static void pooler_head(const struct report *report, const struct pooler_sizing *sized,
                        struct text *text)
{
    struct text line = {.arena = report->arena};
    colour_on(report, text, COLOUR_BOLD);
    text_put_visible(text, sized->pooler->name);
    colour_off(report, text, COLOUR_BOLD);
    text_put(text, "  ");
    pooler_words_put(report, sized, &line);
    (void)wrap_put(report, text, line.bytes, text_width(sized->pooler->name, text->plain) + 2, 6);
    text_put(text, "\n\n");
    text_free(&line);
}

static const struct column all_columns[SERVICE_CELLS] = {
    [CELL_SERVICE] = {"SERVICE", TEXT_LEFT, NAME_MAX_WIDTH, .least = 12, .keeps_ends = true},
    [CELL_CLIENT] = {"CLIENT", TEXT_LEFT, NAME_MAX_WIDTH, .least = 10},
    [CELL_PROCESSES] = {"PROCESSES", TEXT_LEFT, 0, false},
    [CELL_TODAY] = {"TODAY", TEXT_RIGHT, 0, false},
    [CELL_LIMIT] = {"LIMIT", TEXT_RIGHT, 0, false},
    [CELL_AT_PEAK] = {"AT PEAK", TEXT_LEFT, 0, false},
    [CELL_WHY] = {"WHY", TEXT_LEFT, 1, true, .least = 18},
};

static void services_table(const struct report *report, const struct server_sizing *server,
                           struct text *text)
{
    struct table table;
    struct column columns[SERVICE_CELLS];
    if (server->class_count + server->idle_count == 0) {
        text_put(text, is_front(report->sizing, server) ? "no service goes through it\n"
                                                        : "no service connects to it\n");
        return;
    }
    memcpy(columns, all_columns, sizeof columns);
    if (report->sizing->purpose == PURPOSE_CHECK) {
        columns[CELL_WHY].heading = "TODAY IS";
        columns[CELL_CLIENT].may_go = true;
        columns[CELL_WHY].least = 10; /* a word or two: "declared", "default of prisma" */
    }
    table_init(&table, report, columns, SERVICE_CELLS);
    for (int pass = 0; pass < 2; pass++) {
        struct service_rows rows = {.report = report, .server = server, .with_why = pass == 1};
        row_init(&rows.row, &table);
        if (pass == 1) {
            table_fit(&table);
            table_put_heading(&table, text);
        }
        while (service_rows_next(&rows)) {
            if (pass == 0)
                table_measure(&table, &rows.row);
            else
                table_put_row(&table, &rows.row, text);
        }
        row_free(&rows.row, SERVICE_CELLS);
    }
}

void table_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    if (sizing->purpose == PURPOSE_INSPECT) {
        inspect_put(report, text);
        return;
    }
    for (size_t i = 0; i < sizing->server_count + sizing->pooler_count; i++) {
        text_put(text, i > 0 ? "\n" : "");
        if (i < sizing->server_count)
            server_head_put(report, &sizing->servers[i], text);
        else
            pooler_head(report, &sizing->poolers[i - sizing->server_count], text);
        services_table(report, &sizing->servers[i], text);
        server_lines_put(report, &sizing->servers[i], text);
    }
    if (sizing->purpose == PURPOSE_RECOMMEND) {
        urls_put(report, text);
        snippets_put(report, text);
    }
    if (report->explain)
        explain_put(report, text);
    findings_put(report, text);
    if (sizing->purpose == PURPOSE_CHECK)
        verdict_put(report, text);
    if (report->changes != NULL)
        changes_put(report, text);
    if (report->curve != NULL)
        what_if_put(report, report->curve, text);
    if (report->scenarios != NULL)
        what_if_put(report, report->scenarios, text);
}
