/*
 * What must hold of a server with scheduled jobs: with the recommended limits no minute of a week
 * that is lived through overcommits it or a role, the fullest minute is the peak that was reported,
 * and nobody's limit can be raised. Everything is added up again here.
 */
#include "harness.h"
#include "simulated_overlap.h"
#include "sized_text.h"

enum {
    MOST_SERVICES = 4,
    WARM_DAYS = 4, /* longer than any run here */
    WEEK = 7 * SIMULATED_DAY,
    MINUTES = WARM_DAYS * SIMULATED_DAY + WEEK,
};

struct trial {
    struct random random;
    struct arena arena;
    const char *text;
    struct topology topology;
    struct sizing sizing;
};

static const char *schedule_make(struct random *random, struct text *text, int index)
{
    static const char *const minutes[] = {"0", "30", "*/15", "20,40", "5"};
    static const char *const hours[] = {"*", "*/6", "3", "2", "0,23", "8-18", "22"};
    static const char *const weekdays[] = {"*", "*", "1-5", "mon", "6,0"};
    static const char *const overlaps[] = {"allow", "allow", "forbid", "replace"};
    const char *overlap = overlaps[pick(random, 0, 3)];
    text_printf(text,
                "%s{\"name\": \"s%d\", \"cron\": \"%s %s * * %s\", \"duration\": \"%" PRId64
                "m\", \"parallel\": %" PRId64 ", \"overlap\": \"%s\"",
                index > 0 ? ", " : "", index, minutes[pick(random, 0, 4)],
                hours[pick(random, 0, 6)], weekdays[pick(random, 0, 4)], pick(random, 1, 200),
                pick(random, 1, 2), overlap);
    if (strcmp(overlap, "replace") == 0)
        text_printf(text, ", \"grace\": \"%" PRId64 "m\"", pick(random, 0, 5));
    text_put_char(text, '}');
    return overlap;
}

static void topology_make(struct random *random, struct text *text)
{
    int schedules = 0;
    text_printf(text,
                "{\"servers\": {\"main\": {\"max_connections\": %" PRId64
                ", \"superuser_reserved_connections\": 0, \"margin\": 0, \"reserved\": 0, "
                "\"alert_at\": \"100%%\"",
                pick(random, 30, 150));
    if (chance(random, 50))
        text_printf(text, ", \"role_limits\": {\"app\": %" PRId64 "}", pick(random, 20, 80));
    text_put(text, "}}, \"services\": {");
    int count = (int)pick(random, 1, MOST_SERVICES);
    for (int i = 0; i < count; i++) {
        text_printf(text, "%s\"s%d\": {\"role\": \"%s\", \"rollout\": \"recreate\"",
                    i > 0 ? ", " : "", i, chance(random, 50) ? "app" : "other");
        if (chance(random, 40))
            text_printf(text, ", \"want\": %" PRId64, pick(random, 1, 12));
        if (chance(random, 25))
            text_printf(text, ", \"extra\": %" PRId64, pick(random, 1, 2));
        if (chance(random, 25))
            text_printf(text, ", \"processes\": %" PRId64, pick(random, 2, 3));
        if (schedules == SIMULATED_MOST_SCHEDULES || chance(random, 25)) {
            text_printf(text, ", \"instances\": %" PRId64 "}", pick(random, 1, 4));
            continue;
        }
        if (chance(random, 20))
            text_printf(text, ", \"concurrent\": %" PRId64, pick(random, 1, 3));
        text_put(text, ", \"schedules\": [");
        for (int k = 0; k == 0 || (k < 3 && schedules < SIMULATED_MOST_SCHEDULES); k++, schedules++)
            (void)schedule_make(random, text, k);
        text_put(text, "]}");
    }
    text_put(text, "}}");
}

static void trial_make(struct trial *trial)
{
    static const struct recommend_options options = {.purpose = PURPOSE_RECOMMEND};
    struct text text = {.arena = &trial->arena};
    topology_make(&trial->random, &text);
    trial->text = text_keep(&text);
    text_must_read(&trial->arena, trial->text, &trial->topology);
    topology_must_size(&trial->arena, &trial->topology, &facts_unknown, &options, &trial->sizing);
}

