/*
 * pgsize plans: the catalogue of providers, as a table; with its notes, sources and disputes where
 * one plan is asked for.
 */
#include "plans_view.h"

#include <stdlib.h>
#include <string.h>

/* --- reading and choosing --- */

static bool catalogue_read(struct arena *arena, struct catalogue *ret_catalogue, struct fail *fail)
{
    struct provider *providers;
    size_t provider_count, count = 0;
    if (!providers_read(arena, &providers, &provider_count, fail))
        return false;
    for (size_t i = 0; i < provider_count; i++)
        count += providers[i].plan_count;
    *ret_catalogue =
        (struct catalogue){.arena = arena, .entries = ARENA_ARRAY(arena, count, struct entry)};
    for (size_t i = 0; i < provider_count; i++) {
        for (size_t k = 0; k < providers[i].plan_count; k++) {
            const struct plan *plan = &providers[i].plans[k];
            ret_catalogue->entries[ret_catalogue->count++] = (struct entry){
                .provider = &providers[i],
                .plan = plan,
                .id = arena_printf(arena, "%s/%s", providers[i].id, plan->id),
            };
        }
    }
    return true;
}

/* A whole name means that plan alone, although it may be part of others' names. */
static bool names_a_plan(const struct catalogue *catalogue, const char *pattern)
{
    for (size_t i = 0; i < catalogue->count; i++) {
        if (plan_id_equal(catalogue->entries[i].id, pattern))
            return true;
    }
    return false;
}

static bool entry_matches(struct arena *arena, const struct entry *entry, const char *pattern)
{
    return pattern_matches(arena, pattern, entry->id) ||
           pattern_matches(arena, pattern, entry->plan->id) ||
           pattern_matches(arena, pattern, entry->provider->name);
}

static void pattern_unmatched(const struct run *run, const struct catalogue *catalogue,
                              const char *pattern)
{
    const char **names = ARENA_ARRAY(run->arena, catalogue->count * 3, const char *);
    for (size_t i = 0; i < catalogue->count; i++) {
        names[3 * i] = catalogue->entries[i].id;
        names[3 * i + 1] = catalogue->entries[i].provider->id;
        names[3 * i + 2] = catalogue->entries[i].plan->id;
    }
    nothing_matches(run, pattern, names, catalogue->count * 3, "pgsize plans");
}

/* A plan of a size that no row has, where its provider sells any: "yandex/4-vcpu". */
static bool entry_make(const struct catalogue *catalogue, const char *name, struct entry *ret_entry)
{
    struct fail ignored = {0};
    if (!plan_find(catalogue->arena, name, &ret_entry->provider, &ret_entry->plan, &ignored))
        return false;
    ret_entry->id =
        arena_printf(catalogue->arena, "%s/%s", ret_entry->provider->id, ret_entry->plan->id);
    return true;
}

/* Keeps what any of the patterns matches, in the catalogue's order; without patterns, everything.
 */
static void catalogue_choose(const struct run *run, struct catalogue *catalogue)
{
    struct arena *arena = run->arena;
    bool *chosen = ARENA_ARRAY(arena, catalogue->count, bool);
    struct entry *made = ARENA_ARRAY(arena, run->arguments.word_count + 1, struct entry);
    size_t made_count = 0;
    for (size_t i = 0; i < run->arguments.word_count; i++) {
        const char *pattern = run->arguments.words[i];
        bool whole = names_a_plan(catalogue, pattern), any = false;
        for (size_t k = 0; k < catalogue->count; k++) {
            const struct entry *entry = &catalogue->entries[k];
            bool matches =
                whole ? plan_id_equal(entry->id, pattern) : entry_matches(arena, entry, pattern);
            chosen[k] |= matches;
            any |= matches;
        }
        any = any || entry_make(catalogue, pattern, &made[made_count]);
        made_count += any && made[made_count].id != NULL;
        if (!any)
            pattern_unmatched(run, catalogue, pattern);
    }
    size_t kept = 0;
    for (size_t i = 0; i < catalogue->count; i++) {
        if (chosen[i] || run->arguments.word_count == 0)
            catalogue->entries[kept++] = catalogue->entries[i];
    }
    catalogue->count = kept;
    if (made_count == 0)
        return;
    struct entry *all = ARENA_ARRAY(arena, kept + made_count, struct entry);
    memcpy(all, catalogue->entries, kept * sizeof *all);
    memcpy(all + kept, made, made_count * sizeof *all);
    catalogue->entries = all;
    catalogue->count = kept + made_count;
}

