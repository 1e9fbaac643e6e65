#include "plan_guess.h"

#include "name.h"
#include "text.h"
#include "topology.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* How much a reason weighs. Signs and verified host names are the provider's own; limits only tell
 * its plans apart. */
enum {
    WEIGHT_SURE = 1000,
    WEIGHT_HOST = WEIGHT_SURE, /* and the length of its pattern: the closer one wins */
    WEIGHT_HOST_UNVERIFIED = 300,
    WEIGHT_SIGN = WEIGHT_SURE,
    WEIGHT_LIMIT = 100,
    WEIGHT_SEEN = 90,
    WEIGHT_BOUND = 50,
    WEIGHT_RESERVED = 10,
    REASONS_MOST = 16,
    NOMINAL_LEAST_PERCENT = 70, /* as the rule PGS019 has it */
    ID_SELF_HOSTED_WEIGHT = 1,
};

struct guessing {
    struct arena *arena;
    const char *host; /* in lower case; NULL */
    const struct facts *facts;
    struct plan_guess guess; /* of the provider at hand */
};

static void reason_add(struct plan_guess *guess, int weight, const char *words)
{
    guess->score += weight;
    if (guess->reason_count < REASONS_MOST)
        guess->reasons[guess->reason_count++] = words;
}

/* --- the provider --- */

static char *host_lower(struct arena *arena, const char *host)
{
    char *copy = arena_strdup(arena, host);
    for (char *at = copy; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    size_t length = strlen(copy);
    if (length > 0 && copy[length - 1] == '.') /* of a name that is written whole */
        copy[length - 1] = '\0';
    return copy;
}

static const char *host_pattern_find(const char *host, const char *const *patterns, size_t count)
{
    const char *found = NULL;
    for (size_t i = 0; host != NULL && i < count; i++)
        if (name_matches(patterns[i], host) &&
            (found == NULL || strlen(patterns[i]) > strlen(found)))
            found = patterns[i];
    return found;
}

/* A host of one's own machine may be a tunnel to anywhere: it weighs next to nothing. */
static void host_judge(struct guessing *guessing, const struct provider *provider)
{
    const char *pattern =
        host_pattern_find(guessing->host, provider->host_patterns, provider->host_pattern_count);
    bool is_anywhere = strcmp(provider->id, "self-hosted") == 0;
    if (pattern != NULL)
        reason_add(&guessing->guess,
                   is_anywhere ? ID_SELF_HOSTED_WEIGHT : WEIGHT_HOST + (int)strlen(pattern),
                   arena_printf(guessing->arena, "its host is %s", pattern));
    if (pattern != NULL)
        return;
    pattern = host_pattern_find(guessing->host, provider->hosts_unverified,
                                provider->host_unverified_count);
    if (pattern != NULL)
        reason_add(&guessing->guess, WEIGHT_HOST_UNVERIFIED,
                   arena_printf(guessing->arena,
                                "its host is %s, which is not sure to be its alone", pattern));
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool has_setting(const struct facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->setting_count; i++)
        if (strcmp(facts->settings[i].name, name) == 0)
            return true;
    return false;
}

/* Roles that are superusers, and settings, are facts of every look; the rest only of one that asked
 * for it. */
static bool sign_is_shown(const struct facts *facts, const struct plan_sign *sign)
{
    for (size_t i = 0; i < facts->sign_count; i++) {
        const struct server_sign *shown = &facts->signs[i];
        if (shown->kind == sign->kind &&
            (sign->kind == PLAN_SIGN_VERSION ? strstr(shown->name, sign->name) != NULL
                                             : strcmp(shown->name, sign->name) == 0))
            return true;
    }
    if (sign->kind == PLAN_SIGN_ROLE)
        return is_among(sign->name, facts->superusers, facts->superuser_count);
    return sign->kind == PLAN_SIGN_SETTING && has_setting(facts, sign->name);
}

static void signs_judge(struct guessing *guessing, const struct provider *provider)
{
    static const char *const words[PLAN_SIGN_KINDS] = {
        [PLAN_SIGN_ROLE] = "it has the role",
        [PLAN_SIGN_EXTENSION] = "it has the extension",
        [PLAN_SIGN_SETTING] = "it has the setting",
        [PLAN_SIGN_VERSION] = "its version says",
    };
    for (size_t i = 0; i < provider->sign_count; i++)
        if (sign_is_shown(guessing->facts, &provider->signs[i]))
            reason_add(&guessing->guess, WEIGHT_SIGN,
                       arena_printf(guessing->arena, "%s %s", words[provider->signs[i].kind],
                                    provider->signs[i].name));
}

/* Of whatever kind the sign is: one more file is read then. */
static bool sign_may_be_shown(const struct facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->sign_count; i++)
        if (strstr(facts->signs[i].name, name) != NULL)
            return true;
    return is_among(name, facts->superusers, facts->superuser_count) || has_setting(facts, name);
}

