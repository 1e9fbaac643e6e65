/*
 * Random topologies: made as numbers, then written as JSON, so that what a test expects can be
 * computed from numbers that never went through the program. Every topology made here is valid:
 * wrong input is other tests' business.
 */
#ifndef PGSIZE_RANDOM_TOPOLOGY_H
#define PGSIZE_RANDOM_TOPOLOGY_H

#include "facts.h"
#include "harness.h"
#include "json_write.h"
#include "sizing.h"
#include "topology.h"

enum {
    MOST_SERVERS = 3,
    MOST_SERVICES = 12,
    MOST_TARGETS = 3,
    MOST_CLASSES = MOST_SERVICES * MOST_TARGETS,
    MOST_NAMES = 4, /* roles r0 to r3, databases d0 to d3, on every server the same names */
    MOST_RESERVED = 3,
    NONE = -1, /* of a name */
};

/* UNKNOWN is a key that is not written, everywhere. */

struct random_url {
    bool given;
    int role, database;
    int64_t limit; /* its parameter connection_limit */
};

struct random_server {
    int64_t max_connections, superuser_reserved, reserved_connections;
    int64_t option; /* --max-connections */
    int64_t reserved[MOST_RESERVED];
    int reserved_count;
    bool reserved_is_number;
    struct amount margin, alert_at;
    int64_t limits[2][MOST_NAMES]; /* by enum cap_kind */
    struct random_url url;
    int follows; /* which server's services may land here; NONE */
    /* What the server says of itself. */
    enum answer answer;
    int64_t live_max_connections, live_superuser_reserved, live_reserved_connections;
    int64_t live_limits[2][MOST_NAMES];
    bool superusers[MOST_NAMES];
};

/* What is known of the clients that services are given: today's pool where no limit is declared. */
struct random_client {
    const char *id;
    bool obeys_url; /* connection_limit in the URL */
    bool is_unlimited;
    int64_t per_cpu, otherwise;
};
static const struct random_client random_clients[] = {
    {"generic", .obeys_url = true, .otherwise = UNKNOWN},
    {"prisma", .obeys_url = true, .per_cpu = 2, .otherwise = UNKNOWN},
    {"prisma-7", .otherwise = 10},
    {"node-postgres", .otherwise = 10},
    {"sqlalchemy", .otherwise = 15},
    {"go-database-sql", .is_unlimited = true, .otherwise = UNKNOWN},
};
enum { RANDOM_CLIENTS = sizeof random_clients / sizeof random_clients[0] };

struct random_target {
    int server, database;
    bool names_server; /* "server:db" */
};

enum rollout_form { ROLLOUT_NOT_WRITTEN, ROLLOUT_AS_WORD, ROLLOUT_AS_OBJECT };

struct random_service {
    int name, part; /* part: NONE, or of a service that was taken apart */
    int server;
    bool has_databases;
    struct random_target targets[MOST_TARGETS]; /* without databases: one, of the URL */
    int target_count;
    int role;
    const struct random_client *client;
    struct random_url url;
    int64_t instances_min, instances_max, concurrent, processes, pools, cpus, threads;
    int64_t connections_per_request, extra, connection_limit, want, at_least, at_most;
    int64_t weight; /* thousandths */
    bool serverless;
    enum rollout_form rollout_form;
    struct rollout rollout;
};

struct random_topology {
    enum formula formula; /* not FORMULA_FAIR: written */
    int server_count, service_count;
    struct random_server servers[MOST_SERVERS];
    struct random_service services[MOST_CLASSES]; /* room for all that can be taken apart */
};

/* --- making --- */

static inline int64_t maybe(struct random *random, int64_t percent, int64_t low, int64_t high)
{
    return chance(random, percent) ? pick(random, low, high) : UNKNOWN;
}

static inline int name_pick(struct random *random, int64_t percent)
{
    return chance(random, percent) ? (int)pick(random, 0, MOST_NAMES - 1) : NONE;
}

