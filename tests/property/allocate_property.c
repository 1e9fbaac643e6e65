/*
 * What must hold of every allocation, tried on random instances. Nothing here uses the engine's own
 * sums: instances are dense tables of coefficients, and every check adds them up again.
 */
#include "allocate.h"
#include "harness.h"

enum { MOST_CLASSES = 12, MOST_ROWS = 6, MOST_UNITS = 60 };

/* --- instances --- */

struct instance {
    size_t class_count, row_count;
    bool surplus_to_all;
    struct allocate_class classes[MOST_CLASSES]; /* their terms and answers are not used */
    struct allocate_row rows[MOST_ROWS];         /* nor are these answers */
    int64_t coefficients[MOST_ROWS][MOST_CLASSES];
};

struct answer {
    bool fits;
    int64_t limits[MOST_CLASSES];
    enum allocate_reason reasons[MOST_CLASSES];
    size_t stopped_by[MOST_CLASSES];
    int64_t used[MOST_ROWS], short_by[MOST_ROWS];
};

/* What an instance is made with. */
enum {
    WITH_CAPS = 1,
    WITH_SURPLUS_TO_ALL = 2,
    WITH_OFF = 4,     /* classes without pools */
    WITH_BUDGETS = 8, /* more than one */
    WITH_WIDE = 16,   /* more and larger than can be enumerated */
    WITH_ALL = 15,
};

static int64_t weight_pick(struct random *random)
{
    static const int64_t usual[] = {
        1000, 1000, 1000, 2000, 3000, 5000, 500, 1, ALLOCATE_WEIGHT_MAX};
    return chance(random, 20) ? pick(random, 1, ALLOCATE_WEIGHT_MAX)
                              : usual[pick(random, 0, sizeof usual / sizeof usual[0] - 1)];
}

static void classes_make(struct random *random, unsigned with, struct instance *instance)
{
    bool wide = (with & WITH_WIDE) != 0;
    instance->class_count = (size_t)pick(random, 1, wide ? 9 : 4);
    for (size_t i = 0; i < instance->class_count; i++) {
        struct allocate_class *taker = &instance->classes[i];
        taker->at_least = pick(random, 0, 2);
        taker->at_most = taker->at_least + pick(random, 0, wide ? 25 : 4);
        taker->has_need = chance(random, 65);
        taker->need = taker->has_need || chance(random, 50) ? pick(random, 1, wide ? 25 : 6)
                                                            : ALLOCATE_NOMINAL_NEED;
        taker->weight = weight_pick(random);
    }
}

static void coefficients_make(struct random *random, unsigned with, struct instance *instance,
                              size_t budgets)
{
    for (size_t i = 0; i < instance->class_count; i++) {
        int64_t pools = chance(random, 50) ? 1 : pick(random, 1, 9);
        if ((with & WITH_OFF) != 0 && chance(random, 4))
            continue;
        instance->coefficients[pick(random, 0, (int64_t)budgets - 1)][i] = pools;
        if (chance(random, 10)) /* tied databases of several servers */
            instance->coefficients[pick(random, 0, (int64_t)budgets - 1)][i] += pools;
        for (size_t g = budgets; g < instance->row_count; g++)
            instance->coefficients[g][i] = chance(random, 55) ? pools : 0;
    }
}

static int64_t floors_of(const struct instance *instance, size_t row)
{
    int64_t sum = 0;
    for (size_t i = 0; i < instance->class_count; i++)
        sum += instance->coefficients[row][i] * instance->classes[i].at_least;
    return sum;
}

static void rows_make(struct random *random, struct instance *instance, size_t budgets)
{
    for (size_t g = 0; g < instance->row_count; g++) {
        struct allocate_row *row = &instance->rows[g];
        int64_t floors = floors_of(instance, g), most = 0;
        for (size_t i = 0; i < instance->class_count; i++)
            most += instance->coefficients[g][i] * instance->classes[i].at_most;
        row->kind = g < budgets ? ALLOCATE_BUDGET : ALLOCATE_CAP;
        row->limit =
            chance(random, 4) ? floors - pick(random, 1, 4) : pick(random, floors, most + 2);
        row->has_surplus_limit = row->kind == ALLOCATE_BUDGET && chance(random, 50);
        row->surplus_limit = row->limit + 2 - pick(random, 0, row->limit / 2 + 4);
    }
}

static void instance_make(struct random *random, unsigned with, struct instance *instance)
{
    memset(instance, 0, sizeof *instance);
    size_t budgets = (with & WITH_BUDGETS) != 0 && chance(random, 35) ? 2 : 1;
    instance->row_count = budgets;
    if ((with & WITH_CAPS) != 0)
        instance->row_count += (size_t)pick(random, 0, 3);
    instance->surplus_to_all = (with & WITH_SURPLUS_TO_ALL) != 0 && chance(random, 30);
    classes_make(random, with, instance);
    coefficients_make(random, with, instance, budgets);
    rows_make(random, instance, budgets);
}

