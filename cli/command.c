#include "command.h"

#include <string.h>

const struct command commands[] = {
    {
        .name = "recommend",
        .bit = FOR_RECOMMEND,
        .words = "[TOPOLOGY...]",
        .most = (size_t)-1,
        .what = "size every service: its limit, settings and DATABASE_URL",
        .more =
            "TOPOLOGY is pgsize.json here or in the nearest parent directory; - is standard input; "
            "several files make one fleet. Without any, but with a server (--url, DATABASE_URL, "
            "--plan, --max-connections), one service \"app\" is sized.",
        .run = recommend_run,
    },
    {
        .name = "check",
        .bit = FOR_CHECK,
        .words = "[TOPOLOGY...]",
        .most = (size_t)-1,
        .what = "judge what is declared today; exit 1 when it does not hold",
        .more = "Reads what recommend reads, and judges the declared limits (connection_limit, the "
                "URL's, or "
                "the client's own default) at the peak of a deploy.",
        .run = check_run,
    },
    {
        .name = "inspect",
        .bit = FOR_INSPECT,
        .words = "[URL]",
        .most = 1,
        .what = "one look at a live server: who holds its slots, and how many are left",
        .more = "URL is that of the topology (pgsize.json here or in the nearest parent "
                "directory), else DATABASE_URL, else libpq's own variables. Services are those of "
                "the topology; without one, sessions are shown by application.",
        .run = inspect_run,
    },
    {
        .name = "watch",
        .bit = FOR_WATCH,
        .words = "[URL|TOPOLOGY...]",
        .most = (size_t)-1,
        .what = "look at a live server again and again: live view, peaks, alerts",
        .more = "The server is that of the topology (pgsize.json here or above), or URL, "
                "DATABASE_URL or PG*. A terminal shows a live view (q ends it); a pipe gets a line "
                "of JSON for each look, and one at the end. One connection is kept; a server that "
                "is lost is tried again, ever less often, and the time without data is a gap, "
                "never zero. Exit status 1: the alert of --until-alert was reached, or what was "
                "found counts by --fail-on (above the alert: a warning; full: an error).",
        .run = watch_run,
    },
    {
        .name = "plans",
        .bit = FOR_PLANS,
        .words = "[PATTERN...]",
        .most = (size_t)-1,
        .what = "what providers' plans allow",
        .run = plans_run,
    },
    {
        .name = "url",
        .bit = FOR_URL,
        .words = "[URL]",
        .most = 1,
        .what = "take a DATABASE_URL apart, mask it, rewrite it",
        .more = "URL is DATABASE_URL by default; - reads a line from standard input.",
        .run = url_run,
    },
    {
        .name = "list",
        .bit = FOR_LIST,
        .words = "clients|rules|formats|formulas|queries [PATTERN]",
        .fewest = 1,
        .most = 2,
        .what = "the tables the program works from, and the SQL it runs",
        .run = list_run,
    },
    {
        .name = "explain",
        .bit = FOR_EXPLAIN,
        .words = "RULE",
        .fewest = 1,
        .most = 1,
        .what = "what a rule says, why, and its examples",
        .run = explain_run,
    },
    {
        .name = "schema",
        .bit = FOR_SCHEMA,
        .words = "",
        .what = "the JSON Schema of the topology, for editors",
        .run = schema_run,
    },
};
const size_t command_count = sizeof commands / sizeof commands[0];

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}
