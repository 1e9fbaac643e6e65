#include "moments.h"

#include "observed_parts.h"
#include "text.h"

#include <inttypes.h>
#include <string.h>

static const double thousand = 1000;
static const double exponential = 1; /* squared coefficient of variation */

/* --- who uses a database --- */

/* Databases of a server by name, each with how many services use it. */
struct users {
    struct name_table names;
    const struct service **last;
    size_t *count;
};

/* A database that is not named is the one of the URL, which is the report's. */
static const char *class_database(const struct server_sizing *server,
                                  const struct pool_class *class)
{
    return class->target->database != NULL ? class->target->database
                                           : server->input.facts->database;
}

static struct users users_find(struct arena *arena, const struct server_sizing *server)
{
    struct users users = {
        .last = ARENA_ARRAY(arena, server->class_count + 1, const struct service *),
        .count = ARENA_ARRAY(arena, server->class_count + 1, size_t),
    };
    for (size_t i = 0; i < server->class_count; i++) {
        const struct pool_class *class = server->classes[i];
        const char *database = class_database(server, class);
        size_t at = users.names.count;
        if (database == NULL || class->service->instances_max == 0)
            continue;
        (void)name_table_add(&users.names, arena, database, at, &at);
        users.count[at] += users.last[at] != class->service;
        users.last[at] = class->service;
    }
    return users;
}

static size_t users_count(const struct users *users, const char *database)
{
    size_t at;
    return database != NULL && name_table_find(&users->names, database, &at) ? users->count[at] : 0;
}

/* --- databases --- */

static struct name_table names_of(struct arena *arena, const struct counted *counted)
{
    struct name_table names = {0};
    for (size_t i = 0; i < counted->count; i++)
        (void)name_table_add(&names, arena, counted->counters[i].database, i, NULL);
    return names;
}

static double between_ms(const struct counted *earlier, const struct counted *later)
{
    return (double)(later->at_us - earlier->at_us) / thousand;
}

/* The later run may have begun before the earlier moment: that part of it is not in between. */
static double own_share(const struct counted *later, double window_ms)
{
    return (double)later->window_ms > window_ms ? window_ms / (double)later->window_ms : 1;
}

/* More than all connections in use, on average, is a transaction of before the window, whose time
 * is added up when it ends. Short of that it is not seen. */
static bool is_lumped(const struct facts *facts, const struct gained *gained)
{
    return facts->max_connections != UNKNOWN &&
           gained->busy_us / thousand / gained->window_ms > (double)facts->max_connections;
}

static struct observed_database database_count(const struct facts *facts,
                                               const struct observed_counters *before,
                                               const struct observed_counters *after,
                                               struct gained *ret_gained)
{
    const struct counted *later = facts->counted;
    double window_ms = between_ms(facts->earlier, later),
           own = facts->database != NULL && strcmp(facts->database, after->database) == 0
                     ? own_share(later, window_ms)
                     : 0;
    *ret_gained = gained_find(before, after, own * (double)later->own_transactions,
                              own * (double)later->own_busy_us, window_ms);
    return database_estimate(after->database, ret_gained, exponential,
                             is_lumped(facts, ret_gained));
}

/* What is counted of the databases, each still with what its counters gained. */
struct counts {
    struct name_table names;
    struct gained *gained;
};

/* Of a database that no service uses, only what is worth a line. */
static bool is_counted(const struct observed_counters *before,
                       const struct observed_counters *after, bool is_used)
{
    return is_used || (!were_reset(before, after) && after->transactions > before->transactions);
}

static struct counts databases_count(struct arena *arena, const struct facts *facts,
                                     const struct users *users, struct observed *observed)
{
    const struct counted *earlier = facts->earlier, *later = facts->counted;
    const struct name_table before = names_of(arena, earlier);
    struct counts counts = {.gained = ARENA_ARRAY(arena, later->count + 1, struct gained)};
    for (size_t i = 0; i < later->count; i++) {
        const struct observed_counters *after = &later->counters[i];
        size_t at, next = observed->database_count;
        if (!name_table_find(&before, after->database, &at) ||
            !is_counted(&earlier->counters[at], after, users_count(users, after->database) > 0))
            continue;
        observed->databases[next] =
            database_count(facts, &earlier->counters[at], after, &counts.gained[next]);
        (void)name_table_add(&counts.names, arena, after->database, next, NULL);
        observed->database_count++;
    }
    return counts;
}

/* --- classes --- */

/* What the later report has of a class by sampling; NULL: nothing. */
static const struct observed_class *sampled_find(const struct observed *sampled,
                                                 const struct pool_class *class)
{
    const char *database = class->target->database;
    for (size_t i = 0; sampled != NULL && i < sampled->class_count; i++) {
        const struct observed_class *one = &sampled->classes[i];
        if (strcmp(one->service, class->service->name) == 0 &&
            (one->database == NULL || database == NULL || strcmp(one->database, database) == 0))
            return one->state == OBSERVED_COUNTED || one->state == OBSERVED_SHARED ? NULL : one;
    }
    return NULL;
}

