/*
 * What must hold of the sizing from end to end: a random topology is written as JSON, read, sized
 * and judged, and everything is computed again here from the numbers that the topology was made of.
 * Nothing here uses a sum, a rollout or a budget of the program.
 *
 * All properties look at the same topologies: setting up goes through them once, and each test
 * point then says what was the first that its property did not hold for.
 */
#include "budget.h"
#include "harness.h"
#include "random_topology.h"
#include "recommend.h"
#include "rule.h"

#include <ctype.h>

/* --- what is expected, from the contract --- */

struct expected_class {
    const struct random_service *service;
    int service_index, target, server, role, database;
    bool superuser, is_job;
    int64_t instances, instances_at_peak, pools_of_instance; /* of one instance */
    int64_t pools_steady, pools_at_peak, extra_steady, extra_at_peak;
    int64_t at_least, at_most, deadlock_floor, need, weight, today;
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

/* What a set of limits adds up to, on one server. */
struct figures {
    int64_t steady, peak;
    int64_t caps[2][MOST_NAMES];
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t otherwise(int64_t number, int64_t value)
{
    return number != UNKNOWN ? number : value;
}

static int64_t share_up(int64_t whole, int64_t thousandths)
{
    return (whole * thousandths + 99999) / 100000;
}

static int64_t share_down(int64_t whole, int64_t thousandths)
{
    return whole * thousandths / 100000;
}

static int64_t margin_of(const struct random_server *server, int64_t max_connections)
{
    const struct amount *margin = &server->margin;
    if (!margin->given)
        return larger(2, share_up(max_connections, 2000));
    return margin->is_share ? share_up(max_connections, margin->value) : margin->value;
}

/* `used` holds everything: services, and what is kept back. */
static bool crosses_alert(const struct random_server *server, int64_t max_connections, int64_t used)
{
    const struct amount *alert = &server->alert_at;
    if (alert->given && !alert->is_share)
        return used > alert->value;
    return 100000 * used > (alert->given ? alert->value : 80000) * max_connections;
}

static bool has_answered(const struct random_server *server)
{
    return server->answer == ANSWER_LIVE || server->answer == ANSWER_SNAPSHOT;
}

static void budget_expect(const struct random_server *made, struct expected_server *server)
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
static int64_t instances_at_peak(const struct random_service *service, int64_t instances)
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

static void bounds_expect(const struct random_service *service, struct expected_class *class)
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

static int64_t today_expect(const struct random_service *service, const struct random_url *url)
{
    const struct random_client *client = service->client;
    if (service->connection_limit != UNKNOWN)
        return service->connection_limit;
    if (client->obeys_url && url->given && url->limit != UNKNOWN)
        return url->limit;
    if (client->per_cpu > 0 && service->cpus != UNKNOWN)
        return client->per_cpu * service->cpus + 1;
    return client->otherwise;
}

static void class_expect(const struct random_topology *topology, int index, int target,
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
        .today = today_expect(service, url),
    };
    int64_t processes = otherwise(service->processes, 1), extra = otherwise(service->extra, 0);
    class->superuser = class->role != NONE && server->superusers[class->role];
    class->instances = class->is_job ? service->concurrent : otherwise(service->instances_max, 1);
    class->instances_at_peak = instances_at_peak(service, class->instances);
    class->pools_of_instance = processes * otherwise(service->pools, 1);
    class->pools_steady = class->instances * class->pools_of_instance;
    class->pools_at_peak = class->instances_at_peak * class->pools_of_instance;
    if (target == 0) {
        class->extra_steady = class->instances * processes * extra;
        class->extra_at_peak = class->instances_at_peak * processes * extra;
    }
    bounds_expect(service, class);
}

/* Beside a service that says what it needs, one that says nothing gets no more than 10. */
static void nominal_expect(struct expected *expected, int server)
{
    bool somebody_needs = false;
    for (int i = 0; i < expected->class_count; i++)
        somebody_needs |=
            expected->classes[i].server == server && expected->classes[i].need != UNKNOWN;
    for (int i = 0; somebody_needs && i < expected->class_count; i++) {
        struct expected_class *class = &expected->classes[i];
        if (class->server == server && class->need == UNKNOWN && class->service->at_most == UNKNOWN)
            class->at_most = smaller(class->at_most, larger(class->at_least, 10));
    }
}

static void expect(const struct random_topology *topology, struct expected *expected)
{
    expected->server_count = topology->server_count;
    expected->class_count = 0;
    for (int i = 0; i < topology->server_count; i++)
        budget_expect(&topology->servers[i], &expected->servers[i]);
    for (int i = 0; i < topology->service_count; i++)
        for (int k = 0; k < topology->services[i].target_count; k++)
            class_expect(topology, i, k, &expected->classes[expected->class_count++]);
    for (int i = 0; i < topology->server_count; i++)
        nominal_expect(expected, i);
}

static bool counts_in(const struct expected_class *class, int kind, int name)
{
    return !class->superuser && (kind == CAP_ROLE ? class->role : class->database) == name;
}

/* `limits` by class; one that is not known counts as 1. */
static struct figures figures_of(const struct expected *expected, int server, const int64_t *limits)
{
    struct figures figures = {0};
    for (int i = 0; i < expected->class_count; i++) {
        const struct expected_class *class = &expected->classes[i];
        if (class->server != server)
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

static bool caps_hold(const struct expected_server *server, const struct figures *figures)
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

static enum verdict verdict_on(const struct expected *expected, int index, const int64_t *limits,
                               bool surplus)
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

/* Whether class `a` comes before `b`: the smaller share of weight x need, the larger weight, the
 * first. */
static bool comes_before(const struct expected *expected, const int64_t *limits, int a, int b)
{
    const struct expected_class *left = &expected->classes[a], *right = &expected->classes[b];
    int64_t share = limits[a] * right->weight * otherwise(right->need, 10),
            other = limits[b] * left->weight * otherwise(left->need, 10);
    if (share != other)
        return share < other;
    return left->weight != right->weight ? left->weight > right->weight : a < b;
}

static bool is_open(const struct expected_class *class, int64_t limit, bool surplus)
{
    if (class->pools_at_peak == 0 || (class->need == UNKNOWN) != surplus)
        return false;
    return limit < (surplus ? class->at_most : smaller(class->need, class->at_most));
}

/* One tier; false when it was stopped for good. */
static bool tier_expect(const struct expected *expected, int server, enum allocate_mode mode,
                        bool surplus, int64_t *limits)
{
    bool closed[MOST_CLASSES] = {false};
    for (;;) {
        int next = NONE;
        for (int i = 0; i < expected->class_count; i++)
            if (expected->classes[i].server == server && !closed[i] &&
                is_open(&expected->classes[i], limits[i], surplus) &&
                (next == NONE || comes_before(expected, limits, i, next)))
                next = i;
        if (next == NONE)
            return true;
        limits[next]++;
        enum verdict verdict = verdict_on(expected, server, limits, surplus);
        if (verdict == VERDICT_FITS)
            continue;
        limits[next]--;
        closed[next] = true;
        if (verdict == VERDICT_BUDGET && mode == ALLOCATE_STABLE)
            return false;
    }
}

static int64_t formula_expect(const struct expected *expected, int index, enum formula formula)
{
    const struct expected_server *server = &expected->servers[index];
    int64_t pools = 0, extra = 0;
    for (int i = 0; i < expected->class_count; i++) {
        if (expected->classes[i].server != index)
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

/* Sets `limits` of the classes of one server, UNKNOWN where nothing fits; false then. */
static bool limits_expect(const struct expected *expected, int server, enum formula formula,
                          enum allocate_mode mode, int64_t *limits)
{
    int64_t uniform = formula_expect(expected, server, formula);
    bool is_fair = formula == FORMULA_FAIR;
    for (int i = 0; i < expected->class_count; i++)
        if (expected->classes[i].server == server)
            limits[i] = is_fair ? expected->classes[i].at_least : otherwise(uniform, 1);
    bool fits =
        expected->servers[server].is_known &&
        (is_fair ? verdict_on(expected, server, limits, false) == VERDICT_FITS : uniform != 0);
    if (fits && is_fair && tier_expect(expected, server, mode, false, limits))
        (void)tier_expect(expected, server, mode, true, limits);
    for (int i = 0; i < expected->class_count; i++)
        if (expected->classes[i].server == server && !fits)
            limits[i] = UNKNOWN;
    return fits;
}

/* --- the program's answer --- */

struct outcome {
    const char *text;
    struct topology topology;
    struct sizing sizing;
};

struct trial {
    struct random random;
    struct arena arena;
    struct random_topology made;
    struct expected expected;
    enum formula formula;
    enum allocate_mode mode;
    int64_t limits[MOST_CLASSES]; /* expected of recommend */
    int64_t today[MOST_CLASSES];
    bool fits[MOST_SERVERS];
    struct outcome recommended, checked;
    struct random_topology changed; /* by the property */
    const char *changed_text;
    char why[600];
};

/* Always false, so that a property that does not hold is one line. */
__attribute__((format(printf, 2, 3))) static bool because(struct trial *trial, const char *format,
                                                          ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(trial->why, sizeof trial->why, format, arguments);
    va_end(arguments);
    return false;
}

static bool equals(struct trial *trial, const char *what, int64_t found, int64_t expected)
{
    return found == expected ||
           because(trial, "%s: %" PRId64 ", expected %" PRId64, what, found, expected);
}

/* Writes a topology as JSON and reads that. */
static bool answer_read(struct trial *trial, const struct random_topology *made,
                        struct outcome *answer)
{
    static const char *const no_environment[] = {NULL};
    struct text written = {.arena = &trial->arena};
    topology_write(made, &written);
    struct json_text *text = ARENA_NEW(&trial->arena, struct json_text);
    *text = (struct json_text){
        .name = "pgsize.json",
        .bytes = arena_strndup(&trial->arena, written.bytes, written.length),
        .length = written.length,
    };
    text_free(&written);
    answer->text = text->bytes;
    struct topology_input input = {
        .texts = text,
        .text_count = 1,
        .environment = no_environment,
        .max_connections = made->server_count == 1 ? made->servers[0].option : UNKNOWN,
    };
    struct faults *faults = ARENA_NEW(&trial->arena, struct faults);
    return topology_read(&trial->arena, &input, &answer->topology, faults) ||
           because(trial, "the topology cannot be read: %s:%u: %s", faults->items[0].file,
                   faults->items[0].line, faults->items[0].message);
}

static bool answer_size(struct trial *trial, const struct random_topology *made,
                        enum purpose purpose, struct outcome *answer)
{
    struct server_input inputs[MOST_SERVERS] = {{.facts = NULL}};
    for (int i = 0; i < made->server_count; i++)
        inputs[i].facts = facts_of(&trial->arena, &made->servers[i]);
    struct recommend_options options = {purpose, answer->topology.formula, trial->mode};
    struct fail fail = {.kind = FAIL_NONE};
    if (!recommend(&trial->arena, &answer->topology, inputs, &options, &answer->sizing, &fail))
        return because(trial, "recommend: %s", fail.message);
    rules_judge(&trial->arena, &answer->sizing);
    return true;
}

static bool answer_make(struct trial *trial, const struct random_topology *made,
                        enum purpose purpose, struct outcome *answer)
{
    return answer_read(trial, made, answer) && answer_size(trial, made, purpose, answer);
}

/* The same of what the property has changed. */
static bool changed_answer(struct trial *trial, enum purpose purpose, struct outcome *answer)
{
    bool made = answer_make(trial, &trial->changed, purpose, answer);
    trial->changed_text = answer->text;
    return made;
}

static bool trial_make(struct trial *trial, uint64_t seed)
{
    trial->random = random_of(seed);
    topology_make(&trial->random, &trial->made);
    trial->formula = trial->made.formula;
    trial->mode = chance(&trial->random, 50) ? ALLOCATE_FILL : ALLOCATE_STABLE;
    expect(&trial->made, &trial->expected);
    for (int i = 0; i < trial->expected.server_count; i++)
        trial->fits[i] =
            limits_expect(&trial->expected, i, trial->formula, trial->mode, trial->limits);
    for (int i = 0; i < trial->expected.class_count; i++)
        trial->today[i] = trial->expected.classes[i].today;
    if (!answer_make(trial, &trial->made, PURPOSE_RECOMMEND, &trial->recommended))
        return false;
    trial->checked.text = trial->recommended.text;
    trial->checked.topology = trial->recommended.topology;
    if (!answer_size(trial, &trial->made, PURPOSE_CHECK, &trial->checked))
        return false;
    return equals(trial, "classes", (int64_t)trial->recommended.sizing.class_count,
                  trial->expected.class_count) &&
           equals(trial, "servers", (int64_t)trial->recommended.sizing.server_count,
                  trial->expected.server_count);
}

/* --- what is found --- */

enum found {
    OVER_BUDGET,
    OVER_ALERT,
    ROLLOUT_OVERLAP,
    DOES_NOT_FIT,
    ROLE_LIMIT,
    DATABASE_LIMIT,
    FOUND_OF_SERVERS,
    NEED_UNMET = FOUND_OF_SERVERS,
    POOL_DEADLOCK,
    FOUND_KINDS,
};
static const char *const found_ids[FOUND_KINDS] = {
    [OVER_BUDGET] = "PGS001",  [OVER_ALERT] = "PGS002",    [ROLLOUT_OVERLAP] = "PGS003",
    [DOES_NOT_FIT] = "PGS004", [ROLE_LIMIT] = "PGS009",    [DATABASE_LIMIT] = "PGS010",
    [NEED_UNMET] = "PGS005",   [POOL_DEADLOCK] = "PGS013",
};

/* How often each is found, of each server and of each service. */
struct tally {
    int servers[MOST_SERVERS][FOUND_KINDS];
    int services[MOST_CLASSES][FOUND_KINDS];
};

static int found_kind(const struct finding *finding)
{
    for (int kind = 0; kind < FOUND_KINDS; kind++)
        if (strcmp(finding->rule->id, found_ids[kind]) == 0)
            return kind;
    return NONE;
}

/* Of several servers, the message or the subject names the one that it is about. */
static int found_server(const struct sizing *sizing, const struct finding *finding)
{
    for (int i = 0; i < (int)sizing->server_count && sizing->server_count > 1; i++) {
        char prefix[16], subject[24];
        (void)snprintf(prefix, sizeof prefix, "v%d: ", i);
        (void)snprintf(subject, sizeof subject, "servers/v%d", i);
        if (strncmp(finding->message, prefix, strlen(prefix)) == 0 ||
            strcmp(finding->subject, subject) == 0)
            return i;
    }
    return 0;
}

static struct tally tally_of(const struct sizing *sizing)
{
    struct tally tally = {0};
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct finding *finding = &sizing->findings[i];
        int kind = found_kind(finding);
        if (kind == NONE)
            continue;
        if (kind < FOUND_OF_SERVERS)
            tally.servers[found_server(sizing, finding)][kind]++;
        else
            tally.services[finding->service->index][kind]++;
    }
    return tally;
}

/* Which make a deploy fail. */
static int errors_of(const struct tally *tally, int server)
{
    const int *found = tally->servers[server];
    return found[OVER_BUDGET] + found[ROLLOUT_OVERLAP] + found[ROLE_LIMIT] + found[DATABASE_LIMIT];
}

static void caps_tally(const struct expected_server *server, const struct figures *figures,
                       int *role, int *database)
{
    for (int name = 0; name < MOST_NAMES; name++) {
        int64_t limit = server->limits[CAP_ROLE][name];
        *role += limit != UNKNOWN && figures->caps[CAP_ROLE][name] > limit;
        limit = server->limits[CAP_DATABASE][name];
        *database += limit != UNKNOWN && figures->caps[CAP_DATABASE][name] > limit;
    }
}

static void server_tally(const struct trial *trial, int index, enum purpose purpose, int *found)
{
    const struct expected_server *server = &trial->expected.servers[index];
    if (!server->is_known)
        return;
    if (purpose == PURPOSE_RECOMMEND && !trial->fits[index]) {
        int64_t floors[MOST_CLASSES];
        for (int i = 0; i < trial->expected.class_count; i++)
            floors[i] = trial->expected.classes[i].at_least;
        struct figures least = figures_of(&trial->expected, index, floors);
        found[DOES_NOT_FIT] = trial->formula != FORMULA_FAIR || least.peak > server->budget;
        if (trial->formula == FORMULA_FAIR)
            caps_tally(server, &least, &found[DOES_NOT_FIT], &found[DOES_NOT_FIT]);
        return;
    }
    struct figures figures = figures_of(&trial->expected, index,
                                        purpose == PURPOSE_CHECK ? trial->today : trial->limits);
    bool crossed =
        crosses_alert(server->made, server->max_connections, figures.peak + server->kept);
    found[OVER_BUDGET] = figures.steady > server->budget;
    found[ROLLOUT_OVERLAP] = figures.steady <= server->budget && figures.peak > server->budget;
    found[OVER_ALERT] = figures.peak <= server->budget && crossed;
    caps_tally(server, &figures, &found[ROLE_LIMIT], &found[DATABASE_LIMIT]);
}

static struct tally tally_expect(const struct trial *trial, enum purpose purpose)
{
    struct tally tally = {0};
    for (int i = 0; i < trial->expected.server_count; i++)
        server_tally(trial, i, purpose, tally.servers[i]);
    for (int i = 0; i < trial->expected.class_count; i++) {
        const struct expected_class *class = &trial->expected.classes[i];
        int64_t limit = purpose == PURPOSE_CHECK ? trial->today[i] : trial->limits[i];
        if (limit == UNKNOWN || class->pools_at_peak == 0)
            continue;
        int *found = tally.services[class->service_index];
        found[NEED_UNMET] += purpose == PURPOSE_RECOMMEND && limit < class->need;
        found[POOL_DEADLOCK] += limit < class->deadlock_floor;
    }
    return tally;
}

static bool tallies_equal(struct trial *trial, const struct tally *found,
                          const struct tally *expected)
{
    for (int kind = 0; kind < FOUND_KINDS; kind++) {
        for (int i = 0; i < MOST_SERVERS; i++)
            if (found->servers[i][kind] != expected->servers[i][kind])
                return because(trial, "%s of server v%d: %d times, expected %d", found_ids[kind], i,
                               found->servers[i][kind], expected->servers[i][kind]);
        for (int i = 0; i < MOST_CLASSES; i++)
            if (found->services[i][kind] != expected->services[i][kind])
                return because(trial, "%s of service number %d: %d times, expected %d",
                               found_ids[kind], i, found->services[i][kind],
                               expected->services[i][kind]);
    }
    return true;
}

/* --- properties of the numbers --- */

static bool budget_is_the_contract(struct trial *trial)
{
    for (int i = 0; i < trial->expected.server_count; i++) {
        const struct expected_server *server = &trial->expected.servers[i];
        const struct budget *budget = &trial->recommended.sizing.servers[i].budget;
        if (!equals(trial, "MC", budget->max_connections, server->max_connections) ||
            !equals(trial, "known", budget->source != SOURCE_NONE, server->is_known) ||
            !equals(trial, "SR", budget->superuser_reserved_connections,
                    server->superuser_reserved) ||
            !equals(trial, "RC", budget->reserved_connections, server->reserved_connections) ||
            !equals(trial, "reserved", budget->reserved, server->reserved))
            return false;
        if (!server->is_known)
            continue;
        if (!equals(trial, "margin", budget->margin, server->margin) ||
            !equals(trial, "budget", budget->budget, server->budget) ||
            !equals(trial, "kept", budget->kept, server->kept) ||
            !equals(trial, "alert room", budget_alert_room(budget),
                    budget->alert_connections - server->kept) ||
            !equals(trial, "crossed at the alert",
                    crosses_alert(server->made, server->max_connections, budget->alert_connections),
                    false) ||
            !equals(
                trial, "crossed behind the alert",
                crosses_alert(server->made, server->max_connections, budget->alert_connections + 1),
                true))
            return false;
    }
    return true;
}

static bool classes_are_the_contract(struct trial *trial)
{
    for (int i = 0; i < trial->expected.class_count; i++) {
        const struct expected_class *class = &trial->expected.classes[i];
        const struct pool_class *found = &trial->recommended.sizing.classes[i];
        if (!equals(trial, "server", (int64_t)found->server, class->server) ||
            !equals(trial, "instances at peak", found->instances_at_peak,
                    class->instances_at_peak) ||
            !equals(trial, "pools steady", found->pools_steady, class->pools_steady) ||
            !equals(trial, "pools at peak", found->pools_at_peak, class->pools_at_peak) ||
            !equals(trial, "extra steady", found->extra_steady, class->extra_steady) ||
            !equals(trial, "extra at peak", found->extra_at_peak, class->extra_at_peak) ||
            !equals(trial, "at least", found->at_least, class->at_least) ||
            !equals(trial, "at most", found->at_most, class->at_most) ||
            !equals(trial, "deadlock floor", found->deadlock_floor, class->deadlock_floor) ||
            !equals(trial, "need", found->need, class->need) ||
            !equals(trial, "today", found->today, class->today) ||
            !equals(trial, "superuser", found->superuser, class->superuser))
            return false;
    }
    return true;
}

static bool caps_are_those_that_hold(struct trial *trial)
{
    for (int i = 0; i < trial->expected.server_count; i++) {
        const struct expected_server *server = &trial->expected.servers[i];
        const struct server_sizing *found = &trial->recommended.sizing.servers[i];
        struct figures today = figures_of(&trial->expected, i, trial->today);
        struct figures figures = figures_of(&trial->expected, i, trial->limits);
        int64_t count = 0;
        for (int kind = 0; kind < 2; kind++)
            for (int name = 0; name < MOST_NAMES; name++)
                count += server->limits[kind][name] != UNKNOWN;
        if (!equals(trial, "limits of roles and databases", (int64_t)found->cap_count, count))
            return false;
        for (size_t k = 0; k < found->cap_count; k++) {
            const struct cap *cap = &found->caps[k];
            int name = cap->name[1] - '0';
            if (!equals(trial, cap->name, cap->limit, server->limits[cap->kind][name]) ||
                !equals(trial, "its peak today", cap->today_peak, today.caps[cap->kind][name]) ||
                (trial->fits[i] &&
                 !equals(trial, "its peak", cap->peak, figures.caps[cap->kind][name])))
                return false;
        }
    }
    return true;
}

static bool peaks_are_the_sums(struct trial *trial)
{
    for (int i = 0; i < trial->expected.server_count; i++) {
        const struct server_sizing *found = &trial->recommended.sizing.servers[i];
        int64_t recommended[MOST_CLASSES];
        for (int k = 0; k < trial->expected.class_count; k++)
            recommended[k] = trial->recommended.sizing.classes[k].limit;
        struct figures figures = figures_of(&trial->expected, i, recommended);
        struct figures today = figures_of(&trial->expected, i, trial->today);
        if (!equals(trial, "fits", found->fits, trial->fits[i]) ||
            !equals(trial, "peak", found->peak, trial->fits[i] ? figures.peak : UNKNOWN) ||
            !equals(trial, "steady", found->steady, trial->fits[i] ? figures.steady : UNKNOWN) ||
            !equals(trial, "peak today", found->today_peak, today.peak) ||
            !equals(trial, "steady today", found->today_steady, today.steady))
            return false;
    }
    return true;
}

static bool nothing_is_overcommitted(struct trial *trial)
{
    int64_t limits[MOST_CLASSES];
    for (int i = 0; i < trial->expected.class_count; i++)
        limits[i] = trial->recommended.sizing.classes[i].limit;
    for (int i = 0; i < trial->expected.server_count; i++) {
        const struct expected_server *server = &trial->expected.servers[i];
        if (trial->formula != FORMULA_FAIR || !trial->recommended.sizing.servers[i].fits)
            continue;
        struct figures figures = figures_of(&trial->expected, i, limits);
        if (figures.peak > server->budget || !caps_hold(server, &figures))
            return because(trial, "server v%d: %" PRId64 " at peak of %" PRId64 ", or a limit", i,
                           figures.peak, server->budget);
    }
    return true;
}

static bool limits_are_within_bounds(struct trial *trial)
{
    for (int i = 0; i < trial->expected.class_count; i++) {
        const struct expected_class *class = &trial->expected.classes[i];
        int64_t limit = trial->recommended.sizing.classes[i].limit;
        if (trial->formula == FORMULA_FAIR && limit != UNKNOWN &&
            (limit < class->at_least || limit > class->at_most))
            return because(trial, "class %d: %" PRId64 " is not %" PRId64 " to %" PRId64, i, limit,
                           class->at_least, class->at_most);
    }
    return true;
}

/* Needs and floors may cross the alert; what is above them may not. */
static bool surplus_keeps_the_alert(struct trial *trial)
{
    for (int i = 0; i < trial->expected.server_count; i++) {
        const struct expected_server *server = &trial->expected.servers[i];
        const struct server_sizing *found = &trial->recommended.sizing.servers[i];
        if (trial->formula != FORMULA_FAIR || !found->fits)
            continue;
        bool has_surplus = false;
        for (int k = 0; k < trial->expected.class_count; k++) {
            const struct expected_class *class = &trial->expected.classes[k];
            int64_t due = larger(class->at_least, class->need);
            has_surplus |= class->server == i && class->pools_at_peak > 0 &&
                           trial->recommended.sizing.classes[k].limit > due;
        }
        if (has_surplus &&
            crosses_alert(server->made, server->max_connections, found->peak + server->kept))
            return because(trial, "server v%d: surplus crosses the alert", i);
    }
    return true;
}

static bool limits_are_one_at_a_time(struct trial *trial)
{
    for (int i = 0; i < trial->expected.class_count; i++)
        if (trial->formula == FORMULA_FAIR &&
            trial->recommended.sizing.classes[i].limit != trial->limits[i])
            return because(trial, "class %d: %" PRId64 ", expected %" PRId64, i,
                           trial->recommended.sizing.classes[i].limit, trial->limits[i]);
    return true;
}

static bool formulas_are_the_contract(struct trial *trial)
{
    for (int i = 0; i < trial->expected.server_count; i++)
        for (int formula = FORMULA_DIVISOR; formula <= FORMULA_HALF; formula++)
            if (!equals(trial, formula == FORMULA_HALF ? "half" : "divisor",
                        formula_limit((enum formula)formula, &trial->recommended.sizing.servers[i]),
                        formula_expect(&trial->expected, i, (enum formula)formula)))
                return false;
    for (int i = 0; i < trial->expected.class_count; i++)
        if (trial->formula != FORMULA_FAIR &&
            !equals(trial, "limit", trial->recommended.sizing.classes[i].limit, trial->limits[i]))
            return false;
    return true;
}

/* Counts up until the server is full; a number beyond may not fit again. */
static int64_t most_instances(const struct expected_server *server,
                              const struct random_service *service, int64_t others, int64_t each,
                              bool within_alert)
{
    int64_t most = 0;
    for (int64_t instances = 0; instances <= most + 3; instances++) {
        int64_t peak = others + each * instances_at_peak(service, instances);
        bool fits = within_alert
                        ? !crosses_alert(server->made, server->max_connections, peak + server->kept)
                        : peak <= server->budget;
        if (fits)
            most = instances;
    }
    return most;
}

static bool instances_are_the_largest(struct trial *trial, const struct sizing *sizing,
                                      const int64_t *limits)
{
    for (int i = 0; i < trial->expected.class_count; i++) {
        const struct expected_class *class = &trial->expected.classes[i];
        const struct expected_server *server = &trial->expected.servers[class->server];
        const struct random_service *service = class->service;
        int64_t each = 0, within = UNKNOWN, calm = UNKNOWN;
        for (int k = 0; k < trial->expected.class_count; k++) {
            const struct expected_class *other = &trial->expected.classes[k];
            if (other->service != service || other->server != class->server)
                continue;
            each += other->pools_of_instance * otherwise(limits[k], 1);
            if (other->target == 0)
                each += otherwise(service->processes, 1) * otherwise(service->extra, 0);
        }
        bool judged = sizing->purpose == PURPOSE_CHECK || trial->fits[class->server];
        if (!class->is_job && each > 0 && server->is_known && judged) {
            int64_t others = figures_of(&trial->expected, class->server, limits).peak -
                             each * class->instances_at_peak;
            within = most_instances(server, service, others, each, false);
            calm = most_instances(server, service, others, each, true);
        }
        if (!equals(trial, "max_instances", sizing->classes[i].max_instances, within) ||
            !equals(trial, "alert_instances", sizing->classes[i].alert_instances, calm))
            return false;
    }
    return true;
}

static bool max_instances_are_the_largest(struct trial *trial)
{
    return instances_are_the_largest(trial, &trial->recommended.sizing, trial->limits) &&
           instances_are_the_largest(trial, &trial->checked.sizing, trial->today);
}

/* By counting up; a server whose slots are all reserved does not start. */
static int64_t needed_expect(const struct expected_server *server, int64_t peak, bool within_alert)
{
    int64_t settings = server->superuser_reserved + server->reserved_connections;
    for (int64_t most = settings + 1; most <= MAX_CONNECTIONS_LIMIT; most++) {
        int64_t used = peak + settings + server->reserved + margin_of(server->made, most);
        if (used <= most && !(within_alert && crosses_alert(server->made, most, used)))
            return most;
    }
    return UNKNOWN;
}

static bool needed_is_the_smallest(struct trial *trial)
{
    if (!chance(&trial->random, 4)) /* counting up takes long */
        return true;
    int index = (int)pick(&trial->random, 0, trial->expected.server_count - 1);
    const struct expected_server *server = &trial->expected.servers[index];
    const struct server_sizing *found = &trial->recommended.sizing.servers[index];
    int64_t peak = chance(&trial->random, 50) ? found->today_peak : pick(&trial->random, 0, 400);
    return equals(trial, "max_connections needed",
                  budget_needed(found->server, &found->budget, peak, false),
                  needed_expect(server, peak, false)) &&
           equals(trial, "max_connections needed, calm",
                  budget_needed(found->server, &found->budget, peak, true),
                  needed_expect(server, peak, true));
}

/* --- properties of the findings --- */

static bool recommend_finds_exactly(struct trial *trial)
{
    struct tally found = tally_of(&trial->recommended.sizing),
                 expected = tally_expect(trial, PURPOSE_RECOMMEND);
    return tallies_equal(trial, &found, &expected);
}

static bool check_finds_exactly(struct trial *trial)
{
    struct tally found = tally_of(&trial->checked.sizing),
                 expected = tally_expect(trial, PURPOSE_CHECK);
    return tallies_equal(trial, &found, &expected);
}

static bool one_of_three(struct trial *trial)
{
    const struct sizing *sizings[] = {&trial->recommended.sizing, &trial->checked.sizing};
    for (int i = 0; i < 2; i++) {
        struct tally tally = tally_of(sizings[i]);
        for (int k = 0; k < trial->expected.server_count; k++)
            if (tally.servers[k][OVER_BUDGET] + tally.servers[k][OVER_ALERT] +
                    tally.servers[k][ROLLOUT_OVERLAP] >
                1)
                return because(trial, "server v%d has several", k);
    }
    return true;
}

/* What is said of a server that is too small are the numbers that were added up here. */
static bool messages_have_the_numbers(struct trial *trial)
{
    const struct sizing *sizing = &trial->checked.sizing;
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct finding *finding = &sizing->findings[i];
        int kind = found_kind(finding), server = found_server(sizing, finding);
        if (finding->file == NULL || finding->line == 0 || finding->help[0] == '\0')
            return because(trial, "%s has no place or no help", finding->rule->id);
        if (kind != OVER_BUDGET && kind != ROLLOUT_OVERLAP && kind != OVER_ALERT)
            continue;
        struct figures figures = figures_of(&trial->expected, server, trial->today);
        char peak[64], other[64];
        (void)snprintf(peak, sizeof peak, "%" PRId64 " at peak", figures.peak);
        (void)snprintf(other, sizeof other,
                       kind == OVER_ALERT ? " = %" PRId64 " of " : ", %" PRId64 " available",
                       kind == OVER_ALERT ? figures.peak + trial->expected.servers[server].kept
                                          : trial->expected.servers[server].budget);
        if (strstr(finding->message, peak) == NULL || strstr(finding->message, other) == NULL)
            return because(trial, "%s: %s: expected \"%s\" and \"%s\"", finding->rule->id,
                           finding->message, peak, other);
    }
    return true;
}

/* --- ways out --- */

static bool way_fails(struct trial *trial, const struct finding *finding, const char *why)
{
    return because(trial, "%s: %s\nhelp: %s\n%s", finding->rule->id, finding->message,
                   finding->help, why);
}

/* Takes services apart, so that each class can have a limit of its own. `places` by class: where it
 * is then. */
static void take_apart(const struct trial *trial, struct random_topology *apart, int *places)
{
    *apart = trial->made;
    apart->service_count = 0;
    int class = 0;
    for (int i = 0; i < trial->made.service_count; i++) {
        const struct random_service *whole = &trial->made.services[i];
        if (whole->target_count < 2) {
            if (whole->target_count == 1)
                places[class ++] = apart->service_count;
            apart->services[apart->service_count++] = *whole;
            continue;
        }
        for (int k = 0; k < whole->target_count; k++) {
            struct random_service *part = &apart->services[apart->service_count];
            *part = *whole;
            part->part = k;
            part->target_count = 1;
            part->targets[0] = whole->targets[k];
            if (k > 0)
                part->extra = UNKNOWN;
            places[class ++] = apart->service_count++;
        }
    }
}

/* 0 cannot be declared: a service that may hold nothing is switched off. */
static void limit_declare(struct random_service *service, int64_t limit)
{
    if (limit > 0) {
        service->connection_limit = limit;
        return;
    }
    service->connection_limit = UNKNOWN;
    if (service->concurrent != UNKNOWN)
        service->concurrent = 0;
    else
        service->instances_min = service->instances_max = 0;
}

static void max_connections_set(struct random_server *server, int64_t max_connections)
{
    if (server->option != UNKNOWN)
        server->option = max_connections;
    else if (server->live_max_connections != UNKNOWN)
        server->live_max_connections = max_connections;
    else
        server->max_connections = max_connections;
}

/* Whether none of the server's findings of these kinds is left. */
static bool is_gone(struct trial *trial, enum purpose purpose, int server, unsigned kinds)
{
    struct outcome answer = {.text = NULL};
    if (!changed_answer(trial, purpose, &answer))
        return false;
    struct tally tally = tally_of(&answer.sizing);
    for (unsigned kind = 0; kind < FOUND_OF_SERVERS; kind++)
        if ((kinds & 1U << kind) != 0 && tally.servers[server][kind] > 0)
            return false;
    return true;
}

enum {
    TOO_MANY = 1U << OVER_BUDGET | 1U << ROLLOUT_OVERLAP,
    NOT_CALM = TOO_MANY | 1U << OVER_ALERT,
};

/* Goes past `word` at `*at`. */
static bool past(const char **at, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(*at, word, length) != 0)
        return false;
    *at += length;
    return true;
}

static int64_t number_take(const char **at)
{
    char *end;
    int64_t number = strtoll(*at, &end, 10);
    *at = end;
    return number;
}

/* The class of a server that begins here, as "s3" or "s3/d1". */
static int class_take(const struct trial *trial, int server, const char **at)
{
    for (int i = 0; i < trial->expected.class_count; i++) {
        const struct expected_class *class = &trial->expected.classes[i];
        char name[40];
        const char *here = *at;
        service_name(class->service, name);
        if (class->server != server || !past(&here, name))
            continue;
        (void)snprintf(name, sizeof name, "/d%d", class->database);
        if (class->service->target_count > 1 && !past(&here, name))
            continue;
        if (*here != ' ')
            continue;
        *at = here;
        return i;
    }
    return NONE;
}

static bool lowering_works(struct trial *trial, const struct finding *finding, int server)
{
    const char *at = strstr(finding->help, "lower connection_limit of ");
    int places[MOST_CLASSES];
    if (at == NULL || strstr(at, " more (") != NULL)
        return true;
    take_apart(trial, &trial->changed, places);
    (void)past(&at, "lower connection_limit of ");
    do {
        int class = class_take(trial, server, &at);
        if (class == NONE || !past(&at, " to ") || !isdigit((unsigned char)*at))
            return way_fails(trial, finding, "what to lower cannot be understood");
        int64_t limit = number_take(&at);
        if (trial->today[class] != UNKNOWN && limit >= trial->today[class])
            return way_fails(trial, finding, "to lower a limit must make it less");
        limit_declare(&trial->changed.services[places[class]], limit);
    } while (past(&at, ", ") || past(&at, " and "));
    unsigned kinds = found_kind(finding) == OVER_ALERT ? NOT_CALM : TOO_MANY;
    return is_gone(trial, PURPOSE_CHECK, server, kinds) ||
           way_fails(trial, finding, "lowering does not help");
}

/* How often a finding of this kind says these words of the server. */
static int found_about(const struct sizing *sizing, int kind, int server, const char *words)
{
    int count = 0;
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct finding *finding = &sizing->findings[i];
        count += found_kind(finding) == kind && found_server(sizing, finding) == server &&
                 strstr(finding->message, words) != NULL;
    }
    return count;
}

/* Whether the changed topology fits the budget; role and database limits may still be too small. */
static bool budget_fits(struct trial *trial, int server)
{
    struct outcome answer = {.text = NULL};
    return changed_answer(trial, PURPOSE_RECOMMEND, &answer) &&
           found_about(&answer.sizing, DOES_NOT_FIT, server, "smallest limits fit: ") == 0 &&
           found_about(&answer.sizing, DOES_NOT_FIT, server, "the formula") == 0;
}

/* "raise max_connections to N", and perhaps "(M to stay under the alert)". */
static bool raising_works(struct trial *trial, const struct finding *finding, enum purpose purpose,
                          int server)
{
    const char *at = strstr(finding->help, "raise max_connections to ");
    if (at == NULL)
        return true;
    (void)past(&at, "raise max_connections to ");
    trial->changed = trial->made;
    max_connections_set(&trial->changed.servers[server], number_take(&at));
    int kind = found_kind(finding);
    bool works = kind == DOES_NOT_FIT
                     ? budget_fits(trial, server)
                     : is_gone(trial, purpose, server, kind == OVER_ALERT ? NOT_CALM : TOO_MANY);
    if (!works)
        return way_fails(trial, finding, "raising max_connections does not help");
    if (!past(&at, " ("))
        return true;
    max_connections_set(&trial->changed.servers[server], number_take(&at));
    return is_gone(trial, purpose, server, NOT_CALM) ||
           way_fails(trial, finding, "max_connections for the alert does not help");
}

static bool fair_formula_works(struct trial *trial, const struct finding *finding, int server)
{
    if (strstr(finding->help, "use the formula fair") == NULL)
        return true;
    trial->changed = trial->made;
    trial->changed.formula = FORMULA_FAIR;
    return budget_fits(trial, server) ||
           way_fails(trial, finding, "the formula fair does not help");
}

static bool recreating_works(struct trial *trial, const struct finding *finding,
                             enum purpose purpose, int server)
{
    const char *at = strstr(finding->help, "give ");
    if (at == NULL)
        return true;
    (void)past(&at, "give ");
    int class = class_take(trial, server, &at);
    if (class == NONE || !past(&at, " the rollout \"recreate\""))
        return way_fails(trial, finding, "what to recreate cannot be understood");
    trial->changed = trial->made;
    struct random_service *service =
        &trial->changed.services[trial->expected.classes[class].service_index];
    service->rollout_form = ROLLOUT_AS_WORD;
    service->rollout =
        (struct rollout){.strategy = ROLLOUT_RECREATE, .drain_ms = UNKNOWN, .ready_ms = UNKNOWN};
    return is_gone(trial, purpose, server, TOO_MANY) ||
           way_fails(trial, finding, "recreating does not help");
}

/* "raise it to N", of a role or a database. */
static bool cap_raising_works(struct trial *trial, const struct finding *finding,
                              enum purpose purpose, int server)
{
    const char *at = strstr(finding->help, "raise it to ");
    if (at == NULL)
        return true;
    (void)past(&at, "raise it to ");
    int64_t limit = number_take(&at);
    char about[32] = "";
    for (int kind = 0; kind < 2; kind++)
        for (int name = 0; name < MOST_NAMES && about[0] == '\0'; name++) {
            (void)snprintf(about, sizeof about,
                           kind == CAP_ROLE ? "role \"r%d\"" : "database \"d%d\"", name);
            if (strstr(finding->message, about) == NULL) {
                about[0] = '\0';
                continue;
            }
            trial->changed = trial->made;
            struct random_server *changed = &trial->changed.servers[server];
            (has_answered(changed) ? changed->live_limits : changed->limits)[kind][name] = limit;
        }
    if (about[0] == '\0')
        return way_fails(trial, finding, "which limit to raise cannot be understood");
    struct outcome answer = {.text = NULL};
    if (!changed_answer(trial, purpose, &answer))
        return false;
    return found_about(&answer.sizing, found_kind(finding), server, about) == 0 ||
           way_fails(trial, finding, "raising that limit does not help");
}

/* "wants 9 connections per pool and gets 5: stopped by the budget": after raising max_connections
 * something else may stop it, but not the budget. */
static bool need_raising_works(struct trial *trial, const struct finding *finding)
{
    const char *at = strstr(finding->help, "raise max_connections to ");
    if (at == NULL)
        return true;
    (void)past(&at, "raise max_connections to ");
    int64_t max_connections = number_take(&at);
    const struct expected_class *class = NULL;
    /* Of a service on several servers, it is not said which one: the help of any is tried. */
    for (int i = 0; i < trial->expected.class_count; i++)
        if (trial->expected.classes[i].service_index == (int)finding->service->index) {
            if (class != NULL && class->server != trial->expected.classes[i].server)
                return true;
            class = &trial->expected.classes[i];
        }
    trial->changed = trial->made;
    max_connections_set(&trial->changed.servers[class->server], max_connections);
    struct outcome answer = {.text = NULL};
    if (!changed_answer(trial, PURPOSE_RECOMMEND, &answer))
        return false;
    for (size_t i = 0; i < answer.sizing.finding_count; i++) {
        const struct finding *after = &answer.sizing.findings[i];
        if (found_kind(after) == NEED_UNMET && after->service->index == finding->service->index &&
            strstr(after->message, "stopped by the budget") != NULL)
            return way_fails(trial, finding, "raising max_connections does not help");
    }
    return true;
}

static bool ways_out_work(struct trial *trial, const struct sizing *sizing)
{
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct finding *finding = &sizing->findings[i];
        int kind = found_kind(finding), server = found_server(sizing, finding);
        bool works = true;
        if (kind == NEED_UNMET)
            works = need_raising_works(trial, finding);
        else if (kind >= 0 && kind < FOUND_OF_SERVERS)
            works = lowering_works(trial, finding, server) &&
                    raising_works(trial, finding, sizing->purpose, server) &&
                    recreating_works(trial, finding, sizing->purpose, server) &&
                    fair_formula_works(trial, finding, server) &&
                    cap_raising_works(trial, finding, sizing->purpose, server);
        if (!works)
            return false;
    }
    trial->changed_text = NULL;
    return true;
}

