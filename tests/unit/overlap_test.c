/* The worst overlap of schedules: against answers found by simulating every minute, and against
 * small cases worked out by hand. */
#include "overlap.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#ifndef REFERENCE_DIR
#define REFERENCE_DIR "tests/reference" /* tests run at the root of the sources */
#endif

enum { MOST_SCHEDULES = 600, HOUR_S = 3600 };

static const int64_t MONDAY_2001_S = 978307200; /* 2001-01-01T00:00:00Z */

struct fixture {
    struct arena arena;
    struct schedule schedules[MOST_SCHEDULES];
    struct overlap_problem problem;
    struct overlap overlap;
};

static struct fixture *fixture_new(void)
{
    static struct fixture fixture;
    memset(&fixture, 0, sizeof fixture);
    fixture.problem.schedules = fixture.schedules;
    fixture.problem.from_s = MONDAY_2001_S;
    return &fixture;
}

static struct schedule *add(struct fixture *fixture, const char *cron, int64_t duration_s,
                            struct schedule values)
{
    struct fail fail = {0};
    size_t index = fixture->problem.schedule_count++;
    assert_true(index < MOST_SCHEDULES);
    struct schedule *schedule = &fixture->schedules[index];
    *schedule = values;
    schedule->name = cron;
    schedule->duration_s = duration_s;
    if (schedule->parallel == 0)
        schedule->parallel = 1;
    if (fixture->problem.service_count <= schedule->service)
        fixture->problem.service_count = schedule->service + 1;
    if (!cron_read(cron, values.cron.dialect, &schedule->cron, &fail))
        fail_msg("%s: %s", cron, fail.message);
    return schedule;
}

static const struct overlap *find(struct fixture *fixture)
{
    struct fail fail = {0};
    if (!overlap_find(&fixture->arena, &fixture->problem, &fixture->overlap, &fail))
        fail_msg("overlap_find: %s", fail.message);
    return &fixture->overlap;
}

static void close(struct fixture *fixture)
{
    arena_free(&fixture->arena);
}

