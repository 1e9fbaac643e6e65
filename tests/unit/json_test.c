/* JSON: what is read, what is refused and where, and finding places again. */
#include "json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

/* A text of exactly these bytes, so that the address sanitizer sees what reads beyond them. */
static struct json_text text_of(const char *bytes, size_t length)
{
    char *copy = arena_alloc(&arena, length);
    memcpy(copy, bytes, length);
    return (struct json_text){.name = "t.json", .bytes = copy, .length = length};
}

static bool reads(const char *bytes, size_t length)
{
    struct json_text text = text_of(bytes, length);
    struct json *value = NULL;
    struct json_error error = {.offset = 999999};
    bool good = json_read_whole(&text, &value, &error);
    if (good) {
        json_release(value);
    } else {
        assert_true(error.offset <= length);
        assert_true(error.message[0] != '\0');
    }
    return good;
}

static bool skips(const char *bytes, size_t length)
{
    struct json_text text = text_of(bytes, length);
    struct json_error error = {.offset = 999999};
    size_t end = 0;
    bool good = json_skip(&text, 0, &end, &error);
    assert_true(good ? end <= length : error.offset <= length);
    good = good && json_skip_blanks(&text, end) == length;
    return good;
}

/* RFC 8259: each is a text, or is not. Scanning and reading must agree. */
static void grammar(void **state)
{
    static const char *const good[] = {
        "{}",
        "[]",
        "null",
        "true",
        "false",
        "0",
        "-0",
        "12",
        "-12.5",
        "0.5e+10",
        "1E-2",
        "\"\"",
        " \t\r\n[ 1 , 2 ]\n",
        "{\"a\":{\"b\":[null,{}]}}",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
        "\"\\u00e9\\uD83D\\uDC18\"",
        "\"\x7f\"",
        "\"caf\xc3\xa9 \xf0\x9f\x90\x98\"",
        "[[[[[[]]]]]]",
        "\"\xef\xbf\xbf\"",
        "9223372036854775807",
        "-9223372036854775808",
        "1e308",
    };
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{]",
        "{1:2}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\" 1}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "nul",
        "nulll",
        "True",
        "NaN",
        "Infinity",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "0x1",
        "1_000",
        "--1",
        "\"",
        "\"a",
        "'a'",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\n\"",
        "\"\t\"",
        "\"\x01\"",
        "\"\xff\"",
        "\"\xc3\"",
        "\"\xc0\xaf\"",
        "\"\xed\xa0\x80\"",
        "\"\xf4\x90\x80\x80\"",
        "1 2",
        "{} {}",
        "[] x",
        "// x\n1",
        "/* x */ 1",
        "# x\n1",
        "\xef\xbb\xbf{}",
        "\xc2\xa0[]",
        "\v1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!reads(good[i], strlen(good[i])) || !skips(good[i], strlen(good[i])))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (reads(bad[i], strlen(bad[i])) || skips(bad[i], strlen(bad[i])))
            fail_msg("taken: %s", bad[i]);
    assert_false(reads("[1]\0", 4));
    assert_false(reads("\0[1]", 4));
    assert_false(reads("[\0]", 3));
    assert_false(reads("\"a\0b\"", 5));
    assert_false(reads("{\"a\0b\":1}", 9));
}

/* JSON that no value of ours can hold. */
static void numbers_and_strings_that_do_not_fit(void **state)
{
    static const char *const beyond[] = {
        "9223372036854775808", "-9223372036854775809", "1e309", "-1e309",
        "\"\\u0000\"",         "{\"a\\u0000\":1}"};
    (void)state;
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        assert_false(reads(beyond[i], strlen(beyond[i])));
        assert_true(skips(beyond[i], strlen(beyond[i]))); /* but it is JSON */
    }
}

struct place {
    const char *bytes;
    unsigned line, column;
    const char *says; /* a part of the message */
};

/* Columns are in characters; the place is where the mistake begins, not where the reader gave up.
 */
