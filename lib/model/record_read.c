/* The lines of a record, read. Whatever they hold, nothing is believed without a look. */
#include "record_reading.h"

#include <string.h>

bool record_wrong(struct record_reader *reader, const char *why)
{
    *reader->why = why;
    return false;
}

bool record_is_integer(const struct json *value, int64_t least, int64_t most, int64_t *ret_value)
{
    if (value == NULL || json_kind_of(value) != JSON_KIND_INTEGER ||
        json_as_integer(value) < least || json_as_integer(value) > most)
        return false;
    *ret_value = json_as_integer(value);
    return true;
}

/* A string, or null; not absent. */
static bool name_member(const struct json *line, const char *key, const char **ret_name)
{
    size_t length = 0;
    const struct json *value = json_member(line, key);
    *ret_name = NULL;
    if (value != NULL && json_kind_of(value) == JSON_KIND_STRING)
        *ret_name = json_as_string(value, &length);
    return value != NULL && length <= RECORD_MOST_NAME &&
           (*ret_name != NULL || json_kind_of(value) == JSON_KIND_NULL);
}

/* --- the first line, and groups --- */

static bool header_read(struct record_reader *reader, const struct json *line)
{
    int64_t version = 0, every_ms = 0;
    const char *server;
    struct record *record = reader->record;
    if (record->has_header)
        return record_wrong(reader, "a second first line");
    if (!record_is_integer(json_member(line, "pgsize_record"), 1, INT32_MAX, &version))
        return record_wrong(reader, "its version is none");
    if (version != RECORD_VERSION)
        return record_wrong(reader, "its version is not 1, the only one so far");
    if (!name_member(line, "server", &server) || server == NULL)
        return record_wrong(reader, "it names no server");
    if (!record_is_integer(json_member(line, "every_ms"), 1, RECORD_MOST_EVERY_MS, &every_ms))
        return record_wrong(reader, "its every_ms is none");
    record->has_header = true;
    record->server = arena_strdup(record->arena, server);
    record->every_ms = every_ms;
    return true;
}

static bool group_read(struct record_reader *reader, const struct json *line)
{
    int64_t number;
    struct record_group group = {0};
    if (!record_is_integer(json_member(line, "group"), 1, RECORD_MOST_GROUPS, &number) ||
        !name_member(line, "application_name", &group.application_name) ||
        !name_member(line, "role", &group.role) || !name_member(line, "database", &group.database))
        return record_wrong(reader, "it is no group");
    return record_group_name(reader->record, (size_t)number, &group) ||
           record_wrong(reader, "the group's number is another's");
}

/* --- a line --- */

static void changes_take(struct record_reader *reader, const struct record_span *span)
{
    struct record *record = reader->record;
    memcpy(record->limits, reader->changed.limits, sizeof record->limits);
    record->breaker = reader->changed.breaker;
    record_advance(record, span); /* by the interval of before */
    record->every_ms = reader->changed.every_ms;
}

static bool value_read(struct record_reader *reader, const struct json *line,
                       struct record_line *ret_line)
{
    *ret_line = (struct record_line){.kind = RECORD_HEADER};
    if (json_kind_of(line) != JSON_KIND_OBJECT)
        return record_wrong(reader, "it is no object");
    if (json_member(line, "pgsize_record") != NULL)
        return header_read(reader, line);
    if (!reader->record->has_header)
        return record_wrong(reader, "it is not the first line of a record");
    ret_line->kind = RECORD_GROUP;
    if (json_member(line, "group") != NULL)
        return group_read(reader, line);
    bool is_span = json_member(line, "from") != NULL;
    ret_line->kind = is_span ? RECORD_SPAN : RECORD_SAMPLE;
    if (is_span ? !record_span_read(reader, line, &ret_line->span)
                : !record_sample_read(reader, line, &ret_line->span))
        return false;
    changes_take(reader, &ret_line->span);
    return true;
}

bool record_line_read(struct record *record, struct arena *scratch, const char *bytes,
                      size_t length, struct record_line *ret_line, const char **ret_why)
{
    const struct json_text text = {.name = "", .bytes = bytes, .length = length};
    struct record_reader reader = {
        .record = record, .scratch = scratch, .why = ret_why, .changed = *record};
    struct json *line;
    struct json_error error;
    *ret_why = "it is no JSON";
    if (length > RECORD_MOST_LINE)
        return record_wrong(&reader, "it is too long");
    if (!json_read_whole(&text, &line, &error))
        return false;
    bool done = value_read(&reader, line, ret_line);
    json_release(line);
    return done;
}
