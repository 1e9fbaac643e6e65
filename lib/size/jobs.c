#include "jobs.h"

#include <inttypes.h>

static bool is_on(const struct service *service, size_t server)
{
    for (size_t i = 0; i < service->target_count; i++)
        if (service->targets[i].server == server)
            return true;
    return false;
}

/* Of the services on a server, numbered as they come in file order (classes.c numbers them so). */
static struct overlap_problem problem_make(struct arena *arena, const struct topology *topology,
                                           size_t server, int64_t from_s)
{
    struct overlap_problem problem = {.from_s = from_s};
    size_t count = 0;
    for (size_t i = 0; i < topology->service_count; i++)
        if (is_on(topology->services[i], server))
            count += topology->services[i]->schedule_count;
    struct schedule *schedules = ARENA_ARRAY(arena, count + 1, struct schedule);
    for (size_t i = 0; i < topology->service_count; i++) {
        const struct service *service = topology->services[i];
        if (service->schedule_count == 0 || !is_on(service, server))
            continue;
        for (size_t k = 0; k < service->schedule_count; k++) {
            struct schedule *schedule = &schedules[problem.schedule_count++];
            *schedule = service->schedules[k];
            schedule->name = arena_printf(arena, "%s/%s", service->name, schedule->name);
            schedule->service = problem.service_count;
        }
        problem.service_count++;
    }
    problem.schedules = schedules;
    return problem;
}

/* Every pool of every class is added up in each row: what that comes to is bounded. */
static void rows_bound(struct arena *arena, const struct topology *topology, size_t server,
                       const struct overlap_problem *problem, struct overlap *overlap)
{
    size_t classes = 0;
    for (size_t i = 0; i < topology->service_count; i++)
        for (size_t k = 0; k < topology->services[i]->target_count; k++)
            classes += topology->services[i]->targets[k].server == server;
    if (classes > JOBS_MOST_CELLS / overlap->row_count)
        overlap_rows_join(arena, problem, overlap);
}

static bool overlap_fail(const struct server *server, const struct fail *why, struct fail *fail)
{
    (void)fail_set(fail, why->kind, "servers.%s: %s", server->name, why->message);
    return why->hint[0] == '\0' ? false : fail_hint(fail, "%s", why->hint);
}

static int64_t runs_bound(const struct service *service)
{
    int64_t most = 1;
    for (size_t i = 0; i < service->schedule_count; i++)
        if (service->schedules[i].parallel > most)
            most = service->schedules[i].parallel;
    return service->concurrent == UNKNOWN ? INT64_MAX : service->concurrent * most;
}

static bool service_bound(struct service *service, int64_t processes, struct fail *fail)
{
    int64_t bound = runs_bound(service), pools;
    service->instances_max = processes < bound ? processes : bound;
    if (!__builtin_mul_overflow(service->instances_max * 2, service->processes, &pools) &&
        !__builtin_mul_overflow(pools, service->pools, &pools) && pools <= INT32_MAX)
        return true;
    return fail_set(fail, FAIL_INPUT,
                    "services.%s: its runs x processes x pools are more than PostgreSQL could ever "
                    "serve",
                    service->name);
}

bool jobs_find(struct arena *arena, struct topology *topology, int64_t from_s,
               struct server_input *inputs, struct fail *fail)
{
    for (size_t server = 0; server < topology->server_count; server++) {
        struct overlap_problem problem = problem_make(arena, topology, server, from_s);
        if (problem.schedule_count == 0)
            continue;
        struct overlap *overlap = ARENA_NEW(arena, struct overlap);
        struct fail why = {0};
        if (!overlap_find(arena, &problem, overlap, &why))
            return overlap_fail(topology->servers[server], &why, fail);
        rows_bound(arena, topology, server, &problem, overlap);
        inputs[server].overlap = overlap;
        size_t job = 0;
        for (size_t i = 0; i < topology->service_count; i++) {
            struct service *service = topology->services[i];
            if (service->schedule_count > 0 && is_on(service, server) &&
                !service_bound(service, overlap->services[job++].processes, fail))
                return false;
        }
    }
    return true;
}

int64_t jobs_if_all_at_once(const struct server_sizing *server)
{
    int64_t sum = 0;
    const struct service *last = NULL;
    for (size_t i = 0; i < server->class_count; i++) {
        const struct service *service = server->classes[i]->service;
        for (size_t k = 0; service != last && k < service->schedule_count; k++)
            if (!cron_never_fires(&service->schedules[k].cron))
                sum += service->schedules[k].parallel;
        last = service;
    }
    return sum;
}
