/* Hosts and the addresses of their names; only localhost, and names that nobody has, are looked up.
 */
#include "lookup.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct hosts looked_up(struct hosts hosts, const char **ret_failed)
{
    struct lookup *lookup = lookup_begin(&hosts);
    assert_non_null(lookup);
    struct pollfd poll_of = {.fd = lookup_socket(lookup), .events = POLLIN};
    /* No command that a watch runs has it. */
    assert_true((fcntl(poll_of.fd, F_GETFD) & FD_CLOEXEC) != 0);
    assert_int_equal(poll(&poll_of, 1, 60000), 1);
    lookup_read(&arena, lookup, &hosts, ret_failed);
    lookup_end(lookup);
    return hosts;
}

static void what_is_no_name_is_not_looked_up(void **state)
{
    (void)state;
    static const struct hosts rows[] = {
        {.count = 1},
        {.host = "/tmp", .count = 1},
        {.host = "@abstract", .count = 1},
        {.host = "127.0.0.1,::1,/tmp,", .count = 4},
        {.host = "localhost", .hostaddr = "127.0.0.1", .count = 1},
        {.hostaddr = "127.0.0.1", .count = 1},
        /* libpq refuses these */
        {.host = "localhost", .hostaddr = "127.0.0.1,127.0.0.2", .count = 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_null(lookup_begin(&rows[i]));
}

static void each_address_is_a_host(void **state)
{
    (void)state;
    const char *failed;
    struct hosts hosts = looked_up((struct hosts){.host = "/tmp,localhost,nobody.invalid,127.0.0.1",
                                                  .port = "1,2,3,4",
                                                  .count = 4},
                                   &failed);
    assert_in_range(hosts.count, 3, 4); /* ::1 too, on some machines */
    assert_int_equal(host_list_count(hosts.host), hosts.count);
    assert_int_equal(host_list_count(hosts.hostaddr), hosts.count);
    assert_int_equal(host_list_count(hosts.port), hosts.count);
    assert_int_equal(strncmp(hosts.host, "/tmp,localhost,", strlen("/tmp,localhost,")), 0);
    assert_non_null(strstr(hosts.hostaddr, "127.0.0.1,"));
    assert_string_equal(list_tail(hosts.host, hosts.count - 1), "127.0.0.1");
    assert_string_equal(list_tail(hosts.hostaddr, hosts.count - 1), "");
    assert_string_equal(list_tail(hosts.port, hosts.count - 1), "4");
    assert_non_null(
        strstr(failed, "could not translate host name \"nobody.invalid\" to address: "));
}

static void nobody_is_left(void **state)
{
    (void)state;
    const char *failed;
    struct hosts hosts =
        looked_up((struct hosts){.host = "nobody.invalid", .port = "5432", .count = 1}, &failed);
    assert_int_equal(hosts.count, 0);
    assert_non_null(strstr(failed, "nobody.invalid"));
}

static void one_port_stands_for_all(void **state)
{
    (void)state;
    const char *failed;
    struct hosts hosts =
        looked_up((struct hosts){.host = "localhost", .port = "5433", .count = 1}, &failed);
    assert_string_equal(hosts.port, "5433");
    assert_string_equal(failed, "");
}

static void an_end_does_not_wait(void **state)
{
    (void)state;
    const struct hosts hosts = {.host = "nobody.invalid", .count = 1};
    lookup_end(lookup_begin(&hosts));
    lookup_end(NULL);
}

static void names_are_put_before_addresses(void **state)
{
    (void)state;
    const struct hosts hosts = {.host = "db,/tmp,other", .hostaddr = "10.0.0.7,,::1", .count = 3};
    assert_string_equal(lookup_names_put(&arena, &hosts,
                                         "connection to server at \"10.0.0.7\", port 1 failed: x\n"
                                         "connection to server at \"::1\", port 1 failed: y"),
                        "connection to server at \"db\" (10.0.0.7), port 1 failed: x\n"
                        "connection to server at \"other\" (::1), port 1 failed: y");
    assert_string_equal(lookup_names_put(&arena, &hosts, "server at \"10.0.0.70\""),
                        "server at \"10.0.0.70\"");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_is_no_name_is_not_looked_up),
        TEST(each_address_is_a_host),
        TEST(nobody_is_left),
        TEST(one_port_stands_for_all),
        TEST(an_end_does_not_wait),
        TEST(names_are_put_before_addresses),
    };
    return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
