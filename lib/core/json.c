/*
 * Values: the door to jansson.
 */
#include "json_scan.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const json_t *view(const struct json *value)
{
    return (const json_t *)(const void *)value;
}

/* jansson iterates over an object that it does not change, but says so nowhere. */
static json_t *writable(const struct json *value)
{
    union {
        const struct json *read;
        json_t *write;
    } both = {.read = value};
    return both.write;
}

static struct json *wrap(json_t *value)
{
    return (struct json *)(void *)value;
}

/* What jansson objects to, in our words where it has a code of its own. Its texts quote the input
 * ("near ..."), and the input may hold a password. */
static void error_words(const json_error_t *found, struct json_error *ret_error)
{
    static const char *const words[] = {
        [json_error_numeric_overflow] = "this number is too large",
        [json_error_out_of_memory] = "not enough memory to read this",
    };
    enum json_error_code code = json_error_code(found);
    if (code < (int)(sizeof words / sizeof words[0]) && words[code] != NULL) {
        (void)snprintf(ret_error->message, sizeof ret_error->message, "%s", words[code]);
        return;
    }
    const char *near = strstr(found->text, " near ");
    size_t length = near != NULL ? (size_t)(near - found->text) : strlen(found->text);
    (void)snprintf(ret_error->message, sizeof ret_error->message, "%.*s", (int)length, found->text);
}

/* jansson says where it stopped; the scan of the text knows where the mistake begins, and says
 * more. What the scan takes and jansson does not is a number out of range, at whose end jansson
 * stops. */
static bool read_fail(const struct json_text *text, size_t offset, const json_error_t *found,
                      struct json_error *ret_error)
{
    struct json_scan scan = {.text = text, .at = offset, .refuse_nul = true, .error = ret_error};
    if (!scan_value(&scan))
        return false;
    size_t at = offset + (found->position > 0 ? (size_t)found->position : 0);
    if (at > text->length)
        at = text->length;
    while (at > offset && strchr("+-.eE0123456789", text->bytes[at - 1]) != NULL &&
           text->bytes[at - 1] != '\0')
        at--;
    *ret_error = (struct json_error){.offset = at};
    error_words(found, ret_error);
    return false;
}

bool json_read(const struct json_text *text, size_t offset, struct json **ret_value,
               size_t *ret_end, struct json_error *ret_error)
{
    const size_t flags = JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK;
    offset = json_skip_blanks(text, offset);
    const char *bytes = text->bytes + offset;
    size_t length = text->length - offset;
    json_error_t found;
    json_t *value = json_loadb(bytes, length, flags | JSON_REJECT_DUPLICATES, &found);
    if (value == NULL && json_error_code(&found) == json_error_duplicate_key) {
        /* Comments may repeat, which jansson does not know. */
        if (!json_check_duplicates(text, offset, ret_error))
            return false;
        value = json_loadb(bytes, length, flags, &found);
    }
    if (value == NULL)
        return read_fail(text, offset, &found, ret_error);
    *ret_value = wrap(value);
    *ret_end = offset + (size_t)found.position;
    return true;
}

/* Behind the string whose opening quote is at `at`; the end of the text where nothing closes it. */
static size_t string_skip(const struct json_text *text, size_t at)
{
    for (at++; at < text->length && text->bytes[at] != '"'; at++)
        if (text->bytes[at] == '\\')
            at++;
    return at;
}

/* Depth is checked before jansson sees the text: its own limit is far above ours. */
static bool depth_check(const struct json_text *text, struct json_error *ret_error)
{
    static const signed char steps[256] = {['{'] = 1, ['['] = 1, ['}'] = -1, [']'] = -1};
    int depth = 0;
    for (size_t i = 0; i < text->length; i++) {
        unsigned char byte = (unsigned char)text->bytes[i];
        if (byte == '"') {
            i = string_skip(text, i);
            continue;
        }
        depth += steps[byte];
        if (depth < 0)
            depth = 0; /* it will be refused for that */
        if (depth <= JSON_MAX_DEPTH)
            continue;
        *ret_error = (struct json_error){.offset = i};
        (void)snprintf(ret_error->message, sizeof ret_error->message, "nested more than %d deep",
                       JSON_MAX_DEPTH);
        return false;
    }
    return true;
}

bool json_check_limits(const struct json_text *text, struct json_error *ret_error)
{
    *ret_error = (struct json_error){0};
    if (json_is_utf16(text)) {
        (void)snprintf(ret_error->message, sizeof ret_error->message,
                       "this is UTF-16, expected UTF-8");
        ret_error->hint = "save the file in the encoding UTF-8";
        return false;
    }
    if (text->length > JSON_MAX_BYTES) {
        (void)snprintf(ret_error->message, sizeof ret_error->message, "larger than %d MiB",
                       JSON_MAX_BYTES / 1024 / 1024);
        return false;
    }
    return depth_check(text, ret_error);
}

bool json_read_whole(const struct json_text *text, struct json **ret_value,
                     struct json_error *ret_error)
{
    size_t end = 0;
    if (!json_check_limits(text, ret_error) || !json_read(text, 0, ret_value, &end, ret_error))
        return false;
    size_t behind = json_skip_blanks(text, end);
    if (behind == text->length)
        return true;
    json_release(*ret_value);
    *ret_value = NULL;
    struct json_scan scan = {.text = text, .at = behind, .error = ret_error};
    return scan_unexpected(&scan, "nothing behind the value", NULL);
}