static bool ways_out_of_recommend_work(struct trial *trial)
{
    return !chance(&trial->random, 25) || ways_out_work(trial, &trial->recommended.sizing);
}

static bool ways_out_of_check_work(struct trial *trial)
{
    return !chance(&trial->random, 25) || ways_out_work(trial, &trial->checked.sizing);
}

/* --- properties of two runs --- */

/* What recommend says of its own limits, check says of them when they are declared. */
static bool declared_as_recommended(struct trial *trial)
{
    int places[MOST_CLASSES];
    struct outcome answer = {.text = NULL};
    if (!chance(&trial->random, 25))
        return true;
    take_apart(trial, &trial->changed, places);
    for (int i = 0; i < trial->expected.class_count; i++)
        if (trial->recommended.sizing.classes[i].limit != UNKNOWN)
            limit_declare(&trial->changed.services[places[i]],
                          trial->recommended.sizing.classes[i].limit);
    if (!changed_answer(trial, PURPOSE_CHECK, &answer))
        return false;
    struct tally before = tally_of(&trial->recommended.sizing), after = tally_of(&answer.sizing);
    for (int i = 0; i < trial->expected.server_count; i++) {
        if (!trial->recommended.sizing.servers[i].fits)
            continue;
        if (trial->formula == FORMULA_FAIR && errors_of(&after, i) > 0)
            return because(trial, "server v%d does not hold what was recommended", i);
        for (int kind = 0; kind < FOUND_OF_SERVERS; kind++)
            if (before.servers[i][kind] < after.servers[i][kind])
                return because(trial, "server v%d: recommend does not find %s, check does", i,
                               found_ids[kind]);
    }
    return true;
}

