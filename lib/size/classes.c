#include "classes.h"

#include "budget.h"
#include "contexts.h"
#include "demands.h"
#include "landed.h"
#include "moments.h"
#include "name.h"
#include "observed.h"
#include "pooler.h"
#include "poolers.h"
#include "rollout.h"

#include <string.h>

static bool is_superuser(const struct facts *facts, const char *role)
{
    for (size_t i = 0; role != NULL && i < facts->superuser_count; i++)
        if (strcmp(facts->superusers[i], role) == 0)
            return true;
    return false;
}

/* The limits that hold: a live server's, else the topology's. Their rows are numbered as they come.
 */
static void caps_add(struct arena *arena, struct server_sizing *server, enum cap_kind kind,
                     const struct named_count *limits, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!name_table_add(&server->cap_names[kind], arena, limits[i].name, server->cap_count,
                            NULL))
            continue;
        server->caps[server->cap_count++] =
            (struct cap){.kind = kind, .name = limits[i].name, .limit = limits[i].count};
    }
}

/* Roles and databases are replicated with their limits, so a standby has those of its leader that
 * nobody gave it itself. */
static void leaders_caps_add(struct arena *arena, struct server_sizing *server)
{
    const struct server_sizing *leader = server->leader;
    if (leader == NULL || facts_has_let_in(server->input.facts))
        return;
    for (size_t i = 0; i < leader->cap_count; i++) {
        const struct named_count one = {leader->caps[i].name, leader->caps[i].limit};
        if (!leader->caps[i].of_plan)
            caps_add(arena, server, leader->caps[i].kind, &one, 1);
    }
}

/* Its leader's are made before. `role_count`: how many roles may be used on any one server. */
static void caps_make(struct arena *arena, struct server_sizing *server, size_t role_count)
{
    const struct facts *facts = server->input.facts;
    const struct server *declared = server->server;
    bool answered = facts_has_let_in(facts);
    size_t roles = answered ? facts->role_limit_count : declared->role_limit_count;
    size_t databases = answered ? facts->database_limit_count : declared->database_limit_count;
    /* A plan may limit every role that is used on it, those too that land. */
    bool limits_roles = budget_role_limit(&server->budget, &server->input) != UNKNOWN;
    size_t more = limits_roles ? role_count : 0;
    for (const struct server_sizing *at = server->leader; at != NULL; at = at->leader)
        more += at->cap_count + (limits_roles ? role_count : 0);
    server->caps = ARENA_ARRAY(arena, roles + databases + more + 1, struct cap);
    caps_add(arena, server, CAP_ROLE, answered ? facts->role_limits : declared->role_limits, roles);
    caps_add(arena, server, CAP_DATABASE,
             answered ? facts->database_limits : declared->database_limits, databases);
    leaders_caps_add(arena, server);
}

static size_t cap_find(const struct server_sizing *server, enum cap_kind kind, const char *name)
{
    size_t row;
    return name != NULL && name_table_find(&server->cap_names[kind], name, &row) ? row : NO_ROW;
}

/* A limit that the plan puts on every role holds where neither server nor topology knows the role's
 * own; services whose role nobody named share one. */
static size_t role_cap_find(struct arena *arena, struct server_sizing *server, const char *role)
{
    int64_t limit = budget_role_limit(&server->budget, &server->input);
    if (limit == UNKNOWN)
        return cap_find(server, CAP_ROLE, role);
    const char *name = role != NULL ? role : "?";
    size_t row = server->cap_count;
    if (!name_table_add(&server->cap_names[CAP_ROLE], arena, name, row, &row))
        return row;
    server->caps[server->cap_count++] =
        (struct cap){.kind = CAP_ROLE, .name = name, .limit = limit, .of_plan = true};
    return row;
}

static void pools_count(struct pool_class *class)
{
    const struct service *service = class->service;
    int64_t each = service->processes * service->pools;
    if (service->at_most == 0) /* switched off: no pool is open, whatever was declared */
        return;
    class->instances_at_peak =
        rollout_peak(&service->rollout, service->instances_max, service->serverless);
    class->pools_steady = service->instances_max * each;
    class->pools_at_peak = class->instances_at_peak * each;
    if (class->target == service->targets && service->via == NULL) {
        class->extra_at_peak = class->instances_at_peak * service->processes * service->extra;
    }
}