static const char *time_show(int64_t at_s, char *buffer, size_t size)
{
    time_t at = (time_t)at_s;
    struct tm parts;
    assert_non_null(gmtime_r(&at, &parts));
    assert_true(strftime(buffer, size, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0);
    return buffer;
}

static void at_is(int64_t at_s, const char *expected)
{
    char shown[32];
    assert_string_equal(time_show(at_s, shown, sizeof shown), expected);
}

/* --- the reference cases --- */

static enum schedule_policy policy_of(const char *name)
{
    static const char *const names[] = {
        [SCHEDULE_ALLOW] = "Allow",
        [SCHEDULE_FORBID] = "Forbid",
        [SCHEDULE_FORBID_LATE] = "ForbidLate",
        [SCHEDULE_REPLACE] = "Replace",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return (enum schedule_policy)i;
    fail_msg("policy %s", name);
    return SCHEDULE_ALLOW;
}

static int64_t integer_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(value == NULL || json_is_integer(value));
    return json_integer_value(value);
}

/* `weighted`: a run counts as many connections as the case says, otherwise as one. */
static void case_read(struct fixture *fixture, const json_t *reference, bool weighted)
{
    size_t i;
    json_t *job;
    const char *dialect = json_string_value(json_object_get(reference, "dialect"));
    assert_true(strcmp(dialect, "vixie") == 0 || strcmp(dialect, "robfig") == 0);
    json_array_foreach(json_object_get(reference, "jobs"), i, job)
    {
        add(fixture, json_string_value(json_object_get(job, "cron")), integer_of(job, "duration_s"),
            (struct schedule){
                .cron.dialect = strcmp(dialect, "vixie") == 0 ? CRON_VIXIE : CRON_KUBERNETES,
                .policy = policy_of(json_string_value(json_object_get(job, "policy"))),
                .grace_s = integer_of(job, "grace_s"),
                .parallel = weighted ? integer_of(job, "connections") : 1,
            });
    }
}

static bool case_holds(const json_t *reference)
{
    char at[32];
    struct fixture *fixture = fixture_new();
    case_read(fixture, reference, false);
    int64_t runs = find(fixture)->peak.total;
    close(fixture);
    fixture = fixture_new();
    case_read(fixture, reference, true);
    const struct overlap *overlap = find(fixture);
    time_show(overlap->peak.at_s, at, sizeof at);
    bool holds = runs == integer_of(reference, "max_runs") &&
                 overlap->peak.total == integer_of(reference, "max_connections") &&
                 strcmp(at, json_string_value(json_object_get(reference, "at"))) == 0 &&
                 overlap->services[0].processes == overlap->peak.total &&
                 overlap->services[0].at_s == overlap->peak.at_s && overlap->row_count == 1 &&
                 overlap->rows_are_moments && overlap->rows[0].at_s == overlap->peak.at_s;
    if (!holds)
        print_error("case %d: %d runs, %d connections at %s\n", (int)integer_of(reference, "id"),
                    (int)runs, (int)overlap->peak.total, at);
    close(fixture);
    return holds;
}

static void reference_cases_come_out(void **state)
{
    (void)state;
    json_error_t error;
    size_t i, wrong = 0;
    json_t *reference;
    json_t *document = json_load_file(REFERENCE_DIR "/cron.json", 0, &error);
    assert_non_null(document);
    json_array_foreach(json_object_get(document, "cases"), i, reference)
    {
        wrong += !case_holds(reference);
    }
    assert_int_equal(i, 30);
    assert_int_equal(wrong, 0);
    json_decref(document);
}

/* --- small ones, worked out by hand --- */

static const struct zone *zone_of(struct fixture *fixture, const char *rule)
{
    struct fail fail = {0};
    const struct zone *zone;
    if (!zone_read_rule(&fixture->arena, rule, rule, &zone, &fail))
        fail_msg("%s", fail.message);
    return zone;
}

static const char BERLIN[] = "CET-1CEST,M3.5.0,M10.5.0/3";
static const char NEW_YORK[] = "EST5EDT,M3.2.0,M11.1.0";

static void row_is(const struct overlap_moment *row, const char *at, const int64_t *processes,
                   size_t count)
{
    int64_t total = 0;
    at_is(row->at_s, at);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(row->processes[i], processes[i]);
        total += processes[i];
    }
    assert_int_equal(row->total, total);
}

static void services_meet_in_rows(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    add(fixture, "0 3 * * *", 1800, (struct schedule){.service = 0, .parallel = 2});
    add(fixture, "15 3 * * *", 1800, (struct schedule){.service = 1});
    add(fixture, "0 5 * * *", 1800, (struct schedule){.service = 2, .parallel = 5});
    add(fixture, "10 5 * * 2", 60, (struct schedule){.service = 0});
    const struct overlap *overlap = find(fixture);
    assert_true(overlap->rows_are_moments);
    assert_int_equal(overlap->row_count, 2);
    row_is(&overlap->rows[0], "2001-01-02T05:10:00Z", (const int64_t[]){1, 0, 5}, 3);
    row_is(&overlap->rows[1], "2001-01-01T03:15:00Z", (const int64_t[]){2, 1, 0}, 3);
    assert_int_equal(overlap->rows[1].runs[0], 1);
    assert_int_equal(overlap->rows[1].runs[1], 1);
    assert_int_equal(overlap->rows[1].runs[2], 0);
    row_is(&overlap->peak, "2001-01-02T05:10:00Z", (const int64_t[]){1, 0, 5}, 3);
    assert_int_equal(overlap->services[0].processes, 2);
    at_is(overlap->services[0].at_s, "2001-01-01T03:00:00Z");
    assert_int_equal(overlap->services[1].processes, 1);
    at_is(overlap->services[1].at_s, "2001-01-01T03:15:00Z");
    close(fixture);
}