/* --- sorting --- */

enum sort { SORT_PLAN, SORT_CONNECTIONS, SORT_MEMORY };

/* What is not known comes last. */
static int known_compare(double left, double right)
{
    if ((left < 0) != (right < 0))
        return left < 0 ? 1 : -1;
    return (left > right) - (left < right);
}

static int connections_compare(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order =
        known_compare((double)left->plan->max_connections, (double)right->plan->max_connections);
    return order != 0 ? order : strcmp(left->id, right->id);
}

static int memory_compare(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order = known_compare(left->plan->memory_gib, right->plan->memory_gib);
    return order != 0 ? order : connections_compare(a, b);
}

static void catalogue_sort(const struct run *run, struct catalogue *catalogue)
{
    int by = option_choice(&run->arguments, OPTION_SORT, SORT_PLAN);
    if (by != SORT_PLAN && catalogue->count > 0)
        qsort(catalogue->entries, catalogue->count, sizeof *catalogue->entries,
              by == SORT_MEMORY ? memory_compare : connections_compare);
}

/* --- disputes --- */

static bool is_disputed(const struct provider *provider)
{
    bool any = provider->conflict_count > 0 || provider->reserved_disputed;
    for (size_t i = 0; i < provider->pooler_count; i++)
        any |= provider->poolers[i].disputed;
    return any;
}

/* Keeps the plans that sources disagree about, and the providers of all that were chosen. */
static void disputed_keep(struct catalogue *catalogue)
{
    const struct provider **providers =
        ARENA_ARRAY(catalogue->arena, catalogue->count + 1, const struct provider *);
    size_t kept = 0, found = 0;
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct entry *entry = &catalogue->entries[i];
        size_t known = 0;
        while (known < found && providers[known] != entry->provider)
            known++;
        if (known == found && is_disputed(entry->provider))
            providers[found++] = entry->provider;
        if (entry->plan->disputed)
            catalogue->entries[kept++] = *entry;
    }
    catalogue->count = kept;
    catalogue->conflicts = providers;
    catalogue->conflict_count = found;
}

/* --- the command --- */

static int catalogue_run(struct run *run, struct fail *fail)
{
    struct catalogue catalogue;
    bool disputed = option_given(&run->arguments, OPTION_DISPUTED);
    if (!catalogue_read(run->arena, &catalogue, fail))
        return 0;
    catalogue_choose(run, &catalogue);
    catalogue.detail =
        catalogue.count == 1 || disputed || option_given(&run->arguments, OPTION_VERBOSE);
    catalogue.brief = disputed;
    if (disputed)
        disputed_keep(&catalogue);
    catalogue_sort(run, &catalogue);
    const struct showing showing = {
        .content = &catalogue,
        .table = catalogue_table,
        .json = disputed ? disputed_json : catalogue_json,
    };
    if (!show_write(run, &showing, fail))
        return 0;
    return catalogue.count + catalogue.conflict_count > 0 ? 0 : 1;
}

/* One question at a time; what belongs to another one is not read over in silence. */
static bool question_check(const struct run *run, struct fail *fail)
{
    const struct arguments *arguments = &run->arguments;
    bool identifies =
        option_given(arguments, OPTION_IDENTIFY) || option_typed(arguments, OPTION_SNAPSHOT);
    bool fits = option_given(arguments, OPTION_FIT);
    bool lists = arguments->word_count > 0 || option_typed(arguments, OPTION_DISPUTED) ||
                 option_typed(arguments, OPTION_SORT);
    if ((int)identifies + (int)fits + (int)lists > 1) {
        (void)fail_set(fail, FAIL_USAGE,
                       "PATTERN, --fit and --identify are three questions: ask one of them");
        return false;
    }
    if (identifies || !option_typed(arguments, OPTION_OFFLINE))
        return true;
    (void)fail_set(fail, FAIL_USAGE, "--offline is for --identify: nothing else here connects");
    return false;
}

int plans_run(struct run *run, struct fail *fail)
{
    if (!question_check(run, fail))
        return 0;
    if (option_given(&run->arguments, OPTION_FIT))
        return plans_fit_run(run, fail);
    if (option_given(&run->arguments, OPTION_IDENTIFY) ||
        option_typed(&run->arguments, OPTION_SNAPSHOT))
        return plans_identify_run(run, fail);
    return catalogue_run(run, fail);
}
