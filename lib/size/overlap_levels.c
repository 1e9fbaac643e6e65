#include "overlap_sums.h"

static const uint32_t ALL_BLOCKS = (UINT32_C(1) << BLOCKS) - 1;

void renewal_make(struct renewal *ret_renewal, const struct profile *old, const struct profile *new,
                  int32_t all_day, int32_t factor)
{
    ret_renewal->old = old;
    ret_renewal->new = new;
    ret_renewal->factor = factor;
    ret_renewal->changed = all_day != 0 ? ALL_BLOCKS : old->alive | new->alive;
    ret_renewal->base = (new->base - old->base + all_day) * factor;
    for (int i = 0; i < BLOCKS; i++) {
        int32_t first = new->blocks[i].first - old->blocks[i].first + all_day;
        int32_t most = new->blocks[i].most - old->blocks[i].most + all_day;
        ret_renewal->first[i] = (uint32_t)(first * factor);
        ret_renewal->bounds[i] = (uint32_t)(most * factor);
    }
}

static void steps_add(struct levels *levels, const struct profile *profile, int32_t factor)
{
    for (uint32_t i = 0; i < profile->step_count; i++)
        levels->changes[profile->steps[i].minute] += (uint32_t)(profile->steps[i].change * factor);
}

void levels_renew(struct levels *levels, const struct renewal *renewal)
{
    for (int i = 0; i < BLOCKS; i++) {
        levels->first[i] += renewal->first[i];
        levels->bounds[i] += renewal->bounds[i];
    }
    levels->changed |= renewal->changed;
    if (renewal->old == renewal->new)
        return;
    steps_add(levels, renewal->old, -renewal->factor);
    steps_add(levels, renewal->new, renewal->factor);
}

static int32_t block_most(const struct levels *levels, int block, int32_t over, int *ret_minute)
{
    int32_t most = over;
    uint32_t level = levels->first[block];
    for (int minute = block * BLOCK_MINUTES;;) {
        if ((int32_t)level > most) {
            most = (int32_t)level;
            *ret_minute = minute;
        }
        if (++minute == (block + 1) * BLOCK_MINUTES)
            return most;
        level += levels->changes[minute];
    }
}

int32_t levels_most(struct levels *levels, int32_t over, int *ret_minute)
{
    int32_t most = over;
    for (uint32_t left = levels->changed; left != 0; left &= left - 1) {
        int i = __builtin_ctz(left);
        if ((int32_t)levels->bounds[i] > most)
            most = block_most(levels, i, most, ret_minute);
    }
    levels->changed = 0;
    return most;
}
