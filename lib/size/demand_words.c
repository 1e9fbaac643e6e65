/*
 * Waits and chances in words: two digits are what a prediction is worth.
 */
#include "demands.h"

#include <inttypes.h>

/* "0.4 ms", "3.0 ms", "48 ms", "1.5 s", "12 min". */
void wait_put(double ms, struct text *text)
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
    text_printf(text, value < 10 && value >= 0.05 ? "%.1f %s" : "%.0f %s", value, units[i].name);
}

/* "50000", "1 million", "2.3 billion": two digits of a large number. */
static void large_put(double number, struct text *text)
{
    static const char *const names[] = {" million", " billion", " trillion"};
    size_t last = sizeof names / sizeof names[0] - 1, i = 0;
    double step = 1;
    while (number / step >= 100)
        step *= 10;
    number = (double)(int64_t)(number / step + 0.5) * step;
    if (number < 999999.5) {
        text_printf(text, "%.0f", number);
        return;
    }
    for (number /= 1e6; i < last && number >= 999.5; i++)
        number /= 1000;
    text_printf(text, "%.4g%s", number, names[i]);
}

/* "17 %", "0.2 %", "1 in 50000", "1 in 1 million". */
void chance_put(double chance, struct text *text)
{
    if (chance >= 0.0995) {
        text_printf(text, "%.0f %%", chance * 100);
    } else if (chance >= 0.0005) {
        text_printf(text, "%.2g %%", chance * 100);
    } else if (chance >= 1e-15) {
        text_put(text, "1 in ");
        large_put(1 / chance, text);
    } else {
        text_put(text, chance > 0 ? "next to none" : "none");
    }
}

void need_put(const struct pool_demand *demand, struct text *text)
{
    switch (demand->need.reason) {
    case NEED_P99:
        text_put(text, "p99 wait ");
        wait_put(demand->targets.p99_ms, text);
        break;
    case NEED_TIMEOUT:
        chance_put(demand->targets.timeout_chance, text);
        text_put(text, " timing out");
        break;
    case NEED_ANY:
        chance_put(demand->targets.any_chance, text);
        text_put(text, " waiting at all");
        break;
    default:
        if (demand->load.erlangs > 0)
            text_printf(text, "%.2g Erlang", demand->load.erlangs);
        else
            text_put(text, "no requests");
        break;
    }
}

bool need_reached_put(const struct pool_demand *demand, const struct waiting *waiting,
                      struct text *text)
{
    bool has_words = !waiting->is_overloaded &&
                     (demand->need.reason == NEED_P99 || demand->need.reason == NEED_TIMEOUT);
    if (has_words && demand->need.reason == NEED_P99)
        wait_put(waiting->p99_ms, text);
    else if (has_words)
        chance_put(waiting->timeout_chance, text);
    return has_words;
}

void overload_put(const struct waiting *waiting, struct text *text)
{
    if (waiting->timeouts_after_ms < 0) {
        text_put(text, "the queue never empties");
        return;
    }
    text_put(text, "after ");
    wait_put(waiting->timeouts_after_ms, text);
    text_put_char(text, ' ');
    chance_put(waiting->failing_share, text);
    text_put(text, " time out");
}

void waiting_put(const struct waiting *waiting, struct text *text)
{
    if (!waiting->is_overloaded) {
        text_put(text, "p99 wait ");
        wait_put(waiting->p99_ms, text);
        if (waiting->timeout_chance >= 1e-6) {
            text_put(text, ", ");
            chance_put(waiting->timeout_chance, text);
            text_put(text, " time out");
        }
        return;
    }
    text_put(text, "overloaded: ");
    overload_put(waiting, text);
}
