#include "snapshot.h"

#include "name.h"
#include "snapshot_counted.h"
#include "snapshot_observed.h"
#include "snapshot_values.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What the words of "source" say: whether the server itself answered that run, and whether its
 * max_connections is then the server's own. */
static const struct {
    const char *word;
    bool answered, is_its_limit;
} sources[] = {
    {"live", true, true},       {"snapshot", true, true}, {"option", true, false},
    {"topology", false, false}, {"plan", false, false},   {"default", false, false},
};

/* An array of role names; NULL where absent. */
static bool read_names(struct snapshot_reader *reader, const struct json *object, const char *key,
                       const char ***ret_names, size_t *ret_count)
{
    const struct json *many;
    *ret_names = NULL;
    if (!snapshot_many(reader, object, key, JSON_KIND_ARRAY, &many))
        return false;
    if (many == NULL)
        return true;
    size_t count = json_size(many);
    *ret_names = ARENA_ARRAY(reader->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) {
        const struct json *name = json_element(many, i);
        if (json_kind_of(name) != JSON_KIND_STRING)
            return snapshot_wrong(reader, key, "an array of role names");
        (*ret_names)[(*ret_count)++] = arena_strdup(reader->arena, json_as_string(name, NULL));
    }
    return true;
}

static bool read_privileged(struct snapshot_reader *reader, const struct json *object,
                            struct facts *facts)
{
    if (!read_names(reader, object, "superusers", &facts->superusers, &facts->superuser_count) ||
        !read_names(reader, object, "reserved_roles", &facts->reserved_roles,
                    &facts->reserved_role_count))
        return false;
    facts->reserved_roles_known = facts->reserved_roles != NULL;
    return true;
}

static bool read_settings(struct snapshot_reader *reader, const struct json *object,
                          struct facts *facts)
{
    const struct json *many;
    if (!snapshot_many(reader, object, "settings", JSON_KIND_OBJECT, &many))
        return false;
    size_t count = many != NULL ? json_size(many) : 0;
    facts->settings = ARENA_ARRAY(reader->arena, count + 1, struct server_setting);
    for (void *i = many != NULL ? json_first(many) : NULL; i != NULL; i = json_next(many, i)) {
        if (json_kind_of(json_value(i)) != JSON_KIND_STRING)
            return snapshot_wrong(reader, "settings", "an object of strings");
        facts->settings[facts->setting_count++] = (struct server_setting){
            arena_strdup(reader->arena, json_key(i)),
            arena_strdup(reader->arena, json_as_string(json_value(i), NULL))};
    }
    return true;
}

#define KEYS_CHECK(READER, OBJECT, KEYS)                                                           \
    snapshot_keys((READER), (OBJECT), (KEYS), sizeof(KEYS) / sizeof(KEYS)[0])

/* For how long each idle session is: as many numbers as there are sessions at most, the shortest
 * first. */
static bool read_ages(struct snapshot_reader *reader, const struct json *object,
                      struct session_group *group)
{
    static const char what[] = "seconds of at most \"count\" sessions, the shortest first";
    const struct json *many = json_member(object, "idle_s");
    int64_t before = 0;
    if (many == NULL || json_kind_of(many) == JSON_KIND_NULL)
        return true;
    size_t count = json_kind_of(many) == JSON_KIND_ARRAY ? json_size(many) : SIZE_MAX;
    if (count > (size_t)group->count)
        return snapshot_wrong(reader, "idle_s", what);
    int64_t *ages = ARENA_ARRAY(reader->arena, count + 1, int64_t);
    for (size_t i = 0; i < count; i++, before = ages[i - 1]) {
        const struct json *age = json_element(many, i);
        ages[i] = json_kind_of(age) == JSON_KIND_INTEGER ? json_as_integer(age) : -1;
        if (ages[i] < before)
            return snapshot_wrong(reader, "idle_s", what);
    }
    group->idle_s = ages;
    group->idle_count = count;
    return true;
}

