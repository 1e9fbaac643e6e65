#include "overlap_parts.h"

#include <string.h>

enum { MOST_LISTED_DAYS = CALENDAR_CYCLE_DAYS, MINUTE_S = 60 };

void days_zones_make(struct days *days, struct job *jobs, size_t count)
{
    struct intern numbers = {.arena = days->arena};
    days->zones = ARENA_ARRAY(days->arena, count + 1, struct day_zone);
    const struct zone *utc = NULL;
    (void)intern(&numbers, &utc, sizeof utc, NULL);
    for (size_t i = 0; i < count; i++) {
        const struct zone *zone = jobs[i].schedule->zone;
        jobs[i].zone = intern(&numbers, &zone, sizeof zone, NULL);
        days->zones[jobs[i].zone].zone = zone;
    }
    days->zone_count = numbers.count;
}

static bool zone_changes_for_ever(const struct zone *zone, int64_t from_s)
{
    struct zone_change change;
    int64_t last_s = zone_last_listed_s(zone);
    return zone_next_change(zone, last_s > from_s ? last_s : from_s, &change);
}

static uint16_t shape_number(struct days *days, const struct shape *shape)
{
    bool is_new;
    uint32_t number = intern(&days->shape_numbers, shape, sizeof *shape, &is_new);
    if (!is_new || number > UINT16_MAX)
        return (uint16_t)number;
    days->shapes =
        room_for(days->arena, days->shapes, sizeof *shape, number, &days->shape_capacity);
    days->shapes[number] = *shape;
    return (uint16_t)number;
}

static bool offset_is_usable(int64_t offset_s)
{
    return offset_s % MINUTE_S == 0 && offset_s >= -DAY_S && offset_s <= DAY_S;
}

/* On the way from day to day. */
struct zone_walk {
    int64_t offset_s;          /* in force just before the next day */
    struct zone_change change; /* the first one on that day or later */
    bool has_change;
    struct shape shape; /* of the last day */
};

/* A day begins with the offset that was in force just before it, so that a change at midnight is
 * one of that day. */
static bool shape_make(const struct zone *zone, int64_t day, struct zone_walk *walk,
                       struct shape *ret_shape)
{
    *ret_shape =
        (struct shape){.part_count = 1, .parts[0].offset = (int16_t)(walk->offset_s / MINUTE_S)};
    if (!offset_is_usable(walk->offset_s))
        return false;
    while (walk->has_change && walk->change.at_s < (day + 1) * DAY_S) {
        int64_t at_s = walk->change.at_s - day * DAY_S;
        if (ret_shape->part_count == SHAPE_PARTS || at_s % MINUTE_S != 0 ||
            !offset_is_usable(walk->change.offset_s))
            return false;
        walk->offset_s = walk->change.offset_s;
        ret_shape->parts[ret_shape->part_count++] =
            (struct shape_part){(int16_t)(at_s / MINUTE_S), (int16_t)(walk->offset_s / MINUTE_S)};
        walk->has_change = zone_next_change(zone, walk->change.at_s, &walk->change);
    }
    return true;
}

static void pair_note(struct days *days, struct day_zone *zone, struct intern *numbers,
                      struct shape_pair pair)
{
    bool is_new;
    uint32_t number = intern(numbers, &pair, sizeof pair, &is_new);
    if (!is_new)
        return;
    zone->pairs = room_for(days->arena, zone->pairs, sizeof pair, number, &zone->pair_capacity);
    zone->pairs[number] = pair;
    zone->pair_count = (size_t)number + 1;
}

/* Local time goes on from the first part of a day to the last; how far, in all its shapes. */
static void shape_note(struct day_zone *zone, const struct shape *shape)
{
    for (uint32_t i = 0; i < shape->part_count; i++) {
        const struct shape_part *part = &shape->parts[i];
        int until = i + 1 < shape->part_count ? part[1].from : DAY_MINUTES;
        if (part->from + part->offset < zone->earliest)
            zone->earliest = part->from + part->offset;
        if (until + part->offset > zone->latest)
            zone->latest = until + part->offset;
    }
}

