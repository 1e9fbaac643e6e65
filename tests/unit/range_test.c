#include "range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static char *values_of(const char *string)
{
    struct range range;
    struct fail fail = {0};
    struct text text = {.arena = &arena};
    assert_true(range_read(string, &range, &fail));
    for (size_t i = 0; i < range.count; i++) {
        text_put(&text, i > 0 ? " " : "");
        range_put(&range, i, &text);
    }
    return text.bytes;
}

static void ranges(void **state)
{
    static const struct {
        const char *string, *values;
    } rows[] = {
        {"1..5", "1 2 3 4 5"},
        {"5..1", "5 4 3 2 1"},
        {"0..100:25", "0 25 50 75 100"},
        {"0..10:4", "0 4 8"},
        {"7..7", "7"},
        {"0.5..2:0.5", "0.5 1 1.5 2"},
        {"1..1.25:0.125", "1 1.125 1.25"},
        {"0.05..0.07:0.01", "0.05 0.06 0.07"},
        {"10ms..30ms:10ms", "10ms 20ms 30ms"},
        {"10..30ms:10", "10ms 20ms 30ms"},
        {"60%..80%:10", "60% 70% 80%"},
        {"0..1.005:1.005", "0 1.005"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *values = values_of(rows[i].string);
        assert_string_equal(values, rows[i].values);
        free(values);
    }
}

static void no_ranges(void **state)
{
    static const char *const rows[] = {
        "",
        "1",
        "1..",
        "..2",
        "1...2",
        "a..b",
        "1..2:0",
        "1..2:-1",
        "-1..2",
        "1..2:",
        "1ms..2s",
        "1..2 ",
        "1.2.3..4",
        "1..2..3",
        "0..1:0.0001",
        "1..1001",
        "0..99999999999999999999",
        "1millennium..2millennium",
        "1..2:1:1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct range range;
        struct fail fail = {0};
        if (range_read(rows[i], &range, &fail))
            fail_msg("\"%s\" was read as a range", rows[i]);
        assert_int_equal(fail.kind, FAIL_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges),
        cmocka_unit_test(no_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
