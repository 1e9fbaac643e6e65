#include "landed.h"

#include <stdlib.h>

/* --- who follows whom --- */

static void standbys_fill(struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->server_count; i++) {
        struct server_sizing *standby = &sizing->servers[i];
        for (struct server_sizing *at = standby->leader; at != NULL; at = at->leader) {
            if (at->standbys != NULL)
                at->standbys[at->standby_count] = standby;
            at->standby_count++;
        }
    }
}

static size_t depth_of(const struct server_sizing *server)
{
    size_t depth = 0;
    for (; server->leader != NULL; server = server->leader)
        depth++;
    return depth;
}

static int depth_compare(const void *left, const void *right)
{
    const struct server_sizing *a = *(struct server_sizing *const *)left,
                               *b = *(struct server_sizing *const *)right;
    size_t depth_a = depth_of(a), depth_b = depth_of(b);
    if (depth_a != depth_b)
        return depth_a < depth_b ? -1 : 1;
    return a < b ? -1 : a > b;
}

void landed_link(struct arena *arena, struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->server_count; i++) {
        const struct server *leader = sizing->servers[i].server->follows;
        sizing->servers[i].leader = leader == NULL ? NULL : &sizing->servers[leader->index];
    }
    standbys_fill(sizing);
    for (size_t i = 0; i < sizing->server_count; i++) {
        struct server_sizing *server = &sizing->servers[i];
        if (server->standby_count > 0)
            server->standbys = ARENA_ARRAY(arena, server->standby_count, struct server_sizing *);
        server->standby_count = 0;
    }
    standbys_fill(sizing);
    for (size_t i = 0; i < sizing->server_count; i++)
        if (sizing->servers[i].standby_count > 1)
            qsort(sizing->servers[i].standbys, sizing->servers[i].standby_count,
                  sizeof *sizing->servers[i].standbys, depth_compare);
}

bool server_counts(const struct server_sizing *server, const struct server_sizing *home)
{
    while (server != NULL && server != home)
        server = server->leader;
    return server != NULL;
}

bool server_is_sizable(const struct server_sizing *server)
{
    for (; server != NULL; server = server->leader)
        if (server->budget.source == SOURCE_NONE)
            return false;
    return true;
}

/* --- what lands --- */

size_t landed_count(const struct server_sizing *server)
{
    size_t count = 0;
    for (const struct server_sizing *at = server->leader; at != NULL; at = at->leader)
        count += at->class_count;
    return count;
}

size_t landed_offset(const struct server_sizing *server, const struct server_sizing *home)
{
    size_t offset = 0;
    for (; server != home; server = server->leader)
        offset += server->class_count;
    return offset;
}

const struct server_sizing *landed_home(const struct server_sizing *server,
                                        const struct pool_class *class)
{
    size_t place = class->place;
    for (; place >= server->class_count; server = server->leader)
        place -= server->class_count;
    return server;
}

struct pool_class *landed_from(const struct server_sizing *server, const struct pool_class *class)
{
    const struct server_sizing *home = landed_home(server, class);
    return home->classes[class->place - landed_offset(server, home)];
}

/* A class and the one that it stands for: classes lie in file order. */
struct counting {
    const struct pool_class *from;
    struct pool_class *class;
};

static int counting_compare(const void *left, const void *right)
{
    const struct counting *a = left, *b = right;
    return a->from < b->from ? -1 : a->from > b->from;
}

static void counted_make(struct arena *arena, struct server_sizing *server)
{
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    struct counting *all = ARENA_ARRAY(&scratch, server->counted_count + 1, struct counting);
    for (size_t i = 0; i < server->counted_count; i++)
        all[i] = (struct counting){landed_from(server, server->classes[i]), server->classes[i]};
    if (server->counted_count > 1)
        qsort(all, server->counted_count, sizeof *all, counting_compare);
    server->counted = ARENA_ARRAY(arena, server->counted_count + 1, struct pool_class *);
    for (size_t i = 0; i < server->counted_count; i++)
        server->counted[i] = all[i].class;
    arena_free(&scratch);
}