/* The answer as at_least and at_most. */
static bool given_back_as_bounds(struct trial *trial)
{
    int places[MOST_CLASSES];
    struct outcome answer = {.text = NULL};
    if (trial->formula != FORMULA_FAIR || !chance(&trial->random, 25))
        return true;
    take_apart(trial, &trial->changed, places);
    for (int i = 0; i < trial->expected.class_count; i++) {
        struct random_service *service = &trial->changed.services[places[i]];
        int64_t limit = trial->recommended.sizing.classes[i].limit;
        if (limit == UNKNOWN)
            continue;
        service->at_most = limit;
        service->at_least = limit > 0 ? limit : UNKNOWN;
    }
    if (!changed_answer(trial, PURPOSE_RECOMMEND, &answer))
        return false;
    struct tally before = tally_of(&trial->recommended.sizing), after = tally_of(&answer.sizing);
    for (int i = 0; i < trial->expected.class_count; i++)
        if (!equals(trial, "limit given back", answer.sizing.classes[i].limit,
                    trial->recommended.sizing.classes[i].limit))
            return false;
    return memcmp(before.servers, after.servers, sizeof before.servers) == 0 ||
           because(trial, "other findings than before");
}

static bool one_more_instance(struct trial *trial)
{
    struct outcome answer = {.text = NULL};
    if (trial->made.service_count == 0 || !chance(&trial->random, 25))
        return true;
    trial->changed = trial->made;
    struct random_service *service =
        &trial->changed.services[pick(&trial->random, 0, trial->made.service_count - 1)];
    int64_t more = pick(&trial->random, 1, 3);
    if (service->concurrent != UNKNOWN)
        service->concurrent += more;
    else
        service->instances_max = otherwise(service->instances_max, 1) + more;
    if (!changed_answer(trial, PURPOSE_CHECK, &answer))
        return false;
    struct tally before = tally_of(&trial->checked.sizing), after = tally_of(&answer.sizing);
    for (int i = 0; i < trial->expected.server_count; i++) {
        if (errors_of(&before, i) > 0 && errors_of(&after, i) == 0)
            return because(trial, "server v%d failed before, and passes now", i);
        if (answer.sizing.servers[i].today_peak < trial->checked.sizing.servers[i].today_peak)
            return because(trial, "server v%d: the peak falls", i);
    }
    return true;
}

