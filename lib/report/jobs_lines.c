#include "jobs_lines.h"

#include "calendar.h"
#include "contexts.h"
#include "jobs.h"
#include "poolers.h"
#include "snapshot.h"

#include <inttypes.h>
#include <string.h>

enum { SCHEDULES_SHOWN = 6 };

/* The schedules of a server, as overlap.h numbers them. */
struct walk {
    const struct server_sizing *server;
    size_t class, schedule, index;
    const struct service *service;
};

static const struct schedule *walk_next(struct walk *walk)
{
    const struct server_sizing *server = walk->server;
    for (; walk->class < server->counted_count; walk->class ++, walk->schedule = 0) {
        const struct service *service = server->counted[walk->class]->service;
        bool is_first = walk->class == 0 || server->counted[walk->class - 1]->service != service;
        if (!is_first || walk->schedule == service->schedule_count)
            continue;
        walk->service = service;
        walk->index++;
        return &service->schedules[walk->schedule++];
    }
    return NULL;
}

/* "Mon 2026-11-23 03:10 UTC". */
static void moment_put(int64_t at_s, struct text *text)
{
    static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    struct date date = date_of_day(divide_down(at_s, DAY_S));
    int64_t second = at_s - divide_down(at_s, DAY_S) * DAY_S;
    text_printf(text, "%s %04" PRId64 "-%02d-%02d %02" PRId64 ":%02" PRId64 " UTC",
                weekdays[date.weekday], date.year, date.month, date.day, second / 3600,
                second / 60 % 60);
}

/* "import, stats x 2 and 3 more"; the services' names where there are several. */
static void schedules_put(const struct server_sizing *server, const int64_t *runs,
                          struct text *text)
{
    struct walk walk = {.server = server};
    size_t shown = 0, rest = 0;
    const struct schedule *schedule;
    while ((schedule = walk_next(&walk)) != NULL) {
        int64_t count = runs[walk.index - 1];
        if (count == 0)
            continue;
        if (shown == SCHEDULES_SHOWN) {
            rest++;
            continue;
        }
        text_put(text, shown++ > 0 ? ", " : "");
        if (server->job_count > 1)
            text_printf(text, "%s/", walk.service->name);
        text_put(text, schedule->name);
        if (count > 1)
            text_printf(text, " x %" PRId64, count);
    }
    if (rest > 0)
        text_printf(text, " and %zu more", rest);
}

void jobs_moments_words(const struct server_sizing *server, size_t context, struct text *text)
{
    const struct overlap_moment *moment = &server->overlap->rows[context];
    if (moment->runs == NULL) {
        text_put(text, "every job at its own worst moment");
        return;
    }
    moment_put(moment->at_s, text);
    text_put(text, ": ");
    schedules_put(server, moment->runs, text);
}

/* Whether a run can be more than one process. */
static bool has_parallel(const struct server_sizing *server)
{
    struct walk walk = {.server = server};
    const struct schedule *schedule;
    while ((schedule = walk_next(&walk)) != NULL)
        if (schedule->parallel > 1)
            return true;
    return false;
}

/* Fewer than would meet, where their owner says so. */
static void bounds_put(const struct server_sizing *server, struct text *text)
{
    for (size_t i = 0; i < server->counted_count; i++) {
        const struct pool_class *class = server->counted[i];
        bool is_first = i == 0 || server->counted[i - 1]->service != class->service;
        if (class->job == NO_ROW || !is_first ||
            server->overlap->services[class->job].processes <= class->service->instances_max)
            continue;
        text_printf(text, "; concurrent holds %s to %" PRId64, class->service->name,
                    class->service->instances_max);
    }
}

/* Where jobs of several services do not meet, a server's peak is less than the services' sum. */
static void parts_put(const struct sizing *sizing, const struct server_sizing *server,
                      struct text *text)
{
    int64_t sum = 0, peak = server_peak(sizing, server);
    struct shared shared = {0};
    for (size_t i = 0; i < server->counted_count; i++) {
        const struct pool_class *class = server->counted[i];
        int64_t limit = class_limit(sizing, class);
        limit = limit == UNKNOWN ? 1 : limit;
        sum += class->pools_at_peak * limit + class->extra_at_peak;
        sum -= class->together == NO_ROW ? 0 : shared_excess(&shared, class, limit);
    }
    if (peak != UNKNOWN && peak < sum)
        text_printf(text, "; so %" PRId64 " at peak, not %" PRId64, peak, sum);
}

void jobs_words(const struct sizing *sizing, const struct server_sizing *server, struct text *text)
{
    if (server->overlap == NULL)
        return;
    const struct overlap_moment *peak = &server->overlap->peak;
    int64_t all = jobs_if_all_at_once(server);
    if (peak->total == 0) {
        text_put(text, "never run");
        return;
    }
    text_printf(text, "at most %" PRId64 " %s at once (", peak->total,
                has_parallel(server) ? plural(peak->total, "process", "processes")
                                     : plural(peak->total, "run", "runs"));
    moment_put(peak->at_s, text);
    text_put(text, ": ");
    schedules_put(server, peak->runs, text);
    text_put(text, ")");
    if (all > peak->total)
        text_printf(text, "; %" PRId64 " if all started together", all);
    bounds_put(server, text);
    parts_put(sizing, server, text);
}

static void runs_json(const struct server_sizing *server, const int64_t *runs,
                      struct json_writer *writer)
{
    struct walk walk = {.server = server};
    const struct schedule *schedule;
    json_write_open(writer, "runs", '[');
    while ((schedule = walk_next(&walk)) != NULL) {
        if (runs[walk.index - 1] == 0)
            continue;
        json_write_open(writer, NULL, '{');
        json_write_string(writer, "service", walk.service->name);
        json_write_string(writer, "schedule", schedule->name);
        json_write_count(writer, "count", runs[walk.index - 1]);
        json_write_close(writer, '}');
    }
    json_write_close(writer, ']');
}

void jobs_json(const struct server_sizing *server, struct json_writer *writer)
{
    char time[24];
    if (server->overlap == NULL) {
        json_write_null(writer, "jobs");
        return;
    }
    const struct overlap_moment *peak = &server->overlap->peak;
    json_write_open(writer, "jobs", '{');
    json_write_count(writer, "at_once", peak->total);
    json_write_count(writer, "if_all_at_once", jobs_if_all_at_once(server));
    json_write_string(writer, "at", peak->total > 0 ? time_show(peak->at_s, time) : NULL);
    runs_json(server, peak->runs, writer);
    json_write_count(writer, "moments", (int64_t)context_count(server));
    json_write_close(writer, '}');
}