/* l = max(at_least, deadlock floor), u = min(at_most, threads x connections per request). */
static void bounds_find(struct pool_class *class)
{
    const struct service *service = class->service;
    class->at_least = service->at_least;
    class->at_most = MAX_CONNECTIONS_LIMIT;
    if (service->at_most != UNKNOWN) {
        class->at_most = service->at_most;
        class->bound = BOUND_AT_MOST;
    }
    if (service->threads != UNKNOWN) {
        int64_t most = service->threads * service->connections_per_request;
        if (service->connections_per_request > 1)
            class->deadlock_floor = service->threads * (service->connections_per_request - 1) + 1;
        if (most < class->at_most) {
            class->at_most = most;
            class->bound = BOUND_THREADS;
        }
    }
    if (class->deadlock_floor > class->at_least)
        class->at_least = class->deadlock_floor;
    /* A floor above the bound is PGS013, or bounds that threads make impossible: the bound holds.
     */
    if (class->at_least > class->at_most)
        class->at_least = class->at_most;
}

static void today_find(struct arena *arena, struct pool_class *class, const struct url *url)
{
    const struct service *service = class->service;
    class->declared = DECLARED_KEY;
    class->today = service->connection_limit;
    if (class->today != UNKNOWN)
        return;
    class->declared = DECLARED_URL;
    class->today = url != NULL ? client_limit_in_url(arena, service->client, url) : UNKNOWN;
    if (class->today != UNKNOWN)
        return;
    class->today = service->pooler != NULL
                       ? pooler_own_size(service->pooler)
                       : client_default_limit(service->client, service->cpus, service->threads);
    class->declared = class->today != UNKNOWN                              ? DECLARED_DEFAULT
                      : service->client->default_kind == DEFAULT_UNLIMITED ? DECLARED_UNLIMITED
                                                                           : DECLARED_UNKNOWN;
}

/* Of a service behind a pooler: that one's clients, and in session mode its pool. */
static void front_rows_find(const struct sizing *sizing, struct pool_class *class)
{
    const struct service *service = class->service;
    class->server = (uint32_t)(sizing->server_count + service->via->index);
    pooler_rows_find(service->via, &sizing->servers[class->server], class->target, &class->role_row,
                     &class->database_row);
}

/* The limits that it counts in. */
static void rows_find(struct arena *arena, struct server_sizing *server, struct pool_class *class)
{
    class->role_row = class->database_row = NO_ROW;
    if (class->superuser)
        return;
    class->role_row = role_cap_find(arena, server, class->target->role);
    class->database_row = cap_find(server, CAP_DATABASE, class->target->database);
}

static void landed_rows_find(struct arena *arena, struct server_sizing *server)
{
    for (size_t i = server->class_count; i < server->counted_count; i++)
        rows_find(arena, server, server->classes[i]);
}

static void class_make(struct arena *arena, struct sizing *sizing, struct pool_class *class,
                       const struct service *service, const struct target *target)
{
    struct server_sizing *server = &sizing->servers[target->server];
    *class = (struct pool_class){
        .service = service, .target = target, .server = target->server, .together = NO_ROW};
    class->limit = class->max_instances = class->alert_instances = class->cap_instances = UNKNOWN;
    class->superuser = is_superuser(server->input.facts, target->role);
    if (service->via != NULL)
        front_rows_find(sizing, class);
    else
        rows_find(arena, server, class);
    class->stopped_at = class->full_at = class->cap_at = class->server;
    class->demand = pool_demand_make(arena, service);
    class->need = class_need(service, class->demand);
    pools_count(class);
    bounds_find(class);
    today_find(arena, class, service_url(sizing->topology, service, target));
}

/* Gives each limit the classes that count in it, so that a sum over it looks at no others. */
static void caps_fill(struct arena *arena, struct server_sizing *server)
{
    if (server->cap_count == 0 || server->caps == NULL)
        return;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < server->counted_count; i++) {
            struct pool_class *class = server->counted[i];
            const size_t rows[] = {class->role_row, class->database_row};
            for (size_t k = 0; k < 2; k++) {
                struct cap *cap = rows[k] == NO_ROW ? NULL : &server->caps[rows[k]];
                if (cap != NULL && pass == 1)
                    cap->classes[cap->class_count] = class;
                if (cap != NULL)
                    cap->class_count++;
            }
        }
        for (size_t i = 0; pass == 0 && i < server->cap_count; i++) {
            struct cap *cap = &server->caps[i];
            cap->classes = ARENA_ARRAY(arena, cap->class_count + 1, struct pool_class *);
            cap->class_count = 0;
        }
    }
}

