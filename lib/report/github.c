/*
 * Annotations of a workflow run on GitHub: one command a line, which its runner takes from standard
 * output and standard error alike.
 */
#include "finding_parts.h"

static void command_put(const struct report *report, const struct finding *finding,
                        struct text *words, struct text *text)
{
    static const char *const commands[] = {
        [SEVERITY_NOTE] = "notice", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error"};
    const char *path = report_path(report, finding->file);
    text_printf(text, "::%s ", commands[finding->rule->severity]);
    if (path != NULL) {
        text_put(text, "file=");
        text_put_github_property(text, path);
        text_printf(text, ",line=%u,col=%u,", finding->line, finding->column);
    }
    text_printf(text, "title=%s (%s)::", finding->rule->name, finding->rule->id);
    words->length = 0;
    finding_sentence_put(finding, words);
    if (finding_way_out(finding) != NULL)
        text_printf(words, "\n%s", finding_way_out(finding));
    text_put_github_message(text, words->bytes);
    text_put_char(text, '\n');
}

/* Findings stand with errors first: of each severity only ten are shown. */
void github_render(const struct report *report, struct text *text)
{
    const struct sizing *sizing = report->sizing;
    struct text words = {.arena = report->arena};
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (finding_counts(report, &sizing->findings[i]))
            command_put(report, &sizing->findings[i], &words, text);
    text_free(&words);
}
