/*
 * The JSON Schema against the reader: it is JSON, names what the reader takes, and leaves out what
 * it refuses. (That the schema judges files as the reader does was tried with a validator; a
 * validator is no part of the tests.)
 */
#include "topology.h"

#include "topology_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;
static struct json *schema;

static int setup(void **state)
{
    struct text text = {.arena = &arena};
    struct json_error error = {0};
    (void)state;
    topology_schema(&text);
    struct json_text whole = {.name = "schema", .bytes = text.bytes, .length = text.length};
    bool good = json_read_whole(&whole, &schema, &error);
    text_free(&text);
    return good ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    json_release(schema);
    arena_free(&arena);
    return 0;
}

static const struct json *at(const struct json *value, const char *const *path)
{
    for (; *path != NULL; path++) {
        value = json_member(value, *path);
        if (value == NULL)
            fail_msg("no %s", *path);
    }
    return value;
}

#define AT(value, ...) at(value, (const char *const[]){__VA_ARGS__, NULL})

/* Every row is there with its sentence, unless it is not built yet; and nothing else is. */
static void check_object(const struct json *object, const struct field *fields, size_t count)
{
    const struct json *properties = AT(object, "properties");
    size_t supported = 0;
    for (size_t i = 0; i < count; i++) {
        const struct json *property = json_member(properties, fields[i].name);
        assert_int_equal(property == NULL, fields[i].kind == FIELD_UNSUPPORTED);
        if (property == NULL)
            continue;
        supported++;
        assert_string_equal(json_as_string(AT(property, "description"), NULL), fields[i].what);
    }
    assert_int_equal(json_size(properties), supported);
    assert_string_equal(json_as_string(AT(object, "type"), NULL), "object");
    assert_int_equal(json_kind_of(AT(object, "additionalProperties")), JSON_KIND_FALSE);
    assert_non_null(AT(object, "patternProperties", "^//"));
}

static void every_row_is_there(void **state)
{
    (void)state;
    check_object(schema, document_fields, document_field_count);
    check_object(AT(schema, "$defs", "server"), server_fields, server_field_count);
    check_object(AT(schema, "$defs", "service"), service_fields, service_field_count);
}

static void it_says_which_draft(void **state)
{
    (void)state;
    assert_string_equal(json_as_string(AT(schema, "$schema"), NULL),
                        "https://json-schema.org/draft/2020-12/schema");
    assert_non_null(AT(schema, "title"));
}

static void maps_lead_to_their_definitions(void **state)
{
    (void)state;
    assert_string_equal(
        json_as_string(AT(schema, "properties", "servers", "additionalProperties", "$ref"), NULL),
        "#/$defs/server");
    assert_string_equal(
        json_as_string(AT(schema, "properties", "services", "additionalProperties", "$ref"), NULL),
        "#/$defs/service");
}

static void bounds_are_those_of_the_rows(void **state)
{
    const struct json *server = AT(schema, "$defs", "server", "properties");
    const struct json *service = AT(schema, "$defs", "service", "properties");
    (void)state;
    assert_int_equal(json_as_integer(AT(server, "max_connections", "minimum")), 1);
    assert_int_equal(json_as_integer(AT(server, "max_connections", "maximum")),
                     MAX_CONNECTIONS_LIMIT);
    assert_int_equal(json_as_integer(AT(json_element(AT(server, "margin", "oneOf"), 0), "minimum")),
                     0);
    assert_int_equal(
        json_as_integer(AT(json_element(AT(server, "alert_at", "oneOf"), 0), "minimum")), 1);
    assert_int_equal(json_as_integer(AT(service, "at_most", "minimum")), 0);
    assert_true(json_as_real(AT(service, "weight", "minimum")) == 0.001);
    assert_int_equal(json_as_integer(AT(service, "weight", "maximum")), 1000);
    assert_int_equal(json_as_integer(AT(schema, "properties", "version", "const")), 1);
}

static void every_client_is_a_choice(void **state)
{
    (void)state;
    const struct json *words = AT(json_element(AT(schema, "$defs", "client", "anyOf"), 0), "enum");
    assert_int_equal(json_size(words), client_count());
    for (size_t i = 0; i < client_count(); i++)
        assert_string_equal(json_as_string(json_element(words, i), NULL), client_at(i)->id);
}

static void what_must_be_given_is_required(void **state)
{
    (void)state;
    const struct json *instances =
        json_element(AT(schema, "$defs", "service", "properties", "instances", "oneOf"), 1);
    assert_int_equal(json_size(AT(instances, "required")), 1);
    assert_string_equal(json_as_string(json_element(AT(instances, "required"), 0), NULL), "max");
    assert_null(json_member(schema, "required"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_there),
        cmocka_unit_test(it_says_which_draft),
        cmocka_unit_test(maps_lead_to_their_definitions),
        cmocka_unit_test(bounds_are_those_of_the_rows),
        cmocka_unit_test(every_client_is_a_choice),
        cmocka_unit_test(what_must_be_given_is_required),
    };
    return cmocka_run_group_tests_name("topology_schema", tests, setup, teardown);
}