static void instance_print(const struct instance *instance)
{
    print_error("surplus_to_all %d\n", instance->surplus_to_all);
    for (size_t i = 0; i < instance->class_count; i++) {
        const struct allocate_class *taker = &instance->classes[i];
        print_error("class %zu: at_least %" PRId64 " at_most %" PRId64 " need %" PRId64
                    "%s weight %" PRId64 "\n",
                    i, taker->at_least, taker->at_most, taker->need,
                    taker->has_need ? "" : " (none)", taker->weight);
    }
    for (size_t g = 0; g < instance->row_count; g++) {
        const struct allocate_row *row = &instance->rows[g];
        print_error("%s %zu: limit %" PRId64, row->kind == ALLOCATE_CAP ? "cap" : "budget", g,
                    row->limit);
        if (row->has_surplus_limit)
            print_error(", surplus limit %" PRId64, row->surplus_limit);
        print_error("; coefficients");
        for (size_t i = 0; i < instance->class_count; i++)
            print_error(" %" PRId64, instance->coefficients[g][i]);
        print_error("\n");
    }
}

static void answer_print(const char *what, const struct instance *instance,
                         const struct answer *answer)
{
    print_error("%s: %s, limits", what, answer->fits ? "fits" : "does not fit");
    for (size_t i = 0; i < instance->class_count; i++)
        print_error(" %" PRId64 " (%d)", answer->limits[i], (int)answer->reasons[i]);
    print_error("\n");
}

/* --- the engine's answer --- */

/* The coefficients as terms; with `random`, cut into pieces that add up, in a shuffled order. */
static size_t terms_make(const struct instance *instance, size_t index, struct random *random,
                         struct allocate_term *terms)
{
    size_t count = 0;
    for (size_t g = 0; g < instance->row_count; g++) {
        int64_t rest = instance->coefficients[g][index];
        for (int piece = 0; random != NULL && piece < 2; piece++) {
            int64_t part = pick(random, 0, rest);
            terms[count++] = (struct allocate_term){.row = g, .coefficient = part};
            rest -= part;
        }
        if (rest > 0)
            terms[count++] = (struct allocate_term){.row = g, .coefficient = rest};
    }
    for (size_t i = count; random != NULL && i > 1; i--) {
        size_t j = (size_t)pick(random, 0, (int64_t)i - 1);
        struct allocate_term swapped = terms[i - 1];
        terms[i - 1] = terms[j];
        terms[j] = swapped;
    }
    return count;
}

static void solve_with(const struct instance *instance, enum allocate_mode mode,
                       struct random *random, int64_t dirt, struct answer *answer)
{
    struct allocate_term terms[MOST_CLASSES][3 * MOST_ROWS];
    struct instance work = *instance;
    for (size_t i = 0; i < work.class_count; i++) {
        work.classes[i].terms = terms[i];
        work.classes[i].term_count = terms_make(instance, i, random, terms[i]);
        work.classes[i].limit = dirt; /* what stands in the answers before must not matter */
        work.classes[i].stopped_by = (size_t)dirt;
        work.classes[i].reason = (enum allocate_reason)(dirt & 1);
    }
    for (size_t g = 0; g < work.row_count; g++)
        work.rows[g].used = work.rows[g].short_by = dirt;
    struct allocate_problem problem = {.classes = work.classes,
                                       .class_count = work.class_count,
                                       .rows = work.rows,
                                       .row_count = work.row_count,
                                       .mode = mode,
                                       .surplus_to_all = work.surplus_to_all};
    struct arena arena = {.blocks = NULL};
    struct fail fail = {.kind = FAIL_NONE};
    memset(answer, 0, sizeof *answer);
    bool done = allocate(&arena, &problem, &answer->fits, &fail);
    arena_free(&arena);
    if (!done)
        fail_msg("allocate: %s", fail.message);
    for (size_t i = 0; i < work.class_count; i++) {
        answer->limits[i] = work.classes[i].limit;
        answer->reasons[i] = work.classes[i].reason;
        answer->stopped_by[i] = work.classes[i].stopped_by;
    }
    for (size_t g = 0; g < work.row_count; g++) {
        answer->used[g] = work.rows[g].used;
        answer->short_by[g] = work.rows[g].short_by;
    }
}

static void solve(const struct instance *instance, enum allocate_mode mode, struct answer *answer)
{
    solve_with(instance, mode, NULL, 7, answer);
}

/* --- adding up again --- */

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t sum_of(const struct instance *instance, size_t row, const int64_t *limits)
{
    int64_t sum = 0;
    for (size_t i = 0; i < instance->class_count; i++)
        sum += instance->coefficients[row][i] * limits[i];
    return sum;
}

static bool is_off(const struct instance *instance, size_t index)
{
    for (size_t g = 0; g < instance->row_count; g++)
        if (instance->coefficients[g][index] > 0)
            return false;
    return true;
}

