/* ${NAME} in strings, and in URLs. */
#include "expand.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const char *const environment[] = {
    "PLAIN=value", "EMPTY=",          "PW=p@ss:/?#%&= w\xc3\xb6rd",
    "USER_1=app",  "_X=under",        "URL=postgresql://u:p@h/d",
    "PLAINER=no",  "NESTED=${PLAIN}", "QUOTED=it's a \\ value",
    "DB=core",     "KEYS=a;\"Host=b", NULL,
};

struct expansion {
    const char *string, *expanded; /* NULL: refused */
};

static void check(const struct expansion *rows, size_t count, enum expand_into into)
{
    for (size_t i = 0; i < count; i++) {
        char missing[128] = "";
        const char *expanded =
            expand(&arena, rows[i].string, environment, into, NULL, missing, sizeof missing);
        if ((expanded == NULL) != (rows[i].expanded == NULL) ||
            (expanded != NULL && strcmp(expanded, rows[i].expanded) != 0))
            fail_msg("%s: %s %s", rows[i].string, expanded == NULL ? "refused:" : expanded,
                     missing);
        assert_true(expanded != NULL || missing[0] != '\0');
    }
}

#define CHECK(rows, into) check(rows, sizeof(rows) / sizeof(rows)[0], into)

static void notations(void **state)
{
    static const struct expansion rows[] = {
        {"", ""},
        {"no variable", "no variable"},
        {"${PLAIN}", "value"},
        {"a${PLAIN}b${USER_1}c", "avaluebappc"},
        {"${PLAIN}${PLAIN}", "valuevalue"},
        {"${_X}", "under"},
        {"${EMPTY}", ""},
        {"[${EMPTY}]", "[]"},
        {"${NONE:-default}", "default"},
        {"${NONE:-}", ""},
        {"${EMPTY:-default}", "default"}, /* as in sh: empty counts as not set */
        {"${PLAIN:-default}", "value"},
        {"${NONE:-a:-b}", "a:-b"},
        {"${NONE:-$PLAIN}", "$PLAIN"},
        {"$${PLAIN}", "${PLAIN}"},
        {"a$${b}c", "a${b}c"},
        {"$$${PLAIN}", "$${PLAIN}"},
        {"$${${PLAIN}}", "${value}"},
        {"$PLAIN", "$PLAIN"},
        {"$", "$"},
        {"$$", "$$"},
        {"100$ {x}", "100$ {x}"},
        {"cost: $5", "cost: $5"},
        {"${NESTED}", "${PLAIN}"}, /* what a variable holds is not looked into */
        {"caf\xc3\xa9 ${PLAIN}", "caf\xc3\xa9 value"},
        {"${}", NULL},
        {"${1X}", NULL},
        {"${PLAIN", NULL},
        {"${", NULL},
        {"${PLAIN:default}", NULL},
        {"${PLAIN-default}", NULL},
        {"${PLAIN:?message}", NULL},
        {"${PLAIN:+other}", NULL},
        {"${PLAIN }", NULL},
        {"${A.B}", NULL},
        {"${NONE}", NULL},
        {"${PLAI}", NULL}, /* a beginning is not the name */
    };
    (void)state;
    CHECK(rows, EXPAND_PLAIN);
}

static void what_is_missing_is_named(void **state)
{
    char missing[128] = "";
    char long_name[400] = "${";
    (void)state;
    assert_null(
        expand(&arena, "x${NOT_THERE}y", environment, EXPAND_PLAIN, NULL, missing, sizeof missing));
    assert_string_equal(missing, "the environment variable NOT_THERE is not set");
    assert_null(expand(&arena, "${NOT_THERE}", NULL, EXPAND_PLAIN, NULL, missing, sizeof missing));
    assert_string_equal(missing, "the environment variable NOT_THERE is not set");
    memset(long_name + 2, 'A', 390);
    long_name[392] = '}';
    assert_null(
        expand(&arena, long_name, environment, EXPAND_PLAIN, NULL, missing, sizeof missing));
    assert_non_null(strstr(missing, "is not set"));
}

