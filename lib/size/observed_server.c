/* A server's observation, taken apart by who owns a session and by database. */
#include "observed_parts.h"
#include "sessions.h"
#include "text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const double thousand = 1000, million = 1000000;
enum { CENSORED_ONE_IN = 100 };

struct estimate estimate_of(const struct interval *interval, double unit)
{
    const double most = 1e15;
    return (struct estimate){
        .value = (int64_t)fmin(most, round(interval->value * unit)),
        .low = (int64_t)fmin(most, floor(interval->low * unit)),
        .high = (int64_t)fmin(most, ceil(interval->high * unit)),
    };
}

/* --- classes --- */

/* Uses by class, each class's still by sample. */
struct by_class {
    const struct observation *observation;
    size_t *class_of; /* of each group; class_count: nobody's */
    const struct observed_use **uses;
    size_t *first;             /* of each class in `uses`, and behind the last */
    bool *is_seen, *is_hidden; /* of each class */
    int64_t *in_use;           /* scratch: one for each sample */
};

static void owners_find(const struct sizing *sizing, const struct server_sizing *server,
                        struct by_class *by)
{
    const struct observation *observation = by->observation;
    for (size_t i = 0; i < observation->group_count; i++) {
        const struct observed_group *group = &observation->groups[i];
        const struct session_group session = {.application_name = group->application_name,
                                              .role = group->role,
                                              .database = group->database};
        size_t class = session_class(sizing, server, &session);
        by->class_of[i] = class;
        by->is_seen[class] = true;
        by->is_hidden[class] |= group->is_hidden;
    }
}

/* A counting sort. */
static void uses_sort(struct by_class *by, size_t class_count)
{
    const struct observation *observation = by->observation;
    for (size_t i = 0; i < observation->use_count; i++)
        by->first[by->class_of[observation->uses[i].group] + 1]++;
    for (size_t i = 0; i <= class_count; i++)
        by->first[i + 1] += by->first[i];
    for (size_t i = 0; i < observation->use_count; i++)
        by->uses[by->first[by->class_of[observation->uses[i].group]]++] = &observation->uses[i];
    for (size_t i = class_count + 1; i > 0; i--)
        by->first[i] = by->first[i - 1];
    by->first[0] = 0;
}

static bool is_censored(const struct pool_class *class, const struct use_series *series)
{
    size_t full = 0;
    if (class->today == UNKNOWN || class->pools_steady == 0)
        return false;
    for (size_t i = 0; i < series->count; i++)
        full += series->in_use[i] >= class->today * class->pools_steady;
    return full * CENSORED_ONE_IN > series->count;
}

static struct observed_class class_observe(const struct pool_class *class, size_t index,
                                           const struct by_class *by)
{
    const struct observation *observation = by->observation;
    struct observed_class observed = {.service = class->service->name,
                                      .database = class->target->database,
                                      .state = OBSERVED_ABSENT};
    struct use_series series = {.at_ms = observation->sample_at_ms,
                                .in_use = by->in_use,
                                .count = observation->sample_count};
    if (!by->is_seen[index])
        return observed;
    observed.state = OBSERVED_HIDDEN;
    if (by->is_hidden[index])
        return observed;
    memset(by->in_use, 0, series.count * sizeof *by->in_use);
    for (size_t i = by->first[index]; i < by->first[index + 1]; i++) {
        by->in_use[by->uses[i]->sample] += by->uses[i]->count;
        series.age_ms += (double)by->uses[i]->age_ms;
    }
    struct interval in_use = in_use_estimate(&series);
    observed.in_use = estimate_of(&in_use, thousand);
    observed.state = is_censored(class, &series) ? OBSERVED_CENSORED : OBSERVED_GOOD;
    return observed;
}

