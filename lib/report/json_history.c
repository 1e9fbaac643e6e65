/*
 * What a record says, for programs.
 */
#include "breaker.h"
#include "history.h"
#include "json_parts.h"
#include "sessions.h"
#include "snapshot.h"

static void put_time(struct json_writer *writer, const char *key, int64_t at_ms)
{
    char buffer[24];
    json_write_string(writer, key, at_ms == UNKNOWN ? NULL : time_show(at_ms / 1000, buffer));
}

static void put_peak(struct json_writer *writer, const struct history_peak *peak)
{
    json_write_count(writer, "peak", peak->least);
    json_write_count(writer, "peak_at_most", peak->most);
    put_time(writer, "peak_at", peak->at_ms);
}

static void put_in_use(struct json_writer *writer, const struct record_peak *peak)
{
    bool any = peak->value > 0;
    json_write_count(writer, "in_use", peak->value);
    put_time(writer, "in_use_at", any ? peak->at_ms : UNKNOWN);
}

static void put_class(struct json_writer *writer, const struct pool_class *class,
                      const struct history_class *seen)
{
    int64_t declared = class_declared_most(class), most = seen->sessions.most;
    bool is_known = declared != UNKNOWN && most != UNKNOWN;
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "service", seen->service);
    json_write_string(writer, "database", seen->database);
    put_peak(writer, &seen->sessions);
    put_in_use(writer, &seen->in_use);
    json_write_count(writer, "declared_at_peak", declared);
    json_write_count(writer, "never_used",
                     !is_known         ? UNKNOWN
                     : declared > most ? declared - most
                                       : 0);
    json_write_close(writer, '}');
}

static void put_group(struct json_writer *writer, const struct history_group *group)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "service", group->service);
    json_write_bool(writer, "rest", !group->names.is_known);
    json_write_string(writer, "application_name", group->names.application_name);
    json_write_string(writer, "role", group->names.role);
    json_write_string(writer, "database", group->names.database);
    json_write_count(writer, "peak", group->sessions.value);
    put_time(writer, "peak_at", group->sessions.at_ms);
    put_in_use(writer, &group->in_use);
    json_write_close(writer, '}');
}

static void put_samples(struct json_writer *writer, const struct history *history)
{
    const struct record_span *whole = &history->whole;
    put_time(writer, "from", whole->from_ms);
    put_time(writer, "to", whole->to_ms);
    json_write_count(writer, "seen", whole->seen);
    json_write_count(writer, "full", whole->full);
    put_time(writer, "full_at", whole->full_ms);
    json_write_count(writer, "lost", whole->lost);
    json_write_thousandths(writer, "without_data_s", whole->gap_ms);
    json_write_count(writer, "breaker_changes", whole->changes);
    json_write_string(writer, "breaker", breaker_state_names[history->breaker]);
    json_write_count(writer, "damaged_lines", history->damaged);
    json_write_count(writer, "sessions", whole->sessions.value);
    put_time(writer, "sessions_at",
             whole->sessions.value == UNKNOWN ? UNKNOWN : whole->sessions.at_ms);
    json_write_bool(writer, "sessions_are_upper_bound", whole->is_at_most);
    json_write_thousandths(writer, "covers_percent", peak_covers(whole->seen));
}

void history_json(const struct server_sizing *server, struct json_writer *writer)
{
    const struct history *history = server->input.history;
    json_write_open(writer, "history", '{');
    json_write_string(writer, "file", history->path);
    put_samples(writer, history);
    json_write_open(writer, "services", '[');
    for (size_t i = 0; i < server->class_count; i++) {
        const struct history_class *seen = history_class_find(server, server->classes[i]);
        if (seen != NULL)
            put_class(writer, server->classes[i], seen);
    }
    json_write_close(writer, ']');
    json_write_open(writer, "nobodys", '{');
    put_peak(writer, &history->nobodys);
    json_write_close(writer, '}');
    json_write_open(writer, "groups", '[');
    for (size_t i = 0; i < history->group_count; i++)
        put_group(writer, &history->groups[i]);
    json_write_close(writer, ']');
    json_write_count(writer, "more_groups", (int64_t)history->more_groups);
    json_write_close(writer, '}');
}
