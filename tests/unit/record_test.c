/* The lines of a record: what is put is read back, and what is none is refused. */
#include "arena.h"
#include "random_samples.h"
#include "record.h"
#include "record_thin.h"

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

#define HEADER "{\"pgsize_record\":1,\"server\":\"core\",\"every_ms\":5000}"
#define API "{\"group\":1,\"application_name\":\"api\",\"role\":\"app\",\"database\":\"core\"}"

static bool line_read(struct record *record, const char *line, struct record_line *ret_line)
{
    const char *why;
    return record_line_read(record, &arena, line, strlen(line), ret_line, &why);
}

/* Reads all lines of a text; the last one is what is left. */
static struct record_line text_read(struct record *record, const char *bytes)
{
    struct record_line line = {0};
    while (*bytes != '\0') {
        const char *why, *end = strchr(bytes, '\n');
        assert_non_null(end);
        if (!record_line_read(record, &arena, bytes, (size_t)(end - bytes), &line, &why))
            fail_msg("%s: %.*s", why, (int)(end - bytes), bytes);
        bytes = end + 1;
    }
    return line;
}

static struct record record_begun(struct text *text)
{
    struct record record = record_new(&arena);
    record_header_put(&record, "core", 5000, text);
    return record;
}

/* The lines that the header of record.h shows. */
static void lines_are_as_documented(void **state)
{
    struct text text = {.arena = &arena};
    struct record record = record_begun(&text);
    struct sample_group api = {.application_name = "api",
                               .role = "app",
                               .database = "core",
                               .sessions = 12,
                               .active = 2,
                               .idle = 10};
    struct sample sample = {.at_ms = 1793491200000,
                            .max_connections = 100,
                            .superuser_reserved_connections = 3,
                            .sessions = 12,
                            .groups = &api,
                            .group_count = 1};
    (void)state;
    record_sample_put(&record, &sample, 5000, &text);
    sample.kind = SAMPLE_FULL;
    sample.at_ms += 5000;
    sample.sessions = UNKNOWN;
    sample.reason = "sorry, too many clients already";
    record_sample_put(&record, &sample, 5000, &text);
    sample.kind = SAMPLE_LOST;
    sample.at_ms += 5000;
    sample.reason = "connection refused";
    sample.breaker = BREAKER_OPEN;
    sample.max_connections = UNKNOWN;
    record_sample_put(&record, &sample, 5000, &text);
    assert_string_equal(text.bytes,
                        HEADER "\n" API "\n"
                               "{\"at\":1793491200000,\"by\":[[1,12,2]],\"limits\":[100,3,0]}\n"
                               "{\"at\":1793491205000,\"full\":\"sorry, too many clients "
                               "already\"}\n"
                               "{\"at\":1793491210000,\"lost\":\"connection refused\","
                               "\"breaker\":\"open\"}\n");
    text_free(&text);
}

static int64_t group_value(const struct sample *sample, const struct record_group *group,
                           bool is_rest)
{
    int64_t sum = 0;
    for (size_t i = 0; i < sample->group_count; i++) {
        const struct sample_group *one = &sample->groups[i];
        if (one->is_rest != is_rest)
            continue;
        const char *const a[] = {one->application_name, one->role, one->database};
        const char *const b[] = {group->application_name, group->role, group->database};
        bool same = true;
        for (size_t k = 0; k < 3; k++)
            same &= (a[k] == NULL) == (b[k] == NULL) && (a[k] == NULL || !strcmp(a[k], b[k]));
        if (same || is_rest)
            sum += one->sessions;
    }
    return sum;
}

static void samples_come_back(void **state)
{
    struct text text = {.arena = &arena};
    struct record written = record_begun(&text), read = record_new(&arena);
    struct sample_source source = sample_source_of(1);
    (void)state;
    for (int n = 0; n < 400; n++) {
        const struct sample *sample = sample_next(&source);
        record_sample_put(&written, sample, 5000, &text);
        struct record_span span = text_read(&read, text.bytes).span;
        text.length = 0;
        assert_int_equal(span.from_ms, sample->at_ms);
        assert_int_equal(span.seen, sample->kind == SAMPLE_SEEN);
        assert_int_equal(span.full, sample->kind == SAMPLE_FULL);
        assert_int_equal(span.lost, sample->kind == SAMPLE_LOST);
        assert_int_equal(span.sessions.value, sample->sessions);
        assert_int_equal(read.breaker, sample->breaker);
        assert_int_equal(span.use_count, sample->group_count);
        for (size_t i = 0; i < span.use_count; i++) {
            const struct record_use *use = &span.uses[i];
            assert_int_equal(use->sessions.value,
                             group_value(sample, &read.groups[use->group], use->group == 0));
            assert_int_equal(use->in_use.value,
                             sample->groups[i].active + sample->groups[i].idle_in_transaction);
        }
        assert_int_equal(read.limits[0], written.limits[0]);
        assert_int_equal(read.observed_ms, written.observed_ms);
        assert_int_equal(read.lost_after, written.lost_after);
    }
    assert_string_equal(read.server, "core");
    text_free(&text);
}

