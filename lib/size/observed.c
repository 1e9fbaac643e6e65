#include "observed.h"

#include <math.h>

static const double z = 1.959963984540054; /* of 95 %, two-sided */
static const double most_relative = 0.75;

static int64_t uses_sum(const struct use_series *series)
{
    int64_t sum = 0;
    for (size_t i = 0; i < series->count; i++)
        sum += series->in_use[i];
    return sum;
}

double looks_find(const struct use_series *series)
{
    double count = (double)series->count, uses = (double)uses_sum(series);
    if (series->count < 2 || uses <= 0 || series->age_ms <= 0)
        return count > 1 ? count : 1;
    double age_ms = series->age_ms / uses, sum = 0;
    for (size_t i = 1; i < series->count; i++)
        sum += exp(-(double)(series->at_ms[i] - series->at_ms[i - 1]) / age_ms);
    double r = sum / (count - 1), looks = count * (1 - r) / (1 + r);
    return looks > 1 ? looks : 1;
}

struct interval mean_interval(double value, double looks, double spread)
{
    double half = z * z * spread / looks / 2, middle = value + half,
           width = sqrt(middle * middle - value * value), low = middle - width;
    return (struct interval){.value = value, .low = low > 0 ? low : 0, .high = middle + width};
}

struct interval counted_interval(double in_use, double window_ms, double held_ms)
{
    double looks = window_ms / (2 * held_ms);
    return mean_interval(in_use, looks > 1 ? looks : 1, 1);
}

/* Variance over mean, at least 1: pools that were full vary less, but not their demand. */
static double spread_find(const struct use_series *series, double mean)
{
    double squares = 0;
    if (series->count < 2 || mean <= 0)
        return 1;
    for (size_t i = 0; i < series->count; i++)
        squares += ((double)series->in_use[i] - mean) * ((double)series->in_use[i] - mean);
    double spread = squares / (double)(series->count - 1) / mean;
    return spread > 1 ? spread : 1;
}

struct interval in_use_estimate(const struct use_series *series)
{
    double mean = series->count > 0 ? (double)uses_sum(series) / (double)series->count : 0;
    return mean_interval(mean, looks_find(series), spread_find(series, mean));
}

bool held_interval(double value_ms, double count, double variability, struct interval *ret_interval)
{
    double relative = count > 0 ? z * sqrt(variability / count) : most_relative + 1;
    if (relative > most_relative)
        return false;
    *ret_interval = (struct interval){
        .value = value_ms, .low = value_ms / (1 + relative), .high = value_ms / (1 - relative)};
    return true;
}
