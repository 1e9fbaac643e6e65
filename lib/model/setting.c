#include "setting.h"

#include "decimal.h"
#include <stdio.h>

#include <string.h>

static bool path_add(struct setting *setting, const char *name, struct fail *fail)
{
    if (setting->depth == SETTING_MAX_DEPTH)
        return fail_set(fail, FAIL_USAGE, "%s %.80s: the path is too long", setting->label,
                        setting->argument);
    setting->path[setting->depth++] = name;
    return true;
}

/* Takes `/a~1b/c` or `a.b.c` apart; `path` is changed. */
static bool path_split(struct setting *setting, char *path, struct fail *fail)
{
    char separator = '.';
    if (*path == '/') {
        separator = '/';
        path++;
    }
    char *start = path, *to = path;
    for (char *at = path;; at++) {
        if (*at == separator || *at == '\0') {
            char end = *at;
            *to = '\0';
            if (!path_add(setting, start, fail))
                return false;
            if (end == '\0')
                return true;
            start = to = at + 1;
        } else if (separator == '/' && *at == '~' && (at[1] == '0' || at[1] == '1')) {
            *to++ = *++at == '0' ? '~' : '/';
        } else {
            *to++ = *at;
        }
    }
}

static bool is_utf8(const char *string)
{
    uint32_t code_point;
    for (size_t left = strlen(string), size; left > 0; left -= size, string += size) {
        size = utf8_read(string, left, &code_point);
        if (size == 0)
            return false;
    }
    return true;
}

static bool setting_read(struct arena *arena, struct setting *setting, struct fail *fail)
{
    if (!is_utf8(setting->argument))
        return fail_set(fail, FAIL_USAGE, "%s %.80s: this is not valid UTF-8", setting->label,
                        setting->argument);
    const char *equals = strchr(setting->argument, '=');
    if (equals == NULL || equals == setting->argument) {
        (void)fail_set(fail, FAIL_USAGE, "%s %.80s: expected PATH=VALUE", setting->label,
                       setting->argument);
        return fail_hint(fail, "for example --set services.api.instances.max=3");
    }
    setting->value = equals + 1;
    char *path = arena_strndup(arena, setting->argument, (size_t)(equals - setting->argument));
    if (!path_split(setting, path, fail))
        return false;
    for (size_t i = 0; i < setting->depth; i++)
        if (setting->path[i][0] == '\0')
            return fail_set(fail, FAIL_USAGE, "%s %.80s: a name in the path is empty",
                            setting->label, setting->argument);
    static const char *const sections[][2] = {
        {"services", "service"}, {"servers", "server"}, {"poolers", "pooler"}};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (strcmp(setting->path[0], sections[i][0]) == 0 && setting->depth < 2)
            return fail_set(fail, FAIL_USAGE, "%s %.80s: name the %s, as in %s.NAME.KEY=VALUE",
                            setting->label, setting->argument, sections[i][1], sections[i][0]);
    return true;
}

bool settings_read(struct arena *arena, const char *label, const char *const *arguments,
                   size_t count, struct settings *ret_settings, struct fail *fail)
{
    ret_settings->items = ARENA_ARRAY(arena, count + 1, struct setting);
    ret_settings->count = count;
    ret_settings->label = label != NULL ? label : "--set";
    for (size_t i = 0; i < count; i++) {
        ret_settings->items[i].argument = arguments[i];
        ret_settings->items[i].label = ret_settings->label;
        if (!setting_read(arena, &ret_settings->items[i], fail))
            return false;
    }
    return true;
}

static bool is_below(const char *const *path, size_t depth, const char *const *place,
                     size_t place_depth)
{
    if (depth < place_depth)
        return false;
    for (size_t i = 0; i < place_depth; i++)
        if (strcmp(path[i], place[i]) != 0)
            return false;
    return true;
}

/* `instances: N` becomes {min:N,max:N} first. */
static bool instances_open(struct json *service)
{
    static const char *const path[] = {"instances"};
    static const char *const min_path[] = {"instances", "min"}, *const max_path[] = {"instances",
                                                                                     "max"};
    const struct json *instances = json_member(service, "instances");
    if (instances == NULL || json_kind_of(instances) != JSON_KIND_INTEGER)
        return true;
    int64_t count = json_as_integer(instances);
    return json_put(service, path, 1, json_empty_object()) &&
           json_put(service, min_path, 2, json_new_integer(count)) &&
           json_put(service, max_path, 2, json_new_integer(count));
}

/* A `max` that was set below `min` lowers `min`; a negative one is a mistake of its own. */
static bool instances_close(struct json *service)
{
    static const char *const min_path[] = {"instances", "min"};
    const struct json *instances = json_member(service, "instances");
    const struct json *min = json_member(instances, "min"), *max = json_member(instances, "max");
    if (min == NULL || max == NULL || json_kind_of(min) != JSON_KIND_INTEGER ||
        json_kind_of(max) != JSON_KIND_INTEGER || json_as_integer(max) < 0 ||
        json_as_integer(max) >= json_as_integer(min))
        return true;
    return json_put(service, min_path, 2, json_new_integer(json_as_integer(max)));
}

