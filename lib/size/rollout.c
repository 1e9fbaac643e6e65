#include "rollout.h"

static const int64_t WHOLE = 100000; /* 100 %, in thousandths of a percent */
static const int64_t DEFAULT_SHARE =
    25000; /* maxSurge and maxUnavailable of a Kubernetes Deployment */

enum rounding { ROUND_DOWN, ROUND_UP };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t not_negative(int64_t number)
{
    return number < 0 ? 0 : number;
}

static int64_t sum_saturated(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static int64_t product_saturated(int64_t a, int64_t b)
{
    int64_t product;
    return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

/* `share` of `instances`, 0 <= share < WHOLE: hundred thousands first, so that nothing overflows.
 */
static int64_t share_of(int64_t instances, int64_t share, enum rounding rounding)
{
    int64_t rest = instances % WHOLE * share;
    int64_t rounded_up = rounding == ROUND_UP && rest % WHOLE != 0;
    return instances / WHOLE * share + rest / WHOLE + rounded_up;
}

/* At most `instances`, which are not negative. */
static int64_t amount_of(const struct amount *amount, int64_t instances, enum rounding rounding)
{
    if (!amount->given)
        return share_of(instances, DEFAULT_SHARE, rounding);
    int64_t value = not_negative(amount->value);
    if (!amount->is_share)
        return smaller(value, instances);
    return value >= WHOLE ? instances : share_of(instances, value, rounding);
}

int64_t rollout_surge(const struct rollout *rollout, int64_t instances)
{
    return amount_of(&rollout->surge, not_negative(instances), ROUND_UP);
}

int64_t rollout_unavailable(const struct rollout *rollout, int64_t instances)
{
    instances = not_negative(instances);
    int64_t unavailable = amount_of(&rollout->unavailable, instances, ROUND_DOWN);
    /* With neither, no rollout would ever move. */
    if (unavailable == 0 && rollout_surge(rollout, instances) == 0)
        unavailable = 1;
    return smaller(unavailable, instances);
}

int64_t rollout_stopping(const struct rollout *rollout, int64_t instances)
{
    instances = not_negative(instances);
    if (rollout->drain_ms == 0)
        return 0;
    if (rollout->drain_ms < 0 || rollout->ready_ms <= 0)
        return instances;
    int64_t at_once =
        sum_saturated(rollout_surge(rollout, instances), rollout_unavailable(rollout, instances));
    int64_t waves = sum_saturated(rollout->drain_ms / rollout->ready_ms, 1);
    return smaller(instances, product_saturated(at_once, waves));
}

int64_t rollout_peak(const struct rollout *rollout, int64_t instances, bool serverless)
{
    instances = not_negative(instances);
    int64_t twice = sum_saturated(instances, instances);
    if (rollout->strategy == ROLLOUT_RECREATE)
        return instances;
    if (rollout->strategy == ROLLOUT_BLUE_GREEN || serverless)
        return twice;
    int64_t running = sum_saturated(instances, rollout_surge(rollout, instances));
    return smaller(sum_saturated(running, rollout_stopping(rollout, instances)), twice);
}

/* The peak never falls when instances are added, so the largest number can be searched for by
 * halves. */
int64_t rollout_instances_within(const struct rollout *rollout, int64_t peak, bool serverless)
{
    /* A rollout never has fewer instances alive than it is of. */
    int64_t most = peak < ROLLOUT_MAX_INSTANCES ? peak : ROLLOUT_MAX_INSTANCES;
    int64_t fits = -1, too_many = most < 0 ? 0 : most + 1;
    while (too_many - fits > 1) {
        int64_t middle = fits + (too_many - fits) / 2;
        if (rollout_peak(rollout, middle, serverless) <= peak)
            fits = middle;
        else
            too_many = middle;
    }
    return fits;
}
