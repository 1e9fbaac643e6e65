#include "overlap_parts.h"

#include <string.h>

enum { HOURS = 24, MINUTES = 60 };

/* Equal fires share a number, whatever made them: less is new to those who look at numbers. */
static uint32_t fires_add(struct fire_table *table, const uint16_t *minutes, uint32_t count)
{
    bool is_new;
    size_t size = count * sizeof *minutes;
    uint32_t number = intern(&table->contents, minutes, size, &is_new);
    if (!is_new)
        return number;
    table->rows =
        room_for(table->arena, table->rows, sizeof *table->rows, number, &table->capacity);
    uint16_t *copy = ARENA_ARRAY(table->arena, count, uint16_t);
    memcpy(copy, minutes, size);
    table->rows[number] = (struct fires){.minutes = copy, .count = count};
    return number;
}

/* The minutes of a day of its own that match. */
static void times_make(struct job *job, struct arena *arena)
{
    const struct cron *cron = &job->schedule->cron;
    int count = __builtin_popcountll(cron->minutes) * __builtin_popcount(cron->hours);
    uint16_t *times = ARENA_ARRAY(arena, (size_t)count, uint16_t);
    uint32_t next = 0;
    for (int hour = 0; hour < HOURS; hour++)
        for (int minute = 0; minute < MINUTES; minute++)
            if ((cron->hours >> hour & 1) && (cron->minutes >> minute & 1))
                times[next++] = (uint16_t)(hour * MINUTES + minute);
    job->times = times;
    job->time_count = next;
}

void fire_table_open(struct fire_table *table, struct arena *arena, struct days *days,
                     struct job *jobs, size_t job_count)
{
    *table = (struct fire_table){.arena = arena,
                                 .days = days,
                                 .keys = {.arena = arena},
                                 .contents = {.arena = arena},
                                 .collected = {.arena = arena}};
    (void)fires_add(table, (const uint16_t[1]){0}, 0); /* NO_FIRES */
    for (size_t i = 0; i < job_count; i++) {
        times_make(&jobs[i], arena);
        jobs[i].whole = fires_add(table, jobs[i].times, jobs[i].time_count);
        for (size_t k = 0; k < FIRES_CACHED; k++)
            jobs[i].cached[k].key = UINT32_MAX;
    }
}

static void minutes_add(struct minutes *minutes, int minute)
{
    if (minutes->count == minutes->capacity) {
        minutes->capacity = minutes->capacity == 0 ? 64 : minutes->capacity * 2;
        uint16_t *list = ARENA_ARRAY(minutes->arena, minutes->capacity, uint16_t);
        if (minutes->count > 0)
            memcpy(list, minutes->list, minutes->count * sizeof *list);
        minutes->list = list;
    }
    minutes->list[minutes->count++] = (uint16_t)minute;
}

static bool date_matches(unsigned dates, int date)
{
    return dates >> (date + 1) & 1;
}

/* Calls for each minute of local time in [from, until) that matches, counted from the midnight of
 * the date that has the number of the UTC day. The minute of the UTC day is `at`, or follows from
 * the offset where that is not given (-1). */
static void minutes_match(struct minutes *minutes, const struct job *job, unsigned dates, int from,
                          int until, int offset, int at)
{
    for (int date = -1; date <= 1; date++) {
        int midnight = date * DAY_MINUTES;
        if (!date_matches(dates, date) || midnight >= until || midnight + DAY_MINUTES <= from)
            continue;
        for (uint32_t i = 0; i < job->time_count; i++) {
            int local = midnight + job->times[i];
            if (local >= from && local < until)
                minutes_add(minutes, at >= 0 ? at : local - offset);
        }
    }
}

static bool catches_up(const struct job *job, int gap)
{
    return job->schedule->cron.catches_up && gap > 0 && gap < CRON_CATCH_UP_MINUTES;
}

/* From one change of the offset to the next, all local time is there once. */
static uint32_t fires_make(struct fire_table *table, const struct job *job,
                           const struct shape *shape, unsigned dates)
{
    struct minutes *minutes = &table->collected;
    minutes->count = 0;
    for (uint32_t i = 0; i < shape->part_count; i++) {
        int from = shape->parts[i].from, offset = shape->parts[i].offset;
        int until = i + 1 < shape->part_count ? shape->parts[i + 1].from : DAY_MINUTES;
        int before = i > 0 ? shape->parts[i - 1].offset : offset;
        if (catches_up(job, offset - before))
            minutes_match(minutes, job, dates, from + before, from + offset, 0, from);
        minutes_match(minutes, job, dates, from + offset, until + offset, offset, -1);
    }
    return minutes->count == 0 ? NO_FIRES : fires_add(table, minutes->list, minutes->count);
}

static unsigned dates_find(const struct days *days, const struct job *job, int64_t day)
{
    unsigned dates = (class_matches(days, job->class, day - 1) ? DATE_BEFORE : 0U) |
                     (class_matches(days, job->class, day) ? DATE_SAME : 0U) |
                     (class_matches(days, job->class, day + 1) ? DATE_AFTER : 0U);
    return dates & job->dates;
}

static uint32_t fires_find(struct fire_table *table, const struct job *job, size_t index,
                           uint32_t shape, unsigned dates)
{
    bool is_new;
    uint32_t parts[] = {(uint32_t)index, shape, dates};
    uint32_t key = intern(&table->keys, parts, sizeof parts, &is_new);
    table->of_keys =
        room_for(table->arena, table->of_keys, sizeof *table->of_keys, key, &table->key_capacity);
    if (is_new)
        table->of_keys[key] = fires_make(table, job, &table->days->shapes[shape], dates);
    return table->of_keys[key];
}

uint32_t day_fires(struct fire_table *table, const struct job *job, size_t index, uint32_t shape)
{
    return fires_find(table, job, index, shape, DATE_BEFORE | DATE_SAME | DATE_AFTER);
}

uint32_t job_fires(struct fire_table *table, struct job *job, size_t index, int64_t day)
{
    const struct days *days = table->days;
    if (job->zone == 0)
        return class_matches(days, job->class, day) ? job->whole : NO_FIRES;
    uint32_t shape = day_shape(&days->zones[job->zone], day);
    unsigned dates = dates_find(days, job, day);
    uint32_t key = shape << 3 | dates;
    struct fires_cached *cached = &job->cached[(key ^ key >> 2) % FIRES_CACHED];
    if (cached->key != key)
        *cached = (struct fires_cached){key, fires_find(table, job, index, shape, dates)};
    return cached->number;
}
