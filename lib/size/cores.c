#include "cores.h"

/* Terms below this share of the largest count for no chance in the domain. */
static const double NEGLIGIBLE = 1e-30;

/* The chance of one count, as a multiple of that of the most likely count, floor(mean). */
struct term {
    int64_t count;
    double weight;
};

/* Sum of the terms below the most likely one. */
static double weights_below(double mean, int64_t mode)
{
    double weight = 1, sum = 0;
    for (int64_t count = mode; count > 0 && weight > NEGLIGIBLE; count--) {
        weight *= (double)count / mean;
        sum += weight;
    }
    return sum;
}

/* Sum of the terms above it, and the last that counts. */
static double weights_above(double mean, int64_t mode, struct term *ret_last)
{
    struct term last = {.count = mode, .weight = 1};
    double sum = 0;
    while (last.weight > NEGLIGIBLE) {
        last.count++;
        last.weight *= mean / (double)last.count;
        sum += last.weight;
    }
    *ret_last = last;
    return sum;
}

/* From the far end inwards, so that small terms are added before large ones. It never comes as far
 * as floor(mean): that many or more are at least as likely as not. A tie is met, as in need.h. */
bool poisson_quantile(double mean, double chance, int64_t *ret_count)
{
    if (!(mean >= 0 && mean <= POISSON_MAX_MEAN && chance >= 1e-15 && chance < 0.5))
        return false;
    *ret_count = 0;
    if (mean == 0)
        return true;
    int64_t mode = (int64_t)mean;
    struct term last;
    double all = 1 + weights_below(mean, mode) + weights_above(mean, mode, &last);
    double most = chance * all * (1 + 1e-12), beyond = last.weight;
    while (last.count > mode && beyond <= most) {
        last.weight *= (double)last.count / mean;
        last.count--;
        beyond += last.weight;
    }
    *ret_count = last.count;
    return true;
}

bool cores_load_find(double executing, int64_t cores, int64_t spindles, struct cores_load *ret_load)
{
    int64_t executing_p99;
    if (cores < 1 || cores > CORES_MAX || spindles < 0 || spindles > CORES_MAX ||
        !poisson_quantile(executing, 0.01, &executing_p99))
        return false;
    double utilisation = executing / (double)cores;
    int64_t comfortable = cores_comfortable(cores, spindles);
    *ret_load = (struct cores_load){
        .utilisation = utilisation,
        .executing_p99 = executing_p99,
        .comfortable = comfortable,
        .is_busy = utilisation > 0.7,
        .is_saturated = utilisation >= 1,
        .queues = executing_p99 > comfortable,
    };
    return true;
}
