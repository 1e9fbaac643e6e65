/* What a watch exposes: by the rules of sample.h, a moment that nobody knows is not zero. */
#include "openmetrics.h"
#include "sized_text.h"

#include <string.h>

static struct sample_group groups[] = {
    {.application_name = "api",
     .role = "app",
     .database = "core",
     .sessions = 12,
     .active = 2,
     .idle = 7,
     .idle_in_transaction = 1},
    {.application_name = "", .role = "app", .database = "core", .sessions = 3, .idle = 3},
    {.role = "app", .database = "core", .sessions = 2, .idle = 2},
    {.is_rest = true, .sessions = 4, .active = 4},
};
static const char *const owners[] = {"api", NULL, NULL, NULL};

static struct sample seen_at(int64_t at_ms)
{
    return (struct sample){.at_ms = at_ms,
                           .kind = SAMPLE_SEEN,
                           .max_connections = 100,
                           .superuser_reserved_connections = 3,
                           .reserved_connections = 1,
                           .sessions = 21,
                           .groups = groups,
                           .group_count = sizeof groups / sizeof groups[0]};
}

static struct sample lost_at(int64_t at_ms)
{
    return (struct sample){.at_ms = at_ms,
                           .kind = SAMPLE_LOST,
                           .breaker = BREAKER_OPEN,
                           .reason = "no answer",
                           .max_connections = UNKNOWN,
                           .superuser_reserved_connections = UNKNOWN,
                           .reserved_connections = UNKNOWN,
                           .sessions = UNKNOWN};
}

static struct sample full_at(int64_t at_ms)
{
    struct sample sample = lost_at(at_ms);
    sample.kind = SAMPLE_FULL;
    sample.breaker = BREAKER_CLOSED;
    return sample;
}

/* What is put after these samples, of which those with `kind` -1 do not come. */
static char *put(struct arena *arena, const struct sample *samples, size_t count,
                 enum exposition exposition)
{
    struct metrics metrics = {.server = "core", .alert_connections = 80};
    struct text text = {.arena = arena};
    for (size_t i = 0; i < count; i++)
        metrics_add(&metrics, &samples[i], samples[i].group_count > 0 ? owners : NULL);
    openmetrics_put(&metrics, 1, exposition, &text);
    metrics_free(&metrics);
    return text_keep(&text);
}

static void has_line(const char *text, const char *line)
{
    size_t length = strlen(line);
    for (const char *at = text; at != NULL && *at != '\0'; at = strchr(at, '\n')) {
        at += *at == '\n';
        if (strncmp(at, line, length) == 0 && at[length] == '\n')
            return;
    }
    fail_msg("not there: %s\nin\n%s", line, text);
}

static void seen(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sample sample = seen_at(1795219200123);
    const char *text = put(&arena, &sample, 1, EXPOSITION_OPENMETRICS);
    static const char *const lines[] = {
        "pgsize_up{server=\"core\"} 1",
        "pgsize_samples_total{server=\"core\",outcome=\"seen\"} 1",
        "pgsize_samples_total{server=\"core\",outcome=\"full\"} 0",
        "pgsize_samples_total{server=\"core\",outcome=\"lost\"} 0",
        "pgsize_last_sample_timestamp_seconds{server=\"core\"} 1795219200.123",
        "pgsize_breaker_state{server=\"core\",state=\"closed\"} 1",
        "pgsize_breaker_state{server=\"core\",state=\"open\"} 0",
        "pgsize_breaker_state{server=\"core\",state=\"half-open\"} 0",
        "pgsize_max_connections{server=\"core\"} 100",
        "pgsize_superuser_reserved_connections{server=\"core\"} 3",
        "pgsize_reserved_connections{server=\"core\"} 1",
        "pgsize_ordinary_connections{server=\"core\"} 96",
        "pgsize_sessions{server=\"core\"} 21",
        "pgsize_sessions_upper_bound{server=\"core\"} 0",
        "pgsize_connections_used{server=\"core\"} 25",
        "pgsize_connections_used_peak{server=\"core\"} 25",
        ("pgsize_connections{server=\"core\",service=\"api\",application=\"api\",role=\"app\","
         "database=\"core\",state=\"active\"} 2"),
        ("pgsize_connections{server=\"core\",service=\"api\",application=\"api\",role=\"app\","
         "database=\"core\",state=\"hidden\"} 2"),
        /* No name and an empty one are one label: their sessions stand together, once. */
        "pgsize_connections{server=\"core\",role=\"app\",database=\"core\",state=\"idle\"} 5",
        "pgsize_connections{server=\"core\",rest=\"true\",state=\"active\"} 4",
        "pgsize_connections_alert{server=\"core\",command=\"watch\"} 80",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        has_line(text, lines[i]);
    assert_string_equal(text + strlen(text) - 7, "\n# EOF\n");
    arena_free(&arena);
}

static void lost(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sample samples[] = {seen_at(1000000), lost_at(1010000), lost_at(1020000)};
    const char *text = put(&arena, samples, 3, EXPOSITION_OPENMETRICS);
    has_line(text, "pgsize_up{server=\"core\"} 0");
    has_line(text, "pgsize_samples_total{server=\"core\",outcome=\"lost\"} 2");
    has_line(text, "pgsize_last_sample_timestamp_seconds{server=\"core\"} 1000.000");
    has_line(text, "pgsize_breaker_state{server=\"core\",state=\"open\"} 1");
    has_line(text, "pgsize_max_connections{server=\"core\"} 100");
    has_line(text, "pgsize_connections_used_peak{server=\"core\"} 25");
    static const char *const absent[] = {"\npgsize_sessions{", "\npgsize_connections{",
                                         "\npgsize_connections_used{",
                                         "\npgsize_sessions_upper_bound{", "-1"};
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++)
        assert_null(strstr(text, absent[i]));
    arena_free(&arena);
}

