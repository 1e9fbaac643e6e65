/* Every rule fires on its bad example and not on its good one; rows are well formed. */
#include "history.h"
#include "identity.h"
#include "rule.h"
#include "sized_text.h"
#include "snapshot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define NO_ANSWER(ANSWER)                                                                          \
    {                                                                                              \
        .answer = (ANSWER), .reason = "connection refused", .max_connections = UNKNOWN,            \
        .superuser_reserved_connections = UNKNOWN, .reserved_connections = UNKNOWN,                \
        .sessions = UNKNOWN,                                                                       \
    }
static const struct facts unreachable = NO_ANSWER(ANSWER_UNREACHABLE),
                          missing = NO_ANSWER(ANSWER_MISSING);

static const struct facts *facts_of(struct arena *arena, const char *snapshot)
{
    struct json_text text;
    struct snapshot read;
    struct fail fail = {0};
    if (snapshot == NULL)
        return &facts_unknown;
    if (strcmp(snapshot, RULE_UNREACHABLE) == 0)
        return &unreachable;
    if (strcmp(snapshot, RULE_MISSING) == 0)
        return &missing;
    text = (struct json_text){.name = "snapshot", .bytes = snapshot, .length = strlen(snapshot)};
    if (!snapshot_read(arena, &text, &read, &fail))
        fail_msg("%s", fail.message);
    return snapshot_find(&read, "main", 1);
}

/* Sizes a topology of one server and judges it. */
static void judge(struct arena *arena, const struct rule *rule, const char *document,
                  const char *snapshot, const char *record, struct sizing *ret_sizing)
{
    struct topology *topology = ARENA_NEW(arena, struct topology);
    text_must_read(arena, document, topology);
    assert_in_range(topology->server_count, 1, 2);
    struct recommend_options options = {.purpose = rule->purpose};
    topology_must_size(arena, topology, facts_of(arena, snapshot), &options, ret_sizing);
    if (record != NULL) {
        const struct history *history = history_of_text(arena, topology, 0, record, strlen(record));
        assert_non_null(history);
        assert_int_equal(history->damaged, 0);
        ret_sizing->servers[0].input.history = history;
    }
    rules_judge(arena, ret_sizing);
}

static const struct finding *find(const struct sizing *sizing, const struct rule *rule)
{
    for (size_t i = 0; i < sizing->finding_count; i++)
        if (sizing->findings[i].rule == rule)
            return &sizing->findings[i];
    return NULL;
}

static void every_bad_example_fires(void **state)
{
    (void)state;
    for (size_t i = 0; i < rule_count(); i++) {
        struct arena arena = {0};
        struct sizing sizing;
        const struct rule *rule = rule_at(i);
        judge(&arena, rule, rule->bad, rule->bad_facts, rule->bad_history, &sizing);
        const struct finding *finding = find(&sizing, rule);
        if (finding == NULL)
            fail_msg("%s %s does not fire on its example", rule->id, rule->name);
        assert_non_null(strchr(finding->subject, '/'));
        assert_int_equal(finding->pointer[0], '/');
        assert_string_equal(finding->file, "pgsize.json");
        assert_true(finding->line >= 1 && finding->column >= 1);
        assert_true(strlen(finding->help) > 0);
        arena_free(&arena);
    }
}

static void no_good_example_fires(void **state)
{
    (void)state;
    for (size_t i = 0; i < rule_count(); i++) {
        struct arena arena = {0};
        struct sizing sizing;
        const struct rule *rule = rule_at(i);
        judge(&arena, rule, rule->good, rule->good_facts, rule->good_history, &sizing);
        if (find(&sizing, rule) != NULL)
            fail_msg("%s %s fires on its good example: %s", rule->id, rule->name,
                     find(&sizing, rule)->message);
        arena_free(&arena);
    }
}

static void rows_are_well_formed(void **state)
{
    (void)state;
    assert_true(rule_count() >= 20);
    for (size_t i = 0; i < rule_count(); i++) {
        const struct rule *rule = rule_at(i);
        assert_int_equal(strlen(rule->id), 6);
        assert_memory_equal(rule->id, "PGS", 3);
        assert_true(strlen(rule->help) > 10 && rule->help[strlen(rule->help) - 1] == '.');
        assert_true(strlen(rule->why) > 40 && rule->why[strlen(rule->why) - 1] == '.');
        assert_true(rule->server != NULL || rule->class != NULL || rule->pooler != NULL ||
                    rule->ignored != NULL);
        assert_ptr_equal(rule_find(rule->id), rule);
        assert_ptr_equal(rule_find(rule->name), rule);
        if (i > 0)
            assert_true(strcmp(rule_at(i - 1)->id, rule->id) < 0);
    }
    assert_null(rule_find("PGS000"));
}

