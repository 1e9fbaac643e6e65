/*
 * What must hold of every rollout, tried on random ones; the peak is computed again here from the
 * contract, in 128 bits.
 */
#include "harness.h"
#include "rollout.h"

/* --- instances --- */

/* Small numbers mostly, and now and then any up to `most`. */
static int64_t pick_mostly_small(struct random *random, int64_t most)
{
    return chance(random, 75) ? pick(random, 0, 12) : pick(random, 0, most);
}

struct trial {
    struct random random;
    struct rollout rollout, other;
    int64_t instances;
    bool serverless;
};

static struct amount amount_make(struct random *random)
{
    static const int64_t usual[] = {0, 25000, 50000, 100000, 1, 33333, 250000, 99999};
    struct amount amount = {.given = chance(random, 92), .is_share = chance(random, 60)};
    if (amount.is_share)
        amount.value = chance(random, 60) ? usual[pick(random, 0, 7)] : pick(random, 0, 1000000);
    else
        amount.value = pick_mostly_small(random, INT64_MAX - 1);
    return amount;
}

static int64_t duration_make(struct random *random)
{
    if (chance(random, 15))
        return UNKNOWN;
    return chance(random, 15) ? 0 : pick_mostly_small(random, INT64_MAX - 1);
}

static void trial_make(struct trial *trial)
{
    struct random *random = &trial->random;
    trial->rollout = (struct rollout){
        .strategy = chance(random, 75) ? ROLLOUT_ROLLING
                                       : (enum rollout_strategy)pick(random, 0, ROLLOUT_BLUE_GREEN),
        .surge = amount_make(random),
        .unavailable = amount_make(random),
        .drain_ms = duration_make(random),
        .ready_ms = duration_make(random),
    };
    trial->instances = pick_mostly_small(random, INT64_C(1) << 31);
    trial->serverless = chance(random, 15);
    trial->other = trial->rollout;
}

static void rollout_print(const struct rollout *rollout)
{
    const struct amount *surge = &rollout->surge, *unavailable = &rollout->unavailable;
    print_error(
        "strategy %d, surge {given %d, share %d, %" PRId64 "}, unavailable {given %d, share "
        "%d, %" PRId64 "}, drain %" PRId64 " ms, ready %" PRId64 " ms\n",
        (int)rollout->strategy, surge->given, surge->is_share, surge->value, unavailable->given,
        unavailable->is_share, unavailable->value, rollout->drain_ms, rollout->ready_ms);
}

static int64_t peak_of(const struct trial *trial)
{
    return rollout_peak(&trial->rollout, trial->instances, trial->serverless);
}

static int64_t other_peak_of(const struct trial *trial)
{
    return rollout_peak(&trial->other, trial->instances, trial->serverless);
}

/* --- the properties --- */

static __int128_t wide_smaller(__int128_t a, __int128_t b)
{
    return a < b ? a : b;
}

static __int128_t contract_amount(struct amount amount, __int128_t instances, bool round_up)
{
    __int128_t share = amount.given ? amount.value : 25000;
    if (amount.given && !amount.is_share)
        return wide_smaller(amount.value, instances);
    return wide_smaller((instances * share + (round_up ? 99999 : 0)) / 100000, instances);
}

/* min(R + s + K, 2R), and its parts, word by word. */
static __int128_t contract_rolling(const struct rollout *rollout, __int128_t instances)
{
    __int128_t surge = contract_amount(rollout->surge, instances, true);
    __int128_t unavailable = contract_amount(rollout->unavailable, instances, false);
    __int128_t stopping = instances;
    if (surge == 0 && unavailable == 0)
        unavailable = 1;
    if (rollout->drain_ms == 0)
        stopping = 0;
    else if (rollout->drain_ms != UNKNOWN && rollout->ready_ms > 0)
        stopping = wide_smaller(instances, (surge + unavailable) *
                                               (rollout->drain_ms / rollout->ready_ms + 1));
    return wide_smaller(instances + surge + stopping, 2 * instances);
}

static bool peak_is_the_contract(struct trial *trial)
{
    trial_make(trial);
    __int128_t instances = trial->instances, peak;
    if (trial->rollout.strategy == ROLLOUT_RECREATE)
        peak = instances;
    else if (trial->rollout.strategy == ROLLOUT_BLUE_GREEN || trial->serverless)
        peak = 2 * instances;
    else
        peak = contract_rolling(&trial->rollout, instances);
    return peak_of(trial) == peak;
}

static bool peak_is_within_once_and_twice(struct trial *trial)
{
    trial_make(trial);
    int64_t peak = peak_of(trial);
    return peak >= trial->instances && peak <= 2 * trial->instances;
}

