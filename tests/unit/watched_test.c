/* What was seen so far: peaks, gaps, users, and that it never grows. */
#include "watched.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define NOW INT64_C(1795251600000)

static struct sample sample_of(int64_t at_ms, enum sample_kind kind, int64_t sessions)
{
    return (struct sample){
        .at_ms = at_ms,
        .kind = kind,
        .max_connections = kind == SAMPLE_LOST ? -1 : 100,
        .superuser_reserved_connections = 3,
        .reserved_connections = -1,
        .sessions = kind == SAMPLE_LOST ? -1 : sessions,
    };
}

static struct watched watched_new(void)
{
    return (struct watched){.slot_ms = watched_slot_ms(100)};
}

static void take(struct watched *watched, int64_t at_ms, enum sample_kind kind, int64_t sessions)
{
    struct sample sample = sample_of(at_ms, kind, sessions);
    watched_take(watched, &sample, NULL);
}

static void peaks_are_kept_with_their_moment(void **state)
{
    (void)state;
    struct watched watched = watched_new();
    take(&watched, NOW, SAMPLE_SEEN, 5);
    take(&watched, NOW + 100, SAMPLE_SEEN, 40);
    take(&watched, NOW + 200, SAMPLE_SEEN, 40); /* the first of two equal ones */
    take(&watched, NOW + 300, SAMPLE_SEEN, 7);
    assert_int_equal(watched.seen, 4);
    assert_int_equal(watched.peak, 43);
    assert_int_equal(watched.peak_sessions, 40);
    assert_int_equal(watched.peak_at_ms, NOW + 100);
    assert_false(watched.is_full);
}

static void no_connections_are_a_number_too(void **state)
{
    (void)state;
    struct watched watched = watched_new();
    take(&watched, NOW, SAMPLE_SEEN, 0);
    assert_int_equal(watched.peak, 3);
    assert_int_equal(watched.peak_at_ms, NOW);
}

static void a_gap_is_never_zero(void **state)
{
    (void)state;
    struct watched watched = watched_new();
    take(&watched, NOW, SAMPLE_SEEN, 5);
    take(&watched, NOW + 20000, SAMPLE_LOST, 0);
    take(&watched, NOW + 30000, SAMPLE_LOST, 0);
    assert_int_equal(watched_gap_ms(&watched, NOW + 50000), 30000);
    assert_int_equal(watched_peak_between(&watched, NOW + 20000, NOW + 60000), -1);
    take(&watched, NOW + 60000, SAMPLE_SEEN, 6);
    assert_int_equal(watched.lost, 2);
    assert_int_equal(watched.gaps, 1);
    assert_int_equal(watched.gap_ms, 40000);
    assert_int_equal(watched_gap_ms(&watched, NOW + 99000), 40000);
    assert_int_equal(watched_peak_between(&watched, NOW, NOW + 10000), 8);
    assert_int_equal(watched_peak_between(&watched, NOW, NOW + 70000), 9);
}

static void full_counts_as_seen(void **state)
{
    (void)state;
    struct watched watched = watched_new();
    take(&watched, NOW, SAMPLE_FULL, 97);
    assert_int_equal(watched.full, 1);
    assert_int_equal(watched.lost, 0);
    assert_int_equal(watched.gap_since_ms, 0);
    assert_int_equal(watched.peak, 100);
    assert_true(watched.is_full);
    watched = watched_new();
    take(&watched, NOW, SAMPLE_FULL, -1); /* of how many is not known */
    assert_int_equal(watched.peak_at_ms, 0);
    watched = watched_new();
    take(&watched, NOW, SAMPLE_SEEN, 97); /* an ordinary role would be refused */
    assert_true(watched.is_full);
}