static bool is_surplus(const struct allocate_class *taker, int64_t number)
{
    return !taker->has_need || number > taker->need;
}

/* The highest limit that the rules, bounds and need aside from all rows, would give class `index`.
 */
static int64_t bound_of(const struct instance *instance, size_t index)
{
    const struct allocate_class *taker = &instance->classes[index];
    if (is_off(instance, index))
        return taker->at_least;
    if (taker->has_need && !instance->surplus_to_all)
        return larger(taker->at_least, smaller(taker->need, taker->at_most));
    return taker->at_most;
}

static int64_t row_limit(const struct allocate_row *row, bool surplus)
{
    return surplus && row->has_surplus_limit ? smaller(row->limit, row->surplus_limit) : row->limit;
}

/* Whether the next connection of class `index` passes what `row` allows. */
static bool row_refuses(const struct instance *instance, size_t row, const int64_t *limits,
                        size_t index)
{
    int64_t coefficient = instance->coefficients[row][index];
    bool surplus = is_surplus(&instance->classes[index], limits[index] + 1);
    return coefficient > 0 &&
           sum_of(instance, row, limits) + coefficient > row_limit(&instance->rows[row], surplus);
}

static bool floors_fit(const struct instance *instance)
{
    for (size_t g = 0; g < instance->row_count; g++)
        if (floors_of(instance, g) > instance->rows[g].limit)
            return false;
    return true;
}

static bool none_falls(const struct instance *instance, const struct answer *before,
                       const struct answer *after)
{
    for (size_t i = 0; i < instance->class_count; i++)
        if (after->limits[i] < before->limits[i])
            return false;
    return true;
}

static bool same_limits(const struct instance *instance, const struct answer *a,
                        const struct answer *b)
{
    return a->fits == b->fits && none_falls(instance, a, b) && none_falls(instance, b, a);
}

static bool same_reasons(const struct instance *instance, const struct answer *a,
                         const struct answer *b)
{
    for (size_t i = 0; i < instance->class_count; i++)
        if (a->reasons[i] != b->reasons[i] || a->stopped_by[i] != b->stopped_by[i])
            return false;
    return true;
}

static bool same_answer(const struct instance *instance, const struct answer *a,
                        const struct answer *b)
{
    for (size_t g = 0; g < instance->row_count; g++)
        if (a->used[g] != b->used[g] || a->short_by[g] != b->short_by[g])
            return false;
    return same_limits(instance, a, b) && same_reasons(instance, a, b);
}

/* --- the properties; `trial` keeps what a failure prints --- */

struct trial {
    struct random random;
    struct instance instance, changed;
    struct answer answer, after;
};

static enum allocate_mode mode_pick(struct random *random)
{
    return chance(random, 50) ? ALLOCATE_FILL : ALLOCATE_STABLE;
}

static bool within_bounds(const struct instance *instance, const struct answer *answer)
{
    for (size_t i = 0; i < instance->class_count; i++)
        if (answer->limits[i] < instance->classes[i].at_least ||
            answer->limits[i] > bound_of(instance, i))
            return false;
    return true;
}

static bool sums_right(const struct instance *instance, const struct answer *answer)
{
    for (size_t g = 0; g < instance->row_count; g++) {
        int64_t sum = sum_of(instance, g, answer->limits);
        int64_t short_by = answer->fits ? 0 : larger(0, sum - instance->rows[g].limit);
        if (answer->used[g] != sum || answer->short_by[g] != short_by ||
            (answer->fits && sum > instance->rows[g].limit))
            return false;
    }
    return true;
}

static bool never_overcommits(struct trial *trial)
{
    instance_make(&trial->random, WITH_ALL | (chance(&trial->random, 30) ? WITH_WIDE : 0),
                  &trial->instance);
    for (int mode = ALLOCATE_FILL; mode <= ALLOCATE_STABLE; mode++) {
        solve(&trial->instance, (enum allocate_mode)mode, &trial->answer);
        if (trial->answer.fits != floors_fit(&trial->instance) ||
            !within_bounds(&trial->instance, &trial->answer) ||
            !sums_right(&trial->instance, &trial->answer))
            return false;
        for (size_t i = 0; !trial->answer.fits && i < trial->instance.class_count; i++)
            if (trial->answer.limits[i] != trial->instance.classes[i].at_least)
                return false;
    }
    return true;
}

/* A surplus unit was granted only while every budget of its class was within the surplus limit. */
static bool surplus_keeps_the_alert(struct trial *trial)
{
    instance_make(&trial->random, WITH_ALL, &trial->instance);
    const struct instance *instance = &trial->instance;
    solve(instance, mode_pick(&trial->random), &trial->answer);
    for (size_t i = 0; i < instance->class_count; i++) {
        int64_t limit = trial->answer.limits[i];
        if (limit == instance->classes[i].at_least || !is_surplus(&instance->classes[i], limit))
            continue;
        for (size_t g = 0; g < instance->row_count; g++)
            if (instance->coefficients[g][i] > 0 &&
                sum_of(instance, g, trial->answer.limits) > row_limit(&instance->rows[g], true))
                return false;
    }
    return true;
}