static const struct place places[] = {
    {"", 1, 1, "expected a value, got the end of the file"},
    {"\n\n  ", 3, 3, "expected a value, got the end of the file"},
    {"{\n  \"a\": tru\n}", 2, 8, "expected a value"},
    {"{\n  \"a\": 01\n}", 2, 8, "not a number"},
    {"{\n  \"a\": +1\n}", 2, 8, "not a number"},
    {"{\n  \"a\": 99999999999999999999\n}", 2, 8, "too large"},
    {"[1e999]", 1, 2, "too large"},
    {"[ -99999999999999999999 ]", 1, 3, "too large"},
    {"{\n  \"a\": \"b\\x\"\n}", 2, 10, "not an escape"},
    {"{\n  \"a\": \"b\\u12\"\n}", 2, 10, "four hex digits"},
    {"[\"\\ud800\"]", 1, 3, "surrogate"},
    {"[\"ab\\u0000\"]", 1, 5, "\\u0000"},
    {"{\"ab\\u0000\": 1}", 1, 5, "\\u0000"},
    {"[\"\xc3\xa9\xc3\xa9\", \"\xff\"]", 1, 9, "UTF-8"},
    {"{\n  \"\xe6\xbc\xa2\": 1,\n  \"\xe6\xbc\xa2\xe6\xbc\xa2\": x\n}", 3, 9, "expected a value"},
    {"{\n  \"a\": \"open\n}", 2, 8, "not closed on its line"},
    {"{\"a\": \"open", 1, 7, "never closed"},
    {"{\"a\": \"open\\", 1, 7, "never closed"},
    {"{\"a\": \"tab\there\"}", 1, 11, "control character"},
    {"{\n  \"a\": 1,\n}", 3, 1, "comma before the closing }"},
    {"[1,\n 2,\n]", 3, 1, "comma before the closing ]"},
    {"{\"a\": 1 \"b\": 2}", 1, 9, "comma or }"},
    {"[1 2]", 1, 4, "comma or ]"},
    {"{\"a\" 1}", 1, 6, "colon"},
    {"{a: 1}", 1, 2, "key in double quotes"},
    {"{'a': 1}", 1, 2, "key in double quotes"},
    {"{\"a\": 'b'}", 1, 7, "got a single quote"},
    {"{\n  // no\n  \"a\": 1\n}", 2, 3, "got a comment"},
    {"{\"a\": 1, /* no */ \"b\": 1}", 1, 10, "got a comment"},
    {"{\"a\": # no\n 1}", 1, 7, "got a comment"},
    {"{\"a\": 1", 1, 8, "got the end of the file"},
    {"{\"a\": [1", 1, 9, "got the end of the file"},
    {"{\"a\":", 1, 6, "expected a value, got the end"},
    {"{} {}", 1, 4, "expected nothing behind the value, got"},
    {"1\n\n  2", 3, 3, "expected nothing behind the value, got"},
    {"{\"a\": 1, \"b\": 2, \"a\": 3}", 1, 18, "\"a\" is given twice"},
    {"{\"x\": {\"a\": 1,\n \"a\": 3}}", 2, 2, "\"a\" is given twice"},
    {"[{}, {\"a\": 1, \"\\u0061\": 3}]", 1, 15, "is given twice"},
    {"{\"//\": 1, \"//\": 2, \"b\": 1, \"b\": 2}", 1, 28, "\"b\" is given twice"},
    {"{\"b\": 1, \"c\": 1, \"c\": 2, \"b\": 2}", 1, 18, "\"c\" is given twice"},
    {"{\"a/\": 1, \"a\\/\": 2}", 1, 11, "is given twice"},
};

/* What stands there instead, and what to do about it. What may be a part of a password is not
 * shown.
 */
