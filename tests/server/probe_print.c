/* Prints what the probe found out about servers, one fact on a line, for probe_test.py:
 *
 *     probe_print TIMEOUT_MS URL...      `-` stands for libpq's environment
 */
#include "probe.h"
#include "topology.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const answers[] = {
    [ANSWER_NOT_ASKED] = "not asked",     [ANSWER_LIVE] = "live",
    [ANSWER_SNAPSHOT] = "snapshot",       [ANSWER_FULL] = "full",
    [ANSWER_UNREACHABLE] = "unreachable",
};

static const char *const full_kinds[] = {
    [FULL_UNKNOWN] = "unknown", [FULL_SLOTS] = "slots",       [FULL_RESERVED] = "reserved",
    [FULL_ROLE] = "role",       [FULL_DATABASE] = "database",
};

static const char *or_null(const char *string)
{
    return string == NULL ? "NULL" : string;
}

static void limits_print(const char *key, const struct named_count *limits, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s\t%s\t%" PRId64 "\n", key, limits[i].name, limits[i].count);
}

static void groups_print(const struct facts *facts)
{
    for (size_t i = 0; i < facts->group_count; i++) {
        const struct session_group *group = &facts->groups[i];
        printf("group\t%s\t%s\t%s\t%s\t%s\t%" PRId64 "\t%" PRId64 "\n",
               or_null(group->application_name), or_null(group->role), or_null(group->database),
               or_null(group->client_addr), or_null(group->state), group->count, group->oldest_s);
    }
}

static void facts_print(const struct probe_target *target)
{
    const struct facts *facts = target->ret_facts;
    printf("server\t%s\nanswer\t%s\n", target->name, answers[facts->answer]);
    printf("reason\t%s\n", or_null(facts->reason));
    printf("full_kind\t%s\n", full_kinds[facts->full_kind]);
    printf("taken_at_s\t%" PRId64 "\n", facts->taken_at_s);
    printf("version\t%d\n", facts->version);
    printf("max_connections\t%" PRId64 "\n", facts->max_connections);
    printf("superuser_reserved_connections\t%" PRId64 "\n", facts->superuser_reserved_connections);
    printf("reserved_connections\t%" PRId64 "\n", facts->reserved_connections);
    printf("role\t%s\ndatabase\t%s\n", or_null(facts->role), or_null(facts->database));
    printf("role_is_superuser\t%d\n", facts->role_is_superuser);
    printf("in_recovery\t%d\n", facts->in_recovery);
    printf("hidden\t%d\n", facts->hidden);
    printf("sessions\t%" PRId64 "\n", facts->sessions);
    groups_print(facts);
    limits_print("role_limit", facts->role_limits, facts->role_limit_count);
    limits_print("database_limit", facts->database_limits, facts->database_limit_count);
    for (size_t i = 0; i < facts->superuser_count; i++)
        printf("superuser\t%s\n", facts->superusers[i]);
    for (size_t i = 0; i < facts->setting_count; i++)
        printf("setting\t%s\t%s\n", facts->settings[i].name, facts->settings[i].value);
}

static bool target_read(struct arena *arena, const char *argument, struct probe_target *ret_target)
{
    struct fail fail = {.kind = FAIL_NONE};
    struct url *url = NULL;
    if (strcmp(argument, "-") != 0 && !url_read(arena, argument, &url, &fail)) {
        (void)fprintf(stderr, "probe_print: %s\n", fail.message);
        return false;
    }
    *ret_target = (struct probe_target){"", url, ARENA_NEW(arena, struct facts)};
    return true;
}

int main(int argc, char **argv)
{
    struct arena arena = {.on_out_of_memory = abort};
    if (argc < 3)
        return 2;
    size_t count = (size_t)argc - 2;
    struct probe_target *targets = ARENA_ARRAY(&arena, count, struct probe_target);
    for (size_t i = 0; i < count; i++) {
        if (!target_read(&arena, argv[i + 2], &targets[i]))
            return 3;
        targets[i].name = arena_printf(&arena, "%zu", i);
    }
    probe_servers(&arena, targets, count, strtoll(argv[1], NULL, 10));
    for (size_t i = 0; i < count; i++)
        facts_print(&targets[i]);
    arena_free(&arena);
    return 0;
}
