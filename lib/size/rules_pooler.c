/*
 * Rules about poolers: whether their clients fit them, whether they fit their server, and what they
 * forbid their clients.
 */
#include "contexts.h"
#include "demands.h"
#include "landed.h"
#include "lowering.h"
#include "pooler.h"
#include "poolers.h"
#include "rule.h"
#include "ways_out.h"

#include <inttypes.h>

#define SERVER "{\"servers\": {\"main\": {\"max_connections\": 100, \"reserved\": 3}}, "

/* --- its clients --- */

/* "2 x 3000 = 6000". */
static void most_clients_put(const struct pooler *pooler, struct text *text)
{
    int64_t each = pooler_max_clients(pooler);
    if (pooler->instances > 1)
        text_printf(text, "%" PRId64 " x %" PRId64 " = ", pooler->instances, each);
    text_put_int(text, each * pooler->instances);
}

static void raise_clients_add(struct judge *judge, const struct pooler *pooler, int64_t clients_all)
{
    int64_t each = (clients_all + pooler->instances - 1) / pooler->instances;
    struct way_out way = {
        .what = arena_printf(judge->arena, "raise max_client_conn of %s to %" PRId64, pooler->name,
                             each),
        .sets = ARENA_ARRAY(judge->arena, 1, const char *),
    };
    way_set(judge->arena, &way, "poolers", pooler->name, "max_client_conn", each);
    /* In session mode as many server connections are needed. */
    if (pooler->mode != POOLER_SESSION && !pooler_clients_are_providers(pooler))
        way_add(judge, &way);
}

static void clients_exceeded(struct judge *judge, const struct pooler_sizing *sized)
{
    const struct sizing *sizing = judge->sizing;
    const struct server_sizing *front = sized->front;
    int64_t peak = server_peak(sizing, front);
    struct text message = {.arena = judge->arena};
    struct way_out way;
    text_printf(&message, "%s%" PRId64 " clients at peak, ",
                front->today_is_lower_bound ? "at least " : "", peak);
    most_clients_put(sized->pooler, &message);
    text_put(&message, " may connect: ");
    consumers_put(sizing, front, 0, &message);
    if (lower_find(judge, front, 0, false, &way))
        way_add(judge, &way);
    if (!front->today_is_lower_bound)
        raise_clients_add(judge, sized->pooler, peak);
    judge->excess = peak - front->budget.budget;
    find_pooler(judge, sized, "/max_client_conn", "%s", message.bytes);
    text_free(&message);
}

/* In session mode each client holds a server connection, so that a pool is a limit of clients. */
static void sessions_exceeded(struct judge *judge, const struct pooler_sizing *sized, size_t index)
{
    const struct sizing *sizing = judge->sizing;
    const struct cap *cap = &sized->front->caps[index];
    struct text message = {.arena = judge->arena};
    struct way_out way;
    text_printf(&message,
                "%s: %" PRId64
                " clients at peak, and in session mode each holds one of its %" PRId64
                " server connections: ",
                cap->name, cap_peak(sizing, cap), cap->limit);
    consumers_put(sizing, sized->front, index + 1, &message);
    if (sizing->purpose == PURPOSE_CHECK && lower_find(judge, sized->front, index + 1, false, &way))
        way_add(judge, &way);
    judge->excess = cap_peak(sizing, cap) - cap->limit;
    find_pooler(judge, sized, "/mode", "%s", message.bytes);
    text_free(&message);
}

/* Not even the smallest limits fit. */
static void clients_short(struct judge *judge, const struct pooler_sizing *sized)
{
    const struct server_sizing *front = sized->front;
    for (size_t i = 0; i < front->cap_count; i++) {
        if (front->caps[i].short_by <= 0)
            continue;
        judge->excess = front->caps[i].short_by;
        text_put(&judge->help, "lower at_least or the instances");
        if (sized->pooler->kind->modes[POOLER_TRANSACTION])
            text_put(&judge->help, ", or let clients share: \"mode\": \"transaction\"");
        find_pooler(judge, sized, "/mode",
                    "%s: not even the smallest limits fit its %" PRId64
                    " server connections, one for each client in session mode: short by %" PRId64,
                    front->caps[i].name, front->caps[i].limit, front->caps[i].short_by);
    }
    if (front->short_by <= 0)
        return;
    struct text most = {.arena = judge->arena};
    most_clients_put(sized->pooler, &most);
    raise_clients_add(judge, sized->pooler, front->budget.budget + front->short_by);
    judge->excess = front->short_by;
    find_pooler(judge, sized, "/max_client_conn",
                "not even the smallest limits fit: %" PRId64
                " clients at peak, %s may connect, short by %" PRId64,
                front->budget.budget + front->short_by, most.bytes, front->short_by);
    text_free(&most);
}

