/* What is advised, by what a server or libpq said. */
#include "advice.h"

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

static void advice_goes_by_who_refused(void **state)
{
    (void)state;
    static const struct {
        const char *message, *word; /* NULL: no advice */
    } rows[] = {
        {"FATAL:  28P01: x\nLOCATION:  auth_failed, auth.c:337\n", "password"},
        {"schwerwiegend:  28P01: x\nORT:  auth_failed, auth.c:337\n", "password"},
        {"FATAL:  28000: x\nLOCATION:  ClientAuthentication, auth.c:523\n", "pg_hba.conf"},
        {"FATAL:  28000: x\nLOCATION:  InitializeSessionUserId, miscinit.c:768\n", "CREATE ROLE"},
        {"FATAL:  42501: x\nLOCATION:  CheckMyDatabase, postinit.c:1\n", "GRANT CONNECT"},
        {"FATAL:  3D000: x\n", "name of the database"},
        {"FATAL:  57P03: x\n", "later"},
        {"FATAL:  53300: x\nLOCATION:  InitProcess, proc.c:357\n", NULL},
        /* the server's words are not libpq's */
        {"FATAL:  3D000: Connection refused\n", "name of the database"},
        {"a failed: Connection refused\n\tIs the server running?\n", "listen_addresses"},
        {"could not translate host name \"x\" to address: y", "look it up"},
        {"a failed: SSL error: certificate verify failed\n", "sslrootcert"},
        {"a failed: fe_sendauth: no password supplied\n", "password"},
        {"what nobody has heard of", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reason reason = reason_read(&arena, rows[i].message, NULL);
        const char *advice = advice_find(&reason);
        if (rows[i].word == NULL)
            assert_null(advice);
        else
            assert_non_null(strstr(advice, rows[i].word));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(advice_goes_by_who_refused, teardown),
    };
    return cmocka_run_group_tests_name("advice", tests, NULL, NULL);
}