/* Services that never meet: as many rows as services, up to the most. */
static void many_rows_become_one(void **state)
{
    (void)state;
    for (int count = OVERLAP_MAX_ROWS; count <= OVERLAP_MAX_ROWS + 1; count++) {
        struct fixture *fixture = fixture_new();
        for (int i = 0; i < count; i++) {
            char *line = arena_printf(&fixture->arena, "%d %d * * *", i % 60, i / 60);
            add(fixture, line, 60, (struct schedule){.service = (size_t)i, .parallel = 1 + i % 3});
        }
        const struct overlap *overlap = find(fixture);
        assert_int_equal(overlap->peak.total, 3);
        assert_int_equal(overlap->rows_are_moments, count == OVERLAP_MAX_ROWS);
        if (overlap->rows_are_moments) {
            assert_int_equal(overlap->row_count, count);
        } else {
            assert_int_equal(overlap->row_count, 1);
            assert_int_equal(overlap->rows[0].processes[64], 2);
            assert_int_equal(overlap->rows[0].total, 22 + 22 * 2 + 21 * 3);
            assert_null(overlap->rows[0].runs);
        }
        close(fixture);
    }
}

static void repeated_hours_fire_twice(void **state)
{
    (void)state;
    static const enum cron_dialect dialects[] = {CRON_VIXIE, CRON_KUBERNETES};
    for (size_t i = 0; i < 2; i++) {
        struct fixture *fixture = fixture_new();
        fixture->problem.from_s = 1767225600; /* 2026-01-01 */
        add(fixture, "30 2 * * *", 2 * HOUR_S,
            (struct schedule){.cron.dialect = dialects[i], .zone = zone_of(fixture, BERLIN)});
        const struct overlap *overlap = find(fixture);
        assert_int_equal(overlap->peak.total, 2);
        at_is(overlap->peak.at_s, "2026-10-25T01:30:00Z");
        fixture->schedules[0].zone = NULL;
        assert_int_equal(find(fixture)->peak.total, 1);
        close(fixture);
    }
}

/* Two fires in the hour that is skipped: vixie cron starts both at its end. */
static void skipped_hours_are_caught_up(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        enum cron_dialect dialect;
        const char *zone;
        int64_t runs;
    } rows[] = {
        {"10,40 2 * * *", CRON_VIXIE, BERLIN, 2},
        {"10,40 2 * * *", CRON_KUBERNETES, BERLIN, 1},
        {"*/30 2 * * *", CRON_VIXIE, BERLIN, 1},
        {"10,40 */2 * * *", CRON_VIXIE, BERLIN, 1},
        {"10,40 2 * * *", CRON_VIXIE, "AAA0BBB-3,M3.5.0,M10.5.0", 1}, /* three hours: too long */
        {"10,40 2,3,4 * * *", CRON_VIXIE, "AAA0BBB-2:59,M3.5.0,M10.5.0", 6},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture *fixture = fixture_new();
        fixture->problem.from_s = 1767225600;
        add(fixture, rows[i].line, 60,
            (struct schedule){.cron.dialect = rows[i].dialect,
                              .zone = zone_of(fixture, rows[i].zone)});
        const struct overlap *overlap = find(fixture);
        if (overlap->peak.total != rows[i].runs)
            fail_msg("%s %s: %d", rows[i].line, rows[i].zone, (int)overlap->peak.total);
        if (rows[i].runs == 2)
            at_is(overlap->peak.at_s, "2026-03-29T01:00:00Z");
        close(fixture);
    }
}

/* 03:00 in Berlin and 22:00 in New York are one moment only while New York alone has summer. */
static void zones_meet_where_they_do(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    fixture->problem.from_s = 1767225600;
    add(fixture, "0 3 * * *", 600, (struct schedule){.zone = zone_of(fixture, BERLIN)});
    add(fixture, "0 22 * * *", 600, (struct schedule){.zone = zone_of(fixture, NEW_YORK)});
    const struct overlap *overlap = find(fixture);
    assert_int_equal(overlap->peak.total, 2);
    at_is(overlap->peak.at_s, "2026-03-09T02:00:00Z");
    close(fixture);
}

