/* Numbers for byte strings. */
#include "intern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void equal_strings_get_one_number(void **state)
{
    (void)state;
    bool is_new;
    struct arena arena = {0};
    struct intern table = {.arena = &arena};
    char text[] = "abcdefghi";
    assert_int_equal(intern(&table, text, 9, &is_new), 0);
    assert_true(is_new);
    assert_int_equal(intern(&table, text, 8, &is_new), 1);
    assert_true(is_new);
    assert_int_equal(intern(&table, "", 0, NULL), 2);
    text[8] = 'j'; /* its own copy is kept */
    assert_int_equal(intern(&table, text, 9, NULL), 3);
    assert_int_equal(intern(&table, "abcdefghi", 9, &is_new), 0);
    assert_false(is_new);
    assert_int_equal(intern(&table, "", 0, &is_new), 2);
    assert_false(is_new);
    /* A zero byte is a byte. */
    assert_int_equal(intern(&table, "\0", 1, NULL), 4);
    assert_int_equal(intern(&table, "\0\0", 2, NULL), 5);
    arena_free(&arena);
}

static void many_strings_keep_their_numbers(void **state)
{
    (void)state;
    enum { MANY = 20000 };
    struct arena arena = {0};
    struct intern table = {.arena = &arena};
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < MANY; i++) {
            uint32_t words[] = {i % 100, i / 100};
            assert_int_equal(intern(&table, words, sizeof words, NULL), i);
        }
    assert_int_equal(table.count, MANY);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_strings_get_one_number),
        cmocka_unit_test(many_strings_keep_their_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
