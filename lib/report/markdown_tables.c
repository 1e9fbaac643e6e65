/*
 * What stands open in a comment: the services of every server, and the findings.
 */
#include "budget.h"
#include "changes.h"
#include "finding_parts.h"
#include "markdown_parts.h"
#include "service_rows.h"
#include "table_parts.h"

#include <inttypes.h>
#include <string.h>

enum { COLUMNS = 4 };

static void pooler_head_put(const struct report *report, const struct server_sizing *front,
                            struct text *text)
{
    const struct pooler_sizing *sized = pooler_of_front(report->sizing, front);
    int64_t peak = server_peak(report->sizing, front);
    struct text words = {.arena = report->arena};
    pooler_words_put(report, sized, &words);
    if (peak == UNKNOWN)
        text_put(&words, ", and not even the smallest limits fit");
    else
        text_printf(&words, ", %s%" PRId64 " at peak",
                    report->sizing->purpose == PURPOSE_CHECK && front->today_is_lower_bound
                        ? "at least "
                        : "",
                    peak);
    markdown_put(text, words.bytes, MARKDOWN_SENTENCE);
    text_put(text, "\n");
    text_free(&words);
}

static void server_bullet_put(const struct report *report, const struct server_sizing *server,
                              struct text *text)
{
    const struct budget *budget = &server->budget;
    int64_t peak = server_peak(report->sizing, server), used = peak + budget->kept;
    bool is_least = report->sizing->purpose == PURPOSE_CHECK && server->today_is_lower_bound;
    text_put(text, "\n**");
    markdown_put(text, server->server->name, MARKDOWN_NAME);
    text_put(text, "**: ");
    if (is_front(report->sizing, server)) {
        pooler_head_put(report, server, text);
        return;
    }
    if (budget->source == SOURCE_NONE)
        text_put(text, unknown_words(server));
    else if (peak == UNKNOWN)
        text_printf(text, "nothing fits the %" PRId64 " connections", budget->max_connections);
    else
        text_printf(text,
                    "%s%" PRId64 " at peak + %" PRId64 " kept back = %" PRId64 " of %" PRId64
                    " connections, **%" PRId64 " %%**; alert at %" PRId64,
                    is_least ? "at least " : "", peak, budget->kept, used, budget->max_connections,
                    (budget_permille(budget, used) + 5) / 10, budget->alert_connections);
    if (server->leader != NULL && budget->source != SOURCE_NONE && peak != UNKNOWN) {
        struct text words = {.arena = report->arena};
        failover_words_put(report, server, &words);
        text_put(text, "; at failover ");
        markdown_put(text, words.bytes, MARKDOWN_SENTENCE);
        text_free(&words);
    }
    text_put(text, "\n");
}

/* "35 → 7": today's and the recommended one, where they differ. */
static void limit_cell_put(const struct report *report, const struct row *cells, struct text *text)
{
    const char *today = cells->cells[CELL_TODAY].bytes, *limit = cells->cells[CELL_LIMIT].bytes;
    if (report->sizing->purpose == PURPOSE_CHECK || strcmp(today, limit) == 0)
        text_put(text, today);
    else
        text_printf(text, "%s \xe2\x86\x92 %s", today, limit);
}

static void service_row_put(const struct report *report, const struct row *cells, struct row *row,
                            struct text *text)
{
    row_clear(row, COLUMNS);
    text_put(&row->cells[0], cells->cells[CELL_SERVICE].bytes);
    limit_cell_put(report, cells, &row->cells[1]);
    text_put(&row->cells[2], cells->cells[CELL_AT_PEAK].bytes);
    text_put(&row->cells[3], cells->cells[CELL_WHY].bytes);
    text->length = 0;
    markdown_row_put(text, row, COLUMNS);
}

