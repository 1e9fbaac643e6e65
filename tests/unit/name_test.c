/* Guessing names, matching them, and the table of them. */
#include "name.h"

#include "arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void guesses(void **state)
{
    static const char *const keys[] = {"instances", "client", "connection_limit",
                                       "weight",    "url",    "max"};
    static const struct {
        const char *wrong, *guess;
    } rows[] = {
        {"instance", "instances"},   /* one letter is missing */
        {"instancess", "instances"}, /* one too many */
        {"instanecs", "instances"},  /* neighbours swapped: one error */
        {"Instances", "instances"},  /* case is no error */
        {"clinet", "client"},
        {"conection_limit", "connection_limit"},
        {"connectionlimits", "connection_limit"},
        {"wieght", "weight"},
        {"ulr", "url"},
        {"uri", "url"},
        {"mx", "max"}, /* one error is always allowed */
        {"fox", NULL}, /* two of three letters are wrong */
        {"abcdef", NULL},
        {"m", NULL}, /* more errors than letters that are right */
        {"", NULL},
        {"an altogether different thing", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *guess =
            name_guess(rows[i].wrong, keys, sizeof keys / sizeof keys[0], sizeof keys[0]);
        if ((guess == NULL) != (rows[i].guess == NULL) ||
            (guess != NULL && strcmp(guess, rows[i].guess) != 0))
            fail_msg("\"%s\": %s", rows[i].wrong, guess == NULL ? "no guess" : guess);
    }
}

/* A third of the length: of nine letters three may be wrong, not four. */
static void guesses_within_a_third(void **state)
{
    static const char *const nine[] = {"abcdefghi"};
    (void)state;
    assert_non_null(name_guess("abcdefxyz", nine, 1, sizeof nine[0]));
    assert_null(name_guess("abcdewxyz", nine, 1, sizeof nine[0]));
    assert_null(name_guess("abcdefgh1234", nine, 0, sizeof nine[0]));
}

static void guesses_the_nearest(void **state)
{
    static const struct {
        int other;
        const char *name;
    } rows[] = {{1, "timeouts"}, {2, "timeout"}, {3, "time_out"}};
    (void)state;
    assert_string_equal(name_guess("timeoute", &rows[0].name, 3, sizeof rows[0]), "timeouts");
    assert_string_equal(name_guess("timout", &rows[0].name, 3, sizeof rows[0]), "timeout");
    assert_string_equal(name_guess("time_ou", &rows[0].name, 3, sizeof rows[0]), "time_out");
}

static void guesses_of_long_names_are_not_made(void **state)
{
    char name[200], other[200];
    const char *candidates[] = {other};
    (void)state;
    memset(name, 'a', sizeof name);
    name[64] = '\0';
    memcpy(other, name, sizeof name);
    other[3] = 'b';
    assert_string_equal(name_guess(name, candidates, 1, sizeof candidates[0]), other);
    memset(name, 'a', sizeof name);
    name[65] = '\0';
    assert_null(name_guess(name, candidates, 1, sizeof candidates[0]));
}

static void patterns(void **state)
{
    static const struct {
        const char *pattern, *name;
        bool matches;
    } rows[] = {
        {"api", "api", true},
        {"api", "API", false},
        {"api", "api2", false},
        {"api", "ap", false},
        {"*", "", true},
        {"*", "anything", true},
        {"api-*", "api-", true},
        {"api-*", "api-1", true},
        {"api-*", "api", false},
        {"*-api", "my-api", true},
        {"*-api", "my-apis", false},
        {"a*b*c", "a1b2b3c", true},
        {"a*b*c", "acb", false},
        {"**", "x", true},
        {"a**b", "ab", true},
        {"", "", true},
        {"", "a", false},
        {"a?b", "axb", false},
        {"[ab]", "a", false},
        {"*a", "aaab", false},
        {"*ab*ab", "abxab", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (name_matches(rows[i].pattern, rows[i].name) != rows[i].matches)
            fail_msg("\"%s\" and \"%s\"", rows[i].pattern, rows[i].name);
}

static void table_holds_many(void **state)
{
    enum { MANY = 50000 };
    struct arena arena = {0};
    struct name_table table = {0};
    size_t value = 0;
    (void)state;
    assert_false(name_table_find(&table, "none", &value));
    for (size_t i = 0; i < MANY; i++)
        assert_true(
            name_table_add(&table, &arena, arena_printf(&arena, "service-%zu", i), i, NULL));
    assert_int_equal(table.count, MANY);
    for (size_t i = 0; i < MANY; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "service-%zu", i);
        assert_true(name_table_find(&table, name, &value));
        assert_int_equal(value, i);
    }
    assert_false(name_table_find(&table, "service-50000", NULL));
    value = 0;
    assert_false(name_table_add(&table, &arena, "service-7", 99, &value));
    assert_int_equal(value, 7);
    assert_false(name_table_add(&table, &arena, "service-7", 99, NULL));
    assert_int_equal(table.count, MANY);
    arena_free(&arena);
}

static void lists_of_names(void **state)
{
    static const char *const names[] = {"a", "bb", "0123456789012345678901234567890\xc3\xa9", "d"};
    static const struct {
        size_t count, most;
        const char *expected;
    } rows[] = {
        {0, 5, ""},
        {1, 5, "a"},
        {2, 2, "a, bb"},
        {2, 1, "a and 1 more"},
        {4, 2, "a, bb and 2 more"},
        {3, 5, "a, bb, 0123456789012345678901234567890..."}, /* no half of a character */
    };
    char buffer[64], small[8];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        name_list(names, rows[i].count, rows[i].most, buffer, sizeof buffer);
        assert_string_equal(buffer, rows[i].expected);
    }
    name_list(names, 4, 3, small, sizeof small);
    assert_string_equal(small, "a, bb, ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guesses),
        cmocka_unit_test(lists_of_names),
        cmocka_unit_test(guesses_within_a_third),
        cmocka_unit_test(guesses_the_nearest),
        cmocka_unit_test(guesses_of_long_names_are_not_made),
        cmocka_unit_test(patterns),
        cmocka_unit_test(table_holds_many),
    };
    return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