/* 29 February is a Monday every 28 years, but not across 2100. */
static void rare_days_are_found(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    add(fixture, "0 0 29 2 *", 60, (struct schedule){0});
    add(fixture, "0 0 * * mon", 60, (struct schedule){0});
    fixture->problem.from_s = 1483228800; /* 2017 */
    assert_int_equal(find(fixture)->peak.total, 2);
    at_is(fixture->overlap.peak.at_s, "2044-02-29T00:00:00Z");
    fixture->problem.from_s = INT64_C(3723667200); /* 2087-12-30 */
    assert_int_equal(find(fixture)->peak.total, 2);
    at_is(fixture->overlap.peak.at_s, "2112-02-29T00:00:00Z");
    close(fixture);
}

/* Whether something at that minute meets the job that is there already. */
static bool meets(const char *cron, int64_t duration_s, struct schedule values, const char *minute)
{
    struct fixture *fixture = fixture_new();
    values.service = 0;
    add(fixture, cron, duration_s, values);
    add(fixture, minute, 60, (struct schedule){.service = 1});
    const struct overlap *overlap = find(fixture);
    bool met = overlap->row_count == 1 && overlap->rows[0].total == 2;
    close(fixture);
    return met;
}

static void late_starts_take_turns(void **state)
{
    (void)state;
    const struct schedule late = {.policy = SCHEDULE_FORBID_LATE};
    const struct schedule forbid = {.policy = SCHEDULE_FORBID};
    /* 00:00 to 00:10, and what 00:05 and 00:08 wait for from 00:10 to 00:20. */
    assert_true(meets("0,5,8 0 * * *", 600, late, "19 0 * * *"));
    assert_false(meets("0,5,8 0 * * *", 600, late, "20 0 * * *"));
    assert_true(meets("0,5,8 0 * * *", 600, forbid, "17 0 * * *"));
    assert_false(meets("0,5,8 0 * * *", 600, forbid, "18 0 * * *"));
    /* Across midnight: 23:50 to 00:20, and on to 00:50. */
    assert_true(meets("50,55 23 * * *", 1800, late, "49 0 * * *"));
    assert_false(meets("50,55 23 * * *", 1800, late, "50 0 * * *"));
    /* One that ends when the next begins is gone. */
    assert_true(meets("0,5 0 * * *", 300, late, "9 0 * * *"));
    assert_false(meets("0,5 0 * * *", 300, late, "10 0 * * *"));
    /* One that is there at midnight is not there for ever, unless the next one is due by its end.
     */
    assert_true(meets("30 * * * *", 2700, late, "14 0 * * *"));
    assert_false(meets("30 * * * *", 2700, late, "20 0 * * *"));
    assert_true(meets("30 * * * *", 3600, late, "20 0 * * *"));
}

/* 13:25 hours for 23:30, and for 00:30 behind it: 12:56 and 02:22 on the day after, when the next
 * 23:30 waits, until 15:48. So every second day there is a run at 20:00, and on some Monday. */
static void late_starts_shift_from_week_to_week(void **state)
{
    (void)state;
    for (int days = 0; days < 4; days++) {
        struct fixture *fixture = fixture_new();
        fixture->problem.from_s = MONDAY_2001_S + days * DAY_S;
        add(fixture, "30 0,23 * * *", 48352, (struct schedule){.policy = SCHEDULE_FORBID_LATE});
        add(fixture, "0 20 * * 1", 60, (struct schedule){.parallel = 2});
        assert_int_equal(find(fixture)->peak.total, 3);
        assert_int_equal(fixture->overlap.peak.at_s % DAY_S, 20 * HOUR_S);
        close(fixture);
    }
}

static void replaced_runs_linger(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    struct schedule *schedule =
        add(fixture, "50 23 * * 1-5", 25 * HOUR_S,
            (struct schedule){.policy = SCHEDULE_REPLACE, .grace_s = 1200, .parallel = 3});
    add(fixture, "5 0 * * 3", 60, (struct schedule){0});
    const struct overlap *overlap = find(fixture);
    /* Tuesday's run replaces Monday's at 23:50, which is there until Wednesday 00:10. */
    assert_int_equal(overlap->peak.total, 7);
    at_is(overlap->peak.at_s, "2001-01-03T00:05:00Z");
    assert_int_equal(overlap->peak.runs[0], 2);
    schedule->duration_s = 24 * HOUR_S; /* gone when the next one begins */
    assert_int_equal(find(fixture)->peak.total, 4);
    close(fixture);
}

