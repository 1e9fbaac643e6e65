/*
 * The JSON Schema of the topology, printed from the rows that read it, so that an editor and the
 * reader say the same. What the reader refuses as not built yet is left out.
 */
#include "topology_rows.h"

#define DURATION_PATTERN "^([0-9]+(\\\\.[0-9]{1,3})?(us|ms|s|m|min|h|d)|.*\\\\$\\\\{.*)$"
#define COMMENTS "\"patternProperties\": {\"^//\": {}}"

static void line_begin(struct text *text, int indent)
{
    text_put_char(text, '\n');
    text_repeat(text, "  ", (size_t)indent);
}

/* One of the words, or a string that holds a ${NAME}. */
static void words_put(struct text *text, const char *const *words, size_t count)
{
    text_put(text, "\"anyOf\": [{\"enum\": [");
    for (size_t i = 0; i < count; i++) {
        text_put(text, i > 0 ? ", " : "");
        text_put_json(text, words[i]);
    }
    text_put(text, "]}, {\"type\": \"string\", \"pattern\": \"\\\\$\\\\{\"}]");
}

static void choices_put(struct text *text, const char *const *choices)
{
    size_t count = 0;
    while (choices[count] != NULL)
        count++;
    words_put(text, choices, count);
}

static void range_put(struct text *text, const struct field *field)
{
    if (field->kind == FIELD_COUNT)
        text_printf(text, "\"type\": \"integer\", \"minimum\": %lld, \"maximum\": %lld",
                    (long long)field->minimum, (long long)field->maximum);
    else
        text_printf(text, "\"type\": \"number\", \"minimum\": %g, \"maximum\": %g",
                    (double)field->minimum / 1000, (double)field->maximum / 1000);
}

static void object_put(struct text *text, const struct field *fields, size_t count, int indent)
{
    text_put(text, "\"type\": \"object\",");
    line_begin(text, indent);
    fields_schema(fields, count, text, indent);
}

/* What the row reads itself: as its schema or choices say, or an object of its rows. */
static void custom_put(struct text *text, const struct field *field, int indent)
{
    bool several = field->fields != NULL && (field->schema != NULL || field->choices != NULL);
    text_put(text, several ? "\"oneOf\": [{" : "");
    if (field->schema != NULL)
        text_put(text, field->schema);
    else if (field->choices != NULL)
        choices_put(text, field->choices);
    text_put(text, several ? "}, {" : "");
    if (field->fields != NULL)
        object_put(text, field->fields, field->field_count, indent);
    text_put(text, several ? "}]" : "");
}

static void value_put(struct text *text, const struct field *field, int indent)
{
    switch (field->kind) {
    case FIELD_STRING:
        text_put(text, "\"type\": \"string\", \"minLength\": 1");
        break;
    case FIELD_COUNT:
    case FIELD_THOUSANDTHS:
        range_put(text, field);
        break;
    case FIELD_AMOUNT:
        text_put(text, AMOUNT_SCHEMA);
        break;
    case FIELD_DURATION:
    case FIELD_DURATION_US:
        text_put(text, "\"type\": \"string\", \"pattern\": \"" DURATION_PATTERN "\"");
        break;
    case FIELD_BOOL:
        text_put(text, "\"type\": \"boolean\"");
        break;
    case FIELD_CHOICE:
        choices_put(text, field->choices);
        break;
    case FIELD_COUNTS:
        text_put(text, "\"allOf\": [" COUNTS_SCHEMA "]");
        break;
    case FIELD_OBJECT:
        object_put(text, field->fields, field->field_count, indent);
        break;
    case FIELD_LIST:
        text_put(text, "\"type\": \"array\", ");
        if (field->minimum > 0)
            text_printf(text, "\"minItems\": %lld, ", (long long)field->minimum);
        text_put(text, "\"items\": {");
        object_put(text, field->fields, field->field_count, indent);
        text_put_char(text, '}');
        break;
    case FIELD_CUSTOM:
        custom_put(text, field, indent);
        break;
    case FIELD_IGNORED:
    case FIELD_UNSUPPORTED:
        text_put(text, "\"type\": \"string\"");
        break;
    }
}

static void required_put(struct text *text, const struct field *fields, size_t count, int indent)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (!fields[i].required)
            continue;
        text_put(text, found++ == 0 ? "\"required\": [" : ", ");
        text_put_json(text, fields[i].name);
    }
    if (found == 0)
        return;
    text_put(text, "],");
    line_begin(text, indent);
}

void fields_schema(const struct field *fields, size_t count, struct text *text, int indent)
{
    const char *comma = "";
    text_put(text, "\"properties\": {");
    for (size_t i = 0; i < count; i++) {
        if (fields[i].kind == FIELD_UNSUPPORTED)
            continue;
        text_put(text, comma);
        line_begin(text, indent + 1);
        text_put_json(text, fields[i].name);
        text_put(text, ": {\"description\": ");
        text_put_json(text, fields[i].what);
        text_put(text, ", ");
        value_put(text, &fields[i], indent + 2);
        text_put_char(text, '}');
        comma = ",";
    }
    line_begin(text, indent);
    text_put(text, "},");
    line_begin(text, indent);
    required_put(text, fields, count, indent);
    text_put(text, COMMENTS ",");
    line_begin(text, indent);
    text_put(text, "\"additionalProperties\": false");
}

static void definition_put(struct text *text, const char *name, const struct field *fields,
                           size_t count)
{
    line_begin(text, 2);
    text_put_json(text, name);
    text_put(text, ": {");
    line_begin(text, 3);
    object_put(text, fields, count, 3);
    line_begin(text, 2);
    text_put(text, "},");
}

void topology_schema(struct text *text)
{
    text_put(
        text,
        "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
        "  \"title\": \"pgsize topology\",\n"
        "  \"description\": \"Who connects to which PostgreSQL server, from how many processes, "
        "and how they are deployed. Keys that begin with // are comments.\",\n  ");
    object_put(text, document_fields, document_field_count, 1);
    text_put(text, ",\n  \"$defs\": {");
    definition_put(text, "server", server_fields, server_field_count);
    definition_put(text, "service", service_fields, service_field_count);
    definition_put(text, "pooler", pooler_fields, pooler_field_count);
    line_begin(text, 2);
    text_put(text, "\"client\": {");
    size_t count;
    const char *const *ids = client_ids(text->arena, &count);
    words_put(text, ids, count);
    text_put(text, "}\n  }\n}\n");
}
