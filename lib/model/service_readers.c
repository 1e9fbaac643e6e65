/*
 * How those keys of a service are read that are no plain count or string.
 */
#include "service_readers.h"

#include <stdio.h>
#include <string.h>

const struct field instances_fields[INSTANCES_FIELD_COUNT] = {
    {.name = "min",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, instances_min),
     .maximum = MOST_PROCESSES,
     .what = "Fewest instances."},
    {.name = "max",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct service, instances_max),
     .maximum = MOST_PROCESSES,
     .required = true,
     .what = "Most instances: where the autoscaler stops."},
    {.name = "from", .kind = FIELD_UNSUPPORTED},
};

bool instances_read(struct reader *reader, const struct path *path, const struct json *value,
                    void *into)
{
    struct service *service = into;
    if (json_kind_of(value) == JSON_KIND_INTEGER) {
        if (!count_field_read(reader, path, value, 0, MOST_PROCESSES, &service->instances_max))
            return false;
        service->instances_min = service->instances_max;
        return true;
    }
    if (json_kind_of(value) != JSON_KIND_OBJECT)
        return fault_wrong(reader, path, value, "a whole number, or {\"min\": N, \"max\": N}");
    service->instances_min = service->instances_max = UNKNOWN;
    if (!fields_read(reader, path, value, instances_fields, INSTANCES_FIELD_COUNT, service))
        return false;
    if (service->instances_min == UNKNOWN)
        service->instances_min = service->instances_max < 1 ? service->instances_max : 1;
    struct path max = {path, "max"}, min = {path, "min"};
    if (service->instances_min > service->instances_max && path_is_set(reader, &min))
        return fault_at(reader, &min, FAULT_VALUE, NULL, "must be at most max, %lld, got %lld",
                        (long long)service->instances_max, (long long)service->instances_min);
    if (service->instances_min > service->instances_max)
        return fault_at(reader, &max, FAULT_VALUE, NULL, "must be at least min, %lld, got %lld",
                        (long long)service->instances_min, (long long)service->instances_max);
    return true;
}

const struct field rollout_fields[ROLLOUT_FIELD_COUNT] = {
    {.name = "strategy",
     .kind = FIELD_CHOICE,
     .offset = offsetof(struct rollout, strategy),
     .choices = rollout_strategies,
     .what = "How a deploy replaces instances."},
    {.name = "surge",
     .kind = FIELD_AMOUNT,
     .offset = offsetof(struct rollout, surge),
     .what = "Instances above the number wanted, while deploying."},
    {.name = "unavailable",
     .kind = FIELD_AMOUNT,
     .offset = offsetof(struct rollout, unavailable),
     .what = "Instances that may be missing, while deploying."},
    {.name = "drain",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct rollout, drain_ms),
     .what =
         "How long a stopping instance keeps its connections; \"0s\": it closes them on SIGTERM."},
    {.name = "ready",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct rollout, ready_ms),
     .what = "How long a new instance takes to become ready."},
};

bool rollout_read(struct reader *reader, const struct path *path, const struct json *value,
                  void *into)
{
    struct rollout *rollout = &((struct service *)into)->rollout;
    ((struct service *)into)->rollout_given = true;
    if (json_kind_of(value) == JSON_KIND_STRING) {
        int strategy = 0;
        if (!choice_field_read(reader, path, value, rollout_strategies, &strategy))
            return false;
        rollout->strategy = (enum rollout_strategy)strategy;
        return true;
    }
    if (json_kind_of(value) != JSON_KIND_OBJECT)
        return fault_wrong(reader, path, value,
                           "\"recreate\", \"rolling\", \"blue-green\", or an object");
    if (!fields_read(reader, path, value, rollout_fields, ROLLOUT_FIELD_COUNT, rollout))
        return false;
    struct path strategy = {path, "strategy"};
    for (size_t i = 1; rollout->strategy != ROLLOUT_ROLLING && i < ROLLOUT_FIELD_COUNT; i++) {
        const char *key = rollout_fields[i].name;
        struct path here = {path, key};
        if (json_member(value, key) != NULL)
            return fault_at(reader, path_is_set(reader, &strategy) ? &strategy : &here, FAULT_KEY,
                            "remove it, or use \"rolling\"",
                            "%s means nothing with strategy \"%s\"", key,
                            rollout_strategies[rollout->strategy]);
    }
    return true;
}