/* What a fire found was begun the day before yesterday: Friday is looked at first, and is another
 * day than Wednesday, though both days before them have the same fire. */
/* Without a grace nothing of a replaced run stays, and only the day before has a say. */
static void replaced_runs_can_be_gone_at_once(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    add(fixture, "*/5 * * * *", 2 * HOUR_S, (struct schedule){.policy = SCHEDULE_REPLACE});
    assert_int_equal(find(fixture)->peak.total, 1);
    close(fixture);
}

static void replaced_runs_reach_far(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    fixture->problem.from_s = MONDAY_2001_S + 3 * DAY_S;
    add(fixture, "50 23 * * 1,2,4", 25 * HOUR_S,
        (struct schedule){.policy = SCHEDULE_REPLACE, .grace_s = 1200});
    add(fixture, "5 0 * * 3,5", 60, (struct schedule){0});
    assert_int_equal(find(fixture)->peak.total, 3);
    at_is(fixture->overlap.peak.at_s, "2001-01-10T00:05:00Z");
    close(fixture);
}

/* 29 February, 22:00 in the west is 1 March in UTC, and its run is there on 2 March. */
static void dates_of_other_zones_reach_far(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    add(fixture, "0 22 29 2 *", 20 * HOUR_S,
        (struct schedule){.zone = zone_of(fixture, "<-11>11")});
    add(fixture, "0 4 2 3 *", 60, (struct schedule){0});
    assert_int_equal(find(fixture)->peak.total, 2);
    at_is(fixture->overlap.peak.at_s, "2004-03-02T04:00:00Z");
    close(fixture);
    /* 1 March, 01:00 in the east is 29 February in UTC, where there is one. */
    fixture = fixture_new();
    add(fixture, "0 1 1 3 *", 60, (struct schedule){.zone = zone_of(fixture, "<+14>-14")});
    add(fixture, "0 11 29 2 *", 60, (struct schedule){0});
    assert_int_equal(find(fixture)->peak.total, 2);
    at_is(fixture->overlap.peak.at_s, "2004-02-29T11:00:00Z");
    close(fixture);
}

static void intervals_count_at_any_phase(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        int64_t duration_s;
        enum schedule_policy policy;
        int64_t grace_s, runs;
    } rows[] = {
        {"@every 90s", 240, SCHEDULE_ALLOW, 0, 3},
        {"@every 90s", 90, SCHEDULE_ALLOW, 0, 1},
        {"@every 90s", 91, SCHEDULE_ALLOW, 0, 2},
        {"@every 90s", 240, SCHEDULE_FORBID, 0, 1},
        {"@every 90s", 240, SCHEDULE_FORBID_LATE, 0, 1},
        {"@every 90s", 240, SCHEDULE_REPLACE, 100, 3},
        {"@every 90s", 90, SCHEDULE_REPLACE, 100, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture *fixture = fixture_new();
        add(fixture, rows[i].line, rows[i].duration_s,
            (struct schedule){.cron.dialect = CRON_KUBERNETES,
                              .policy = rows[i].policy,
                              .grace_s = rows[i].grace_s});
        add(fixture, "0 0 * * 1", 60, (struct schedule){0});
        assert_int_equal(find(fixture)->peak.total, rows[i].runs + 1);
        at_is(fixture->overlap.peak.at_s, "2001-01-01T00:00:00Z");
        close(fixture);
    }
}

