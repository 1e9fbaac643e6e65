/* Who holds slots: sums, order, and how many are idle for how long. */
#include "sized_text.h"
#include "snapshot.h"
#include "use.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const int64_t ages[] = {0, 4, 4, 5, 9, 9, 600, 601};

static int64_t over(const char *state, int64_t over_ms)
{
    const struct session_group group = {.state = state,
                                        .count = 8,
                                        .oldest_s = 601,
                                        .idle_s = ages,
                                        .idle_count = sizeof ages / sizeof ages[0]};
    return group_idle_over(&group, over_ms);
}

static void every_time_is_counted(void **state)
{
    (void)state;
    assert_int_equal(over("idle", 1), 7);
    assert_int_equal(over("idle", 3999), 7);
    assert_int_equal(over("idle", 4000), 5); /* longer, not as long */
    assert_int_equal(over("idle", 4999), 5);
    assert_int_equal(over("idle", 5000), 4);
    assert_int_equal(over("idle", 600000), 1);
    assert_int_equal(over("idle", 601000), 0);
    assert_int_equal(over("idle", INT64_MAX), 0);
    assert_int_equal(over("active", 1), 0);
    assert_int_equal(over("idle in transaction", 1), 0);
    assert_int_equal(over(NULL, 1), 0);
}

/* Of an older snapshot only the oldest one's time is known, and that is a proof of one. */
static void without_times_there_is_at_least_one(void **state)
{
    struct session_group group = {.state = "idle", .count = 50, .oldest_s = 601};
    (void)state;
    assert_int_equal(group_idle_over(&group, 600000), 1);
    assert_int_equal(group_idle_over(&group, 601000), 0);
    group.oldest_s = UNKNOWN;
    assert_int_equal(group_idle_over(&group, 1), 0);
    group.oldest_s = 601;
    group.count = 0;
    assert_int_equal(group_idle_over(&group, 1), 0);
}

#define GROUP(NAME, ROLE, STATE, COUNT, OLDEST)                                                    \
    "{\"application_name\": " NAME ", \"role\": \"" ROLE "\", \"database\": \"core\", "            \
    "\"client_addr\": null, \"state\": " STATE ", \"count\": " COUNT ", \"oldest_s\": " OLDEST "}"
#define SNAPSHOT(GROUPS)                                                                           \
    "{\"format\": 1, \"servers\": [{\"name\": \"main\", \"source\": \"live\", \"version\": "       \
    "180001, \"max_connections\": 100, \"live\": {\"sessions\": 60, \"by\": [" GROUPS "]}}]}"

static const struct facts *facts_of(struct arena *arena, const char *snapshot)
{
    struct snapshot *read = ARENA_NEW(arena, struct snapshot);
    struct json_text *text = ARENA_NEW(arena, struct json_text);
    struct fail fail = {0};
    *text = (struct json_text){.name = "s", .bytes = snapshot, .length = strlen(snapshot)};
    if (!snapshot_read(arena, text, read, &fail))
        fail_msg("%s", fail.message);
    return &read->facts[0];
}

static struct uses uses_of(struct arena *arena, const char *topology_text, enum use_by by,
                           const char *now, const char *before)
{
    struct topology *topology = ARENA_NEW(arena, struct topology);
    struct sizing *sizing = ARENA_NEW(arena, struct sizing);
    struct recommend_options options = {.purpose = PURPOSE_INSPECT};
    text_must_read(arena, topology_text, topology);
    topology_must_size(arena, topology, facts_of(arena, now), &options, sizing);
    return uses_make(arena, sizing, &sizing->servers[0], by,
                     before == NULL ? NULL : facts_of(arena, before));
}

#define NOBODY "{\"servers\": {\"main\": {}}, \"services\": {}}"
#define FLEET                                                                                      \
    "{\"servers\": {\"main\": {}}, \"services\": {\"api\": {\"application_name\": \"next*\"}, "    \
    "\"psql\": {\"application_name\": \"other\"}, \"quiet\": {}}}"
#define NOW                                                                                        \
    SNAPSHOT(GROUP("\"next-1\"", "app", "\"idle\"", "4", "70") ", " GROUP(                         \
        "\"next-2\"", "app", "\"active\"", "3",                                                    \
        "0") ", " GROUP("\"psql\"", "me", "\"idle in transaction (aborted)\"", "9",                \
                        "8") ", " GROUP("\"\"", "me", "null", "2",                                 \
                                        "null") ", " GROUP("null", "me",                           \
                                                           "\"fastpath function call\"", "1",      \
                                                           "3"))

