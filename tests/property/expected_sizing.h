/*
 * What the sizing of a random topology must come to, computed from the numbers that it was made of:
 * budget, rollouts, bounds, sums, and the fair answer one connection at a time. It is the contract
 * written down a second time, as plainly as possible; it uses nothing of the program but its types.
 */
#ifndef PGSIZE_EXPECTED_SIZING_H
#define PGSIZE_EXPECTED_SIZING_H

#include "random_topology.h"

struct expected_class {
    const struct random_service *service;
    int service_index, target, server, role, database;
    bool superuser, is_job;
    int64_t instances, instances_at_peak, pools_of_instance; /* of one instance */
    int64_t pools_steady, pools_at_peak, extra_steady, extra_at_peak;
    int64_t at_least, at_most, deadlock_floor, need, weight, today;
    bool is_declared; /* today's limit, by its key or in the URL */
};

struct expected_server {
    const struct random_server *made;
    bool is_known; /* somebody says what max_connections is */
    int64_t max_connections, superuser_reserved, reserved_connections, reserved, margin, kept,
        budget;
    int64_t limits[2][MOST_NAMES]; /* CONNECTION LIMITs that hold, by enum cap_kind */
};

struct expected {
    struct expected_server servers[MOST_SERVERS];
    struct expected_class classes[MOST_CLASSES];
    int server_count, class_count;
};

/* Whether what is at server `home` counts on another one: its services may land there. */
static inline bool lands_on(const struct expected *expected, int home, int server)
{
    while (server != NONE && server != home)
        server = expected->servers[server].made->follows;
    return server == home;
}

/* Whether it and all that it follows are known: else nothing is recommended for it. */
static inline bool is_sized(const struct expected *expected, int server)
{
    bool known = true;
    for (; server != NONE; server = expected->servers[server].made->follows)
        known &= expected->servers[server].is_known;
    return known;
}

/* Whether two servers are sized together: they follow the same one, or one follows the other. */
static inline bool is_together(const struct expected *expected, int one, int other)
{
    while (expected->servers[one].made->follows != NONE)
        one = expected->servers[one].made->follows;
    return lands_on(expected, one, other);
}

/* What a set of limits adds up to, on one server. */
struct figures {
    int64_t steady, peak;
    int64_t caps[2][MOST_NAMES];
};

static inline int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static inline int64_t otherwise(int64_t number, int64_t value)
{
    return number != UNKNOWN ? number : value;
}

static inline int64_t share_up(int64_t whole, int64_t thousandths)
{
    return (whole * thousandths + 99999) / 100000;
}

static inline int64_t share_down(int64_t whole, int64_t thousandths)
{
    return whole * thousandths / 100000;
}

static inline int64_t margin_of(const struct random_server *server, int64_t max_connections)
{
    const struct amount *margin = &server->margin;
    if (!margin->given)
        return larger(2, share_up(max_connections, 2000));
    return margin->is_share ? share_up(max_connections, margin->value) : margin->value;
}

/* `used` holds everything: services, and what is kept back. */
static inline bool crosses_alert(const struct random_server *server, int64_t max_connections,
                                 int64_t used)
{
    const struct amount *alert = &server->alert_at;
    if (alert->given && !alert->is_share)
        return used > alert->value;
    return 100000 * used > (alert->given ? alert->value : 80000) * max_connections;
}

static inline bool has_answered(const struct random_server *server)
{
    return server->answer == ANSWER_LIVE || server->answer == ANSWER_SNAPSHOT;
}

static inline void budget_expect(const struct random_server *made, struct expected_server *server)
{
    *server = (struct expected_server){.made = made};
    int64_t unsaid = made->answer == ANSWER_FULL ? UNKNOWN : 100;
    int64_t written = otherwise(made->max_connections, unsaid);
    int64_t found = otherwise(made->live_max_connections, written);
    server->max_connections = otherwise(made->option, found);
    server->superuser_reserved =
        otherwise(made->live_superuser_reserved, otherwise(made->superuser_reserved, 3));
    server->reserved_connections =
        otherwise(made->live_reserved_connections, otherwise(made->reserved_connections, 0));
    for (int i = 0; i < made->reserved_count; i++)
        server->reserved += made->reserved[i];
    memcpy(server->limits, has_answered(made) ? made->live_limits : made->limits,
           sizeof server->limits);
    server->is_known = server->max_connections != UNKNOWN;
    if (!server->is_known)
        return;
    server->margin = margin_of(made, server->max_connections);
    server->kept = server->superuser_reserved + server->reserved_connections + server->reserved +
                   server->margin;
    server->budget = server->max_connections - server->kept;
}