static bool deterministic(struct trial *trial)
{
    instance_make(&trial->random, WITH_ALL, &trial->instance);
    enum allocate_mode mode = mode_pick(&trial->random);
    solve_with(&trial->instance, mode, NULL, INT64_MIN + 1, &trial->answer);
    solve_with(&trial->instance, mode, NULL, 0, &trial->after);
    return same_answer(&trial->instance, &trial->answer, &trial->after);
}

/* P2, without caps; that both modes agree is for instances where every class has a need. */
static bool budget_for_all_needs(struct trial *trial)
{
    struct instance *instance = &trial->instance;
    instance_make(&trial->random, WITH_BUDGETS, instance);
    bool all_have_needs = chance(&trial->random, 60);
    for (size_t i = 0; all_have_needs && i < instance->class_count; i++)
        instance->classes[i].has_need = true;
    int64_t wanted[MOST_CLASSES];
    for (size_t i = 0; i < instance->class_count; i++) {
        const struct allocate_class *taker = &instance->classes[i];
        wanted[i] = larger(taker->at_least, smaller(taker->need, taker->at_most));
    }
    for (size_t g = 0; g < instance->row_count; g++)
        instance->rows[g].limit =
            sum_of(instance, g, wanted) + larger(0, pick(&trial->random, -5, 5));
    solve(instance, ALLOCATE_FILL, &trial->answer);
    solve(instance, ALLOCATE_STABLE, &trial->after);
    for (size_t i = 0; i < instance->class_count; i++)
        if (instance->classes[i].has_need &&
            (trial->answer.limits[i] != wanted[i] || trial->after.limits[i] != wanted[i]))
            return false;
    return !all_have_needs || same_limits(instance, &trial->answer, &trial->after);
}

/* Every budget, and its surplus limit with it, by so much or less. */
static void budgets_raise(struct random *random, struct instance *instance)
{
    for (size_t g = 0; g < instance->row_count; g++) {
        if (instance->rows[g].kind == ALLOCATE_CAP)
            continue;
        int64_t more = pick(random, 0, 12);
        instance->rows[g].limit += more;
        instance->rows[g].surplus_limit += pick(random, 0, more);
    }
}

static bool raised_budget_stable(struct trial *trial)
{
    instance_make(&trial->random, WITH_ALL, &trial->instance);
    trial->changed = trial->instance;
    budgets_raise(&trial->random, &trial->changed);
    solve(&trial->instance, ALLOCATE_STABLE, &trial->answer);
    solve(&trial->changed, ALLOCATE_STABLE, &trial->after);
    return none_falls(&trial->instance, &trial->answer, &trial->after);
}

static bool raised_budget_fill_equal_pools(struct trial *trial)
{
    instance_make(&trial->random, 0, &trial->instance);
    int64_t pools = pick(&trial->random, 1, 5);
    for (size_t i = 0; i < trial->instance.class_count; i++)
        trial->instance.coefficients[0][i] = pools;
    trial->changed = trial->instance;
    budgets_raise(&trial->random, &trial->changed);
    solve(&trial->instance, ALLOCATE_FILL, &trial->answer);
    solve(&trial->changed, ALLOCATE_FILL, &trial->after);
    return none_falls(&trial->instance, &trial->answer, &trial->after);
}

/* The class with the smallest limit / (weight x need) among those that have a need. */
static size_t worst_share(const struct instance *instance, const struct answer *answer)
{
    size_t worst = MOST_CLASSES;
    for (size_t i = 0; i < instance->class_count; i++) {
        const struct allocate_class *taker = &instance->classes[i], *other;
        if (!taker->has_need)
            continue;
        other = &instance->classes[worst == MOST_CLASSES ? i : worst];
        if (worst == MOST_CLASSES || answer->limits[i] * other->weight * other->need <
                                         answer->limits[worst] * taker->weight * taker->need)
            worst = i;
    }
    return worst;
}

static bool raised_budget_worst_share(struct trial *trial)
{
    struct instance *instance = &trial->instance;
    instance_make(&trial->random, WITH_BUDGETS, instance);
    trial->changed = *instance;
    budgets_raise(&trial->random, &trial->changed);
    enum allocate_mode mode = mode_pick(&trial->random);
    solve(instance, mode, &trial->answer);
    solve(&trial->changed, mode, &trial->after);
    size_t before = worst_share(instance, &trial->answer);
    size_t after = worst_share(instance, &trial->after);
    if (before == MOST_CLASSES)
        return true;
    const struct allocate_class *old = &instance->classes[before], *new = &instance->classes[after];
    return trial->after.limits[after] * old->weight * old->need >=
           trial->answer.limits[before] * new->weight *new->need;
}

