/* Who owns sessions, remembered: always what session_owner() says. */
#include "owners.h"
#include "sessions.h"
#include "sized_text.h"

#include <stdio.h>

static const char fleet[] =
    "{\"servers\": {\"main\": {\"max_connections\": 100}}, \"services\": {"
    "\"named\": {\"application_name\": \"api-1*\"},"
    "\"roled\": {\"application_name\": \"*\", \"role\": \"app\", \"databases\": [\"core\"]},"
    "\"equals\": {\"application_name\": \"=*\", \"role\": \"core\"}}}";

static const char *const names[] = {NULL, "", "app", "core", "api-1", "api-12", "=", "=app"};
enum { NAMES = sizeof names / sizeof names[0] };

static void same_must_own(struct owners *owners, const struct sizing *sizing,
                          const struct session_group *group)
{
    const struct service *wanted = session_owner(sizing, &sizing->servers[0], group);
    assert_ptr_equal(owners_find(owners, sizing, &sizing->servers[0], group), wanted);
}

static void names_that_are_not_known_are_not_empty(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct topology topology;
    struct sizing sizing;
    struct owners owners = {0};
    text_must_read(&arena, fleet, &topology);
    session_owners_make(&arena, &topology, &sizing);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < NAMES * NAMES * NAMES; i++) {
            const struct session_group group = {.application_name = names[i % NAMES],
                                                .role = names[i / NAMES % NAMES],
                                                .database = names[i / NAMES / NAMES]};
            same_must_own(&owners, &sizing, &group);
        }
    assert_int_equal(owners.groups.count, NAMES * NAMES * NAMES);
    owners_free(&owners);
    arena_free(&arena);
}

static void it_stays_small(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct topology topology;
    struct sizing sizing;
    struct owners owners = {0};
    char name[OWNERS_KEY_BYTES * 2];
    text_must_read(&arena, fleet, &topology);
    session_owners_make(&arena, &topology, &sizing);
    for (int i = 0; i < 3 * OWNERS_MOST + 7; i++) {
        (void)snprintf(name, sizeof name, "api-%d", i);
        same_must_own(&owners, &sizing, &(struct session_group){.application_name = name});
        assert_true(owners.groups.count <= OWNERS_MOST);
    }
    assert_int_equal(owners.groups.count, 7);
    memset(name, 'x', sizeof name - 1);
    memcpy(name, "api-1", 5);
    name[sizeof name - 1] = '\0';
    const struct session_group wide = {.application_name = name};
    same_must_own(&owners, &sizing, &wide);
    assert_string_equal(session_owner(&sizing, &sizing.servers[0], &wide)->name, "named");
    assert_int_equal(owners.groups.count, 7); /* too long to be kept */
    owners_free(&owners);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_are_not_known_are_not_empty),
        cmocka_unit_test(it_stays_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
