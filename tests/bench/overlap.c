/*
 * The worst overlap of many mixed cron lines, once: overlap COUNT [SERVICES] [ZONE]. Always the
 * same lines for the same count, of all shapes and policies, spread over the services (20); ZONE is
 * a POSIX TZ string (UTC). Prints what it found.
 */
#include "overlap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t state = 88172645463325252;

/* Marsaglia's xorshift: chance, but always the same. */
static int pick(int least, int most)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return least + (int)(state % (uint64_t)(most - least + 1));
}

static const char *line_make(char *buffer, size_t size)
{
    static const char *const months[] = {"*", "*", "*", "1-6", "12", "*/3"};
    static const char *const weekdays[] = {"1-5", "mon", "6,0", "sun", "*"};
    int minute = pick(0, 59), hour = pick(0, 23), day = pick(1, 31);
    const char *month = months[pick(0, 5)], *weekday = weekdays[pick(0, 4)];
    switch (pick(0, 9)) {
    case 0:
        (void)snprintf(buffer, size, "*/%d * * * *", pick(1, 30));
        break;
    case 1:
        (void)snprintf(buffer, size, "%d-59/%d 8-18 * * %s", pick(0, 9), pick(3, 20), weekday);
        break;
    case 2:
        (void)snprintf(buffer, size, "%d * * * *", minute);
        break;
    case 3:
        (void)snprintf(buffer, size, "%d */%d * * %s", minute, pick(2, 12), weekday);
        break;
    case 4:
        (void)snprintf(buffer, size, "%d %d %d * *", minute, hour, day);
        break;
    case 5:
        (void)snprintf(buffer, size, "%d %d %d,%d %s *", minute, hour, day, pick(1, 31), month);
        break;
    case 6:
        (void)snprintf(buffer, size, "%d %d %d-31 %s %s", minute, hour, day, month, weekday);
        break;
    default:
        (void)snprintf(buffer, size, "%d %d * * %s", minute, hour, pick(0, 1) ? "*" : weekday);
    }
    return buffer;
}

static void give_up(const struct fail *fail)
{
    fprintf(stderr, "overlap: %s\n", fail->message);
    exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    char line[64];
    struct fail fail = {0};
    struct arena arena = {0};
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 500;
    size_t services = argc > 2 ? strtoul(argv[2], NULL, 10) : 20;
    const struct zone *zone = NULL;
    if (argc > 3 && !zone_read_rule(&arena, argv[3], argv[3], &zone, &fail))
        give_up(&fail);
    struct schedule *schedules = ARENA_ARRAY(&arena, count, struct schedule);
    for (size_t i = 0; i < count; i++) {
        struct schedule *schedule = &schedules[i];
        *schedule = (struct schedule){.name = arena_strdup(&arena, line_make(line, sizeof line)),
                                      .duration_s = pick(1, 120) * pick(1, 60),
                                      .policy = (enum schedule_policy)pick(0, SCHEDULE_REPLACE),
                                      .parallel = pick(1, 4),
                                      .zone = zone,
                                      .service = (size_t)pick(0, 999) % services};
        schedule->grace_s = schedule->policy == SCHEDULE_REPLACE ? pick(0, 90) : 0;
        if (!cron_read(schedule->name, CRON_VIXIE, &schedule->cron, &fail))
            give_up(&fail);
    }
    struct overlap overlap;
    const struct overlap_problem problem = {.schedules = schedules,
                                            .schedule_count = count,
                                            .service_count = services,
                                            .from_s = INT64_C(1790000000)};
    if (!overlap_find(&arena, &problem, &overlap, &fail))
        give_up(&fail);
    printf("%zu lines of %zu services: %" PRId64 " processes at %" PRId64 ", %zu rows%s\n", count,
           services, overlap.peak.total, overlap.peak.at_s, overlap.row_count,
           overlap.rows_are_moments ? "" : ", more than can be told apart");
    arena_free(&arena);
    return 0;
}
