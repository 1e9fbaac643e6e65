/* What is said when a watch has ended. */
#include "layout.h"
#include "moment.h"
#include "snapshot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WORDS = 12, MOST_USERS = 5 };

const char *clock_show(int64_t at_ms, char *buffer)
{
    char whole[24];
    const char *shown = time_show(at_ms / 1000, whole);
    (void)snprintf(buffer, 24, "%.8s", strlen(shown) >= 20 ? shown + strlen(shown) - 9 : "");
    return buffer;
}

const char *span_show(int64_t ms, char *buffer)
{
    static const struct {
        int64_t ms, part_ms;
        const char *name, *part;
    } units[] = {
        {86400000, 3600000, "d", "h"},
        {3600000, 60000, "h", "min"},
        {60000, 1000, "min", "s"},
    };
    ms = ms > 0 ? ms : 0;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (ms < units[i].ms)
            continue;
        int64_t part = ms % units[i].ms / units[i].part_ms;
        int length = snprintf(buffer, 32, "%" PRId64 " %s", ms / units[i].ms, units[i].name);
        if (part > 0 && length > 0 && length < 32)
            (void)snprintf(buffer + length, (size_t)(32 - length), " %" PRId64 " %s", part,
                           units[i].part);
        return buffer;
    }
    bool is_short = ms > 0 && ms < 1000;
    (void)snprintf(buffer, 32, is_short ? "%" PRId64 " ms" : "%" PRId64 " s",
                   is_short ? ms : ms / 1000);
    return buffer;
}

static void line_put(const struct report *report, const char *label, const char *words,
                     struct text *text)
{
    text_put(text, "  ");
    text_put_cell(text, label, WORDS - 2, TEXT_LEFT);
    (void)wrap_put(report, text, words, WORDS, WORDS);
    text_put_char(text, '\n');
}

static void peak_put(const struct report *report, const struct watched *watched, struct text *text)
{
    char time[24];
    if (watched->peak_at_ms == 0) {
        line_put(report, "peak", "not known", text);
        return;
    }
    const struct sample peak = {.max_connections = watched->peak_max_connections};
    int64_t permille = sample_permille(&peak, watched->peak);
    int64_t kept = watched->peak - watched->peak_sessions;
    line_put(report, "peak",
             arena_printf(report->arena,
                          "%s%" PRId64 " %s + %" PRId64 " kept by the server = %" PRId64
                          " of %" PRId64 " (%" PRId64 ".%" PRId64 " %%) at %s",
                          watched->peak_is_upper_bound ? "at most " : "", watched->peak_sessions,
                          plural(watched->peak_sessions, "session", "sessions"), kept,
                          watched->peak, watched->peak_max_connections, permille / 10,
                          permille % 10, time_show(watched->peak_at_ms / 1000, time)),
             text);
}

static void samples_put(const struct report *report, const struct watched *watched, int64_t now_ms,
                        struct text *text)
{
    char span[32];
    int64_t gaps = watched->gaps + (watched->gap_since_ms != 0), known = watched->seen;
    struct text line = {.arena = report->arena};
    text_printf(&line, "%" PRId64 " %s", known, plural(known, "sample", "samples"));
    if (watched->full > 0)
        text_printf(&line, ", %" PRId64 " times refused as full", watched->full);
    if (watched->skipped > 0)
        text_printf(&line, ", %" PRId64 " left out: the answer before was late", watched->skipped);
    if (gaps > 0)
        text_printf(&line, ", %" PRId64 " %s without data, %s in all", gaps,
                    plural(gaps, "gap", "gaps"), span_show(watched_gap_ms(watched, now_ms), span));
    line_put(report, "seen", line.bytes, text);
    text_free(&line);
}

static void users_put(const struct report *report, const struct watched *watched, struct text *text)
{
    const struct watched_user *users[WATCHED_MOST_USERS];
    size_t count = watched_users(watched, WATCHED_BY_PEAK, users);
    struct text line = {.arena = report->arena};
    for (size_t i = 0; i < count && i < MOST_USERS; i++) {
        const char *name = users[i]->is_rest         ? "all others"
                           : *users[i]->name == '\0' ? "without application_name"
                                                     : users[i]->name;
        text_printf(&line, "%s%s %" PRId64, i > 0 ? ", " : "", name, users[i]->peak);
    }
    if (count > MOST_USERS)
        text_printf(&line, " and %zu more", count - MOST_USERS);
    if (count > 0)
        line_put(report, "users", line.bytes, text);
    text_free(&line);
}

void watched_lines_put(const struct report *report, const char *server,
                       const struct watched *watched, int64_t now_ms, struct text *text)
{
    (void)wrap_put(report, text, server, 0, 2);
    text_put_char(text, '\n');
    peak_put(report, watched, text);
    samples_put(report, watched, now_ms, text);
    users_put(report, watched, text);
    if (watched->over_count > 0)
        line_put(report, "alert",
                 arena_printf(report->arena, "raised %" PRId64 " %s", watched->over_count,
                              plural(watched->over_count, "time", "times")),
                 text);
}
