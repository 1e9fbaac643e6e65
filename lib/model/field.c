#include "field.h"

#include "decimal.h"
#include "expand.h"
#include "name.h"
#include "setting.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { CHOICES_SHOWN_MAX = 256 };

const char *guess_hint(const char *wrong, const char *const *candidates, size_t count,
                       size_t stride, char *buffer, size_t size)
{
    const char *guess = name_guess(wrong, candidates, count, stride);
    if (guess == NULL)
        return NULL;
    (void)snprintf(buffer, size, "did you mean \"%.100s\"?", guess);
    return buffer;
}

const char *names_hint(const char *wrong, const char *noun, const char *const *names, size_t count,
                       char *buffer, size_t size)
{
    enum { LISTED = 5 };
    if (guess_hint(wrong, names, count, sizeof *names, buffer, size) != NULL)
        return buffer;
    if (count == 0)
        return NULL;
    size_t length = (size_t)snprintf(buffer, size, "%ss here: ", noun);
    name_list(names, count, LISTED, buffer + length, size - length);
    return buffer;
}

/* Nor is anything that could be a part of one. */
static bool may_be_secret(const struct json *value)
{
    const char *string = json_as_string(value, NULL);
    return strstr(string, "://") != NULL || strchr(string, '@') != NULL ||
           strchr(string, '=') != NULL;
}

void value_show(const struct json *value, char shown[VALUE_SHOWN_BYTES])
{
    enum json_kind kind = json_kind_of(value);
    if (kind == JSON_KIND_ARRAY || kind == JSON_KIND_OBJECT ||
        (kind == JSON_KIND_STRING && may_be_secret(value)))
        (void)snprintf(shown, VALUE_SHOWN_BYTES, "%s", json_kind_name(kind));
    else
        json_show(value, shown, VALUE_SHOWN_BYTES);
}

bool fault_wrong(struct reader *reader, const struct path *path, const struct json *value,
                 const char *what)
{
    char shown[VALUE_SHOWN_BYTES];
    value_show(value, shown);
    return fault_at(reader, path, FAULT_VALUE, NULL, "must be %s, got %s", what, shown);
}

const char *string_expand(struct reader *reader, const struct path *path, const struct json *value)
{
    char missing[128];
    const char *expanded =
        expand(reader->arena, json_as_string(value, NULL), reader->input->environment, EXPAND_PLAIN,
               NULL, missing, sizeof missing);
    if (expanded == NULL)
        (void)fault_at(reader, path, FAULT_VALUE, "set it, or write ${NAME:-default}", "%s",
                       missing);
    return expanded;
}

bool name_check(struct reader *reader, const struct path *path, enum fault_part part,
                const char *name)
{
    return strstr(name, "://") == NULL ||
           fault_at(reader, path, part, "a URL is the value of \"url\"", "must not be a URL");
}

const char *string_keep(struct reader *reader, const char *string)
{
    return string == NULL ? NULL : arena_strdup(reader->arena, string);
}

bool count_field_read(struct reader *reader, const struct path *path, const struct json *value,
                      int64_t minimum, int64_t maximum, int64_t *ret_count)
{
    char what[96];
    if (json_kind_of(value) != JSON_KIND_INTEGER) {
        (void)snprintf(what, sizeof what, "a whole number, %" PRId64 " or more", minimum);
        return fault_wrong(reader, path, value, what);
    }
    int64_t count = json_as_integer(value);
    if (count < minimum) {
        (void)snprintf(what, sizeof what, "%" PRId64 " or more", minimum);
        return fault_wrong(reader, path, value, what);
    }
    if (count > maximum) {
        (void)snprintf(what, sizeof what, "at most %" PRId64, maximum);
        return fault_wrong(reader, path, value, what);
    }
    *ret_count = count;
    return true;
}

bool amount_field_read(struct reader *reader, const struct path *path, const struct json *value,
                       struct amount *ret_amount)
{
    int64_t count;
    if (json_kind_of(value) == JSON_KIND_STRING) {
        const char *string = string_expand(reader, path, value);
        if (string == NULL)
            return false;
        if (!share_read(string, &count))
            return fault_wrong(reader, path, value,
                               "a count, or a share such as \"25%\" or \"62.5%\"");
        *ret_amount = (struct amount){.given = true, .is_share = true, .value = count};
        return true;
    }
    if (json_kind_of(value) != JSON_KIND_INTEGER)
        return fault_wrong(reader, path, value, "a count, or a share such as \"25%\" or \"62.5%\"");
    if (!count_field_read(reader, path, value, 0, INT32_MAX, &count))
        return false;
    *ret_amount = (struct amount){.given = true, .value = count};
    return true;
}