static void the_hour_goes_by(void **state)
{
    (void)state;
    struct watched watched = watched_new();
    for (int64_t i = 0; i <= 3600; i++)
        take(&watched, NOW + i * 1000, SAMPLE_SEEN, i == 1 ? 90 : 10);
    /* The slot of the peak was used again; the peak itself is kept. */
    assert_int_equal(watched_peak_between(&watched, NOW, NOW + WATCHED_HOUR_MS + 1000), 13);
    assert_int_equal(watched.peak, 93);
    assert_int_equal(watched_slot_ms(60000), 60000);
    assert_int_equal(watched_slot_ms(INT64_MAX), WATCHED_HOUR_MS);
}

static void users_are_added_up_by_owner(void **state)
{
    (void)state;
    struct watched watched = watched_new();
    struct sample_group groups[] = {
        {.role = "a", .sessions = 4, .active = 1, .idle = 2, .idle_in_transaction = 1},
        {.role = "b", .sessions = 3, .active = 3},
        {.sessions = 2},
        {.is_rest = true, .sessions = 9},
    };
    const char *const owners[] = {"api", "api", "jobs", NULL};
    const struct watched_user *users[WATCHED_MOST_USERS];
    struct sample sample = sample_of(NOW, SAMPLE_SEEN, 18);
    sample.groups = groups;
    sample.group_count = 4;
    watched_take(&watched, &sample, owners);
    sample.at_ms += 100;
    groups[1].sessions = 1;
    groups[2].sessions = 8;
    watched_take(&watched, &sample, owners);
    assert_int_equal(watched_users(&watched, WATCHED_BY_SESSIONS, users), 3);
    assert_string_equal(users[0]->name, "jobs");
    assert_int_equal(users[0]->sessions, 8);
    assert_string_equal(users[1]->name, "api");
    assert_int_equal(users[1]->sessions, 5);
    assert_int_equal(users[1]->peak, 7);
    assert_int_equal(users[1]->peak_at_ms, NOW);
    assert_int_equal(users[1]->idle_in_transaction, 1);
    assert_true(users[2]->is_rest);
    assert_int_equal(users[2]->sessions, 9);
    assert_int_equal(watched_users(&watched, WATCHED_BY_PEAK, users), 3);
    assert_string_equal(users[0]->name, "jobs");
}

/* Whatever the names are, the table stays as it is, and the sum is that of the sample. */
static void many_users_are_bounded(void **state)
{
    (void)state;
    static char names[SAMPLE_MOST_GROUPS][400];
    struct watched watched = watched_new();
    struct sample_group groups[SAMPLE_MOST_GROUPS];
    const char *owners[SAMPLE_MOST_GROUPS];
    const struct watched_user *users[WATCHED_MOST_USERS];
    for (int round = 0; round < 20; round++) {
        struct sample sample = sample_of(NOW + round, SAMPLE_SEEN, 0);
        for (int i = 0; i < SAMPLE_MOST_GROUPS; i++) {
            (void)snprintf(names[i], sizeof names[i], "%d-%0300d", round * 150 + i, 0);
            owners[i] = names[i];
            groups[i] = (struct sample_group){.sessions = 1 + i % 3};
            sample.sessions += groups[i].sessions;
        }
        sample.groups = groups;
        sample.group_count = SAMPLE_MOST_GROUPS;
        watched_take(&watched, &sample, owners);
        int64_t sum = 0;
        size_t count = watched_users(&watched, WATCHED_BY_SESSIONS, users);
        assert_in_range(count, 1, WATCHED_MOST_USERS);
        for (size_t i = 0; i < count; i++)
            sum += users[i]->sessions;
        assert_int_equal(sum, sample.sessions);
        assert_true(users[count - 1]->is_rest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peaks_are_kept_with_their_moment),
        cmocka_unit_test(no_connections_are_a_number_too),
        cmocka_unit_test(a_gap_is_never_zero),
        cmocka_unit_test(full_counts_as_seen),
        cmocka_unit_test(the_hour_goes_by),
        cmocka_unit_test(users_are_added_up_by_owner),
        cmocka_unit_test(many_users_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