static bool fill_is_maximal(struct trial *trial)
{
    struct instance *instance = &trial->instance;
    instance_make(&trial->random, WITH_ALL, instance);
    solve(instance, ALLOCATE_FILL, &trial->answer);
    for (size_t i = 0; trial->answer.fits && i < instance->class_count; i++) {
        bool refused = trial->answer.limits[i] >= bound_of(instance, i);
        for (size_t g = 0; g < instance->row_count; g++)
            refused = refused || row_refuses(instance, g, trial->answer.limits, i);
        if (!refused)
            return false;
    }
    return true;
}

static bool one_more_instance_stable(struct trial *trial)
{
    instance_make(&trial->random, WITH_BUDGETS | WITH_SURPLUS_TO_ALL, &trial->instance);
    trial->changed = trial->instance;
    size_t index = (size_t)pick(&trial->random, 0, (int64_t)trial->instance.class_count - 1);
    for (size_t g = 0; g < trial->instance.row_count; g++)
        if (trial->changed.coefficients[g][index] > 0)
            trial->changed.coefficients[g][index]++;
    solve(&trial->instance, ALLOCATE_STABLE, &trial->answer);
    solve(&trial->changed, ALLOCATE_STABLE, &trial->after);
    return none_falls(&trial->instance, &trial->after, &trial->answer);
}

static void class_remove(struct instance *instance, size_t index)
{
    instance->class_count--;
    for (size_t i = index; i < instance->class_count; i++) {
        instance->classes[i] = instance->classes[i + 1];
        for (size_t g = 0; g < instance->row_count; g++)
            instance->coefficients[g][i] = instance->coefficients[g][i + 1];
    }
}

static bool removed_service_stable(struct trial *trial)
{
    instance_make(&trial->random, WITH_BUDGETS | WITH_SURPLUS_TO_ALL | WITH_OFF, &trial->instance);
    trial->changed = trial->instance;
    size_t index = (size_t)pick(&trial->random, 0, (int64_t)trial->instance.class_count - 1);
    class_remove(&trial->changed, index);
    solve(&trial->instance, ALLOCATE_STABLE, &trial->answer);
    solve(&trial->changed, ALLOCATE_STABLE, &trial->after);
    for (size_t i = 0; i < trial->changed.class_count; i++)
        if (trial->after.limits[i] < trial->answer.limits[i < index ? i : i + 1])
            return false;
    return true;
}

static bool doubled_weight(struct trial *trial)
{
    instance_make(&trial->random, WITH_ALL, &trial->instance);
    size_t index = (size_t)pick(&trial->random, 0, (int64_t)trial->instance.class_count - 1);
    int64_t *weight = &trial->instance.classes[index].weight;
    *weight = smaller(*weight, ALLOCATE_WEIGHT_MAX / 2);
    trial->changed = trial->instance;
    trial->changed.classes[index].weight *= 2;
    enum allocate_mode mode = mode_pick(&trial->random);
    solve(&trial->instance, mode, &trial->answer);
    solve(&trial->changed, mode, &trial->after);
    return trial->after.limits[index] >= trial->answer.limits[index];
}

static bool fill_covers_stable(struct trial *trial)
{
    instance_make(&trial->random, WITH_ALL, &trial->instance);
    solve(&trial->instance, ALLOCATE_STABLE, &trial->answer);
    solve(&trial->instance, ALLOCATE_FILL, &trial->after);
    return none_falls(&trial->instance, &trial->answer, &trial->after);
}

static bool equal_classes(struct trial *trial)
{
    struct instance *instance = &trial->instance;
    instance_make(&trial->random, WITH_ALL, instance);
    size_t index = (size_t)pick(&trial->random, 0, (int64_t)instance->class_count - 1);
    size_t twin = instance->class_count++;
    instance->classes[twin] = instance->classes[index];
    for (size_t g = 0; g < instance->row_count; g++) {
        instance->coefficients[g][twin] = instance->coefficients[g][index];
        instance->rows[g].limit += instance->coefficients[g][twin] * 2;
    }
    solve(instance, mode_pick(&trial->random), &trial->answer);
    int64_t ahead = trial->answer.limits[index] - trial->answer.limits[twin];
    return ahead == 0 || ahead == 1;
}

