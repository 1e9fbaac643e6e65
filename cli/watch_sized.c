#include "watch_sized.h"

#include "servers.h"
#include "sizing_options.h"
#include "zones.h"

#include "jobs.h"
#include "recommend.h"
#include "talk.h"

enum { LEAST_BETWEEN_MS = 10000 }; /* a pooler may lead to one server after the other */

/* The service of a watch without a topology has everybody's sessions, and no limit. */
static bool has_services(const struct topology *topology)
{
    return topology->service_count > 0 && !service_is_implicit(topology->services[0]);
}

void watch_sized_open(struct run *run, const struct watch_target *target,
                      struct watch_sized *ret_sized)
{
    const struct server *server = target->topology->servers[target->server];
    struct fail fail = {0};
    *ret_sized = (struct watch_sized){
        .run = run,
        .topology = target->topology,
        .server = target->server,
        .is_possible = has_services(target->topology),
        .facts = facts_unknown,
        .arena = {.on_out_of_memory = run->arena->on_out_of_memory},
    };
    /* Nobody asks the server for the limits of roles: those of the topology hold. */
    ret_sized->facts.role_limits = server->role_limits;
    ret_sized->facts.role_limit_count = server->role_limit_count;
    ret_sized->facts.database_limits = server->database_limits;
    ret_sized->facts.database_limit_count = server->database_limit_count;
    if (!ret_sized->is_possible || zones_read(run, run->arena, target->topology, &fail))
        return;
    ret_sized->is_possible = false;
    say("the metrics hold no limits: %s", fail.message);
    say_more(fail.hint);
}

/* What does not depend on the figures: plans, and how many jobs there are at once. The topology
 * keeps some of it, so it lives as long. */
static bool inputs_make(struct watch_sized *sized, struct fail *fail)
{
    struct run *run = sized->run;
    size_t count = sized->topology->server_count;
    struct server_input *said = ARENA_ARRAY(run->arena, count, struct server_input);
    int64_t now_s;
    for (size_t i = 0; i < count; i++)
        said[i].facts = i == sized->server ? &sized->facts : &facts_unknown;
    sized->inputs = ARENA_ARRAY(run->arena, count, struct server_input);
    return schedules_begin(run, &now_s, fail) &&
           servers_again(run, run->arena, sized->topology, said, sized->topology, sized->inputs,
                         fail) &&
           jobs_find(run->arena, sized->topology, now_s, sized->inputs, fail);
}

static bool size(struct watch_sized *sized, struct fail *fail)
{
    struct recommend_options options;
    sized->sizing = NULL;
    arena_clear(&sized->arena);
    struct sizing *sizing = ARENA_NEW(&sized->arena, struct sizing);
    if ((sized->inputs == NULL && !inputs_make(sized, fail)) ||
        !sizing_options_make(sized->run, PURPOSE_CHECK, sized->topology, &options, fail) ||
        !recommend(&sized->arena, sized->topology, sized->inputs, &options, sizing, fail))
        return false;
    sized->sizing = sizing;
    return true;
}

static bool says_the_same(const struct facts *facts, const struct sample *sample)
{
    return facts->max_connections == sample->max_connections &&
           facts->superuser_reserved_connections == sample->superuser_reserved_connections &&
           facts->reserved_connections == sample->reserved_connections;
}

bool watch_sized_take(struct watch_sized *sized, const struct sample *sample, struct fail *fail)
{
    struct facts *facts = &sized->facts;
    int64_t now_ms = clock_now_ms();
    bool is_early = sized->sizing != NULL && now_ms - sized->sized_ms < LEAST_BETWEEN_MS;
    if (!sized->is_possible || sample->kind != SAMPLE_SEEN || sample->max_connections < 1 ||
        says_the_same(facts, sample) || is_early)
        return true;
    facts->answer = ANSWER_LIVE;
    facts->taken_at_s = sample->at_ms / 1000;
    facts->max_connections = sample->max_connections;
    facts->superuser_reserved_connections = sample->superuser_reserved_connections;
    facts->reserved_connections = sample->reserved_connections;
    sized->sized_ms = now_ms;
    sized->is_possible = size(sized, fail);
    return sized->is_possible;
}

void watch_sized_close(struct watch_sized *sized)
{
    arena_free(&sized->arena);
    sized->sizing = NULL;
}