bool databases_read(struct reader *reader, const struct path *path, const struct json *value,
                    void *into)
{
    struct service *service = into;
    if (json_kind_of(value) != JSON_KIND_ARRAY)
        return fault_wrong(reader, path, value, "an array of database names");
    size_t count = json_size(value);
    service->databases = ARENA_ARRAY(reader->arena, count + 1, const char *);
    for (size_t i = 0; i < count; i++) {
        char index[24];
        (void)snprintf(index, sizeof index, "%zu", i);
        struct path here = {path, index};
        const struct json *element = json_element(value, i);
        if (json_kind_of(element) != JSON_KIND_STRING)
            return fault_wrong(reader, &here, element, "a database name, \"db\" or \"server:db\"");
        const char *name = string_keep(reader, string_expand(reader, &here, element));
        if (name == NULL)
            return false;
        if (*name == '\0')
            return fault_at(reader, &here, FAULT_VALUE, NULL, "must not be empty");
        if (!name_check(reader, &here, FAULT_VALUE, name))
            return false;
        service->databases[service->database_count++] = name;
    }
    return true;
}

bool client_read(struct reader *reader, const struct path *path, const struct json *value,
                 void *into)
{
    if (json_kind_of(value) != JSON_KIND_STRING)
        return fault_wrong(reader, path, value, "the id of a client");
    const char *id = string_expand(reader, path, value);
    if (id == NULL)
        return false;
    const struct client *client = client_find(id);
    char hint[256], shown[VALUE_SHOWN_BYTES];
    ((struct service *)into)->client = client; /* NULL: what depends on it is not judged */
    if (client == NULL && faults_full(reader))
        return fault_at(reader, path, FAULT_VALUE, NULL, "no such client");
    if (client == NULL) {
        value_show(value, shown); /* as written: a variable's value may be a secret */
        size_t count;
        const char *const *ids = client_ids(reader->arena, &count);
        const char *guess = guess_hint(id, ids, count, sizeof *ids, hint, sizeof hint);
        return fault_at(reader, path, FAULT_VALUE,
                        guess != NULL ? guess : "pgsize list clients shows them; generic fits any",
                        "no such client: %s", shown);
    }
    return true;
}

bool service_url_read(struct reader *reader, const struct path *path, const struct json *value,
                      void *into)
{
    struct service *service = into;
    return url_field_read(reader, path, value, &service->url, &service->password_in_file);
}

static bool variable_read(struct reader *reader, const struct path *path, const struct json *value,
                          const char **ret_name)
{
    if (json_kind_of(value) != JSON_KIND_STRING)
        return fault_wrong(reader, path, value, "the name of a variable");
    const char *name = string_keep(reader, string_expand(reader, path, value));
    if (name == NULL)
        return false;
    size_t good = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
    if (name[good] != '\0' || good == 0 || (name[0] >= '0' && name[0] <= '9'))
        return fault_wrong(
            reader, path, value,
            "the name of a variable: letters, digits and _, not beginning with a digit");
    *ret_name = name;
    return true;
}

bool env_url_read(struct reader *reader, const struct path *path, const struct json *value,
                  void *into)
{
    return variable_read(reader, path, value, &((struct service *)into)->env_url);
}

bool env_limit_read(struct reader *reader, const struct path *path, const struct json *value,
                    void *into)
{
    return variable_read(reader, path, value, &((struct service *)into)->env_limit);
}
