/*
 * The answer for programs. The keys are a contract: a key is spelled as it is, or not there.
 */
#include "baseline.h"
#include "changes.h"
#include "json_parts.h"
#include "what_if.h"

/* Each is enough by itself; `set` is what to try it with. */
static void put_ways(struct json_writer *writer, const struct finding *finding)
{
    json_write_open(writer, "ways_out", '[');
    for (size_t i = 0; i < finding->way_count; i++) {
        const struct way_out *way = &finding->ways[i];
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "what", way->what);
        json_write_open(writer, "set", '[');
        for (size_t k = 0; k < way->set_count; k++)
            json_write_string(writer, NULL, way->sets[k]);
        json_write_close(writer, ']');
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void put_finding(struct json_writer *writer, const struct finding *finding)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "rule", finding->rule->name);
    json_write_string(writer, "id", finding->rule->id);
    json_write_string(writer, "severity", severity_name(finding->rule->severity));
    json_write_string(writer, "message", finding->message);
    json_write_string(writer, "help", finding->help);
    if (finding->way_count > 0)
        put_ways(writer, finding);
    json_write_string(writer, "subject", finding->subject);
    json_write_string(writer, "file", finding->file);
    json_write_count(writer, "line", finding->file == NULL ? UNKNOWN : (int64_t)finding->line);
    json_write_count(writer, "column", finding->file == NULL ? UNKNOWN : (int64_t)finding->column);
    json_write_string(writer, "pointer", finding->pointer);
    json_write_close(writer, '}');
}

/* What does not count, and why; nothing where everything does. */
static void uncounted_put(struct json_writer *writer, const struct report *report)
{
    const struct sizing *sizing = report->sizing;
    size_t count = 0;
    for (size_t i = 0; i < sizing->finding_count; i++)
        count += sizing->findings[i].standing != STANDING_COUNTS;
    if (count > 0)
        json_write_open(writer, "uncounted", '[');
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct finding *finding = &sizing->findings[i];
        if (finding->standing == STANDING_COUNTS)
            continue;
        bool is_ignored = finding->standing == STANDING_IGNORED;
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "rule", finding->rule->name);
        json_write_string(writer, "subject", finding->subject);
        json_write_string(writer, "by", is_ignored ? "ignore" : "baseline");
        json_write_string(writer, "reason", is_ignored ? finding->ignored->reason : NULL);
        json_write_close(writer, '}');
    }
    if (count > 0)
        json_write_close(writer, ']');
    if (report->gone_count > 0)
        json_write_open(writer, "gone", '[');
    for (size_t i = 0; i < report->gone_count; i++) {
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "rule", report->gone[i]->rule);
        json_write_string(writer, "message", report->gone[i]->message);
        json_write_close(writer, '}');
    }
    if (report->gone_count > 0)
        json_write_close(writer, ']');
}

static const char *status_word(const struct report *report)
{
    enum severity worst = SEVERITY_NOTE;
    return report_worst(report, &worst) && worst != SEVERITY_NOTE ? severity_name(worst) : "ok";
}

void json_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    struct json_writer writer = {.text = text};
    json_write_open(&writer, NULL, '{');
    json_write_string(&writer, "pgsize", report->program_version);
    json_write_count(&writer, "format", 1);
    json_write_string(&writer, "command", purpose_name(sizing->purpose));
    json_write_string(&writer, "status", status_word(report));
    json_write_string(&writer, "formula", formula_name(sizing->formula));
    json_write_string(&writer, "objective",
                      sizing->formula == FORMULA_FAIR ? objective_name(sizing->objective) : NULL);
    servers_json(report, &writer);
    poolers_json(sizing, &writer);
    services_json(report, &writer);
    json_write_open(&writer, "findings", '[');
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (finding_counts(report, &sizing->findings[i]))
            put_finding(&writer, &sizing->findings[i]);
    json_write_close(&writer, ']');
    uncounted_put(&writer, report);
    if (report->changes != NULL)
        changes_json(report->changes, &writer);
    if (report->curve != NULL)
        what_if_json(report->curve, "curve", &writer);
    if (report->scenarios != NULL)
        what_if_json(report->scenarios, "scenarios", &writer);
    json_write_close(&writer, '}');
    text_put_char(text, '\n');
}