/* "one of fill, stable"; returns how many there are. */
static size_t choices_show(const char *const *choices, char what[CHOICES_SHOWN_MAX])
{
    size_t count = 0, length = (size_t)snprintf(what, CHOICES_SHOWN_MAX, "one of ");
    for (; choices[count] != NULL && length < CHOICES_SHOWN_MAX; count++)
        length += (size_t)snprintf(what + length, CHOICES_SHOWN_MAX - length, "%s%s",
                                   count > 0 ? ", " : "", choices[count]);
    return count;
}

bool choice_field_read(struct reader *reader, const struct path *path, const struct json *value,
                       const char *const *choices, int *ret_choice)
{
    char what[CHOICES_SHOWN_MAX], guess[160], shown[VALUE_SHOWN_BYTES];
    if (json_kind_of(value) != JSON_KIND_STRING) {
        (void)choices_show(choices, what);
        return fault_wrong(reader, path, value, what);
    }
    const char *string = string_expand(reader, path, value);
    if (string == NULL)
        return false;
    for (int i = 0; choices[i] != NULL; i++) {
        if (strcmp(string, choices[i]) == 0) {
            *ret_choice = i;
            return true;
        }
    }
    size_t count = choices_show(choices, what);
    value_show(value, shown); /* as written: a variable's value may be a secret */
    return fault_at(reader, path, FAULT_VALUE,
                    guess_hint(string, choices, count, sizeof *choices, guess, sizeof guess),
                    "must be %s, got %s", what, shown);
}

static bool string_field_read(struct reader *reader, const struct path *path,
                              const struct json *value, const char **ret_string)
{
    if (json_kind_of(value) != JSON_KIND_STRING)
        return fault_wrong(reader, path, value, "a string");
    const char *string = string_expand(reader, path, value);
    if (string == NULL)
        return false;
    if (*string == '\0')
        return fault_at(reader, path, FAULT_VALUE, NULL, "must not be empty");
    if (!name_check(reader, path, FAULT_VALUE, string))
        return false;
    *ret_string = string_keep(reader, string);
    return true;
}

static bool duration_wrong(struct reader *reader, const struct path *path, const struct json *value,
                           const char *string, const char *what)
{
    char shown[VALUE_SHOWN_BYTES], sum[24], hint[64];
    value_show(value, shown);
    const char *in_one = duration_sum_show(string, sum);
    (void)snprintf(hint, sizeof hint, "write it with one unit: \"%s\"",
                   in_one != NULL ? in_one : "");
    return fault_at(reader, path, FAULT_VALUE, in_one != NULL ? hint : NULL, "must be %s, got %s",
                    what, shown);
}

static bool duration_field_read(struct reader *reader, const struct path *path,
                                const struct json *value, const struct field *field,
                                int64_t *ret_duration)
{
    bool in_us = field->kind == FIELD_DURATION_US;
    const char *what =
        in_us ? "a duration with a unit, such as \"250us\", \"0.4ms\", \"60ms\" or \"2s\""
              : "a duration with a unit, such as \"500ms\", \"20s\", \"10m\" or \"1h\"";
    if (json_kind_of(value) != JSON_KIND_STRING)
        return fault_wrong(reader, path, value, what);
    const char *string = string_expand(reader, path, value);
    if (string == NULL)
        return false;
    int64_t duration;
    if (!(in_us ? duration_us_read : duration_read)(string, &duration))
        return duration_wrong(reader, path, value, string, what);
    if (duration < field->minimum) {
        char least[24], words[48];
        (void)snprintf(words, sizeof words, "%s or more",
                       in_us ? "1us" : duration_show(field->minimum, least));
        return fault_wrong(reader, path, value, words);
    }
    *ret_duration = duration;
    return true;
}

static bool thousandths_field_read(struct reader *reader, const struct path *path,
                                   const struct json *value, const struct field *field,
                                   int64_t *ret_thousandths)
{
    enum json_kind kind = json_kind_of(value);
    double number = kind == JSON_KIND_INTEGER || kind == JSON_KIND_REAL ? json_as_real(value) : -1;
    if (number >= 0 && number <= 1e9) {
        /* 1.001 is not a binary number: the decimal that was written is the nearest one. */
        int64_t thousandths = (int64_t)(number * 1000 + 0.5);
        double error = (double)thousandths / 1000 - number;
        if (error < 1e-9 && error > -1e-9 && thousandths >= field->minimum &&
            thousandths <= field->maximum) {
            *ret_thousandths = thousandths;
            return true;
        }
    }
    char what[96];
    (void)snprintf(what, sizeof what,
                   "a number from %.12g to %.12g with at most three decimal places",
                   (double)field->minimum / 1000, (double)field->maximum / 1000);
    return fault_wrong(reader, path, value, what);
}

