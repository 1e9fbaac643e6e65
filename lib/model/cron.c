#include "cron_parts.h"

#include <string.h>

static const char FIELD_NAMES[] = "minute, hour, day of month, month, day of week";

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

/* Counts every word, and keeps the first CRON_FIELDS of them. */
static size_t words_split(const char *text, struct cron_field *fields)
{
    size_t count = 0;
    while (*text != '\0') {
        size_t length = 0;
        while (is_blank(*text))
            text++;
        while (text[length] != '\0' && !is_blank(text[length]))
            length++;
        if (length > 0 && count < CRON_FIELDS) {
            fields[count].text = text;
            fields[count].length = length;
        }
        count += length > 0;
        text += length;
    }
    return count;
}

static bool count_is_wrong(size_t count, struct fail *fail)
{
    if (count == 0) {
        (void)fail_set(fail, FAIL_INPUT, "cron: there is no field, 5 are expected");
        return fail_hint(fail, "the fields are %s: \"0 3 * * *\" is every day at 03:00",
                         FIELD_NAMES);
    }
    (void)fail_set(fail, FAIL_INPUT, "cron: there are %zu fields, 5 are expected%s", count,
                   count == CRON_FIELDS + 1 ? "; seconds are not supported" : "");
    if (count == CRON_FIELDS + 1)
        return fail_hint(fail, "leave out the seconds (first field) or the year (last field)");
    return fail_hint(fail, "the fields are %s", FIELD_NAMES);
}

static bool fields_read(const char *text, enum cron_dialect dialect, struct cron *cron,
                        struct fail *fail)
{
    struct cron_field fields[CRON_FIELDS] = {0};
    size_t count = words_split(text, fields);
    if (count != CRON_FIELDS)
        return count_is_wrong(count, fail);
    for (size_t i = 0; i < CRON_FIELDS; i++) {
        fields[i].id = (enum cron_field_id)i;
        fields[i].dialect = dialect;
        if (!cron_field_read(&fields[i], fail))
            return false;
    }
    *cron = (struct cron){
        .dialect = dialect,
        .minutes = fields[CRON_MINUTE].bits,
        .hours = (uint32_t)fields[CRON_HOUR].bits,
        .days = (uint32_t)fields[CRON_DAY].bits,
        .months = (uint32_t)fields[CRON_MONTH].bits,
        .weekdays = (uint32_t)fields[CRON_WEEKDAY].bits,
        .both_days = fields[CRON_DAY].is_star || fields[CRON_WEEKDAY].is_star,
        .catches_up =
            dialect == CRON_VIXIE && !fields[CRON_MINUTE].is_star && !fields[CRON_HOUR].is_star,
    };
    return true;
}

static bool zone_is_in_text(const char *text, struct fail *fail)
{
    (void)fail_set(fail, FAIL_INPUT, "cron: a time zone does not belong into the expression");
    return fail_hint(fail, "take %.*s out of it, and set \"timezone\" beside \"cron\"",
                     (int)strcspn(text, " \t\r\n"), text);
}

bool cron_read(const char *text, enum cron_dialect dialect, struct cron *ret_cron,
               struct fail *fail)
{
    int64_t every_s = 0;
    *ret_cron = (struct cron){.dialect = dialect};
    if (strnlen(text, CRON_MAX_BYTES + 1) > CRON_MAX_BYTES)
        return fail_set(fail, FAIL_INPUT, "cron: the expression is longer than %d bytes",
                        CRON_MAX_BYTES);
    while (is_blank(*text))
        text++;
    if (strncmp(text, "TZ=", 3) == 0 || strncmp(text, "CRON_TZ=", 8) == 0)
        return zone_is_in_text(text, fail);
    if (!cron_macro_read(text, dialect, &text, &every_s, fail))
        return false;
    ret_cron->every_s = every_s;
    return every_s > 0 || fields_read(text, dialect, ret_cron, fail);
}

bool cron_matches(const struct cron *cron, int month, int day, int weekday)
{
    bool in_days = cron->days >> day & 1, in_weekdays = cron->weekdays >> weekday & 1;
    if (!(cron->months >> month & 1))
        return false;
    return cron->both_days ? in_days && in_weekdays : in_days || in_weekdays;
}

bool cron_equals(const struct cron *left, const struct cron *right)
{
    return left->dialect == right->dialect && left->minutes == right->minutes &&
           left->hours == right->hours && left->days == right->days &&
           left->months == right->months && left->weekdays == right->weekdays &&
           left->both_days == right->both_days && left->catches_up == right->catches_up &&
           left->every_s == right->every_s;
}

/* Every weekday falls on every date sooner or later, 29 February included: in 400 years each of
 * the 7 begins some leap year. */
bool cron_never_fires(const struct cron *cron)
{
    static const int lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (cron->every_s > 0)
        return false;
    for (int month = 1; month <= 12; month++)
        for (int day = 1; day <= lengths[month - 1]; day++)
            for (int weekday = 0; weekday < 7; weekday++)
                if (cron_matches(cron, month, day, weekday))
                    return false;
    return true;
}