/* Instances alive at the worst moment of a deploy. */
static inline int64_t instances_at_peak(const struct random_service *service, int64_t instances)
{
    const struct rollout *rollout = &service->rollout;
    struct amount surge = rollout->surge, unavailable = rollout->unavailable;
    if (rollout->strategy == ROLLOUT_RECREATE)
        return instances;
    if (rollout->strategy == ROLLOUT_BLUE_GREEN || service->serverless)
        return 2 * instances;
    if (!surge.given)
        surge = (struct amount){.is_share = true, .value = 25000};
    if (!unavailable.given)
        unavailable = (struct amount){.is_share = true, .value = 25000};
    int64_t more = surge.is_share ? share_up(instances, surge.value) : surge.value;
    int64_t fewer =
        unavailable.is_share ? share_down(instances, unavailable.value) : unavailable.value;
    if (more == 0 && fewer == 0)
        fewer = 1;
    int64_t stopping = instances;
    if (rollout->drain_ms == 0)
        stopping = 0;
    else if (rollout->drain_ms != UNKNOWN && rollout->ready_ms != UNKNOWN && rollout->ready_ms > 0)
        stopping = smaller(instances, (more + fewer) * (rollout->drain_ms / rollout->ready_ms + 1));
    return smaller(instances + smaller(more, instances) + stopping, 2 * instances);
}

static inline void bounds_expect(const struct random_service *service, struct expected_class *class)
{
    int64_t per_request = otherwise(service->connections_per_request, 1);
    class->at_most = otherwise(service->at_most, MAX_CONNECTIONS_LIMIT);
    if (service->threads != UNKNOWN) {
        class->at_most = smaller(class->at_most, service->threads * per_request);
        if (per_request > 1)
            class->deadlock_floor = service->threads * (per_request - 1) + 1;
    }
    class->at_least = otherwise(service->at_least, service->at_most == 0 ? 0 : 1);
    class->at_least = smaller(larger(class->at_least, class->deadlock_floor), class->at_most);
    class->need = service->want;
    class->weight = otherwise(service->weight, 1000);
}

static inline void today_expect(const struct random_service *service, const struct random_url *url,
                                struct expected_class *class)
{
    const struct random_client *client = service->client;
    class->today = service->connection_limit;
    if (class->today == UNKNOWN && client->obeys_url && url->given)
        class->today = url->limit;
    class->is_declared = class->today != UNKNOWN;
    if (class->is_declared)
        return;
    class->today = client->otherwise;
    if (client->per_cpu > 0 && service->cpus != UNKNOWN)
        class->today = client->per_cpu * service->cpus + 1;
}

static inline void class_expect(const struct random_topology *topology, int index, int target,
                                struct expected_class *class)
{
    const struct random_service *service = &topology->services[index];
    const struct random_target *at = &service->targets[target];
    const struct random_server *server = &topology->servers[at->server];
    const struct random_url *url = service->url.given ? &service->url : &server->url;
    *class = (struct expected_class){
        .service = service,
        .service_index = index,
        .target = target,
        .server = at->server,
        .role = service->role != NONE ? service->role
                : url->given          ? url->role
                                      : NONE,
        .database = service->has_databases ? at->database
                    : url->given           ? url->database
                                           : NONE,
        .is_job = service->concurrent != UNKNOWN,
    };
    int64_t processes = otherwise(service->processes, 1), extra = otherwise(service->extra, 0);
    class->superuser = class->role != NONE && server->superusers[class->role];
    class->instances = class->is_job ? service->concurrent : otherwise(service->instances_max, 1);
    if (service->at_most == 0) /* switched off */
        class->instances = 0;
    class->instances_at_peak = instances_at_peak(service, class->instances);
    class->pools_of_instance = processes * otherwise(service->pools, 1);
    class->pools_steady = class->instances * class->pools_of_instance;
    class->pools_at_peak = class->instances_at_peak * class->pools_of_instance;
    if (target == 0) {
        class->extra_steady = class->instances * processes * extra;
        class->extra_at_peak = class->instances_at_peak * processes * extra;
    }
    bounds_expect(service, class);
    today_expect(service, url, class);
}

/* Beside a service that says what it needs, one that says nothing gets no more than 10. */
static inline void nominal_expect(struct expected *expected, int server)
{
    bool somebody_needs = false;
    for (int i = 0; i < expected->class_count; i++)
        somebody_needs |= lands_on(expected, expected->classes[i].server, server) &&
                          expected->classes[i].need != UNKNOWN;
    for (int i = 0; somebody_needs && i < expected->class_count; i++) {
        struct expected_class *class = &expected->classes[i];
        if (class->server == server && class->need == UNKNOWN && class->service->at_most == UNKNOWN)
            class->at_most = smaller(class->at_most, larger(class->at_least, 10));
    }
}