static void classes_observe(struct arena *arena, const struct sizing *sizing,
                            const struct server_sizing *server, struct observed *observed)
{
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    const struct observation *observation = server->input.facts->observation;
    struct by_class by = {
        .observation = observation,
        .class_of = ARENA_ARRAY(&scratch, observation->group_count + 1, size_t),
        .uses = ARENA_ARRAY(&scratch, observation->use_count + 1, const struct observed_use *),
        .first = ARENA_ARRAY(&scratch, server->class_count + 2, size_t),
        .is_seen = ARENA_ARRAY(&scratch, server->class_count + 1, bool),
        .is_hidden = ARENA_ARRAY(&scratch, server->class_count + 1, bool),
        .in_use = ARENA_ARRAY(&scratch, observation->sample_count + 1, int64_t),
    };
    owners_find(sizing, server, &by);
    uses_sort(&by, server->class_count);
    observed->classes = ARENA_ARRAY(arena, server->class_count + 1, struct observed_class);
    for (size_t i = 0; i < server->class_count; i++)
        observed->classes[observed->class_count++] = class_observe(server->classes[i], i, &by);
    arena_free(&scratch);
}

/* --- databases --- */

static const struct observed_counters *counters_find(const struct observed_counters *counters,
                                                     size_t count, const char *database)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(counters[i].database, database) == 0)
            return &counters[i];
    return NULL;
}