/* `most` is the largest share, in thousandths of a percent. */
static inline struct amount amount_make(struct random *random, int64_t percent, int64_t most_count,
                                        int64_t most)
{
    static const int64_t usual[] = {25000, 50000, 62500, 80000, 100000, 33333, 2000, 10000};
    struct amount amount = {.given = chance(random, percent), .is_share = chance(random, 60)};
    if (!amount.given)
        return (struct amount){.given = false};
    amount.value = pick(random, 0, most_count);
    if (amount.is_share)
        amount.value = chance(random, 60) ? usual[pick(random, 0, 7)] : pick(random, 0, most);
    return amount;
}

static inline struct random_url url_make(struct random *random, int64_t percent)
{
    return (struct random_url){
        .given = chance(random, percent),
        .role = (int)pick(random, 0, MOST_NAMES - 1),
        .database = (int)pick(random, 0, MOST_NAMES - 1),
        .limit = maybe(random, 40, 1, 20),
    };
}

static inline void limits_make(struct random *random, int64_t percent,
                               int64_t limits[2][MOST_NAMES])
{
    for (int kind = 0; kind < 2; kind++)
        for (int name = 0; name < MOST_NAMES; name++)
            limits[kind][name] = maybe(random, percent, 0, chance(random, 30) ? 15 : 150);
}

static inline void facts_make(struct random *random, struct random_server *server)
{
    static const enum answer answers[] = {ANSWER_LIVE, ANSWER_SNAPSHOT, ANSWER_FULL,
                                          ANSWER_UNREACHABLE};
    server->live_max_connections = server->live_superuser_reserved =
        server->live_reserved_connections = UNKNOWN;
    limits_make(random, 0, server->live_limits);
    if (!chance(random, 25))
        return;
    server->answer = answers[chance(random, 80) ? pick(random, 0, 1) : pick(random, 2, 3)];
    if (server->answer != ANSWER_LIVE && server->answer != ANSWER_SNAPSHOT)
        return;
    server->live_max_connections = maybe(random, 90, 5, 300);
    server->live_superuser_reserved = maybe(random, 90, 0, 5);
    server->live_reserved_connections = maybe(random, 90, 0, 3);
    limits_make(random, 15, server->live_limits);
    for (int role = 0; role < MOST_NAMES; role++)
        server->superusers[role] = chance(random, 20);
}

/* Figures that cannot be true together are refused. */
static inline void figures_mend(struct random_server *server)
{
    const int64_t said[] = {server->option, server->max_connections, server->live_max_connections};
    int64_t most = UNKNOWN;
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        if (said[i] != UNKNOWN && (most == UNKNOWN || said[i] < most))
            most = said[i];
    if (most == UNKNOWN)
        most = 100; /* PostgreSQL's default */
    int64_t superuser = server->superuser_reserved, reserved = server->reserved_connections;
    if ((superuser == UNKNOWN ? 0 : superuser) + (reserved == UNKNOWN ? 0 : reserved) >= most)
        server->superuser_reserved = server->reserved_connections = 0;
    if (server->alert_at.given && !server->alert_at.is_share && server->alert_at.value > most)
        server->alert_at.value = most;
}

static inline void server_make(struct random *random, bool is_only, struct random_server *server)
{
    *server = (struct random_server){
        .max_connections = maybe(random, 90, 5, chance(random, 10) ? 3000 : 300),
        .superuser_reserved = maybe(random, 30, 0, 5),
        .reserved_connections = maybe(random, 20, 0, 4),
        .option = is_only ? maybe(random, 10, 5, 300) : UNKNOWN,
        .reserved_count = (int)pick(random, 0, MOST_RESERVED),
        .reserved_is_number = chance(random, 30),
        .margin = amount_make(random, 50, 10, 20000),
        .alert_at = amount_make(random, 50, 250, 100000),
        .url = url_make(random, 40),
    };
    if (server->reserved_is_number)
        server->reserved_count = 1;
    for (int i = 0; i < server->reserved_count; i++)
        server->reserved[i] = pick(random, 0, 4);
    if (server->alert_at.given && server->alert_at.value == 0)
        server->alert_at.value = 1;
    limits_make(random, 10, server->limits);
    facts_make(random, server);
    figures_mend(server);
}

