#include "snapshot_values.h"

#include "field.h"
#include "name.h"
#include "snapshot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SNAPSHOT_MAX_ITEMS = 100000, MILLION = 1000000 };

bool snapshot_document(struct snapshot_reader *reader, struct json **ret_document)
{
    struct json_text *text = reader->text;
    struct json_error error;
    if (json_read_whole(text, ret_document, &error))
        return true;
    unsigned line, column;
    char message[JSON_MESSAGE_BYTES];
    json_position(text, reader->arena, error.offset, &line, &column);
    (void)fail_set(reader->fail, FAIL_INPUT, "%s:%u:%u: %s", text->name, line, column,
                   json_error_show(text, reader->arena, &error, message));
    return error.hint == NULL ? false : fail_hint(reader->fail, "%s", error.hint);
}

bool snapshot_wrong(struct snapshot_reader *reader, const char *key, const char *what)
{
    char pointer[400], found[VALUE_SHOWN_BYTES];
    struct json *value = NULL;
    struct json_error ignored;
    size_t end;
    size_t offset;
    unsigned line, column;
    (void)snprintf(pointer, sizeof pointer, "%s%s%s", reader->pointer, *key != '\0' ? "/" : "",
                   key);
    bool is_there = json_locate(reader->text, 0, pointer, JSON_PART_VALUE, &offset);
    json_position(reader->text, reader->arena, offset, &line, &column);
    is_there = is_there && json_read(reader->text, offset, &value, &end, &ignored);
    if (is_there) {
        value_show(value, found);
        json_release(value);
    }
    return fail_set(reader->fail, FAIL_INPUT, "%s:%u:%u: %s%smust be %s%s%s", reader->text->name,
                    line, column, *pointer != '\0' ? pointer + 1 : "", *pointer != '\0' ? ": " : "",
                    what, is_there ? ", got " : "", is_there ? found : "");
}

static bool is_known(const char *key, const char *const *known, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(key, known[i]) == 0)
            return true;
    return false;
}

static bool key_unknown(struct snapshot_reader *reader, const char *key, const char *meant)
{
    char pointer[400];
    size_t offset;
    unsigned line, column;
    (void)snprintf(pointer, sizeof pointer, "%s/%.100s", reader->pointer, key);
    (void)json_locate(reader->text, 0, pointer, JSON_PART_KEY, &offset);
    json_position(reader->text, reader->arena, offset, &line, &column);
    (void)fail_set(reader->fail, FAIL_INPUT, "%s:%u:%u: %s: unknown key", reader->text->name, line,
                   column, pointer + 1);
    return fail_hint(reader->fail, "did you mean \"%s\"?", meant);
}

/* Then none of them is misspelt, which is true of nearly all objects and cheaper to find out. */
static bool has_all(const struct json *object, const char *const *known, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (json_member(object, known[i]) == NULL)
            return false;
    return true;
}

bool snapshot_keys(struct snapshot_reader *reader, const struct json *object,
                   const char *const *known, size_t count)
{
    if (has_all(object, known, count))
        return true;
    for (void *i = json_first(object); i != NULL; i = json_next(object, i)) {
        const char *key = json_key(i), *meant = NULL;
        if (!is_known(key, known, count))
            meant = name_guess(key, known, count, sizeof *known);
        if (meant != NULL && json_member(object, meant) == NULL)
            return key_unknown(reader, key, meant);
    }
    return true;
}

static bool is_absent(const struct json *value)
{
    return value == NULL || json_kind_of(value) == JSON_KIND_NULL;
}

bool snapshot_integer(struct snapshot_reader *reader, const struct json *object, const char *key,
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
        return snapshot_wrong(reader, key, what);
    }
    *ret_value = json_as_integer(value);
    return true;
}

bool snapshot_thousandths(struct snapshot_reader *reader, const struct json *object,
                          const char *key, int64_t maximum, int64_t *ret_thousandths)
{
    const struct json *value = json_member(object, key);
    if (is_absent(value))
        return true;
    enum json_kind kind = json_kind_of(value);
    bool is_number = kind == JSON_KIND_INTEGER || kind == JSON_KIND_REAL;
    double number = is_number ? json_as_real(value) * 1000 + 0.5 : -1;
    if (!(number >= 0.5 && number < (double)maximum + 1)) {
        char what[80];
        (void)snprintf(what, sizeof what, "a number from 0 to %" PRId64, maximum / 1000);
        return snapshot_wrong(reader, key, what);
    }
    *ret_thousandths = (int64_t)number;
    return true;
}

bool snapshot_string(struct snapshot_reader *reader, const struct json *object, const char *key,
                     const char **ret_string)
{
    const struct json *value = json_member(object, key);
    if (is_absent(value))
        return true;
    if (json_kind_of(value) != JSON_KIND_STRING)
        return snapshot_wrong(reader, key, "a string");
    *ret_string = arena_strdup(reader->arena, json_as_string(value, NULL));
    return true;
}

bool snapshot_bool(struct snapshot_reader *reader, const struct json *object, const char *key,
                   bool *ret_bool)
{
    const struct json *value = json_member(object, key);
    if (is_absent(value))
        return true;
    if (json_kind_of(value) != JSON_KIND_TRUE && json_kind_of(value) != JSON_KIND_FALSE)
        return snapshot_wrong(reader, key, "true or false");
    *ret_bool = json_kind_of(value) == JSON_KIND_TRUE;
    return true;
}

