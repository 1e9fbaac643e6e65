/*
 * What must hold of the objective "wait", tried on random topologies that are written as JSON, read
 * and sized. Waiting is computed again here, with Erlang's recurrence from its beginning; the least
 * of it is found by trying every allocation.
 */
#include "demands.h"
#include "gain.h"
#include "harness.h"
#include "sized_text.h"

#include <math.h>

enum { MOST_CLASSES = 5, MOST_LIMIT = 400 };

struct made_service {
    int64_t instances, rate, held_ms, at_least, at_most, want, weight, leaked;
    bool has_demand, rolls, has_role;
};

struct trial {
    struct random random;
    struct arena arena;
    int64_t max_connections, role_limit; /* UNKNOWN: none */
    int class_count;
    struct made_service services[MOST_CLASSES];
    const char *text;
    struct topology topology; /* of that text */
    struct sizing wait, fair, more;
    char why[300];
};

/* --- instances --- */

static void service_make(struct random *random, bool plain, struct made_service *service)
{
    *service = (struct made_service){
        .instances = pick(random, 1, 4),
        .rate = pick(random, 1, 400),
        .held_ms = pick(random, 1, 25),
        .has_demand = plain || chance(random, 75),
        .rolls = chance(random, 30),
        .leaked = chance(random, 10) ? 2 : 1,
        .at_least = chance(random, 20) ? pick(random, 1, 4) : 1,
        .at_most = chance(random, 15) ? pick(random, 4, 9) : UNKNOWN,
        .want = !plain && chance(random, 30) ? pick(random, 1, 12) : UNKNOWN,
        .weight = chance(random, 20) ? pick(random, 1, 5) : 1,
        .has_role = !plain && chance(random, 40),
    };
}

static void service_write(const struct made_service *service, int index, struct text *text)
{
    text_printf(text,
                "%s\"s%d\": {\"instances\": %" PRId64 ", \"pools\": %" PRId64
                ", \"rollout\": \"%s\", \"at_least\": %" PRId64 ", \"weight\": %" PRId64,
                index > 0 ? ", " : "", index, service->instances, service->leaked,
                service->rolls ? "rolling" : "recreate", service->at_least, service->weight);
    if (service->at_most != UNKNOWN)
        text_printf(text, ", \"at_most\": %" PRId64, service->at_most);
    if (service->want != UNKNOWN)
        text_printf(text, ", \"want\": %" PRId64, service->want);
    if (service->has_role)
        text_put(text, ", \"role\": \"r\"");
    if (service->has_demand)
        text_printf(text, ", \"demand\": {\"rate\": %" PRId64 ", \"held\": \"%" PRId64 "ms\"}",
                    service->rate, service->held_ms);
    text_put_char(text, '}');
}

/* Plain: demands and a budget alone, no role's limit, no wants, for which the order is optimal. */
static void instance_make(struct trial *trial, bool plain)
{
    struct random *random = &trial->random;
    trial->class_count = (int)pick(random, 1, plain ? 4 : MOST_CLASSES);
    trial->max_connections = pick(random, 30, 160);
    trial->role_limit = !plain && chance(random, 40) ? pick(random, 5, 60) : UNKNOWN;
    for (int i = 0; i < trial->class_count; i++)
        service_make(random, plain, &trial->services[i]);
}

static void instance_write(struct trial *trial, int64_t max_connections)
{
    struct text text = {.arena = &trial->arena};
    text_printf(&text, "{\"servers\": {\"main\": {\"margin\": 0, \"max_connections\": %" PRId64,
                max_connections);
    if (trial->role_limit != UNKNOWN)
        text_printf(&text, ", \"role_limits\": {\"r\": %" PRId64 "}", trial->role_limit);
    text_put(&text, "}}, \"services\": {");
    for (int i = 0; i < trial->class_count; i++)
        service_write(&trial->services[i], i, &text);
    text_put(&text, "}}");
    trial->text = text_keep(&text);
    text_must_read(&trial->arena, trial->text, &trial->topology);
}

static void instance_size(struct trial *trial, enum objective objective, enum allocate_mode mode,
                          struct sizing *ret_sizing)
{
    const struct recommend_options options = {
        .purpose = PURPOSE_RECOMMEND, .mode = mode, .objective = objective};
    topology_must_size(&trial->arena, &trial->topology, &facts_unknown, &options, ret_sizing);
}

static bool size_both(struct trial *trial, bool plain, enum allocate_mode mode)
{
    instance_make(trial, plain);
    instance_write(trial, trial->max_connections);
    instance_size(trial, OBJECTIVE_WAIT, mode, &trial->wait);
    instance_size(trial, OBJECTIVE_FAIR, mode, &trial->fair);
    return trial->wait.servers[0].fits;
}

/* --- waiting, once more --- */

static double load_of(const struct pool_class *class)
{
    const struct service *service = class->service;
    return (double)service->demand->rate_thousandths * (double)service->demand->held_us / 1e9 /
           (double)(class->demand->serving * service->processes);
}