static void errors_say_what_was_found(void **state)
{
    static const struct {
        const char *bytes, *says, *hint;
    } rows[] = {
        {"{// no\n}", "got a comment", "keys that begin with \"//\""},
        {"[1, # no\n]", "got a comment", "keys that begin with \"//\""},
        {"{'a': 1}", "got a single quote", "double quotes"},
        {"{\xe2\x80\x9c"
         "a\": 1}",
         "got the character U+201C", "double quotes"},
        {"[True]", "got True", "true, false, null"},
        {"[postgresql://app:hunter2@db/app]", "got postgresql", "a string in double quotes"},
        {"[hunter2@db]", "got h", "a string in double quotes"},
        {"[\"app:hun\"ter\"]", "got more text", "\\\""},
        {"{\"a\" = 1}", "got =", NULL},
        {"{\"a\" {}}", "got an object", NULL},
        {"{\"a\" []}", "got an array", NULL},
        {"{\"a\" -1}", "got a number", NULL},
        {"[1 /2]", "got /", NULL},
        {"[\x01]", "got the character U+0001", "*"},
        {"[\xff]", "got a byte that is not UTF-8", "*"},
        {"\xff\xfe[\x01", "UTF-16", "UTF-8"},
        {"\xfe\xff\x01[", "UTF-16", "UTF-8"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json_text text = text_of(rows[i].bytes, strlen(rows[i].bytes));
        struct json *value = NULL;
        struct json_error error = {.hint = "of another error"};
        assert_false(json_read_whole(&text, &value, &error));
        bool hinted = rows[i].hint == NULL
                          ? error.hint == NULL
                          : error.hint != NULL && (rows[i].hint[0] == '*' ||
                                                   strstr(error.hint, rows[i].hint) != NULL);
        if (strstr(error.message, rows[i].says) == NULL || !hinted)
            fail_msg("%s: %s (%s)", rows[i].bytes, error.message, error.hint);
    }
}

static void duplicates_say_where_the_first_is(void **state)
{
    static const char bytes[] = "{\"b\": 1,\n \"a\": {\"\\u0078\": 1, \"y\": 2,\n  \"x\": 3}}";
    struct json_text text = text_of(bytes, sizeof bytes - 1);
    struct json *value = NULL;
    struct json_error error = {0};
    char message[JSON_MESSAGE_BYTES];
    (void)state;
    text.name = "t.json";
    assert_false(json_read_whole(&text, &value, &error));
    assert_string_equal(json_error_show(&text, &arena, &error, message),
                        "key \"x\" is given twice, first at t.json:2:8");
}

static void errors_have_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const struct place *row = &places[i];
        struct json_text text = text_of(row->bytes, strlen(row->bytes));
        struct json *value = NULL;
        struct json_error error = {0};
        if (json_read_whole(&text, &value, &error))
            fail_msg("taken: %s", row->bytes);
        unsigned line = 0, column = 0;
        json_position(&text, &arena, error.offset, &line, &column);
        if (line != row->line || column != row->column || strstr(error.message, row->says) == NULL)
            fail_msg("%s\nat %u:%u: %s; not at %u:%u: %s", row->bytes, line, column, error.message,
                     row->line, row->column, row->says);
    }
}

/* The message must not quote what may be a password. */
static void errors_quote_no_values(void **state)
{
    static const char *const texts[] = {
        "{\"url\": \"postgresql://u:hunter2@h/d\" x}",
        "{\"url\": \"postgresql://u:hunter2@h/d\\x\"}", "{\"url\": \"postgresql://u:hunter2@h/d}",
        "{\"url\": \"postgresql://u:hunter2\xff@h/d\"}", "{\"url\": hunter2}"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct json_text text = text_of(texts[i], strlen(texts[i]));
        struct json *value = NULL;
        struct json_error error = {0};
        assert_false(json_read_whole(&text, &value, &error));
        assert_null(strstr(error.message, "hunter2"));
    }
}

static const char sample[] = "{\"// note\": \"caf\xc3\xa9 \\u00e9 \\ud83d\\udc18\", \"servers\": "
                             "{\"core\": {\"max_connections\": 100,"
                             " \"alert_at\": \"80%\", \"x\": [1.5e3, -2, true, false, null, {}, "
                             "[]]}},\n \"//\": 1, \"//\": 2}";