/* The schedules of all services in file order, for the simulation. */
static struct overlap_problem problem_of(struct trial *trial)
{
    struct overlap_problem problem = {.service_count = trial->topology.service_count};
    struct schedule *schedules =
        ARENA_ARRAY(&trial->arena, SIMULATED_MOST_SCHEDULES + 1, struct schedule);
    for (size_t i = 0; i < trial->topology.service_count; i++)
        for (size_t k = 0; k < trial->topology.services[i]->schedule_count; k++) {
            schedules[problem.schedule_count] = trial->topology.services[i]->schedules[k];
            schedules[problem.schedule_count++].service = i;
        }
    problem.schedules = schedules;
    return problem;
}

/* Connections of a service in a minute, with `more` above its limit. */
static int64_t connections(const struct trial *trial, const struct simulation *simulation,
                           const struct overlap_problem *problem, size_t index, int minute,
                           int64_t more)
{
    const struct service *service = trial->topology.services[index];
    int64_t alive = service->instances_max;
    if (service->schedule_count > 0) {
        int64_t parallel = 1;
        alive = simulated_processes(simulation, problem, minute, index);
        for (size_t k = 0; k < service->schedule_count; k++)
            if (service->schedules[k].parallel > parallel)
                parallel = service->schedules[k].parallel;
        if (service->concurrent != UNKNOWN && alive > service->concurrent * parallel)
            alive = service->concurrent * parallel;
    }
    return alive * service->processes *
           (trial->sizing.classes[index].limit + more + service->extra);
}

struct lived {
    int64_t peak, role_peak;
};

static struct lived live(const struct trial *trial, const struct simulation *simulation,
                         const struct overlap_problem *problem, size_t raised)
{
    struct lived lived = {0, 0};
    for (int minute = WARM_DAYS * SIMULATED_DAY; minute < MINUTES; minute++) {
        int64_t all = 0, of_role = 0;
        for (size_t i = 0; i < trial->topology.service_count; i++) {
            int64_t held = connections(trial, simulation, problem, i, minute, i == raised);
            all += held;
            of_role += strcmp(trial->topology.services[i]->role, "app") == 0 ? held : 0;
        }
        lived.peak = all > lived.peak ? all : lived.peak;
        lived.role_peak = of_role > lived.role_peak ? of_role : lived.role_peak;
    }
    return lived;
}

static bool within(const struct trial *trial, const struct lived *lived)
{
    const struct server_sizing *server = &trial->sizing.servers[0];
    return lived->peak <= server->budget.max_connections &&
           (server->cap_count == 0 || lived->role_peak <= server->caps[0].limit);
}

static bool no_minute_is_too_full(struct trial *trial)
{
    struct simulation simulation;
    trial_make(trial);
    const struct server_sizing *server = &trial->sizing.servers[0];
    if (!server->fits)
        return true;
    struct overlap_problem problem = problem_of(trial);
    simulation_open(&simulation, &problem, 0, MINUTES);
    struct lived lived = live(trial, &simulation, &problem, SIZE_MAX);
    bool good = within(trial, &lived) && lived.peak == server->peak &&
                (server->cap_count == 0 || lived.role_peak == server->caps[0].peak);
    if (!good)
        print_error("lived %" PRId64 " (role %" PRId64 "), reported %" PRId64 "\n", lived.peak,
                    lived.role_peak, server->peak);
    /* A limit that stops short of need and bounds stops at a row. */
    for (size_t i = 0; good && i < trial->sizing.class_count; i++) {
        const struct pool_class *class = &trial->sizing.classes[i];
        if (class->pools_at_peak == 0 || class->need == UNKNOWN || class->limit >= class->need)
            continue;
        struct lived more = live(trial, &simulation, &problem, i);
        good = !within(trial, &more);
    }
    simulation_close(&simulation);
    return good;
}

static const struct property properties[] = {
    {"no minute of a week is too full, and the fullest is the peak", no_minute_is_too_full},
};

static void trial_print(const struct trial *trial)
{
    print_error("%s\n", trial->text);
}

static struct trial state;

struct suite suite = {.seed = 20260229,
                      .instances = 400,
                      PROPERTIES(properties),
                      TRIAL(state),
                      .arena = &state.arena,
                      .print = trial_print};