static inline struct rollout rollout_make(struct random *random)
{
    struct rollout rollout = {
        .strategy = ROLLOUT_ROLLING,
        .surge = amount_make(random, 60, 4, 150000),
        .unavailable = amount_make(random, 60, 4, 150000),
        .drain_ms = maybe(random, 75, 0, 90) * 1000,
        .ready_ms = maybe(random, 75, 0, 45) * 500,
    };
    if (chance(random, 40))
        rollout.drain_ms = 0;
    if (chance(random, 15))
        rollout.strategy = chance(random, 50) ? ROLLOUT_RECREATE : ROLLOUT_BLUE_GREEN;
    if (rollout.drain_ms < 0)
        rollout.drain_ms = UNKNOWN;
    if (rollout.ready_ms < 0)
        rollout.ready_ms = UNKNOWN;
    return rollout;
}

static inline void instances_make(struct random *random, struct random_service *service)
{
    service->instances_min = service->instances_max = service->concurrent = UNKNOWN;
    if (chance(random, 20))
        service->concurrent = pick(random, 0, 5);
    else if (chance(random, 85)) {
        service->instances_max = chance(random, 5) ? pick(random, 0, 60) : pick(random, 0, 5);
        service->instances_min = maybe(random, 50, 0, service->instances_max);
    }
    service->rollout_form = chance(random, 30)   ? ROLLOUT_NOT_WRITTEN
                            : chance(random, 50) ? ROLLOUT_AS_WORD
                                                 : ROLLOUT_AS_OBJECT;
    service->rollout = rollout_make(random);
    if (service->rollout_form != ROLLOUT_AS_OBJECT || service->rollout.strategy != ROLLOUT_ROLLING)
        service->rollout = (struct rollout){
            .strategy = chance(random, 40)   ? ROLLOUT_RECREATE
                        : chance(random, 50) ? ROLLOUT_ROLLING
                                             : ROLLOUT_BLUE_GREEN,
            .drain_ms = UNKNOWN,
            .ready_ms = UNKNOWN,
        };
    if (service->rollout_form == ROLLOUT_NOT_WRITTEN)
        service->rollout.strategy =
            service->concurrent != UNKNOWN ? ROLLOUT_RECREATE : ROLLOUT_ROLLING;
    service->serverless = chance(random, 8);
}

/* Bounds that contradict each other are refused when they are read, so they are not made; only a
 * deadlock floor may be above `at_most`, which is a finding. */
static inline void bounds_make(struct random *random, struct random_service *service)
{
    static const int64_t weights[] = {1, 1000, 500, 1250, 3000, 1000000};
    service->connection_limit = maybe(random, 70, 1, 25);
    service->want = maybe(random, 50, 1, 25);
    service->at_least = maybe(random, 20, 1, 5);
    service->at_most = maybe(random, 20, 1, 15);
    service->threads = maybe(random, 20, 1, 8);
    service->connections_per_request = maybe(random, 30, 1, 3);
    service->extra = maybe(random, 15, 0, 2);
    service->weight = chance(random, 25)   ? weights[pick(random, 0, 5)]
                      : chance(random, 20) ? pick(random, 1, 10000)
                                           : UNKNOWN;
    if (chance(random, 3)) {
        service->at_most = 0;
        service->at_least = UNKNOWN;
    }
    if (service->at_most != UNKNOWN && service->at_least > service->at_most)
        service->at_least = service->at_most;
    if (service->threads != UNKNOWN && service->at_least > service->threads)
        service->at_least = UNKNOWN;
}

