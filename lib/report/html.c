/*
 * The answer for people in a browser or on paper: one file that asks nothing of anybody else. It
 * has no script, and its Content-Security-Policy forbids any.
 */
#include "html_parts.h"
#include "table_parts.h"
#include "verdict.h"
#include "what_if.h"

#include <inttypes.h>

static void head_put(const struct report *report, const struct verdict *verdict, struct text *text)
{
    text_printf(text,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "style-src 'unsafe-inline'; img-src data:\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"color-scheme\" content=\"light dark\">\n"
                "<meta name=\"generator\" content=\"pgsize %s\">\n"
                "<link rel=\"icon\" href=\"data:,\">\n<title>pgsize %s",
                report->program_version, purpose_name(report->sizing->purpose));
    if (report->sizing->server_count == 1) {
        text_put(text, ": ");
        name_put(text, report->sizing->servers[0].server->name);
    }
    text_printf(text, " %s</title>\n<style>\n", verdict->word);
    for (const char *const *line = html_style; *line != NULL; line++)
        text_put(text, *line);
    text_put(text, "</style>\n</head>\n<body>\n");
}

static void verdict_section_put(const struct report *report, const struct verdict *verdict,
                                struct text *text)
{
    bool is_check = report->sizing->purpose == PURPOSE_CHECK;
    struct text counts = {.arena = report->arena};
    text_printf(text, "<header>\n<h1>pgsize %s</h1>\n<p class=\"verdict %s\">",
                is_check ? "check" : "recommend", verdict->is_good ? "holds" : "fails");
    text_printf(text, "<strong>%s %s.</strong> <a href=\"#findings\">",
                is_check ? "What is declared today" : "What is recommended", verdict->word);
    verdict_counts_put(report, verdict, &counts);
    text_put_xml(text, counts.bytes);
    text_put(text, "</a></p>\n</header>\n");
    text_free(&counts);
}

static void server_sentences_put(const struct server_sizing *server, struct text *text)
{
    const struct facts *facts = server->input.facts;
    char version[32];
    text_put(text, "<p class=\"quiet\">");
    if (facts->version > 0)
        text_printf(text, "PostgreSQL %s, %s.\n",
                    version_show(facts->version, version, sizeof version),
                    facts->answer == ANSWER_SNAPSHOT ? "from a snapshot" : "live");
    if (server->server->plan != NULL) {
        text_put(text, "Plan ");
        text_put_xml(text, server->server->plan);
        text_put(text, ".\n");
    }
    if (server->input.plan_age != NULL) {
        text_put(text, "Its figure is of ");
        text_put_xml(text, server->input.plan_age);
        text_put(text, ": over a year old.\n");
    }
    if (server->budget.source == SOURCE_NONE)
        unknown_put(server, text);
    else
        text_printf(text, "%" PRId64 " %s (%s).\n", server->budget.max_connections,
                    plural(server->budget.max_connections, "connection", "connections"),
                    source_name(server->budget.source));
    text_put(text, facts->in_recovery ? "A standby.</p>\n" : "</p>\n");
}

static void server_section_put(const struct report *report, const struct server_sizing *server,
                               struct text *text)
{
    text_put(text, "<section>\n<h2><bdi>");
    name_put(text, server->server->name);
    text_put(text, "</bdi></h2>\n");
    server_sentences_put(server, text);
    if (server->budget.source != SOURCE_NONE) {
        struct slots slots;
        slots_make(report, server, &slots);
        text_put(text, "<div class=\"pictures\">\n");
        slots_picture_put(&slots, text);
        slots_legend_put(&slots, text);
        limits_picture_put(report, &slots, text);
        text_put(text, "</div>\n");
    }
    text_put(text, "</section>\n");
}

static void what_ifs_put(const struct report *report, struct text *text)
{
    if (report->curve != NULL) {
        text_put(text, "<section id=\"curve\">\n<h2>Curve</h2>\n");
        curve_pictures_put(report, text);
        what_if_table_put(report->curve, text);
        text_put(text, "</section>\n");
    }
    if (report->scenarios != NULL) {
        text_put(text, "<section id=\"scenarios\">\n<h2>Scenarios</h2>\n");
        what_if_table_put(report->scenarios, text);
        text_put(text, "</section>\n");
    }
}

/* Hatches, for what colour alone would say; all pictures use these. */
static const char patterns[] =
    "<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\n"
    "<pattern id=\"kept\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
    "<rect class=\"ground\" width=\"8\" height=\"8\"/>"
    "<path class=\"hatch\" d=\"M-2 2l4-4M0 8l8-8M6 10l4-4\"/></pattern>\n"
    "<pattern id=\"margin\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
    "<rect class=\"ground\" width=\"6\" height=\"6\"/>"
    "<circle class=\"speck\" cx=\"3\" cy=\"3\" r=\"1.2\"/></pattern>\n"
    "<pattern id=\"over\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
    "<path class=\"cross\" d=\"M0 0l8 8M-2 6l4 4M6-2l4 4\"/></pattern>\n"
    "</defs></svg>\n";

void html_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    struct verdict verdict = verdict_make(report);
    head_put(report, &verdict, text);
    text_put(text, patterns);
    verdict_section_put(report, &verdict, text);
    text_put(text, "<main>\n");
    changes_section_put(report, text);
    for (size_t i = 0; i < sizing->server_count; i++)
        server_section_put(report, &sizing->servers[i], text);
    what_ifs_put(report, text);
    findings_section_put(report, text);
    for (size_t i = 0; i < sizing->server_count + sizing->pooler_count; i++)
        server_tables_put(report, i, text);
    if (sizing->purpose == PURPOSE_RECOMMEND)
        handed_section_put(report, text);
    explain_section_put(report, text);
    text_printf(text, "</main>\n<footer>pgsize %s</footer>\n</body>\n</html>\n",
                report->program_version);
}
