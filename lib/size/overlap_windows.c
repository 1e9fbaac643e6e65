#include "overlap_parts.h"

/* Numbers for the sets of classes that match a kind of date, of those that `uses` has. */
static uint32_t *kinds_number(const struct days *days, const uint64_t *uses, struct arena *scratch)
{
    struct intern numbers = {.arena = scratch};
    uint32_t *of_kinds = ARENA_ARRAY(scratch, DATE_KINDS, uint32_t);
    uint64_t *set = ARENA_ARRAY(scratch, days->set_words, uint64_t);
    for (unsigned kind = 0; kind < DATE_KINDS; kind++) {
        for (size_t i = 0; i < days->set_words; i++)
            set[i] = days->sets[kind * days->set_words + i] & uses[i];
        of_kinds[kind] = intern(&numbers, set, days->set_words * sizeof *set, NULL);
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

/* A number for the dates that have a share in a UTC day, as far as some schedule has one in them.
 */
struct date_sets {
    const uint32_t *of_kinds[DATES];
    struct intern_pairs before, after; /* the date before and the same one; and the one after */
};

static void date_sets_open(struct date_sets *sets, const struct days *days, struct arena *scratch)
{
    *sets = (struct date_sets){.before.numbers.arena = scratch, .after.numbers.arena = scratch};
    for (int i = 0; i < DATES; i++)
        sets->of_kinds[i] = kinds_number(days, days->uses[i], scratch);
}

/* Beside the first and the last day nobody asks. */
static uint32_t date_set_number(struct date_sets *sets, const struct days *days, int64_t day)
{
    int64_t before = day > 0 ? day - 1 : day, after = day + 1 < days->count ? day + 1 : day;
    uint32_t number = intern_pair(&sets->before, sets->of_kinds[0][days->kinds[before]],
                                  sets->of_kinds[1][days->kinds[day]], NULL);
    return intern_pair(&sets->after, number, sets->of_kinds[2][days->kinds[after]], NULL);
}

/* A number for each day by itself. */
static uint32_t *days_number(struct days *days, struct arena *scratch)
{
    struct shape_sets shapes;
    struct date_sets dates;
    struct intern_pairs numbers = {.numbers.arena = scratch};
    uint32_t *row = ARENA_ARRAY(scratch, (size_t)days->count, uint32_t);
    shape_sets_open(&shapes, days, scratch);
    date_sets_open(&dates, days, scratch);
    for (int64_t i = 0; i < days->count; i++)
        row[i] = intern_pair(&numbers, date_set_number(&dates, days, i),
                             shape_set_number(&shapes, i), NULL);
    return row;
}

/* Numbers of stretches of a + b days from those of a and of b days: row[i] stands for the days from
 * i on, and becomes the pair of row[i] and row[i + distance]. */
static void row_join(uint32_t *row, int64_t count, int64_t distance, struct arena *scratch)
{
    struct intern_pairs numbers = {.numbers.arena = scratch};
    for (int64_t i = 0; i + distance < count; i++)
        row[i] = intern_pair(&numbers, row[i], row[i + distance], NULL);
}

/* Numbers for stretches of days, by doubling: 1, 2, 4 ... days, and at last two that overlap (R.
 * Karp, R. Miller, A. Rosenberg 1972). */
void windows_number(struct days *days, int64_t back)
{
    int64_t length = back + 1;
    struct arena scratch = {.on_out_of_memory = days->arena->on_out_of_memory};
    uint32_t *row = days_number(days, &scratch);
    int64_t done = 1;
    for (; done * 2 <= length; done *= 2)
        row_join(row, days->count - done + 1, done, &scratch);
    if (done < length)
        row_join(row, days->count - done + 1, length - done, &scratch);
    days->windows = ARENA_ARRAY(days->arena, (size_t)days->count, uint32_t);
    for (int64_t i = back; i < days->count; i++)
        days->windows[i] = row[i - back];
    arena_free(&scratch);
}