static inline void targets_make(struct random *random, const struct random_topology *topology,
                                struct random_service *service)
{
    int last = topology->server_count - 1;
    int64_t first = pick(random, 0, MOST_NAMES - 1);
    service->has_databases = chance(random, 45);
    service->server = chance(random, 40) ? (int)pick(random, 0, last) : NONE;
    if (!service->has_databases) {
        if (service->server == NONE && last > 0)
            service->server = (int)pick(random, 0, last);
        service->target_count = 1;
        service->targets[0].server = service->server == NONE ? 0 : service->server;
        service->targets[0].database = NONE;
        return;
    }
    service->target_count = (int)(chance(random, 10) ? 0 : pick(random, 1, MOST_TARGETS));
    for (int i = 0; i < service->target_count; i++) {
        struct random_target *target = &service->targets[i];
        target->names_server = chance(random, 40) || (last > 0 && service->server == NONE);
        target->server = target->names_server      ? (int)pick(random, 0, last)
                         : service->server == NONE ? 0
                                                   : service->server;
        target->database = (int)((first + i) % MOST_NAMES);
    }
}

/* The way up goes to earlier servers, or to later ones: never around. */
static inline void follows_make(struct random *random, struct random_topology *topology)
{
    bool some = chance(random, 70), up = chance(random, 50);
    int last = topology->server_count - 1;
    for (int i = 0; i <= last; i++) {
        bool can = some && (up ? i > 0 : i < last) && chance(random, 70);
        topology->servers[i].follows = !can ? NONE
                                       : up ? (int)pick(random, 0, i - 1)
                                            : (int)pick(random, i + 1, last);
    }
}

static inline void topology_make(struct random *random, struct random_topology *topology)
{
    memset(topology, 0, sizeof *topology);
    topology->server_count = (int)(chance(random, 60) ? 1 : pick(random, 1, MOST_SERVERS));
    topology->service_count =
        (int)(chance(random, 60) ? pick(random, 0, 4) : pick(random, 0, MOST_SERVICES));
    topology->formula = chance(random, 75)
                            ? FORMULA_FAIR
                            : (enum formula)pick(random, FORMULA_DIVISOR, FORMULA_HALF);
    for (int i = 0; i < topology->server_count; i++)
        server_make(random, topology->server_count == 1, &topology->servers[i]);
    follows_make(random, topology);
    for (int i = 0; i < topology->service_count; i++) {
        struct random_service *service = &topology->services[i];
        service->name = i;
        service->part = NONE;
        service->role = name_pick(random, 40);
        service->client =
            &random_clients[chance(random, 50) ? 0 : pick(random, 0, RANDOM_CLIENTS - 1)];
        service->url = url_make(random, 10);
        if (service->url.given && service->role != NONE)
            service->role = service->url.role; /* anything else is refused */
        service->processes = maybe(random, 30, 1, 4);
        service->pools = maybe(random, 10, 1, 3);
        service->cpus = maybe(random, 40, 1, 8);
        instances_make(random, service);
        bounds_make(random, service);
        targets_make(random, topology, service);
        for (int k = 1; k < service->target_count; k++)
            if (service->targets[k].server != service->targets[0].server)
                service->url.given = false; /* one cannot reach several servers */
    }
}

/* --- writing --- */

/* s3, or s3p1 where it was taken apart; every fifth has a name that a JSON Pointer must escape. */
static inline void service_name(const struct random_service *service, char name[32])
{
    const char *odd = service->name % 5 == 4 ? "~/" : "";
    if (service->part == NONE)
        (void)snprintf(name, 32, "s%d%s", service->name, odd);
    else
        (void)snprintf(name, 32, "s%d%sp%d", service->name, odd, service->part);
}

static inline void count_write(struct json_writer *writer, const char *key, int64_t count)
{
    if (count != UNKNOWN)
        json_write_integer(writer, key, count);
}

static inline void name_write(struct json_writer *writer, const char *key, char letter, int name)
{
    json_write_key(writer, key);
    text_printf(writer->text, "\"%c%d\"", letter, name);
}

static inline void amount_write(struct json_writer *writer, const char *key, struct amount amount)
{
    if (!amount.given)
        return;
    if (!amount.is_share) {
        json_write_integer(writer, key, amount.value);
        return;
    }
    json_write_key(writer, key);
    text_printf(writer->text, "\"%" PRId64, amount.value / 1000);
    if (amount.value % 1000 != 0)
        text_printf(writer->text, ".%03" PRId64, amount.value % 1000);
    text_put(writer->text, "%\"");
}

