#include "need.h"

#include <stddef.h>

/* `value` <= `bound`, but for rounding. */
static const double TIE = 1 + 1e-12;

/* One target: a share `chance` may wait longer than `ms`; or the mean may be `ms`. */
struct target {
    enum need_reason reason;
    double ms, chance;
};

static bool is_asked(double target)
{
    return target != -1;
}

static bool chance_is_valid(double chance)
{
    return !is_asked(chance) || (chance > 0 && chance <= 1);
}

static bool ms_is_valid(double ms)
{
    return !is_asked(ms) || (ms >= 0 && ms <= WAITING_MAX_MS);
}

static bool targets_are_valid(const struct wait_targets *targets)
{
    return ms_is_valid(targets->p99_ms) && ms_is_valid(targets->timeout_ms) &&
           ms_is_valid(targets->mean_ms) && targets->mean_ms != 0 &&
           chance_is_valid(targets->timeout_chance) && chance_is_valid(targets->any_chance) &&
           (is_asked(targets->timeout_ms) || !is_asked(targets->timeout_chance));
}

static bool target_holds(const struct target *target, const struct erlang *pool,
                         const struct offered_load *load)
{
    if (target->reason == NEED_MEAN)
        return waiting_mean_ms(pool, load) <= target->ms * TIE;
    return waiting_chance_beyond(pool, load, target->ms) <= target->chance * TIE;
}

/* Those that are asked for, in order; how many. */
static int targets_list(const struct wait_targets *targets, struct target list[NEED_REASONS])
{
    const struct target all[] = {
        {NEED_P99, targets->p99_ms, is_asked(targets->p99_ms) ? 0.01 : -1},
        {NEED_TIMEOUT, targets->timeout_ms, targets->timeout_chance},
        {NEED_ANY, 0, targets->any_chance},
        {NEED_MEAN, targets->mean_ms, targets->mean_ms},
    };
    int count = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (is_asked(all[i].chance))
            list[count++] = all[i];
    return count;
}

static struct need need_impossible(enum need_reason reason)
{
    return (struct need){.is_possible = false, .limit = -1, .reason = reason};
}

/* Each target from where the one before it was met: there it still holds. */
static struct need need_walk(const struct offered_load *load, const struct wait_targets *targets,
                             struct erlang pool, int64_t most)
{
    struct target list[NEED_REASONS];
    int count = targets_list(targets, list);
    enum need_reason reason = NEED_LOAD;
    for (int i = 0; i < count; i++) {
        while (!target_holds(&list[i], &pool, load)) {
            reason = list[i].reason;
            if (pool.connections >= most || !erlang_grow(&pool))
                return need_impossible(reason);
        }
    }
    return (struct need){.is_possible = true, .limit = pool.connections, .reason = reason};
}

bool need_find(const struct offered_load *load, const struct wait_targets *targets, int64_t most,
               struct need *ret_need)
{
    struct erlang smallest;
    if (!offered_load_is_valid(load) || !targets_are_valid(targets) || most < 0 ||
        most > ERLANG_MAX_CONNECTIONS)
        return false;
    if (load->erlangs == 0)
        *ret_need = (struct need){.is_possible = true, .reason = NEED_LOAD};
    else if (load->erlangs >= (double)most || !erlang_find_smallest(load->erlangs, &smallest))
        *ret_need = need_impossible(NEED_LOAD);
    else
        *ret_need = need_walk(load, targets, smallest, most);
    return true;
}
