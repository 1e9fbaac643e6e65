/*
 * inspect: whose plan each server looks like. A live one was asked for the signs of its provider; a
 * snapshot holds none, and goes by superusers, settings, limits, and the host in the topology.
 */
#include "servers.h"
#include "sizing_run.h"

#include "plan_guess.h"

/* A URL that is not of the topology may be there for another server than the snapshot's. */
static const char *host_find(const struct run *run, const struct server *server,
                             const struct facts *facts)
{
    if (server->url == NULL)
        return facts->answer == ANSWER_SNAPSHOT ? NULL : variable(run, "PGHOST");
    bool is_its = facts->answer != ANSWER_SNAPSHOT || !server->url_from_outside;
    return is_its ? url_first_host(run->arena, server->url) : NULL;
}

bool inspect_plans_find(struct run *run, const struct topology *topology,
                        struct server_input *inputs, struct fail *fail)
{
    struct provider *providers;
    size_t count;
    if (!providers_read(run->arena, &providers, &count, fail))
        return false;
    for (size_t i = 0; i < topology->server_count; i++) {
        const struct facts *facts = inputs[i].facts;
        if (!facts_has_answered(facts))
            continue;
        struct plan_guesses *likely = ARENA_NEW(run->arena, struct plan_guesses);
        const char *host = host_find(run, topology->servers[i], facts);
        *likely = plan_guess(run->arena, host, facts, providers, count);
        inputs[i].likely = likely;
    }
    return true;
}