/* Requests that wait on average for all pools that serve, by weight; -1: without end. */
static double queue_of(const struct pool_class *class, int64_t limit)
{
    double load = load_of(class), blocking = 1;
    if (load >= (double)limit)
        return -1;
    for (int64_t k = 1; k <= limit; k++)
        blocking = load * blocking / ((double)k + load * blocking);
    double room = (double)limit - load;
    double waits = (double)limit * blocking / (room + load * blocking);
    return waits * load / room * (double)class->demand->serving * (double)class->service->weight /
           ALLOCATE_WEIGHT_ONE;
}

struct total {
    int endless;
    double waiting;
};

static struct total total_of(const struct sizing *sizing)
{
    struct total total = {0};
    for (size_t i = 0; i < sizing->class_count; i++) {
        const struct pool_class *class = &sizing->classes[i];
        double queue = class->demand == NULL ? 0 : queue_of(class, class->limit);
        total.endless += queue < 0;
        total.waiting += queue < 0 ? 0 : queue;
    }
    return total;
}

/* --- properties --- */

static bool sums_hold(struct trial *trial, const struct sizing *sizing)
{
    int64_t used = 0, by_role = 0;
    for (size_t i = 0; i < sizing->class_count; i++) {
        const struct pool_class *class = &sizing->classes[i];
        const struct made_service *made = &trial->services[i];
        int64_t pools = made->instances * made->leaked * (made->rolls ? 2 : 1);
        int64_t most = made->at_most != UNKNOWN ? made->at_most : MAX_CONNECTIONS_LIMIT;
        if (class->limit < (made->at_least < most ? made->at_least : most) || class->limit > most)
            return because(trial, "s%zu: limit %" PRId64 " outside its bounds", i, class->limit);
        if (class->need != UNKNOWN && class->limit > class->need && class->limit > made->at_least)
            return because(trial, "s%zu: limit %" PRId64 ", needs %" PRId64, i, class->limit,
                           class->need);
        used += pools * class->limit;
        by_role += made->has_role ? pools * class->limit : 0;
    }
    if (used > trial->max_connections - 3)
        return because(trial, "%" PRId64 " used", used);
    if (trial->role_limit != UNKNOWN && by_role > trial->role_limit)
        return because(trial, "%" PRId64 " used by the role", by_role);
    return true;
}

static bool never_overcommits(struct trial *trial)
{
    enum allocate_mode mode = chance(&trial->random, 50) ? ALLOCATE_FILL : ALLOCATE_STABLE;
    return !size_both(trial, false, mode) || sums_hold(trial, &trial->wait);
}

static bool deterministic(struct trial *trial)
{
    if (!size_both(trial, false, ALLOCATE_FILL))
        return true;
    instance_size(trial, OBJECTIVE_WAIT, ALLOCATE_FILL, &trial->more);
    for (size_t i = 0; i < trial->wait.class_count; i++)
        if (trial->more.classes[i].limit != trial->wait.classes[i].limit)
            return because(trial, "s%zu: another limit", i);
    return true;
}

static bool never_waits_more_than_fair(struct trial *trial)
{
    if (!size_both(trial, false, ALLOCATE_FILL))
        return true;
    struct total wait = total_of(&trial->wait), fair = total_of(&trial->fair);
    if (wait.endless > fair.endless)
        return because(trial, "%d endless, by fair %d", wait.endless, fair.endless);
    return wait.endless < fair.endless || wait.waiting <= fair.waiting * (1 + 1e-8) ||
           because(trial, "%.9g wait, by fair %.9g", wait.waiting, fair.waiting);
}

/* Where fair shares give every load its connections, a want keeps what they give it. */
static bool others_keep_their_share(struct trial *trial)
{
    if (!size_both(trial, false, ALLOCATE_FILL))
        return true;
    for (size_t i = 0; i < trial->fair.class_count; i++) {
        const struct pool_class *class = &trial->fair.classes[i];
        if (class_goes_by_gain(class) && class->limit < class_first(class))
            return true;
    }
    for (size_t i = 0; i < trial->wait.class_count; i++) {
        const struct pool_class *class = &trial->wait.classes[i];
        if (class->service->want != UNKNOWN && class->limit < trial->fair.classes[i].limit)
            return because(trial, "s%zu: %" PRId64 ", by fair %" PRId64, i, class->limit,
                           trial->fair.classes[i].limit);
    }
    return true;
}

/* Nobody can be raised within its need: fill leaves nothing that helps. */
static bool nothing_is_left(struct trial *trial)
{
    if (!size_both(trial, false, ALLOCATE_FILL))
        return true;
    const struct server_sizing *server = &trial->wait.servers[0];
    for (size_t i = 0; i < trial->wait.class_count; i++) {
        const struct pool_class *class = &trial->wait.classes[i];
        bool role =
            class->role_row != NO_ROW && server->caps[class->role_row].peak + class->pools_at_peak >
                                             server->caps[class->role_row].limit;
        bool more =
            class->need != UNKNOWN && class->limit < class->need && class->limit < class->at_most;
        if (more && !role && server->peak + class->pools_at_peak <= server->budget.budget)
            return because(trial, "s%zu could be raised", i);
    }
    return true;
}

