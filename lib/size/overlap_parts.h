/*
 * What the files of overlap_find() share; what adds up is in overlap_sums.h. Nothing outside
 * lib/size/overlap*.c needs it.
 *
 * Time is a row of UTC days. Whatever a schedule does on a day follows from which dates around it
 * match and which offsets are in force: equal surroundings, equal day. So each distinct surrounding
 * is looked at once, however many years have it.
 *
 *   overlap_days     numbers the days so that equal surroundings have equal numbers
 *   overlap_windows  the numbers of the surroundings
 *   overlap_differ   what differs around two days
 *   overlap_zones    what the clocks of the time zones do on each day
 *   overlap_fires    at which minutes of a day a schedule fires
 *   overlap_day      what its day follows from: fires of that day and of others
 *   overlap_profile  how many of its runs are alive in each minute of such a day
 *   overlap_late     the same for forbid-late, whose days follow from the ones before
 *   overlap_levels   how many processes of several schedules are alive in each minute
 *   overlap_renew    how they follow from one day to the next
 *   overlap_sum      all schedules together: most in total, and most of each service
 *   overlap_front    the combinations of services that no other exceeds
 *   overlap          goes from day to day
 */
#ifndef PGSIZE_OVERLAP_PARTS_H
#define PGSIZE_OVERLAP_PARTS_H

#include "intern.h"
#include "overlap.h"

/* --- days --- */

/* A date, as far as a cron expression sees it: month, day of month and weekday. */
enum { DATE_KINDS = 12 * 31 * 7, DATE_KIND_WORDS = (DATE_KINDS + 63) / 64 };

/* Schedules with equal day fields match the same dates. */
struct day_class {
    uint64_t kinds[DATE_KIND_WORDS]; /* bits of the kinds of date that match */
    uint64_t *days;                  /* bits of the days that match; NULL until they are counted */
};

/* A day of a time zone: its offsets from UTC, in minutes, each from a minute of the UTC day on. */
enum { SHAPE_PARTS = 4 };
struct shape {
    uint32_t part_count;
    struct shape_part {
        int16_t from, offset;
    } parts[SHAPE_PARTS];
};

struct day_zone {
    const struct zone *zone;
    int earliest, latest; /* minutes of local time that a UTC day has, from and before which */
    uint16_t *shapes;     /* of each day; NULL: always `shape` */
    uint16_t shape;
    struct shape_pair {
        uint32_t shape, next;
    } * pairs; /* what one day and the next can be */
    size_t pair_count, pair_capacity;
};

/* Dates that can have a share in a UTC day: its own, the one before and the one after. */
enum { DATES = 3, DATE_BEFORE = 1, DATE_SAME = 2, DATE_AFTER = 4 };

struct days {
    struct arena *arena;
    int64_t first;   /* day 0 of the arrays, counted from 1970 */
    int64_t count;   /* of the arrays */
    int64_t from;    /* index of the first day that is asked for */
    int64_t repeat;  /* index of the day from which on `cycle` days repeat for ever */
    int64_t cycle;   /* 7, or CALENDAR_CYCLE_DAYS */
    uint16_t *kinds; /* of each day: what kind of date it is */
    uint64_t *sets;  /* of each kind of date: bits of the classes that match, `set_words` */
    size_t set_words;
    uint64_t
        *uses[DATES];  /* bits of the classes that fire on a UTC day by that date, in some zone */
    int64_t reach;     /* days before a day that short runs of it depend on */
    uint32_t *windows; /* of each day: the number of its surroundings */
    struct day_class *classes;
    size_t class_count;
    struct day_zone *zones; /* the first is UTC */
    size_t zone_count;
    struct shape *shapes;
    size_t shape_capacity;
    struct intern shape_numbers;
};

struct job;

/* `back` and `ahead`: how many days around a day have a say in it. `warm`: days before the first
 * one that are gone through as well. Sets the class and zone of each job. */
bool days_build(struct days *days, struct job *jobs, size_t job_count, int64_t from_s, int64_t back,
                int64_t warm, struct fail *fail) MUST_USE;

/* The parts of it that are about time zones. `ret_listed_days`: until when changes are listed;
 * `ret_for_ever`: whether a rule goes on changing the clock after that. */
