#include "topology_rows.h"

#include "ignore_rows.h"

#include <string.h>

const char *const rollout_strategies[] = {"recreate", "rolling", "blue-green", NULL};
static const char *const formulas[] = {"fair", "divisor", "half", NULL};

const char *formula_name(enum formula formula)
{
    return formulas[formula];
}

bool formula_find(const char *name, enum formula *ret_formula)
{
    for (size_t i = 0; formulas[i] != NULL; i++) {
        if (strcmp(formulas[i], name) == 0) {
            *ret_formula = (enum formula)i;
            return true;
        }
    }
    return false;
}

const char *rollout_strategy_name(enum rollout_strategy strategy)
{
    return rollout_strategies[strategy];
}

static bool version_read(struct reader *reader, const struct path *path, const struct json *value,
                         void *into)
{
    (void)into;
    int64_t version;
    if (!count_field_read(reader, path, value, 1, INT32_MAX, &version))
        return false;
    return version == 1 ||
           fault_at(reader, path, FAULT_VALUE, NULL, "must be 1, the only version so far, got %lld",
                    (long long)version);
}

#define MEMBERS_SCHEMA(noun)                                                                       \
    "\"type\": \"object\", \"propertyNames\": {\"minLength\": 1}, \"patternProperties\": "         \
    "{\"^//\": {}}, "                                                                              \
    "\"additionalProperties\": {\"$ref\": \"#/$defs/" noun "\"}"

const struct field document_fields[] = {
    {.name = "$schema", .kind = FIELD_IGNORED, .what = "For editors."},
    {.name = "version",
     .kind = FIELD_CUSTOM,
     .read = version_read,
     .schema = "\"const\": 1",
     .what = "Version of this format."},
    {.name = "formula",
     .kind = FIELD_CHOICE,
     .offset = offsetof(struct topology, formula),
     .choices = formulas,
     .what = "Sizing formula."},
    {.name = "servers",
     .kind = FIELD_CUSTOM,
     .schema = MEMBERS_SCHEMA("server"),
     .what = "PostgreSQL servers, by name."},
    {.name = "services",
     .kind = FIELD_CUSTOM,
     .schema = MEMBERS_SCHEMA("service"),
     .what = "Services and jobs that connect, by name."},
    {.name = "poolers",
     .kind = FIELD_CUSTOM,
     .schema = MEMBERS_SCHEMA("pooler"),
     .what = "Connection poolers between services and servers, by name."},
    {.name = "ignore",
     .kind = FIELD_LIST,
     .read = ignores_read,
     .fields = ignore_fields,
     .field_count = IGNORE_FIELD_COUNT,
     .what = "Findings that are accepted, each with its reason."},
};
const size_t document_field_count = sizeof document_fields / sizeof document_fields[0];