/* In bounds by themselves, and no more than a line and its groups. */
static void every_sample_is_whole_lines(void **state)
{
    struct text text = {.arena = &arena};
    struct record record = record_begun(&text);
    struct sample_source source = sample_source_of(2);
    (void)state;
    for (int n = 0; n < 200; n++)
        record_sample_put(&record, sample_next(&source), 5000, &text);
    for (const char *at = text.bytes; *at != '\0'; at++)
        assert_true(*at == '\n' ? at > text.bytes && at[-1] == '}' : *at >= ' ');
    text_free(&text);
}

static void too_many_groups_are_the_rest(void **state)
{
    struct text text = {.arena = &arena};
    struct record record = record_begun(&text), read = record_new(&arena);
    struct record_span span = {0};
    char name[400];
    (void)state;
    for (int n = 0; n < RECORD_MOST_GROUPS + 5; n++) {
        struct sample_group group = {.application_name = name, .sessions = 1, .idle = 1};
        struct sample sample = {
            .at_ms = n, .sessions = 1, .groups = &group, .group_count = 1, .max_connections = 9};
        (void)snprintf(name, sizeof name, "psql-%d", n);
        record_sample_put(&record, &sample, 5000, &text);
        span = text_read(&read, text.bytes).span;
        assert_int_equal(span.uses[0].group, n < RECORD_MOST_GROUPS ? n + 1 : 0);
        text.length = 0;
    }
    assert_int_equal(read.group_count, RECORD_MOST_GROUPS);
    memset(name, 'x', RECORD_MOST_NAME + 1);
    name[RECORD_MOST_NAME + 1] = '\0';
    struct sample_group both[] = {{.application_name = name, .sessions = 3, .idle = 3},
                                  {.is_rest = true, .sessions = 4, .idle = 4}};
    struct sample sample = {.at_ms = 99999, .sessions = 7, .groups = both, .group_count = 2};
    record = record_begun(&text);
    read = record_new(&arena);
    record_sample_put(&record, &sample, 5000, &text);
    span = text_read(&read, text.bytes).span;
    assert_int_equal(span.use_count, 1);
    assert_int_equal(span.uses[0].sessions.value, 7);
    text_free(&text);
}

/* Whatever a caller hands over, a line is put that can be read. */
static void absurd_samples_are_put_within_bounds(void **state)
{
    struct text text = {.arena = &arena};
    struct record record = record_new(&arena), read = record_new(&arena);
    struct sample_group group = {.application_name = "a\xff", .sessions = INT64_MAX, .active = -5};
    struct sample sample = {.at_ms = INT64_MIN,
                            .sessions = INT64_MAX,
                            .max_connections = INT64_MAX,
                            .groups = &group,
                            .group_count = 1};
    (void)state;
    record_header_put(&record, "\xe2\x80\xae server", INT64_MAX, &text);
    record_sample_put(&record, &sample, -3, &text);
    sample.at_ms = INT64_MAX;
    sample.kind = SAMPLE_LOST;
    sample.reason = NULL;
    record_sample_put(&record, &sample, 5000, &text);
    (void)text_read(&read, text.bytes);
    assert_int_equal(read.every_ms, 5000);
    text_free(&text);
}

