#include "alarm.h"

static int64_t known(int64_t value)
{
    return value < 0 ? 0 : value;
}

static int64_t kept(const struct sample *sample)
{
    return known(sample->superuser_reserved_connections) + known(sample->reserved_connections);
}

int64_t sample_used(const struct sample *sample)
{
    return sample->sessions < 0 ? -1 : sample->sessions + kept(sample);
}

int64_t sample_permille(const struct sample *sample, int64_t used)
{
    if (used < 0 || sample->max_connections < 1)
        return -1;
    return (2000 * used + sample->max_connections) / (2 * sample->max_connections);
}

int64_t alarm_line(const struct alarm *alarm, int64_t max_connections)
{
    if (!alarm->is_share)
        return alarm->at;
    return max_connections < 0 ? -1 : alarm->at * max_connections / 100000;
}

int64_t alarm_clear_line(const struct alarm *alarm, const struct sample *sample)
{
    int64_t line = alarm_line(alarm, sample->max_connections), least = kept(sample);
    int64_t below =
        (known(sample->max_connections) * ALARM_CLEAR_PERCENT + 99) / 100; /* rounded up */
    int64_t clear = line - (below > 0 ? below : 1);
    if (clear < least)
        clear = least;
    return clear < line ? clear : line;
}

enum alarm_change alarm_take(struct alarm *alarm, const struct sample *sample)
{
    int64_t used = sample_used(sample), line = alarm_line(alarm, sample->max_connections);
    bool was_over = alarm->is_over;
    if (sample->kind == SAMPLE_FULL)
        alarm->is_over = true;
    else if (sample->kind == SAMPLE_SEEN && used >= 0 && line >= 0)
        alarm->is_over = used > (was_over ? alarm_clear_line(alarm, sample) : line);
    if (alarm->is_over == was_over)
        return ALARM_SAME;
    return alarm->is_over ? ALARM_OVER : ALARM_UNDER;
}