static void long_runs_are_counted(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    struct schedule *schedule =
        add(fixture, "* * * * *", 366 * (int64_t)DAY_S, (struct schedule){0});
    assert_int_equal(find(fixture)->peak.total, 366 * 1440);
    close(fixture);
    fixture = fixture_new();
    schedule = add(fixture, "0 0 * * 1", 366 * (int64_t)DAY_S, (struct schedule){0});
    assert_int_equal(find(fixture)->peak.total, 53);
    schedule->duration_s = 28 * (int64_t)DAY_S + 1;
    assert_int_equal(find(fixture)->peak.total, 5);
    schedule->duration_s = 28 * (int64_t)DAY_S;
    assert_int_equal(find(fixture)->peak.total, 4);
    close(fixture);
    /* Three months that follow each other have five 15ths and 30ths at most: 30 April, 15 and 30
     * May, 15 and 30 June ... not February. */
    fixture = fixture_new();
    add(fixture, "0 0 15,30 * *", 62 * (int64_t)DAY_S, (struct schedule){0});
    assert_int_equal(find(fixture)->peak.total, 5);
    close(fixture);
}

static void nothing_is_an_answer(void **state)
{
    (void)state;
    struct fixture *fixture = fixture_new();
    const struct overlap *overlap = find(fixture);
    assert_int_equal(overlap->peak.total, 0);
    assert_int_equal(overlap->row_count, 1);
    close(fixture);
    fixture = fixture_new();
    fixture->problem.service_count = 3; /* two of them without a schedule */
    add(fixture, "0 0 30 2 *", 60, (struct schedule){.service = 1});
    overlap = find(fixture);
    assert_int_equal(overlap->peak.total, 0);
    at_is(overlap->peak.at_s, "2001-01-01T00:00:00Z");
    assert_int_equal(overlap->services[1].processes, 0);
    at_is(overlap->services[1].at_s, "2001-01-01T00:00:00Z");
    assert_true(overlap->rows_are_moments);
    assert_int_equal(overlap->row_count, 1);
    close(fixture);
}

/* Behind the list of a file all is as its last line says. */
static void listed_changes_count(void **state)
{
    (void)state;
    unsigned char bytes[8192];
    struct fail fail = {0};
    struct fixture *fixture = fixture_new();
    FILE *file = fopen("tests/fuzz/corpus/zone/casablanca", "rb");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    struct schedule *schedule = add(fixture, "30 2 * * *", 2 * HOUR_S, (struct schedule){0});
    assert_true(
        zone_read(&fixture->arena, "Africa/Casablanca", bytes, length, &schedule->zone, &fail));
    fixture->problem.from_s = 1767225600;
    assert_int_equal(find(fixture)->peak.total, 2); /* Ramadan: the hour from 02:00 comes twice */
    at_is(fixture->overlap.peak.at_s, "2026-02-15T02:30:00Z");
    fixture->problem.from_s = INT64_C(3723667200); /* 2087-12-30 */
    assert_int_equal(find(fixture)->peak.total, 1);
    close(fixture);
}

static void refused(struct schedule values, int64_t duration_s, int64_t from_s, const char *part)
{
    struct fail fail = {0};
    struct fixture *fixture = fixture_new();
    add(fixture, "*/5 * * * *", duration_s, values);
    fixture->problem.service_count = 1;
    fixture->problem.from_s = from_s;
    fixture->schedules[0].parallel = values.parallel;
    assert_false(overlap_find(&fixture->arena, &fixture->problem, &fixture->overlap, &fail));
    assert_int_equal(fail.kind, FAIL_INPUT);
    if (strstr(fail.message, part) == NULL)
        fail_msg("%s", fail.message);
    close(fixture);
}

static void impossible_schedules_are_refused(void **state)
{
    (void)state;
    const struct schedule fine = {.parallel = 1};
    struct schedule wrong = fine;
    refused(fine, 0, 0, "schedule */5 * * * *: seconds of duration: must be 1 to 31622400, got 0");
    refused(fine, 366 * (int64_t)DAY_S + 1, 0, "seconds of duration");
    refused(fine, 60, -1, "1970");
    refused(fine, 60, INT64_MAX, "9999");
    wrong.grace_s = 1;
    refused(wrong, 60, 0, "seconds of grace: must be 0 to 0, got 1");
    wrong = (struct schedule){.parallel = 1, .policy = SCHEDULE_REPLACE, .grace_s = DAY_S + 1};
    refused(wrong, 60, 0, "seconds of grace");
    refused((struct schedule){.parallel = 0}, 60, 0, "parallel: must be 1 to 2147483647, got 0");
    refused((struct schedule){.parallel = INT32_MAX}, 301, 0, "more than 2147483647 processes");
    refused((struct schedule){.parallel = INT64_MAX}, 301, 0, "parallel");
    wrong = (struct schedule){.parallel = 1, .service = 1};
    refused(wrong, 60, 0, "service: must be 0 to 0, got 1");
}

