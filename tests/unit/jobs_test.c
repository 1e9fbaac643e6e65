/* Scheduled jobs of a topology, as its servers meet them: the moments stay few where pools are
 * many, and what never starts is not counted. */
#include "jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { JOBS = 40, FROM_S = 978307200 };

struct fixture {
    struct arena arena;
    struct topology topology;
    struct server_input input;
};

static struct schedule *schedules_make(struct arena *arena, const char *cron)
{
    struct fail fail = {0};
    struct schedule *schedule = ARENA_NEW(arena, struct schedule);
    *schedule = (struct schedule){.name = cron, .duration_s = 600, .parallel = 1};
    if (!cron_read(cron, CRON_VIXIE, &schedule->cron, &fail))
        fail_msg("%s: %s", cron, fail.message);
    return schedule;
}

/* Jobs that each have their own quarter of an hour, and other services with a pool each. */
static void fixture_make(struct fixture *fixture, size_t others)
{
    struct arena *arena = &fixture->arena;
    struct target *target = ARENA_NEW(arena, struct target);
    struct service *other = ARENA_NEW(arena, struct service);
    *other = (struct service){.name = "other", .targets = target, .target_count = 1};
    struct server *server = ARENA_NEW(arena, struct server);
    *server = (struct server){.name = "core"};
    fixture->topology = (struct topology){
        .servers = ARENA_ARRAY(arena, 1, struct server *),
        .server_count = 1,
        .service_count = JOBS + others,
        .services = ARENA_ARRAY(arena, JOBS + others, struct service *),
    };
    fixture->topology.servers[0] = server;
    for (size_t i = 0; i < JOBS; i++) {
        struct service *job = ARENA_NEW(arena, struct service);
        const char *cron = arena_printf(arena, "%zu %zu * * *", i % 4 * 15, i / 4);
        *job = (struct service){.name = cron,
                                .targets = target,
                                .target_count = 1,
                                .schedules = schedules_make(arena, cron),
                                .schedule_count = 1,
                                .concurrent = UNKNOWN,
                                .processes = 1,
                                .pools = 1};
        fixture->topology.services[i] = job;
    }
    for (size_t i = 0; i < others; i++)
        fixture->topology.services[JOBS + i] = other;
}

static const struct overlap *find(struct fixture *fixture)
{
    struct fail fail = {0};
    if (!jobs_find(&fixture->arena, &fixture->topology, FROM_S, &fixture->input, &fail))
        fail_msg("%s", fail.message);
    return fixture->input.overlap;
}

static void moments_are_kept_apart(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    fixture_make(&fixture, JOBS_MOST_CELLS / JOBS - JOBS);
    const struct overlap *overlap = find(&fixture);
    assert_true(overlap->rows_are_moments);
    assert_int_equal(overlap->row_count, JOBS);
    assert_int_equal(overlap->peak.total, 1);
    arena_free(&fixture.arena);
}

/* Every job at its own worst: more than ever comes, but one row. */
static void many_pools_leave_one_moment(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    fixture_make(&fixture, JOBS_MOST_CELLS / JOBS - JOBS + 1);
    const struct overlap *overlap = find(&fixture);
    assert_false(overlap->rows_are_moments);
    assert_int_equal(overlap->row_count, 1);
    assert_null(overlap->rows[0].runs);
    assert_int_equal(overlap->rows[0].total, JOBS);
    for (size_t i = 0; i < JOBS; i++)
        assert_int_equal(overlap->rows[0].processes[i], 1);
    assert_int_equal(overlap->peak.total, 1);
    assert_int_equal(fixture.topology.services[0]->instances_max, 1);
    arena_free(&fixture.arena);
}

static void failures_say_where(void **state)
{
    (void)state;
    struct fixture fixture = {0};
    struct fail fail = {0};
    fixture_make(&fixture, 0);
    fixture.topology.services[5]->schedules[0].name = "import";
    fixture.topology.services[5]->schedules[0].duration_s = 0;
    assert_false(jobs_find(&fixture.arena, &fixture.topology, FROM_S, &fixture.input, &fail));
    assert_string_equal(fail.message, "servers.core: schedule 15 1 * * */import: seconds of "
                                      "duration: must be 1 to 31622400, got 0");
    arena_free(&fixture.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_kept_apart),
        cmocka_unit_test(many_pools_leave_one_moment),
        cmocka_unit_test(failures_say_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
