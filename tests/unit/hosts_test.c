/* Lists of hosts, as libpq resolves them; nothing is connected. */
#include "hosts.h"

#include <libpq-fe.h>
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

static void lists_are_counted_and_cut(void **state)
{
    (void)state;
    assert_int_equal(host_list_count(NULL), 0);
    assert_int_equal(host_list_count(""), 0);
    assert_int_equal(host_list_count("a"), 1);
    assert_int_equal(host_list_count("a,b,c"), 3);
    assert_int_equal(host_list_count(",b"), 2);
    assert_null(list_tail(NULL, 1));
    assert_string_equal(list_tail("5432", 2), "5432");
    assert_string_equal(list_tail("a,b,c", 0), "a,b,c");
    assert_string_equal(list_tail("a,b,c", 1), "b,c");
    assert_string_equal(list_tail("a,b,c", 2), "c");
    assert_string_equal(list_tail("a,b,c", 9), "");
    assert_string_equal(list_tail(",b", 1), "b");
}

/* The directory does not exist, so libpq fails at once and still knows its options. */
static struct hosts hosts_of(const char *string)
{
    struct hosts hosts;
    PGconn *connection = PQconnectStart(string);
    assert_non_null(connection);
    hosts_read(&arena, connection, &hosts);
    PQfinish(connection);
    return hosts;
}

static void hosts_are_read(void **state)
{
    (void)state;
    struct hosts hosts = hosts_of("host=/nonexistent/a,/nonexistent/b port=1,2 connect_timeout=7");
    assert_int_equal(hosts.count, 2);
    assert_string_equal(hosts.host, "/nonexistent/a,/nonexistent/b");
    assert_string_equal(hosts.port, "1,2");
    assert_int_equal(hosts.connect_timeout_ms, 7000);
}

static void timeouts_are_as_libpq_reads_them(void **state)
{
    (void)state;
    assert_int_equal(hosts_of("host=/nonexistent").connect_timeout_ms, 0);
    assert_int_equal(hosts_of("host=/nonexistent connect_timeout=0").connect_timeout_ms, 0);
    assert_int_equal(hosts_of("host=/nonexistent connect_timeout=-3").connect_timeout_ms, 0);
    assert_int_equal(hosts_of("host=/nonexistent connect_timeout=1").connect_timeout_ms, 2000);
    assert_int_equal(hosts_of("host=/nonexistent connect_timeout=2147483647").connect_timeout_ms,
                     INT64_C(86400000));
}

static void positions_move_forward(void **state)
{
    (void)state;
    PGconn *connection = PQconnectStart("host=/nonexistent/a port=2");
    assert_non_null(connection);
    const struct hosts same = {.host = "/nonexistent/a,/nonexistent/a", .port = "1,2", .count = 2};
    const struct hosts twice = {.host = "/nonexistent/a,/nonexistent/a", .port = "2", .count = 2};
    const struct hosts other = {.host = "/x,/y,/nonexistent/a", .port = "2", .count = 3};
    assert_int_equal(hosts_position(&same, connection, 0), 1);
    assert_int_equal(hosts_position(&twice, connection, 0), 0);
    assert_int_equal(hosts_position(&twice, connection, 1), 1);
    assert_int_equal(hosts_position(&other, connection, 0), 2);
    PQfinish(connection);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
    const struct CMUnitTest tests[] = {
        TEST(lists_are_counted_and_cut),
        TEST(hosts_are_read),
        TEST(timeouts_are_as_libpq_reads_them),
        TEST(positions_move_forward),
    };
    return cmocka_run_group_tests_name("hosts", tests, NULL, NULL);
}
