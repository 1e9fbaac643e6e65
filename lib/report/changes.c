#include "changes.h"

#include "verdict.h"

#include <string.h>

/* --- what is the same on both sides --- */

struct comparison {
    const struct report *report;
    struct arena *scratch;
    struct changes *changes;
};

/* Things of one side by key; a key that comes again is numbered. */
static struct name_table keys_make(struct arena *scratch, const char **keys, size_t count)
{
    struct name_table table = {0}, again = {0};
    size_t *times = ARENA_ARRAY(scratch, count + 1, size_t);
    for (size_t i = 0; i < count; i++) {
        size_t first = i;
        if (!name_table_add(&again, scratch, keys[i], i, &first))
            keys[i] = arena_printf(scratch, "%zu#%s", ++times[first], keys[i]);
        (void)name_table_add(&table, scratch, keys[i], i, NULL);
    }
    return table;
}

static void change_add(struct comparison *comparison, struct change change)
{
    comparison->changes->items[comparison->changes->count++] = change;
}

/* --- servers --- */

static const char **server_keys(struct arena *scratch, const struct outcome *outcome)
{
    const char **keys = ARENA_ARRAY(scratch, outcome->server_count + 1, const char *);
    for (size_t i = 0; i < outcome->server_count; i++)
        keys[i] = outcome->servers[i].name;
    return keys;
}

static void server_add(struct comparison *comparison, const struct outcome_server *before,
                       const struct outcome_server *after)
{
    bool differs = before == NULL || after == NULL || before->used != after->used ||
                   before->max_connections != after->max_connections;
    if (differs)
        change_add(comparison, (struct change){
                                   .kind = before == NULL  ? CHANGE_NEW
                                           : after == NULL ? CHANGE_GONE
                                                           : CHANGE_FIGURES,
                                   .of = CHANGE_OF_SERVER,
                                   .name = after != NULL ? after->name : before->name,
                                   .limit = {before == NULL ? UNKNOWN : before->max_connections,
                                             after == NULL ? UNKNOWN : after->max_connections},
                                   .peak = {before == NULL ? UNKNOWN : before->used,
                                            after == NULL ? UNKNOWN : after->used},
                               });
}

static void servers_compare(struct comparison *comparison, const struct outcome *before,
                            const struct outcome *after)
{
    const char **old_keys = server_keys(comparison->scratch, before),
               **new_keys = server_keys(comparison->scratch, after);
    struct name_table olds = keys_make(comparison->scratch, old_keys, before->server_count),
                      news = keys_make(comparison->scratch, new_keys, after->server_count);
    size_t at;
    for (size_t i = 0; i < after->server_count; i++)
        server_add(comparison,
                   name_table_find(&olds, new_keys[i], &at) ? &before->servers[at] : NULL,
                   &after->servers[i]);
    for (size_t i = 0; i < before->server_count; i++)
        if (!name_table_find(&news, old_keys[i], &at))
            server_add(comparison, &before->servers[i], NULL);
}

/* --- services --- */

/* How many pools each service has, by name. */
static size_t *pools_count(struct arena *scratch, const struct outcome *outcome,
                           struct name_table *ret_names)
{
    size_t *counts = ARENA_ARRAY(scratch, outcome->service_count + 1, size_t);
    *ret_names = (struct name_table){0};
    for (size_t i = 0; i < outcome->service_count; i++) {
        size_t first = i;
        (void)name_table_add(ret_names, scratch, outcome->services[i].name, i, &first);
        counts[first]++;
    }
    return counts;
}

static size_t pools_of(const struct name_table *names, const size_t *counts, const char *name)
{
    size_t first;
    return name_table_find(names, name, &first) ? counts[first] : 0;
}

static const char *or_empty(const char *string)
{
    return string == NULL ? "" : string;
}

/* A service that has one pool before and after is the same one wherever that went. */
struct pools {
    struct name_table names[2];
    size_t *counts[2];
};

