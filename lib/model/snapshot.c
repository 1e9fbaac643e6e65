#include "snapshot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SNAPSHOT_MAX_SERVERS = 100000, SNAPSHOT_MAX_ITEMS = 100000 };

/* Where the reader is: the pointer of the object at hand, for the place of errors. */
struct snapshot_reader {
    struct arena *arena;
    struct json_text *text;
    struct fail *fail;
    char pointer[256];
};

static bool wrong(struct snapshot_reader *reader, const char *key, const char *what)
{
    char pointer[400], found[40];
    size_t offset;
    unsigned line, column;
    (void)snprintf(pointer, sizeof pointer, "%s%s%s", reader->pointer, *key != '\0' ? "/" : "",
                   key);
    bool is_there = json_locate(reader->text, 0, pointer, JSON_PART_VALUE, &offset);
    json_position(reader->text, reader->arena, offset, &line, &column);
    if (is_there)
        (void)json_found(reader->text, offset, found, sizeof found);
    return fail_set(reader->fail, FAIL_INPUT, "%s:%u:%u: %s%smust be %s%s%s", reader->text->name,
                    line, column, *pointer != '\0' ? pointer + 1 : "", *pointer != '\0' ? ": " : "",
                    what, is_there ? ", got " : "", is_there ? found : "");
}

static bool is_absent(const struct json *value)
{
    return value == NULL || json_kind_of(value) == JSON_KIND_NULL;
}

static bool read_integer(struct snapshot_reader *reader, const struct json *object, const char *key,
                         int64_t minimum, int64_t maximum, int64_t *ret_value)
{
    const struct json *value = json_member(object, key);
    if (is_absent(value))
        return true;
    if (json_kind_of(value) != JSON_KIND_INTEGER || json_as_integer(value) < minimum ||
        json_as_integer(value) > maximum) {
        char what[80];
        (void)snprintf(what, sizeof what, "a whole number from %" PRId64 " to %" PRId64, minimum,
                       maximum);
        return wrong(reader, key, what);
    }
    *ret_value = json_as_integer(value);
    return true;
}

static bool read_string(struct snapshot_reader *reader, const struct json *object, const char *key,
                        const char **ret_string)
{
    const struct json *value = json_member(object, key);
    if (is_absent(value))
        return true;
    if (json_kind_of(value) != JSON_KIND_STRING)
        return wrong(reader, key, "a string");
    *ret_string = arena_strdup(reader->arena, json_as_string(value, NULL));
    return true;
}

static bool read_bool(struct snapshot_reader *reader, const struct json *object, const char *key,
                      bool *ret_bool)
{
    const struct json *value = json_member(object, key);
    if (is_absent(value))
        return true;
    if (json_kind_of(value) != JSON_KIND_TRUE && json_kind_of(value) != JSON_KIND_FALSE)
        return wrong(reader, key, "true or false");
    *ret_bool = json_kind_of(value) == JSON_KIND_TRUE;
    return true;
}

/* A member that is an object or array of a bearable size; NULL where absent. */
static bool read_many(struct snapshot_reader *reader, const struct json *object, const char *key,
                      enum json_kind kind, const struct json **ret_many)
{
    const struct json *value = json_member(object, key);
    *ret_many = NULL;
    if (is_absent(value))
        return true;
    if (json_kind_of(value) != kind)
        return wrong(reader, key, json_kind_name(kind));
    if (json_size(value) > SNAPSHOT_MAX_ITEMS)
        return wrong(reader, key, "shorter: more than 100000 entries");
    *ret_many = value;
    return true;
}

static bool read_counts(struct snapshot_reader *reader, const struct json *object, const char *key,
                        struct named_count **ret_counts, size_t *ret_count)
{
    const struct json *many;
    if (!read_many(reader, object, key, JSON_KIND_OBJECT, &many))
        return false;
    if (many == NULL)
        return true;
    *ret_counts = ARENA_ARRAY(reader->arena, json_size(many) + 1, struct named_count);
    for (void *i = json_first(many); i != NULL; i = json_next(many, i)) {
        struct named_count *one = &(*ret_counts)[(*ret_count)++];
        const struct json *value = json_value(i);
        if (json_kind_of(value) != JSON_KIND_INTEGER || json_as_integer(value) < 0 ||
            json_as_integer(value) > INT32_MAX)
            return wrong(reader, key, "an object of names and counts");
        one->name = arena_strdup(reader->arena, json_key(i));
        one->count = json_as_integer(value);
    }
    return true;
}

