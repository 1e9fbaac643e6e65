/* What a watch shows: spans of time, whatever a clock did. */
#include "moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void spans_are_two_units(void **state)
{
    (void)state;
    static const struct {
        int64_t ms;
        const char *shown;
    } rows[] = {
        {0, "0 s"},
        {1, "1 ms"},
        {999, "999 ms"},
        {1000, "1 s"},
        {59999, "59 s"},
        {60000, "1 min"},
        {75000, "1 min 15 s"},
        {3600000, "1 h"},
        {3900000, "1 h 5 min"},
        {86400000, "1 d"},
        {172800000 - 1, "1 d 23 h"},
    };
    char span[32];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(span_show(rows[i].ms, span), rows[i].shown);
}

/* A clock that was set back makes no span shorter than nothing. */
static void no_span_is_negative(void **state)
{
    (void)state;
    char span[32];
    assert_string_equal(span_show(-1, span), "0 s");
    assert_string_equal(span_show(-3600000, span), "0 s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_two_units),
        cmocka_unit_test(no_span_is_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