/* Cut anywhere, it is refused at a place inside; never a crash. */
static void every_truncation_is_refused(void **state)
{
    (void)state;
    assert_true(reads(sample, sizeof sample - 1));
    assert_true(skips(sample, sizeof sample - 1));
    for (size_t length = 0; length < sizeof sample - 1; length++) {
        assert_false(reads(sample, length));
        assert_false(skips(sample, length));
    }
}

/* Whatever one byte becomes: scanning and reading agree on everything but duplicates and ranges. */
static void every_changed_byte_is_judged_alike(void **state)
{
    static const char bytes[] = "\"\\{}[],: \n\x01\x7f\x80\xff"
                                "0-e";
    char changed[sizeof sample];
    (void)state;
    for (size_t i = 0; i < sizeof sample - 1; i++) {
        for (size_t k = 0; k < sizeof bytes; k++) {
            memcpy(changed, sample, sizeof sample);
            changed[i] = bytes[k];
            if (reads(changed, sizeof sample - 1) && !skips(changed, sizeof sample - 1))
                fail_msg("byte %zu as 0x%02x", i, (unsigned char)bytes[k]);
        }
    }
}

static void comments_may_repeat(void **state)
{
    static const char *const good[] = {
        "{\"//\": 1, \"//\": 2}",
        "{\"// a\": 1, \"x\": {\"//\": 1, \"//\": 2, \"// a\": 3, \"// a\": 4}, \"// a\": 2}",
        "[{\"//\": 1, \"//\": {\"a\": 1, \"a\": 2}}]", /* nobody reads what is in a comment */
        "{\"\\/\\/\": 1, \"//\": 2, \"\\u002f/\": 3}",
    };
    static const char *const bad[] = {
        "{\"//\": 1, \"//\": 2, \"a\": 1, \"a\": 2}",
        "{\"/\": 1, \"/\": 2}",
        "{\" //\": 1, \" //\": 2}",
        "{\"\": 1, \"\": 2}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!reads(good[i], strlen(good[i])))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (reads(bad[i], strlen(bad[i])))
            fail_msg("taken: %s", bad[i]);
}

/* However many keys stand between the two. */
static void duplicates_among_many(void **state)
{
    enum { MANY = 5000 };
    struct text text = {.arena = &arena};
    (void)state;
    text_put(&text, "{\"//\": 0, \"//\": 0, \"key-17\": 0");
    for (int i = 1000; i < 1000 + MANY; i++)
        text_printf(&text, ", \"key-%d\": {\"//\": 1, \"//\": 1}", i);
    size_t without = text.length;
    text_put_char(&text, '}');
    assert_true(reads(text.bytes, text.length));
    text.length = without;
    text_put(&text, ", \"key-17\": 1}");
    assert_false(reads(text.bytes, text.length));
    struct json_text whole = {.bytes = text.bytes, .length = text.length};
    struct json *value = NULL;
    struct json_error error = {0};
    assert_false(json_read_whole(&whole, &value, &error));
    assert_int_equal(error.offset, without + 2);
    text_free(&text);
}

static void nested(size_t depth, const char *open, const char *close, bool good)
{
    struct text text = {.arena = &arena};
    text_repeat(&text, open, depth);
    text_put(&text, "1");
    text_repeat(&text, close, depth);
    assert_int_equal(reads(text.bytes, text.length), good);
    assert_int_equal(skips(text.bytes, text.length), good);
    text_free(&text);
}

static void depth_is_limited(void **state)
{
    (void)state;
    nested(64, "[", "]", true);
    nested(65, "[", "]", false);
    nested(64, "{\"a\":", "}", true);
    nested(65, "{\"a\":", "}", false);
    nested(32, "{\"a\":[", "]}", true);
    nested(33, "{\"a\":[", "]}", false);
    nested(1000000, "[", "]", false);
    struct text text = {.arena = &arena};
    text_put(&text, "[\"\\\"");
    text_repeat(&text, "[", 100); /* in a string */
    text_put(&text, "\"]");
    assert_true(reads(text.bytes, text.length));
    text_free(&text);
}

static void size_is_limited(void **state)
{
    char *bytes = malloc(JSON_MAX_BYTES + 1);
    (void)state;
    assert_non_null(bytes);
    memset(bytes, ' ', JSON_MAX_BYTES + 1);
    bytes[0] = '1';
    struct json_text text = {.bytes = bytes, .length = JSON_MAX_BYTES + 1};
    struct json_error error = {0};
    assert_false(json_check_limits(&text, &error));
    assert_string_equal(error.message, "larger than 64 MiB");
    text.length--;
    assert_true(json_check_limits(&text, &error));
    free(bytes);
}

static void values(void **state)
{
    static const char bytes[] =
        "{\"i\": -5, \"r\": 2.5, \"s\": \"caf\\u00e9\", \"a\": [1, \"x\"], \"o\": {\"k\": null},"
        " \"t\": true, \"f\": false, \"n\": null}";
    struct json_text text = {.bytes = bytes, .length = sizeof bytes - 1};
    struct json *value = NULL;
    struct json_error error = {0};
    (void)state;
    assert_true(json_read_whole(&text, &value, &error));
    assert_int_equal(json_kind_of(value), JSON_KIND_OBJECT);
    assert_int_equal(json_size(value), 8);
    assert_int_equal(json_as_integer(json_member(value, "i")), -5);
    assert_true(json_as_real(json_member(value, "i")) == -5.0);
    assert_true(json_as_real(json_member(value, "r")) == 2.5);
    size_t length = 0;
    assert_string_equal(json_as_string(json_member(value, "s"), &length), "caf\xc3\xa9");
    assert_int_equal(length, 5);
    assert_int_equal(json_size(json_member(value, "a")), 2);
    assert_int_equal(json_kind_of(json_element(json_member(value, "a"), 1)), JSON_KIND_STRING);
    assert_null(json_member(value, "none"));
    assert_int_equal(json_kind_of(json_member(json_member(value, "o"), "k")), JSON_KIND_NULL);
    char order[16] = "";
    for (void *i = json_first(value); i != NULL; i = json_next(value, i)) {
        strcat(order, json_key(i)); /* NOLINT: eight letters */
        assert_non_null(json_value(i));
    }
    assert_string_equal(order, "irsaotfn"); /* the order of the text */
    json_release(value);
}

static void values_are_shown_short(void **state)
{
    static const struct {
        const char *json, *shown;
    } rows[] = {
        {"1.1", "1.1"},
        {"0.001", "0.001"},
        {"12", "12"},
        {"\"a\\n\\\"b\"", "\"a\\n\\\"b\""},
        {"{\"a\": [1, 2]}", "{\"a\":[1,2]}"},
        {"\"12345678901234567890\"", "\"123456789012..."},
        {"\"123456789\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"",
         "\"123456789\xc3\xa9..."}, /* not half a character */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json_text text = {.bytes = rows[i].json, .length = strlen(rows[i].json)};
        struct json *value = NULL;
        struct json_error error = {0};
        char shown[17];
        assert_true(json_read_whole(&text, &value, &error));
        json_show(value, shown, sizeof shown);
        assert_string_equal(shown, rows[i].shown);
        json_release(value);
    }
}

static void positions(void **state)
{
    static const char bytes[] = "ab\n\xc3\xa9\xe6\xbc\xa2x\r\n\n z";
    static const struct {
        size_t offset;
        unsigned line, column;
    } rows[] = {{0, 1, 1}, {1, 1, 2},  {2, 1, 3},  {3, 2, 1},  {5, 2, 2},  {8, 2, 3},
                {9, 2, 4}, {11, 3, 1}, {12, 4, 1}, {13, 4, 2}, {14, 4, 3}, {1000, 4, 3}};
    struct json_text text = {.bytes = bytes, .length = sizeof bytes - 1};
    unsigned line = 0, column = 0;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_position(&text, &arena, rows[i].offset, &line, &column);
        assert_int_equal(line, rows[i].line);
        assert_int_equal(column, rows[i].column);
    }
    struct json_text empty = {.bytes = "", .length = 0};
    json_position(&empty, &arena, 0, &line, &column);
    assert_true(line == 1 && column == 1);
    struct json_text marked = {.bytes = "\xef\xbb\xbf{\n}", .length = 6};
    json_position(&marked, &arena, 0, &line, &column);
    assert_true(line == 1 && column == 1);
    json_position(&marked, &arena, 3, &line, &column);
    assert_true(line == 1 && column == 1);
    json_position(&marked, &arena, 5, &line, &column);
    assert_true(line == 2 && column == 1);
}

