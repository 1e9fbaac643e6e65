#include "zones.h"

#include "decimal.h"
#include "input.h"
#include "name.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { ZONES_SAID = 20 };
static const char system_zones[] = "/usr/share/zoneinfo";

/* A name is a path below the folder of zones, and nothing else. */
static bool is_zone_name(const char *name)
{
    const char *good = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/";
    return name[0] != '/' && name[strspn(name, good)] == '\0' && strlen(name) < 64 &&
           strstr(name, "//") == NULL;
}

/* All wrong ones are said; the last of them is what the run fails with. */
static bool zone_fail(struct arena *arena, const struct service *service, size_t index,
                      const char *message, struct fail *fail)
{
    const char *file, *option = service->schedules[index].timezone_option;
    unsigned line, column;
    const char *pointer = arena_printf(arena, "/schedules/%zu/timezone", index);
    const char *hint = "write a name such as Europe/Paris, or UTC; the package tzdata has them";
    if (fail->kind != FAIL_NONE) {
        say("%s", fail->message);
        say_more(fail->hint);
        *fail = (struct fail){0};
    }
    const char *what = arena_printf(arena, "services.%s.schedules.%zu.timezone: %s", service->name,
                                    index, message);
    if (option != NULL)
        (void)fail_set(fail, FAIL_USAGE, "%s: %s", option, what);
    else if (origin_place(arena, &service->origin, pointer, &file, &line, &column))
        (void)fail_set(fail, FAIL_INPUT, "%s:%u:%u: %s", file, line, column, what);
    else
        (void)fail_set(fail, FAIL_USAGE, "%s", what);
    return fail_hint(fail, "%s", hint);
}

/* A file that is not there, and a folder as Europe is, stand for no zone; what is there but cannot
 * be read says why. */
static bool zone_file_read(struct run *run, struct arena *arena, const char *name,
                           const struct zone **ret_zone, struct fail *why)
{
    const char *directory = variable(run, "TZDIR");
    struct json_text text;
    struct stat status;
    if (directory == NULL || *directory == '\0')
        directory = system_zones;
    const char *path = arena_printf(arena, "%s/%s", directory, name);
    if (!is_zone_name(name) || stat(path, &status) != 0 || S_ISDIR(status.st_mode))
        return fail_set(why, FAIL_INPUT, "there is no time zone \"%.40s\"", name);
    return regular_file_read(arena, path, &text, why) &&
           zone_read(arena, name, text.bytes, text.length, ret_zone, why);
}

static bool zone_find(struct run *run, struct arena *arena, const struct service *service,
                      size_t index, const struct zone **ret_zone, struct fail *fail)
{
    struct fail why = {0};
    const char *name = service->schedules[index].timezone;
    return zone_file_read(run, arena, name, ret_zone, &why) ||
           zone_fail(arena, service, index, why.message, fail);
}

bool zones_read(struct run *run, struct arena *arena, struct topology *topology, struct fail *fail)
{
    struct name_table names = {0};
    const struct zone **zones = ARENA_ARRAY(arena, 1, const struct zone *);
    size_t wrong = 0;
    for (size_t i = 0; i < topology->service_count; i++) {
        struct service *service = topology->services[i];
        for (size_t k = 0; k < service->schedule_count; k++) {
            struct schedule *schedule = &service->schedules[k];
            size_t known;
            if (schedule->timezone == NULL)
                continue;
            if (name_table_find(&names, schedule->timezone, &known)) {
                schedule->zone = zones[known];
                continue;
            }
            if (!zone_find(run, arena, service, k, &schedule->zone, fail)) {
                if (++wrong == ZONES_SAID)
                    return false;
                continue;
            }
            const struct zone **more = ARENA_ARRAY(arena, names.count + 1, const struct zone *);
            memcpy(more, zones, names.count * sizeof *more);
            zones = more;
            zones[names.count] = schedule->zone;
            (void)name_table_add(&names, arena, schedule->timezone, names.count, NULL);
        }
    }
    return wrong == 0;
}

bool schedules_begin(const struct run *run, int64_t *ret_s, struct fail *fail)
{
    const char *epoch = variable(run, "SOURCE_DATE_EPOCH");
    *ret_s = (int64_t)time(NULL);
    if (epoch == NULL || *epoch == '\0' || count_read(epoch, ret_s))
        return true;
    (void)fail_set(fail, FAIL_USAGE,
                   "SOURCE_DATE_EPOCH: must be whole seconds since 1970, got \"%.40s\"", epoch);
    return fail_hint(fail, "unset it, or write what date +%%s prints");
}
