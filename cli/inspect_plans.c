/*
 * inspect: whose plan each server looks like. A live one was asked for the signs of its provider; a
 * snapshot holds none, and goes by superusers, settings, limits, and the host in the topology.
 */
#include "servers.h"
#include "sizing_run.h"

#include "plan_guess.h"

#include <string.h>

/* A URL that is not of the topology may be there for another server than the snapshot's. */
static const char *host_find(const struct run *run, const struct server *server,
                             const struct facts *facts)
{
    if (server->url == NULL)
        return facts->answer == ANSWER_SNAPSHOT ? NULL : variable(run, "PGHOST");
    bool is_its = facts->answer != ANSWER_SNAPSHOT || !server->url_from_outside;
    return is_its ? url_first_host(run->arena, server->url) : NULL;
}

/* Those that may be meant, and the one that is declared: reading all would take as long as asking a
 * server nearby. */
static bool providers_choose(struct run *run, const char *host, const struct server_input *input,
                             struct provider **ret_providers, size_t *ret_count, struct fail *fail)
{
    *ret_providers = ARENA_ARRAY(run->arena, plan_file_count, struct provider);
    *ret_count = 0;
    for (size_t i = 0; i < plan_file_count; i++) {
        const struct plan_file *file = &plan_files[i];
        size_t length = strlen(file->name) - strlen(".json");
        bool is_declared = input->provider != NULL && strlen(input->provider->id) == length &&
                           strncmp(input->provider->id, file->name, length) == 0;
        if (!is_declared && !plan_file_may_fit(run->arena, file, host, input->facts))
            continue;
        if (!plan_file_read(run->arena, file, &(*ret_providers)[(*ret_count)++], fail))
            return false;
    }
    return true;
}

bool inspect_plans_find(struct run *run, const struct topology *topology,
                        struct server_input *inputs, struct fail *fail)
{
    struct provider *providers;
    size_t count;
    for (size_t i = 0; i < topology->server_count; i++) {
        const struct facts *facts = inputs[i].facts;
        if (!facts_has_answered(facts))
            continue;
        struct plan_guesses *likely = ARENA_NEW(run->arena, struct plan_guesses);
        const char *host = host_find(run, topology->servers[i], facts);
        if (!providers_choose(run, host, &inputs[i], &providers, &count, fail))
            return false;
        *likely = plan_guess(run->arena, host, facts, providers, count);
        inputs[i].likely = likely;
    }
    return true;
}