static inline void duration_write(struct json_writer *writer, const char *key, int64_t ms)
{
    if (ms == UNKNOWN)
        return;
    json_write_key(writer, key);
    if (ms % 60000 == 0 && ms > 0)
        text_printf(writer->text, "\"%" PRId64 "m\"", ms / 60000);
    else if (ms % 1000 == 0)
        text_printf(writer->text, "\"%" PRId64 "s\"", ms / 1000);
    else
        text_printf(writer->text, "\"%" PRId64 "ms\"", ms);
}

static inline void made_url_write(struct json_writer *writer, const struct random_url *url)
{
    if (!url->given)
        return;
    json_write_key(writer, "url");
    text_printf(writer->text, "\"postgresql://r%d@db.example/d%d", url->role, url->database);
    if (url->limit != UNKNOWN)
        text_printf(writer->text, "?connection_limit=%" PRId64, url->limit);
    text_put(writer->text, "\"");
}

static inline void limits_write(struct json_writer *writer, const char *key, char letter,
                                const int64_t limits[MOST_NAMES])
{
    json_write_open(writer, key, '{');
    for (int i = 0; i < MOST_NAMES; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "%c%d", letter, i);
        count_write(writer, name, limits[i]);
    }
    json_write_close(writer, '}');
}

static inline void server_write(struct json_writer *writer, const struct random_server *server,
                                int index)
{
    char name[16];
    (void)snprintf(name, sizeof name, "v%d", index);
    json_write_open(writer, name, '{');
    json_write_string(writer, "// of a random topology", "comments may repeat");
    count_write(writer, "max_connections", server->max_connections);
    count_write(writer, "superuser_reserved_connections", server->superuser_reserved);
    count_write(writer, "reserved_connections", server->reserved_connections);
    if (server->reserved_is_number) {
        json_write_integer(writer, "reserved", server->reserved[0]);
    } else {
        static const char *const names[MOST_RESERVED] = {"admin", "monitoring", "metabase"};
        json_write_open(writer, "reserved", '{');
        for (int i = 0; i < server->reserved_count; i++)
            json_write_integer(writer, names[i], server->reserved[i]);
        json_write_close(writer, '}');
    }
    amount_write(writer, "margin", server->margin);
    amount_write(writer, "alert_at", server->alert_at);
    limits_write(writer, "role_limits", 'r', server->limits[CAP_ROLE]);
    limits_write(writer, "database_limits", 'd', server->limits[CAP_DATABASE]);
    made_url_write(writer, &server->url);
    if (server->follows != NONE)
        name_write(writer, "follows", 'v', server->follows);
    json_write_close(writer, '}');
}

static inline void instances_write(struct json_writer *writer, const struct random_service *service)
{
    count_write(writer, "concurrent", service->concurrent);
    if (service->instances_max == UNKNOWN)
        return;
    if (service->instances_min == service->instances_max) {
        json_write_integer(writer, "instances", service->instances_max);
        return;
    }
    json_write_open(writer, "instances", '{');
    count_write(writer, "min", service->instances_min);
    count_write(writer, "max", service->instances_max);
    json_write_close(writer, '}');
}

static inline void rollout_write(struct json_writer *writer, const struct random_service *service)
{
    static const char *const words[] = {"recreate", "rolling", "blue-green"};
    const struct rollout *rollout = &service->rollout;
    if (service->rollout_form == ROLLOUT_AS_WORD)
        json_write_string(writer, "rollout", words[rollout->strategy]);
    if (service->rollout_form != ROLLOUT_AS_OBJECT)
        return;
    json_write_open(writer, "rollout", '{');
    json_write_string(writer, "strategy", words[rollout->strategy]);
    amount_write(writer, "surge", rollout->surge);
    amount_write(writer, "unavailable", rollout->unavailable);
    duration_write(writer, "drain", rollout->drain_ms);
    duration_write(writer, "ready", rollout->ready_ms);
    json_write_close(writer, '}');
}