static void pooler_clients(struct judge *judge, const struct pooler_sizing *sized)
{
    const struct sizing *sizing = judge->sizing;
    const struct server_sizing *front = sized->front;
    if (sizing->purpose == PURPOSE_RECOMMEND && !front->fits) {
        clients_short(judge, sized);
        return;
    }
    if (server_peak(sizing, front) > front->budget.budget)
        clients_exceeded(judge, sized);
    /* Where a pool is as large as there may be clients, that has said it. */
    for (size_t i = 0; i < front->cap_count && sized->pooler->kind->scope != POOL_OF_CLIENT; i++)
        if (cap_peak(sizing, &front->caps[i]) > front->caps[i].limit)
            sessions_exceeded(judge, sized, i);
}

/* --- its server --- */

/* Where the size is given and another would do. */
static bool smaller_find(struct judge *judge, const struct pooler_sizing *sized,
                         struct way_out *ret_way)
{
    const struct sizing *sizing = judge->sizing;
    const struct server_sizing *server = sized->behind;
    enum limit_kind kind = judged_kind(sizing, server);
    int64_t *limits = ARENA_ARRAY(judge->arena, server->counted_count + 1, int64_t);
    int64_t good = 0, bad = class_limit_of(sized->back.at[0], kind);
    if (pooler_is_sized(sized->pooler) || sized->pooler->kind->scope == POOL_OF_CLIENT ||
        sized->pooler->default_pool_size == UNKNOWN)
        return false;
    for (size_t i = 0; i < server->counted_count; i++)
        limits[i] = class_limit_of(server->classes[i], kind);
    while (bad - good > 1) {
        int64_t middle = good + (bad - good) / 2;
        for (size_t i = 0; i < sized->back.count; i++)
            limits[sized->back.at[i]->place] = middle;
        if (row_most_with(server, 0, MOMENT_PEAK, limits) <= server->budget.budget)
            good = middle;
        else
            bad = middle;
    }
    if (good == 0)
        return false;
    *ret_way = (struct way_out){
        .what = arena_printf(judge->arena, "lower default_pool_size of %s to %" PRId64,
                             sized->pooler->name, good),
        .sets = ARENA_ARRAY(judge->arena, 1, const char *),
    };
    way_set(judge->arena, ret_way, "poolers", sized->pooler->name, "default_pool_size", good);
    return true;
}

static int64_t peak_of(const struct sizing *sizing, const struct pooler_sizing *sized)
{
    return pooler_peak_of(sized, judged_kind(sizing, sized->behind));
}

static const struct pooler_sizing *largest_find(const struct sizing *sizing,
                                                const struct server_sizing *server)
{
    const struct pooler_sizing *largest = NULL;
    for (size_t i = 0; i < sizing->pooler_count; i++) {
        const struct pooler_sizing *one = &sizing->poolers[i];
        if (one->behind == server &&
            (largest == NULL || peak_of(sizing, one) > peak_of(sizing, largest)))
            largest = one;
    }
    return largest;
}

static void servers_put(struct judge *judge, const struct server_sizing *server, int64_t poolers,
                        int64_t peak, struct text *message)
{
    const struct sizing *sizing = judge->sizing;
    bool is_least = sizing->purpose == PURPOSE_CHECK && server->today_is_lower_bound;
    text_printf(message, "%s%" PRId64 " server connections", is_least ? "at least " : "", poolers);
    if (peak > poolers)
        text_printf(message, " + %" PRId64 " of what connects directly%s%s = %" PRId64,
                    peak - poolers, server->leader != NULL ? " or lands there" : "",
                    judged_kind(sizing, server) == LIMIT_LEAST ? ", at the smallest limits," : "",
                    peak);
    text_printf(message, " at peak%s, ", failover_word(server));
    available_put(server, message);
    if (judged_kind(sizing, server) == LIMIT_LEAST)
        return;
    text_put(message, ": ");
    consumers_put(sizing, server, 0, message);
}