static bool read_group(struct snapshot_reader *reader, const struct json *object, void *into)
{
    static const char *const keys[] = {"application_name", "role",  "database",
                                       "client_addr",      "state", "count",
                                       "oldest_s",         "idle_s"};
    struct session_group *group = into;
    group->oldest_s = UNKNOWN;
    return KEYS_CHECK(reader, object, keys) &&
           snapshot_string(reader, object, "application_name", &group->application_name) &&
           snapshot_string(reader, object, "role", &group->role) &&
           snapshot_string(reader, object, "database", &group->database) &&
           snapshot_string(reader, object, "client_addr", &group->client_addr) &&
           snapshot_string(reader, object, "state", &group->state) &&
           snapshot_integer(reader, object, "count", 0, INT32_MAX, &group->count) &&
           snapshot_integer(reader, object, "oldest_s", 0, INT64_MAX, &group->oldest_s) &&
           read_ages(reader, object, group);
}

/* Fewer may stand there than are connected: a report keeps the largest groups. */
static bool check_sessions(struct snapshot_reader *reader, const struct facts *facts)
{
    char what[80];
    int64_t sum = 0;
    for (size_t i = 0; i < facts->group_count; i++)
        sum += facts->groups[i].count;
    if (facts->sessions == UNKNOWN || sum <= facts->sessions)
        return true;
    (void)snprintf(what, sizeof what, "at least %" PRId64 ", the sum of its \"by\"", sum);
    return snapshot_wrong(reader, "sessions", what);
}

static bool read_route(struct snapshot_reader *reader, const struct json *live, struct facts *facts)
{
    bool is_pooler = false;
    const struct json *value = json_member(live, "through_pooler");
    if (!snapshot_bool(reader, live, "through_pooler", &is_pooler))
        return false;
    if (value != NULL && json_kind_of(value) != JSON_KIND_NULL)
        facts->route = is_pooler ? ROUTE_POOLER : ROUTE_DIRECT;
    return true;
}

static bool read_live(struct snapshot_reader *reader, const struct json *server,
                      struct facts *facts)
{
    static const char *const keys[] = {"sessions", "hidden",     "through_pooler",
                                       "role",     "database",   "by",
                                       "observed", "counted_at", "counters"};
    const struct json *live;
    size_t length = strlen(reader->pointer);
    if (!snapshot_many(reader, server, "live", JSON_KIND_OBJECT, &live))
        return false;
    if (live == NULL)
        return true;
    (void)snprintf(reader->pointer + length, sizeof reader->pointer - length, "/live");
    if (!KEYS_CHECK(reader, live, keys) ||
        !snapshot_integer(reader, live, "sessions", 0, INT32_MAX, &facts->sessions) ||
        !snapshot_bool(reader, live, "hidden", &facts->hidden) ||
        !read_route(reader, live, facts) || !snapshot_string(reader, live, "role", &facts->role) ||
        !snapshot_string(reader, live, "database", &facts->database) ||
        !snapshot_observed(reader, live, &facts->observed) ||
        !snapshot_counted(reader, live, facts->observed, &facts->counted))
        return false;
    facts->groups = snapshot_objects(reader, live, "by", sizeof *facts->groups, read_group,
                                     &facts->group_count);
    if (facts->groups == NULL)
        return false;
    if (!check_sessions(reader, facts))
        return false;
    reader->pointer[length] = '\0';
    return true;
}

/* Null where the server was full and nobody said what it has. */
static bool read_source(struct snapshot_reader *reader, const struct json *server,
                        struct facts *facts, bool *ret_is_its_limit)
{
    const char *source = NULL;
    const struct json *value = json_member(server, "source");
    *ret_is_its_limit = false;
    if (value != NULL && json_kind_of(value) == JSON_KIND_NULL)
        return true;
    if (!snapshot_string(reader, server, "source", &source))
        return false;
    for (size_t i = 0; source != NULL && i < sizeof sources / sizeof sources[0]; i++) {
        if (strcmp(source, sources[i].word) != 0)
            continue;
        facts->answer = sources[i].answered ? ANSWER_SNAPSHOT : ANSWER_NOT_ASKED;
        *ret_is_its_limit = sources[i].is_its_limit;
        return true;
    }
    return snapshot_wrong(reader, "source", "live, snapshot, option, topology, plan or default");
}