/* Where nothing changes. */
static bool zone_fill_once(struct days *days, struct day_zone *zone, struct zone_walk *walk)
{
    struct intern pairs = {.arena = days->arena};
    walk->has_change = false;
    if (!shape_make(zone->zone, days->first, walk, &walk->shape))
        return false;
    zone->shape = shape_number(days, &walk->shape);
    shape_note(zone, &walk->shape);
    pair_note(days, zone, &pairs, (struct shape_pair){zone->shape, zone->shape});
    return true;
}

/* Few days are other than the one before. */
static bool zone_fill_days(struct days *days, struct day_zone *zone, struct zone_walk *walk)
{
    struct intern pairs = {.arena = days->arena};
    bool same = false;
    zone->shapes = ARENA_ARRAY(days->arena, (size_t)days->count, uint16_t);
    for (int64_t i = 0; i < days->count; i++) {
        struct shape last = walk->shape;
        bool was_same = same;
        if (!shape_make(zone->zone, days->first + i, walk, &walk->shape))
            return false;
        same = i > 0 && memcmp(&walk->shape, &last, sizeof last) == 0;
        zone->shapes[i] = same ? zone->shapes[i - 1] : shape_number(days, &walk->shape);
        if (!same)
            shape_note(zone, &walk->shape);
        if (i > 0 && !(same && was_same))
            pair_note(days, zone, &pairs,
                      (struct shape_pair){zone->shapes[i - 1], zone->shapes[i]});
    }
    return true;
}

static bool zone_fill(struct days *days, struct day_zone *zone)
{
    int64_t start_s = days->first * DAY_S;
    struct zone_walk walk = {0};
    zone->earliest = INT16_MAX;
    zone->latest = INT16_MIN;
    if (zone->zone != NULL) {
        walk.offset_s = zone_offset(zone->zone, start_s - 1);
        walk.has_change = zone_next_change(zone->zone, start_s - 1, &walk.change);
    }
    if (walk.has_change && walk.change.at_s < start_s + days->count * DAY_S)
        return zone_fill_days(days, zone, &walk);
    return zone_fill_once(days, zone, &walk);
}

static bool zone_refuse(const struct job *jobs, size_t zone, struct fail *fail)
{
    size_t i = 0;
    while (jobs[i].zone != zone)
        i++;
    (void)fail_set(fail, FAIL_INPUT, "schedule %.80s: its time zone cannot be followed",
                   jobs[i].schedule->name);
    return fail_hint(fail,
                     "offsets and changes must be whole minutes within a day of UTC, at most "
                     "%d changes a day, none listed more than %d years ahead",
                     SHAPE_PARTS - 1, CALENDAR_CYCLE_YEARS);
}

bool days_zones_fill(struct days *days, const struct job *jobs, struct fail *fail)
{
    days->shape_numbers.arena = days->arena;
    for (size_t i = 0; i < days->zone_count; i++)
        if (!zone_fill(days, &days->zones[i]) || days->shape_numbers.count > UINT16_MAX)
            return zone_refuse(jobs, i, fail);
    return true;
}

/* How far the changes that are listed reach, and whether rules go on changing behind them. */
bool days_zones_look(struct days *days, const struct job *jobs, int64_t from_s,
                     int64_t *ret_listed_days, bool *ret_for_ever, struct fail *fail)
{
    int64_t from_day = divide_down(from_s, DAY_S);
    *ret_listed_days = 0;
    *ret_for_ever = false;
    for (size_t i = 1; i < days->zone_count; i++) {
        const struct zone *zone = days->zones[i].zone;
        int64_t listed = divide_down(zone_last_listed_s(zone), DAY_S) - from_day + 1;
        if (listed > MOST_LISTED_DAYS)
            return zone_refuse(jobs, i, fail);
        *ret_listed_days = listed > *ret_listed_days ? listed : *ret_listed_days;
        *ret_for_ever |= zone_changes_for_ever(zone, from_s);
    }
    return true;
}