/* No two weights are equal, so the order of declaration breaks no tie and may not matter at all. */
static bool permuted_classes(struct trial *trial)
{
    struct instance *instance = &trial->instance;
    instance_make(&trial->random, WITH_ALL, instance);
    size_t from[MOST_CLASSES], count = instance->class_count;
    for (size_t i = 0; i < count; i++) {
        int64_t weight = instance->classes[i].weight;
        instance->classes[i].weight = smaller(weight - weight % 16 + 16, 999984) - (int64_t)i;
        from[i] = i;
    }
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)pick(&trial->random, 0, (int64_t)i - 1), swapped = from[i - 1];
        from[i - 1] = from[j];
        from[j] = swapped;
    }
    trial->changed = *instance;
    for (size_t i = 0; i < count; i++) {
        trial->changed.classes[i] = instance->classes[from[i]];
        for (size_t g = 0; g < instance->row_count; g++)
            trial->changed.coefficients[g][i] = instance->coefficients[g][from[i]];
    }
    enum allocate_mode mode = mode_pick(&trial->random);
    solve(instance, mode, &trial->answer);
    solve(&trial->changed, mode, &trial->after);
    for (size_t i = 0; i < count; i++)
        if (trial->after.limits[i] != trial->answer.limits[from[i]] ||
            trial->after.reasons[i] != trial->answer.reasons[from[i]])
            return false;
    return true;
}

static bool unused_rows(struct trial *trial)
{
    instance_make(&trial->random, WITH_ALL, &trial->instance);
    trial->changed = trial->instance;
    struct instance *changed = &trial->changed;
    size_t generous = changed->row_count++;
    for (size_t i = 0; i < changed->class_count; i++)
        if (!is_off(&trial->instance, i))
            changed->coefficients[generous][i] = pick(&trial->random, 0, 9);
    static const int64_t limits[] = {INT64_MAX, INT64_C(1) << 31, 100000};
    changed->rows[generous] =
        (struct allocate_row){.kind = (enum allocate_kind)pick(&trial->random, 0, 1),
                              .limit = limits[pick(&trial->random, 0, 2)]};
    if (changed->row_count < MOST_ROWS) /* that nobody is in */
        changed->rows[changed->row_count++] =
            (struct allocate_row){.kind = (enum allocate_kind)pick(&trial->random, 0, 1)};
    enum allocate_mode mode = mode_pick(&trial->random);
    solve(&trial->instance, mode, &trial->answer);
    solve(changed, mode, &trial->after);
    return same_limits(changed, &trial->answer, &trial->after) &&
           same_reasons(changed, &trial->answer, &trial->after);
}

static bool tied_databases(struct trial *trial)
{
    instance_make(&trial->random, WITH_ALL, &trial->instance);
    enum allocate_mode mode = mode_pick(&trial->random);
    solve(&trial->instance, mode, &trial->answer);
    solve_with(&trial->instance, mode, &trial->random, 7, &trial->after);
    return same_answer(&trial->instance, &trial->answer, &trial->after);
}

/* --- reasons --- */

static bool reason_true(const struct instance *instance, const struct answer *answer, size_t i)
{
    const struct allocate_class *taker = &instance->classes[i];
    bool may_rise = answer->limits[i] < bound_of(instance, i);
    bool need_met = taker->has_need && answer->limits[i] >= taker->need;
    size_t row = answer->stopped_by[i];
    switch (answer->reasons[i]) {
    case ALLOCATE_NEED_MET:
        return !may_rise && (need_met || is_off(instance, i));
    case ALLOCATE_AT_MOST:
        return answer->limits[i] == taker->at_most && !need_met;
    case ALLOCATE_REFUSED:
        return may_rise && row < instance->row_count && instance->coefficients[row][i] > 0 &&
               sum_of(instance, row, answer->limits) + instance->coefficients[row][i] >
                   instance->rows[row].limit;
    case ALLOCATE_HEADROOM:
        return may_rise && row < instance->row_count && is_surplus(taker, answer->limits[i] + 1) &&
               row_refuses(instance, row, answer->limits, i) &&
               instance->rows[row].has_surplus_limit;
    case ALLOCATE_STOPPED:
        return may_rise;
    }
    return false;
}

static bool reasons_are_true(struct trial *trial)
{
    instance_make(&trial->random, WITH_ALL, &trial->instance);
    for (int mode = ALLOCATE_FILL; mode <= ALLOCATE_STABLE; mode++) {
        solve(&trial->instance, (enum allocate_mode)mode, &trial->answer);
        for (size_t i = 0; trial->answer.fits && i < trial->instance.class_count; i++)
            if (!reason_true(&trial->instance, &trial->answer, i) ||
                (mode == ALLOCATE_FILL && trial->answer.reasons[i] == ALLOCATE_STOPPED))
                return false;
    }
    return true;
}

/* --- the declarative definition, by enumeration --- */

/* The number-th connection of each pool of a class. */
struct unit {
    size_t index;
    int64_t number;
};

static bool unit_before(const struct instance *instance, struct unit a, struct unit b)
{
    const struct allocate_class *first = &instance->classes[a.index];
    const struct allocate_class *second = &instance->classes[b.index];
    bool a_surplus = is_surplus(first, a.number), b_surplus = is_surplus(second, b.number);
    if (a_surplus != b_surplus)
        return b_surplus;
    int64_t left = (a.number - 1) * (second->weight * second->need);
    int64_t right = (b.number - 1) * (first->weight * first->need);
    if (left != right)
        return left < right;
    return first->weight != second->weight ? first->weight > second->weight : a.index < b.index;
}