/* A standby that does not say its limits itself has those of whom it follows. */
static inline void limits_inherit(struct expected *expected, int server)
{
    int leader = expected->servers[server].made->follows;
    if (leader == NONE || has_answered(expected->servers[server].made))
        return;
    for (int kind = 0; kind < 2; kind++)
        for (int name = 0; name < MOST_NAMES; name++)
            if (expected->servers[server].limits[kind][name] == UNKNOWN)
                expected->servers[server].limits[kind][name] =
                    expected->servers[leader].limits[kind][name];
}

static inline void expect(const struct random_topology *topology, struct expected *expected)
{
    expected->server_count = topology->server_count;
    expected->class_count = 0;
    for (int i = 0; i < topology->server_count; i++)
        budget_expect(&topology->servers[i], &expected->servers[i]);
    /* Limits are replicated, through as many servers as there are. */
    for (int i = 0; i < topology->server_count * topology->server_count; i++)
        limits_inherit(expected, i % topology->server_count);
    for (int i = 0; i < topology->service_count; i++)
        for (int k = 0; k < topology->services[i].target_count; k++)
            class_expect(topology, i, k, &expected->classes[expected->class_count++]);
    for (int i = 0; i < topology->server_count; i++)
        nominal_expect(expected, i);
}

static inline bool counts_in(const struct expected_class *class, int kind, int name)
{
    return !class->superuser && (kind == CAP_ROLE ? class->role : class->database) == name;
}

/* `limits` by class; one that is not known counts as 1. */
static inline struct figures figures_of(const struct expected *expected, int server,
                                        const int64_t *limits)
{
    struct figures figures = {0};
    for (int i = 0; i < expected->class_count; i++) {
        const struct expected_class *class = &expected->classes[i];
        if (!lands_on(expected, class->server, server))
            continue;
        int64_t limit = otherwise(limits[i], 1);
        int64_t peak = class->pools_at_peak * limit + class->extra_at_peak;
        figures.peak += peak;
        figures.steady += class->pools_steady * limit + class->extra_steady;
        for (int kind = 0; kind < 2; kind++)
            for (int name = 0; name < MOST_NAMES; name++)
                figures.caps[kind][name] += counts_in(class, kind, name) ? peak : 0;
    }
    return figures;
}

static inline bool caps_hold(const struct expected_server *server, const struct figures *figures)
{
    for (int kind = 0; kind < 2; kind++)
        for (int name = 0; name < MOST_NAMES; name++)
            if (server->limits[kind][name] != UNKNOWN &&
                figures->caps[kind][name] > server->limits[kind][name])
                return false;
    return true;
}

/* --- the fair answer, one connection at a time --- */

/* What the rows of a server say to a set of limits. */
enum verdict { VERDICT_FITS, VERDICT_CAP, VERDICT_BUDGET };

static inline enum verdict verdict_of(const struct expected *expected, int index,
                                      const int64_t *limits, bool surplus)
{
    const struct expected_server *server = &expected->servers[index];
    struct figures figures = figures_of(expected, index, limits);
    if (!caps_hold(server, &figures))
        return VERDICT_CAP;
    bool over = figures.peak > server->budget ||
                (surplus &&
                 crosses_alert(server->made, server->max_connections, figures.peak + server->kept));
    return over ? VERDICT_BUDGET : VERDICT_FITS;
}

/* The same of all that are sized together, or of those where a class counts; a role's or database's
 * limit is told first. */
static inline enum verdict verdict_on(const struct expected *expected, int index, int class,
                                      const int64_t *limits, bool surplus)
{
    enum verdict verdict = VERDICT_FITS;
    for (int i = 0; i < expected->server_count && verdict != VERDICT_CAP; i++) {
        if (!is_sized(expected, i) || !is_together(expected, index, i) ||
            (class != NONE && !lands_on(expected, expected->classes[class].server, i)))
            continue;
        enum verdict one = verdict_of(expected, i, limits, surplus);
        verdict = one != VERDICT_FITS ? one : verdict;
    }
    return verdict;
}

/* Whether the limit of a class is found with those of a server. */
static inline bool is_of_group(const struct expected *expected, int class, int server)
{
    int home = expected->classes[class].server;
    return is_sized(expected, home) && is_together(expected, server, home);
}

/* Whether class `a` comes before `b`: the smaller share of weight x need, the larger weight, the
 * first. */
