/*
 * What must hold of the inverse answers, tried on random topologies with demands: what is said to
 * be enough is put in, and is enough; one less is not.
 */
#include "budget.h"
#include "demands.h"
#include "harness.h"
#include "inverse.h"
#include "sized_text.h"

enum { MOST_SERVICES = 4 };

struct made_service {
    int64_t instances, rate, held_ms, at_most, want, threads;
    bool rolling;
};

struct trial {
    struct random random;
    struct arena arena;
    struct made_service services[MOST_SERVICES];
    int count;
    int64_t max_connections, cores, role_limit;
    const char *text; /* what was sized last */
    struct topology topology;
    struct sizing sizing;
};

static void trial_make(struct trial *trial)
{
    struct random *random = &trial->random;
    trial->count = (int)pick(random, 1, MOST_SERVICES);
    trial->max_connections = pick(random, 20, 400);
    trial->cores = chance(random, 30) ? pick(random, 1, 16) : 0;
    trial->role_limit = chance(random, 30) ? pick(random, 5, 200) : 0;
    for (int i = 0; i < trial->count; i++)
        trial->services[i] = (struct made_service){
            .instances = pick(random, 1, 5),
            .rate = chance(random, 80) ? pick(random, 1, 200) : 0,
            .held_ms = pick(random, 1, 80),
            .at_most = chance(random, 20) ? pick(random, 1, 30) : 0,
            .want = chance(random, 10) ? pick(random, 1, 20) : 0,
            .threads = chance(random, 15) ? pick(random, 1, 20) : 0,
            .rolling = chance(random, 50),
        };
}

/* With the traffic of all demands at `hundredths` of what it is. */
static void size(struct trial *trial, int64_t max_connections, int64_t hundredths)
{
    static const struct recommend_options options = {PURPOSE_RECOMMEND, FORMULA_FAIR,
                                                     ALLOCATE_FILL};
    struct text text = {.arena = &trial->arena};
    text_printf(&text,
                "{\"servers\": {\"main\": {\"max_connections\": %" PRId64 ", \"reserved\": 2",
                max_connections);
    if (trial->cores > 0)
        text_printf(&text, ", \"cores\": %" PRId64, trial->cores);
    if (trial->role_limit > 0)
        text_printf(&text, ", \"role_limits\": {\"app\": %" PRId64 "}", trial->role_limit);
    text_put(&text, "}}, \"services\": {");
    for (int i = 0; i < trial->count; i++) {
        const struct made_service *made = &trial->services[i];
        text_printf(&text,
                    "%s\"s%d\": {\"role\": \"%s\", \"instances\": %" PRId64 ", \"rollout\": %s",
                    i > 0 ? ", " : "", i, i % 2 == 0 ? "app" : "other", made->instances,
                    made->rolling ? "{\"drain\": \"0s\"}" : "\"recreate\"");
        if (made->rate > 0)
            text_printf(&text,
                        ", \"demand\": {\"rate\": %" PRId64 ".%02" PRId64 ", \"held\": \"%" PRId64
                        "ms\", \"busy\": \"30%%\"}",
                        made->rate * hundredths / 100, made->rate * hundredths % 100,
                        made->held_ms);
        if (made->at_most > 0)
            text_printf(&text, ", \"at_most\": %" PRId64, made->at_most);
        if (made->want > 0)
            text_printf(&text, ", \"want\": %" PRId64, made->want);
        if (made->threads > 0)
            text_printf(&text, ", \"threads\": %" PRId64, made->threads);
        text_put_char(&text, '}');
    }
    text_put(&text, "}}");
    trial->text = text_keep(&text);
    text_must_read(&trial->arena, trial->text, &trial->topology);
    topology_must_size(&trial->arena, &trial->topology, &facts_unknown, &options, &trial->sizing);
}

/* Whether every need is met, and the cores are not saturated. */
static bool all_met(const struct trial *trial)
{
    const struct server_sizing *server = &trial->sizing.servers[0];
    double executing = 0;
    for (int i = 0; i < trial->count; i++) {
        const struct made_service *made = &trial->services[i];
        const struct pool_class *class = &trial->sizing.classes[i];
        const struct demand *demand = class->service->demand;
        if (demand != NULL)
            executing +=
                (double)demand->rate_thousandths / 1000 * (double)made->held_ms / 1000 * 0.3;
        int64_t wanted = made->want; /* as far as its bounds let it */
        wanted = made->at_most > 0 && made->at_most < wanted ? made->at_most : wanted;
        wanted = made->threads > 0 && made->threads < wanted ? made->threads : wanted;
        if (class->limit < wanted)
            return false;
        if (made->want > 0 && demand != NULL && class->demand->load.erlangs >= (double)class->limit)
            return false;
        if (made->want == 0 && made->rate > 0 &&
            (class->need == UNKNOWN || class->limit == UNKNOWN || class->limit < class->need))
            return false;
    }
    return server->fits && (trial->cores == 0 || executing < (double)trial->cores);
}

static bool met_with(struct trial *trial, int64_t hundredths)
{
    size(trial, trial->max_connections, hundredths);
    return all_met(trial);
}

static bool growth_is_the_last_that_holds(struct trial *trial)
{
    struct growth growth;
    trial_make(trial);
    size(trial, trial->max_connections, 100);
    bool held = all_met(trial), demands = false;
    for (int i = 0; i < trial->count; i++)
        demands |= trial->services[i].rate > 0;
    bool found = growth_find(&trial->arena, &trial->sizing.servers[0], &growth);
    if (!found)
        return !held || !demands || met_with(trial, 1000000);
    return held && demands && met_with(trial, growth.factor_hundredths) &&
           !met_with(trial, growth.factor_hundredths + 1);
}

/* At the smallest max_connections every need is met; at one less it is not, or the alert is
 * crossed. */
static bool needed_is_enough_and_least(struct trial *trial)
{
    trial_make(trial);
    trial->role_limit = 0;
    for (int i = 0; i < trial->count; i++) /* without a need a service takes what there is */
        trial->services[i].want = trial->services[i].rate > 0 ? 0 : 3;
    size(trial, trial->max_connections, 100);
    const struct server_sizing *server = &trial->sizing.servers[0];
    for (int i = 0; i < trial->count; i++)
        if (trial->sizing.classes[i].need == UNKNOWN)
            return true;
    int64_t peak = peak_wanted(&trial->sizing, server);
    int64_t needed = budget_needed(server->server, &server->budget, peak, true);
    if (needed == UNKNOWN)
        return false;
    size(trial, needed, 100);
    server = &trial->sizing.servers[0];
    for (int i = 0; i < trial->count; i++)
        if (class_wanted(&trial->sizing.classes[i]) > trial->sizing.classes[i].limit)
            return false;
    if (budget_over_alert(&server->budget, server->peak))
        return false;
    size(trial, needed - 1, 100);
    server = &trial->sizing.servers[0];
    bool wanting = !server->fits || budget_over_alert(&server->budget, server->peak);
    for (int i = 0; i < trial->count; i++)
        wanting |= class_wanted(&trial->sizing.classes[i]) > trial->sizing.classes[i].limit;
    return wanting;
}

static const struct property properties[] = {
    {"traffic grows to the last factor at which all holds", growth_is_the_last_that_holds},
    {"the smallest max_connections is enough, and one less is not", needed_is_enough_and_least},
};

static void trial_print(const struct trial *trial)
{
    print_error("%s\n", trial->text);
}

static struct trial state;

struct suite suite = {.seed = 20260101,
                      .instances = 4000,
                      PROPERTIES(properties),
                      TRIAL(state),
                      .arena = &state.arena,
                      .print = trial_print};