void days_zones_make(struct days *days, struct job *jobs, size_t job_count);
bool days_zones_look(struct days *days, const struct job *jobs, int64_t from_s,
                     int64_t *ret_listed_days, bool *ret_for_ever, struct fail *fail) MUST_USE;
bool days_zones_fill(struct days *days, const struct job *jobs, struct fail *fail) MUST_USE;

/* Numbers each day with the `back` days before it. */
void windows_number(struct days *days, int64_t back);

static inline bool class_matches(const struct days *days, size_t class, int64_t day)
{
    unsigned kind = days->kinds[day];
    return days->classes[class].kinds[kind / 64] >> (kind % 64) & 1;
}

/* What is not the same around two days, as far as short runs depend on it. */
struct difference {
    uint64_t *classes; /* bits */
    bool *zones;
};

void difference_open(struct difference *difference, const struct days *days);
void difference_find(struct difference *difference, const struct days *days, int64_t day,
                     int64_t other);

static inline bool difference_touches(const struct difference *difference, size_t class,
                                      size_t zone)
{
    return difference->zones[zone] || (difference->classes[class / 64] >> (class % 64) & 1);
}

/* How many days from one to before another match. */
int64_t class_count(struct days *days, size_t class, int64_t from, int64_t until);

/* Whether every date matches. */
bool class_is_daily(const struct day_class *class);

/* An array of elements of `size` bytes that has room for index `used`; what is new is zero. */
void *room_for(struct arena *arena, void *array, size_t size, size_t used, size_t *capacity);

static inline uint16_t day_shape(const struct day_zone *zone, int64_t day)
{
    return zone->shapes == NULL ? zone->shape : zone->shapes[day];
}

/* --- fires --- */

struct fires {
    const uint16_t *minutes; /* in order; equal ones where a skipped hour is caught up */
    uint32_t count;
};

/* The number of no fires at all. */
enum { NO_FIRES = 0 };

/* A length of time in minutes, and in days and the rest. A part of a minute counts as a whole:
 * nothing begins within a minute. */
struct span {
    int64_t minutes, days, rest;
};

/* What the last look-ups found; a schedule seldom needs others. */
enum { FIRES_CACHED = 4 };
struct fires_cached {
    uint32_t key, number;
};

enum { LATE_FOR_EVER_S = INT32_MAX, LATE_MOST_STATES = 4096 };
struct late_state {
    int32_t busy_s; /* until when after midnight a run is alive; 0: none is */
    int32_t pending;
};

/* What a schedule's day follows from. */
struct profile_key {
    uint32_t job, is_full;
    uint32_t near, edge,
        far; /* fires of this day, and of those in which runs began that end in it */
    uint32_t found_near, found_edge, found_far; /* of replace: the fires that found a run */
    struct late_state late;
};

struct outcome {
    uint32_t profile;
    struct late_state next; /* at the midnight after */
};

/* Days that a schedule with short runs had already, by their surroundings. */
enum { QUICK_BITS = 5, QUICK_DAYS = 1 << QUICK_BITS, SHORT_DAYS = 2 };
struct quick_day {
    uint64_t key; /* 0: none */
    struct outcome outcome;
};

struct job {
    const struct schedule *schedule;
    size_t class, zone;
    unsigned dates;        /* that it can fire by on a UTC day */
    const uint16_t *times; /* minutes of the local day */
    uint32_t time_count;
    uint32_t whole; /* the fires of a day that matches, in UTC */
    struct span run, grace;
    bool for_ever; /* of forbid-late: a run that is there at midnight counts as always there */
    uint32_t late_count; /* of forbid-late: different beginnings of days so far */
    struct fires_cached cached[FIRES_CACHED];
    struct profile_key key; /* the last one, and what it led to */
    struct outcome outcome;
    bool has_outcome;
    struct quick_day *quick; /* QUICK_DAYS */
    int32_t settled_s; /* the `late.busy_s` with which a day of the same dates is the same again */
    struct late_state late; /* at the midnight before the day that is looked at */
};

/* Minutes being collected. */
struct minutes {
    struct arena *arena;
    uint16_t *list;
    uint32_t count, capacity;
};

