#include "follow_link.h"

#include "name.h"
#include "topology_link.h"

/* Faults stand at the server's key `follows`. */
static bool follows_fault(struct reader *reader, const struct server *server, const char *hint,
                          const char *message)
{
    struct path section = {NULL, "servers"}, path = {&section, server->name},
                here = {&path, "follows"};
    reader_at(reader, &server->origin, &path);
    return fault_at(reader, &here, FAULT_VALUE, hint, "%s", message);
}

static bool leader_find(struct reader *reader, struct topology *topology, struct server *server,
                        const struct name_table *servers, const struct name_table *poolers)
{
    struct path section = {NULL, "servers"}, path = {&section, server->name},
                here = {&path, "follows"};
    const char *name = server->follows_name;
    size_t found;
    reader_at(reader, &server->origin, &path);
    if (!name_table_find(servers, name, NULL) && name_table_find(poolers, name, &found)) {
        const char *behind = topology->poolers[found]->server_name;
        return follows_fault(
            reader, server,
            behind == NULL ? "name the server behind it"
                           : arena_printf(reader->arena, "the server behind it is \"%s\"", behind),
            arena_printf(reader->arena, "\"%.60s\" is a pooler, and only a server is followed",
                         name));
    }
    if (!server_find(reader, &here, topology, servers, name, &found))
        return false;
    if (topology->servers[found] == server)
        return follows_fault(reader, server,
                             "name the server whose services may land here, or remove it",
                             "a server cannot follow itself");
    server->follows = topology->servers[found];
    return true;
}

/* The first, in the file, of the circle that the way up from `server` runs into; NULL: it ends. */
static const struct server *circle_find(const struct topology *topology,
                                        const struct server *server)
{
    const struct server *at = server;
    for (size_t i = 0; i < topology->server_count && at != NULL; i++)
        at = at->follows;
    const struct server *first = at;
    for (const struct server *other = at; other != NULL; other = other->follows) {
        first = other->index < first->index ? other : first;
        if (other->follows == at)
            break;
    }
    return first;
}

static size_t followed_count(const struct server *server)
{
    size_t count = 0;
    for (const struct server *at = server->follows; at != NULL && count <= TOPOLOGY_MAX_FOLLOWED;
         at = at->follows)
        count++;
    return count;
}

/* "one follows two follows one" */
static const char *circle_words(struct reader *reader, const struct server *server)
{
    enum { SHOWN = 4 };
    struct text words = {.arena = reader->arena};
    const struct server *at = server;
    int shown = 0;
    text_printf(&words, "%.60s", server->name);
    do {
        at = at->follows;
        if (shown++ < SHOWN || at == server)
            text_printf(&words, " follows %.60s", at->name);
        else if (shown == SHOWN + 2)
            text_put(&words, " ...");
    } while (at != server);
    text_put(&words, ": a circle");
    return text_keep(&words);
}

/* A way up is long where there is a circle, too: the first such way is enough to tell of. */
static void chains_check(struct reader *reader, const struct topology *topology)
{
    size_t i = 0;
    while (i < topology->server_count &&
           followed_count(topology->servers[i]) <= TOPOLOGY_MAX_FOLLOWED)
        i++;
    if (i == topology->server_count)
        return;
    const struct server *circle = circle_find(topology, topology->servers[i]);
    if (circle != NULL)
        (void)follows_fault(reader, circle,
                            "a primary follows nobody: remove the key where services write",
                            circle_words(reader, circle));
    else
        (void)follows_fault(
            reader, topology->servers[i], "let it follow one that is nearer to the primary",
            arena_printf(reader->arena, "more than %d servers follow one behind the other",
                         TOPOLOGY_MAX_FOLLOWED));
}

void follows_link(struct reader *reader, struct topology *topology,
                  const struct name_table *servers, const struct name_table *poolers)
{
    bool is_any = false, is_good = true;
    for (size_t i = 0; i < topology->server_count; i++)
        topology->servers[i]->index = i;
    for (size_t i = 0; i < topology->server_count; i++) {
        struct server *server = topology->servers[i];
        if (server->follows_name == NULL)
            continue;
        is_any = true;
        is_good &= leader_find(reader, topology, server, servers, poolers);
    }
    if (is_any && is_good)
        chains_check(reader, topology);
    reader->base = NULL;
}

void follows_bound(struct reader *reader, const struct topology *topology)
{
    struct arena scratch = {.on_out_of_memory = reader->arena->on_out_of_memory};
    size_t *counts = ARENA_ARRAY(&scratch, topology->server_count + 1, size_t), landed = 0;
    for (size_t i = 0; i < topology->service_count; i++)
        for (size_t k = 0; k < topology->services[i]->target_count; k++)
            counts[topology->services[i]->targets[k].server]++;
    for (size_t i = 0; i < topology->server_count; i++) {
        const struct server *server = topology->servers[i];
        for (const struct server *at = server->follows; at != NULL; at = at->follows)
            landed += counts[at->index];
        if (landed <= TOPOLOGY_MAX_LANDED)
            continue;
        (void)follows_fault(reader, server, "take servers apart: one topology for each group",
                            arena_printf(reader->arena,
                                         "more than %d pools would be counted on standbys too",
                                         TOPOLOGY_MAX_LANDED));
        break;
    }
    reader->base = NULL;
    arena_free(&scratch);
}