/* Today's figures of a server and of its limits. */
static void today_sum(struct arena *arena, struct server_sizing *server)
{
    size_t contexts = context_count(server), rows = server->cap_count + 1;
    server->today_sums = ARENA_ARRAY(arena, rows * contexts, int64_t);
    for (size_t row = 0; row < rows; row++) {
        int64_t *peak = row == 0 ? &server->today_peak : &server->caps[row - 1].today_peak;
        for (size_t context = 0; context < contexts; context++) {
            int64_t sum = row_sum(server, row, context, MOMENT_PEAK, LIMIT_TODAY);
            server->today_sums[row * contexts + context] = sum;
            *peak = sum > *peak ? sum : *peak;
        }
    }
    for (size_t i = 0; i < server->counted_count; i++)
        server->today_is_lower_bound |=
            server->counted[i]->today == UNKNOWN && server->counted[i]->pools_at_peak > 0;
    server->today_steady = row_most(server, 0, MOMENT_STEADY, LIMIT_TODAY);
    for (size_t context = 0; context < context_count(server); context++) {
        int64_t extra = context_row_extra(server, 0, context, MOMENT_PEAK);
        server->extra_at_peak = extra > server->extra_at_peak ? extra : server->extra_at_peak;
    }
}

/* Where nobody declared a demand, it is what was observed. */
static void observed_apply(struct arena *arena, const struct sizing *sizing,
                           struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    server->observed = facts->observation != NULL ? observed_make(arena, sizing, server)
                       : facts->earlier != NULL   ? moments_make(arena, server)
                                                  : facts->observed;
    for (size_t i = 0; server->observed != NULL && i < server->class_count; i++) {
        struct pool_class *class = server->classes[i];
        if (class->service->demand != NULL || class->service->pooler != NULL)
            continue;
        class->demand =
            pool_demand_observe(arena, class->service, observed_class_find(server, class),
                                observed_database_find(server, class));
        class->need = class_need(class->service, class->demand);
    }
}

/* More clients than it needs do a pooler no good, so there is no surplus of them; and a pooler's
 * own pools are what all behind it share. */
void nominal_bounds_find(struct server_sizing *server, bool is_front)
{
    bool somebody_needs = is_front;
    for (size_t i = 0; i < server->counted_count; i++)
        somebody_needs |= server->counted[i]->need != UNKNOWN;
    for (size_t i = 0; somebody_needs && i < server->class_count; i++) {
        /* Else the service that said nothing would take everything. */
        struct pool_class *class = server->classes[i];
        int64_t nominal =
            class->at_least > ALLOCATE_NOMINAL_NEED ? class->at_least : ALLOCATE_NOMINAL_NEED;
        bool may_take_more =
            class->service->pooler != NULL || (class->service->at_most != UNKNOWN && !is_front);
        if (class->need == UNKNOWN && !may_take_more && nominal < class->at_most) {
            class->at_most = nominal;
            class->bound = BOUND_NOMINAL;
        }
    }
}

/* Where a service is listed that opens no pool: its server's, or its pooler's. */
static struct server_sizing *service_home(struct sizing *sizing, const struct service *service)
{
    return service->via != NULL ? sizing->poolers[service->via->index].front
                                : &sizing->servers[service->server];
}

static struct server_sizing *target_home(struct sizing *sizing, const struct service *service,
                                         const struct target *target)
{
    return service->via != NULL ? sizing->poolers[service->via->index].front
                                : &sizing->servers[target->server];
}

static void servers_make(struct arena *arena, struct sizing *sizing,
                         const struct server_input *inputs)
{
    const struct topology *topology = sizing->topology;
    sizing->server_count = topology->server_count;
    sizing->pooler_count = topology->pooler_count;
    sizing->servers =
        ARENA_ARRAY(arena, topology->server_count + topology->pooler_count, struct server_sizing);
    sizing->poolers = ARENA_ARRAY(arena, topology->pooler_count + 1, struct pooler_sizing);
    for (size_t i = 0; i < topology->pooler_count; i++) {
        const struct pooler *pooler = topology->poolers[i];
        struct server_sizing *front = &sizing->servers[topology->server_count + i];
        pooler_front_make(arena, pooler, front);
        sizing->poolers[i] =
            (struct pooler_sizing){pooler, front, &sizing->servers[pooler->server], {NULL, 0}};
    }
    for (size_t i = 0; i < topology->server_count; i++) {
        struct server_sizing *server = &sizing->servers[i];
        server->server = topology->servers[i];
        server->input = inputs[i];
        server->overlap = inputs[i].overlap;
        server->budget = budget_make(server->server, &inputs[i]);
        server->steady = server->peak = server->formula_limit = UNKNOWN;
    }
    landed_link(arena, sizing);
    /* Of each service, and of each pooler that no service goes through. */
    size_t role_count = topology->service_count + topology->pooler_count;
    for (size_t i = 0; i < topology->server_count; i++) {
        struct server_sizing *server = &sizing->servers[i];
        if (server->leader == NULL)
            caps_make(arena, server, role_count);
        for (size_t k = 0; server->leader == NULL && k < server->standby_count; k++)
            caps_make(arena, server->standbys[k], role_count);
    }
    for (size_t i = 0; i < topology->service_count; i++) {
        const struct service *service = topology->services[i];
        sizing->class_count += service->target_count;
        service_home(sizing, service)->idle_count += service->target_count == 0;
        for (size_t k = 0; k < service->target_count; k++)
            target_home(sizing, service, &service->targets[k])->class_count++;
    }
    for (size_t i = 0; i < sizing->pooler_count; i++)
        sizing->poolers[i].behind->class_count += topology->poolers[i]->as_service->target_count;
}