/* PostgreSQL would not have started with such figures. */
static bool check_limits(struct snapshot_reader *reader, const struct facts *facts)
{
    char what[120];
    int64_t superuser = facts->superuser_reserved_connections,
            reserved = facts->reserved_connections,
            kept = (superuser == UNKNOWN ? 0 : superuser) + (reserved == UNKNOWN ? 0 : reserved);
    if (facts->max_connections == UNKNOWN || facts->max_connections > kept)
        return true;
    (void)snprintf(what, sizeof what,
                   "more than superuser_reserved_connections + reserved_connections, %" PRId64,
                   kept);
    return snapshot_wrong(reader, "max_connections", what);
}

/* An option's max_connections is not the server's, though the server may have answered beside it.
 */
static bool read_limits(struct snapshot_reader *reader, const struct json *server,
                        struct facts *facts)
{
    int64_t version = 0;
    bool is_its_limit;
    if (!read_source(reader, server, facts, &is_its_limit) ||
        !snapshot_time(reader, server, "taken_at", &facts->taken_at_s) ||
        !snapshot_integer(reader, server, "version", 0, INT32_MAX, &version) ||
        !snapshot_integer(reader, server, "max_connections", 1, MAX_CONNECTIONS_LIMIT,
                          &facts->max_connections) ||
        !snapshot_integer(reader, server, "superuser_reserved_connections", 0,
                          MAX_CONNECTIONS_LIMIT, &facts->superuser_reserved_connections) ||
        !snapshot_integer(reader, server, "reserved_connections", 0, MAX_CONNECTIONS_LIMIT,
                          &facts->reserved_connections) ||
        !check_limits(reader, facts))
        return false;
    if (is_its_limit && facts->max_connections == UNKNOWN)
        return snapshot_wrong(reader, "max_connections",
                              "there: the server itself answered that run");
    facts->version = (int)version;
    if (!is_its_limit)
        facts->max_connections = UNKNOWN;
    if (!is_its_limit && version == 0)
        facts->answer = ANSWER_NOT_ASKED;
    return true;
}

/* That it refused the connection for want of a slot is all that is known of it then. */
static bool read_full(struct snapshot_reader *reader, const struct json *server,
                      struct facts *facts)
{
    static const char *const keys[] = {"of", "reason", "role", "database"};
    const struct json *full;
    const char *of = NULL;
    size_t length = strlen(reader->pointer);
    if (!snapshot_many(reader, server, "full", JSON_KIND_OBJECT, &full))
        return false;
    if (full == NULL)
        return true;
    struct facts refused = facts_unknown;
    refused.answer = ANSWER_FULL;
    refused.reason = "no reason is given";
    refused.taken_at_s = facts->taken_at_s;
    (void)snprintf(reader->pointer + length, sizeof reader->pointer - length, "/full");
    if (!KEYS_CHECK(reader, full, keys) || !snapshot_string(reader, full, "of", &of) ||
        !snapshot_string(reader, full, "reason", &refused.reason) ||
        !snapshot_string(reader, full, "role", &refused.role) ||
        !snapshot_string(reader, full, "database", &refused.database))
        return false;
    size_t kind = 0;
    while (of != NULL && full_kind_names[kind] != NULL && strcmp(full_kind_names[kind], of) != 0)
        kind++;
    if (of == NULL || full_kind_names[kind] == NULL)
        return snapshot_wrong(reader, "of", "slots, reserved, role, database or unknown");
    refused.full_kind = (enum full_kind)kind;
    reader->pointer[length] = '\0';
    *facts = refused;
    return true;
}

