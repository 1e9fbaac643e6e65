/*
 * Waits and chances in words: two digits are what a prediction is worth.
 */
#include "demands.h"

#include <inttypes.h>

/* "0.4 ms", "3.0 ms", "48 ms", "1.5 s", "12 min". */
static void ms_put(double ms, struct text *text)
{
    static const struct {
        double most_ms, unit_ms;
        const char *name;
    } units[] = {
        {1000, 1, "ms"}, {180000, 1000, "s"}, {7200000, 60000, "min"}, {172800000, 3600000, "h"}};
    size_t last = sizeof units / sizeof units[0] - 1, i = 0;
    while (i < last && ms >= units[i].most_ms)
        i++;
    double value = ms / units[i].unit_ms;
    text_printf(text, value < 10 && value > 0 ? "%.1f %s" : "%.0f %s", value, units[i].name);
}

/* "17 %", "0.2 %", "1 in 50,000". */
static void share_put(double share, struct text *text)
{
    if (share >= 0.0995)
        text_printf(text, "%.0f %%", share * 100);
    else if (share >= 0.0005)
        text_printf(text, "%.2g %%", share * 100);
    else if (share >= 1e-15) {
        double one_in = 1 / share, step = 1;
        while (one_in / step >= 100)
            step *= 10;
        int64_t rounded = (int64_t)((double)(int64_t)(one_in / step + 0.5) * step + 0.5);
        int64_t group = 1;
        while (rounded / group >= 1000)
            group *= 1000;
        text_printf(text, "1 in %" PRId64, rounded / group);
        for (group /= 1000; group > 0; group /= 1000)
            text_printf(text, ",%03" PRId64, rounded / group % 1000);
    } else {
        text_put(text, "next to none");
    }
}

void need_put(const struct pool_demand *demand, struct text *text)
{
    switch (demand->need.reason) {
    case NEED_P99:
        text_put(text, "p99 wait ");
        ms_put(demand->targets.p99_ms, text);
        break;
    case NEED_TIMEOUT:
        share_put(demand->targets.timeout_chance, text);
        text_put(text, " timing out");
        break;
    case NEED_ANY:
        share_put(demand->targets.any_chance, text);
        text_put(text, " waiting at all");
        break;
    default:
        text_printf(text, "%.2g Erlang", demand->load.erlangs);
        break;
    }
}

bool need_reached_put(const struct pool_demand *demand, const struct waiting *waiting,
                      struct text *text)
{
    bool has_words = !waiting->is_overloaded &&
                     (demand->need.reason == NEED_P99 || demand->need.reason == NEED_TIMEOUT);
    if (has_words && demand->need.reason == NEED_P99)
        ms_put(waiting->p99_ms, text);
    else if (has_words)
        share_put(waiting->timeout_chance, text);
    return has_words;
}

void overload_put(const struct waiting *waiting, struct text *text)
{
    if (waiting->timeouts_after_ms < 0) {
        text_put(text, "the queue never empties");
        return;
    }
    text_put(text, "after ");
    ms_put(waiting->timeouts_after_ms, text);
    text_put_char(text, ' ');
    share_put(waiting->failing_share, text);
    text_put(text, " time out");
}

void waiting_put(const struct waiting *waiting, struct text *text)
{
    if (!waiting->is_overloaded) {
        text_put(text, "p99 wait ");
        ms_put(waiting->p99_ms, text);
        if (waiting->timeout_chance >= 1e-6) {
            text_put(text, ", ");
            share_put(waiting->timeout_chance, text);
            text_put(text, " time out");
        }
        return;
    }
    text_put(text, "overloaded: ");
    overload_put(waiting, text);
}
