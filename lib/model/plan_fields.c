#include "plan_fields.h"

#include "name.h"
#include "plan_values.h"

#include <string.h>

enum { LIST_MAX = 1000 };

static void *place(void *base, size_t offset)
{
    return (char *)base + offset;
}

static void keep_list(void *base, const struct plan_field *field, const void *pointer_to_list,
                      size_t count)
{
    if (!field->kept)
        return;
    memcpy(place(base, field->offset), pointer_to_list, sizeof(void *));
    memcpy(place(base, field->count_offset), &count, sizeof count);
}

/* --- lists and objects --- */

static bool list_check(const struct plan_reader *reader, const struct plan_path *path,
                       const struct json *value)
{
    if (json_kind_of(value) != JSON_KIND_ARRAY)
        return plan_kind_fail(reader, path, "a list", value);
    size_t size = json_size(value);
    if (size == 0)
        return plan_file_fail(reader, path, JSON_PART_VALUE,
                              "must not be empty; leave it out instead");
    if (size > LIST_MAX)
        return plan_file_fail(reader, path, JSON_PART_VALUE, "must hold at most %d, got %zu",
                              LIST_MAX, size);
    return true;
}

static bool texts_read(const struct plan_reader *reader, const struct plan_path *path,
                       const struct plan_field *field, const struct json *value, void *base)
{
    if (!list_check(reader, path, value))
        return false;
    size_t count = json_size(value);
    const char **texts = ARENA_ARRAY(reader->arena, count, const char *);
    for (size_t i = 0; i < count; i++) {
        const struct plan_path element = {.parent = path, .index = i};
        if (!plan_text_check(reader, &element, field, json_element(value, i), &texts[i]))
            return false;
    }
    keep_list(base, field, &texts, count);
    return true;
}

static bool words_read(const struct plan_reader *reader, const struct plan_path *path,
                       const struct plan_field *field, const struct json *value, void *base)
{
    if (!list_check(reader, path, value))
        return false;
    struct plan_field one = *field;
    unsigned word = 0, words = 0;
    one.offset = 0;
    for (size_t i = 0; i < json_size(value); i++) {
        const struct plan_path element = {.parent = path, .index = i};
        if (!plan_word_read(reader, &element, &one, json_element(value, i), &word))
            return false;
        words |= 1U << word;
    }
    if (field->kept)
        memcpy(place(base, field->offset), &words, sizeof words);
    return true;
}

static bool integers_read(const struct plan_reader *reader, const struct plan_path *path,
                          const struct plan_field *field, const struct json *value, void *base)
{
    if (!list_check(reader, path, value))
        return false;
    size_t count = json_size(value);
    int64_t *integers = ARENA_ARRAY(reader->arena, count, int64_t);
    for (size_t i = 0; i < count; i++) {
        const struct plan_path element = {.parent = path, .index = i};
        if (!plan_integer_check(reader, &element, field, json_element(value, i), &integers[i]))
            return false;
    }
    keep_list(base, field, &integers, count);
    return true;
}

static bool is_comment(const char *key)
{
    return strncmp(key, "//", 2) == 0;
}

static bool object_check(const struct plan_reader *reader, const struct plan_path *path,
                         const struct json *value)
{
    if (json_kind_of(value) != JSON_KIND_OBJECT)
        return plan_kind_fail(reader, path, "an object", value);
    if (json_size(value) == 0)
        return plan_file_fail(reader, path, JSON_PART_VALUE,
                              "must not be empty; leave it out instead");
    return true;
}

static bool counts_read(const struct plan_reader *reader, const struct plan_path *path,
                        const struct plan_field *field, const struct json *value, void *base)
{
    (void)base;
    if (!object_check(reader, path, value))
        return false;
    for (void *at = json_first(value); at != NULL; at = json_next(value, at)) {
        const struct plan_path member = {.parent = path, .key = json_key(at)};
        int64_t count;
        if (!is_comment(member.key) &&
            !plan_integer_check(reader, &member, field, json_value(at), &count))
            return false;
    }
    return true;
}

static bool object_read(const struct plan_reader *reader, const struct plan_path *path,
                        const struct plan_field *field, const struct json *value, void *base)
{
    void *memory =
        field->kept ? place(base, field->offset) : arena_alloc(reader->arena, field->object->size);
    return plan_object_read(reader, path, field->object, value, memory);
}

static bool objects_read(const struct plan_reader *reader, const struct plan_path *path,
                         const struct plan_field *field, const struct json *value, void *base)
{
    if (!list_check(reader, path, value))
        return false;
    size_t count = json_size(value);
    char *structs = arena_array(reader->arena, count, field->object->size);
    for (size_t i = 0; i < count; i++) {
        const struct plan_path element = {.parent = path, .index = i};
        if (!plan_object_read(reader, &element, field->object, json_element(value, i),
                              structs + i * field->object->size))
            return false;
    }
    keep_list(base, field, &structs, count);
    return true;
}

/* --- an object --- */

static plan_field_read *const kinds[] = {
    [KIND_TEXT] = plan_text_read,     [KIND_ID] = plan_id_read,
    [KIND_WORD] = plan_word_read,     [KIND_FLAG] = plan_flag_read,
    [KIND_SAID] = plan_said_read,     [KIND_INTEGER] = plan_integer_read,
    [KIND_NUMBER] = plan_number_read, [KIND_TEXTS] = texts_read,
    [KIND_WORDS] = words_read,        [KIND_INTEGERS] = integers_read,
    [KIND_COUNTS] = counts_read,      [KIND_OBJECT] = object_read,
    [KIND_OBJECTS] = objects_read,
};

static bool key_fail(const struct plan_reader *reader, const struct plan_path *path,
                     const struct plan_object *object)
{
    plan_file_fail(reader, path, JSON_PART_KEY, "unknown key");
    const char *guess =
        name_guess(path->key, &object->fields->key, object->field_count, sizeof *object->fields);
    return guess != NULL ? fail_hint(reader->fail, "did you mean \"%s\"?", guess) : false;
}

static bool member_read(const struct plan_reader *reader, const struct plan_path *path,
                        const struct plan_object *object, const struct json *value, void *base)
{
    for (size_t i = 0; i < object->field_count; i++) {
        const struct plan_field *field = &object->fields[i];
        if (strcmp(field->key, path->key) == 0)
            return kinds[field->kind](reader, path, field, value, base);
    }
    return is_comment(path->key) || key_fail(reader, path, object);
}

static bool required_check(const struct plan_reader *reader, const struct plan_path *path,
                           const struct plan_object *object, const struct json *value)
{
    for (size_t i = 0; i < object->field_count; i++) {
        const struct plan_field *field = &object->fields[i];
        const struct plan_path member = {.parent = path, .key = field->key};
        if (field->required && json_member(value, field->key) == NULL)
            return plan_file_fail(reader, &member, JSON_PART_VALUE, "is missing");
    }
    return true;
}

bool plan_object_read(const struct plan_reader *reader, const struct plan_path *path,
                      const struct plan_object *object, const struct json *value, void *ret_struct)
{
    if (!object_check(reader, path, value))
        return false;
    memcpy(ret_struct, object->empty, object->size);
    for (void *at = json_first(value); at != NULL; at = json_next(value, at)) {
        const struct plan_path member = {.parent = path, .key = json_key(at)};
        if (!member_read(reader, &member, object, json_value(at), ret_struct))
            return false;
    }
    return required_check(reader, path, object, value);
}