bool plan_file_may_fit(struct arena *arena, const struct plan_file *file, const char *host,
                       const struct facts *facts)
{
    const char *lower = host == NULL ? NULL : host_lower(arena, host);
    for (size_t i = 0; lower != NULL && file->hosts[i] != NULL; i++)
        if (name_matches(file->hosts[i], lower))
            return true;
    for (size_t i = 0; file->signs[i] != NULL; i++)
        if (sign_may_be_shown(facts, file->signs[i]))
            return true;
    return false;
}

/* --- its plans --- */

static int64_t role_limit_of(const struct facts *facts)
{
    for (size_t i = 0; facts->role != NULL && i < facts->role_limit_count; i++)
        if (strcmp(facts->role_limits[i].name, facts->role) == 0)
            return facts->role_limits[i].count;
    return UNKNOWN;
}

static bool is_seen(const struct plan *plan, int64_t limit)
{
    for (size_t i = 0; i < plan->sighting_count; i++)
        if (plan->sightings[i].value == limit)
            return true;
    return false;
}

static void limit_judge(struct arena *arena, struct plan_guess *guess, int64_t limit)
{
    const struct plan *plan = guess->plan;
    const char *of =
        guess->provider->limits_role ? "the role's CONNECTION LIMIT" : "max_connections";
    if (plan->nominal && is_seen(plan, limit))
        reason_add(guess, WEIGHT_SEEN,
                   arena_printf(arena, "%s %" PRId64 " was seen on such servers", of, limit));
    else if (plan->nominal && limit <= plan->formula_value &&
             limit * 100 >= plan->formula_value * NOMINAL_LEAST_PERCENT)
        reason_add(guess, WEIGHT_BOUND,
                   arena_printf(arena,
                                "%s %" PRId64 " is a little below %" PRId64
                                ", its formula's upper bound",
                                of, limit, plan->formula_value));
    else if (!plan->nominal && plan->max_connections == limit)
        reason_add(guess, WEIGHT_LIMIT, arena_printf(arena, "%s is its %" PRId64, of, limit));
}

static void reserved_judge(struct guessing *guessing, struct plan_guess *guess)
{
    enum { COMMON = 3 }; /* PostgreSQL's own default says nothing */
    int64_t own = guess->provider->superuser_reserved_connections,
            live = guessing->facts->superuser_reserved_connections;
    if (own != UNKNOWN && own != COMMON && own == live)
        reason_add(
            guess, WEIGHT_RESERVED,
            arena_printf(guessing->arena, "superuser_reserved_connections is its %" PRId64, own));
}

/* A guess of its own for each plan whose limit it is; the provider alone where there is none. */
static void plans_judge(struct guessing *guessing, struct plan_guesses *guesses)
{
    const struct provider *provider = guessing->guess.provider;
    int64_t limit =
        provider->limits_role ? role_limit_of(guessing->facts) : guessing->facts->max_connections;
    bool any = false;
    for (size_t i = 0; limit != UNKNOWN && i < provider->plan_count; i++) {
        struct plan_guess *guess = &guesses->items[guesses->count];
        int before = guessing->guess.score;
        *guess = guessing->guess;
        guess->plan = &provider->plans[i];
        guess->reasons = ARENA_ARRAY(guessing->arena, REASONS_MOST, const char *);
        memcpy(guess->reasons, guessing->guess.reasons,
               guess->reason_count * sizeof *guess->reasons);
        limit_judge(guessing->arena, guess, limit);
        if (guess->score == before)
            continue;
        any = true;
        guesses->count++;
    }
    if (any)
        return;
    if (limit != UNKNOWN)
        reason_add(&guessing->guess, 0,
                   arena_printf(guessing->arena,
                                "its limit of %" PRId64 " is none of the plans' that are known",
                                limit));
    guesses->items[guesses->count++] = guessing->guess;
}

static int guess_compare(const void *a, const void *b)
{
    const struct plan_guess *left = a, *right = b;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    int order = strcmp(left->provider->id, right->provider->id);
    if (order != 0 || left->plan == NULL || right->plan == NULL)
        return order;
    return (left->plan > right->plan) - (left->plan < right->plan);
}