static void copies_make(struct arena *arena, const struct sizing *sizing,
                        struct server_sizing *server)
{
    struct pool_class *copies = ARENA_ARRAY(arena, landed_count(server) + 1, struct pool_class);
    size_t at = server->class_count;
    for (const struct server_sizing *from = server->leader; from != NULL; from = from->leader)
        for (size_t i = 0; i < from->class_count; i++, at++, copies++) {
            *copies = *from->classes[i];
            copies->server = (uint32_t)(server - sizing->servers);
            copies->place = at;
            server->classes[at] = copies;
        }
    server->counted_count = at;
}

void landed_make(struct arena *arena, struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->server_count + sizing->pooler_count; i++) {
        struct server_sizing *server = &sizing->servers[i];
        server->counted = server->classes;
        server->counted_count = server->class_count;
        if (server->leader == NULL)
            continue;
        copies_make(arena, sizing, server);
        counted_make(arena, server);
    }
}

void landed_take(struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->server_count; i++) {
        const struct server_sizing *server = &sizing->servers[i];
        for (size_t k = server->class_count; k < server->counted_count; k++) {
            struct pool_class *class = server->classes[k], was = *class;
            *class = *landed_from(server, class);
            class->server = was.server;
            class->place = was.place;
            class->job = was.job;
            class->role_row = was.role_row;
            class->database_row = was.database_row;
        }
    }
}

int64_t landed_peak(const struct server_sizing *server, const struct server_sizing *home,
                    enum limit_kind kind)
{
    size_t worst = row_worst_context(server, 0, MOMENT_PEAK, kind);
    return classes_sum(server, landed_classes(server, home), worst, MOMENT_PEAK, kind);
}

int64_t peak_without_failover(const struct server_sizing *server, enum limit_kind kind)
{
    return classes_most(server, landed_classes(server, server), MOMENT_PEAK, kind, NULL);
}

/* --- jobs --- */

static bool is_on(const struct server_sizing *server, const struct sizing *sizing,
                  const struct service *service)
{
    bool is = false;
    for (size_t i = 0; i < service->target_count; i++)
        is |= server_counts(server, &sizing->servers[service->targets[i].server]);
    return is;
}

/* The services that have schedules, in file order, and their numbers on a server, by index. */
struct scheduled {
    const struct service **services;
    size_t count, *numbers;
};

static void jobs_number(struct sizing *sizing, struct server_sizing *server,
                        const struct scheduled *scheduled)
{
    server->job_count = 0;
    for (size_t i = 0; i < scheduled->count; i++)
        if (is_on(server, sizing, scheduled->services[i]))
            scheduled->numbers[scheduled->services[i]->index] = server->job_count++;
    for (size_t i = 0; server->job_count > 0 && i < server->counted_count; i++) {
        struct pool_class *class = server->classes[i];
        if (class->service->schedule_count > 0)
            class->job = scheduled->numbers[class->service->index];
    }
}

void landed_jobs_number(const struct arena *arena, struct sizing *sizing)
{
    const struct topology *topology = sizing->topology;
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    bool is_any = false;
    for (size_t i = 0; i < sizing->server_count; i++)
        is_any |= sizing->servers[i].leader != NULL;
    if (!is_any)
        return;
    struct scheduled scheduled = {
        .services = ARENA_ARRAY(&scratch, topology->service_count + 1, const struct service *),
        .numbers = ARENA_ARRAY(&scratch, topology->service_count + 1, size_t),
    };
    for (size_t i = 0; i < topology->service_count; i++)
        if (topology->services[i]->schedule_count > 0)
            scheduled.services[scheduled.count++] = topology->services[i];
    for (size_t i = 0; scheduled.count > 0 && i < sizing->server_count; i++)
        if (sizing->servers[i].leader != NULL)
            jobs_number(sizing, &sizing->servers[i], &scheduled);
    arena_free(&scratch);
}