/* Against counting from the beginning, over more than one of the places that are kept. */
static void positions_in_a_long_text(void **state)
{
    enum { LENGTH = 20000 };
    static char bytes[LENGTH];
    unsigned line = 1, column = 1, seed = 1;
    struct json_text text = {.bytes = bytes, .length = LENGTH};
    (void)state;
    for (size_t i = 0; i < LENGTH; i++) {
        seed = seed * 1103515245 + 12345;
        bytes[i] = (seed >> 16) % 50 == 0 ? '\n' : (char)(seed >> 16);
    }
    for (size_t i = 0; i < LENGTH; i++) {
        unsigned found_line = 0, found_column = 0;
        json_position(&text, &arena, i, &found_line, &found_column);
        assert_int_equal(found_line, line);
        assert_int_equal(found_column, column);
        if (bytes[i] == '\n') {
            line++;
            column = 1;
        } else {
            column += ((unsigned char)bytes[i] & 0xc0) != 0x80;
        }
    }
}

static void locations(void **state)
{
    static const char bytes[] =
        "  {\"a\": {\"b/c\": [10, {\"d~e\": 1}], \"caf\\u00e9\": 2, \"\": 3},\n"
        "  \"//\": {}, \"z\": [[], {}], \"w\" : 4}";
    static const struct {
        const char *pointer;
        enum json_part part;
        const char *at; /* what stands there; NULL: the whole value */
        bool found;
    } rows[] = {
        {"", JSON_PART_VALUE, "{\"a\"", true},
        {"/a", JSON_PART_VALUE, "{\"b/c\"", true},
        {"/a", JSON_PART_KEY, "\"a\":", true},
        {"/a/b~1c", JSON_PART_VALUE, "[10", true},
        {"/a/b~1c", JSON_PART_KEY, "\"b/c\"", true},
        {"/a/b~1c/0", JSON_PART_VALUE, "10,", true},
        {"/a/b~1c/0", JSON_PART_KEY, "10,", true}, /* elements have no key */
        {"/a/b~1c/1/d~0e", JSON_PART_VALUE, "1}", true},
        {"/a/b~1c/1/d~0e", JSON_PART_KEY, "\"d~e\"", true},
        {"/a/caf\xc3\xa9", JSON_PART_VALUE, "2,", true},
        {"/a/caf\xc3\xa9", JSON_PART_KEY, "\"caf\\u", true},
        {"/a/", JSON_PART_VALUE, "3}", true},
        {"/w", JSON_PART_VALUE, "4}", true},
        {"/z/1", JSON_PART_VALUE, "{}]", true},
        {"/none", JSON_PART_VALUE, "{\"a\"", false},
        {"/a/none", JSON_PART_VALUE, "{\"b/c\"", false},
        {"/a/none/deeper", JSON_PART_KEY, "{\"b/c\"", false},
        {"/a/b~1c/2", JSON_PART_VALUE, "[10", false},
        {"/a/b~1c/-1", JSON_PART_VALUE, "[10", false},
        {"/a/b~1c/", JSON_PART_VALUE, "[10", false},
        {"/a/b~1c/x", JSON_PART_VALUE, "[10", false},
        {"/z/0/0", JSON_PART_VALUE, "[]", false},
        {"/w/deeper", JSON_PART_VALUE, "4}", false},
        {"/a/b", JSON_PART_VALUE, "{\"b/c\"", false}, /* a beginning is not the name */
        {"/a/b~1cc", JSON_PART_VALUE, "{\"b/c\"", false},
    };
    struct json_text text = text_of(bytes, sizeof bytes - 1);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t offset = 0;
        bool found = json_locate(&text, 0, rows[i].pointer, rows[i].part, &offset);
        if (found != rows[i].found || offset >= text.length ||
            strncmp(text.bytes + offset, rows[i].at, strlen(rows[i].at)) != 0)
            fail_msg("%s: %s at %zu", rows[i].pointer, found ? "found" : "not found", offset);
    }
}

