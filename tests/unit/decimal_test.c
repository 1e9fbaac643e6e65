/* Durations, shares and decimals: from the notation's rule, with the edges of each bound. */
#include "decimal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct reading {
    const char *string;
    int64_t value; /* -1: refused */
};

static void check(bool (*read)(const char *, int64_t *), const struct reading *readings,
                  size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t value = -2;
        bool good = read(readings[i].string, &value);
        if (good != (readings[i].value >= 0))
            fail_msg("\"%s\": %s", readings[i].string, good ? "taken" : "refused");
        if (good && value != readings[i].value)
            fail_msg("\"%s\": %lld, not %lld", readings[i].string, (long long)value,
                     (long long)readings[i].value);
        if (!good)
            assert_int_equal(value, -2); /* nothing is written on failure */
    }
}

#define CHECK(read, readings) check(read, readings, sizeof(readings) / sizeof(readings)[0])

static void durations(void **state)
{
    static const struct reading readings[] = {
        {"500ms", 500},
        {"20s", 20000},
        {"10m", 600000},
        {"10min", 600000},
        {"1h", 3600000},
        {"2d", 172800000},
        {"0s", 0},
        {"0ms", 0},
        {"1.5s", 1500},
        {"0.5m", 30000},
        {"1.001s", 1001},
        {"0.001s", 1},
        {"00020s", 20000},
        {"3660d", INT64_C(316224000000)}, /* ten years */
        {"3661d", -1},
        {"316224000000ms", INT64_C(316224000000)},
        {"316224000001ms", -1},
        {"1.5ms", -1}, /* not whole milliseconds */
        {"1.0001s", -1},
        {"", -1},
        {"s", -1},
        {"20", -1},
        {"20 s", -1},
        {" 20s", -1},
        {"20s ", -1},
        {"20S", -1},
        {"20sec", -1},
        {"-1s", -1},
        {"+1s", -1},
        {".5s", -1},
        {"5.s", -1},
        {"1e3ms", -1},
        {"1,5s", -1},
        {"0x10s", -1},
        {"9223372036854775807ms", -1},
        {"99999999999999999999999999999999d", -1},
        {"106751991167d", -1}, /* its milliseconds overflow 64 bits */
    };
    (void)state;
    CHECK(duration_read, readings);
}

static void durations_of_several_units(void **state)
{
    static const struct {
        const char *string, *shown;
    } rows[] = {
        {"1h30m", "90m"},      {"1m30s", "90s"},
        {"1h0m", "1h"},        {"1d12h", "36h"},
        {"1s500ms", "1500ms"}, {"1.5h30m", "2h"},
        {"90m", NULL},         {"", NULL},
        {"1h30", NULL},        {"1h 30m", NULL},
        {"h30m", NULL},        {"1h-30m", NULL},
        {"3660d1ms", NULL},    {"PT1H30M", NULL},
        {"1h30x", NULL},       {"1h00000000000000000000000000000000000001m", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char buffer[24];
        const char *shown = duration_sum_show(rows[i].string, buffer);
        if (rows[i].shown == NULL)
            assert_null(shown);
        else
            assert_string_equal(shown, rows[i].shown);
    }
}

static void shares(void **state)
{
    static const struct reading readings[] = {
        {"0%", 0},
        {"80%", 80000},
        {"62.5%", 62500},
        {"33.333%", 33333},
        {"0.001%", 1},
        {"100%", 100000},
        {"1000%", 1000000},
        {"1000.001%", -1},
        {"62.5555%", -1},
        {"62.5", -1},
        {"62.5 %", -1},
        {"%", -1},
        {"-5%", -1},
        {"62,5%", -1},
        {"5%%", -1},
        {"", -1},
        {"99999999999999999999%", -1},
    };
    (void)state;
    CHECK(share_read, readings);
}

static void thousandths(void **state)
{
    static const struct reading readings[] = {
        {"1.25", 1250}, {"1", 1000}, {"0.001", 1}, {"1.0005", -1}, {"1.", -1},
        {"", -1},       {"1 ", -1},  {"1e3", -1},  {"-1", -1},     {"99999999999999999999", -1},
    };
    (void)state;
    CHECK(thousandths_read, readings);
}

static void counts(void **state)
{
    static const struct reading readings[] = {
        {"0", 0},
        {"7", 7},
        {"007", 7},
        {"262143", 262143},
        {"1000000000000", INT64_C(1000000000000)},
        {"", -1},
        {" 1", -1},
        {"1 ", -1},
        {"+1", -1},
        {"-1", -1},
        {"1.0", -1},
        {"0x1", -1},
        {"1e3", -1},
        {"9223372036854775808", -1},
        {"99999999999999999999999999", -1},
    };
    (void)state;
    CHECK(count_read, readings);
}

static void durations_shown(void **state)
{
    static const struct {
        int64_t ms;
        const char *shown;
    } rows[] = {
        {0, "0s"},        {1, "1ms"},      {999, "999ms"},    {1000, "1s"},
        {1500, "1500ms"}, {20000, "20s"},  {60000, "1m"},     {90000, "90s"},
        {600000, "10m"},  {3600000, "1h"}, {86400000, "24h"}, {INT64_C(316224000000), "87840h"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char buffer[24];
        assert_string_equal(duration_show(rows[i].ms, buffer), rows[i].shown);
        int64_t again = 0;
        assert_true(duration_read(buffer, &again));
        assert_int_equal(again, rows[i].ms);
    }
}

static void bytes(void **state)
{
    static const struct {
        const char *text;
        int64_t bytes; /* -1: refused */
    } rows[] = {
        {"65536", 65536},
        {"64KiB", 65536},
        {"16MiB", 16777216},
        {"1.5GiB", 1610612736},
        {"1024GiB", INT64_C(1) << 40},
        {"0", 0},
        {"1025GiB", -1},
        {"999999999999GiB", -1},
        {"0.3KiB", -1},
        {"16MB", -1},
        {"16 MiB", -1},
        {"MiB", -1},
        {"-1", -1},
        {"", -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t read = -1;
        assert_int_equal(bytes_read(rows[i].text, &read), rows[i].bytes >= 0);
        assert_int_equal(read, rows[i].bytes);
    }
}

static void division_rounds_up(void **state)
{
    (void)state;
    assert_int_equal(divide_up(0, 3), 0);
    assert_int_equal(divide_up(1, 3), 1);
    assert_int_equal(divide_up(3, 3), 1);
    assert_int_equal(divide_up(4, 3), 2);
    assert_int_equal(divide_up(INT64_MAX, 1), INT64_MAX);
    assert_int_equal(divide_up(INT64_MAX, 2), INT64_MAX / 2 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations), cmocka_unit_test(durations_of_several_units),
        cmocka_unit_test(shares),    cmocka_unit_test(thousandths),
        cmocka_unit_test(counts),    cmocka_unit_test(durations_shown),
        cmocka_unit_test(bytes),     cmocka_unit_test(division_rounds_up),
    };
    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