/* --- running --- */

static const struct property properties[] = {
    {"G1 the budget is MC - SR - RC - reserved - margin", budget_is_the_contract},
    {"pools, bounds, needs and today's limits are the contract's", classes_are_the_contract},
    {"limits of roles and databases: live ones win, superusers are exempt",
     caps_are_those_that_hold},
    {"peak and steady are the sums, recommended and today", peaks_are_the_sums},
    {"no server, role or database is overcommitted", nothing_is_overcommitted},
    {"every limit is within its bounds", limits_are_within_bounds},
    {"surplus never crosses the alert", surplus_keeps_the_alert},
    {"fair limits are those of one connection at a time", limits_are_one_at_a_time},
    {"divisor and half are their formulas", formulas_are_the_contract},
    {"max_instances and alert_instances are the largest", max_instances_are_the_largest},
    {"max_connections needed is the smallest", needed_is_the_smallest},
    {"G2 recommend finds exactly what is wrong", recommend_finds_exactly},
    {"G2 check finds exactly what is wrong", check_finds_exactly},
    {"one of over-budget, over-alert, rollout-overlap at most", one_of_three},
    {"findings have their numbers, a place and help", messages_have_the_numbers},
    {"the ways out of recommend's findings work", ways_out_of_recommend_work},
    {"the ways out of check's findings work", ways_out_of_check_work},
    {"declared as recommended, it holds", declared_as_recommended},
    {"G3 limits given back as bounds are the answer again", given_back_as_bounds},
    {"K2 one more instance never makes a failing check pass", one_more_instance},
};

