/* What is written must be JSON, and must read back as what was meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json.h"
#include "json_write.h"

#include <math.h>
#include <string.h>

static struct arena arena;

/* What `put` writes, read again. */
static struct json *written(struct text *text, void (*put)(struct json_writer *))
{
    struct json_writer writer = {.text = text};
    struct json *value;
    struct json_error error;
    put(&writer);
    const struct json_text again = {.name = "test", .bytes = text->bytes, .length = text->length};
    assert_true(json_read_whole(&again, &value, &error));
    return value;
}

static void put_nested(struct json_writer *writer)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "a \"quoted\" key", "line\nbreak");
    json_write_open(writer, "empty", '[');
    json_write_close(writer, ']');
    json_write_open(writer, "list", '[');
    json_write_integer(writer, NULL, -1);
    json_write_open(writer, NULL, '{');
    json_write_bool(writer, "yes", true);
    json_write_bool(writer, "no", false);
    json_write_close(writer, '}');
    json_write_string(writer, NULL, NULL);
    json_write_close(writer, ']');
    json_write_null(writer, "none");
    json_write_close(writer, '}');
}

static void it_is_laid_out_for_people(void **state)
{
    (void)state;
    struct text text = {.arena = &arena};
    json_release(written(&text, put_nested));
    assert_string_equal(text.bytes, "{\n"
                                    "  \"a \\\"quoted\\\" key\": \"line\\nbreak\",\n"
                                    "  \"empty\": [],\n"
                                    "  \"list\": [\n"
                                    "    -1,\n"
                                    "    {\n"
                                    "      \"yes\": true,\n"
                                    "      \"no\": false\n"
                                    "    },\n"
                                    "    null\n"
                                    "  ],\n"
                                    "  \"none\": null\n"
                                    "}");
    text_free(&text);
}

static const double reals[] = {0,       0.1,  0.25,  0.931, 29.802, 119.209,
                               1.0 / 3, 1e15, 1e300, 4,     3.725,  1234567.8};
enum { REALS = sizeof reals / sizeof reals[0] };

static void put_reals(struct json_writer *writer)
{
    json_write_open(writer, NULL, '[');
    for (size_t i = 0; i < REALS; i++)
        json_write_real(writer, NULL, reals[i]);
    json_write_close(writer, ']');
}

static void reals_read_back_as_themselves(void **state)
{
    (void)state;
    struct text text = {.arena = &arena};
    struct json *list = written(&text, put_reals);
    assert_int_equal(json_size(list), REALS);
    for (size_t i = 0; i < REALS; i++)
        assert_memory_equal(&(double){json_as_real(json_element(list, i))}, &reals[i],
                            sizeof reals[i]);
    assert_non_null(strstr(text.bytes, " 29.802,"));
    json_release(list);
    text_free(&text);
}

static void put_unknowns(struct json_writer *writer)
{
    json_write_open(writer, NULL, '[');
    json_write_count(writer, NULL, -1);
    json_write_real(writer, NULL, -1);
    json_write_real(writer, NULL, NAN);
    json_write_real(writer, NULL, INFINITY);
    json_write_thousandths(writer, NULL, -1);
    json_write_close(writer, ']');
}

static void what_is_not_known_is_null(void **state)
{
    (void)state;
    struct text text = {.arena = &arena};
    struct json *list = written(&text, put_unknowns);
    assert_int_equal(json_size(list), 5);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(json_kind_of(json_element(list, i)), JSON_KIND_NULL);
    json_release(list);
    text_free(&text);
}

static void thousandths_are_decimals(void **state)
{
    (void)state;
    static const struct {
        int64_t thousandths;
        const char *decimal;
    } rows[] = {
        {0, "0.0"},   {5, "0.005"},        {62500, "62.5"}, {80000, "80.0"},
        {100, "0.1"}, {1000000, "1000.0"}, {1001, "1.001"}, {INT64_MAX, "9223372036854775.807"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text text = {.arena = &arena};
        struct json_writer writer = {.text = &text};
        json_write_thousandths(&writer, NULL, rows[i].thousandths);
        assert_string_equal(text.bytes, rows[i].decimal);
        text_free(&text);
    }
}

static int arena_end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_laid_out_for_people),
        cmocka_unit_test(reals_read_back_as_themselves),
        cmocka_unit_test(what_is_not_known_is_null),
        cmocka_unit_test(thousandths_are_decimals),
    };
    return cmocka_run_group_tests_name("json_write", tests, NULL, arena_end);
}