static void server_open(const struct report *report, const struct server_sizing *server,
                        struct text *text)
{
    bool is_check = report->sizing->purpose == PURPOSE_CHECK;
    const struct column columns[COLUMNS] = {{"Service"},
                                            {is_check ? "Today" : "Limit", TEXT_RIGHT},
                                            {"At peak"},
                                            {is_check ? "Today is" : "Why"}};
    text->length = 0;
    server_bullet_put(report, server, text);
    if (server->class_count + server->idle_count == 0)
        return;
    text_put_char(text, '\n');
    markdown_heading_put(text, columns, COLUMNS);
}

static void server_put(struct part *part, const struct server_sizing *server, struct text *line)
{
    const struct report *report = part->report;
    struct table service = {.report = report, .column_count = SERVICE_CELLS},
                 shown = {.report = report, .column_count = COLUMNS};
    struct service_rows rows = {.report = report, .server = server};
    struct row row;
    server_open(report, server, line);
    part_take(part, line);
    row_init(&rows.row, &service);
    row_init(&row, &shown);
    for (;;) {
        rows.with_why = !part_is_full(part);
        if (!service_rows_next(&rows))
            break;
        service_row_put(report, &rows.row, &row, line);
        part_take(part, line);
    }
    row_free(&rows.row, SERVICE_CELLS);
    row_free(&row, COLUMNS);
}

void markdown_servers_put(struct part *part)
{
    const struct sizing *sizing = part->report->sizing;
    struct text line = {.arena = part->report->arena};
    for (size_t i = 0; i < sizing->server_count + sizing->pooler_count; i++)
        server_put(part, &sizing->servers[i], &line);
    part_end(part);
    text_free(&line);
}

/* --- what changed --- */

void markdown_changes_put(struct part *part)
{
    const struct report *report = part->report;
    const struct changes *changes = report->changes;
    struct table table = {.report = report, .column_count = CHANGE_COLUMNS};
    struct text line = {.arena = report->arena};
    struct row row;
    if (changes == NULL)
        return;
    changes_head_put(changes, &line);
    text_put_char(&part->text, '\n');
    markdown_put(&part->text, line.bytes, MARKDOWN_SENTENCE);
    text_put(&part->text, "\n");
    if (changes->count > 0) {
        text_put_char(&part->text, '\n');
        markdown_heading_put(&part->text, change_columns, CHANGE_COLUMNS);
    }
    row_init(&row, &table);
    for (size_t i = 0; i < changes->count; i++) {
        change_row(&changes->items[i], &row);
        line.length = 0;
        markdown_row_put(&line, &row, CHANGE_COLUMNS);
        part_take(part, &line);
    }
    part_end(part);
    row_free(&row, CHANGE_COLUMNS);
    text_free(&line);
}

/* --- findings --- */

static void finding_put(const struct report *report, const struct finding *finding,
                        struct text *words, struct text *line)
{
    const char *path = report_path(report, finding->file), *way_out = finding_way_out(finding);
    text_printf(line, "- **%s** (%s, %s): ", finding->rule->name, finding->rule->id,
                severity_name(finding->rule->severity));
    words->length = 0;
    finding_sentence_put(finding, words);
    markdown_put(line, words->bytes, MARKDOWN_SENTENCE);
    if (path != NULL) {
        words->length = 0;
        text_printf(words, "%s:%u", path, finding->line);
        text_put_char(line, ' ');
        text_put_markdown_code(line, words->bytes);
    }
    if (way_out != NULL) {
        text_put(line, "<br>Way out: ");
        markdown_put(line, way_out, MARKDOWN_SENTENCE);
    }
    text_put_char(line, '\n');
}

void markdown_findings_put(struct part *part)
{
    const struct report *report = part->report;
    const struct sizing *sizing = report->sizing;
    struct text line = {.arena = report->arena}, words = {.arena = report->arena};
    for (size_t i = 0; i < sizing->finding_count; i++) {
        if (!finding_counts(report, &sizing->findings[i]))
            continue;
        line.length = 0;
        text_put(&line, part->rows == 0 ? "\n#### Findings\n\n" : "");
        if (!part_is_full(part))
            finding_put(report, &sizing->findings[i], &words, &line);
        part_take(part, &line);
    }
    part_end(part);
    text_free(&line);
    text_free(&words);
}
