#include "overlap_parts.h"

#include <string.h>

enum { DAYS_OF_WEEK = 7 };

void *room_for(struct arena *arena, void *array, size_t size, size_t used, size_t *capacity)
{
    size_t larger = *capacity == 0 ? 64 : *capacity * 2;
    if (used < *capacity)
        return array;
    void *copy = arena_array(arena, larger, size);
    if (*capacity > 0)
        memcpy(copy, array, *capacity * size);
    *capacity = larger;
    return copy;
}

/* --- kinds of date, and classes of schedules --- */

static unsigned kind_of(int month, int day, int weekday)
{
    return (unsigned)(((month - 1) * 31 + day - 1) * DAYS_OF_WEEK + weekday);
}

static void class_fill(struct day_class *class, const struct cron *cron)
{
    for (int month = 1; month <= 12; month++)
        for (int day = 1; day <= 31; day++)
            for (int weekday = 0; weekday < DAYS_OF_WEEK; weekday++) {
                unsigned kind = kind_of(month, day, weekday);
                uint64_t bit = cron_matches(cron, month, day, weekday);
                class->kinds[kind / 64] |= bit << (kind % 64);
            }
}

static void classes_make(struct days *days, struct job *jobs, size_t count)
{
    struct intern numbers = {.arena = days->arena};
    days->classes = ARENA_ARRAY(days->arena, count, struct day_class);
    for (size_t i = 0; i < count; i++) {
        bool is_new;
        const struct cron *cron = &jobs[i].schedule->cron;
        uint32_t fields[] = {cron->days, cron->months, cron->weekdays, cron->both_days};
        jobs[i].class = intern(&numbers, fields, sizeof fields, &is_new);
        if (is_new)
            class_fill(&days->classes[jobs[i].class], cron);
    }
    days->class_count = numbers.count;
}

/* Whether on each weekday every date is as good as another. */
static bool class_is_weekly(const struct day_class *class)
{
    for (unsigned kind = DAYS_OF_WEEK; kind < DATE_KINDS; kind++) {
        unsigned first = kind % DAYS_OF_WEEK;
        if ((class->kinds[kind / 64] >> (kind % 64) & 1) != (class->kinds[0] >> first & 1))
            return false;
    }
    return true;
}

bool class_is_daily(const struct day_class *class)
{
    for (unsigned kind = 0; kind < DATE_KINDS; kind++)
        if (!(class->kinds[kind / 64] >> (kind % 64) & 1))
            return false;
    return true;
}

static bool all_are_weekly(const struct days *days)
{
    for (size_t i = 0; i < days->class_count; i++)
        if (!class_is_weekly(&days->classes[i]))
            return false;
    return true;
}

/* --- the row of days --- */

/* Dates are looked up at the first day of a month; the others follow from the one before. */
static void kinds_fill(struct days *days)
{
    days->kinds = ARENA_ARRAY(days->arena, (size_t)days->count, uint16_t);
    struct date date = date_of_day(days->first);
    for (int64_t i = 0; i < days->count; i++) {
        days->kinds[i] = (uint16_t)kind_of(date.month, date.day, date.weekday);
        date.day++;
        date.weekday = (date.weekday + 1) % DAYS_OF_WEEK;
        if (date.day > 28)
            date = date_of_day(days->first + i + 1);
    }
}

static void sets_fill(struct days *days)
{
    days->set_words = days->class_count / 64 + 1;
    days->sets = ARENA_ARRAY(days->arena, DATE_KINDS * days->set_words, uint64_t);
    for (unsigned kind = 0; kind < DATE_KINDS; kind++)
        for (size_t i = 0; i < days->class_count; i++) {
            uint64_t bit = days->classes[i].kinds[kind / 64] >> (kind % 64) & 1;
            days->sets[kind * days->set_words + i / 64] |= bit << (i % 64);
        }
}

static void class_days_fill(struct days *days, size_t class)
{
    uint64_t *bits = ARENA_ARRAY(days->arena, (size_t)days->count / 64 + 1, uint64_t);
    for (int64_t day = 0; day < days->count; day++)
        bits[day / 64] |= (uint64_t)class_matches(days, class, day) << (day % 64);
    days->classes[class].days = bits;
}

/* The bits of word `i` that are below bit `end` of all. */
static uint64_t bits_below(const uint64_t *bits, int64_t i, int64_t end)
{
    int64_t left = end - i * 64;
    return left >= 64 ? bits[i] : bits[i] & ((UINT64_C(1) << left) - 1);
}

int64_t class_count(struct days *days, size_t class, int64_t from, int64_t until)
{
    int64_t count = 0;
    if (days->classes[class].days == NULL)
        class_days_fill(days, class);
    const uint64_t *bits = days->classes[class].days;
    for (int64_t i = from / 64; i * 64 < until; i++)
        count += __builtin_popcountll(bits_below(bits, i, until));
    if (from % 64 != 0)
        count -= __builtin_popcountll(bits_below(bits, from / 64, from));
    return count;
}

/* Of which dates a schedule can fire on a UTC day, whatever the clocks of its zone do. */
static unsigned dates_of(const struct day_zone *zone, const struct cron *cron)
{
    if (cron->every_s > 0)
        return 0;
    int first = __builtin_ctz(cron->hours) * 60 + __builtin_ctzll(cron->minutes);
    int last = (31 - __builtin_clz(cron->hours)) * 60 + 63 - __builtin_clzll(cron->minutes);
    return (last - DAY_MINUTES >= zone->earliest ? DATE_BEFORE : 0U) |
           (last >= zone->earliest && first < zone->latest ? DATE_SAME : 0U) |
           (first + DAY_MINUTES < zone->latest ? DATE_AFTER : 0U);
}

static void dates_make(struct days *days, struct job *jobs, size_t count)
{
    for (int i = 0; i < DATES; i++)
        days->uses[i] = ARENA_ARRAY(days->arena, days->set_words, uint64_t);
    for (size_t i = 0; i < count; i++) {
        struct job *job = &jobs[i];
        job->dates = dates_of(&days->zones[job->zone], &job->schedule->cron);
        for (int date = 0; date < DATES; date++)
            days->uses[date][job->class / 64] |= (uint64_t)(job->dates >> date & 1)
                                                 << (job->class % 64);
    }
}

bool days_build(struct days *days, struct job *jobs, size_t job_count, int64_t from_s, int64_t back,
                int64_t warm, struct fail *fail)
{
    int64_t listed_days;
    bool for_ever;
    classes_make(days, jobs, job_count);
    days_zones_make(days, jobs, job_count);
    /* Local dates begin before or after the UTC days of their number. */
    int64_t beside = days->zone_count > 1, window = back;
    days->reach = back < SHORT_DAYS ? back : SHORT_DAYS;
    back += beside;
    if (!days_zones_look(days, jobs, from_s, &listed_days, &for_ever, fail))
        return false;
    bool is_weekly = all_are_weekly(days) && !for_ever;
    days->cycle = is_weekly ? DAYS_OF_WEEK : CALENDAR_CYCLE_DAYS;
    days->from = warm + back;
    days->first = divide_down(from_s, DAY_S) - days->from;
    days->repeat = days->from + (listed_days > 0 ? listed_days + back + 1 : 0);
    days->count = days->repeat + days->cycle + beside;
    kinds_fill(days);
    sets_fill(days);
    if (!days_zones_fill(days, jobs, fail))
        return false;
    dates_make(days, jobs, job_count);
    windows_number(days, window);
    return true;
}
