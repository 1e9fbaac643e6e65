/*
 * The keys of a service's schedules.
 */
#include "service_readers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Kubernetes' terminationGracePeriodSeconds, where nothing else is said. */
enum { DEFAULT_GRACE_MS = 30000, MOST_SCHEDULES = 10000 };

static const char *const overlaps[] = {"allow", "forbid", "replace", NULL};
static const char *const dialects[] = {"vixie", "kubernetes", NULL};

/* As written. */
struct said {
    const char *name, *cron, *timezone;
    int64_t duration_ms, grace_ms, parallel;
    int overlap, dialect;
};

const struct field schedule_fields[SCHEDULE_FIELD_COUNT] = {
    {.name = "name",
     .kind = FIELD_STRING,
     .offset = offsetof(struct said, name),
     .required = true,
     .what = "What it is called."},
    {.name = "cron",
     .kind = FIELD_STRING,
     .offset = offsetof(struct said, cron),
     .required = true,
     .what = "When it starts: five fields, or @daily and the like."},
    {.name = "duration",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct said, duration_ms),
     .minimum = 1,
     .required = true,
     .what = "How long the longest run lasts."},
    {.name = "overlap",
     .kind = FIELD_CHOICE,
     .offset = offsetof(struct said, overlap),
     .choices = overlaps,
     .what = "What a start does that finds a run: run beside it (allow), not start (forbid), or "
             "replace it."},
    {.name = "grace",
     .kind = FIELD_DURATION,
     .offset = offsetof(struct said, grace_ms),
     .what = "With replace: how long the replaced run lives on (30s)."},
    {.name = "parallel",
     .kind = FIELD_COUNT,
     .offset = offsetof(struct said, parallel),
     .minimum = 1,
     .maximum = MOST_PROCESSES,
     .what = "Processes of a run, each with its own pool (1)."},
    {.name = "dialect",
     .kind = FIELD_CHOICE,
     .offset = offsetof(struct said, dialect),
     .choices = dialects,
     .what = "Whose cron it is (vixie). In kubernetes a forbidden start comes late."},
    {.name = "timezone",
     .kind = FIELD_STRING,
     .offset = offsetof(struct said, timezone),
     .what = "Zone of the cron's times, such as Europe/Paris (UTC)."},
};

static enum schedule_policy policy_of(const struct said *said)
{
    if (said->overlap == 1)
        return said->dialect == CRON_KUBERNETES ? SCHEDULE_FORBID_LATE : SCHEDULE_FORBID;
    return said->overlap == 2 ? SCHEDULE_REPLACE : SCHEDULE_ALLOW;
}

/* A key of a schedule, in whole seconds, rounded up. */
static bool seconds_check(struct reader *reader, const struct path *path, const char *key,
                          int64_t ms, int64_t most_s, int64_t *ret_s)
{
    struct path here = {path, key};
    *ret_s = ms / 1000 + (ms % 1000 != 0);
    return *ret_s <= most_s || fault_at(reader, &here, FAULT_VALUE, NULL,
                                        "must be at most %" PRId64 " days", most_s / DAY_S);
}

static bool schedule_make(struct reader *reader, const struct path *path, const struct said *said,
                          struct schedule *ret_schedule)
{
    struct path cron = {path, "cron"}, grace = {path, "grace"}, timezone = {path, "timezone"};
    struct fail fail = {0};
    *ret_schedule = (struct schedule){
        .name = said->name,
        .policy = policy_of(said),
        .parallel = said->parallel,
        .timezone =
            said->timezone != NULL && strcmp(said->timezone, "UTC") == 0 ? NULL : said->timezone,
        .timezone_option = path_option(reader, &timezone),
    };
    if (!cron_read(said->cron, (enum cron_dialect)said->dialect, &ret_schedule->cron, &fail))
        return fault_at(reader, &cron, FAULT_VALUE, fail.hint[0] != '\0' ? fail.hint : NULL, "%s",
                        strncmp(fail.message, "cron: ", 6) == 0 ? fail.message + 6 : fail.message);
    bool is_replace = ret_schedule->policy == SCHEDULE_REPLACE;
    if (said->grace_ms != UNKNOWN && !is_replace)
        return fault_at(reader, &grace, FAULT_KEY, "remove it, or use \"overlap\": \"replace\"",
                        "grace means nothing with overlap \"%s\"", overlaps[said->overlap]);
    int64_t grace_ms = said->grace_ms != UNKNOWN ? said->grace_ms : DEFAULT_GRACE_MS;
    return seconds_check(reader, path, "duration", said->duration_ms, SCHEDULE_MAX_DURATION_S,
                         &ret_schedule->duration_s) &&
           seconds_check(reader, path, "grace", is_replace ? grace_ms : 0, SCHEDULE_MAX_GRACE_S,
                         &ret_schedule->grace_s);
}

static bool name_is_new(struct reader *reader, const struct path *path,
                        const struct service *service, const char *name)
{
    struct path here = {path, "name"};
    for (size_t i = 0; i < service->schedule_count; i++)
        if (strcmp(service->schedules[i].name, name) == 0)
            return fault_at(reader, &here, FAULT_VALUE, NULL, "this name is given twice");
    return true;
}

bool schedules_read(struct reader *reader, const struct path *path, const struct json *value,
                    void *into)
{
    struct service *service = into;
    if (json_kind_of(value) != JSON_KIND_ARRAY)
        return fault_wrong(reader, path, value, "an array of schedules");
    size_t count = json_size(value);
    if (count == 0 || count > MOST_SCHEDULES)
        return fault_at(reader, path, FAULT_VALUE, NULL, "must have 1 to %d schedules, got %zu",
                        MOST_SCHEDULES, count);
    service->schedules = ARENA_ARRAY(reader->arena, count, struct schedule);
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        char index[24];
        (void)snprintf(index, sizeof index, "%zu", i);
        struct path here = {path, index};
        struct said said = {.duration_ms = UNKNOWN, .grace_ms = UNKNOWN, .parallel = 1};
        struct schedule schedule;
        bool read = fields_read(reader, &here, json_element(value, i), schedule_fields,
                                SCHEDULE_FIELD_COUNT, &said);
        /* What is there is judged, whatever else is wrong or missing. */
        read &= said.name == NULL || name_is_new(reader, &here, service, said.name);
        read &= said.cron == NULL || schedule_make(reader, &here, &said, &schedule);
        if (read)
            service->schedules[service->schedule_count++] = schedule;
        good &= read;
    }
    return good;
}