static void pieces_are_limited(void **state)
{
    static char many[256 * 8 + 1];
    char missing[128] = "";
    (void)state;
    for (size_t i = 0; i < 256; i++)
        (void)snprintf(many + 8 * i, 9, "${PLAIN}");
    const char *expanded =
        expand(&arena, many, environment, EXPAND_PLAIN, NULL, missing, sizeof missing);
    assert_non_null(expanded);
    assert_int_equal(strlen(expanded), 256 * 5);
    const char *more = arena_printf(&arena, "%s.", many);
    assert_null(expand(&arena, more, environment, EXPAND_PLAIN, NULL, missing, sizeof missing));
    assert_string_equal(missing, "more than 256 pieces of text and ${...}");
}

#define ENCODED "p%40ss%3A%2F%3F%23%25%26%3D%20w%C3%B6rd"

/* Only what lands in user or password is encoded, and only what the environment gave. */
static void urls(void **state)
{
    static const struct expansion rows[] = {
        {"postgresql://app:${PW}@h/d", "postgresql://app:" ENCODED "@h/d"},
        {"postgresql://${PW}@h/d", "postgresql://" ENCODED "@h/d"},
        {"postgresql://${PW}:${PW}@h/d", "postgresql://" ENCODED ":" ENCODED "@h/d"},
        {"postgresql://app:x${PW}y@h/d", "postgresql://app:x" ENCODED "y@h/d"},
        {"postgresql://${USER_1}:${NONE:-a%40b}@h/d",
         "postgresql://app:a%40b@h/d"}, /* a default is a literal */
        {"postgresql://h/${DB}?user=${PW}&password=${PW}&schema=${DB}",
         "postgresql://h/core?user=" ENCODED "&password=" ENCODED "&schema=core"},
        {"postgresql://h/d?schema=${QUOTED}", "postgresql://h/d?schema=it's a \\ value"},
        {"postgresql://app:${PW}@h/d?x=${PW}",
         "postgresql://app:" ENCODED "@h/d?x=p@ss:/?#%&= w\xc3\xb6rd"},
        {"jdbc:postgresql://h/d?user=${USER_1}&password=${PW}",
         "jdbc:postgresql://h/d?user=app&password=" ENCODED},
        {"postgresql://a#b?c:${PW}@h/d",
         "postgresql://a#b?c:" ENCODED "@h/d"}, /* libpq takes that as user */
        {"${URL}", "postgresql://u:p@h/d"},     /* a URL as a whole is one already */
        {"${URL}?x=1", "postgresql://u:p@h/d?x=1"},
        {"postgresql://${DB}/d", "postgresql://core/d"},
        {"postgresql://h/d", "postgresql://h/d"},
        {"postgresql://app:${NONE}@h/d", NULL},
    };
    (void)state;
    CHECK(rows, EXPAND_URL);
}

/* `key=value` strings: what libpq would take for the end of the value stands behind a backslash. */
static void keyword_strings(void **state)
{
    static const struct expansion rows[] = {
        {"host=h password=${QUOTED}", "host=h password=it\\'s\\ a\\ \\\\\\ value"},
        {"host=h password='${QUOTED}'", "host=h password='it\\'s\\ a\\ \\\\\\ value'"},
        {"password = ${USER_1} host=h", "password = app host=h"},
        {"password=${EMPTY} host=h", "password='' host=h"}, /* else its value were host=h */
        {"password='${EMPTY}' host=h", "password='' host=h"},
        {"user=${PLAIN} dbname=${DB}", "user=value dbname=core"},
    };
    (void)state;
    CHECK(rows, EXPAND_URL);
}