static inline bool comes_before(const struct expected *expected, const int64_t *limits, int a,
                                int b)
{
    const struct expected_class *left = &expected->classes[a], *right = &expected->classes[b];
    int64_t share = limits[a] * right->weight * otherwise(right->need, 10),
            other = limits[b] * left->weight * otherwise(left->need, 10);
    if (share != other)
        return share < other;
    return left->weight != right->weight ? left->weight > right->weight : a < b;
}

static inline bool is_open(const struct expected_class *class, int64_t limit, bool surplus)
{
    if (class->pools_at_peak == 0 || (class->need == UNKNOWN) != surplus)
        return false;
    return limit < (surplus ? class->at_most : smaller(class->need, class->at_most));
}

/* One tier; false when it was stopped for good. */
static inline bool tier_expect(const struct expected *expected, int server, enum allocate_mode mode,
                               bool surplus, int64_t *limits)
{
    bool closed[MOST_CLASSES] = {false};
    for (;;) {
        int next = NONE;
        for (int i = 0; i < expected->class_count; i++)
            if (is_of_group(expected, i, server) && !closed[i] &&
                is_open(&expected->classes[i], limits[i], surplus) &&
                (next == NONE || comes_before(expected, limits, i, next)))
                next = i;
        if (next == NONE)
            return true;
        limits[next]++;
        enum verdict verdict = verdict_on(expected, server, next, limits, surplus);
        if (verdict == VERDICT_FITS)
            continue;
        limits[next]--;
        closed[next] = true;
        if (verdict == VERDICT_BUDGET && mode == ALLOCATE_STABLE)
            return false;
    }
}

static inline int64_t formula_expect(const struct expected *expected, int index,
                                     enum formula formula)
{
    const struct expected_server *server = &expected->servers[index];
    int64_t pools = 0, extra = 0;
    for (int i = 0; i < expected->class_count; i++) {
        if (!lands_on(expected, expected->classes[i].server, index))
            continue;
        pools += expected->classes[i].pools_steady;
        extra += expected->classes[i].extra_at_peak;
    }
    if (formula == FORMULA_FAIR || !server->is_known || pools == 0)
        return UNKNOWN;
    int64_t reserved = server->reserved + extra;
    if (formula == FORMULA_DIVISOR)
        return server->max_connections /
               (pools + reserved + server->margin + server->superuser_reserved +
                server->reserved_connections);
    int64_t room = server->max_connections - server->superuser_reserved -
                   server->reserved_connections - reserved - server->margin;
    return room < 0 ? 0 : room / pools / 2;
}

/* The classic limit of a class: no more than that of any server where it counts. */
static inline int64_t uniform_expect(const struct expected *expected, int class,
                                     enum formula formula)
{
    int home = expected->classes[class].server;
    int64_t limit = otherwise(formula_expect(expected, home, formula), 1);
    for (int i = 0; i < expected->server_count; i++) {
        int64_t there = is_sized(expected, i) ? formula_expect(expected, i, formula) : UNKNOWN;
        if (lands_on(expected, home, i) && there != UNKNOWN)
            limit = smaller(limit, there);
    }
    return limit;
}

/* Whether a classic rule comes to something on every server that is sized with this one. */
static inline bool uniform_fits(const struct expected *expected, int server, enum formula formula)
{
    bool fits = true;
    for (int i = 0; i < expected->server_count; i++)
        if (is_sized(expected, i) && is_together(expected, server, i))
            fits &= formula_expect(expected, i, formula) != 0;
    return fits;
}

/* Sets `limits` of the classes of one server, UNKNOWN where nothing fits; false then. */
static inline bool limits_expect(const struct expected *expected, int server, enum formula formula,
                                 enum allocate_mode mode, int64_t *limits)
{
    int64_t found[MOST_CLASSES];
    bool is_fair = formula == FORMULA_FAIR;
    for (int i = 0; i < expected->class_count; i++)
        found[i] = !is_of_group(expected, i, server) ? 0
                   : is_fair                         ? expected->classes[i].at_least
                                                     : uniform_expect(expected, i, formula);
    bool fits = is_sized(expected, server) &&
                (is_fair ? verdict_on(expected, server, NONE, found, false) == VERDICT_FITS
                         : uniform_fits(expected, server, formula));
    if (fits && is_fair && tier_expect(expected, server, mode, false, found))
        (void)tier_expect(expected, server, mode, true, found);
    for (int i = 0; i < expected->class_count; i++)
        if (expected->classes[i].server == server)
            limits[i] = fits ? found[i] : UNKNOWN;
    return fits;
}

#endif
