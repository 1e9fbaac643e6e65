#include "zone_rule.h"

#include "calendar.h"

#include <string.h>

enum {
    HOUR_S = 3600,
    MINUTE_S = 60,
    MOST_OFFSET_HOURS = 24,
    MOST_TIME_HOURS = 167, /* RFC 8536 3.3.1; POSIX says 24 */
    DAYLIGHT_S = HOUR_S,   /* ahead of standard time where its offset is not given */
};

struct reader {
    const char *at, *end;
};

static bool take(struct reader *reader, char character)
{
    if (reader->at == reader->end || *reader->at != character)
        return false;
    reader->at++;
    return true;
}

static bool is_letter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* Three letters or more, or anything of letters, digits and signs in angle brackets. */
static bool abbreviation_skip(struct reader *reader)
{
    const char *start = reader->at;
    if (!take(reader, '<')) {
        while (reader->at < reader->end && is_letter(*reader->at))
            reader->at++;
        return reader->at - start >= 3;
    }
    while (reader->at < reader->end && (is_letter(*reader->at) || is_digit(*reader->at) ||
                                        *reader->at == '+' || *reader->at == '-'))
        reader->at++;
    return reader->at - start >= 2 && take(reader, '>');
}

static bool number_read(struct reader *reader, int least, int most, int *ret_number)
{
    int number = 0;
    const char *start = reader->at;
    while (reader->at < reader->end && is_digit(*reader->at)) {
        number = number * 10 + (*reader->at++ - '0');
        if (number > most)
            return false;
    }
    *ret_number = number;
    return reader->at > start && number >= least;
}

/* [+|-]hh[:mm[:ss]] */
static bool time_read(struct reader *reader, int most_hours, int32_t *ret_s)
{
    int hours, minutes = 0, seconds = 0;
    bool negative = take(reader, '-');
    if (!negative)
        (void)take(reader, '+');
    if (!number_read(reader, 0, most_hours, &hours))
        return false;
    if (take(reader, ':')) {
        if (!number_read(reader, 0, 59, &minutes))
            return false;
        if (take(reader, ':') && !number_read(reader, 0, 59, &seconds))
            return false;
    }
    int32_t sum = hours * HOUR_S + minutes * MINUTE_S + seconds;
    *ret_s = negative ? -sum : sum;
    return true;
}

static bool day_read(struct reader *reader, struct zone_date *date)
{
    if (take(reader, 'M')) {
        date->kind = ZONE_WEEKDAY_OF_MONTH;
        return number_read(reader, 1, 12, &date->month) && take(reader, '.') &&
               number_read(reader, 1, 5, &date->week) && take(reader, '.') &&
               number_read(reader, 0, 6, &date->weekday);
    }
    bool is_julian = take(reader, 'J');
    date->kind = is_julian ? ZONE_JULIAN : ZONE_DAY_OF_YEAR;
    return number_read(reader, is_julian, 365, &date->day);
}

static bool date_read(struct reader *reader, struct zone_date *date)
{
    date->time_s = 2 * HOUR_S;
    return take(reader, ',') && day_read(reader, date) &&
           (!take(reader, '/') || time_read(reader, MOST_TIME_HOURS, &date->time_s));
}

bool zone_rule_read(const char *text, size_t length, struct zone_rule *ret_rule)
{
    struct reader reader = {.at = text, .end = text + length};
    struct zone_rule *rule = ret_rule;
    *rule = (struct zone_rule){0};
    if (!abbreviation_skip(&reader) || !time_read(&reader, MOST_OFFSET_HOURS, &rule->standard_s))
        return false;
    rule->standard_s = -rule->standard_s; /* POSIX counts to the west */
    if (reader.at == reader.end)
        return true;
    rule->has_daylight = true;
    rule->daylight_s = rule->standard_s + DAYLIGHT_S;
    if (!abbreviation_skip(&reader) || reader.at == reader.end)
        return false;
    if (*reader.at != ',') {
        if (!time_read(&reader, MOST_OFFSET_HOURS, &rule->daylight_s))
            return false;
        rule->daylight_s = -rule->daylight_s;
    }
    return date_read(&reader, &rule->start) && date_read(&reader, &rule->end) &&
           reader.at == reader.end;
}

static int64_t weekday_of_month(int64_t year, const struct zone_date *date)
{
    int64_t first = date_day(year, date->month, 1);
    int64_t next =
        date->month == 12 ? date_day(year + 1, 1, 1) : date_day(year, date->month + 1, 1);
    int64_t ahead = (date->weekday - date_of_day(first).weekday + 7) % 7;
    int64_t day = first + ahead + INT64_C(7) * (date->week - 1);
    return day < next ? day : day - 7;
}

/* The instant, where `offset_s` is in force before it. */
static int64_t date_at(int64_t year, const struct zone_date *date, int32_t offset_s)
{
    int64_t day = date_day(year, 1, 1);
    if (date->kind == ZONE_WEEKDAY_OF_MONTH)
        day = weekday_of_month(year, date);
    else if (date->kind == ZONE_DAY_OF_YEAR)
        day += date->day;
    else
        day += date->day - 1 + (year_is_leap(year) && date->day >= 60);
    return day * DAY_S + date->time_s - offset_s;
}

static int64_t start_at(const struct zone_rule *rule, int64_t year)
{
    return date_at(year, &rule->start, rule->standard_s);
}

static int64_t end_at(const struct zone_rule *rule, int64_t year)
{
    return date_at(year, &rule->end, rule->daylight_s);
}

static int64_t year_of(int64_t at_s)
{
    return date_of_day(divide_down(at_s, DAY_S)).year;
}

/* From the start of a year to its end, or, in the south, to the end of the next. Summers that touch
 * or overlap are one: `EST5EDT,0/0,J365/25` is summer all year (RFC 8536 3.3.1). */
int32_t zone_rule_offset(const struct zone_rule *rule, int64_t at_s)
{
    if (!rule->has_daylight)
        return rule->standard_s;
    int64_t year = year_of(at_s);
    for (int64_t y = year - 2; y <= year + 1; y++) {
        int64_t start = start_at(rule, y), end = end_at(rule, y);
        if (end <= start)
            end = end_at(rule, y + 1);
        if (start <= at_s && at_s < end)
            return rule->daylight_s;
    }
    return rule->standard_s;
}

static void change_consider(const struct zone_rule *rule, int64_t at_s, int64_t after_s, bool *any,
                            int64_t *earliest_s)
{
    if (at_s <= after_s || (*any && at_s >= *earliest_s) ||
        zone_rule_offset(rule, at_s - 1) == zone_rule_offset(rule, at_s))
        return;
    *any = true;
    *earliest_s = at_s;
}

bool zone_rule_next(const struct zone_rule *rule, int64_t after_s, int64_t *ret_at_s)
{
    bool any = false;
    int64_t year = year_of(after_s);
    if (!rule->has_daylight)
        return false;
    for (int64_t y = year - 1; y <= year + 2; y++) {
        change_consider(rule, start_at(rule, y), after_s, &any, ret_at_s);
        change_consider(rule, end_at(rule, y), after_s, &any, ret_at_s);
    }
    return any;
}
