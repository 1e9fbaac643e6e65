/* What follows from a record: whose sessions, how many at most, when, and how sure that is. */
#include "history.h"
#include "sized_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HEADER "{\"pgsize_record\":1,\"server\":\"main\",\"every_ms\":5000}\n"
#define GROUP(NUMBER, NAME)                                                                        \
    "{\"group\":" #NUMBER ",\"application_name\":" NAME ",\"role\":\"app\","                       \
    "\"database\":\"core\"}\n"
#define NAMES                                                                                      \
    HEADER GROUP(1, "\"api-a\"") GROUP(2, "\"api-b\"") GROUP(3, "\"psql\"") GROUP(4, "null")       \
        GROUP(5, "\"dbt\"") GROUP(6, "\"jobs\"")

static const char topology_text_[] =
    "{\"servers\": {\"main\": {\"max_connections\": 100}}, \"services\": {\"api\": {\"role\": "
    "\"app\", \"application_name\": \"api-*\"}, \"jobs\": {}, \"quiet\": {}}}";

static struct arena arena;
static struct topology topology;

static int setup(void **state)
{
    (void)state;
    text_must_read(&arena, topology_text_, &topology);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const struct history *read(const char *record)
{
    return history_of_text(&arena, &topology, 0, record, strlen(record));
}

static void peak_is(const struct history_peak *peak, int64_t least, int64_t most, int64_t at_ms)
{
    assert_int_equal(peak->least, least);
    assert_int_equal(peak->most, most);
    assert_int_equal(peak->at_ms, at_ms);
}

/* Not the sum of two peaks that were not at one time. */
static void a_sample_adds_up_its_groups(void **state)
{
    (void)state;
    const struct history *history = read(NAMES "{\"at\":1000,\"by\":[[1,5,2],[2,4,1],[6,3]]}\n"
                                               "{\"at\":6000,\"by\":[[1,8,1],[3,2]]}\n"
                                               "{\"at\":11000,\"by\":[[2,8],[3,2],[5,1]]}\n");
    assert_int_equal(history->class_count, 3);
    peak_is(&history->classes[0].sessions, 9, 9, 1000);
    assert_int_equal(history->classes[0].in_use.value, 3);
    peak_is(&history->classes[1].sessions, 3, 3, 1000);
    peak_is(&history->classes[2].sessions, 0, 0, UNKNOWN);
    peak_is(&history->nobodys, 3, 3, 11000);
    assert_int_equal(history->named_count, 2);
    assert_string_equal(history->named[0].application_name, "psql");
    assert_int_equal(history->named[0].sessions, 2);
    assert_string_equal(history->named[1].application_name, "dbt");
    assert_int_equal(history->whole.seen, 3);
    assert_int_equal(history->groups[0].sessions.value, 8);
    assert_string_equal(history->groups[0].service, "api");
}

/* When in the window each was at its peak is not known of the sum, only of each. */
static void a_window_gives_two_bounds(void **state)
{
    (void)state;
    const struct history *history =
        read(NAMES "{\"from\":1000,\"to\":56000,\"samples\":[12,0,0],\"observed\":56000,"
                   "\"by\":[[1,5,5000,2,0],[2,8,10000],[3,2,0],[5,3,15000],[6,4,20000]]}\n");
    peak_is(&history->classes[0].sessions, 8, 13, 11000);
    assert_int_equal(history->classes[0].in_use.value, 2);
    peak_is(&history->classes[1].sessions, 4, 4, 21000); /* one group alone is exact */
    peak_is(&history->nobodys, 3, 5, 16000);
    assert_int_equal(history->named_count, 1);
    assert_string_equal(history->named[0].application_name, "dbt");
}

/* Nobody had more than the server in all; a total that is less than one of its groups is damaged.
 */
static void no_bound_is_above_the_total(void **state)
{
    (void)state;
    const struct history *history =
        read(NAMES "{\"from\":1000,\"to\":56000,\"samples\":[12,0,0],\"observed\":56000,"
                   "\"sessions\":[10,5000],"
                   "\"by\":[[1,5,5000],[2,8,10000],[4,9,0],[6,4,20000]]}\n");
    peak_is(&history->classes[0].sessions, 8, 10, 11000);
    peak_is(&history->classes[1].sessions, 4, 10, 21000);
    peak_is(&history->nobodys, 0, 9, UNKNOWN);
    history = read(NAMES "{\"from\":1000,\"to\":56000,\"samples\":[12,0,0],\"observed\":56000,"
                         "\"sessions\":[3,5000],\"by\":[[1,5,5000],[2,8,10000]]}\n");
    peak_is(&history->classes[0].sessions, 8, 8, 11000);
}

static void strangers_may_be_anybodys(void **state)
{
    (void)state;
    const struct history *history = read(NAMES "{\"at\":1000,\"by\":[[1,5],[4,2]]}\n"
                                               "{\"at\":6000,\"by\":[[1,4],[0,6],[4,1]]}\n");
    peak_is(&history->classes[0].sessions, 5, 11, 1000);
    peak_is(&history->classes[2].sessions, 0, 7, UNKNOWN);
    peak_is(&history->nobodys, 0, 7, UNKNOWN);
}

static void nothing_seen_is_not_zero(void **state)
{
    (void)state;
    assert_null(read(HEADER));
    const struct history *history =
        read(NAMES "{\"at\":1000,\"lost\":\"refused\",\"breaker\":\"open\"}\n"
                   "{\"at\":6000,\"full\":\"sorry\",\"sessions\":97}\n"
                   "{\"at\":11000,\"lost\":\"refused\"}\n{\"at\":21000,\"lost\":\"refused\"}\n");
    peak_is(&history->classes[0].sessions, UNKNOWN, UNKNOWN, UNKNOWN);
    peak_is(&history->nobodys, UNKNOWN, UNKNOWN, UNKNOWN);
    assert_int_equal(history->whole.sessions.value, 97);
    assert_int_equal(history->whole.gap_ms, 5000 + 10000);
    assert_int_equal(history->whole.from_ms, 1000);
    assert_int_equal(history->whole.to_ms, 21000);
    assert_int_equal(history->breaker, BREAKER_OPEN);
    assert_int_equal(history->whole.changes, 1);
}

static void damage_is_counted_and_passed_over(void **state)
{
    (void)state;
    const struct history *history =
        read(NAMES "{\"at\":1000,\"by\":[[1,5]]}\nrubbish\n{\"at\":6000,\"by\":[[1,9]]}\n{}\n"
                   "{\"at\":11000,\"by\":[[1,99]]}");
    assert_int_equal(history->damaged, 2);
    assert_int_equal(history->damaged_line, 9);
    peak_is(&history->classes[0].sessions, 9, 9, 6000); /* what has no end is no line */
    assert_null(read("rubbish\n" NAMES "{\"at\":1000,\"by\":[[1,5]]}\n"));
}

static void without_a_topology_all_are_nobodys(void **state)
{
    static const char record[] = NAMES "{\"at\":1000,\"by\":[[1,5],[6,3]]}\n";
    (void)state;
    const struct history *history = history_of_text(&arena, NULL, 0, record, sizeof record - 1);
    assert_int_equal(history->class_count, 0);
    peak_is(&history->nobodys, 8, 8, 1000);
    assert_int_equal(history->group_count, 2);
    assert_null(history->groups[0].service);
    assert_string_equal(history->groups[0].names.application_name, "api-a");
}

/* The largest groups are kept, and how many more there are is known. */
static void many_groups_are_bounded(void **state)
{
    struct text text = {.arena = &arena};
    (void)state;
    text_put(&text, HEADER);
    for (int i = 1; i <= 500; i++)
        text_printf(&text,
                    "{\"group\":%d,\"application_name\":\"p%d\",\"role\":null,\"database\":null}\n"
                    "{\"at\":%d,\"by\":[[%d,%d]]}\n",
                    i, i, i * 5000, i, i);
    const struct history *history = history_of_text(&arena, &topology, 0, text.bytes, text.length);
    assert_int_equal(history->group_count, HISTORY_MOST_GROUPS);
    assert_int_equal(history->more_groups, 500 - HISTORY_MOST_GROUPS);
    assert_int_equal(history->groups[0].sessions.value, 500);
    assert_int_equal(history->groups[HISTORY_MOST_GROUPS - 1].sessions.value, 301);
    text_free(&text);
}

/* n >= ln(1 - g) / ln q, at each step and one sample below it. */
static void a_peak_covers_its_quantile(void **state)
{
    static const int64_t steps[] = {59, 299, 2995, 29956};
    (void)state;
    assert_int_equal(peak_covers(58), 0);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        double q = (double)peak_covers(steps[i]) / 100000, n = log(0.05) / log(q);
        assert_true((double)steps[i] >= n && (double)steps[i] - 1 < n);
        assert_true(peak_covers(steps[i] - 1) < peak_covers(steps[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_adds_up_its_groups),
        cmocka_unit_test(a_window_gives_two_bounds),
        cmocka_unit_test(no_bound_is_above_the_total),
        cmocka_unit_test(strangers_may_be_anybodys),
        cmocka_unit_test(nothing_seen_is_not_zero),
        cmocka_unit_test(damage_is_counted_and_passed_over),
        cmocka_unit_test(without_a_topology_all_are_nobodys),
        cmocka_unit_test(many_groups_are_bounded),
        cmocka_unit_test(a_peak_covers_its_quantile),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
