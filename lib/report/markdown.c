/*
 * The answer as a comment on a pull or merge request: the verdict, who gets what, what is wrong,
 * and folded below that the rest. The same file is the summary of a job of GitHub's.
 */
#include "markdown_parts.h"
#include "verdict.h"

/* GitHub takes 65,536 characters. What changed and findings get room first, so that a large fleet
 * does not hide what is wrong with it; what they leave is the tables', and then the details'. */
enum {
    COMMENT_BYTES = 64500,
    VERDICT_BYTES = 4500,
    FINDING_BYTES = 40000, /* with the changes */
    CHANGE_BYTES = 12000,
    DETAIL_BYTES = 6000,
};

static void verdict_line_put(const struct report *report, struct text *text)
{
    struct verdict verdict = verdict_make(report);
    struct text counts = {.arena = report->arena};
    verdict_counts_put(report, &verdict, &counts);
    bool is_judged = report->sizing->purpose != PURPOSE_INSPECT; /* else there are no limits */
    text_printf(text, "### %s pgsize %s%s%s: ", verdict.is_good ? "\xe2\x9c\x85" : "\xe2\x9d\x8c",
                purpose_name(report->sizing->purpose), is_judged ? " " : "",
                is_judged ? verdict.word : "");
    markdown_put(text, counts.bytes, MARKDOWN_SENTENCE / 2);
    text_put_char(text, '\n');
    text_free(&counts);
}

void markdown_render(const struct report *report, struct text *text)
{
    struct part changes = part_make(report, CHANGE_BYTES, "change");
    markdown_changes_put(&changes);
    struct part findings = part_make(report, FINDING_BYTES - changes.text.length, "finding");
    markdown_findings_put(&findings);
    size_t room = COMMENT_BYTES - VERDICT_BYTES - changes.text.length - findings.text.length;
    struct part servers = part_make(report, room - DETAIL_BYTES, "row");
    if (report->sizing->purpose == PURPOSE_INSPECT)
        markdown_inspect_put(&servers);
    else
        markdown_servers_put(&servers);
    struct part details = part_make(report, room - servers.text.length, "part");
    if (report->sizing->purpose == PURPOSE_INSPECT)
        markdown_uncounted_put(&details);
    else
        markdown_details_put(&details);
    verdict_line_put(report, text);
    part_close(&changes, text);
    part_close(&servers, text);
    part_close(&findings, text);
    part_close(&details, text);
}