struct fire_table {
    struct arena *arena;
    struct days *days;
    struct fires *rows; /* by the numbers of their contents */
    size_t capacity;
    struct intern contents;
    struct minutes collected;
    struct intern keys; /* of job, shape and dates */
    uint32_t *of_keys;  /* the rows of the keys */
    size_t key_capacity;
};

void fire_table_open(struct fire_table *table, struct arena *arena, struct days *days,
                     struct job *jobs, size_t job_count);

/* The number of the fires on a UTC day of a shape when every date matches. */
uint32_t day_fires(struct fire_table *table, const struct job *job, size_t index, uint32_t shape);

/* The number of the fires of a job on a UTC day. */
uint32_t job_fires(struct fire_table *table, struct job *job, size_t index, int64_t day);

static inline const struct fires *fires_of(const struct fire_table *table, uint32_t number)
{
    return &table->rows[number];
}

/* --- profiles --- */

/* What changes in each minute of a day; the last one takes what changes after it. */
enum { CHANGE_WORDS = DAY_MINUTES / 64 + 1 };
struct day_changes {
    int32_t minutes[DAY_MINUTES + 1];
    uint64_t touched[CHANGE_WORDS]; /* bits of the minutes that can be other than 0 */
};

static inline void change_add(struct day_changes *changes, int minute, int32_t change)
{
    changes->minutes[minute] += change;
    changes->touched[minute / 64] |= UINT64_C(1) << (minute % 64);
}

/* The first minute from `from` on that is touched; DAY_MINUTES + 1 where there is none. */
static inline int change_next(const struct day_changes *changes, int from)
{
    for (int word = from / 64; word < CHANGE_WORDS; word++) {
        uint64_t bits = changes->touched[word];
        if (word == from / 64)
            bits &= UINT64_MAX << (from % 64);
        if (bits != 0)
            return word * 64 + __builtin_ctzll(bits);
    }
    return DAY_MINUTES + 1;
}

/* One run more from a minute to another, as far as they are of this day. */
static inline void alive(struct day_changes *changes, int64_t from, int64_t until)
{
    from = from < 0 ? 0 : from;
    until = until > DAY_MINUTES ? DAY_MINUTES : until;
    if (from >= until)
        return;
    change_add(changes, (int)from, 1);
    change_add(changes, (int)until, -1);
}

/* A day of forbid-late; the state at its end. */
struct late_state late_day(const struct job *job, struct late_state state,
                           const struct fires *fires, struct day_changes *changes);

/* Whether, once there is a run, there is one for ever. */
bool late_never_idle(struct fire_table *table, const struct job *job, size_t index);

/* A day in blocks: what need not be looked at minute by minute is passed over. */
enum { BLOCK_MINUTES = 60, BLOCKS = DAY_MINUTES / BLOCK_MINUTES };

/* How many runs are alive in the first minute of a day, and what changes later. */
struct profile {
    int32_t base;
    uint32_t step_count;
    const struct step {
        uint16_t minute;
        int16_t change;
    } * steps;
    int32_t most;
    struct outline {
        int16_t first, most; /* of a block: in its first minute, and in any */
    } blocks[BLOCKS];
    uint32_t alive; /* bits of the blocks in which some run is */
};

struct profile_table {
    struct arena *arena;
    struct fire_table fires;
    struct intern keys;
    struct outcome *outcomes; /* of each key */
    size_t count, capacity;
    struct intern contents;
    struct profile *profiles; /* of each content */
    size_t profile_capacity;
};

/* The number of the profile in which nothing runs. */
enum { NO_PROFILE = 0 };

/* A schedule's day: a profile, and runs that are alive all day on top of it. */
struct job_day {
    uint32_t profile;
    int32_t all_day;
};

void profile_table_open(struct profile_table *table, struct arena *arena, struct days *days,
                        struct job *jobs, size_t job_count);

/* What a day with that key comes to. */
struct outcome outcome_find(struct profile_table *table, struct job *job,
                            const struct profile_key *key);

/* `ret_next`: the state of forbid-late at the end of the day. */
struct job_day job_day_find(struct profile_table *table, struct job *job, size_t index, int64_t day,
                            struct late_state *ret_next);

int64_t job_day_runs(const struct profile_table *table, struct job_day of, int minute);

#endif