/* All units that may ever be granted, in the order of their keys. */
static size_t units_sort(const struct instance *instance, struct unit *units)
{
    size_t count = 0;
    for (size_t i = 0; i < instance->class_count; i++)
        for (int64_t k = instance->classes[i].at_least + 1; k <= bound_of(instance, i); k++) {
            struct unit unit = {.index = i, .number = k};
            size_t at = count++;
            assert_true(count <= MOST_UNITS);
            for (; at > 0 && unit_before(instance, unit, units[at - 1]); at--)
                units[at] = units[at - 1];
            units[at] = unit;
        }
    return count;
}

/* No row is overcommitted, and no row in which a surplus unit was taken is beyond its surplus
 * limit. */
static bool vector_feasible(const struct instance *instance, const int64_t *limits)
{
    for (size_t g = 0; g < instance->row_count; g++) {
        bool surplus = false;
        for (size_t i = 0; i < instance->class_count; i++)
            if (instance->coefficients[g][i] > 0 && limits[i] > instance->classes[i].at_least)
                surplus = surplus || is_surplus(&instance->classes[i], limits[i]);
        if (sum_of(instance, g, limits) > row_limit(&instance->rows[g], surplus))
            return false;
    }
    return true;
}

static bool cap_refuses(const struct instance *instance, const int64_t *limits, size_t index)
{
    for (size_t g = 0; g < instance->row_count; g++)
        if (instance->rows[g].kind == ALLOCATE_CAP && row_refuses(instance, g, limits, index))
            return true;
    return false;
}

/* As soon as one unit is left out that every cap would have allowed, no later one is taken. */
static bool vector_stable(const struct instance *instance, const struct unit *units, size_t count,
                          const int64_t *limits)
{
    int64_t taken[MOST_CLASSES];
    bool stopped = false, closed[MOST_CLASSES] = {false};
    for (size_t i = 0; i < instance->class_count; i++)
        taken[i] = instance->classes[i].at_least;
    for (size_t u = 0; u < count; u++) {
        size_t index = units[u].index;
        if (units[u].number <= limits[index]) {
            if (stopped)
                return false;
            taken[index]++;
        } else if (!closed[index] && cap_refuses(instance, taken, index)) {
            closed[index] = true;
        } else if (!closed[index]) {
            stopped = true;
        }
    }
    return true;
}

/* Unit by unit in their order: which of two vectors has the first one that the other has not? */
static bool vector_greater(const struct unit *units, size_t count, const int64_t *a,
                           const int64_t *b)
{
    for (size_t u = 0; u < count; u++) {
        bool in_a = units[u].number <= a[units[u].index];
        bool in_b = units[u].number <= b[units[u].index];
        if (in_a != in_b)
            return in_a;
    }
    return false;
}

static bool vector_next(const struct instance *instance, int64_t *limits)
{
    for (size_t i = 0; i < instance->class_count; i++) {
        if (limits[i] < bound_of(instance, i)) {
            limits[i]++;
            return true;
        }
        limits[i] = instance->classes[i].at_least;
    }
    return false;
}

static void enumerate(const struct instance *instance, enum allocate_mode mode, int64_t *best)
{
    struct unit units[MOST_UNITS];
    size_t count = units_sort(instance, units);
    int64_t limits[MOST_CLASSES];
    for (size_t i = 0; i < instance->class_count; i++)
        limits[i] = best[i] = instance->classes[i].at_least;
    while (vector_next(instance, limits))
        if (vector_feasible(instance, limits) && vector_greater(units, count, limits, best) &&
            (mode == ALLOCATE_FILL || vector_stable(instance, units, count, limits)))
            memcpy(best, limits, sizeof limits);
}

static bool equals_enumeration(struct trial *trial, enum allocate_mode mode)
{
    instance_make(&trial->random, WITH_ALL, &trial->instance);
    solve(&trial->instance, mode, &trial->answer);
    if (!floors_fit(&trial->instance))
        return !trial->answer.fits;
    trial->after = trial->answer;
    enumerate(&trial->instance, mode, trial->after.limits);
    return same_limits(&trial->instance, &trial->answer, &trial->after);
}

static bool fill_equals_enumeration(struct trial *trial)
{
    return equals_enumeration(trial, ALLOCATE_FILL);
}

static bool stable_equals_enumeration(struct trial *trial)
{
    return equals_enumeration(trial, ALLOCATE_STABLE);
}

/* --- one unit at a time, the next one searched for among all: no heap, no jump --- */