static bool is_instances(const struct setting *setting)
{
    return setting->depth == 4 && strcmp(setting->path[0], "services") == 0 &&
           strcmp(setting->path[2], "instances") == 0;
}

/* Puts below an object; `put` is NULL to remove, and is stolen. */
static bool setting_put_below(const struct setting *setting, size_t depth, struct json *object,
                              struct json *put)
{
    bool in_instances = depth == 2 && is_instances(setting);
    if (in_instances && json_kind_of(object) == JSON_KIND_OBJECT && !instances_open(object)) {
        json_release(put);
        return false;
    }
    if (!json_put(object, setting->path + depth, setting->depth - depth, put))
        return false;
    return !in_instances || strcmp(setting->path[3], "max") != 0 || instances_close(object);
}

static bool setting_put(const struct setting *setting, size_t depth, struct json **value)
{
    struct json *put = json_from_argument(setting->value);
    if (put == NULL)
        return false;
    if (json_kind_of(put) == JSON_KIND_NULL) {
        json_release(put);
        put = NULL;
    }
    if (setting->depth == depth) {
        json_release(*value);
        *value = put;
        return true;
    }
    if (*value == NULL && put == NULL)
        return true;
    if (*value == NULL)
        *value = json_empty_object();
    return setting_put_below(setting, depth, *value, put);
}

static bool holds_values(const struct json *value)
{
    return json_kind_of(value) == JSON_KIND_OBJECT || json_kind_of(value) == JSON_KIND_ARRAY;
}

/* The value below another; NULL where there is none. */
static const struct json *below(const struct json *value, const char *name)
{
    int64_t index;
    if (json_kind_of(value) != JSON_KIND_ARRAY)
        return json_member(value, name);
    return count_read(name, &index) && (uint64_t)index < json_size(value)
               ? json_element(value, (size_t)index)
               : NULL;
}

/* Why a value cannot be put: the part of the path that is neither an object nor an array with that
 * place, nor absent. */
static bool setting_fail(const struct setting *setting, size_t depth, const struct json *value,
                         struct fail *fail)
{
    char place[200] = "";
    size_t length = 0;
    const struct json *array = NULL;
    bool goes_on = false; /* below the missing element */
    for (size_t i = 0; i < setting->depth && length < sizeof place; i++) {
        if (i >= depth && value != NULL && !holds_values(value))
            break;
        if (i >= depth && value != NULL) {
            const struct json *next = below(value, setting->path[i]);
            if (next == NULL && json_kind_of(value) == JSON_KIND_ARRAY) {
                array = value;
                goes_on = i + 1 < setting->depth;
                break;
            }
            value = next;
        }
        length += (size_t)snprintf(place + length, sizeof place - length, "%s%.40s",
                                   i > 0 ? "." : "", setting->path[i]);
    }
    if (array != NULL) {
        (void)fail_set(fail, FAIL_USAGE, "%s %.80s: %s has %zu %s, and no such one", setting->label,
                       setting->argument, place, json_size(array),
                       plural((int64_t)json_size(array), "element", "elements"));
        if (goes_on)
            return fail_hint(fail, "a new one is given whole, as JSON: --set '%s.%zu={...}'", place,
                             json_size(array));
        return fail_hint(fail, "they are counted from 0; %s.%zu is a new one", place,
                         json_size(array));
    }
    if (value == NULL || holds_values(value))
        return fail_set(fail, FAIL_USAGE, "%s %.80s: cannot be put there", setting->label,
                        setting->argument);
    (void)fail_set(fail, FAIL_USAGE, "%s %.80s: %s is %s, not an object", setting->label,
                   setting->argument, place, json_kind_name(json_kind_of(value)));
    return fail_hint(fail, "set the whole of it: --set '%s=VALUE'", place);
}

bool settings_apply(struct settings *settings, const char *const *place, size_t depth,
                    struct json **value, struct fail *fail)
{
    for (size_t i = 0; i < settings->count; i++) {
        struct setting *setting = &settings->items[i];
        if (!is_below(setting->path, setting->depth, place, depth))
            continue;
        setting->used = true;
        if (!setting_put(setting, depth, value))
            return setting_fail(setting, depth, *value, fail);
    }
    return true;
}

const char *settings_cover(const struct settings *settings, const char *const *path, size_t depth)
{
    for (size_t i = 0; settings != NULL && i < settings->count; i++) {
        const struct setting *setting = &settings->items[i];
        if (is_below(path, depth, setting->path, setting->depth) ||
            (depth > 2 && is_below(setting->path, setting->depth, path, depth)))
            return setting->argument;
    }
    return NULL;
}
