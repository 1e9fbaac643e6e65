/*
 * What inspect adds to a server for programs: its room, who holds its slots, and what stops whom.
 */
#include "inspect_parts.h"
#include "sessions.h"
#include "snapshot.h"

static const struct {
    const char *list, *name;
} kinds[USE_KINDS] = {
    [USE_BY_SERVICE] = {"services", "application_name"},
    [USE_BY_ROLE] = {"roles", "role"},
    [USE_BY_DATABASE] = {"databases", "database"},
    [USE_BY_ADDRESS] = {"client_addrs", "client_addr"},
    [USE_BY_STATE] = {"states", "state"},
};

static void use_put(struct json_writer *writer, enum use_by by, const struct use *use,
                    bool has_before)
{
    json_write_open(writer, NULL, '{');
    if (by == USE_BY_SERVICE)
        json_write_string(writer, "service", use->service != NULL ? use->service->name : NULL);
    json_write_string(writer, kinds[by].name, use->service != NULL ? NULL : use->name);
    if (has_before)
        json_write_count(writer, "before", use->before);
    json_write_count(writer, "sessions", use->sessions);
    if (by != USE_BY_STATE) {
        bool is_known = use->stateless == 0;
        json_write_count(writer, "active", is_known ? use->active : UNKNOWN);
        json_write_count(writer, "idle", is_known ? use->idle : UNKNOWN);
        json_write_count(writer, "idle_in_transaction", is_known ? use->in_transaction : UNKNOWN);
    }
    json_write_count(writer, "oldest_s", use->oldest_s);
    json_write_close(writer, '}');
}

static void uses_put(struct json_writer *writer, const struct report *report,
                     const struct server_sizing *server, struct arena *arena)
{
    const struct facts *before = before_of(report, server);
    json_write_open(writer, "use", '{');
    for (size_t by = 0; by < USE_KINDS; by++) {
        struct uses uses = uses_make(arena, report->sizing, server, (enum use_by)by, before);
        json_write_open(writer, kinds[by].list, '[');
        for (size_t i = 0; i < uses.count; i++) {
            bool is_hidden =
                by == USE_BY_SERVICE && report->only_count > 0 &&
                (uses.at[i].service == NULL || !report_shows(report, uses.at[i].service));
            if (!is_hidden)
                use_put(writer, (enum use_by)by, &uses.at[i], before != NULL);
        }
        json_write_close(writer, ']');
    }
    json_write_close(writer, '}');
}

static void room_put(struct json_writer *writer, const struct facts *facts)
{
    struct room room = room_now(facts);
    json_write_open(writer, "room", '{');
    json_write_bool(writer, "at_least", room.is_least);
    json_write_count(writer, "ordinary", room.of[ADMIT_ORDINARY]);
    json_write_count(writer, "reserved_role", room.of[ADMIT_RESERVED_ROLE]);
    json_write_count(writer, "superuser", room.of[ADMIT_SUPERUSER]);
    json_write_close(writer, '}');
}

static void pairs_put(struct json_writer *writer, const struct server_sizing *server,
                      struct arena *arena)
{
    struct pairs pairs = pairs_make(arena, server);
    json_write_open(writer, "room_by", '[');
    for (size_t i = 0; i < pairs.count; i++) {
        const struct pair *pair = &pairs.at[i];
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "role", pair->role);
        json_write_string(writer, "database", pair->database);
        json_write_count(writer, "sessions", pair->sessions);
        json_write_bool(writer, "at_least", pair->is_least);
        json_write_count(writer, "room", pair->more);
        json_write_string(writer, "stopped_by", stop_names[pair->stop]);
        json_write_count(writer, "limit", pair->limit);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

static void before_put(struct json_writer *writer, const struct facts *before)
{
    char time[24];
    json_write_open(writer, "before", '{');
    json_write_string(writer, "taken_at",
                      before->taken_at_s == 0 ? NULL : time_show(before->taken_at_s, time));
    json_write_count(writer, "max_connections", before->max_connections);
    json_write_count(writer, "sessions", before->sessions);
    json_write_count(writer, "used", sessions_used(before));
    json_write_close(writer, '}');
}

void inspect_json(const struct report *report, const struct server_sizing *server,
                  struct json_writer *writer)
{
    struct arena arena = {.on_out_of_memory = report->arena->on_out_of_memory};
    const struct facts *facts = server->input.facts, *before = before_of(report, server);
    static const char *const keys[] = {"room", "room_by", "use"};
    if (sessions_used(facts) != UNKNOWN) {
        room_put(writer, facts);
        pairs_put(writer, server, &arena);
        uses_put(writer, report, server, &arena);
    } else {
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
            json_write_null(writer, keys[i]);
    }
    likely_plans_json(report, server, writer);
    if (before != NULL)
        before_put(writer, before);
    arena_free(&arena);
}