/* Npgsql's: what it would take for the end of the value stands between quotation marks. */
static void strings_of_npgsql(void **state)
{
    static const struct expansion rows[] = {
        {"Host=h;PWD=${QUOTED} ;Database=d", "Host=h;PWD=\"it's a \\ value\" ;Database=d"},
        {"Host=h;Password='${QUOTED}'", "Host=h;Password='it''s a \\ value'"},
        {"Host=h;Password=\"x${QUOTED}\"", "Host=h;Password=\"xit's a \\ value\""},
        {"Host=h; User Id = ${PW};DB=${DB}",
         "Host=h; User Id = \"p@ss:/?#%&= w\xc3\xb6rd\";DB=core"},
        {"Host=h;Password=${EMPTY}", "Host=h;Password=\"\""},
        {"Host=${DB};Password='a", "Host=core;Password='a"},
        {"Host=h;Password=x${KEYS};DB=${DB}", "Host=h;Password=\"xa;\"\"Host=b\";DB=core"},
        {"Password=${KEYS}x ;Host=h", "Password=\"a;\"\"Host=bx\" ;Host=h"},
        {"Host=h;UID=a\"b${DB}", "Host=h;UID=\"a\"\"bcore\""},
        {"Host=h;Password=${PLAIN}${KEYS}", "Host=h;Password=\"valuea;\"\"Host=b\""},
        {"Host=h;Password=x${NONE:-y;z}", "Host=h;Password=\"xy;z\""},
        {"Host=h;Password=x$${y}", "Host=h;Password=x${y}"},
        {"Host=h;Password=x", "Host=h;Password=x"},
    };
    (void)state;
    CHECK(rows, EXPAND_URL);
}

static void passwords_in_the_string(void **state)
{
    static const struct {
        const char *string;
        bool literal;
    } rows[] = {
        {"postgresql://app:secret@h/d", true},
        {"Host=h;PSW=secret", true},
        {"Host=h;PSW=${PW}", false},
        {"Host=h;Pwd='${PW}';Username=u", false},
        {"postgresql://app:${PW}@h/d", false},
        {"postgresql://app:x${PW}@h/d", true}, /* a part of it */
        {"postgresql://app:${PW}x@h/d", true},
        {"postgresql://app:${PW}${PW}@h/d", false},
        {"postgresql://app:@h/d", false},
        {"postgresql://app@h/d", false},
        {"postgresql://h/d", false},
        {"postgresql://h:5432/d", false},
        {"postgresql://h:5432/d?x=a:b@c", false},
        {"postgresql://app:${NONE:-secret}@h/d", true},
        {"postgresql://app:${PW:-secret}@h/d", true}, /* set or not, it is in the file */
        {"postgresql://app:${NONE:-}@h/d", false},
        {"postgresql://${NONE:-app}@h/d", false},
        {"postgresql://${NONE:-app:secret}@h/d", true},
        {"${NONE:-postgresql://app:secret@localhost/d}", true},
        {"${URL:-postgresql://app:secret@localhost/d}", true},
        {"${URL:-postgresql://app@localhost/d}", false},
        {"${URL}", false},
        {"postgresql://a:b#c@h/d", true},
        {"postgresql://h/d?password=secret", true},
        {"postgresql://h/d?password=${PW}", false},
        {"postgresql://h/d?password=${PW:-secret}", true},
        {"postgresql://h/d?password=", false},
        {"postgresql://h/d?password=&x=1", false},
        {"postgresql://h/d?x=1&password=secret&y=2", true},
        {"postgresql://h/d?x=password", false},
        {"postgresql://h/d?sslpassword=secret", true},
        {"postgresql://app:${PW}@h/d?password=secret", true},
        {"jdbc:postgresql://h/d?user=app&password=secret", true},
        {"host=h password=secret", true},
        {"host=h password=${PW}", false},
        {"host=h password=${PW} dbname=d", false},
        {"host=h password='${PW}' dbname='a password=b'", false},
        {"host=h password = 'my secret'", true},
        {"password='' host=h", false},
        {"host=h user=app", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char missing[128] = "";
        bool literal = !rows[i].literal;
        assert_non_null(expand(&arena, rows[i].string, environment, EXPAND_URL, &literal, missing,
                               sizeof missing));
        if (literal != rows[i].literal)
            fail_msg("%s: %s", rows[i].string, literal ? "a password in it" : "no password in it");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notations),
        cmocka_unit_test(what_is_missing_is_named),
        cmocka_unit_test(pieces_are_limited),
        cmocka_unit_test(urls),
        cmocka_unit_test(keyword_strings),
        cmocka_unit_test(strings_of_npgsql),
        cmocka_unit_test(passwords_in_the_string),
    };
    return cmocka_run_group_tests_name("expand", tests, NULL, teardown);
}