/* Of over-budget, over-alert and rollout-overlap a server has at most one, and none beside
 * does-not-fit. */
static void budget_rules_exclude_each_other(void **state)
{
    static const char *const ids[] = {"PGS001", "PGS002", "PGS003", "PGS004"};
    (void)state;
    for (size_t i = 0; i < rule_count(); i++) {
        struct arena arena = {0};
        struct sizing sizing;
        size_t fired = 0;
        judge(&arena, rule_at(i), rule_at(i)->bad, rule_at(i)->bad_facts, rule_at(i)->bad_history,
              &sizing);
        for (size_t k = 0; k < 4; k++)
            fired += find(&sizing, rule_find(ids[k])) != NULL;
        assert_true(fired <= 1);
        arena_free(&arena);
    }
}

static const struct identity *identities_of(struct arena *arena, const char *document,
                                            size_t *ret_count)
{
    struct sizing sizing;
    judge(arena, rule_find("PGS001"), document, NULL, NULL, &sizing);
    *ret_count = sizing.finding_count;
    return identities_make(arena, &sizing);
}

static void a_finding_stays_itself(void **state)
{
    static const char before[] =
        "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3, \"role_limits\": "
        "{\"app\": 5}, "
        "\"database_limits\": {\"a\": 2, \"b\": 2}}}, \"services\": {\"api\": {\"role\": \"app\", "
        "\"databases\": [\"a\", \"b\"], \"connection_limit\": 4, \"demand\": {\"rate\": 100, "
        "\"held\": "
        "\"35ms\"}}}}";
    static const char after[] =
        "{\"services\": \n{\"api\": {\"role\": \"app\", \"connection_limit\": 5,\n \"demand\": "
        "{\"rate\": 100, "
        "\"held\": \"35ms\"}, \"databases\": [\"a\", \"b\"]}},\n\"servers\": {\"main\": "
        "{\"max_connections\": 120, \"reserved\": 3, \"role_limits\": {\"app\": 5}, "
        "\"database_limits\": "
        "{\"a\": 2, \"b\": 2}}}}";
    struct arena arena = {0};
    size_t count, again;
    (void)state;
    const struct identity *one = identities_of(&arena, before, &count);
    const struct identity *other = identities_of(&arena, after, &again);
    assert_int_equal(count, again);
    assert_true(count >= 5); /* the role, two databases, two unmet demands */
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(one[i].key, other[i].key);
        assert_true(one[i].fingerprint == other[i].fingerprint);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(one[i].key, one[k].key);
            assert_true(one[i].fingerprint != one[k].fingerprint);
        }
    }
    arena_free(&arena);
}

/* A pool that is mended does not make another one's finding look mended, or like a new one. */
static void pools_of_a_service_are_told_apart(void **state)
{
    static const char both[] =
        "{\"servers\": {\"main\": {\"max_connections\": 20, \"reserved\": 1, \"database_limits\": "
        "{\"a\": 1, \"b\": 1}}}, \"services\": {\"api\": {\"databases\": [\"a\", \"b\"], "
        "\"rollout\": \"recreate\", \"want\": 4}}}";
    static const char one[] =
        "{\"servers\": {\"main\": {\"max_connections\": 20, \"reserved\": 1, \"database_limits\": "
        "{\"b\": 1}}}, \"services\": {\"api\": {\"databases\": [\"a\", \"b\"], \"rollout\": "
        "\"recreate\", \"want\": 4}}}";
    struct arena arena = {0};
    struct sizing sizing;
    (void)state;
    judge(&arena, rule_find("PGS005"), both, NULL, NULL, &sizing);
    const struct identity *before = identities_make(&arena, &sizing);
    assert_int_equal(sizing.finding_count, 2);
    const char *of_b = before[1].key;
    assert_non_null(strstr(of_b, "api/b"));
    judge(&arena, rule_find("PGS005"), one, NULL, NULL, &sizing);
    const struct identity *after = identities_make(&arena, &sizing);
    assert_int_equal(sizing.finding_count, 1);
    assert_string_equal(after[0].key, of_b);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bad_example_fires),
        cmocka_unit_test(no_good_example_fires),
        cmocka_unit_test(rows_are_well_formed),
        cmocka_unit_test(budget_rules_exclude_each_other),
        cmocka_unit_test(a_finding_stays_itself),
        cmocka_unit_test(pools_of_a_service_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
