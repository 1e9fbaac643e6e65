/*
 * What is not a table of numbers: findings, what is handed to the services, the arithmetic.
 */
#include "html_parts.h"
#include "table_parts.h"

#include "baseline.h"

#include <string.h>

static void finding_put(const struct finding *finding, struct text *text)
{
    static const char *const signs[] = {
        [SEVERITY_NOTE] = "i", [SEVERITY_WARNING] = "!", [SEVERITY_ERROR] = "\xc3\x97"};
    enum severity severity = finding->rule->severity;
    text_printf(text,
                "<li class=\"%s\"><p><span class=\"badge\"><span aria-hidden=\"true\">%s</span> "
                "%s</span> <strong>%s</strong> <span class=\"quiet\">%s</span></p>\n<p>",
                severity_name(severity), signs[severity], severity_name(severity),
                finding->rule->name, finding->rule->id);
    if (finding->service != NULL) {
        element_name_put(text, "bdi", finding->service->name);
        text_put(text, ": ");
    }
    text_put_xml(text, finding->message);
    text_put(text, "</p>\n");
    if (strcmp(finding->help, finding->rule->help) != 0)
        text_put(text, "<p><strong>Way out:</strong> ");
    else
        text_put(text, "<p class=\"quiet\">");
    text_put_xml(text, finding->help);
    text_put(text, "</p>\n<p class=\"quiet\">");
    if (finding->file != NULL) {
        text_put(text, "<code>");
        text_put_xml(text, finding->file);
        text_printf(text, ":%u:%u</code> ", finding->line, finding->column);
    }
    element_put(text, "code", finding->pointer == NULL ? finding->subject : finding->pointer);
    text_put(text, "</p></li>\n");
}

/* What is in the baseline and found no more. */
static void gone_put(const struct report *report, struct text *text)
{
    if (report->gone_count == 0)
        return;
    text_put(text, "<h3>Gone since ");
    element_name_put(text, "bdi", report->baseline);
    text_put(text, "</h3>\n<ul class=\"gone\">\n");
    for (size_t i = 0; i < report->gone_count; i++) {
        text_put(text, "<li>");
        element_name_put(text, "strong", report->gone[i]->rule);
        text_put(text, ": ");
        text_put_xml(text, report->gone[i]->message);
        text_put(text, "</li>\n");
    }
    text_put(text, "</ul>\n");
}

void findings_section_put(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    bool any = false;
    text_put(text, "<section id=\"findings\">\n<h2>Findings</h2>\n");
    for (size_t i = 0; i < sizing->finding_count; i++) {
        if (!finding_counts(report, &sizing->findings[i]))
            continue;
        text_put(text, any ? "" : "<ol class=\"findings\">\n");
        finding_put(&sizing->findings[i], text);
        any = true;
    }
    text_put(text, any ? "</ol>\n" : "<p>None.</p>\n");
    gone_put(report, text);
    text_put(text, "</section>\n");
}

/* What one class is handed, before it is put. */
struct handed {
    struct text url, snippet; /* empty: none */
    bool any;                 /* a row was put */
};

/* Line by line: a line break alone is none that somebody put into a name. */
static void snippet_put(char *snippet, struct text *text)
{
    text_put(text, "<pre>");
    for (char *line = snippet, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        text_put_xml(text, line);
        text_put(text, next != NULL ? "\n" : "");
    }
    text_put(text, "</pre>");
}

static void handed_row_put(struct handed *handed, const struct pool_class *class, struct text *text)
{
    struct text name = {.arena = text->arena};
    text_put(text, "<tr>");
    class_name_put(class, &name);
    element_name_put(text, "th scope=\"row\"", name.bytes);
    name.length = 0;
    service_variable(class->service, class->target, VARIABLE_URL, &name);
    element_put(text, "td", name.bytes);
    text_put(text, "<td>");
    if (handed->url.length > 0)
        element_put(text, "code", handed->url.bytes);
    if (handed->snippet.length > 0)
        snippet_put(handed->snippet.bytes, text);
    text_put(text, "</td></tr>\n");
    text_free(&name);
}

static void handed_head_put(const struct report *report, struct text *text)
{
    static const struct column columns[] = {{"SERVICE"}, {"VARIABLE"}, {"URL AND SETTINGS"}};
    text_printf(text, "<section id=\"urls\">\n<h2>DATABASE_URL</h2>\n<p>%s</p>\n",
                report->reveal ? "With passwords: keep this file to yourself."
                               : "Passwords are masked; the format env writes them.");
    table_open(text, "urls", "DATABASE_URL of every service");
    headings_put(text, columns, sizeof columns / sizeof columns[0]);
}

static void handed_class_put(const struct report *report, const struct pool_class *class,
                             struct handed *handed, struct text *text)
{
    handed->url.length = handed->snippet.length = 0;
    (void)class_url_put(report, class, report->reveal, &handed->url);
    (void)class_snippet_put(report, class, &handed->snippet);
    if (handed->url.length + handed->snippet.length == 0)
        return;
    if (!handed->any)
        handed_head_put(report, text);
    handed->any = true;
    handed_row_put(handed, class, text);
}

void handed_section_put(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    struct handed handed = {.url.arena = report->arena, .snippet.arena = report->arena};
    struct report inner = *report;
    inner.arena = &arena;
    for (size_t i = 0; i < sizing->class_count; i++) {
        if (!report_shows(report, sizing->classes[i].service))
            continue;
        arena_clear(&arena);
        handed_class_put(&inner, &sizing->classes[i], &handed, text);
    }
    if (handed.any) {
        table_close(text);
        text_put(text, "</section>\n");
    }
    text_free(&handed.url);
    text_free(&handed.snippet);
    arena_free(&arena);
}

void explain_section_put(const struct report *report, struct text *text)
{
    struct report lines = *report;
    bool any = false;
    lines.line_put = definition_put;
    for (size_t i = 0; i < report->sizing->server_count + report->sizing->pooler_count; i++) {
        const struct server_sizing *server = &report->sizing->servers[i];
        if (server->budget.source == SOURCE_NONE)
            continue;
        text_put(text, any ? "" : "<section id=\"arithmetic\">\n<h2>The arithmetic</h2>\n");
        any = true;
        text_printf(text, "<details%s><summary><bdi>", report->explain ? " open" : "");
        name_put(text, server->server->name);
        text_put(text, "</bdi>, step by step</summary>\n<dl>\n");
        explain_server_put(&lines, i, text);
        text_put(text, "</dl></details>\n");
    }
    text_put(text, any ? "</section>\n" : "");
}