static bool strings_equal(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* What the samples say of a whole database, whoever it was. */
static struct use_series database_series(struct arena *arena, const struct observation *observation,
                                         const char *database)
{
    int64_t *in_use = ARENA_ARRAY(arena, observation->sample_count + 1, int64_t);
    struct use_series series = {
        .at_ms = observation->sample_at_ms, .in_use = in_use, .count = observation->sample_count};
    for (size_t i = 0; i < observation->use_count; i++) {
        const struct observed_use *use = &observation->uses[i];
        if (!strings_equal(observation->groups[use->group].database, database))
            continue;
        in_use[use->sample] += use->count;
        series.age_ms += (double)use->age_ms;
    }
    return series;
}

/* The counters add up a transaction's time when it ends, however long ago it began. Where they hold
 * more than twice what was in use at all, they are about the time before the window. */
static bool is_lumped(const struct interval *in_use, double busy_us, double window_ms)
{
    return busy_us / thousand / window_ms > 2 * in_use->high;
}

/* Squared coefficient of variation of the times held, from the mean age A of what is in use: A = S
 * (1 + Cs^2) / 2. Never below 1. */
static double variability_find(const struct use_series *series, double held_ms)
{
    double uses = 0;
    for (size_t i = 0; i < series->count; i++)
        uses += (double)series->in_use[i];
    double variability = uses > 0 ? 2 * series->age_ms / uses / held_ms - 1 : 1;
    return variability > 1 ? variability : 1;
}

struct gained gained_find(const struct observed_counters *before,
                          const struct observed_counters *after, double own_transactions,
                          double own_busy_us, double window_ms)
{
    double transactions = (double)(after->transactions - before->transactions) - own_transactions,
           busy_us = (double)(after->busy_us - before->busy_us) - own_busy_us;
    return (struct gained){transactions > 0 ? transactions : 0, busy_us > 0 ? busy_us : 0,
                           window_ms};
}

struct observed_database database_estimate(const char *name, const struct gained *gained,
                                           double variability, bool lumped)
{
    struct observed_database database = {
        .name = name, .held_us = {UNKNOWN, UNKNOWN, UNKNOWN}, .lumped = lumped};
    struct interval rate = mean_interval(gained->transactions, 1, 1), held;
    database.rate = estimate_of(&rate, million / gained->window_ms);
    if (gained->transactions <= 0 || gained->busy_us <= 0 || lumped)
        return database;
    if (held_interval(gained->busy_us / thousand / gained->transactions, gained->transactions,
                      variability, &held))
        database.held_us = estimate_of(&held, thousand);
    return database;
}

static struct observed_database database_observe(struct arena *arena, const struct facts *facts,
                                                 const struct observed_counters *before,
                                                 const struct observed_counters *after)
{
    const struct observation *observation = facts->observation;
    bool is_own = strings_equal(facts->database, after->database);
    const struct gained gained =
        gained_find(before, after, is_own ? (double)observation->own_transactions : 0,
                    is_own ? (double)observation->own_busy_us : 0, (double)observation->counted_ms);
    struct use_series series = database_series(arena, observation, after->database);
    struct interval in_use = in_use_estimate(&series);
    double count = gained.transactions > 0 ? gained.transactions : 1;
    return database_estimate(after->database, &gained,
                             variability_find(&series, gained.busy_us / thousand / count),
                             is_lumped(&in_use, gained.busy_us, gained.window_ms));
}

static void databases_observe(struct arena *arena, const struct facts *facts,
                              struct observed *observed)
{
    const struct observation *observation = facts->observation;
    if (observation->counted_ms < OBSERVE_COUNTERS_MS)
        return;
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    observed->databases =
        ARENA_ARRAY(arena, observation->after_count + 1, struct observed_database);
    for (size_t i = 0; i < observation->after_count; i++) {
        const struct observed_counters *after = &observation->after[i];
        const struct observed_counters *before =
            counters_find(observation->before, observation->before_count, after->database);
        if (before == NULL || after->transactions <= before->transactions)
            continue;
        arena_clear(&scratch);
        observed->databases[observed->database_count++] =
            database_observe(&scratch, facts, before, after);
    }
    arena_free(&scratch);
}

const struct observed *observed_make(struct arena *arena, const struct sizing *sizing,
                                     const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    struct observed *observed = ARENA_NEW(arena, struct observed);
    observed->window_ms = facts->observation->window_ms;
    observed->samples = (int64_t)facts->observation->sample_count;
    classes_observe(arena, sizing, server, observed);
    databases_observe(arena, facts, observed);
    return observed;
}

/* --- what was observed of a class --- */

const struct observed_class *observed_class_find(const struct server_sizing *server,
                                                 const struct pool_class *class)
{
    const struct observed *observed = server->observed;
    const char *database = class->target->database;
    for (size_t i = 0; observed != NULL && i < observed->class_count; i++) {
        const struct observed_class *one = &observed->classes[i];
        if (strcmp(one->service, class->service->name) == 0 &&
            (one->database == NULL || database == NULL || strcmp(one->database, database) == 0))
            return one;
    }
    return NULL;
}

const struct observed_database *observed_database_find(const struct server_sizing *server,
                                                       const struct pool_class *class)
{
    const struct observed *observed = server->observed;
    const char *name =
        class->target->database != NULL ? class->target->database : server->input.facts->database;
    for (size_t i = 0; observed != NULL && i < observed->database_count; i++)
        if (strings_equal(observed->databases[i].name, name))
            return &observed->databases[i];
    return NULL;
}

/* --- what refuses --- */

static bool is_used(const struct topology *topology, size_t server, const struct facts *facts,
                    const char *database)
{
    for (size_t i = 0; i < topology->service_count; i++)
        for (size_t k = 0; k < topology->services[i]->target_count; k++) {
            const struct target *target = &topology->services[i]->targets[k];
            const char *name = target->database != NULL ? target->database : facts->database;
            if (target->server == server && strings_equal(name, database))
                return true;
        }
    return false;
}

bool were_reset(const struct observed_counters *before, const struct observed_counters *after)
{
    return before->reset_us != after->reset_us || after->transactions < before->transactions ||
           after->busy_us < before->busy_us;
}

const char *observation_refused(struct arena *arena, const struct topology *topology, size_t server,
                                const struct facts *facts)
{
    const struct observation *observation = facts->observation;
    if (observation->lost != NULL)
        return arena_printf(arena, "stopped answering while it was observed: %s",
                            observation->lost);
    if (observation->window_ms < OBSERVE_LEAST_MS ||
        observation->sample_count < OBSERVE_LEAST_SAMPLES)
        return arena_printf(arena,
                            "observed for %" PRId64 " s, in %zu %s: at least %d s and %d samples "
                            "say something",
                            observation->window_ms / 1000, observation->sample_count,
                            plural((int64_t)observation->sample_count, "sample", "samples"),
                            OBSERVE_LEAST_MS / 1000, OBSERVE_LEAST_SAMPLES);
    /* In a shorter window the counters are not used. */
    bool counts = observation->counted_ms >= OBSERVE_COUNTERS_MS;
    for (size_t i = 0; counts && i < observation->after_count; i++) {
        const struct observed_counters *after = &observation->after[i];
        const struct observed_counters *before =
            counters_find(observation->before, observation->before_count, after->database);
        if (before != NULL && were_reset(before, after) &&
            is_used(topology, server, facts, after->database))
            return arena_printf(
                arena, "the statistics of database \"%s\" were reset while it was observed",
                after->database);
    }
    return NULL;
}