enum { PROPERTY_COUNT = sizeof properties / sizeof properties[0] };

/* Where a property did not hold for the first time. */
struct failure {
    bool failed;
    uint64_t seed;
    char *description;
};
static struct failure failures[PROPERTY_COUNT];

static struct run run = {"recommend_property", .seed = 20240229, .instances = 20000};

static void failure_keep(struct failure *failure, struct trial *trial, uint64_t seed)
{
    struct text text = {.arena = &trial->arena};
    text_printf(&text, "%s\nmode %s, topology:\n%s\n", trial->why,
                trial->mode == ALLOCATE_FILL ? "fill" : "stable",
                trial->recommended.text != NULL ? trial->recommended.text : "");
    for (int i = 0; i < trial->made.server_count; i++) {
        const struct random_server *server = &trial->made.servers[i];
        text_printf(&text,
                    "v%d: option %" PRId64 ", answer %d: MC %" PRId64 ", SR %" PRId64
                    ", RC %" PRId64 "; superusers",
                    i, server->option, (int)server->answer, server->live_max_connections,
                    server->live_superuser_reserved, server->live_reserved_connections);
        for (int k = 0; k < MOST_NAMES; k++)
            text_printf(&text, "%s", server->superusers[k] ? " yes" : " no");
        for (int k = 0; k < 2 * MOST_NAMES; k++)
            text_printf(&text, "%s %" PRId64, k % MOST_NAMES == 0 ? "; limits" : ",",
                        server->live_limits[k / MOST_NAMES][k % MOST_NAMES]);
        text_put(&text, "\n");
    }
    text_printf(&text, "limits:");
    for (size_t i = 0; i < trial->recommended.sizing.class_count; i++)
        text_printf(&text, " %" PRId64, trial->recommended.sizing.classes[i].limit);
    if (trial->changed_text != NULL)
        text_printf(&text, "\nchanged:\n%s", trial->changed_text);
    *failure = (struct failure){true, seed, strdup(text.bytes)};
    text_free(&text);
}