static bool raised_budget_stable(struct trial *trial)
{
    if (!size_both(trial, false, ALLOCATE_STABLE))
        return true;
    instance_write(trial, trial->max_connections + pick(&trial->random, 1, 12));
    instance_size(trial, OBJECTIVE_WAIT, ALLOCATE_STABLE, &trial->more);
    for (size_t i = 0; i < trial->wait.class_count; i++)
        if (trial->more.classes[i].limit < trial->wait.classes[i].limit)
            return because(trial, "s%zu: %" PRId64 " becomes %" PRId64, i,
                           trial->wait.classes[i].limit, trial->more.classes[i].limit);
    return true;
}

/* --- the least of all allocations --- */

struct search {
    const struct sizing *sizing;
    int64_t low[MOST_CLASSES], high[MOST_CLASSES];
    double queues[MOST_CLASSES][MOST_LIMIT];
    double least;
};

/* Every allocation that costs no more than `room` and whose waiting has an end. */
static void search_from(struct search *search, size_t index, int64_t room, double waiting)
{
    if (index == search->sizing->class_count || index == MOST_CLASSES) {
        search->least = waiting < search->least ? waiting : search->least;
        return;
    }
    int64_t pools = search->sizing->classes[index].pools_at_peak;
    for (int64_t limit = search->low[index]; limit <= search->high[index]; limit++)
        if (pools * limit <= room)
            search_from(search, index + 1, room - pools * limit,
                        waiting + search->queues[index][limit]);
}

/* False where a queue has no end: then there is no least. */
static bool search_make(struct search *search, const struct sizing *sizing)
{
    search->sizing = sizing;
    search->least = INFINITY;
    for (size_t i = 0; i < sizing->class_count; i++) {
        const struct pool_class *class = &sizing->classes[i];
        int64_t load = (int64_t)load_of(class) + 1;
        int64_t most = class->need == UNKNOWN ? 0 : class->need;
        most = most < class->at_most ? most : class->at_most;
        search->low[i] = load > class->at_least ? load : class->at_least;
        search->high[i] = most > class->at_least ? most : class->at_least;
        if (class->limit < load || class->need == UNKNOWN || search->high[i] >= MOST_LIMIT)
            return false;
        for (int64_t limit = search->low[i]; limit <= search->high[i]; limit++)
            search->queues[i][limit] = queue_of(class, limit);
    }
    return true;
}

/* The order is optimal for its cost, so that what it gives when it stops at the first connection
 * that does not fit is the least that any allocation of that cost waits. */
static bool prefix_is_optimal(struct trial *trial)
{
    struct search search;
    if (!size_both(trial, true, ALLOCATE_STABLE) || !search_make(&search, &trial->wait))
        return true;
    double waiting = total_of(&trial->wait).waiting;
    search_from(&search, 0, trial->wait.servers[0].peak, 0);
    return waiting <= search.least * (1 + 1e-9) ||
           because(trial, "%.12g wait; %.12g could, for no more", waiting, search.least);
}

/* What fill adds behind the first that does not fit costs nobody anything. */
static bool fill_waits_no_more_than_the_prefix(struct trial *trial)
{
    struct search search;
    if (!size_both(trial, true, ALLOCATE_STABLE) || !search_make(&search, &trial->wait))
        return true;
    double prefix = total_of(&trial->wait).waiting;
    instance_size(trial, OBJECTIVE_WAIT, ALLOCATE_FILL, &trial->more);
    double fill = total_of(&trial->more).waiting;
    search_from(&search, 0, trial->wait.servers[0].budget.budget, 0);
    if (fill > prefix * (1 + 1e-9))
        return because(trial, "%.12g wait, %.12g with less", fill, prefix);
    return fill >= search.least * (1 - 1e-9) ||
           because(trial, "%.12g wait, less than is possible", fill);
}

/* --- running --- */

static const struct property properties[] = {
    {"no row is overcommitted, bounds and needs hold", never_overcommits},
    {"the same input gives the same answer", deterministic},
    {"fill: never more waiting than by fair shares", never_waits_more_than_fair},
    {"fill: a want keeps its fair share", others_keep_their_share},
    {"fill: no need can be raised", nothing_is_left},
    {"stable: a raised budget lowers no limit", raised_budget_stable},
    {"stable: no allocation of that cost waits less", prefix_is_optimal},
    {"fill: between that and the least of all", fill_waits_no_more_than_the_prefix},
};

static void trial_print(const struct trial *trial)
{
    print_error("%s\n%s\n", trial->why, trial->text);
}

static struct trial state;

struct suite suite = {.seed = 20250301,
                      .instances = 6000,
                      PROPERTIES(properties),
                      TRIAL(state),
                      .arena = &state.arena,
                      .print = trial_print};