static void locations_in_what_is_no_json(void **state)
{
    static const char *const broken[] = {
        "",   "{",           "{\"a\"",     "{\"a\":", "{\"a\": {\"b\"", "[",
        "[1", "{\"a\": \"x", "{\"a\":[1,", "\"",      "{a:1}",          "{\"\\"};
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct json_text text = text_of(broken[i], strlen(broken[i]));
        size_t offset = 0;
        (void)json_locate(&text, 0, "/a/b/0", JSON_PART_VALUE, &offset);
        assert_true(offset <= text.length);
    }
}

static void walks(void **state)
{
    static const char bytes[] =
        " { \"a\" : 1, \"//\": 0, \"\\u0062\\ud83d\\udc18\": {\"x\": []}, \"c\": \"s\" } behind";
    static const struct {
        const char *key, *value;
    } rows[] = {{"a", "1,"}, {"//", "0,"}, {"b\xf0\x9f\x90\x98", "{\"x\""}, {"c", "\"s\""}};
    struct json_text text = text_of(bytes, sizeof bytes - 1);
    struct json_walk walk = {0};
    struct json_error error = {0};
    (void)state;
    assert_true(json_opens_object(&text, 0, &walk.at));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(json_walk_next(&text, &walk, &arena, &error));
        assert_false(walk.done);
        assert_string_equal(walk.key, rows[i].key);
        assert_int_equal(text.bytes[walk.key_offset], '"');
        assert_memory_equal(text.bytes + walk.value_offset, rows[i].value, strlen(rows[i].value));
        assert_true(json_skip(&text, walk.value_offset, &walk.at, &error));
    }
    assert_true(json_walk_next(&text, &walk, &arena, &error));
    assert_true(walk.done);
    assert_memory_equal(text.bytes + walk.at, " behind", 7);
}

