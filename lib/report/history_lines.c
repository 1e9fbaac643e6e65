/*
 * What a record says (--history), below a server's table: when and how often somebody looked, and
 * the most sessions of each service. A moment without data is no zero.
 */
#include "demands.h"
#include "history.h"
#include "layout.h"
#include "sessions.h"
#include "snapshot.h"
#include "table_parts.h"

#include <inttypes.h>

enum { GROUPS_SHOWN = 5 };

static void time_put(int64_t at_ms, struct text *line)
{
    char buffer[24];
    text_put(line, time_show(at_ms / 1000, buffer));
}

/* "2026-11-01T00:00:05Z to 2026-11-03T00:00:00Z: 34560 samples, 12 of them without an answer" */
static void when_words(const struct record_span *whole, struct text *line)
{
    int64_t samples = record_sum(record_sum(whole->seen, whole->full), whole->lost);
    time_put(whole->from_ms, line);
    text_put(line, " to ");
    time_put(whole->to_ms, line);
    text_printf(line, ": %" PRId64 " %s", samples, plural(samples, "sample", "samples"));
    if (whole->lost > 0)
        text_printf(line, ", %" PRId64 " of them without an answer", whole->lost);
    if (whole->changes > 0)
        text_printf(line, ", the breaker changed %" PRId64 " %s", whole->changes,
                    plural(whole->changes, "time", "times"));
    if (whole->gap_ms > 0) {
        text_put(line, "; ");
        wait_put((double)whole->gap_ms, line);
        text_put(line, " without data");
    }
}

static void total_words(const struct history *history, struct text *line)
{
    const struct record_span *whole = &history->whole;
    if (whole->sessions.value != UNKNOWN) {
        text_printf(line, "the most: %s%" PRId64 " %s, ", whole->is_at_most ? "at most " : "",
                    whole->sessions.value, plural(whole->sessions.value, "session", "sessions"));
        time_put(whole->sessions.at_ms, line);
    }
    if (whole->full > 0) {
        text_printf(line, "%sfull in %" PRId64 " %s, last ", line->length > 0 ? "; " : "",
                    whole->full, plural(whole->full, "sample", "samples"));
        time_put(whole->full_ms, line);
    }
}

static void peak_words(const struct history_peak *peak, struct text *line)
{
    if (peak->most == 0) {
        text_put(line, "no session");
        return;
    }
    if (peak->most > peak->least)
        text_printf(line, "%" PRId64 " to %" PRId64 " sessions", peak->least, peak->most);
    else
        text_printf(line, "%" PRId64 " %s", peak->least,
                    plural(peak->least, "session", "sessions"));
    if (peak->at_ms == UNKNOWN)
        return;
    text_put(line, ", ");
    time_put(peak->at_ms, line);
}

static void class_words(const struct pool_class *class, const struct history_class *seen,
                        struct text *line)
{
    int64_t declared = class_declared_most(class);
    peak_words(&seen->sessions, line);
    if (seen->in_use.value > 0)
        text_printf(line, "; at most %" PRId64 " seen in use", seen->in_use.value);
    if (declared == UNKNOWN || seen->sessions.most == 0)
        return;
    text_printf(line, "; declared %" PRId64 " at peak", declared);
    if (declared > seen->sessions.most)
        text_printf(line, ", %" PRId64 " never used", declared - seen->sessions.most);
}

static void nobodys_words(const struct history *history, struct text *line)
{
    text_put(line, "nobody's: ");
    peak_words(&history->nobodys, line);
    for (size_t i = 0; i < history->named_count; i++) {
        const char *name = history->named[i].application_name;
        text_printf(line, "%s%.100s %" PRId64, i == 0 ? " (" : ", ",
                    name != NULL && *name != '\0' ? name : "without application_name",
                    history->named[i].sessions);
    }
    text_put(line, history->named_count > 0 ? ")" : "");
}

/* Where no topology says whose sessions they are. */
static void group_words(const struct history_group *group, struct text *line)
{
    const char *name = group->names.application_name;
    if (!group->names.is_known)
        text_put(line, "the rest");
    else
        text_printf(line, "%.100s",
                    name != NULL && *name != '\0' ? name : "without application_name");
    if (group->names.role != NULL)
        text_printf(line, " of role %.100s", group->names.role);
    if (group->names.database != NULL)
        text_printf(line, " in %.100s", group->names.database);
    text_printf(line, ": %" PRId64 " %s, ", group->sessions.value,
                plural(group->sessions.value, "session", "sessions"));
    time_put(group->sessions.at_ms, line);
}

static void line_end(const struct report *report, const char *label, struct text *line,
                     struct text *text)
{
    if (line->length > 0)
        server_line_put(report, label, line->bytes, text);
    line->length = 0;
}

static void owners_put(const struct report *report, const struct server_sizing *server,
                       struct text *line, struct text *text)
{
    const struct history *history = server->input.history;
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        const struct history_class *seen = history_class_find(server, class);
        if (seen == NULL || !report_shows(report, class->service))
            continue;
        class_name_put(class, line);
        text_put(line, ": ");
        class_words(class, seen, line);
        line_end(report, "", line, text);
    }
    if (server->class_count > 0 && history->nobodys.most > 0)
        nobodys_words(history, line);
    line_end(report, "", line, text);
    for (size_t i = 0; server->class_count == 0 && i < history->group_count && i < GROUPS_SHOWN;
         i++) {
        group_words(&history->groups[i], line);
        line_end(report, "", line, text);
    }
}

void history_lines_put(const struct report *report, const struct server_sizing *server,
                       struct text *text)
{
    const struct history *history = server->input.history;
    struct text line = {.arena = report->arena};
    if (history == NULL)
        return;
    when_words(&history->whole, &line);
    line_end(report, "history", &line, text);
    total_words(history, &line);
    line_end(report, "", &line, text);
    if (history->whole.seen > 0) {
        peak_covers_put(history->whole.seen, &line);
        line_end(report, "", &line, text);
        owners_put(report, server, &line, text);
    }
    text_free(&line);
}