static const char **service_keys(struct arena *scratch, const struct outcome *outcome,
                                 const struct pools *pools)
{
    const char **keys = ARENA_ARRAY(scratch, outcome->service_count + 1, const char *);
    for (size_t i = 0; i < outcome->service_count; i++) {
        const struct outcome_service *service = &outcome->services[i];
        bool is_one = pools_of(&pools->names[0], pools->counts[0], service->name) <= 1 &&
                      pools_of(&pools->names[1], pools->counts[1], service->name) <= 1;
        const char *server = or_empty(service->server);
        keys[i] = is_one ? arena_printf(scratch, "=%s", service->name)
                         : arena_printf(scratch, "/%zu:%s/%zu:%s/%s", strlen(service->name),
                                        service->name, strlen(server), server,
                                        or_empty(service->database));
    }
    return keys;
}

static const char *service_shown(struct comparison *comparison, const struct outcome_service *one,
                                 const struct pools *pools, int side)
{
    bool has_several = pools_of(&pools->names[side], pools->counts[side], one->name) > 1;
    return has_several && one->database != NULL
               ? arena_printf(comparison->report->arena, "%s/%s", one->name, one->database)
               : one->name;
}

static void service_add(struct comparison *comparison, const struct pools *pools,
                        const struct outcome_service *before, const struct outcome_service *after)
{
    if (before != NULL && after != NULL && before->limit == after->limit &&
        before->peak == after->peak)
        return;
    change_add(comparison, (struct change){
                               .kind = before == NULL  ? CHANGE_NEW
                                       : after == NULL ? CHANGE_GONE
                                                       : CHANGE_FIGURES,
                               .of = CHANGE_OF_SERVICE,
                               .name = after != NULL ? service_shown(comparison, after, pools, 1)
                                                     : service_shown(comparison, before, pools, 0),
                               .limit = {before == NULL ? UNKNOWN : before->limit,
                                         after == NULL ? UNKNOWN : after->limit},
                               .peak = {before == NULL ? UNKNOWN : before->peak,
                                        after == NULL ? UNKNOWN : after->peak},
                           });
}

static void services_compare(struct comparison *comparison, const struct outcome *before,
                             const struct outcome *after)
{
    struct arena *scratch = comparison->scratch;
    struct pools pools;
    pools.counts[0] = pools_count(scratch, before, &pools.names[0]);
    pools.counts[1] = pools_count(scratch, after, &pools.names[1]);
    const char **old_keys = service_keys(scratch, before, &pools),
               **new_keys = service_keys(scratch, after, &pools);
    struct name_table olds = keys_make(scratch, old_keys, before->service_count),
                      news = keys_make(scratch, new_keys, after->service_count);
    size_t at;
    for (size_t i = 0; i < after->service_count; i++)
        service_add(comparison, &pools,
                    name_table_find(&olds, new_keys[i], &at) ? &before->services[at] : NULL,
                    &after->services[i]);
    for (size_t i = 0; i < before->service_count; i++)
        if (!name_table_find(&news, old_keys[i], &at))
            service_add(comparison, &pools, &before->services[i], NULL);
}

/* --- findings --- */

static const char **finding_keys(struct arena *scratch, const struct outcome_finding *findings,
                                 size_t count)
{
    const char **keys = ARENA_ARRAY(scratch, count + 1, const char *);
    for (size_t i = 0; i < count; i++)
        keys[i] = arena_printf(scratch, "%s %s", findings[i].rule, findings[i].subject);
    return keys;
}

/* The findings of one side by key: those that count, and those that do not. */
struct keyed {
    const struct outcome *outcome;
    const char **keys;
    struct name_table counted, uncounted;
};

static struct keyed keyed_make(struct arena *scratch, const struct outcome *outcome)
{
    const char **uncounted = finding_keys(scratch, outcome->uncounted, outcome->uncounted_count);
    struct keyed keyed = {.outcome = outcome};
    keyed.keys = finding_keys(scratch, outcome->findings, outcome->finding_count);
    keyed.counted = keys_make(scratch, keyed.keys, outcome->finding_count);
    keyed.uncounted = keys_make(scratch, uncounted, outcome->uncounted_count);
    return keyed;
}