static bool slow_next(const struct instance *instance, const int64_t *limits, const bool *closed,
                      struct unit *next)
{
    bool found = false;
    for (size_t i = 0; i < instance->class_count; i++) {
        struct unit unit = {.index = i, .number = limits[i] + 1};
        if (closed[i] || unit.number > bound_of(instance, i) ||
            (found && !unit_before(instance, unit, *next)))
            continue;
        *next = unit;
        found = true;
    }
    return found;
}

static size_t slow_refused_by(const struct instance *instance, const int64_t *limits, size_t index)
{
    for (int kind = ALLOCATE_CAP; kind >= ALLOCATE_BUDGET; kind--)
        for (size_t g = 0; g < instance->row_count; g++)
            if ((int)instance->rows[g].kind == kind && row_refuses(instance, g, limits, index))
                return g;
    return MOST_ROWS;
}

static void slow_solve(const struct instance *instance, enum allocate_mode mode,
                       struct answer *answer)
{
    bool closed[MOST_CLASSES] = {false}, stopped = false;
    struct unit next = {0};
    memset(answer, 0, sizeof *answer);
    answer->fits = true;
    for (size_t i = 0; i < instance->class_count; i++)
        answer->limits[i] = instance->classes[i].at_least;
    while (!stopped && slow_next(instance, answer->limits, closed, &next)) {
        size_t i = next.index, g = slow_refused_by(instance, answer->limits, i);
        if (g == MOST_ROWS) {
            answer->limits[i]++;
            continue;
        }
        closed[i] = true;
        bool hard = sum_of(instance, g, answer->limits) + instance->coefficients[g][i] >
                    instance->rows[g].limit;
        answer->reasons[i] = hard ? ALLOCATE_REFUSED : ALLOCATE_HEADROOM;
        answer->stopped_by[i] = g;
        stopped = mode == ALLOCATE_STABLE && instance->rows[g].kind == ALLOCATE_BUDGET;
    }
    for (size_t i = 0; i < instance->class_count; i++) {
        const struct allocate_class *taker = &instance->classes[i];
        bool met = taker->has_need && answer->limits[i] >= taker->need;
        if (!closed[i] && answer->limits[i] < bound_of(instance, i))
            answer->reasons[i] = ALLOCATE_STOPPED;
        else if (!closed[i])
            answer->reasons[i] = met || is_off(instance, i) ? ALLOCATE_NEED_MET : ALLOCATE_AT_MOST;
    }
}

static bool equals_one_at_a_time(struct trial *trial)
{
    instance_make(&trial->random, WITH_ALL | WITH_WIDE, &trial->instance);
    enum allocate_mode mode = mode_pick(&trial->random);
    solve(&trial->instance, mode, &trial->answer);
    if (!trial->answer.fits)
        return !floors_fit(&trial->instance);
    slow_solve(&trial->instance, mode, &trial->after);
    return same_limits(&trial->instance, &trial->answer, &trial->after) &&
           same_reasons(&trial->instance, &trial->answer, &trial->after);
}

/* --- running --- */

static const struct property properties[] = {
    {"P1 no row is overcommitted, bounds hold, sums are right", never_overcommits},
    {"P1 the same input gives the same answer", deterministic},
    {"P2 a budget for all needs meets them, in both modes alike", budget_for_all_needs},
    {"P3 stable: a raised budget lowers no limit", raised_budget_stable},
    {"P3 fill, equal pools: a raised budget lowers no limit", raised_budget_fill_equal_pools},
    {"P4 a raised budget never lowers the worst share", raised_budget_worst_share},
    {"P5 fill: no class can be raised", fill_is_maximal},
    {"P6 stable, no caps: one more instance raises no limit", one_more_instance_stable},
    {"P7 stable, no caps: a removed service lowers no limit", removed_service_stable},
    {"P8 a doubled weight never lowers its own limit", doubled_weight},
    {"P9 fill gives at least what stable gives", fill_covers_stable},
    {"A10 equal classes differ by a tie at most", equal_classes},
    {"A10 permuted classes have permuted answers", permuted_classes},
    {"A11 unused rows change nothing", unused_rows},
    {"A12 tied databases are added coefficients", tied_databases},
    {"surplus never passes the alert", surplus_keeps_the_alert},
    {"the reasons given are true", reasons_are_true},
    {"fill is the greatest of all feasible vectors", fill_equals_enumeration},
    {"stable is the greatest of all admissible vectors", stable_equals_enumeration},
    {"limits and reasons as one unit at a time", equals_one_at_a_time},
};

static void trial_print(const struct trial *trial)
{
    instance_print(&trial->instance);
    answer_print("answer", &trial->instance, &trial->answer);
    answer_print("other answer", &trial->instance, &trial->after);
    if (trial->changed.class_count > 0) {
        print_error("the other is of:\n");
        instance_print(&trial->changed);
    }
}

static struct trial state;

struct suite suite = {.seed = 20240229,
                      .instances = 100000,
                      PROPERTIES(properties),
                      TRIAL(state),
                      .print = trial_print};
