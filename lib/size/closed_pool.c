#include "closed_pool.h"

/* A thread that thinks for less than this share of the time held might as well not think: no digit
 * of an answer changes, and no term overflows. */
static const double NO_THOUGHT = 1e-100;

/* Sums over k of the unnormalised p_k. */
struct sums {
    double all, waiting, busy, queue; /* of 1; of 1 for k >= c; of min(k, c); of max(0, k - c) */
};

static void sums_add(struct sums *sums, int64_t inside, int64_t limit, double weight)
{
    sums->all += weight;
    sums->busy += weight * (double)(inside < limit ? inside : limit);
    if (inside >= limit) {
        sums->waiting += weight;
        sums->queue += weight * (double)(inside - limit);
    }
}

static void sums_scale(struct sums *sums, double factor)
{
    sums->all *= factor;
    sums->waiting *= factor;
    sums->busy *= factor;
    sums->queue *= factor;
}

/* The weights rise to one peak and fall; what they were before a rescaling is then too small to
 * count. */
static struct sums states_sum(int64_t threads, int64_t limit, double think)
{
    struct sums sums = {.all = 0};
    if (think < NO_THOUGHT) { /* all are inside at all times */
        sums_add(&sums, threads, limit, 1);
        return sums;
    }
    double weight = 1;
    sums_add(&sums, 0, limit, weight);
    for (int64_t k = 1; k <= threads; k++) {
        weight *= (double)(threads - k + 1) / (think * (double)(k < limit ? k : limit));
        sums_add(&sums, k, limit, weight);
        if (weight > 0x1p512) {
            weight *= 0x1p-512;
            sums_scale(&sums, 0x1p-512);
        }
    }
    return sums;
}

static bool in_domain(const struct closed_pool *pool)
{
    return pool->threads >= 1 && pool->threads <= ERLANG_MAX_CONNECTIONS && pool->limit >= 1 &&
           pool->limit <= ERLANG_MAX_CONNECTIONS && pool->think_ms >= 0 &&
           pool->think_ms <= WAITING_MAX_MS && pool->held_ms >= WAITING_MIN_HELD_MS &&
           pool->held_ms <= WAITING_MAX_MS;
}

bool closed_pool_find(const struct closed_pool *pool, struct closed_waiting *ret_waiting)
{
    if (!in_domain(pool))
        return false;
    double think = pool->think_ms / pool->held_ms;
    struct sums seen = states_sum(pool->threads - 1, pool->limit, think);
    struct sums sums = states_sum(pool->threads, pool->limit, think);
    double busy = sums.busy / sums.all;
    *ret_waiting = (struct closed_waiting){
        .chance = seen.waiting / seen.all,
        .mean_ms = sums.queue / sums.busy * pool->held_ms,
        .utilisation = busy / (double)pool->limit,
        .throughput_per_s = busy / pool->held_ms * 1000,
    };
    return true;
}