static void lost_from_the_start(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sample sample = lost_at(1000000);
    const char *text = put(&arena, &sample, 1, EXPOSITION_OPENMETRICS);
    has_line(text, "pgsize_up{server=\"core\"} 0");
    assert_null(strstr(text, "\npgsize_last_sample_timestamp_seconds{"));
    assert_null(strstr(text, "\npgsize_max_connections{"));
    assert_null(strstr(text, "\npgsize_ordinary_connections{"));
    assert_null(strstr(text, "\npgsize_connections_used_peak{"));
    arena_free(&arena);
}

static void full(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sample samples[] = {seen_at(1000000), full_at(1010000), full_at(1020000)};
    const char *text = put(&arena, samples, 2, EXPOSITION_OPENMETRICS);
    has_line(text, "pgsize_up{server=\"core\"} 1");
    has_line(text, "pgsize_samples_total{server=\"core\",outcome=\"full\"} 1");
    has_line(text, "pgsize_last_sample_timestamp_seconds{server=\"core\"} 1010.000");
    assert_null(strstr(text, "\npgsize_sessions{"));
    samples[2].sessions = 96;
    text = put(&arena, samples, 3, EXPOSITION_OPENMETRICS);
    has_line(text, "pgsize_sessions{server=\"core\"} 96");
    has_line(text, "pgsize_connections_used{server=\"core\"} 100");
    has_line(text, "pgsize_connections_used_peak{server=\"core\"} 100");
    arena_free(&arena);
}