static void odd_zones_are_refused(void **state)
{
    (void)state;
    static const char *const rules[] = {"AAA0:30:15", "AAA0BBB,M3.5.0/2:00:01,M10.5.0", "AAA-24:59",
                                        "AAA0BBB-24:30,M3.5.0,M10.5.0"};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct fail fail = {0};
        struct fixture *fixture = fixture_new();
        add(fixture, "0 0 * * *", 60, (struct schedule){.zone = zone_of(fixture, rules[i])});
        assert_false(overlap_find(&fixture->arena, &fixture->problem, &fixture->overlap, &fail));
        assert_string_equal(fail.message, "schedule 0 0 * * *: its time zone cannot be followed");
        close(fixture);
    }
}

/* 500 lines in a random-looking order: what they come to does not depend on the order. */
static void order_does_not_matter(void **state)
{
    (void)state;
    enum { MANY = 500 };
    int64_t peaks[2], at_s[2], totals[2];
    for (int round = 0; round < 2; round++) {
        struct fixture *fixture = fixture_new();
        for (int k = 0; k < MANY; k++) {
            int i = round == 0 ? k : MANY - 1 - k;
            char *line = arena_printf(&fixture->arena, "%d %d %s %s %s", i * 7 % 60, i * 5 % 24,
                                      i % 5 == 0 ? "1,15" : "*", i % 7 == 0 ? "1-6" : "*",
                                      i % 3 == 0 ? "1-5" : "*");
            add(fixture, line, 60 + i * 37 % 9000,
                (struct schedule){.policy = (enum schedule_policy)(i % 4),
                                  .grace_s = i % 4 == SCHEDULE_REPLACE ? i % 100 : 0,
                                  .parallel = 1 + i % 3,
                                  .service = (size_t)(i % 2)});
        }
        const struct overlap *overlap = find(fixture);
        peaks[round] = overlap->peak.total;
        at_s[round] = overlap->peak.at_s;
        totals[round] = 0;
        for (size_t i = 0; i < overlap->row_count; i++)
            totals[round] = totals[round] * 31 + overlap->rows[i].processes[0];
        close(fixture);
    }
    assert_true(peaks[0] > 10);
    assert_int_equal(peaks[0], peaks[1]);
    assert_int_equal(at_s[0], at_s[1]);
    assert_int_equal(totals[0], totals[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reference_cases_come_out),
        cmocka_unit_test(services_meet_in_rows),
        cmocka_unit_test(many_rows_become_one),
        cmocka_unit_test(repeated_hours_fire_twice),
        cmocka_unit_test(skipped_hours_are_caught_up),
        cmocka_unit_test(zones_meet_where_they_do),
        cmocka_unit_test(rare_days_are_found),
        cmocka_unit_test(late_starts_take_turns),
        cmocka_unit_test(late_starts_shift_from_week_to_week),
        cmocka_unit_test(replaced_runs_linger),
        cmocka_unit_test(replaced_runs_can_be_gone_at_once),
        cmocka_unit_test(replaced_runs_reach_far),
        cmocka_unit_test(dates_of_other_zones_reach_far),
        cmocka_unit_test(intervals_count_at_any_phase),
        cmocka_unit_test(long_runs_are_counted),
        cmocka_unit_test(nothing_is_an_answer),
        cmocka_unit_test(listed_changes_count),
        cmocka_unit_test(impossible_schedules_are_refused),
        cmocka_unit_test(odd_zones_are_refused),
        cmocka_unit_test(order_does_not_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