/* Only what a server said of itself is a fact: what else a run went by is checked, but not taken
 * over. */
static bool read_server(struct snapshot_reader *reader, const struct json *server,
                        const char **ret_name, struct facts *facts)
{
    static const char *const keys[] = {"name",
                                       "source",
                                       "taken_at",
                                       "version",
                                       "role_limits",
                                       "database_limits",
                                       "superusers",
                                       "reserved_roles",
                                       "in_recovery",
                                       "settings",
                                       "live",
                                       "full",
                                       "max_connections",
                                       "superuser_reserved_connections",
                                       "reserved_connections"};
    *facts = facts_unknown;
    *ret_name = NULL;
    if (json_kind_of(server) != JSON_KIND_OBJECT)
        return snapshot_wrong(reader, "", "an object");
    if (!KEYS_CHECK(reader, server, keys) || !snapshot_string(reader, server, "name", ret_name))
        return false;
    if (*ret_name == NULL)
        return snapshot_wrong(reader, "name", "there");
    bool done = read_limits(reader, server, facts) &&
                snapshot_counts(reader, server, "role_limits", &facts->role_limits,
                                &facts->role_limit_count) &&
                snapshot_counts(reader, server, "database_limits", &facts->database_limits,
                                &facts->database_limit_count) &&
                read_privileged(reader, server, facts) &&
                snapshot_bool(reader, server, "in_recovery", &facts->in_recovery) &&
                read_settings(reader, server, facts) && read_live(reader, server, facts);
    if (facts->answer == ANSWER_NOT_ASKED)
        *facts = facts_unknown;
    return done && read_full(reader, server, facts);
}

static bool read_servers(struct snapshot_reader *reader, const struct json *document,
                         struct snapshot *ret_snapshot)
{
    const struct json *servers;
    int64_t format = 0;
    if (json_kind_of(document) != JSON_KIND_OBJECT)
        return snapshot_wrong(reader, "", "an object");
    if (!snapshot_integer(reader, document, "format", 1, INT32_MAX, &format) ||
        !snapshot_many(reader, document, "servers", JSON_KIND_ARRAY, &servers))
        return false;
    if (format != 1)
        return snapshot_wrong(reader, "format", "1, the only format so far");
    if (servers == NULL)
        return snapshot_wrong(reader, "servers", "there");
    size_t count = json_size(servers);
    ret_snapshot->names = ARENA_ARRAY(reader->arena, count + 1, const char *);
    ret_snapshot->facts = ARENA_ARRAY(reader->arena, count + 1, struct facts);
    struct name_table seen = {0};
    for (size_t i = 0; i < count; i++, ret_snapshot->count++) {
        (void)snprintf(reader->pointer, sizeof reader->pointer, "/servers/%zu", i);
        const char **name = &ret_snapshot->names[i];
        if (!read_server(reader, json_element(servers, i), name, &ret_snapshot->facts[i]))
            return false;
        if (!name_table_add(&seen, reader->arena, *name, i, NULL))
            return snapshot_wrong(reader, "name", "a name of its own: it is given twice");
    }
    return true;
}

bool snapshot_read(struct arena *arena, struct json_text *text, struct snapshot *ret_snapshot,
                   struct fail *fail)
{
    struct snapshot_reader reader = {.arena = arena, .text = text, .fail = fail};
    struct json *document = NULL;
    *ret_snapshot = (struct snapshot){0};
    if (!snapshot_document(&reader, &document))
        return false;
    bool done = read_servers(&reader, document, ret_snapshot);
    json_release(document);
    return done;
}

const struct facts *snapshot_find(const struct snapshot *snapshot, const char *server,
                                  size_t server_count)
{
    if (snapshot->count == 1 && server_count == 1)
        return &snapshot->facts[0];
    for (size_t i = 0; i < snapshot->count; i++)
        if (strcmp(snapshot->names[i], server) == 0)
            return &snapshot->facts[i];
    return NULL;
}