static void trial_run(uint64_t seed)
{
    static struct trial trial;
    memset(&trial, 0, sizeof trial);
    bool made = trial_make(&trial, seed);
    for (int i = 0; i < PROPERTY_COUNT; i++) {
        if (failures[i].failed)
            continue;
        /* Each draws from numbers of its own, whatever the others did. */
        trial.random = random_of(seed + (uint64_t)i * UINT64_C(0x100000000));
        trial.changed_text = NULL;
        if (!made || !properties[i].holds(&trial))
            failure_keep(&failures[i], &trial, seed);
    }
    arena_free(&trial.arena);
}

static int trials_run(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < run.instances; i++)
        trial_run(run.seed + i);
    return 0;
}

static void property_report(void **state)
{
    const struct property *property = *state;
    for (int i = 0; i < PROPERTY_COUNT; i++) {
        if (strcmp(properties[i].name, property->name) != 0 || !failures[i].failed)
            continue;
        (void)fprintf(stderr, "%s\n", failures[i].description); /* print_error() would cut it */
        free(failures[i].description);
        property_fail(&run, property, failures[i].seed);
    }
}

int main(int argc, char **argv)
{
    if (!run_read(argc, argv, &run))
        return 2;
    return properties_run(&run, properties, PROPERTY_COUNT, property_report, trials_run);
}
