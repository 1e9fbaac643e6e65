#include "decimal.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { THOUSAND = 1000 };

/* Digits with an optional fraction of at most three places, in thousandths; `ret_rest` is what
 * follows. */
static bool decimal_read(const char *string, int64_t *ret_thousandths, const char **ret_rest)
{
    const char *at = string;
    int64_t whole = 0, fraction = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (whole > INT64_C(1000000000000))
            return false;
        whole = whole * 10 + (*at - '0');
    }
    if (at == string)
        return false;
    if (*at == '.') {
        at++;
        int64_t place = THOUSAND / 10;
        const char *digits = at;
        for (; *at >= '0' && *at <= '9'; at++, place /= 10) {
            if (place == 0)
                return false;
            fraction += (*at - '0') * place;
        }
        if (at == digits)
            return false;
    }
    *ret_thousandths = whole * THOUSAND + fraction;
    *ret_rest = at;
    return true;
}

static const struct {
    const char *name;
    int64_t us;
} units[] = {
    {"us", 1},         {"ms", 1000},      {"s", 1000000},     {"m", 60000000},
    {"min", 60000000}, {"h", 3600000000}, {"d", 86400000000},
};

bool duration_us_read(const char *string, int64_t *ret_us)
{
    const int64_t most_us = INT64_C(10) * 366 * 86400000000;
    int64_t thousandths;
    const char *unit;
    if (!decimal_read(string, &thousandths, &unit))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(unit, units[i].name) != 0)
            continue;
        int64_t scaled;
        if (__builtin_mul_overflow(thousandths, units[i].us, &scaled) || scaled % THOUSAND != 0 ||
            scaled / THOUSAND > most_us)
            return false;
        *ret_us = scaled / THOUSAND;
        return true;
    }
    return false;
}

bool duration_read(const char *string, int64_t *ret_ms)
{
    int64_t us;
    if (!duration_us_read(string, &us) || us % THOUSAND != 0)
        return false;
    *ret_ms = us / THOUSAND;
    return true;
}

bool bytes_read(const char *string, int64_t *ret_bytes)
{
    static const char *const names[] = {"", "KiB", "MiB", "GiB"};
    const int64_t most = INT64_C(1) << 40;
    int64_t thousandths, unit = 1;
    const char *rest;
    if (!decimal_read(string, &thousandths, &rest))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++, unit *= 1024) {
        int64_t scaled;
        if (strcmp(rest, names[i]) != 0)
            continue;
        if (__builtin_mul_overflow(thousandths, unit, &scaled) || scaled % THOUSAND != 0 ||
            scaled / THOUSAND > most)
            return false;
        *ret_bytes = scaled / THOUSAND;
        return true;
    }
    return false;
}

bool share_read(const char *string, int64_t *ret_thousandths)
{
    const char *rest;
    int64_t thousandths;
    if (!decimal_read(string, &thousandths, &rest) || strcmp(rest, "%") != 0 ||
        thousandths > INT64_C(1000) * THOUSAND)
        return false;
    *ret_thousandths = thousandths;
    return true;
}

bool thousandths_read(const char *string, int64_t *ret_thousandths)
{
    const char *rest;
    int64_t thousandths;
    if (!decimal_read(string, &thousandths, &rest) || *rest != '\0')
        return false;
    *ret_thousandths = thousandths;
    return true;
}

bool count_read(const char *string, int64_t *ret_count)
{
    int64_t count = 0;
    if (*string == '\0')
        return false;
    for (; *string != '\0'; string++) {
        if (*string < '0' || *string > '9' || count > INT64_C(1000000000000))
            return false;
        count = count * 10 + (*string - '0');
    }
    *ret_count = count;
    return true;
}

const char *duration_show(int64_t ms, char *buffer)
{
    static const struct {
        const char *name;
        int64_t ms;
    } shown[] = {{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
    size_t i = 0;
    while (ms == 0 ? i < 2 : ms % shown[i].ms != 0)
        i++;
    (void)snprintf(buffer, 24, "%lld%s", (long long)(ms / shown[i].ms), shown[i].name);
    return buffer;
}

const char *duration_sum_show(const char *string, char *buffer)
{
    const int64_t most_ms = INT64_C(10) * 366 * 86400000;
    int64_t sum_ms = 0, ms;
    size_t count = 0;
    for (; *string != '\0'; count++) {
        char part[32];
        size_t digits = strspn(string, "0123456789.");
        size_t length = digits + strspn(string + digits, "abcdefghijklmnopqrstuvwxyz");
        if (length >= sizeof part)
            return NULL;
        memcpy(part, string, length);
        part[length] = '\0';
        if (!duration_read(part, &ms) || ms > most_ms - sum_ms)
            return NULL;
        sum_ms += ms;
        string += length;
    }
    return count > 1 ? duration_show(sum_ms, buffer) : NULL;
}
