/* How many more sessions are let in, and what stops them: from postgres.md's measurements and the
 * rule. */
#include "room.h"
#include "sized_text.h"
#include "snapshot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct facts facts_with(int64_t most, int64_t superuser, int64_t reserved, int64_t sessions)
{
    struct facts facts = facts_unknown;
    facts.answer = ANSWER_LIVE;
    facts.version = 180001;
    facts.max_connections = most;
    facts.superuser_reserved_connections = superuser;
    facts.reserved_connections = reserved;
    facts.sessions = sessions;
    return facts;
}

/* Measured on a server with max_connections 20 and 3 kept for superusers: 17 ordinary ones alone;
 * beside 2 superusers 15, beside 5 only 12. */
static void slots_are_a_threshold_not_seats(void **state)
{
    static const struct {
        int64_t reserved, sessions, room[ADMISSIONS];
    } rows[] = {
        {0, 0, {17, 17, 20}}, {0, 2, {15, 15, 18}},       {0, 5, {12, 12, 15}}, {0, 17, {0, 0, 3}},
        {0, 20, {0, 0, 0}},   {5, 0, {12, 17, 20}},       {5, 12, {0, 5, 8}},   {5, 17, {0, 0, 3}},
        {5, 11, {1, 6, 9}},   {UNKNOWN, 5, {12, 12, 15}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct facts facts = facts_with(20, 3, rows[i].reserved, rows[i].sessions);
        struct room room = room_now(&facts);
        assert_memory_equal(room.of, rows[i].room, sizeof room.of);
        assert_false(room.is_least);
    }
}

static void room_is_never_negative_and_may_be_unknown(void **state)
{
    (void)state;
    struct facts facts = facts_with(20, 3, 0, 25); /* counted while others came and went */
    assert_int_equal(room_now(&facts).of[ADMIT_SUPERUSER], 0);
    facts.sessions = UNKNOWN;
    assert_int_equal(room_now(&facts).of[ADMIT_ORDINARY], UNKNOWN);
    facts = facts_with(UNKNOWN, 3, 0, 5);
    assert_int_equal(room_now(&facts).of[ADMIT_SUPERUSER], UNKNOWN);
    facts = facts_with(20, 3, 0, 5);
    facts.answer = ANSWER_FULL;
    assert_int_equal(room_now(&facts).of[ADMIT_ORDINARY], UNKNOWN);
    facts = facts_with(20, 3, 0, 5);
    facts.hidden = true;
    assert_false(room_now(&facts).is_least); /* 17 and later count all the same */
    facts.version = 160000;
    assert_true(room_now(&facts).is_least);
}

/* --- pairs --- */

#define SERVER                                                                                     \
    "{\"format\": 1, \"servers\": [{\"name\": \"main\", \"source\": \"live\", \"version\": "       \
    "180001, \"max_connections\": 30, \"superuser_reserved_connections\": 3, "                     \
    "\"reserved_connections\": 2, \"superusers\": [\"boss\"], "

static struct pairs pairs_of(struct arena *arena, const char *snapshot)
{
    struct topology *topology = ARENA_NEW(arena, struct topology);
    struct snapshot read;
    struct fail fail = {0};
    struct sizing *sizing = ARENA_NEW(arena, struct sizing);
    struct json_text text = {.name = "s", .bytes = snapshot, .length = strlen(snapshot)};
    struct recommend_options options = {.purpose = PURPOSE_INSPECT};
    if (!snapshot_read(arena, &text, &read, &fail))
        fail_msg("%s", fail.message);
    text_must_read(arena, "{\"servers\": {\"main\": {}}, \"services\": {}}", topology);
    topology_must_size(arena, topology, &read.facts[0], &options, sizing);
    return pairs_make(arena, &sizing->servers[0]);
}

static void assert_pair(const struct pair *pair, const char *role, const char *database,
                        int64_t more, enum stop stop, int64_t limit)
{
    assert_string_equal(pair->role, role);
    assert_string_equal(pair->database, database);
    assert_int_equal(pair->more, more);
    assert_int_equal(pair->stop, stop);
    assert_int_equal(pair->limit, limit);
}

#define GROUP(ROLE, DATABASE, COUNT)                                                               \
    "{\"application_name\": \"a\", \"role\": \"" ROLE "\", \"database\": \"" DATABASE              \
    "\", \"state\": \"idle\", \"count\": " COUNT "}"

/* 18 sessions of 30: 7 more ordinary ones, 9 of a reserved role, 12 superusers. A role's limit
 * counts all databases, a database's all roles, and superusers in it; neither holds for them. */
static void the_smallest_limit_binds(void **state)
{
    struct arena arena = {0};
    (void)state;
    struct pairs pairs = pairs_of(
        &arena, SERVER
        "\"reserved_roles\": [\"agent\"], \"role_limits\": {\"app\": 8, \"boss\": 1}, "
        "\"database_limits\": {\"small\": 9}, \"live\": {\"sessions\": 18, \"hidden\": "
        "false, \"by\": [" GROUP("app", "core", "4") ", " GROUP("app", "small", "2") ", " GROUP(
            "free", "core", "3") ", " GROUP("free", "small",
                                            "2") ", " GROUP("agent", "core",
                                                            "3") ", " GROUP("boss", "small",
                                                                            "4") "]}}]}");
    assert_int_equal(pairs.count, 6);
    assert_pair(&pairs.at[0], "app", "small", 1, STOP_DATABASE, 9);
    assert_pair(&pairs.at[1], "free", "small", 1, STOP_DATABASE, 9);
    assert_pair(&pairs.at[2], "app", "core", 2, STOP_ROLE, 8);
    assert_pair(&pairs.at[3], "free", "core", 7, STOP_SLOTS, UNKNOWN);
    assert_pair(&pairs.at[4], "agent", "core", 9, STOP_SLOTS, UNKNOWN);
    assert_pair(&pairs.at[5], "boss", "small", 12, STOP_SLOTS, UNKNOWN);
    for (size_t i = 0; i < pairs.count; i++)
        assert_false(pairs.at[i].is_least);
    arena_free(&arena);
}

/* PostgreSQL asks for the role's limit first, then for slots, then for the database's. */
static void of_equal_limits_the_first_that_is_asked_for_is_named(void **state)
{
    struct arena arena = {0};
    (void)state;
    struct pairs pairs = pairs_of(
        &arena, SERVER "\"reserved_roles\": [], \"role_limits\": {\"a\": 22}, "
                       "\"database_limits\": {\"b\": 22}, \"live\": {\"sessions\": 6, \"hidden\": "
                       "false, \"by\": [" GROUP("a", "a", "3") ", " GROUP("b", "b", "3") "]}}]}");
    assert_int_equal(pairs.count, 2);
    assert_pair(&pairs.at[0], "a", "a", 19, STOP_ROLE, 22);
    assert_pair(&pairs.at[1], "b", "b", 19, STOP_SLOTS, UNKNOWN);
    arena_free(&arena);
}

/* An older snapshot does not say who may use reserved slots: there may be more room. Nor does one
 * with sessions that stand in no group say how many a role has. */
static void what_is_not_known_is_at_least(void **state)
{
    struct arena arena = {0};
    (void)state;
    struct pairs pairs = pairs_of(
        &arena, SERVER
        "\"role_limits\": {\"b\": 10}, \"live\": {\"sessions\": 9, "
        "\"hidden\": false, \"by\": [" GROUP("a", "a", "3") ", " GROUP("b", "a", "2") "]}}]}");
    assert_int_equal(pairs.count, 2);
    assert_pair(&pairs.at[0], "b", "a", 4, STOP_ROLE, 10); /* 2 of it, and perhaps 4 more */
    assert_pair(&pairs.at[1], "a", "a", 16, STOP_SLOTS, UNKNOWN);
    assert_true(pairs.at[0].is_least && pairs.at[1].is_least);
    arena_free(&arena);
}

/* Names that would run into each other, were they only put side by side. */
static void pairs_are_told_apart(void **state)
{
    struct arena arena = {0};
    (void)state;
    struct pairs pairs = pairs_of(
        &arena, SERVER
        "\"reserved_roles\": [], \"live\": {\"sessions\": 6, \"hidden\": false, "
        "\"by\": [" GROUP("a/b", "c", "1") ", " GROUP(
            "a", "b/c", "2") ", "
                             "{\"role\": \"a/b/c\", \"state\": \"idle\", \"count\": 3}]}}]}");
    assert_int_equal(pairs.count, 3);
    assert_null(pairs.at[0].database);
    assert_int_equal(pairs.at[1].sessions, 2);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_a_threshold_not_seats),
        cmocka_unit_test(room_is_never_negative_and_may_be_unknown),
        cmocka_unit_test(the_smallest_limit_binds),
        cmocka_unit_test(of_equal_limits_the_first_that_is_asked_for_is_named),
        cmocka_unit_test(what_is_not_known_is_at_least),
        cmocka_unit_test(pairs_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