static bool read_superusers(struct snapshot_reader *reader, const struct json *object,
                            struct facts *facts)
{
    const struct json *many;
    if (!read_many(reader, object, "superusers", JSON_KIND_ARRAY, &many))
        return false;
    size_t count = many != NULL ? json_size(many) : 0;
    facts->superusers = ARENA_ARRAY(reader->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) {
        const struct json *name = json_element(many, i);
        if (json_kind_of(name) != JSON_KIND_STRING)
            return wrong(reader, "superusers", "an array of role names");
        facts->superusers[facts->superuser_count++] =
            arena_strdup(reader->arena, json_as_string(name, NULL));
    }
    return true;
}

static bool read_settings(struct snapshot_reader *reader, const struct json *object,
                          struct facts *facts)
{
    const struct json *many;
    if (!read_many(reader, object, "settings", JSON_KIND_OBJECT, &many))
        return false;
    size_t count = many != NULL ? json_size(many) : 0;
    facts->settings = ARENA_ARRAY(reader->arena, count + 1, struct server_setting);
    for (void *i = many != NULL ? json_first(many) : NULL; i != NULL; i = json_next(many, i)) {
        if (json_kind_of(json_value(i)) != JSON_KIND_STRING)
            return wrong(reader, "settings", "an object of strings");
        facts->settings[facts->setting_count++] = (struct server_setting){
            arena_strdup(reader->arena, json_key(i)),
            arena_strdup(reader->arena, json_as_string(json_value(i), NULL))};
    }
    return true;
}

static bool read_group(struct snapshot_reader *reader, const struct json *object,
                       struct session_group *group)
{
    group->oldest_s = UNKNOWN;
    if (json_kind_of(object) != JSON_KIND_OBJECT)
        return wrong(reader, "", "an object");
    return read_string(reader, object, "application_name", &group->application_name) &&
           read_string(reader, object, "role", &group->role) &&
           read_string(reader, object, "database", &group->database) &&
           read_string(reader, object, "client_addr", &group->client_addr) &&
           read_string(reader, object, "state", &group->state) &&
           read_integer(reader, object, "count", 0, INT32_MAX, &group->count) &&
           read_integer(reader, object, "oldest_s", 0, INT64_MAX, &group->oldest_s);
}

static bool read_live(struct snapshot_reader *reader, const struct json *server,
                      struct facts *facts)
{
    const struct json *live, *by;
    size_t length = strlen(reader->pointer);
    if (!read_many(reader, server, "live", JSON_KIND_OBJECT, &live))
        return false;
    if (live == NULL)
        return true;
    (void)snprintf(reader->pointer + length, sizeof reader->pointer - length, "/live");
    if (!read_integer(reader, live, "sessions", 0, INT32_MAX, &facts->sessions) ||
        !read_bool(reader, live, "hidden", &facts->hidden) ||
        !read_string(reader, live, "role", &facts->role) ||
        !read_string(reader, live, "database", &facts->database) ||
        !read_many(reader, live, "by", JSON_KIND_ARRAY, &by))
        return false;
    size_t count = by != NULL ? json_size(by) : 0, inner = strlen(reader->pointer);
    facts->groups = ARENA_ARRAY(reader->arena, count + 1, struct session_group);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(reader->pointer + inner, sizeof reader->pointer - inner, "/by/%zu", i);
        if (!read_group(reader, json_element(by, i), &facts->groups[facts->group_count++]))
            return false;
    }
    reader->pointer[length] = '\0';
    return true;
}

static int64_t time_read(const char *string)
{
    struct tm tm = {0};
    if (string == NULL || strptime(string, "%Y-%m-%dT%H:%M:%SZ", &tm) == NULL)
        return 0;
    return timegm(&tm);
}