static int64_t gap_of(const char *const *lines, size_t count)
{
    struct record record = record_new(&arena);
    struct record_line line;
    int64_t gap_ms = 0;
    assert_true(line_read(&record, HEADER, &line));
    for (size_t i = 0; i < count; i++) {
        assert_true(line_read(&record, lines[i], &line));
        gap_ms += line.span.gap_ms;
    }
    return gap_ms + record_gap_at_end(&record);
}
#define GAP_OF(...)                                                                                \
    gap_of((const char *const[]){__VA_ARGS__},                                                     \
           sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
#define SEEN(AT) "{\"at\":" #AT ",\"by\":[]}"
#define FULL(AT) "{\"at\":" #AT ",\"full\":\"sorry\"}"
#define LOST(AT) "{\"at\":" #AT ",\"lost\":\"refused\"}"

static void time_without_data_is_found(void **state)
{
    (void)state;
    assert_int_equal(GAP_OF(SEEN(1000), SEEN(31000)), 25000);
    assert_int_equal(GAP_OF(SEEN(1000), SEEN(10000)), 0);
    assert_int_equal(GAP_OF(SEEN(1000), LOST(5500), SEEN(10000)), 4000);
    assert_int_equal(GAP_OF(SEEN(1000), FULL(6000), SEEN(11000)), 0); /* full is an observation */
    assert_int_equal(GAP_OF(LOST(1000), LOST(6000), SEEN(11000)), 10000);
    assert_int_equal(GAP_OF(SEEN(1000), LOST(6000), LOST(11000)), 5000);
    assert_int_equal(GAP_OF(LOST(1000), LOST(6000)), 5000);
    assert_int_equal(GAP_OF(SEEN(90000), SEEN(1000), SEEN(6000)), 0); /* the clock was set back */
    assert_int_equal(GAP_OF(SEEN(0), "{\"at\":60000,\"by\":[],\"every_ms\":60000}", SEEN(120000)),
                     55000);
}

static void what_is_no_line_is_refused(void **state)
{
    static const char *const lines[] = {
        "",
        "{",
        "[]",
        "null",
        HEADER,
        "{\"pgsize_record\":2,\"server\":\"core\",\"every_ms\":5000}",
        "{\"at\":1}",
        "{\"at\":-1,\"by\":[]}",
        "{\"at\":1.5,\"by\":[]}",
        "{\"at\":253402300800000,\"by\":[]}",
        "{\"at\":99999999999999999999,\"by\":[]}",
        "{\"at\":1,\"by\":{}}",
        "{\"at\":1,\"by\":[1]}",
        "{\"at\":1,\"by\":[[1]]}",
        "{\"at\":1,\"by\":[[10001,1]]}",
        "{\"at\":1,\"by\":[[-1,1]]}",
        "{\"at\":1,\"by\":[[1,2147483648]]}",
        "{\"at\":1,\"by\":[[1,5,5,1]]}", /* more active than there are */
        "{\"at\":1,\"by\":[[1,5],[1,5]]}",
        "{\"at\":1,\"by\":[[1,5]],\"sessions\":-1}",
        "{\"at\":1,\"by\":[[1,5]],\"at_most\":1}",
        "{\"at\":1,\"by\":[[1,5]],\"breaker\":\"broken\"}",
        "{\"at\":1,\"by\":[[1,5]],\"limits\":[1,2]}",
        "{\"at\":1,\"by\":[[1,5]],\"limits\":[1,2,\"3\"]}",
        "{\"at\":1,\"by\":[[1,5]],\"every_ms\":0}",
        "{\"at\":1,\"full\":\"a\",\"lost\":\"b\"}",
        "{\"at\":1,\"full\":7}",
        "{\"group\":0,\"application_name\":null,\"role\":null,\"database\":null}",
        "{\"group\":10001,\"application_name\":null,\"role\":null,\"database\":null}",
        "{\"group\":2,\"application_name\":null,\"role\":null}",
        "{\"group\":2,\"application_name\":7,\"role\":null,\"database\":null}",
        "{\"group\":1,\"application_name\":\"other\",\"role\":\"app\",\"database\":\"core\"}",
        "{\"from\":1,\"to\":2,\"samples\":[0,0,0],\"by\":[]}",
        "{\"from\":1,\"to\":2,\"samples\":[1,0,0],\"by\":[]}", /* observed, and not when */
        "{\"from\":1,\"to\":2,\"samples\":[0,0,1],\"observed\":1,\"by\":[]}",
        "{\"from\":1,\"to\":2,\"samples\":[1,0,0],\"observed\":1,\"by\":[[1,5,-2]]}",
        "{\"from\":1,\"to\":2,\"samples\":[1,0,0],\"observed\":1,\"by\":[[1,5,0,6,0]]}",
        "{\"from\":1,\"to\":2,\"samples\":[1,0,0],\"observed\":1,\"lost_after\":1,\"by\":[]}",
        "{\"from\":1,\"to\":2,\"samples\":[1,1,0],\"observed\":1,\"by\":[]}",
        "{\"at\":1,\"by\":[]} {\"at\":2,\"by\":[]}",
    };
    struct record_line line;
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct record record = record_new(&arena);
        assert_true(line_read(&record, HEADER, &line));
        assert_true(line_read(&record, API, &line));
        if (line_read(&record, lines[i], &line))
            fail_msg("taken: %s", lines[i]);
        assert_false(record.any);
        assert_int_equal(record.every_ms, 5000);
        /* and nothing of it is left behind */
        assert_true(line_read(&record, "{\"at\":1,\"by\":[[1,5]]}", &line));
        assert_int_equal(line.span.uses[0].sessions.value, 5);
    }
    struct record record = record_new(&arena);
    assert_false(line_read(&record, "{\"at\":1,\"by\":[]}", &line)); /* nothing before the first */
}