bool snapshot_many(struct snapshot_reader *reader, const struct json *object, const char *key,
                   enum json_kind kind, const struct json **ret_many)
{
    const struct json *value = json_member(object, key);
    *ret_many = NULL;
    if (is_absent(value))
        return true;
    if (json_kind_of(value) != kind)
        return snapshot_wrong(reader, key, json_kind_name(kind));
    if (json_size(value) > SNAPSHOT_MAX_ITEMS)
        return snapshot_wrong(reader, key, "shorter: more than 100000 entries");
    *ret_many = value;
    return true;
}

void *snapshot_objects(struct snapshot_reader *reader, const struct json *object, const char *key,
                       size_t size,
                       bool (*read)(struct snapshot_reader *reader, const struct json *one,
                                    void *into),
                       size_t *ret_count)
{
    const struct json *many;
    size_t length = strlen(reader->pointer);
    if (!snapshot_many(reader, object, key, JSON_KIND_ARRAY, &many))
        return NULL;
    size_t count = many != NULL ? json_size(many) : 0;
    char *structs = arena_array(reader->arena, count + 1, size);
    for (size_t i = 0; i < count; i++) {
        const struct json *one = json_element(many, i);
        (void)snprintf(reader->pointer + length, sizeof reader->pointer - length, "/%s/%zu", key,
                       i);
        if (json_kind_of(one) != JSON_KIND_OBJECT) {
            (void)snapshot_wrong(reader, "", "an object");
            return NULL;
        }
        if (!read(reader, one, structs + i * size))
            return NULL;
    }
    reader->pointer[length] = '\0';
    *ret_count = count;
    return structs;
}

bool snapshot_counts(struct snapshot_reader *reader, const struct json *object, const char *key,
                     struct named_count **ret_counts, size_t *ret_count)
{
    const struct json *many;
    if (!snapshot_many(reader, object, key, JSON_KIND_OBJECT, &many))
        return false;
    if (many == NULL)
        return true;
    *ret_counts = ARENA_ARRAY(reader->arena, json_size(many) + 1, struct named_count);
    for (void *i = json_first(many); i != NULL; i = json_next(many, i)) {
        struct named_count *one = &(*ret_counts)[(*ret_count)++];
        const struct json *value = json_value(i);
        if (json_kind_of(value) != JSON_KIND_INTEGER || json_as_integer(value) < 0 ||
            json_as_integer(value) > INT32_MAX)
            return snapshot_wrong(reader, key, "an object of names and counts");
        one->name = arena_strdup(reader->arena, json_key(i));
        one->count = json_as_integer(value);
    }
    return true;
}

/* ".25" is 250000; where no dot stands, nothing is read. */
static int64_t fraction_read(const char **at)
{
    int64_t us = 0, unit = 1000000;
    if (**at != '.')
        return 0;
    for ((*at)++; **at >= '0' && **at <= '9' && unit > 1; (*at)++) {
        unit /= 10;
        us += (**at - '0') * unit;
    }
    return us;
}

/* A time of UTC with as many decimals of a second as it has, in microseconds. */
static bool moment_read(struct snapshot_reader *reader, const struct json *object, const char *key,
                        const char *example, int64_t *ret_us)
{
    const char *string = NULL;
    struct tm tm = {0};
    if (!snapshot_string(reader, object, key, &string))
        return false;
    if (string == NULL)
        return true;
    const char *end = strptime(string, "%Y-%m-%dT%H:%M:%S", &tm);
    int64_t us = end != NULL ? fraction_read(&end) : 0;
    if (end == NULL || strcmp(end, "Z") != 0)
        return snapshot_wrong(reader, key, example);
    *ret_us = timegm(&tm) * MILLION + us;
    return true;
}

bool snapshot_time(struct snapshot_reader *reader, const struct json *object, const char *key,
                   int64_t *ret_seconds)
{
    int64_t us = *ret_seconds * MILLION;
    if (!moment_read(reader, object, key, "a time such as 2026-11-21T09:00:00Z", &us))
        return false;
    *ret_seconds = us / MILLION;
    return true;
}

bool snapshot_moment(struct snapshot_reader *reader, const struct json *object, const char *key,
                     int64_t *ret_us)
{
    return moment_read(reader, object, key, "a time such as 2026-11-21T09:00:00.000000Z", ret_us);
}

const char *moment_show(int64_t us, char *buffer)
{
    int64_t seconds = us / MILLION - (us % MILLION < 0), rest = us - seconds * MILLION;
    struct tm tm = {0};
    time_t time = (time_t)seconds;
    buffer[0] = '\0';
    if (gmtime_r(&time, &tm) == NULL || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
        return buffer;
    (void)snprintf(buffer, 40, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900,
                   tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int)rest);
    return buffer;
}

const char *time_show(int64_t seconds, char *buffer)
{
    struct tm tm = {0};
    time_t time = (time_t)seconds;
    if (gmtime_r(&time, &tm) == NULL || strftime(buffer, 24, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        buffer[0] = '\0';
    return buffer;
}
