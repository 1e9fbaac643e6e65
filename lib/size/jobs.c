#include "jobs.h"

#include <inttypes.h>
#include <string.h>

/* Whether a target is of that server, or may land there. */
static bool counts_on(const struct topology *topology, const struct target *target, size_t server)
{
    return target->server == server ||
           server_lands_on(topology->servers[target->server], topology->servers[server]);
}

static bool is_on(const struct topology *topology, const struct service *service, size_t server)
{
    for (size_t i = 0; i < service->target_count; i++)
        if (counts_on(topology, &service->targets[i], server))
            return true;
    return false;
}

/* The services that have schedules, in file order: few of many. */
struct jobs {
    const struct topology *topology;
    struct service **services;
    size_t count;
};

static struct jobs jobs_of(struct arena *arena, const struct topology *topology)
{
    struct jobs jobs = {.topology = topology};
    for (size_t i = 0; i < topology->service_count; i++)
        jobs.count += topology->services[i]->schedule_count > 0;
    jobs.services = ARENA_ARRAY(arena, jobs.count + 1, struct service *);
    jobs.count = 0;
    for (size_t i = 0; i < topology->service_count; i++)
        if (topology->services[i]->schedule_count > 0)
            jobs.services[jobs.count++] = topology->services[i];
    return jobs;
}

/* Of the services on a server, numbered as they come in file order (classes.c numbers them so). */
static struct overlap_problem problem_make(struct arena *arena, const struct jobs *jobs,
                                           size_t server, int64_t from_s)
{
    struct overlap_problem problem = {.from_s = from_s};
    size_t count = 0;
    for (size_t i = 0; i < jobs->count; i++)
        if (is_on(jobs->topology, jobs->services[i], server))
            count += jobs->services[i]->schedule_count;
    struct schedule *schedules = ARENA_ARRAY(arena, count + 1, struct schedule);
    for (size_t i = 0; i < jobs->count; i++) {
        const struct service *service = jobs->services[i];
        if (!is_on(jobs->topology, service, server))
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
    for (size_t i = 0; overlap->row_count > 1 && i < topology->service_count; i++)
        for (size_t k = 0; k < topology->services[i]->target_count; k++)
            classes += counts_on(topology, &topology->services[i]->targets[k], server);
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

static bool zone_equals(const char *left, const char *right)
{
    return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

/* What their overlap comes from: not their names. */
static bool schedule_equals(const struct schedule *left, const struct schedule *right)
{
    return left->service == right->service && left->policy == right->policy &&
           left->duration_s == right->duration_s && left->grace_s == right->grace_s &&
           left->parallel == right->parallel && cron_equals(&left->cron, &right->cron) &&
           zone_equals(left->timezone, right->timezone);
}

static bool problem_equals(const struct overlap_problem *left, const struct overlap_problem *right)
{
    if (left->schedule_count != right->schedule_count ||
        left->service_count != right->service_count || left->from_s != right->from_s)
        return false;
    for (size_t i = 0; i < left->schedule_count; i++)
        if (!schedule_equals(&left->schedules[i], &right->schedules[i]))
            return false;
    return true;
}

/* An answer that there is already. */
struct known {
    struct jobs jobs;
    const struct server_input *inputs; /* of each server; none: there is no answer */
    size_t server_count;
};

/* That of the server it follows, where it has no jobs besides; NULL: it has, or that one's is not
 * found yet. */
static const struct overlap *leaders_overlap(const struct jobs *jobs, size_t server,
                                             const struct overlap_problem *problem,
                                             const struct server_input *inputs)
{
    const struct server *leader = jobs->topology->servers[server]->follows;
    const struct overlap *found = leader == NULL ? NULL : inputs[leader->index].overlap;
    size_t count = 0;
    if (leader == NULL || leader->index > server || found == NULL || !found->rows_are_moments)
        return NULL;
    for (size_t i = 0; i < jobs->count; i++)
        count += is_on(jobs->topology, jobs->services[i], leader->index);
    return count == problem->service_count ? found : NULL;
}

/* One whose rows were joined is found anew: perhaps they need not be now. */
static struct overlap *overlap_of(struct arena *arena, const struct known *known, size_t server,
                                  const struct overlap_problem *problem, struct fail *fail)
{
    struct overlap *overlap = ARENA_NEW(arena, struct overlap);
    const struct overlap *before =
        server < known->server_count ? known->inputs[server].overlap : NULL;
    if (before != NULL && before->rows_are_moments) {
        struct overlap_problem again = problem_make(arena, &known->jobs, server, problem->from_s);
        *overlap = *before;
        if (problem_equals(&again, problem))
            return overlap;
    }
    return overlap_find(arena, problem, overlap, fail) ? overlap : NULL;
}

static bool find(struct arena *arena, const struct known *known, struct topology *topology,
                 int64_t from_s, struct server_input *inputs, struct fail *fail)
{
    struct jobs jobs = jobs_of(arena, topology);
    for (size_t server = 0; jobs.count > 0 && server < topology->server_count; server++) {
        struct overlap_problem problem = problem_make(arena, &jobs, server, from_s);
        if (problem.schedule_count == 0)
            continue;
        struct fail why = {0};
        const struct overlap *leaders = leaders_overlap(&jobs, server, &problem, inputs);
        struct overlap *overlap = leaders != NULL
                                      ? ARENA_NEW(arena, struct overlap)
                                      : overlap_of(arena, known, server, &problem, &why);
        if (leaders != NULL)
            *overlap = *leaders;
        if (overlap == NULL)
            return overlap_fail(topology->servers[server], &why, fail);
        rows_bound(arena, topology, server, &problem, overlap);
        inputs[server].overlap = overlap;
        size_t job = 0;
        for (size_t i = 0; i < jobs.count; i++)
            if (is_on(topology, jobs.services[i], server) &&
                !service_bound(jobs.services[i], overlap->services[job++].processes, fail))
                return false;
    }
    return true;
}

bool jobs_find(struct arena *arena, struct topology *topology, int64_t from_s,
               struct server_input *inputs, struct fail *fail)
{
    return find(arena, &(struct known){0}, topology, from_s, inputs, fail);
}

bool jobs_find_again(struct arena *arena, const struct topology *before,
                     const struct server_input *inputs_before, struct topology *topology,
                     int64_t from_s, struct server_input *inputs, struct fail *fail)
{
    struct known known = {jobs_of(arena, before), inputs_before, before->server_count};
    return find(arena, &known, topology, from_s, inputs, fail);
}

int64_t jobs_if_all_at_once(const struct server_sizing *server)
{
    int64_t sum = 0;
    const struct service *last = NULL;
    for (size_t i = 0; i < server->counted_count; i++) {
        const struct service *service = server->counted[i]->service;
        for (size_t k = 0; service != last && k < service->schedule_count; k++)
            if (!cron_never_fires(&service->schedules[k].cron))
                sum += service->schedules[k].parallel;
        last = service;
    }
    return sum;
}