static bool parts_are_within_the_whole(struct trial *trial)
{
    trial_make(trial);
    int64_t surge = rollout_surge(&trial->rollout, trial->instances);
    int64_t unavailable = rollout_unavailable(&trial->rollout, trial->instances);
    bool moves = trial->instances == 0 || surge + unavailable > 0;
    return moves && surge >= 0 && surge <= trial->instances && unavailable >= 0 &&
           unavailable <= trial->instances;
}

static bool peak_rises_with_instances(struct trial *trial)
{
    trial_make(trial);
    int64_t more =
        trial->instances +
        (chance(&trial->random, 70) ? 1 : pick_mostly_small(&trial->random, INT64_C(1) << 31));
    return rollout_peak(&trial->rollout, more, trial->serverless) >= peak_of(trial);
}

static bool peak_rises_with_surge(struct trial *trial)
{
    trial_make(trial);
    trial->rollout.surge.given = trial->other.surge.given = true;
    trial->other.surge.value +=
        pick_mostly_small(&trial->random, INT64_MAX - 1 - trial->rollout.surge.value);
    return other_peak_of(trial) >= peak_of(trial);
}

static bool peak_rises_with_drain(struct trial *trial)
{
    trial_make(trial);
    int64_t drain_ms = trial->rollout.drain_ms;
    if (drain_ms == UNKNOWN) /* the longest of all */
        trial->other.drain_ms = pick_mostly_small(&trial->random, INT64_MAX - 1);
    else
        trial->other.drain_ms += pick_mostly_small(&trial->random, INT64_MAX - 1 - drain_ms);
    return drain_ms == UNKNOWN ? other_peak_of(trial) <= peak_of(trial)
                               : other_peak_of(trial) >= peak_of(trial);
}

/* The slower new instances become ready, the fewer old ones are told to stop at one time. */
static bool peak_falls_with_ready(struct trial *trial)
{
    trial_make(trial);
    if (trial->rollout.ready_ms == UNKNOWN) /* taken for the fastest */
        trial->rollout.ready_ms = 0;
    trial->other.ready_ms = trial->rollout.ready_ms;
    trial->other.ready_ms +=
        pick_mostly_small(&trial->random, INT64_MAX - 1 - trial->other.ready_ms);
    return other_peak_of(trial) <= peak_of(trial);
}

/* R instances are within their own peak, and one more than the answer is not within. */
static bool within_is_the_inverse(struct trial *trial)
{
    trial_make(trial);
    int64_t peak = chance(&trial->random, 50) ? peak_of(trial)
                                              : pick_mostly_small(&trial->random, INT64_C(1) << 33);
    int64_t within = rollout_instances_within(&trial->rollout, peak, trial->serverless);
    if (within < 0 || within > ROLLOUT_MAX_INSTANCES ||
        rollout_peak(&trial->rollout, within, trial->serverless) > peak)
        return false;
    return within == ROLLOUT_MAX_INSTANCES ||
           rollout_peak(&trial->rollout, within + 1, trial->serverless) > peak;
}

/* The same by walking up, where that is short. */
static bool within_is_what_walking_finds(struct trial *trial)
{
    trial_make(trial);
    int64_t peak = pick(&trial->random, -2, 40), walked = -1;
    for (int64_t instances = 0; instances <= 50; instances++)
        if (rollout_peak(&trial->rollout, instances, trial->serverless) <= peak)
            walked = instances;
    return rollout_instances_within(&trial->rollout, peak, trial->serverless) == walked;
}

/* --- running --- */

static const struct property properties[] = {
    {"the peak is that of the contract", peak_is_the_contract},
    {"K2 the peak is at least R and at most 2R", peak_is_within_once_and_twice},
    {"surge and unavailable are at most R, and not both 0", parts_are_within_the_whole},
    {"K2 the peak never falls with more instances", peak_rises_with_instances},
    {"K2 the peak never falls with more surge", peak_rises_with_surge},
    {"K2 the peak never falls with a longer drain", peak_rises_with_drain},
    {"the peak never rises with a slower start", peak_falls_with_ready},
    {"instances within a peak: the inverse", within_is_the_inverse},
    {"instances within a peak: found by walking", within_is_what_walking_finds},
};

static void trial_print(const struct trial *trial)
{
    print_error("%" PRId64 " instances, serverless %d\n", trial->instances, trial->serverless);
    rollout_print(&trial->rollout);
    rollout_print(&trial->other);
}

static struct trial state;

struct suite suite = {.seed = 20240229,
                      .instances = 100000,
                      PROPERTIES(properties),
                      TRIAL(state),
                      .print = trial_print};
