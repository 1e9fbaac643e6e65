#include "plan_values.h"

#include "name.h"
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { SHOWN_BYTES = 48 };

/* --- saying where --- */

static void pointer_put_key(struct text *pointer, const char *key)
{
    for (; *key != '\0'; key++) {
        if (*key == '~' || *key == '/')
            text_put(pointer, *key == '~' ? "~0" : "~1");
        else
            text_put_char(pointer, *key);
    }
}

/* Both ways of writing a path: JSON Pointer, and what a person reads. It is as deep as the rows. */
static void path_put(const struct plan_path *path, struct text *pointer, struct text *shown)
{
    if (path->parent == NULL)
        return;
    path_put(path->parent, pointer, shown);
    text_put_char(pointer, '/');
    if (path->key == NULL) {
        text_printf(pointer, "%zu", path->index);
        text_printf(shown, "[%zu]", path->index);
        return;
    }
    pointer_put_key(pointer, path->key);
    text_printf(shown, "%s%.*s", shown->length > 0 ? "." : "", SHOWN_BYTES, path->key);
}

bool plan_file_fail(const struct plan_reader *reader, const struct plan_path *path,
                    enum json_part part, const char *format, ...)
{
    struct text pointer = {.arena = reader->arena}, shown = {.arena = reader->arena};
    text_put(&pointer, "");
    text_put(&shown, "");
    path_put(path, &pointer, &shown);
    size_t offset;
    (void)json_locate(reader->text, 0, pointer.length > 0 ? pointer.bytes : "", part, &offset);
    unsigned line, column;
    json_position(reader->text, reader->arena, offset, &line, &column);
    va_list arguments;
    va_start(arguments, format);
    const char *message = arena_vprintf(reader->arena, format, arguments);
    va_end(arguments);
    bool inside = shown.length > 0;
    fail_set(reader->fail, FAIL_INPUT, "%s:%u:%u: %s%s%s", reader->text->name, line, column,
             inside ? shown.bytes : "", inside ? ": " : "", message);
    text_free(&pointer);
    text_free(&shown);
    return false;
}

bool plan_kind_fail(const struct plan_reader *reader, const struct plan_path *path,
                    const char *wanted, const struct json *value)
{
    char shown[SHOWN_BYTES];
    json_show(value, shown, sizeof shown);
    return plan_file_fail(reader, path, JSON_PART_VALUE, "must be %s, got %s", wanted, shown);
}

static void keep(void *base, const struct plan_field *field, const void *value, size_t size)
{
    if (field->kept)
        memcpy((char *)base + field->offset, value, size);
}

/* --- one value --- */

bool plan_text_check(const struct plan_reader *reader, const struct plan_path *path,
                     const struct plan_field *field, const struct json *value,
                     const char **ret_string)
{
    *ret_string = "";
    if (json_kind_of(value) != JSON_KIND_STRING)
        return plan_kind_fail(reader, path, "a string", value);
    size_t length;
    const char *string = json_as_string(value, &length);
    if (length == 0)
        return plan_file_fail(reader, path, JSON_PART_VALUE,
                              "must not be empty; leave it out instead");
    if (length > (size_t)field->max)
        return plan_file_fail(reader, path, JSON_PART_VALUE,
                              "must be at most %" PRId64 " bytes, got %zu", field->max, length);
    *ret_string = arena_strndup(reader->arena, string, length);
    return true;
}

bool plan_text_read(const struct plan_reader *reader, const struct plan_path *path,
                    const struct plan_field *field, const struct json *value, void *base)
{
    const char *string;
    if (!plan_text_check(reader, path, field, value, &string))
        return false;
    keep(base, field, &string, sizeof string);
    return true;
}

bool plan_id_read(const struct plan_reader *reader, const struct plan_path *path,
                  const struct plan_field *field, const struct json *value, void *base)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-{}";
    const char *string;
    if (!plan_text_check(reader, path, field, value, &string))
        return false;
    if (string[strspn(string, allowed)] != '\0')
        return plan_kind_fail(reader, path, "made of letters, digits, '.', '_' and '-'", value);
    keep(base, field, &string, sizeof string);
    return true;
}

