/*
 * What is folded in a comment: a <details> element each, whose lines are left out from the end.
 */
#include "baseline.h"
#include "explain.h"
#include "markdown_parts.h"
#include "table_parts.h"
#include "what_if_rows.h"

#include <string.h>

/* One folded section: its lines are taken, and then it is put into the details, if there are any.
 */
void markdown_fold(struct part *details, const char *title, const struct text *lines,
                   const char *noun)
{
    static const char tail[] = "\n</details>\n";
    struct part section = part_within(details, noun);
    struct text whole = {.arena = details->report->arena};
    size_t frame = strlen(title) + sizeof tail + 40;
    if (lines->length == 0)
        return;
    section.room = section.room > frame ? section.room - frame : 0;
    part_take_lines(&section, lines);
    if (section.rows > 0) {
        part_end(&section);
        text_printf(&whole, "\n<details><summary>%s</summary>\n\n", title);
        part_close(&section, &whole);
        text_put(&whole, tail);
    }
    if (whole.length > 0)
        part_take(details, &whole);
    else
        details->more++;
    text_free(&section.text);
    text_free(&whole);
}

/* A line that stands beside a label is below the label's. */
void markdown_item_put(const char *label, const char *words, struct text *text)
{
    text_put(text, *label == '\0' ? "  - " : "- **");
    if (*label != '\0') {
        markdown_put(text, label, MARKDOWN_NAME);
        text_put(text, "** ");
    }
    markdown_put(text, words, MARKDOWN_SENTENCE);
    text_put_char(text, '\n');
}

/* Lines of every server; where there are several, below its name. */
static void servers_fold(struct part *details, const char *title,
                         void (*put)(const struct report *, size_t index, struct text *))
{
    const struct sizing *sizing = details->report->sizing;
    struct report inner = *details->report;
    struct text lines = {.arena = inner.arena};
    inner.line_put = markdown_item_put;
    for (size_t i = 0; i < sizing->server_count; i++) {
        if (sizing->servers[i].budget.source == SOURCE_NONE)
            continue;
        if (sizing->server_count > 1) {
            text_put(&lines, lines.length > 0 ? "\n**" : "**");
            markdown_put(&lines, sizing->servers[i].server->name, MARKDOWN_NAME);
            text_put(&lines, "**\n\n");
        }
        put(&inner, i, &lines);
    }
    markdown_fold(details, title, &lines, "line");
    text_free(&lines);
}

static void server_lines_fold(const struct report *report, size_t index, struct text *text)
{
    const struct server_sizing *server = &report->sizing->servers[index];
    struct text words = {.arena = report->arena};
    budget_words_put(server, &words);
    markdown_item_put("budget", words.bytes, text);
    text_free(&words);
    server_lines_put(report, server, text);
}

static void what_if_fold(struct part *details, const char *title, const struct what_if *what_if)
{
    struct column columns[TABLE_MAX_COLUMNS];
    struct row row;
    struct report report = {.arena = details->report->arena};
    struct text lines = {.arena = report.arena};
    if (what_if == NULL)
        return;
    struct what_if_shown shown = what_if_shown_find(what_if);
    size_t count = what_if_columns_make(what_if, &shown, columns);
    struct table table = {.report = &report, .column_count = count};
    row_init(&row, &table);
    markdown_heading_put(&lines, columns, count);
    for (size_t i = 0; i < what_if->point_count; i++) {
        what_if_row(what_if, &shown, i, &row);
        markdown_row_put(&lines, &row, count);
    }
    markdown_fold(details, title, &lines, "row");
    row_free(&row, count);
    text_free(&lines);
}

/* --- what is handed out --- */

/* Each line of it on a line of its own, as code. */
static void handed_code_put(struct text *words, struct text *text)
{
    for (char *line = words->bytes, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        text_put(text, "<br>");
        text_put_markdown_code(text, line);
    }
}

static void handed_item_put(const struct report *report, const struct pool_class *class,
                            struct text *words, struct text *text)
{
    size_t begin = text->length, head;
    words->length = 0;
    class_name_put(class, words);
    text_put(text, "- **");
    markdown_put(text, words->bytes, MARKDOWN_NAME);
    text_put(text, "** ");
    words->length = 0;
    service_variable(class->service, class->target, VARIABLE_URL, words);
    text_put_markdown_code(text, words->bytes);
    head = text->length;
    words->length = 0;
    if (class_url_put(report, class, report->reveal, words))
        handed_code_put(words, text);
    words->length = 0;
    if (class_snippet_put(report, class, words))
        handed_code_put(words, text);
    if (text->length == head)
        text->length = begin; /* there is nothing to hand out */
    else
        text_put_char(text, '\n');
}

static void handed_fold(struct part *details)
{
    struct report inner = *details->report;
    struct arena arena = {.on_out_of_memory = inner.arena->on_out_of_memory};
    struct text lines = {.arena = inner.arena}, words = {.arena = inner.arena};
    const struct sizing *sizing = inner.sizing;
    inner.arena = &arena;
    for (size_t i = 0; i < sizing->class_count; i++) {
        const struct pool_class *class = &sizing->classes[i];
        if (!report_shows(&inner, class->service) || class->limit == UNKNOWN || class->limit == 0)
            continue;
        arena_clear(&arena);
        if (lines.length < details->room)
            handed_item_put(&inner, class, &words, &lines);
        else
            text_put_char(&lines, '\n'); /* will be counted, not put */
    }
    markdown_fold(details, "DATABASE_URL and settings", &lines, "service");
    text_free(&lines);
    text_free(&words);
    arena_free(&arena);
}

/* --- what does not count --- */

static void uncounted_put(const struct finding *finding, struct text *text)
{
    text_printf(text, "- %s **%s** ",
                finding->standing == STANDING_IGNORED ? "accepted" : "in the baseline",
                finding->rule->name);
    markdown_put(text, finding->subject, MARKDOWN_NAME);
    if (finding->standing == STANDING_IGNORED && finding->ignored->reason != NULL) {
        text_put(text, ": ");
        markdown_put(text, finding->ignored->reason, MARKDOWN_SENTENCE);
    }
    text_put_char(text, '\n');
}

static void uncounted_fold(struct part *details)
{
    const struct report *report = details->report;
    struct text lines = {.arena = report->arena};
    for (size_t i = 0; i < report->sizing->finding_count; i++)
        if (report->sizing->findings[i].standing != STANDING_COUNTS)
            uncounted_put(&report->sizing->findings[i], &lines);
    for (size_t i = 0; i < report->gone_count; i++) {
        text_put(&lines, "- gone **");
        markdown_put(&lines, report->gone[i]->rule, MARKDOWN_NAME);
        text_put(&lines, "** ");
        markdown_put(&lines, report->gone[i]->message, MARKDOWN_SENTENCE);
        text_put_char(&lines, '\n');
    }
    markdown_fold(details, "Accepted, in the baseline, and gone from it", &lines, "finding");
    text_free(&lines);
}

void markdown_uncounted_put(struct part *part)
{
    uncounted_fold(part);
    part_end(part);
}

void markdown_details_put(struct part *part)
{
    const struct report *report = part->report;
    uncounted_fold(part);
    what_if_fold(part, "Curve", report->curve);
    what_if_fold(part, "Scenarios", report->scenarios);
    servers_fold(part, "Servers", server_lines_fold);
    if (report->explain && report->by_formula != NULL)
        servers_fold(part, "Arithmetic", explain_server_put);
    if (report->sizing->purpose == PURPOSE_RECOMMEND)
        handed_fold(part);
    part_end(part);
}