/* Its sessions are somebody's whom nobody can name; and its number is not given to another. */
static void a_group_whose_line_is_damaged_is_the_rest(void **state)
{
    struct text text = {.arena = &arena};
    struct record record = record_new(&arena);
    struct record_line line;
    (void)state;
    assert_true(line_read(&record, HEADER, &line));
    assert_true(line_read(&record, "{\"at\":1,\"by\":[[3,5,1],[4,7]]}", &line));
    assert_int_equal(line.span.use_count, 1);
    assert_int_equal(line.span.uses[0].group, 0);
    assert_int_equal(line.span.uses[0].sessions.value, 12);
    struct sample_group group = {.application_name = "new", .sessions = 1, .idle = 1};
    struct sample sample = {.at_ms = 2, .sessions = 1, .groups = &group, .group_count = 1};
    record_sample_put(&record, &sample, 5000, &text);
    assert_memory_equal(text.bytes, "{\"group\":5,", 11);
    text_free(&text);
}

/* Two minutes, thinned: the second one is kept as it is. */
static void a_window_keeps_its_peaks(void **state)
{
    static const char *const lines[] = {
        HEADER,
        API,
        "{\"at\":60000,\"by\":[[1,5,4]],\"limits\":[100,3,0]}",
        "{\"at\":65000,\"by\":[[1,9,2]]}",
        "{\"at\":70000,\"full\":\"sorry\"}",
        "{\"at\":75000,\"lost\":\"refused\",\"breaker\":\"open\"}",
        "{\"at\":80000,\"by\":[[1,9,2],[0,1]],\"breaker\":\"closed\"}",
        "{\"at\":120000,\"by\":[[1,6]]}",
    };
    struct text text = {.arena = &arena};
    struct record_thinning thinning = record_thinning_new(&arena, 60000);
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        record_thin(&thinning, lines[i], strlen(lines[i]), i == 7, &text);
    record_thin_end(&thinning, &text);
    assert_string_equal(text.bytes, HEADER
                        "\n" API "\n"
                        "{\"from\":60000,\"to\":80000,\"samples\":[3,1,1],\"observed\":80000,"
                        "\"gap_ms\":5000,\"full_at\":70000,\"changes\":2,\"sessions\":[10,20000],"
                        "\"by\":[[1,9,5000,4,0],[0,1,20000]],\"limits\":[100,3,0]}\n"
                        "{\"at\":120000,\"by\":[[1,6]]}\n");
    text_free(&text);
}

/* What was lost at the end of a window leaves a gap before the sample behind it, however often the
 * window is merged. */
static void a_window_remembers_what_was_lost_last(void **state)
{
    static const char *const lines[] = {
        HEADER,
        SEEN(500),
        "{\"from\":1000,\"to\":5500,\"samples\":[1,0,1],\"observed\":1000,\"lost_after\":1,"
        "\"by\":[]}",
        SEEN(9000),
    };
    struct text text = {.arena = &arena};
    struct record record = record_new(&arena);
    struct record_thinning thinning = record_thinning_new(&arena, 60000);
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        record_thin(&thinning, lines[i], strlen(lines[i]), i == 3, &text);
    record_thin_end(&thinning, &text);
    assert_int_equal(text_read(&record, text.bytes).span.gap_ms, 3000);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_as_documented),
        cmocka_unit_test(samples_come_back),
        cmocka_unit_test(every_sample_is_whole_lines),
        cmocka_unit_test(too_many_groups_are_the_rest),
        cmocka_unit_test(absurd_samples_are_put_within_bounds),
        cmocka_unit_test(time_without_data_is_found),
        cmocka_unit_test(what_is_no_line_is_refused),
        cmocka_unit_test(a_group_whose_line_is_damaged_is_the_rest),
        cmocka_unit_test(a_window_keeps_its_peaks),
        cmocka_unit_test(a_window_remembers_what_was_lost_last),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