static inline void databases_write(struct json_writer *writer, const struct random_service *service)
{
    if (!service->has_databases)
        return;
    json_write_open(writer, "databases", '[');
    for (int i = 0; i < service->target_count; i++) {
        const struct random_target *target = &service->targets[i];
        json_write_key(writer, NULL);
        if (target->names_server)
            text_printf(writer->text, "\"v%d:d%d\"", target->server, target->database);
        else
            text_printf(writer->text, "\"d%d\"", target->database);
    }
    json_write_close(writer, ']');
}

static inline void service_write(struct json_writer *writer, const struct random_service *service)
{
    char name[32];
    service_name(service, name);
    json_write_open(writer, name, '{');
    if (service->server != NONE)
        name_write(writer, "server", 'v', service->server);
    if (service->role != NONE)
        name_write(writer, "role", 'r', service->role);
    if (service->client != &random_clients[0])
        json_write_string(writer, "client", service->client->id);
    made_url_write(writer, &service->url);
    instances_write(writer, service);
    rollout_write(writer, service);
    databases_write(writer, service);
    count_write(writer, "processes", service->processes);
    count_write(writer, "pools", service->pools);
    count_write(writer, "cpus", service->cpus);
    count_write(writer, "threads", service->threads);
    count_write(writer, "connections_per_request", service->connections_per_request);
    count_write(writer, "extra", service->extra);
    count_write(writer, "connection_limit", service->connection_limit);
    count_write(writer, "want", service->want);
    count_write(writer, "at_least", service->at_least);
    count_write(writer, "at_most", service->at_most);
    if (service->weight != UNKNOWN) {
        json_write_key(writer, "weight");
        text_printf(writer->text, "%" PRId64 ".%03" PRId64, service->weight / 1000,
                    service->weight % 1000);
    }
    if (service->serverless)
        json_write_bool(writer, "serverless", true);
    json_write_close(writer, '}');
}

static inline void topology_write(const struct random_topology *topology, struct text *text)
{
    static const char *const formulas[] = {"fair", "divisor", "half"};
    struct json_writer writer = {.text = text};
    json_write_open(&writer, NULL, '{');
    json_write_integer(&writer, "version", 1);
    if (topology->formula != FORMULA_FAIR)
        json_write_string(&writer, "formula", formulas[topology->formula]);
    json_write_open(&writer, "servers", '{');
    for (int i = 0; i < topology->server_count; i++)
        server_write(&writer, &topology->servers[i], i);
    json_write_close(&writer, '}');
    json_write_open(&writer, "services", '{');
    for (int i = 0; i < topology->service_count; i++)
        service_write(&writer, &topology->services[i]);
    json_write_close(&writer, '}');
    json_write_close(&writer, '}');
}

/* --- what the server says --- */

static inline struct named_count *live_limits(struct arena *arena, char letter,
                                              const int64_t limits[MOST_NAMES], size_t *ret_count)
{
    struct named_count *counts = ARENA_ARRAY(arena, MOST_NAMES, struct named_count);
    *ret_count = 0;
    for (int i = 0; i < MOST_NAMES; i++)
        if (limits[i] != UNKNOWN)
            counts[(*ret_count)++] =
                (struct named_count){arena_printf(arena, "%c%d", letter, i), limits[i]};
    return counts;
}

static inline struct facts *facts_of(struct arena *arena, const struct random_server *server)
{
    struct facts *facts = ARENA_NEW(arena, struct facts);
    *facts = (struct facts){
        .answer = server->answer,
        .reason = "it did not want to",
        .max_connections = server->live_max_connections,
        .superuser_reserved_connections = server->live_superuser_reserved,
        .reserved_connections = server->live_reserved_connections,
        .sessions = UNKNOWN,
        .superusers = ARENA_ARRAY(arena, MOST_NAMES, const char *),
    };
    facts->role_limits =
        live_limits(arena, 'r', server->live_limits[CAP_ROLE], &facts->role_limit_count);
    facts->database_limits =
        live_limits(arena, 'd', server->live_limits[CAP_DATABASE], &facts->database_limit_count);
    for (int i = 0; i < MOST_NAMES; i++)
        if (server->superusers[i])
            facts->superusers[facts->superuser_count++] = arena_printf(arena, "r%d", i);
    return facts;
}

#endif