/* A series that stood there twice would make Prometheus refuse the whole. */
static void names_stay_apart(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sample_group hostile[] = {
        {.application_name = "\x1b[2J", .sessions = 1, .active = 1},
        {.application_name = "\\x1b[2J", .sessions = 2, .active = 2},
        {.application_name = "a\"b\\c\nd", .sessions = 3, .active = 3},
        {.application_name = "\xff", .sessions = 4, .active = 4},
        {.application_name = "\xc3\xbf", .sessions = 5, .active = 5},
    };
    struct sample sample = seen_at(1);
    sample.groups = hostile;
    sample.group_count = sizeof hostile / sizeof hostile[0];
    struct metrics metrics = {.server = "x"};
    struct text text = {.arena = &arena};
    metrics_add(&metrics, &sample, NULL);
    openmetrics_put(&metrics, 1, EXPOSITION_PROMETHEUS, &text);
    static const char *const lines[] = {
        "pgsize_connections{server=\"x\",application=\"\\\\x1b[2J\",state=\"active\"} 1",
        "pgsize_connections{server=\"x\",application=\"\\\\x5cx1b[2J\",state=\"active\"} 2",
        "pgsize_connections{server=\"x\",application=\"a\\\"b\\\\c\\\\x0ad\",state=\"active\"} 3",
        "pgsize_connections{server=\"x\",application=\"\\\\xff\",state=\"active\"} 4",
        "pgsize_connections{server=\"x\",application=\"\xc3\xbf\",state=\"active\"} 5",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        has_line(text.bytes, lines[i]);
    text_free(&text);
    metrics_free(&metrics);
    arena_free(&arena);
}

static void nothing_yet(void **state)
{
    (void)state;
    struct arena arena = {0};
    const char *text = put(&arena, NULL, 0, EXPOSITION_OPENMETRICS);
    assert_null(strstr(text, "\npgsize_up{"));
    assert_null(strstr(text, "\npgsize_samples_total{"));
    arena_free(&arena);
}

/* OpenMetrics names a counter without its ending, Prometheus' text with it. */
static void two_expositions(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct sample sample = seen_at(1);
    has_line(put(&arena, &sample, 1, EXPOSITION_OPENMETRICS), "# TYPE pgsize_samples counter");
    has_line(put(&arena, &sample, 1, EXPOSITION_PROMETHEUS), "# TYPE pgsize_samples_total counter");
    assert_int_equal(exposition_of_file("/var/lib/x/pgsize.prom"), EXPOSITION_PROMETHEUS);
    assert_int_equal(exposition_of_file(".prom"), EXPOSITION_PROMETHEUS);
    assert_int_equal(exposition_of_file("prom"), EXPOSITION_OPENMETRICS);
    assert_int_equal(exposition_of_file("pgsize.prom.txt"), EXPOSITION_OPENMETRICS);
    assert_int_equal(exposition_of_file(""), EXPOSITION_OPENMETRICS);
    arena_free(&arena);
}

static void fresh_for_three_intervals(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct metrics metrics = {.server = "core"};
    struct text why = {.arena = &arena};
    assert_false(metrics_are_fresh(&metrics, 1, 1000000, 10000, &why));
    assert_string_equal(why.bytes, "core: not observed yet");
    struct sample samples[] = {full_at(1000000), lost_at(1010000)};
    metrics_add(&metrics, &samples[0], NULL);
    assert_true(metrics_are_fresh(&metrics, 1, 1030000, 10000, &why));
    metrics_add(&metrics, &samples[1], NULL);
    assert_true(metrics_are_fresh(&metrics, 1, 1030000, 10000, &why));
    why.length = 0;
    assert_false(metrics_are_fresh(&metrics, 1, 1045000, 10000, &why));
    assert_string_equal(why.bytes, "core: not observed for 45 s: no answer");
    text_free(&why);
    metrics_free(&metrics);
    arena_free(&arena);
}

/* With a topology: whose sessions they are, and its own figures beside them. */
static void with_topology(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct topology topology;
    struct sizing sizing;
    const struct recommend_options options = {.purpose = PURPOSE_CHECK};
    text_must_read(&arena,
                   "{\"servers\":{\"core\":{\"max_connections\":100,\"reserved\":5}},\"services\":{"
                   "\"api\":{\"application_name\":\"api*\",\"role\":\"app\",\"connection_limit\":4,"
                   "\"rollout\":\"recreate\",\"instances\":3}}}",
                   &topology);
    topology_must_size(&arena, &topology, &facts_unknown, &options, &sizing);
    const struct server_sizing *server = &sizing.servers[0];
    struct metrics metrics = {
        .server = "core", .sizing = &sizing, .sized = server, .alert_connections = 1};
    struct sample sample = seen_at(1);
    struct text text = {.arena = &arena};
    metrics_add(&metrics, &sample, NULL);
    openmetrics_put(&metrics, 1, EXPOSITION_OPENMETRICS, &text);
    has_line(text.bytes, "pgsize_connections_alert{server=\"core\",command=\"watch\"} 80");
    has_line(text.bytes, "pgsize_budget{server=\"core\",command=\"watch\"} 90");
    has_line(text.bytes, "pgsize_limit{server=\"core\",service=\"api\",of=\"declared\","
                         "command=\"watch\"} 4");
    has_line(text.bytes, "pgsize_peak{server=\"core\",service=\"api\",of=\"declared\","
                         "command=\"watch\"} 12");
    text_free(&text);
    metrics_free(&metrics);
    arena_free(&arena);
}

/* Where some state is hidden, as in the samples above, so is whether its session waits. */
static void waits_are_counted_where_all_is_seen(void **state)
{
    (void)state;
    struct arena arena = {0};
    static const char name[] = "\npgsize_sessions_waiting{";
    struct sample_group group = {.sessions = 5, .active = 3, .idle = 2, .waiting = 2};
    struct sample sample = seen_at(1795219200123);
    assert_null(strstr(put(&arena, &sample, 1, EXPOSITION_OPENMETRICS), name));
    sample.groups = &group;
    sample.group_count = 1;
    has_line(put(&arena, &sample, 1, EXPOSITION_OPENMETRICS),
             "pgsize_sessions_waiting{server=\"core\"} 2");
    group.waiting = 0;
    has_line(put(&arena, &sample, 1, EXPOSITION_OPENMETRICS),
             "pgsize_sessions_waiting{server=\"core\"} 0");
    sample.kind = SAMPLE_LOST;
    assert_null(strstr(put(&arena, &sample, 1, EXPOSITION_OPENMETRICS), name));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seen),
        cmocka_unit_test(waits_are_counted_where_all_is_seen),
        cmocka_unit_test(lost),
        cmocka_unit_test(lost_from_the_start),
        cmocka_unit_test(full),
        cmocka_unit_test(names_stay_apart),
        cmocka_unit_test(nothing_yet),
        cmocka_unit_test(two_expositions),
        cmocka_unit_test(fresh_for_three_intervals),
        cmocka_unit_test(with_topology),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
