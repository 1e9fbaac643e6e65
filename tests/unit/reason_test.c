/* libpq's messages, as servers of several versions and languages made them. */
#include "reason.h"

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

#define AT "connection to server at \"db\" (10.0.0.1), port 5432 failed: "

static void full_servers_say_which_slots(void **state)
{
    (void)state;
    static const struct {
        const char *message, *text;
        enum full_kind kind;
    } rows[] = {
        {AT "FATAL:  53300: sorry, too many clients already\nLOCATION:  InitProcess, proc.c:357\n",
         AT "FATAL:  sorry, too many clients already", FULL_SLOTS},
        {AT "FATAL:  53300: désolé, trop de clients sont déjà connectés\n"
            "EMPLACEMENT :  InitProcess, proc.c:357\n",
         AT "FATAL:  désolé, trop de clients sont déjà connectés", FULL_SLOTS},
        {AT "ВАЖНО:  53300: слишком много клиентов\nПОЛОЖЕНИЕ:  BackendInitialize, "
            "backend_startup.c:277\n",
         AT "ВАЖНО:  слишком много клиентов", FULL_SLOTS},
        {AT "FATAL:  53300: remaining connection slots are reserved for roles with the SUPERUSER "
            "attribute\nLOCATION:  InitPostgres, postinit.c:937\n",
         AT
         "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute",
         FULL_RESERVED},
        {AT "FATAL:  53300: too many connections for role \"app\"\n"
            "LOCATION:  InitializeSessionUserId, miscinit.c:835\n",
         AT "FATAL:  too many connections for role \"app\"", FULL_ROLE},
        {AT "FATAL:  53300: too many connections for database \"core\"\n"
            "LOCATION:  CheckMyDatabase, postinit.c:383\n",
         AT "FATAL:  too many connections for database \"core\"", FULL_DATABASE},
        /* a pooler that passes the SQLSTATE on, and no location */
        {AT "FATAL:  53300: no slots\n", AT "FATAL:  no slots", FULL_UNKNOWN},
        /* the same said twice, with and without TLS */
        {AT
         "FATAL:  53300: sorry, too many clients already\nLOCATION:  InitProcess, proc.c:357\n" AT
         "FATAL:  53300: sorry, too many clients already\nLOCATION:  InitProcess, proc.c:357\n",
         AT "FATAL:  sorry, too many clients already", FULL_SLOTS},
        /* full with TLS, not allowed without */
        {AT
         "FATAL:  53300: sorry, too many clients already\nLOCATION:  InitProcess, proc.c:357\n" AT
         "FATAL:  28000: no encryption\nLOCATION:  ClientAuthentication, auth.c:523\n",
         AT "FATAL:  sorry, too many clients already; " AT "FATAL:  no encryption", FULL_SLOTS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reason reason = reason_read(&arena, rows[i].message, NULL);
        assert_string_equal(reason.text, rows[i].text);
        assert_true(reason.is_full);
        assert_int_equal(reason.full_kind, rows[i].kind);
    }
}

static void other_refusals_are_not_full(void **state)
{
    (void)state;
    static const struct {
        const char *message, *text;
    } rows[] = {
        {AT "FATAL:  28P01: password authentication failed for user \"app\"\n"
            "LOCATION:  auth_failed, auth.c:337\n",
         AT "FATAL:  password authentication failed for user \"app\""},
        /* the name of a role is not an SQLSTATE, nor its message a location */
        {AT "FATAL:  28000: role \"a:  53300: b\" does not exist\n"
            "LOCATION:  InitializeSessionUserId, miscinit.c:768\n",
         AT "FATAL:  role \"a:  53300: b\" does not exist"},
        {AT "FATAL:  3D000: database \"x\nLOCATION:  InitProcess, proc.c:1x\" does not exist\n"
            "LOCATION:  InitPostgres, postinit.c:1030\n",
         AT "FATAL:  database \"x; LOCATION:  InitProcess, proc.c:1x\" does not exist"},
        {AT "Connection refused\n\tIs the server running on that host and accepting TCP/IP "
            "connections?\n",
         AT "Connection refused"},
        {AT "server closed the connection unexpectedly\n\tThis probably means the server "
            "terminated abnormally\n\tbefore or while processing the request.\n",
         AT "server closed the connection unexpectedly"},
        {"could not translate host name \"no.invalid\" to address: Name or service not known\n",
         "could not translate host name \"no.invalid\" to address: Name or service not known"},
        /* a translation that has a line break */
        {AT "FATAL:  28000: rejette l'utilisateur « outsider », base\nde données « core »\n"
            "LOCATION:  ClientAuthentication, auth.c:523\n",
         AT "FATAL:  rejette l'utilisateur « outsider », base de données « core »"},
        {AT "FATAL:  42501: permission denied\nDETAIL:  no privilege.\nLOCATION:  "
            "CheckMyDatabase, postinit.c:1\n",
         AT "FATAL:  permission denied; DETAIL:  no privilege."},
        {"53300", "53300"},
        {"FATAL:  53300", "FATAL:  53300"},
        {"FATAL:  533000: x", "FATAL:  533000: x"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reason reason = reason_read(&arena, rows[i].message, NULL);
        assert_string_equal(reason.text, rows[i].text);
        assert_false(reason.is_full);
        assert_int_equal(reason.full_kind, FULL_UNKNOWN);
    }
}

static void states_are_classified(void **state)
{
    (void)state;
    assert_true(reason_classify("53300", NULL).is_full);
    assert_int_equal(reason_classify("53300", "CheckMyDatabase").full_kind, FULL_DATABASE);
    assert_int_equal(reason_classify("53300", "Other").full_kind, FULL_UNKNOWN);
    assert_false(reason_classify("28000", "InitializeSessionUserId").is_full);
    assert_int_equal(reason_classify("28000", "InitializeSessionUserId").full_kind, FULL_UNKNOWN);
    assert_false(reason_classify(NULL, NULL).is_full);
}

static void a_reason_is_one_clean_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line;
    } rows[] = {
        {"a\r\nb\n\n\tc\n", "a; b; c"},
        {"\n\n", ""},
        {"\x1b[31mred\x7f", " [31mred "},
        {"r\xf4le", "r?le"}, /* Latin-1 */
        {"a\xc2\x9b"
         "31mb",
         "a 31mb"}, /* a C1 control character */
        {"rôle «x»", "rôle «x»"},
        {"two  blanks", "two  blanks"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(reason_line(&arena, rows[i].text, NULL), rows[i].line);
}

static void a_reason_has_an_end(void **state)
{
    (void)state;
    char text[2 * REASON_MAX_BYTES + 2];
    for (size_t i = 0; i < REASON_MAX_BYTES; i++)
        memcpy(text + 1 + 2 * i, "\xc3\xa9", 2);
    text[0] = 'x';
    text[sizeof text - 1] = '\0';
    const char *line = reason_line(&arena, text, NULL);
    assert_int_equal(strlen(line), REASON_MAX_BYTES - 1); /* not half of an é */
    assert_memory_equal(line, text, REASON_MAX_BYTES - 1);

    char many[30001];
    for (size_t i = 0; i < 10000; i++)
        memcpy(many + 3 * i, (char[]){(char)('a' + i % 26), (char)('a' + i / 26 % 26), '\n'}, 3);
    many[30000] = '\0';
    assert_true(strlen(reason_read(&arena, many, NULL).text) <= REASON_MAX_BYTES);
}

static void secrets_are_masked(void **state)
{
    (void)state;
    assert_string_equal(reason_line(&arena, "is hunter2, hunter2hunter2", "hunter2"),
                        "is ***, ******");
    assert_string_equal(reason_line(&arena, "nothing here", "hunter2"), "nothing here");
    assert_string_equal(reason_line(&arena, "nothing here", ""), "nothing here");
    struct reason reason =
        reason_read(&arena, AT "FATAL:  28P01: hunter2\nLOCATION:  f, g.c:1\n", "hunter2");
    assert_string_equal(reason.text, AT "FATAL:  ***");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
    const struct CMUnitTest tests[] = {
        TEST(full_servers_say_which_slots), TEST(other_refusals_are_not_full),
        TEST(states_are_classified),        TEST(a_reason_is_one_clean_line),
        TEST(a_reason_has_an_end),          TEST(secrets_are_masked),
    };
    return cmocka_run_group_tests_name("reason", tests, NULL, NULL);
}
