/*
 * pgsize plans: the catalogue of providers, as a table; with its notes, sources and disputes where
 * one plan is asked for.
 */
#include "plans_view.h"

/* --- reading and choosing --- */

static bool providers_read(struct arena *arena, struct provider **ret_providers, struct fail *fail)
{
    *ret_providers = ARENA_ARRAY(arena, plan_file_count, struct provider);
    for (size_t i = 0; i < plan_file_count; i++) {
        struct json_text text = {.name = arena_printf(arena, "plans/%s", plan_files[i].name),
                                 .bytes = plan_files[i].bytes,
                                 .length = plan_files[i].length};
        if (!provider_read(arena, &text, &(*ret_providers)[i], fail))
            return false;
    }
    return true;
}

static bool catalogue_read(struct arena *arena, struct catalogue *ret_catalogue, struct fail *fail)
{
    struct provider *providers;
    size_t count = 0;
    if (!providers_read(arena, &providers, fail))
        return false;
    for (size_t i = 0; i < plan_file_count; i++)
        count += providers[i].plan_count;
    *ret_catalogue =
        (struct catalogue){.arena = arena, .entries = ARENA_ARRAY(arena, count, struct entry)};
    for (size_t i = 0; i < plan_file_count; i++) {
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
    nothing_matches(run, pattern, names, catalogue->count * 3);
}

/* Keeps what any of the patterns matches, in the catalogue's order; without patterns, everything.
 */
static void catalogue_choose(const struct run *run, struct catalogue *catalogue)
{
    struct arena *arena = run->arena;
    bool *chosen = ARENA_ARRAY(arena, catalogue->count, bool);
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
        if (!any)
            pattern_unmatched(run, catalogue, pattern);
    }
    size_t kept = 0;
    for (size_t i = 0; i < catalogue->count; i++) {
        if (chosen[i] || run->arguments.word_count == 0)
            catalogue->entries[kept++] = catalogue->entries[i];
    }
    catalogue->count = kept;
}

/* --- the command --- */

int plans_run(struct run *run, struct fail *fail)
{
    struct catalogue catalogue;
    if (!catalogue_read(run->arena, &catalogue, fail))
        return 0;
    catalogue_choose(run, &catalogue);
    catalogue.detail = catalogue.count == 1 || option_given(&run->arguments, OPTION_VERBOSE);
    const struct showing showing = {
        .content = &catalogue,
        .table = catalogue_table,
        .json = catalogue_json,
    };
    if (!show_write(run, &showing, fail))
        return 0;
    return catalogue.count > 0 ? 0 : 1;
}