/* Scheduled services are numbered as they come, in file order, as jobs_find() does. */
static size_t job_index(struct server_sizing *server, const struct service *service)
{
    if (service->schedule_count == 0)
        return NO_ROW;
    if (server->last_job != service)
        server->job_count++;
    server->last_job = service;
    return server->job_count - 1;
}

static void class_put(struct server_sizing *server, struct pool_class *class)
{
    class->place = server->class_count;
    server->classes[server->class_count++] = class;
}

/* Behind the classes of services stand those of poolers. Connections outside the pools of what goes
 * through a pooler are its server's all the same. */
static void pooler_classes_make(struct arena *arena, struct sizing *sizing)
{
    struct pool_class *class = sizing->classes + sizing->class_count;
    for (size_t i = 0; i < sizing->pooler_count; i++) {
        struct pooler_sizing *sized = &sizing->poolers[i];
        const struct service *service = sized->pooler->as_service;
        sized->back = (struct class_list){sized->behind->classes + sized->behind->class_count,
                                          service->target_count};
        for (size_t k = 0; k < service->target_count; k++, class ++) {
            class_make(arena, sizing, class, service, &service->targets[k]);
            class->job = NO_ROW;
            pooler_class_make(class);
            class_put(sized->behind, class);
        }
        for (size_t k = 0; k < sized->front->class_count; k++) {
            const struct pool_class *client = sized->front->classes[k];
            if (client->target == client->service->targets)
                sized->back.at[client->target->pair]->extra_at_peak +=
                    client->instances_at_peak * client->service->processes * client->service->extra;
        }
    }
}

static void class_arrays_make(struct arena *arena, struct sizing *sizing)
{
    size_t of_poolers = 0;
    for (size_t i = 0; i < sizing->pooler_count; i++)
        of_poolers += sizing->poolers[i].pooler->as_service->target_count;
    sizing->classes = ARENA_ARRAY(arena, sizing->class_count + of_poolers + 1, struct pool_class);
    for (size_t i = 0; i < sizing->server_count + sizing->pooler_count; i++) {
        struct server_sizing *server = &sizing->servers[i];
        size_t count = server->class_count + landed_count(server);
        server->classes = ARENA_ARRAY(arena, count + 1, struct pool_class *);
        server->idle = ARENA_ARRAY(arena, server->idle_count + 1, const struct service *);
    }
    for (size_t i = 0; i < sizing->server_count + sizing->pooler_count; i++)
        sizing->servers[i].class_count = sizing->servers[i].idle_count = 0;
}

/* Where all scheduled jobs of a server go through poolers, its moments are no different. */
static void overlaps_drop(struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->server_count; i++) {
        struct server_sizing *server = &sizing->servers[i];
        bool is_any = false;
        for (size_t k = 0; k < server->counted_count; k++)
            is_any |= server->counted[k]->job != NO_ROW;
        if (!is_any)
            server->overlap = NULL;
    }
}

void classes_make(struct arena *arena, struct sizing *sizing, const struct server_input *inputs)
{
    const struct topology *topology = sizing->topology;
    servers_make(arena, sizing, inputs);
    class_arrays_make(arena, sizing);
    struct pool_class *class = sizing->classes;
    for (size_t i = 0; i < topology->service_count; i++) {
        const struct service *service = topology->services[i];
        struct server_sizing *home = service_home(sizing, service);
        if (service->target_count == 0)
            home->idle[home->idle_count++] = service;
        for (size_t k = 0; k < service->target_count; k++, class ++) {
            class_make(arena, sizing, class, service, &service->targets[k]);
            class->job = job_index(&sizing->servers[service->targets[k].server], service);
            if (service->via != NULL) /* behind a pooler all runs count at once: the safe side */
                class->job = NO_ROW;
            class_put(&sizing->servers[class->server], class);
        }
    }
    pooler_classes_make(arena, sizing);
    landed_make(arena, sizing);
    landed_jobs_number(arena, sizing);
    overlaps_drop(sizing);
    for (size_t i = 0; i < sizing->server_count + sizing->pooler_count; i++) {
        observed_apply(arena, sizing, &sizing->servers[i]);
        landed_rows_find(arena, &sizing->servers[i]);
        caps_fill(arena, &sizing->servers[i]);
        today_sum(arena, &sizing->servers[i]);
    }
}