static void services_own_sessions_and_the_rest_is_by_application(void **state)
{
    struct arena arena = {0};
    (void)state;
    struct uses uses = uses_of(&arena, FLEET, USE_BY_SERVICE, NOW, NULL);
    assert_int_equal(uses.count, 6);
    const struct use *psql = &uses.at[0], *api = &uses.at[1], *unnamed = &uses.at[2];
    assert_null(psql->service); /* of that application, not of the service of its name */
    assert_int_equal(psql->in_transaction, 9);
    assert_string_equal(api->service->name, "api");
    assert_int_equal(api->sessions, 7);
    assert_int_equal(api->idle, 4);
    assert_int_equal(api->active, 3);
    assert_int_equal(api->oldest_s, 70);
    assert_string_equal(unnamed->name, "");
    assert_int_equal(unnamed->stateless, 2);
    assert_int_equal(unnamed->oldest_s, UNKNOWN);
    assert_null(uses.at[3].name);
    assert_int_equal(uses.at[3].active, 1);
    assert_string_equal(uses.at[4].service->name, "psql"); /* they hold nothing, and are there */
    assert_string_equal(uses.at[5].service->name, "quiet");
    assert_int_equal(uses.at[5].sessions, 0);
    arena_free(&arena);
}

static void without_services_all_is_by_application(void **state)
{
    struct arena arena = {0};
    (void)state;
    struct uses uses = uses_of(&arena, NOBODY, USE_BY_SERVICE, NOW, NULL);
    assert_int_equal(uses.count, 5);
    assert_string_equal(uses.at[0].name, "psql");
    assert_string_equal(uses.at[1].name, "next-1");
    assert_null(uses.at[1].service);
    uses = uses_of(&arena, NOBODY, USE_BY_ROLE, NOW, NULL);
    assert_int_equal(uses.count, 2);
    assert_string_equal(uses.at[0].name, "me");
    assert_int_equal(uses.at[0].sessions, 12);
    uses = uses_of(&arena, NOBODY, USE_BY_DATABASE, NOW, NULL);
    assert_int_equal(uses.count, 1);
    assert_int_equal(uses.at[0].sessions, 19);
    uses = uses_of(&arena, NOBODY, USE_BY_ADDRESS, NOW, NULL);
    assert_int_equal(uses.count, 1);
    assert_null(uses.at[0].name);
    uses = uses_of(&arena, NOBODY, USE_BY_STATE, NOW, NULL);
    assert_int_equal(uses.count, 5);
    assert_string_equal(uses.at[0].name, "idle in transaction (aborted)");
    arena_free(&arena);
}

/* Story 5: 50 before, 5 after; and what is gone, or new. */
static void before_and_after_are_of_the_same(void **state)
{
    struct arena arena = {0};
    (void)state;
    struct uses uses =
        uses_of(&arena, FLEET, USE_BY_SERVICE,
                SNAPSHOT(GROUP("\"next-9\"", "app", "\"idle\"", "5",
                               "1") ", " GROUP("\"new\"", "app", "\"idle\"", "1", "1")),
                SNAPSHOT(GROUP("\"next-1\"", "app", "\"idle\"", "30", "1") ", " GROUP(
                    "\"next-2\"", "app", "\"idle\"", "20", "1") ", " GROUP("\"gone\"", "app",
                                                                           "\"idle\"", "4", "1")));
    assert_string_equal(uses.at[0].name, "api");
    assert_int_equal(uses.at[0].before, 50);
    assert_int_equal(uses.at[0].sessions, 5);
    assert_string_equal(uses.at[1].name, "new");
    assert_int_equal(uses.at[1].before, 0);
    assert_string_equal(uses.at[2].name, "gone");
    assert_int_equal(uses.at[2].before, 4);
    assert_int_equal(uses.at[2].sessions, 0);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_time_is_counted),
        cmocka_unit_test(without_times_there_is_at_least_one),
        cmocka_unit_test(services_own_sessions_and_the_rest_is_by_application),
        cmocka_unit_test(without_services_all_is_by_application),
        cmocka_unit_test(before_and_after_are_of_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
