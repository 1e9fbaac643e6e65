#include "overlap_parts.h"

#include <string.h>

void difference_open(struct difference *difference, const struct days *days)
{
    difference->classes = ARENA_ARRAY(days->arena, days->set_words, uint64_t);
    difference->zones = ARENA_ARRAY(days->arena, days->zone_count, bool);
}

static void classes_compare(uint64_t *classes, const struct days *days, int date, int64_t day,
                            int64_t other)
{
    const uint64_t *uses = days->uses[date];
    const uint64_t *set = &days->sets[days->kinds[day] * days->set_words];
    const uint64_t *other_set = &days->sets[days->kinds[other] * days->set_words];
    for (size_t i = 0; i < days->set_words; i++)
        classes[i] |= (set[i] ^ other_set[i]) & uses[i];
}

static bool zone_differs(const struct days *days, size_t zone, int64_t day, int64_t other)
{
    const struct day_zone *of = &days->zones[zone];
    for (int64_t ago = 0; ago <= days->reach; ago++)
        if (day_shape(of, day - ago) != day_shape(of, other - ago))
            return true;
    return false;
}

void difference_find(struct difference *difference, const struct days *days, int64_t day,
                     int64_t other)
{
    int from = days->zone_count > 1 ? 0 : 1, to = days->zone_count > 1 ? 2 : 1;
    memset(difference->classes, 0, days->set_words * sizeof *difference->classes);
    for (int64_t ago = 0; ago <= days->reach; ago++)
        for (int date = from; date <= to; date++)
            classes_compare(difference->classes, days, date, day - ago + date - 1,
                            other - ago + date - 1);
    for (size_t i = 1; i < days->zone_count; i++)
        difference->zones[i] = zone_differs(days, i, day, other);
}