/* Alone, or with what connects directly. Where that alone is too much, it is said of that. */
static void pooler_servers(struct judge *judge, const struct server_sizing *server)
{
    const struct sizing *sizing = judge->sizing;
    const struct pooler_sizing *largest = largest_find(sizing, server);
    int64_t peak = row_most(server, 0, MOMENT_PEAK, judged_kind(sizing, server));
    int64_t poolers = poolers_peak(sizing, server), budget = server->budget.budget;
    if (largest == NULL || server->budget.source == SOURCE_NONE || peak <= budget ||
        (poolers <= budget && peak - poolers > budget))
        return;
    struct text message = {.arena = judge->arena};
    struct way_out way;
    servers_put(judge, server, poolers, peak, &message);
    if (smaller_find(judge, largest, &way))
        way_add(judge, &way);
    if (judged_kind(sizing, server) == LIMIT_LEAST)
        ways_out_of_floors_add(judge, server);
    else
        ways_out_add(judge, server, false);
    judge->excess = peak - budget;
    find_server_at(judge, server, largest->pooler->as_service, "/default_pool_size", "%s",
                   message.bytes);
    text_free(&message);
}

/* --- what is asked of its pools --- */

static void size_raise_put(struct judge *judge, const struct pooler_sizing *sized)
{
    const struct pool_class *class = sized->back.at[0];
    const struct server_sizing *server = &judge->sizing->servers[class->stopped_at];
    bool gets = judge->sizing->purpose == PURPOSE_RECOMMEND && pooler_is_sized(sized->pooler);
    if (gets && class->reason == ALLOCATE_AT_MOST)
        text_printf(&judge->help, "raise its max_db_connections");
    else if (gets && raise_put(&judge->help, server, server->needed_peak, false, &(int64_t){0}))
        text_printf(&judge->help, "%s%s", server == sized->behind ? "" : " on ",
                    server == sized->behind ? "" : server->server->name);
    else if (!gets && pooler_size_is_providers(sized->pooler))
        text_printf(&judge->help, "take a larger plan: %s sets it", sized->pooler->preset.source);
    else if (!gets)
        text_printf(&judge->help, "raise its default_pool_size to %" PRId64,
                    class->demand->need.limit);
}

void pooler_unbounded(struct judge *judge, const struct pooler_sizing *sized)
{
    const struct pool_class *class = sized->back.at[0];
    const struct client *product = class->service->client;
    if (judge->sizing->purpose != PURPOSE_CHECK || class->today != UNKNOWN)
        return;
    text_printf(&judge->help, "set %s, and declare it: \"default_pool_size\"",
                product->limit_setting);
    if (class->limit != UNKNOWN)
        text_printf(&judge->help, "; recommended is %" PRId64, class->limit);
    find_pooler(judge, sized, "/default_pool_size",
                "%s: %s is not declared, and by default %s opens as many server connections as it "
                "gets; counted as 1 per pool",
                sized->pooler->name, product->limit_setting, product->name);
}

void pooler_need_unmet(struct judge *judge, const struct pooler_sizing *sized)
{
    const struct pool_class *class = sized->back.at[0];
    int64_t size = class_limit(judge->sizing, class);
    struct waiting waiting;
    if (class->demand == NULL || size == UNKNOWN || size >= class->demand->need.limit ||
        !class_waiting_at(class, size, &waiting) || waiting.is_overloaded)
        return;
    struct text said = {.arena = judge->arena};
    text_printf(&said, "needs %" PRId64 " server connections per pool for ",
                class->demand->need.limit);
    need_put(class->demand, &said);
    text_printf(&said, " and %s %" PRId64 ": ",
                judge->sizing->purpose == PURPOSE_CHECK ? "has" : "gets", size);
    waiting_put(&waiting, &said);
    size_raise_put(judge, sized);
    judge->excess = class->demand->need.limit - size;
    find_pooler(judge, sized, "/default_pool_size", "%s: %s", sized->pooler->name, said.bytes);
    text_free(&said);
}

void pooler_overloaded(struct judge *judge, const struct pooler_sizing *sized)
{
    const struct pool_class *class = sized->back.at[0];
    int64_t size = class_limit(judge->sizing, class);
    struct waiting waiting;
    if (class->demand == NULL || size == UNKNOWN || !class_waiting_at(class, size, &waiting) ||
        !waiting.is_overloaded)
        return;
    struct text said = {.arena = judge->arena};
    overload_put(&waiting, &said);
    size_raise_put(judge, sized);
    find_pooler(judge, sized, "/default_pool_size",
                "%s: %.3g connections busy on average, and %" PRId64 " per pool: %s",
                sized->pooler->name, class->demand->load.erlangs, size, said.bytes);
    text_free(&said);
}

/* --- what it forbids --- */