void json_release(struct json *value)
{
    json_decref((json_t *)(void *)value);
}

enum json_kind json_kind_of(const struct json *value)
{
    static const enum json_kind kinds[] = {
        [JSON_NULL] = JSON_KIND_NULL,   [JSON_FALSE] = JSON_KIND_FALSE,
        [JSON_TRUE] = JSON_KIND_TRUE,   [JSON_INTEGER] = JSON_KIND_INTEGER,
        [JSON_REAL] = JSON_KIND_REAL,   [JSON_STRING] = JSON_KIND_STRING,
        [JSON_ARRAY] = JSON_KIND_ARRAY, [JSON_OBJECT] = JSON_KIND_OBJECT,
    };
    return kinds[json_typeof(view(value))];
}

int64_t json_as_integer(const struct json *value)
{
    return json_integer_value(view(value));
}

double json_as_real(const struct json *value)
{
    return json_number_value(view(value));
}

const char *json_as_string(const struct json *value, size_t *ret_length)
{
    if (ret_length != NULL)
        *ret_length = json_string_length(view(value));
    return json_string_value(view(value));
}

size_t json_size(const struct json *value)
{
    return json_is_array(view(value)) ? json_array_size(view(value))
                                      : json_object_size(view(value));
}

const struct json *json_element(const struct json *array, size_t index)
{
    return wrap(json_array_get(view(array), index));
}

const struct json *json_member(const struct json *object, const char *key)
{
    return wrap(json_object_get(view(object), key));
}

void *json_first(const struct json *object)
{
    return json_object_iter(writable(object));
}

void *json_next(const struct json *object, void *iterator)
{
    return json_object_iter_next(writable(object), iterator);
}

const char *json_key(void *iterator)
{
    return json_object_iter_key(iterator);
}

const struct json *json_value(void *iterator)
{
    return wrap(json_object_iter_value(iterator));
}

struct json *json_empty_object(void)
{
    return wrap(json_object());
}

struct json *json_new_integer(int64_t value)
{
    return wrap(json_integer(value));
}

/* "0", "12": a place of an array, or the one behind its last. */
static bool index_read(const json_t *array, const char *name, size_t *ret_index)
{
    size_t index = 0, size = json_array_size(array);
    if (*name == '\0' || (name[0] == '0' && name[1] != '\0'))
        return false;
    for (; *name >= '0' && *name <= '9' && index <= size; name++)
        index = index * 10 + (size_t)(*name - '0');
    *ret_index = index;
    return *name == '\0' && index <= size;
}

/* The value below an object or array; an object that is not there is made where asked. */
static json_t *value_below(json_t *at, const char *name, bool create)
{
    size_t index;
    if (json_is_array(at))
        return index_read(at, name, &index) ? json_array_get(at, index) : NULL;
    json_t *below = json_object_get(at, name);
    if (below == NULL && create && json_object_set_new(at, name, json_object()) == 0)
        below = json_object_get(at, name);
    return below;
}

static bool element_put(json_t *array, const char *name, json_t *put)
{
    size_t index;
    bool good = index_read(array, name, &index);
    if (put == NULL)
        return good && (index == json_array_size(array) || json_array_remove(array, index) == 0);
    if (!good) {
        json_decref(put);
        return false;
    }
    return index == json_array_size(array) ? json_array_append_new(array, put) == 0
                                           : json_array_set_new(array, index, put) == 0;
}

bool json_put(struct json *object, const char *const *path, size_t path_length, struct json *value)
{
    json_t *at = (json_t *)(void *)object, *put = (json_t *)(void *)value;
    bool was_array = false;
    for (size_t i = 0; i + 1 < path_length; i++) {
        if (!json_is_object(at) && !json_is_array(at))
            break;
        was_array = json_is_array(at);
        at = value_below(at, path[i], value != NULL);
    }
    if (at == NULL && value == NULL && !was_array)
        return true; /* nothing there to remove */
    if (json_is_array(at))
        return element_put(at, path[path_length - 1], put);
    if (!json_is_object(at)) {
        json_decref(put);
        return false;
    }
    if (value == NULL) {
        (void)json_object_del(at, path[path_length - 1]);
        return true;
    }
    return json_object_set_new(at, path[path_length - 1], put) == 0;
}

struct json *json_from_argument(const char *text)
{
    json_error_t ignored;
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &ignored);
    return wrap(value != NULL ? value : json_string(text));
}

void json_show(const struct json *value, char *buffer, size_t size)
{
    char *dump = json_dumps(view(value), JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
    const char *shown = dump != NULL ? dump : "?";
    size_t length = strlen(shown);
    if (length < size)
        (void)snprintf(buffer, size, "%s", shown);
    else
        (void)snprintf(buffer, size, "%.*s...", (int)utf8_cut(shown, length, size - 4), shown);
    free(dump);
}

const char *json_kind_name(enum json_kind kind)
{
    static const char *const names[] = {
        [JSON_KIND_NULL] = "null",      [JSON_KIND_FALSE] = "false",
        [JSON_KIND_TRUE] = "true",      [JSON_KIND_INTEGER] = "a number",
        [JSON_KIND_REAL] = "a number",  [JSON_KIND_STRING] = "a string",
        [JSON_KIND_ARRAY] = "an array", [JSON_KIND_OBJECT] = "an object",
    };
    return names[kind];
}
