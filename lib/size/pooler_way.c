/*
 * The way out "put a pooler between".
 */
#include "contexts.h"
#include "demands.h"
#include "pooler.h"
#include "poolers.h"
#include "ways_out.h"

#include <inttypes.h>
#include <string.h>

static const char pooler_name[] = "pgbouncer";

enum { ITS_SETS = 6, SIZE_MOST = 20, CLIENTS_LEAST = 100, STATEMENTS_KEPT = 200 };

/* The service that a pooler would be for, and what it leaves to the others. */
struct between {
    const struct sizing *sizing;
    const struct server_sizing *server;
    struct class_list own; /* its classes */
    enum limit_kind kind;  /* of the limits that are judged */
    int64_t *limits;       /* by place, its own 0 */
    int64_t size;          /* of each of the pooler's pools */
};

static bool name_is_taken(const struct topology *topology)
{
    for (size_t i = 0; i < topology->pooler_count; i++)
        if (strcmp(topology->poolers[i]->name, pooler_name) == 0)
            return true;
    return false;
}

/* Runs of jobs are many short processes at changing times: those are not what a pool is for. */
static bool may_move(const struct server_sizing *server, const struct pool_class *class)
{
    const struct service *service = class->service;
    bool is_elsewhere =
        service->server_name != NULL && strcmp(service->server_name, server->server->name) != 0;
    return service->pooler == NULL && !service->is_job && service->at_most != 0 && !is_elsewhere &&
           service_classes(server, class).count == service->target_count;
}

static int64_t own_connections(const struct between *between, struct class_list own)
{
    return classes_most(between->server, own, MOMENT_PEAK, between->kind, NULL);
}

static bool largest_find(struct between *between)
{
    const struct server_sizing *server = between->server;
    int64_t most = 0;
    for (size_t i = 0; i < server->class_count; i++) {
        struct class_list own = service_classes(server, server->classes[i]);
        int64_t sum = own_connections(between, own);
        if (may_move(server, server->classes[i]) && sum > most) {
            between->own = own;
            most = sum;
        }
        i = own.at[own.count - 1]->place;
    }
    return most > 0;
}

/* How many of its pools count in a row. */
static int64_t pools_in(const struct between *between, size_t row)
{
    int64_t count = 0;
    for (size_t i = 0; i < between->own.count; i++) {
        const struct pool_class *class = between->own.at[i];
        count += row == 0 || class->role_row == row - 1 || class->database_row == row - 1;
    }
    return count;
}

/* The largest size that every row holds; at most PgBouncer's own default. */
static int64_t size_find(const struct between *between)
{
    const struct server_sizing *server = between->server;
    int64_t size = SIZE_MOST;
    for (size_t row = 0; row <= server->cap_count; row++) {
        int64_t pools = pools_in(between, row);
        int64_t limit = row == 0 ? server->budget.budget : server->caps[row - 1].limit;
        int64_t room = limit - row_most_with(server, row, MOMENT_PEAK, between->limits);
        if (pools == 0 && room < 0)
            return 0;
        if (pools > 0 && room < pools * size)
            size = room > 0 ? room / pools : 0;
    }
    return size;
}

/* Clients at peak: by today's limits in check; in recommend each gets what it needs. */
static int64_t clients_find(const struct between *between)
{
    int64_t sum = 0;
    for (size_t i = 0; i < between->own.count; i++) {
        const struct pool_class *class = between->own.at[i];
        int64_t limit = class_wanted(class) > ALLOCATE_NOMINAL_NEED ? class_wanted(class)
                                                                    : ALLOCATE_NOMINAL_NEED;
        if (between->sizing->purpose == PURPOSE_CHECK)
            limit = class_limit_of(class, LIMIT_TODAY);
        sum += class->pools_at_peak * limit;
    }
    return sum > CLIENTS_LEAST ? sum : CLIENTS_LEAST;
}

static void way_make(struct judge *judge, const struct between *between, struct way_out *ret_way)
{
    const struct service *service = between->own.at[0]->service;
    const char *server = between->server->server->name;
    const struct url *url =
        service_url(between->sizing->topology, service, between->own.at[0]->target);
    bool prepares = service->prepares && prepared_need_find(service->client, url) != NULL;
    int64_t most = clients_find(between);
    *ret_way = (struct way_out){.sets = ARENA_ARRAY(judge->arena, ITS_SETS, const char *)};
    ret_way->what =
        arena_printf(judge->arena,
                     "put a pooler between %s and %s: PgBouncer%s in transaction mode, "
                     "default_pool_size %" PRId64 ", max_client_conn %" PRId64,
                     service->name, server, prepares ? " 1.21 or later" : "", between->size, most);
    way_set(judge->arena, ret_way, "poolers", pooler_name, "default_pool_size", between->size);
    way_set(judge->arena, ret_way, "poolers", pooler_name, "max_client_conn", most);
    if (prepares)
        way_set(judge->arena, ret_way, "poolers", pooler_name, "max_prepared_statements",
                STATEMENTS_KEPT);
    if (between->sizing->server_count > 1)
        way_set_word(judge->arena, ret_way, "poolers", pooler_name, "server", server);
    way_set_word(judge->arena, ret_way, "services", service->name, "via", pooler_name);
}

void pooler_way_add(struct judge *judge, const struct server_sizing *server)
{
    const struct sizing *sizing = judge->sizing;
    struct between between = {
        .sizing = sizing,
        .server = server,
        .kind = judged_kind(sizing, server),
    };
    struct way_out way;
    if (sizing->formula != FORMULA_FAIR || is_front(sizing, server) ||
        name_is_taken(sizing->topology) || !largest_find(&between))
        return;
    between.limits = ARENA_ARRAY(judge->arena, server->counted_count + 1, int64_t);
    for (size_t i = 0; i < server->counted_count; i++)
        between.limits[i] = class_limit_of(server->classes[i], between.kind);
    for (size_t i = 0; i < between.own.count; i++)
        between.limits[between.own.at[i]->place] = 0;
    between.size = size_find(&between);
    const struct demand *said = between.own.at[0]->service->demand;
    if (between.size < 1 ||
        between.size * (int64_t)between.own.count >= own_connections(&between, between.own) ||
        (said != NULL && demand_erlangs(said) >= (double)between.size))
        return;
    way_make(judge, &between, &way);
    if (judge->way_count < WAYS_MAX)
        judge->ways[judge->way_count++] = way;
}