static bool class_count(const struct counts *counts, const struct observed *observed,
                        const char *database, struct observed_class *class)
{
    size_t at;
    if (!name_table_find(&counts->names, database, &at) ||
        observed->databases[at].held_us.high <= 0)
        return false;
    const struct gained *gained = &counts->gained[at];
    double held_ms = gained->busy_us / thousand / gained->transactions;
    struct interval in_use = counted_interval(gained->busy_us / thousand / gained->window_ms,
                                              gained->window_ms, held_ms);
    class->in_use = estimate_of(&in_use, thousand);
    class->state = OBSERVED_COUNTED;
    return true;
}

/* Full pools are said as they were sampled: the counters do not see who waited either. */
static bool class_observe(const struct server_sizing *server, const struct pool_class *class,
                          const struct users *users, const struct counts *counts,
                          const struct observed *observed, struct observed_class *ret_class)
{
    const char *database = class_database(server, class);
    const struct observed_class *sampled = sampled_find(server->input.facts->observed, class);
    size_t count = users_count(users, database);
    *ret_class = (struct observed_class){.service = class->service->name,
                                         .database = class->target->database};
    bool is_full = sampled != NULL && sampled->state == OBSERVED_CENSORED;
    if (!is_full && count == 1 && class_count(counts, observed, database, ret_class))
        return true;
    if (sampled != NULL)
        *ret_class = *sampled;
    else
        ret_class->state = OBSERVED_SHARED;
    return sampled != NULL || count > 1;
}

const struct observed *moments_make(struct arena *arena, const struct server_sizing *server)
{
    const struct facts *facts = server->input.facts;
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    const struct users users = users_find(&scratch, server);
    struct observed *observed = ARENA_NEW(arena, struct observed);
    if (facts->observed != NULL)
        *observed = (struct observed){.window_ms = facts->observed->window_ms,
                                      .samples = facts->observed->samples};
    observed->counted_ms = (int64_t)between_ms(facts->earlier, facts->counted);
    observed->databases = ARENA_ARRAY(arena, facts->counted->count + 1, struct observed_database);
    const struct counts counts = databases_count(&scratch, facts, &users, observed);
    observed->classes = ARENA_ARRAY(arena, server->class_count + 1, struct observed_class);
    for (size_t i = 0; i < server->class_count; i++)
        observed->class_count += class_observe(server, server->classes[i], &users, &counts,
                                               observed, &observed->classes[observed->class_count]);
    arena_free(&scratch);
    return observed;
}

/* --- what refuses --- */

/* The first database of a service whose counters were set to zero in between; SIZE_MAX: none. */
static size_t reset_find(struct arena *arena, const struct topology *topology, size_t server,
                         const struct facts *facts, const struct counted *earlier)
{
    const struct name_table before = names_of(arena, earlier),
                            after = names_of(arena, facts->counted);
    for (size_t i = 0; i < topology->service_count; i++)
        for (size_t k = 0; k < topology->services[i]->target_count; k++) {
            const struct target *target = &topology->services[i]->targets[k];
            const char *database = target->database != NULL ? target->database : facts->database;
            size_t was, is;
            if (target->server == server && database != NULL &&
                name_table_find(&before, database, &was) &&
                name_table_find(&after, database, &is) &&
                were_reset(&earlier->counters[was], &facts->counted->counters[is]))
                return is;
        }
    return SIZE_MAX;
}

const char *moments_refused(struct arena *arena, const struct topology *topology, size_t server,
                            const struct facts *facts, const struct counted *earlier,
                            const char **ret_part)
{
    int64_t between_us = facts->counted->at_us - earlier->at_us;
    *ret_part = "/live/counted_at";
    if (between_us == 0)
        return "both reports are of the same moment";
    if (between_us < OBSERVE_COUNTERS_MS * INT64_C(1000))
        return arena_printf(arena,
                            "the two reports are %" PRId64 " s apart: the counters say something "
                            "from %d s on",
                            between_us / 1000000, OBSERVE_COUNTERS_MS / 1000);
    struct arena scratch = {.on_out_of_memory = arena->on_out_of_memory};
    size_t reset = reset_find(&scratch, topology, server, facts, earlier);
    arena_free(&scratch);
    if (reset == SIZE_MAX)
        return NULL;
    *ret_part = arena_printf(arena, "/live/counters/%zu", reset);
    return arena_printf(arena, "the counters of database \"%s\" were reset in between",
                        facts->counted->counters[reset].database);
}