/* How many plans of how many providers have this limit, where nothing else points at one. */
static const char *limit_words(struct arena *arena, int64_t limit, const struct provider *providers,
                               size_t count)
{
    size_t plans = 0, owners = 0;
    if (limit == UNKNOWN)
        return "it said nothing, and its host name is nobody's that is known";
    for (size_t i = 0; i < count; i++) {
        size_t before = plans;
        for (size_t k = 0; k < providers[i].plan_count; k++)
            plans += !providers[i].limits_role && providers[i].plans[k].max_connections == limit;
        owners += plans > before;
    }
    return arena_printf(arena,
                        "neither its host name nor its roles, settings or extensions are a "
                        "provider's; max_connections %" PRId64 " is that of %zu %s of %zu %s, and "
                        "anybody may set it",
                        limit, plans, plural((int64_t)plans, "plan", "plans"), owners,
                        plural((int64_t)owners, "provider", "providers"));
}

struct plan_guesses plan_guess(struct arena *arena, const char *host, const struct facts *facts,
                               const struct provider *providers, size_t count)
{
    struct guessing guessing = {
        .arena = arena,
        .host = host != NULL && *host != '\0' ? host_lower(arena, host) : NULL,
        .facts = facts,
    };
    struct plan_guesses guesses = {.unknown = NULL};
    size_t most = 0;
    for (size_t i = 0; i < count; i++)
        most += providers[i].plan_count + 1;
    guesses.items = ARENA_ARRAY(arena, most, struct plan_guess);
    for (size_t i = 0; i < count; i++) {
        guessing.guess = (struct plan_guess){
            .provider = &providers[i],
            .reasons = ARENA_ARRAY(arena, REASONS_MOST, const char *),
        };
        host_judge(&guessing, &providers[i]);
        signs_judge(&guessing, &providers[i]);
        if (guessing.guess.score < WEIGHT_HOST_UNVERIFIED)
            continue; /* nothing points at it: its limits say nothing either */
        reserved_judge(&guessing, &guessing.guess);
        plans_judge(&guessing, &guesses);
    }
    qsort(guesses.items, guesses.count, sizeof *guesses.items, guess_compare);
    while (guesses.best_count < guesses.count &&
           guesses.items[guesses.best_count].score == guesses.items[0].score)
        guesses.best_count++;
    guesses.is_sure = guesses.count > 0 && guesses.items[0].score >= WEIGHT_SURE;
    if (guesses.count == 0)
        guesses.unknown = limit_words(arena, facts->max_connections, providers, count);
    else if (guesses.best_count > 1)
        guesses.unknown = arena_printf(arena, "%zu plans look like this", guesses.best_count);
    return guesses;
}

const struct plan_guess *plan_guess_for(const struct plan_guesses *guesses,
                                        const struct provider *provider, const struct plan *plan,
                                        const struct facts *facts)
{
    const struct plan_guess *of_provider = NULL;
    for (size_t i = 0; i < guesses->count; i++) {
        const struct plan_guess *guess = &guesses->items[i];
        if (strcmp(guess->provider->id, provider->id) != 0)
            continue;
        if (guess->plan != NULL && plan_id_equal(guess->plan->id, plan->id))
            return guess;
        if (of_provider == NULL &&
            (guess->plan == NULL || plan->max_connections == facts->max_connections))
            of_provider = guess;
    }
    return of_provider;
}

const char *plan_guess_words(struct arena *arena, const struct plan_guesses *guesses)
{
    enum { NAMED = 4 };
    struct text text = {.arena = arena};
    if (guesses->best_count == 0)
        return arena_printf(arena, "not known: %s", guesses->unknown);
    for (size_t i = 0; i < guesses->best_count && i < NAMED; i++) {
        const struct plan_guess *guess = &guesses->items[i];
        text_printf(&text, "%s%s%s%s", i > 0 ? " or " : "", guess->provider->id,
                    guess->plan != NULL ? "/" : "", guess->plan != NULL ? guess->plan->id : "");
    }
    if (guesses->best_count > NAMED)
        text_printf(&text, " or %zu more", guesses->best_count - NAMED);
    for (size_t i = 0; i < guesses->items[0].reason_count; i++)
        text_printf(&text, "%s%s", i == 0 ? " (" : "; ", guesses->items[0].reasons[i]);
    if (guesses->items[0].reason_count > 0)
        text_put_char(&text, ')');
    return text_keep(&text);
}