const char *time_show(int64_t seconds, char *buffer)
{
    struct tm tm = {0};
    time_t time = (time_t)seconds;
    if (gmtime_r(&time, &tm) == NULL || strftime(buffer, 24, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        buffer[0] = '\0';
    return buffer;
}

/* Only what a server said of itself is a fact: figures of a plan or an option are not taken over.
 */
static bool read_limits(struct snapshot_reader *reader, const struct json *server,
                        struct facts *facts)
{
    const char *source = NULL, *taken_at = NULL;
    int64_t version = 0;
    if (!read_string(reader, server, "source", &source) ||
        !read_string(reader, server, "taken_at", &taken_at) ||
        !read_integer(reader, server, "version", 0, INT32_MAX, &version))
        return false;
    facts->version = (int)version;
    facts->taken_at_s = time_read(taken_at);
    bool is_fact =
        source != NULL && (strcmp(source, "live") == 0 || strcmp(source, "snapshot") == 0);
    facts->answer = is_fact ? ANSWER_SNAPSHOT : ANSWER_NOT_ASKED;
    return !is_fact ||
           (read_integer(reader, server, "max_connections", 1, MAX_CONNECTIONS_LIMIT,
                         &facts->max_connections) &&
            read_integer(reader, server, "superuser_reserved_connections", 0, MAX_CONNECTIONS_LIMIT,
                         &facts->superuser_reserved_connections) &&
            read_integer(reader, server, "reserved_connections", 0, MAX_CONNECTIONS_LIMIT,
                         &facts->reserved_connections));
}

static bool read_server(struct snapshot_reader *reader, const struct json *server,
                        const char **ret_name, struct facts *facts)
{
    *facts = (struct facts){.max_connections = UNKNOWN,
                            .superuser_reserved_connections = UNKNOWN,
                            .reserved_connections = UNKNOWN,
                            .sessions = UNKNOWN};
    if (json_kind_of(server) != JSON_KIND_OBJECT)
        return wrong(reader, "", "an object");
    return read_string(reader, server, "name", ret_name) && read_limits(reader, server, facts) &&
           read_counts(reader, server, "role_limits", &facts->role_limits,
                       &facts->role_limit_count) &&
           read_counts(reader, server, "database_limits", &facts->database_limits,
                       &facts->database_limit_count) &&
           read_superusers(reader, server, facts) &&
           read_bool(reader, server, "in_recovery", &facts->in_recovery) &&
           read_settings(reader, server, facts) && read_live(reader, server, facts);
}

static bool read_servers(struct snapshot_reader *reader, const struct json *document,
                         struct snapshot *ret_snapshot)
{
    const struct json *servers;
    int64_t format = 0;
    if (json_kind_of(document) != JSON_KIND_OBJECT)
        return wrong(reader, "", "an object");
    if (!read_integer(reader, document, "format", 1, INT32_MAX, &format) ||
        !read_many(reader, document, "servers", JSON_KIND_ARRAY, &servers))
        return false;
    if (format != 1)
        return wrong(reader, "format", "1, the only format so far");
    if (servers == NULL)
        return wrong(reader, "servers", "there");
    size_t count = json_size(servers);
    ret_snapshot->names = ARENA_ARRAY(reader->arena, count + 1, const char *);
    ret_snapshot->facts = ARENA_ARRAY(reader->arena, count + 1, struct facts);
    for (size_t i = 0; i < count; i++, ret_snapshot->count++) {
        (void)snprintf(reader->pointer, sizeof reader->pointer, "/servers/%zu", i);
        ret_snapshot->names[i] = "";
        if (!read_server(reader, json_element(servers, i), &ret_snapshot->names[i],
                         &ret_snapshot->facts[i]))
            return false;
    }
    return true;
}

bool snapshot_read(struct arena *arena, struct json_text *text, struct snapshot *ret_snapshot,
                   struct fail *fail)
{
    struct json *document = NULL;
    struct json_error error;
    *ret_snapshot = (struct snapshot){0};
    if (!json_read_whole(text, &document, &error)) {
        unsigned line, column;
        char message[JSON_MESSAGE_BYTES];
        json_position(text, arena, error.offset, &line, &column);
        (void)fail_set(fail, FAIL_INPUT, "%s:%u:%u: %s", text->name, line, column,
                       json_error_show(text, arena, &error, message));
        return error.hint == NULL ? false : fail_hint(fail, "%s", error.hint);
    }
    struct snapshot_reader reader = {.arena = arena, .text = text, .fail = fail};
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