static void pooler_prepared(struct judge *judge, const struct pool_class *class)
{
    const struct sizing *sizing = judge->sizing;
    const struct service *service = class->service;
    if (!is_first_class(class) || class->pools_at_peak == 0)
        return;
    const struct url *url = service_url(sizing->topology, service, class->target);
    const struct prepared_need *need = prepared_need_of(judge->arena, service, url);
    /* The URL that is recommended says it. */
    bool is_said = sizing->purpose == PURPOSE_RECOMMEND && url != NULL && need != NULL &&
                   need->is_added && (!url->is_keywords || url->is_dotnet) &&
                   !prepared_need_undone(judge->arena, need, url);
    if (need == NULL || is_said)
        return;
    text_printf(&judge->help, "set %s, and say so: \"prepared_statements\": false", need->words);
    if (service->via->kind->has_prepared)
        text_printf(&judge->help,
                    "; or let %s keep them: \"max_prepared_statements\": 200 (PgBouncer 1.21 and "
                    "later; 1.24 does by itself)",
                    service->via->name);
    find_service(judge, service, "/via",
                 "client %s prepares statements on one server connection, and %s, in %s mode, runs "
                 "them on another",
                 service->client->id, service->via->name, pooler_mode_name(service->via->mode));
}

const struct rule pooler_rules[] = {
    {
        .id = "PGS011",
        .name = "pooler-clients",
        .severity = SEVERITY_ERROR,
        .help = "The clients at peak are more than the pooler lets connect.",
        .why =
            "A pooler refuses clients beyond max_client_conn as a server does beyond "
            "max_connections, and services fail as if there were no pooler. In session mode each "
            "client holds a server connection for as long as it is connected, so a pool of "
            "clients that is larger than the pooler's own waits for ever. Lower the services' "
            "limits, or raise the pooler's: a client costs it some kilobytes.",
        .pooler = pooler_clients,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER "\"poolers\": {\"bouncer\": {\"default_pool_size\": 20, \"max_client_conn\": "
                      "100}}, \"services\": {\"api\": {\"via\": \"bouncer\", \"instances\": 6, "
                      "\"connection_limit\": 10}}}",
        .good = SERVER
        "\"poolers\": {\"bouncer\": {\"default_pool_size\": 20, \"max_client_conn\": 200}}, "
        "\"services\": {\"api\": {\"via\": \"bouncer\", \"instances\": 6, \"connection_limit\": "
        "10}}}",
    },
    {
        .id = "PGS012",
        .name = "pooler-servers",
        .severity = SEVERITY_ERROR,
        .help = "A pooler's server connections, alone or with the rest, are more than the server "
                "has to give.",
        .why = "A pooler opens default_pool_size (and reserve_pool_size) connections for each "
               "database and role, in each of its instances. One that was sized for one database "
               "takes the whole server when the third is added, and the server then refuses "
               "whoever comes last. Lower default_pool_size, or set max_db_connections.",
        .server = pooler_servers,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER "\"poolers\": {\"bouncer\": {\"default_pool_size\": 20, \"instances\": 5}}, "
                      "\"services\": {\"api\": {\"via\": \"bouncer\", \"connection_limit\": 10}}}",
        .good = SERVER "\"poolers\": {\"bouncer\": {\"default_pool_size\": 15, \"instances\": 5}}, "
                       "\"services\": {\"api\": {\"via\": \"bouncer\", \"connection_limit\": 10}}}",
    },
    {
        .id = "PGS016",
        .name = "pooler-prepared",
        .severity = SEVERITY_ERROR,
        .help = "A client needs a setting behind a pooler that shares server connections.",
        .why = "In transaction mode each transaction may run on another server connection, and a "
               "statement that was prepared on one is not there on the other: queries fail with "
               "26000 or 42P05, or stop, under load and not in a test. Tell the client not to "
               "prepare, or use a pooler that keeps prepared statements (PgBouncer 1.21 and later, "
               "with max_prepared_statements, which is 200 from 1.24 on where its ini does not say "
               "otherwise).",
        .class = pooler_prepared,
        .purpose = PURPOSE_CHECK,
        .bad = SERVER "\"poolers\": {\"bouncer\": {}}, \"services\": {\"api\": {\"client\": "
                      "\"asyncpg\", \"via\": \"bouncer\", \"connection_limit\": 5}}}",
        .good = SERVER
        "\"poolers\": {\"bouncer\": {\"max_prepared_statements\": 200}}, \"services\": {\"api\": "
        "{\"client\": \"asyncpg\", \"via\": \"bouncer\", \"connection_limit\": 5}}}",
    },
};
const size_t pooler_rule_count = sizeof pooler_rules / sizeof pooler_rules[0];