/* What counts on one side and not on the other: there it does not count, or it is not there. */
static void findings_missing(struct comparison *comparison, const struct keyed *here,
                             const struct keyed *there, enum change_kind absent,
                             enum change_kind uncounted)
{
    size_t at;
    for (size_t i = 0; i < here->outcome->finding_count; i++) {
        const struct outcome_finding *finding = &here->outcome->findings[i];
        if (name_table_find(&there->counted, here->keys[i], &at))
            continue;
        bool is_there = name_table_find(&there->uncounted, here->keys[i], &at);
        change_add(comparison, (struct change){.kind = is_there ? uncounted : absent,
                                               .of = CHANGE_OF_FINDING,
                                               .name = finding->rule,
                                               .subject = finding->subject,
                                               .limit = {UNKNOWN, UNKNOWN},
                                               .peak = {UNKNOWN, UNKNOWN}});
    }
}

static void findings_match(struct comparison *comparison, const struct outcome *before,
                           const struct outcome *after)
{
    struct keyed olds = keyed_make(comparison->scratch, before),
                 news = keyed_make(comparison->scratch, after);
    findings_missing(comparison, &news, &olds, CHANGE_NEW, CHANGE_COUNTED);
    findings_missing(comparison, &olds, &news, CHANGE_GONE, CHANGE_UNCOUNTED);
}

/* --- both --- */

/* The earlier outcome without what --only hides. */
static struct outcome outcome_shown(const struct report *report, struct arena *scratch,
                                    const struct outcome *outcome)
{
    static const char services[] = "services/";
    struct outcome shown = *outcome;
    shown.services = ARENA_ARRAY(scratch, outcome->service_count + 1, struct outcome_service);
    shown.findings = ARENA_ARRAY(scratch, outcome->finding_count + 1, struct outcome_finding);
    shown.service_count = shown.finding_count = 0;
    for (size_t i = 0; i < outcome->service_count; i++)
        if (report_shows_name(report, outcome->services[i].name))
            shown.services[shown.service_count++] = outcome->services[i];
    for (size_t i = 0; i < outcome->finding_count; i++) {
        const char *subject = outcome->findings[i].subject;
        if (strncmp(subject, services, sizeof services - 1) != 0 ||
            report_shows_name(report, subject + sizeof services - 1))
            shown.findings[shown.finding_count++] = outcome->findings[i];
    }
    return shown;
}

static const char *verdict_before(const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->finding_count; i++)
        if (strcmp(outcome->findings[i].severity, severity_name(SEVERITY_ERROR)) == 0)
            return verdict_word(false, false);
    for (size_t i = 0; i < outcome->uncounted_count; i++) {
        const struct rule *rule = rule_find(outcome->uncounted[i].rule);
        if (rule != NULL && rule->severity == SEVERITY_ERROR)
            return verdict_word(true, true);
    }
    return verdict_word(true, false);
}

const struct changes *changes_make(const struct report *report, const struct outcome *before,
                                   const char *file)
{
    struct arena scratch = {.on_out_of_memory = report->arena->on_out_of_memory};
    struct changes *changes = ARENA_NEW(report->arena, struct changes);
    struct comparison comparison = {report, &scratch, changes};
    struct outcome after, shown = outcome_shown(report, &scratch, before);
    outcome_make(&scratch, report, &after);
    size_t most = shown.server_count + shown.service_count + shown.finding_count +
                  after.server_count + after.service_count + after.finding_count;
    bool same_formula = strcmp(before->formula, after.formula) == 0;
    *changes = (struct changes){
        .file = file,
        .verdicts = {verdict_before(&shown), verdict_make(report).word},
        .formulas = {same_formula ? after.formula : before->formula, after.formula},
        .items = ARENA_ARRAY(report->arena, most + 1, struct change),
    };
    /* What is said first is what is read where there is no room for all. */
    servers_compare(&comparison, &shown, &after);
    findings_match(&comparison, &shown, &after);
    services_compare(&comparison, &shown, &after);
    arena_free(&scratch);
    return changes;
}