static void walks_over_what_is_no_object(void **state)
{
    static const struct place rows[] = {
        {"[]", 1, 1, "expected an object: { ... }, got an array"},
        {"{", 1, 2, "got the end of the file"},
        {"{\"a\"", 1, 5, "got the end of the file"},
        {"{a", 1, 2, "double quotes"},
        {"{\"a\": 1", 1, 8, "got the end of the file"},
        {"{\"a\": 1,}", 1, 9, "comma before"},
        {"{\"a\": 1 \"b\"", 1, 9, "comma or }"},
        {"{// x", 1, 2, "got a comment"},
        {"{\"a\": 1, # x", 1, 10, "got a comment"},
        {"{\"\\u0000\": 1}", 1, 3, "\\u0000"},
        {"{\"\xff\": 1}", 1, 3, "UTF-8"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json_text text = text_of(rows[i].bytes, strlen(rows[i].bytes));
        struct json_walk walk = {0};
        struct json_error error = {0};
        bool good = true;
        while (good && !walk.done) {
            good = json_walk_next(&text, &walk, &arena, &error);
            good = good && (walk.done || json_skip(&text, walk.value_offset, &walk.at, &error));
        }
        assert_false(good);
        if (error.offset != rows[i].column - 1 || strstr(error.message, rows[i].says) == NULL)
            fail_msg("%s: at %zu: %s", rows[i].bytes, error.offset, error.message);
    }
}

/* One value out of the middle: what stands behind it is nobody's business. */
static void reading_in_the_middle(void **state)
{
    static const char *const rows[][2] = {{"12,]", "12"},
                                          {"12", "12"},
                                          {"-0.5}", "-0.5"},
                                          {"true x", "true"},
                                          {"\"a\" \"b", "\"a\""},
                                          {" [1] \xff", " [1]"},
                                          {"{\"a\":1}}}", "{\"a\":1}"},
                                          {"1\xc3\xa9", "1"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json_text text = text_of(rows[i][0], strlen(rows[i][0]));
        struct json *value = NULL;
        struct json_error error = {0};
        size_t end = 0;
        if (!json_read(&text, 0, &value, &end, &error))
            fail_msg("%s: %s", rows[i][0], error.message);
        assert_int_equal(end, strlen(rows[i][1]));
        json_release(value);
    }
}

static void check_put(const char *object, const char *const *path, size_t length, const char *value,
                      const char *expected)
{
    struct json *into = json_from_argument(object);
    char shown[200];
    bool good = json_put(into, path, length, value == NULL ? NULL : json_from_argument(value));
    assert_int_equal(good, expected != NULL);
    json_show(into, shown, sizeof shown);
    assert_string_equal(shown, expected != NULL ? expected : object);
    json_release(into);
}

static void putting(void **state)
{
    static const char *const path[] = {"a", "b", "c"};
    static const char *const not_utf8[] = {"a", "\xff"};
    (void)state;
    check_put("{}", path, 1, "1", "{\"a\":1}");
    check_put("{}", path, 3, "[1]", "{\"a\":{\"b\":{\"c\":[1]}}}");
    check_put("{\"a\":{\"x\":1}}", path, 2, "\"s\"", "{\"a\":{\"x\":1,\"b\":\"s\"}}");
    check_put("{\"a\":{\"b\":1}}", path, 2, "null", "{\"a\":{\"b\":null}}");
    check_put("{\"a\":{\"b\":1}}", path, 2, NULL, "{\"a\":{}}");
    check_put("{}", path, 3, NULL, "{}");
    check_put("{\"a\":1}", path, 2, "2", NULL);
    check_put("{\"a\":[1]}", path, 2, "2", NULL);
    check_put("{\"a\":1}", path, 3, NULL, NULL);
    check_put("{\"a\":{}}", not_utf8, 2, "2", NULL);
}

static void arguments(void **state)
{
    static const struct {
        const char *argument;
        enum json_kind kind;
    } rows[] = {
        {"3", JSON_KIND_INTEGER},    {"3.5", JSON_KIND_REAL},      {"true", JSON_KIND_TRUE},
        {"null", JSON_KIND_NULL},    {"[1]", JSON_KIND_ARRAY},     {"{\"a\":1}", JSON_KIND_OBJECT},
        {"\"3\"", JSON_KIND_STRING}, {"prisma", JSON_KIND_STRING}, {"", JSON_KIND_STRING},
        {"20s", JSON_KIND_STRING},   {"1 2", JSON_KIND_STRING},    {"{\"a\":1", JSON_KIND_STRING},
        {"03", JSON_KIND_STRING},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct json *value = json_from_argument(rows[i].argument);
        assert_non_null(value);
        assert_int_equal(json_kind_of(value), rows[i].kind);
        json_release(value);
    }
    assert_null(json_from_argument("\xff"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grammar),
        cmocka_unit_test(numbers_and_strings_that_do_not_fit),
        cmocka_unit_test(errors_have_their_place),
        cmocka_unit_test(errors_say_what_was_found),
        cmocka_unit_test(duplicates_say_where_the_first_is),
        cmocka_unit_test(errors_quote_no_values),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(every_changed_byte_is_judged_alike),
        cmocka_unit_test(comments_may_repeat),
        cmocka_unit_test(duplicates_among_many),
        cmocka_unit_test(depth_is_limited),
        cmocka_unit_test(size_is_limited),
        cmocka_unit_test(values),
        cmocka_unit_test(values_are_shown_short),
        cmocka_unit_test(positions),
        cmocka_unit_test(positions_in_a_long_text),
        cmocka_unit_test(locations),
        cmocka_unit_test(locations_in_what_is_no_json),
        cmocka_unit_test(walks),
        cmocka_unit_test(walks_over_what_is_no_object),
        cmocka_unit_test(reading_in_the_middle),
        cmocka_unit_test(putting),
        cmocka_unit_test(arguments),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, teardown);
}
