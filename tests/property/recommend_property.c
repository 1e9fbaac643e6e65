/*
 * What must hold of the sizing from end to end: a random topology is written as JSON, read, sized
 * and judged, and everything is computed again here from the numbers that the topology was made of.
 * Nothing here uses a sum, a rollout or a budget of the program.
 *
 * All properties look at the same topologies: setting up goes through them once, and each test
 * point then says what was the first that its property did not hold for.
 */
#include "budget.h"
#include "expected_sizing.h"
#include "harness.h"
#include "random_topology.h"
#include "recommend.h"
#include "rule.h"
#include "topology_text.h"

#include <ctype.h>

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

static bool equals(struct trial *trial, const char *what, int64_t found, int64_t expected)
{
    return found == expected ||
           because(trial, "%s: %" PRId64 ", expected %" PRId64, what, found, expected);
}

/* Writes a topology as JSON and reads that. */
static bool answer_read(struct trial *trial, const struct random_topology *made,
                        struct outcome *answer)
{
    struct text written = {.arena = &trial->arena};
    topology_write(made, &written);
    answer->text = text_keep(&written);
    struct topology_input input = topology_text(&trial->arena, answer->text);
    input.max_connections = made->server_count == 1 ? made->servers[0].option : UNKNOWN;
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
    LIMIT_NOT_SET,
    UNBOUNDED_POOL,
    LIMIT_UNKNOWN,
    FOUND_KINDS,
};
static const char *const found_ids[FOUND_KINDS] = {
    [OVER_BUDGET] = "PGS001",    [OVER_ALERT] = "PGS002",    [ROLLOUT_OVERLAP] = "PGS003",
    [DOES_NOT_FIT] = "PGS004",   [ROLE_LIMIT] = "PGS009",    [DATABASE_LIMIT] = "PGS010",
    [NEED_UNMET] = "PGS005",     [POOL_DEADLOCK] = "PGS013", [LIMIT_NOT_SET] = "PGS007",
    [UNBOUNDED_POOL] = "PGS008", [LIMIT_UNKNOWN] = "PGS032",
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
        if (!is_sized(&trial->expected, index))
            return;
        found[DOES_NOT_FIT] = trial->formula == FORMULA_FAIR
                                  ? least.peak > server->budget
                                  : formula_expect(&trial->expected, index, trial->formula) == 0;
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

/* What stands for a limit that nobody declared is said once of each service. */
static void undeclared_tally(const struct expected_class *class, int *found)
{
    if (class->is_declared || class->pools_at_peak == 0)
        return;
    if (class->today != UNKNOWN)
        found[LIMIT_NOT_SET] = 1;
    else
        found[class->service->client->is_unlimited ? UNBOUNDED_POOL : LIMIT_UNKNOWN] = 1;
}

static struct tally tally_expect(const struct trial *trial, enum purpose purpose)
{
    struct tally tally = {0};
    for (int i = 0; i < trial->expected.server_count; i++)
        server_tally(trial, i, purpose, tally.servers[i]);
    for (int i = 0; i < trial->expected.class_count; i++) {
        const struct expected_class *class = &trial->expected.classes[i];
        int64_t limit = purpose == PURPOSE_CHECK ? trial->today[i] : trial->limits[i];
        int *found = tally.services[class->service_index];
        if (purpose == PURPOSE_CHECK)
            undeclared_tally(class, found);
        if (limit == UNKNOWN || class->pools_at_peak == 0)
            continue;
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
            has_surplus |= lands_on(&trial->expected, class->server, i) &&
                           class->pools_at_peak > 0 &&
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

/* The most instances of a service that fit its server, that stay within the alert, and that fit its
 * role and database; UNKNOWN: any number. */
struct growth {
    int64_t budget, alert, cap;
};

/* Notes whether so many instances fit. */
static void growth_note(int64_t *most, int64_t instances, bool fits)
{
    if (*most == UNKNOWN)
        *most = 0;
    if (fits)
        *most = instances;
}

static bool role_and_database_fit(const struct expected *expected, int index, int server,
                                  const struct figures *figures, const struct figures *none,
                                  bool *ret_counts)
{
    const struct expected_class *class = &expected->classes[index];
    const int names[] = {class->role, class->database};
    bool fits = true;
    *ret_counts = false;
    for (int kind = 0; kind < 2; kind++) {
        int64_t limit = names[kind] == NONE || class->superuser
                            ? UNKNOWN
                            : expected->servers[server].limits[kind][names[kind]];
        if (limit == UNKNOWN || figures->caps[kind][names[kind]] == none->caps[kind][names[kind]])
            continue;
        *ret_counts = true;
        fits &= figures->caps[kind][names[kind]] <= limit;
    }
    return fits;
}

/* Raises instances.max of one class one by one, and adds everything up again each time. A number
 * beyond the first that does not fit may fit again, so it looks a little further. */
static struct growth growth_on(const struct trial *trial, int index, int at, const int64_t *limits)
{
    static struct random_topology grown;
    static struct expected expected;
    const struct expected_class *class = &trial->expected.classes[index];
    const struct expected_server *server = &trial->expected.servers[at];
    struct growth most = {UNKNOWN, UNKNOWN, UNKNOWN};
    struct figures none = {0};
    grown = trial->made;
    for (int64_t instances = 0;; instances++) {
        grown.services[class->service_index].instances_max = instances;
        expect(&grown, &expected);
        struct figures figures = figures_of(&expected, at, limits);
        if (instances == 0)
            none = figures;
        if (instances == 1 && figures.peak == none.peak)
            return most; /* it costs nothing */
        bool counts;
        bool cap_fits = role_and_database_fit(&expected, index, at, &figures, &none, &counts);
        if (instances == 0)
            continue;
        growth_note(&most.budget, instances, figures.peak <= server->budget);
        growth_note(
            &most.alert, instances,
            !crosses_alert(server->made, server->max_connections, figures.peak + server->kept));
        if (counts)
            growth_note(&most.cap, instances, cap_fits);
        if (instances > larger(larger(most.budget, most.alert), most.cap) + 3)
            return most;
    }
}

static int64_t least_known(int64_t a, int64_t b)
{
    return a == UNKNOWN ? b : b == UNKNOWN ? a : smaller(a, b);
}

/* Whether the peak of a server is known, by the limits that the command is about. */
static bool has_peak(const struct trial *trial, const struct sizing *sizing, int server)
{
    return trial->expected.servers[server].is_known &&
           (sizing->purpose == PURPOSE_CHECK || trial->fits[server]);
}

/* On every server where it counts. */
static struct growth growth_expect(const struct trial *trial, const struct sizing *sizing,
                                   int index, const int64_t *limits)
{
    struct growth most = {UNKNOWN, UNKNOWN, UNKNOWN};
    for (int i = 0; i < trial->expected.server_count; i++) {
        if (!has_peak(trial, sizing, i) ||
            !lands_on(&trial->expected, trial->expected.classes[index].server, i))
            continue;
        struct growth one = growth_on(trial, index, i, limits);
        most.budget = least_known(most.budget, one.budget);
        most.alert = least_known(most.alert, one.alert);
        most.cap = least_known(most.cap, one.cap);
    }
    return most;
}

static bool instances_are_the_largest(struct trial *trial, const struct sizing *sizing, int index,
                                      const int64_t *limits)
{
    const struct expected_class *class = &trial->expected.classes[index];
    const struct pool_class *found = &sizing->classes[index];
    struct growth most = {UNKNOWN, UNKNOWN, UNKNOWN};
    if (has_peak(trial, sizing, class->server) && !class->is_job)
        most = growth_expect(trial, sizing, index, limits);
    return equals(trial, "max_instances", found->max_instances, most.budget) &&
           equals(trial, "alert_instances", found->alert_instances, most.alert) &&
           equals(trial, "cap_instances", found->cap_instances, most.cap);
}

static bool max_instances_are_the_largest(struct trial *trial)
{
    if (trial->expected.class_count == 0)
        return true;
    int index = (int)pick(&trial->random, 0, trial->expected.class_count - 1);
    return instances_are_the_largest(trial, &trial->recommended.sizing, index, trial->limits) &&
           instances_are_the_largest(trial, &trial->checked.sizing, index, trial->today);
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
    if (!chance(&trial->random, 5)) /* counting up takes long */
        return true;
    int index = (int)pick(&trial->random, 0, trial->expected.server_count - 1);
    const struct expected_server *server = &trial->expected.servers[index];
    const struct server_sizing *found = &trial->recommended.sizing.servers[index];
    int64_t peak = chance(&trial->random, 50) ? found->today_peak : pick(&trial->random, 0, 400);
    if (server->is_known && chance(&trial->random, 50)) /* about where the alert is */
        peak = larger(0, budget_alert_room(&found->budget) + pick(&trial->random, -2, 2));
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
        const struct expected_server *expected = &trial->expected.servers[server];
        if (kind == OVER_ALERT)
            (void)snprintf(other, sizeof other, " = %" PRId64 " of ",
                           figures.peak + expected->kept);
        else if (expected->budget < 0)
            (void)snprintf(other, sizeof other, ", none available (%" PRId64 " are kept back of ",
                           expected->kept);
        else
            (void)snprintf(other, sizeof other, ", %" PRId64 " available", expected->budget);
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
        if (!lands_on(&trial->expected, class->server, server) || !past(&here, name))
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

/* The service of a server that begins here. */
static int service_take(const struct trial *trial, int server, const char **at)
{
    for (int i = 0; i < trial->expected.class_count; i++) {
        const struct expected_class *class = &trial->expected.classes[i];
        char name[40];
        const char *here = *at;
        service_name(class->service, name);
        if (!lands_on(&trial->expected, class->server, server) || !past(&here, name) ||
            *here != ' ')
            continue;
        *at = here;
        return class->service_index;
    }
    return NONE;
}

/* Whether some pool of the service may hold more than that today, and none could deadlock then. */
static bool is_lower(const struct trial *trial, int service, int server, int64_t limit)
{
    bool is_less = false, deadlocks = false;
    for (int i = 0; i < trial->expected.class_count; i++) {
        const struct expected_class *class = &trial->expected.classes[i];
        if (class->service_index != service || !lands_on(&trial->expected, class->server, server))
            continue;
        is_less |= trial->today[i] == UNKNOWN || limit < trial->today[i];
        deadlocks |= limit < class->deadlock_floor;
    }
    return is_less && !deadlocks;
}

/* A role or database that a message is about. */
static bool cap_of(const struct finding *finding, char about[32], int *ret_kind, int *ret_name)
{
    for (*ret_kind = 0; *ret_kind < 2; ++*ret_kind)
        for (*ret_name = 0; *ret_name < MOST_NAMES; ++*ret_name) {
            (void)snprintf(about, 32, *ret_kind == CAP_ROLE ? "role \"r%d\"" : "database \"d%d\"",
                           *ret_name);
            if (strstr(finding->message, about) != NULL)
                return true;
        }
    return false;
}

/* Whether the changed topology has no such finding about that role or database. */
static bool cap_is_gone(struct trial *trial, enum purpose purpose, const struct finding *finding,
                        int server, const char *about)
{
    struct outcome answer = {.text = NULL};
    return changed_answer(trial, purpose, &answer) &&
           found_about(&answer.sizing, found_kind(finding), server, about) == 0;
}

/* A service has one connection_limit, whatever its databases. */
static bool lowering_works(struct trial *trial, const struct finding *finding, int server)
{
    const char *at = strstr(finding->help, "lower connection_limit of ");
    if (at == NULL || strstr(at, " more (") != NULL)
        return true;
    trial->changed = trial->made;
    (void)past(&at, "lower connection_limit of ");
    do {
        int service = service_take(trial, server, &at);
        if (service == NONE || !past(&at, " to ") || !isdigit((unsigned char)*at))
            return way_fails(trial, finding, "what to lower cannot be understood");
        int64_t limit = number_take(&at);
        if (limit < 1 || !is_lower(trial, service, server, limit))
            return way_fails(trial, finding, "to lower a limit must make it less");
        trial->changed.services[service].connection_limit = limit;
    } while (past(&at, ", ") || past(&at, " and "));
    int kind = found_kind(finding), cap_kind, name;
    char about[32];
    bool works =
        kind == ROLE_LIMIT || kind == DATABASE_LIMIT
            ? cap_of(finding, about, &cap_kind, &name) &&
                  cap_is_gone(trial, PURPOSE_CHECK, finding, server, about)
            : is_gone(trial, PURPOSE_CHECK, server, kind == OVER_ALERT ? NOT_CALM : TOO_MANY);
    return works || way_fails(trial, finding, "lowering does not help");
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
    char about[32];
    int kind, name;
    if (!cap_of(finding, about, &kind, &name))
        return way_fails(trial, finding, "which limit to raise cannot be understood");
    trial->changed = trial->made;
    struct random_server *changed = &trial->changed.servers[server];
    (has_answered(changed) ? changed->live_limits : changed->limits)[kind][name] = limit;
    return cap_is_gone(trial, purpose, finding, server, about) ||
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
    const char *stopped = strstr(finding->message, "stopped by the budget");
    const char *standby = strstr(stopped, "at failover of v");
    max_connections_set(
        &trial->changed
             .servers[standby == NULL ? class->server : standby[strlen("at failover of v")] - '0'],
        max_connections);
    struct outcome answer = {.text = NULL};
    if (!changed_answer(trial, PURPOSE_RECOMMEND, &answer))
        return false;
    for (size_t i = 0; i < answer.sizing.finding_count; i++) {
        const struct finding *after = &answer.sizing.findings[i];
        if (found_kind(after) == NEED_UNMET && after->service->index == finding->service->index &&
            strstr(after->message, "stopped by the budget") != NULL &&
            strcmp(strstr(after->message, "stopped by the budget"), stopped) == 0)
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

/* What is wrong with a pooler, or with who goes through it: the topologies made here have none. */
static bool is_of_pooler(const struct finding *finding)
{
    return strncmp(finding->rule->name, "pooler-", strlen("pooler-")) == 0 ||
           strncmp(finding->subject, "poolers/", strlen("poolers/")) == 0;
}

/* Topologies in which the way out was a pooler. */
static uint64_t poolers_tried;

/* What a way out says as arguments of --set, applied to the topology as it was written. */
static bool settings_end_it(struct trial *trial, const struct finding *finding,
                            enum purpose purpose, const struct way_out *way)
{
    struct outcome answer = {.text = trial->recommended.text};
    struct topology_input input = topology_text(&trial->arena, answer.text);
    input.max_connections = trial->made.server_count == 1 ? trial->made.servers[0].option : UNKNOWN;
    input.sets = way->sets;
    input.set_count = way->set_count;
    struct faults *faults = ARENA_NEW(&trial->arena, struct faults);
    if (!topology_read(&trial->arena, &input, &answer.topology, faults))
        return way_fails(trial, finding, faults->items[0].message);
    if (!answer_size(trial, &trial->made, purpose, &answer))
        return false;
    poolers_tried += answer.sizing.pooler_count;
    for (size_t i = 0; i < answer.sizing.finding_count; i++) {
        const struct finding *after = &answer.sizing.findings[i];
        bool same_server = after->server != NULL &&
                           strcmp(after->server->server->name, finding->server->server->name) == 0;
        if (is_of_pooler(after) && after->rule->severity == SEVERITY_ERROR &&
            (after->server == NULL || same_server))
            return way_fails(trial, finding, "the pooler is wrong too");
        int kind = found_kind(after);
        bool is_cap = finding->of_cap != NULL;
        if (same_server && found_kind(finding) == NONE && after->rule == finding->rule)
            return way_fails(trial, finding, way->what);
        if (found_kind(finding) == NONE)
            continue;
        unsigned ended =
            found_kind(finding) == OVER_ALERT ? NOT_CALM : TOO_MANY | 1U << DOES_NOT_FIT;
        if (!same_server || (is_cap != (after->of_cap != NULL)) ||
            (is_cap && strcmp(after->of_cap->caps[after->cap].name,
                              finding->of_cap->caps[finding->cap].name) != 0))
            continue;
        if (is_cap ? after->rule == finding->rule : kind >= 0 && (ended & 1U << kind) != 0)
            return way_fails(trial, finding, way->what);
    }
    return true;
}

/* Topologies that are overcommitted and whose ways out were all tried. */
static uint64_t overcommitted_tried;

static bool is_overcommitted(const struct outcome *answer)
{
    for (size_t i = 0; i < answer->sizing.finding_count; i++) {
        int kind = found_kind(&answer->sizing.findings[i]);
        if (kind == OVER_BUDGET || kind == ROLLOUT_OVERLAP)
            return true;
    }
    return false;
}

/* These are few. */
static bool is_pooler(const struct way_out *way)
{
    return strncmp(way->sets[0], "poolers.", strlen("poolers.")) == 0;
}

static bool settings_of_ways_work(struct trial *trial)
{
    const struct sizing *const sizings[] = {&trial->recommended.sizing, &trial->checked.sizing};
    bool all = chance(&trial->random, 25);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < sizings[i]->finding_count; k++) {
            const struct finding *finding = &sizings[i]->findings[k];
            for (size_t w = 0; w < finding->way_count; w++)
                if (finding->server != NULL && finding->ways[w].set_count > 0 &&
                    (all || is_pooler(&finding->ways[w])) &&
                    !settings_end_it(trial, finding, sizings[i]->purpose, &finding->ways[w]))
                    return false;
        }
    overcommitted_tried += all && is_overcommitted(&trial->checked);
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

/* --- properties of the gate --- */

/* An error that limits can cause or end. No limit mends what a URL says (a parameter that its
 * client refuses, the address of another server), nor that a server is full at this moment. */
static const struct finding *error_find(const struct sizing *sizing)
{
    static const char *const others[] = {"limit-ignored", "same-server", "server-full"};
    for (size_t i = 0; i < sizing->finding_count; i++) {
        const struct rule *rule = sizing->findings[i].rule;
        bool is_other = false;
        for (size_t k = 0; k < sizeof others / sizeof others[0]; k++)
            is_other |= strcmp(rule->name, others[k]) == 0;
        if (rule->severity == SEVERITY_ERROR && !is_other)
            return &sizing->findings[i];
    }
    return NULL;
}

/* Fit: no server, role or database has more at its peak than it can have, no pool is below its
 * deadlock floor, and every limit is known; all by what is expected, not by what was found. */
static bool is_fit(const struct trial *trial)
{
    struct tally expected = tally_expect(trial, PURPOSE_CHECK);
    for (int i = 0; i < trial->expected.server_count; i++)
        if (errors_of(&expected, i) > 0 || !trial->expected.servers[i].is_known)
            return false;
    for (int i = 0; i < trial->expected.class_count; i++) {
        const int *found = expected.services[trial->expected.classes[i].service_index];
        if (found[POOL_DEADLOCK] + found[UNBOUNDED_POOL] + found[LIMIT_UNKNOWN] > 0)
            return false;
    }
    return true;
}

static uint64_t fit_seen;

static bool fit_is_never_failed(struct trial *trial)
{
    if (!is_fit(trial))
        return true;
    fit_seen++;
    const struct finding *error = error_find(&trial->checked.sizing);
    return error == NULL ||
           because(trial, "it is fit, but %s: %s", error->rule->name, error->message);
}

/* --- properties of two runs --- */

static uint64_t recommended_checked;

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
    const struct finding *error = error_find(&answer.sizing);
    bool passed = error_find(&trial->recommended.sizing) == NULL;
    /* A server that is full, and says no more, is recommended nothing. */
    for (int i = 0; i < trial->expected.class_count; i++)
        passed &= trial->recommended.sizing.classes[i].limit != UNKNOWN;
    if (passed && trial->formula == FORMULA_FAIR && error != NULL)
        return because(trial, "recommend has no error, check of its answer has %s: %s",
                       error->rule->name, error->message);
    recommended_checked += passed;
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
    {"no fit topology is failed", fit_is_never_failed},
    {"one of over-budget, over-alert, rollout-overlap at most", one_of_three},
    {"findings have their numbers, a place and help", messages_have_the_numbers},
    {"the ways out of recommend's findings work", ways_out_of_recommend_work},
    {"the ways out of check's findings work", ways_out_of_check_work},
    {"the settings of every way out work", settings_of_ways_work},
    {"declared as recommended, it holds", declared_as_recommended},
    {"G3 limits given back as bounds are the answer again", given_back_as_bounds},
    {"K2 one more instance never makes a failing check pass", one_more_instance},
};

/* In a run of usual length, what each of the gate's three promises was tried on: the settings of
 * the ways out on overcommitted topologies, fit ones, and answers of recommend that hold. */
enum { USUAL_INSTANCES = 10000, TRIED_AT_LEAST = 200 };
static const struct {
    bool (*holds)(struct trial *);
    const uint64_t *tried;
} promises[] = {
    {settings_of_ways_work, &overcommitted_tried},
    {settings_of_ways_work, &poolers_tried},
    {fit_is_never_failed, &fit_seen},
    {declared_as_recommended, &recommended_checked},
};

static void promise_report(const struct property *property)
{
    for (size_t i = 0; i < sizeof promises / sizeof promises[0]; i++) {
        if (property->holds != promises[i].holds)
            continue;
        print_message("# %s: tried on %" PRIu64 "\n", property->name, *promises[i].tried);
        if (suite.instances >= USUAL_INSTANCES && *promises[i].tried < TRIED_AT_LEAST)
            fail_msg("%s: tried on %" PRIu64 " topologies only", property->name,
                     *promises[i].tried);
    }
}

enum { PROPERTY_COUNT = sizeof properties / sizeof properties[0] };

/* Where a property did not hold for the first time. */
struct failure {
    bool failed;
    uint64_t seed;
    char *description;
};
static struct failure failures[PROPERTY_COUNT];

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
    for (uint64_t i = 0; i < suite.instances; i++)
        trial_run(suite.seed + i);
    return 0;
}

static void property_report(void **state)
{
    const struct property *property = property_of(state);
    const struct failure *failure = &failures[property - properties];
    if (!failure->failed) {
        promise_report(property);
        return;
    }
    (void)fprintf(stderr, "%s\n", failure->description); /* print_error() would cut it */
    free(failure->description);
    property_fail(property, failure->seed);
}

struct suite suite = {
    .seed = 20240229,
    .instances = 10000,
    PROPERTIES(properties),
    .prepare = trials_run,
    .test = property_report,
};
