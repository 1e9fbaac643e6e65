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

static void kinds_fill(struct days *days)
{
    days->kinds = ARENA_ARRAY(days->arena, (size_t)days->count, uint16_t);
    for (int64_t i = 0; i < days->count; i++) {
        struct date date = date_of_day(days->first + i);
        days->kinds[i] = (uint16_t)kind_of(date.month, date.day, date.weekday);
    }
}

/* Numbers for the sets of classes that match a kind of date. */
static uint32_t *kinds_number(struct days *days, struct arena *scratch)
{
    struct intern numbers = {.arena = scratch};
    uint32_t *of_kinds = ARENA_ARRAY(scratch, DATE_KINDS, uint32_t);
    size_t size = days->class_count / 8 + 1;
    uint8_t *set = ARENA_ARRAY(scratch, size, uint8_t);
    for (unsigned kind = 0; kind < DATE_KINDS; kind++) {
        memset(set, 0, size);
        for (size_t i = 0; i < days->class_count; i++) {
            unsigned bit = days->classes[i].kinds[kind / 64] >> (kind % 64) & 1;
            set[i / 8] |= (uint8_t)(bit << (i % 8));
        }
        of_kinds[kind] = intern(&numbers, set, size, NULL);
    }
    return of_kinds;
}

/* Numbers for the shapes that the zones have on a day. */
struct shape_sets {
    struct intern numbers;
    const struct day_zone **zones; /* those that change */
    size_t zone_count;
    uint32_t *set, number;
};

static void shape_sets_open(struct shape_sets *sets, const struct days *days, struct arena *scratch)
{
    *sets = (struct shape_sets){.numbers = {.arena = scratch}};
    sets->zones = ARENA_ARRAY(scratch, days->zone_count, const struct day_zone *);
    sets->set = ARENA_ARRAY(scratch, days->zone_count, uint32_t);
    for (size_t i = 0; i < days->zone_count; i++)
        if (days->zones[i].shapes != NULL)
            sets->zones[sets->zone_count++] = &days->zones[i];
}

static uint32_t shape_set_number(struct shape_sets *sets, int64_t day)
{
    bool same = day > 0;
    for (size_t i = 0; i < sets->zone_count; i++) {
        same = same && sets->set[i] == sets->zones[i]->shapes[day];
        sets->set[i] = sets->zones[i]->shapes[day];
    }
    if (!same)
        sets->number =
            intern(&sets->numbers, sets->set, sets->zone_count * sizeof *sets->set, NULL);
    return sets->number;
}

/* A number for each day by itself. */
static uint32_t *days_number(struct days *days, struct arena *scratch)
{
    struct shape_sets sets;
    struct intern numbers = {.arena = scratch};
    const uint32_t *of_kinds = kinds_number(days, scratch);
    uint32_t *row = ARENA_ARRAY(scratch, (size_t)days->count, uint32_t);
    shape_sets_open(&sets, days, scratch);
    for (int64_t i = 0; i < days->count; i++) {
        uint32_t pair[] = {of_kinds[days->kinds[i]], shape_set_number(&sets, i)};
        row[i] = intern(&numbers, pair, sizeof pair, NULL);
    }
    return row;
}

/* Numbers of stretches of a + b days from those of a and of b days: row[i] stands for the days from
 * i on, and becomes the pair of row[i] and row[i + distance]. */
static void row_join(uint32_t *row, int64_t count, int64_t distance, struct arena *scratch)
{
    struct intern numbers = {.arena = scratch};
    for (int64_t i = 0; i + distance < count; i++) {
        uint32_t pair[] = {row[i], row[i + distance]};
        row[i] = intern(&numbers, pair, sizeof pair, NULL);
    }
}

/* Numbers for stretches of `length` days, by doubling: 1, 2, 4 ... days, and at last two that
 * overlap (R. Karp, R. Miller, A. Rosenberg 1972). The stretch of a day begins `back` before it. */
static void windows_number(struct days *days, int64_t back, int64_t length)
{
    struct arena scratch = {.on_out_of_memory = days->arena->on_out_of_memory};
    uint32_t *row = days_number(days, &scratch);
    int64_t done = 1;
    for (; done * 2 <= length; done *= 2)
        row_join(row, days->count - done + 1, done, &scratch);
    if (done < length)
        row_join(row, days->count - done + 1, length - done, &scratch);
    days->windows = ARENA_ARRAY(days->arena, (size_t)days->count, uint32_t);
    for (int64_t i = back; i + length - back <= days->count; i++)
        days->windows[i] = row[i - back];
    arena_free(&scratch);
}

bool days_build(struct days *days, struct job *jobs, size_t job_count, int64_t from_s, int64_t back,
                int64_t warm, struct fail *fail)
{
    int64_t listed_days;
    bool for_ever;
    classes_make(days, jobs, job_count);
    days_zones_make(days, jobs, job_count);
    /* Local dates begin before or after the UTC days of their number. */
    int64_t beside = days->zone_count > 1;
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
    if (!days_zones_fill(days, jobs, fail))
        return false;
    windows_number(days, back, back + 1 + beside);
    return true;
}