bool counts_field_read(struct reader *reader, const struct path *path, const struct json *value,
                       const struct field *field, void *object)
{
    char *into = (char *)object + field->offset;
    if (json_kind_of(value) != JSON_KIND_OBJECT)
        return fault_wrong(reader, path, value, "an object of names and counts");
    struct named_count *counts =
        ARENA_ARRAY(reader->arena, json_size(value) + 1, struct named_count);
    size_t count = 0;
    bool good = true;
    for (void *i = json_first(value); i != NULL; i = json_next(value, i)) {
        struct path here = {path, json_key(i)};
        if (strncmp(here.name, "//", 2) == 0)
            continue;
        if (!name_check(reader, &here, FAULT_KEY, here.name)) {
            good = false;
            continue;
        }
        struct named_count *one = &counts[count++];
        one->name = arena_strdup(reader->arena, here.name);
        good &= count_field_read(reader, &here, json_value(i), field->minimum, field->maximum,
                                 &one->count);
    }
    memcpy(into, &counts, sizeof counts);
    memcpy(into + sizeof counts, &count, sizeof count);
    return good;
}

static bool field_read(struct reader *reader, const struct path *path, const struct json *value,
                       const struct field *field, char *object)
{
    void *into = object + field->offset;
    int choice;
    switch (field->kind) {
    case FIELD_STRING:
        return string_field_read(reader, path, value, into);
    case FIELD_COUNT:
        return count_field_read(reader, path, value, field->minimum, field->maximum, into);
    case FIELD_AMOUNT:
        return amount_field_read(reader, path, value, into);
    case FIELD_DURATION:
    case FIELD_DURATION_US:
        return duration_field_read(reader, path, value, field, into);
    case FIELD_THOUSANDTHS:
        return thousandths_field_read(reader, path, value, field, into);
    case FIELD_BOOL:
        if (json_kind_of(value) != JSON_KIND_TRUE && json_kind_of(value) != JSON_KIND_FALSE)
            return fault_wrong(reader, path, value, "true or false");
        *(bool *)into = json_kind_of(value) == JSON_KIND_TRUE;
        return true;
    case FIELD_CHOICE:
        if (!choice_field_read(reader, path, value, field->choices, &choice))
            return false;
        memcpy(into, &choice, sizeof choice); /* every enum of these rows is an int */
        return true;
    case FIELD_COUNTS:
        return counts_field_read(reader, path, value, field, object);
    case FIELD_OBJECT:
        return fields_read(reader, path, value, field->fields, field->field_count, object);
    case FIELD_CUSTOM:
    case FIELD_LIST:
        return field->read(reader, path, value, object);
    case FIELD_IGNORED:
        return json_kind_of(value) == JSON_KIND_STRING ||
               fault_wrong(reader, path, value, "a string");
    case FIELD_UNSUPPORTED:
        break;
    }
    return fault_at(reader, path, FAULT_KEY, "remove it until this version of pgsize can honour it",
                    "not supported yet");
}

static const struct field *field_find(const char *name, const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i].name[0] == name[0] && strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static bool key_unknown(struct reader *reader, const struct path *path, const struct field *fields,
                        size_t count)
{
    char hint[384] = "allowed here: ";
    if (faults_full(reader))
        return fault_at(reader, path, FAULT_KEY, NULL, "unknown key");
    if (guess_hint(path->name, &fields->name, count, sizeof *fields, hint, sizeof hint) == NULL) {
        size_t length = strlen(hint);
        const char *comma = "";
        for (size_t i = 0; i < count && length < sizeof hint; i++) {
            if (fields[i].kind == FIELD_UNSUPPORTED)
                continue;
            int more = snprintf(hint + length, sizeof hint - length, "%s%s", comma, fields[i].name);
            length += more > 0 ? (size_t)more : 0;
            comma = ", ";
        }
        if (length >= sizeof hint)
            memcpy(hint + sizeof hint - 4, "...", 4);
    }
    return fault_at(reader, path, FAULT_KEY, hint, "unknown key");
}

bool fields_read(struct reader *reader, const struct path *path, const struct json *value,
                 const struct field *fields, size_t count, void *into)
{
    if (json_kind_of(value) != JSON_KIND_OBJECT)
        return fault_wrong(reader, path, value, "an object");
    bool good = true, keys_good = true;
    for (void *i = json_first(value); i != NULL; i = json_next(value, i)) {
        struct path here = {path, json_key(i)};
        if (strncmp(here.name, "//", 2) == 0)
            continue;
        const struct field *field = field_find(here.name, fields, count);
        keys_good &= field != NULL && field->kind != FIELD_UNSUPPORTED;
        if (field == NULL)
            good = key_unknown(reader, &here, fields, count);
        else
            good &= field_read(reader, &here, json_value(i), field, into);
    }
    /* A key that is not one may be what is missing, written wrong. */
    for (size_t i = 0; keys_good && i < count; i++)
        if (fields[i].required && json_member(value, fields[i].name) == NULL)
            good = fault_at(reader, path, FAULT_VALUE, NULL, "%s is missing", fields[i].name);
    return good;
}