static bool word_fail(const struct plan_reader *reader, const struct plan_path *path,
                      const char *const *words, const struct json *value)
{
    struct text list = {.arena = reader->arena};
    size_t count = 0;
    for (; words[count] != NULL; count++)
        text_printf(&list, "%s%s", count > 0 ? ", " : "one of ", words[count]);
    plan_kind_fail(reader, path, list.bytes, value);
    text_free(&list);
    if (json_kind_of(value) != JSON_KIND_STRING)
        return false;
    const char *guess = name_guess(json_as_string(value, NULL), words, count, sizeof *words);
    return guess != NULL ? fail_hint(reader->fail, "did you mean \"%s\"?", guess) : false;
}

bool plan_word_read(const struct plan_reader *reader, const struct plan_path *path,
                    const struct plan_field *field, const struct json *value, void *base)
{
    const char *string = json_kind_of(value) == JSON_KIND_STRING ? json_as_string(value, NULL) : "";
    for (unsigned i = 0; field->words[i] != NULL; i++) {
        if (strcmp(field->words[i], string) != 0)
            continue;
        keep(base, field, &i, sizeof i);
        return true;
    }
    return word_fail(reader, path, field->words, value);
}

bool plan_flag_read(const struct plan_reader *reader, const struct plan_path *path,
                    const struct plan_field *field, const struct json *value, void *base)
{
    enum json_kind kind = json_kind_of(value);
    if (kind != JSON_KIND_TRUE && kind != JSON_KIND_FALSE)
        return plan_kind_fail(reader, path, "true or false", value);
    bool flag = kind == JSON_KIND_TRUE;
    keep(base, field, &flag, sizeof flag);
    return true;
}

bool plan_said_read(const struct plan_reader *reader, const struct plan_path *path,
                    const struct plan_field *field, const struct json *value, void *base)
{
    enum json_kind kind = json_kind_of(value);
    int64_t said = kind == JSON_KIND_TRUE;
    if (kind != JSON_KIND_TRUE && kind != JSON_KIND_FALSE)
        return plan_kind_fail(reader, path, "true or false", value);
    keep(base, field, &said, sizeof said);
    return true;
}

bool plan_integer_check(const struct plan_reader *reader, const struct plan_path *path,
                        const struct plan_field *field, const struct json *value,
                        int64_t *ret_integer)
{
    if (json_kind_of(value) != JSON_KIND_INTEGER)
        return plan_kind_fail(reader, path, "a whole number", value);
    *ret_integer = json_as_integer(value);
    if (*ret_integer < field->min || *ret_integer > field->max)
        return plan_file_fail(reader, path, JSON_PART_VALUE,
                              "must be from %" PRId64 " to %" PRId64 ", got %" PRId64, field->min,
                              field->max, *ret_integer);
    return true;
}

bool plan_integer_read(const struct plan_reader *reader, const struct plan_path *path,
                       const struct plan_field *field, const struct json *value, void *base)
{
    int64_t integer;
    if (!plan_integer_check(reader, path, field, value, &integer))
        return false;
    keep(base, field, &integer, sizeof integer);
    return true;
}

bool plan_number_read(const struct plan_reader *reader, const struct plan_path *path,
                      const struct plan_field *field, const struct json *value, void *base)
{
    enum json_kind kind = json_kind_of(value);
    if (kind != JSON_KIND_INTEGER && kind != JSON_KIND_REAL)
        return plan_kind_fail(reader, path, "a number", value);
    double number = json_as_real(value);
    if (!(number > 0 && number <= (double)field->max)) {
        char shown[SHOWN_BYTES];
        json_show(value, shown, sizeof shown);
        return plan_file_fail(reader, path, JSON_PART_VALUE,
                              "must be above 0 and at most %" PRId64 ", got %s", field->max, shown);
    }
    keep(base, field, &number, sizeof number);
    return true;
}
