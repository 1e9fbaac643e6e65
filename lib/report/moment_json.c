/* JSON lines: each a whole object, which a reader of the pipe can use at once. */
#include "breaker.h"
#include "moment.h"
#include "snapshot.h"

#include <inttypes.h>
#include <string.h>

static const char *const kind_names[] = {
    [SAMPLE_SEEN] = "seen", [SAMPLE_FULL] = "full", [SAMPLE_LOST] = "lost"};

/* 2026-11-21T09:00:00.123Z */
static void time_put(struct text *text, const char *key, int64_t at_ms)
{
    char buffer[40];
    const char *shown = at_ms > 0 ? moment_show(at_ms * 1000, buffer) : "";
    size_t length = strlen(shown);
    text_printf(text, "\"%s\":", key);
    if (length < 4)
        text_put(text, "null");
    else
        text_printf(text, "\"%.*sZ\"", (int)length - 4, shown);
}

static void string_put(struct text *text, const char *key, const char *value)
{
    text_printf(text, ",\"%s\":", key);
    text_put_json(text, value);
}

/* What is negative is not known. */
static void count_put(struct text *text, const char *key, int64_t value)
{
    text_printf(text, ",\"%s\":", key);
    if (value < 0)
        text_put(text, "null");
    else
        text_put_int(text, value);
}

static void percent_put(struct text *text, int64_t permille)
{
    if (permille < 0)
        text_put(text, ",\"percent\":null");
    else
        text_printf(text, ",\"percent\":%" PRId64 ".%" PRId64, permille / 10, permille % 10);
}

static void group_put(struct text *text, const struct sample_group *group, const char *service)
{
    text_put(text, "{\"service\":");
    text_put_json(text, service);
    string_put(text, "application_name", group->application_name);
    string_put(text, "role", group->role);
    string_put(text, "database", group->database);
    if (group->is_rest)
        text_put(text, ",\"rest\":true");
    count_put(text, "sessions", group->sessions);
    count_put(text, "active", group->active);
    count_put(text, "idle", group->idle);
    count_put(text, "idle_in_transaction", group->idle_in_transaction);
    count_put(text, "waiting", group->waiting);
    text_put_char(text, '}');
}

void moment_json_put(const struct moment *moment, struct text *text)
{
    const struct sample *sample = moment->sample;
    int64_t used = sample_used(sample);
    text_put_char(text, '{');
    time_put(text, "at", sample->at_ms);
    string_put(text, "server", moment->server);
    string_put(text, "kind", kind_names[sample->kind]);
    string_put(text, "breaker", breaker_state_names[sample->breaker]);
    string_put(text, "reason", sample->reason);
    count_put(text, "sessions", sample->sessions);
    text_printf(text, ",\"upper_bound\":%s", sample->sessions_are_upper_bound ? "true" : "false");
    count_put(text, "used", used);
    count_put(text, "max_connections", sample->max_connections);
    count_put(text, "superuser_reserved_connections", sample->superuser_reserved_connections);
    count_put(text, "reserved_connections", sample->reserved_connections);
    percent_put(text, sample_permille(sample, used));
    count_put(text, "alert_connections", alarm_line(moment->alarm, sample->max_connections));
    text_printf(text, ",\"over_alert\":%s,\"by\":", moment->alarm->is_over ? "true" : "false");
    if (sample->kind != SAMPLE_SEEN) { /* nobody knows who; not "nobody" */
        text_put(text, "null}\n");
        return;
    }
    text_put_char(text, '[');
    for (size_t i = 0; i < sample->group_count; i++) {
        text_put(text, i > 0 ? "," : "");
        group_put(text, &sample->groups[i], moment->services[i]);
    }
    text_put(text, "]}\n");
}

static void user_put(struct text *text, const struct watched_user *user)
{
    text_put(text, "{\"name\":");
    text_put_json(text, user->is_rest ? NULL : user->name);
    if (user->is_rest)
        text_put(text, ",\"rest\":true");
    count_put(text, "peak", user->peak);
    text_put_char(text, ',');
    time_put(text, "peak_at", user->peak_at_ms);
    text_put_char(text, '}');
}

void watched_json_put(const struct watched *watched, int64_t now_ms, struct text *text)
{
    const struct watched_user *users[WATCHED_MOST_USERS];
    size_t count = watched_users(watched, WATCHED_BY_PEAK, users);
    bool is_known = watched->peak_at_ms > 0;
    const struct sample peak = {.max_connections = watched->peak_max_connections};
    text_put_char(text, '{');
    time_put(text, "at", now_ms);
    string_put(text, "kind", "end");
    count_put(text, "peak", is_known ? watched->peak : -1);
    count_put(text, "peak_sessions", is_known ? watched->peak_sessions : -1);
    count_put(text, "max_connections", is_known ? watched->peak_max_connections : -1);
    percent_put(text, is_known ? sample_permille(&peak, watched->peak) : -1);
    text_put_char(text, ',');
    time_put(text, "peak_at", watched->peak_at_ms);
    count_put(text, "seen", watched->seen);
    count_put(text, "full", watched->full);
    count_put(text, "lost", watched->lost);
    count_put(text, "skipped", watched->skipped);
    count_put(text, "gaps", watched->gaps + (watched->gap_since_ms != 0));
    count_put(text, "gap_ms", watched_gap_ms(watched, now_ms));
    count_put(text, "alerts", watched->over_count);
    text_put(text, ",\"users\":[");
    for (size_t i = 0; i < count; i++) {
        text_put(text, i > 0 ? "," : "");
        user_put(text, users[i]);
    }
    text_put(text, "]}\n");
}
