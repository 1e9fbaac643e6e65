#include "range.h"

#include "decimal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A number in thousandths, its sign and unit; moves `at` behind them. */
static bool number_read(const char **at, int64_t *ret_thousandths, struct range *range)
{
    char digits[24];
    size_t length = strspn(*at, "0123456789.");
    /* "1..20": the second point belongs to the range. */
    const char *points = strstr(*at, "..");
    if (points != NULL && (size_t)(points - *at) < length)
        length = (size_t)(points - *at);
    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, *at, length);
    digits[length] = '\0';
    *at += length;
    size_t unit = strspn(*at, "%abcdefghijklmnopqrstuvwxyz");
    if (!thousandths_read(digits, ret_thousandths) || unit >= sizeof range->unit)
        return false;
    if (unit > 0 && range->unit[0] == '\0')
        memcpy(range->unit, *at, unit); /* the rest of it is zero */
    else if (unit > 0 && (strncmp(range->unit, *at, unit) != 0 || range->unit[unit] != '\0'))
        return false;
    *at += unit;
    return true;
}

static bool form_read(const char *string, struct range *range)
{
    range->step = 1000;
    if (!number_read(&string, &range->from, range) || strncmp(string, "..", 2) != 0)
        return false;
    string += 2;
    if (!number_read(&string, &range->to, range))
        return false;
    if (*string == ':') {
        string++;
        if (!number_read(&string, &range->step, range))
            return false;
    }
    return *string == '\0' && range->step > 0;
}

bool range_read(const char *string, struct range *ret_range, struct fail *fail)
{
    *ret_range = (struct range){0};
    if (!form_read(string, ret_range)) {
        (void)fail_set(fail, FAIL_USAGE, "\"%.40s\" is no range FROM..TO[:STEP]", string);
        return fail_hint(fail, "for example 1..20, 0..100:10, 10ms..100ms:10ms");
    }
    int64_t length = ret_range->to - ret_range->from;
    ret_range->count = (size_t)((length < 0 ? -length : length) / ret_range->step) + 1;
    if (ret_range->count > RANGE_MAX_VALUES) {
        (void)fail_set(fail, FAIL_USAGE, "\"%.40s\" has %zu values, more than %d", string,
                       ret_range->count, RANGE_MAX_VALUES);
        return fail_hint(fail, "give it a larger step: FROM..TO:STEP");
    }
    if (length < 0)
        ret_range->step = -ret_range->step;
    return true;
}

void range_put(const struct range *range, size_t index, struct text *text)
{
    int64_t value = range->from + (int64_t)index * range->step;
    text_printf(text, "%" PRId64, value / 1000);
    int64_t fraction = value % 1000, places = 100;
    text_put(text, fraction > 0 ? "." : "");
    for (; fraction > 0; fraction %= places, places /= 10)
        text_put_int(text, fraction / places);
    text_put(text, range->unit);
}
