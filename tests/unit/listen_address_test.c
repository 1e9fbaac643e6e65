/* --listen: what is an address to listen on, and that the loopback interface is the default. */
#include "listen_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void taken(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"9187", "127.0.0.1:9187"},
        {":9187", "127.0.0.1:9187"},
        {"localhost:9187", "127.0.0.1:9187"},
        {"127.0.0.2:1", "127.0.0.2:1"},
        {"0.0.0.0:65535", "0.0.0.0:65535"},
        {"0", "127.0.0.1:0"},
        {"[::1]:9187", "[::1]:9187"},
        {"[::]:80", "[::]:80"},
        {"[2001:DB8::1]:09187", "[2001:db8::1]:9187"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena arena = {0};
        struct fail fail = {0};
        struct listen_address address;
        assert_true(listen_address_read("--listen", rows[i][0], &address, &fail));
        assert_string_equal(listen_address_show(&arena, &address), rows[i][1]);
        arena_free(&arena);
    }
}

static void refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",
        ":",
        "9187:",
        "65536",
        "99999",
        "999999999999",
        "-1",
        "+1",
        " 9187",
        "9187 ",
        "0x50",
        "db.internal:9187",
        "1.2.3:9187",
        "::1:9187",
        "[::1]",
        "[::1]9187",
        "[]:9187",
        "[127.0.0.1]:9187",
        "1.2.3.4.5:1",
        "[::1:9187",
        "::1]:9187",
        "[fe80::1%lo]:1",
        "127.0.0.1:9187:",
        "/run/x:1",
        "[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc]:1",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fail fail = {0};
        struct listen_address address;
        if (listen_address_read("--listen", rows[i], &address, &fail))
            fail_msg("taken: \"%s\"", rows[i]);
        assert_int_equal(fail.kind, FAIL_USAGE);
        assert_non_null(strstr(fail.message, "--listen: must be ADDRESS:PORT"));
        assert_true(fail.hint[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(taken), cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
