#include "cron_parts.h"

#include "name.h"

#include <string.h>

static const struct macro {
    const char *name, *fields;
} macros[] = {
    {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"},
    {"@weekly", "0 0 * * 0"}, {"@daily", "0 0 * * *"},    {"@midnight", "0 0 * * *"},
    {"@hourly", "0 * * * *"},
};

/* The units of Go's time.ParseDuration, longer names first. */
static const struct unit {
    const char *name;
    int64_t ns;
} units[] = {
    {"ns", 1},
    {"us", 1000},
    {"\xc2\xb5s", 1000},
    {"\xce\xbcs", 1000},
    {"ms", 1000000},
    {"s", INT64_C(1000000000)},
    {"m", INT64_C(60000000000)},
    {"h", INT64_C(3600000000000)},
};

static const int64_t SECOND_NS = 1000000000;

static const struct unit *unit_find(const char *text)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strncmp(text, units[i].name, strlen(units[i].name)) == 0)
            return &units[i];
    return NULL;
}

/* Digits, at most one point, digits: `scale` is 10 to the power of the decimals. */
static bool decimal_read(const char **text, int64_t *ret_number, int64_t *ret_scale)
{
    int64_t number = 0, scale = 1;
    bool after_point = false, any = false;
    for (;; ++*text) {
        if (**text == '.' && !after_point) {
            after_point = true;
            continue;
        }
        if (**text < '0' || **text > '9')
            break;
        any = true;
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, **text - '0', &number) ||
            (after_point && __builtin_mul_overflow(scale, 10, &scale)))
            return false;
    }
    *ret_number = number;
    *ret_scale = scale;
    return any;
}

static bool go_duration_read(const char *text, int64_t *ret_ns)
{
    int64_t sum = 0, number, scale, ns;
    if (*text == '\0')
        return false;
    while (*text != '\0') {
        if (!decimal_read(&text, &number, &scale))
            return false;
        const struct unit *unit = unit_find(text);
        if (unit == NULL)
            return false;
        text += strlen(unit->name);
        __extension__ __int128 exact = (__int128)number * unit->ns / scale;
        if (exact > INT64_MAX)
            return false;
        ns = (int64_t)exact;
        if (__builtin_add_overflow(sum, ns, &sum))
            return false;
    }
    *ret_ns = sum;
    return true;
}

static bool every_read(const char *text, enum cron_dialect dialect, int64_t *ret_every_s,
                       struct fail *fail)
{
    int64_t ns;
    if (dialect != CRON_KUBERNETES) {
        (void)fail_set(fail, FAIL_INPUT, "cron: vixie cron does not know @every");
        return fail_hint(fail, "write */5 * * * *, or set \"dialect\" to \"kubernetes\"");
    }
    if (!go_duration_read(text, &ns) || ns <= 0) {
        (void)fail_set(fail, FAIL_INPUT, "cron: @every %.40s: this is not a duration", text);
        return fail_hint(fail, "write it as Go does: 90s, 15m, 1h30m");
    }
    /* robfig/cron: at least a second, and what is over the last whole one is dropped. */
    *ret_every_s = ns < SECOND_NS ? 1 : ns / SECOND_NS;
    return true;
}

static bool refuse_macro(const char *text, struct fail *fail)
{
    static const char reboot[] = "@reboot";
    if (strcmp(text, reboot) == 0) {
        (void)fail_set(fail, FAIL_INPUT, "cron: @reboot has no time");
        return fail_hint(fail, "declare it as a service, or as a job with \"concurrent\"");
    }
    const char *meant =
        name_guess(text, &macros[0].name, sizeof macros / sizeof macros[0], sizeof macros[0]);
    (void)fail_set(fail, FAIL_INPUT, "cron: %.40s is not known", text);
    if (meant != NULL)
        return fail_hint(fail, "did you mean %s?", meant);
    return fail_hint(fail, "there are @hourly, @daily, @midnight, @weekly, @monthly, @yearly, "
                           "@annually, and @every in the dialect kubernetes");
}

/* The word that `text` begins with, without the blanks behind it: is it `name`? */
static bool is_word(const char *text, const char *name)
{
    size_t length = strlen(name);
    return strncmp(text, name, length) == 0 &&
           text[length + strspn(text + length, " \t\r\n")] == '\0';
}

bool cron_macro_read(const char *text, enum cron_dialect dialect, const char **ret_text,
                     int64_t *ret_every_s, struct fail *fail)
{
    static const char every[] = "@every ";
    *ret_text = text;
    *ret_every_s = 0;
    if (*text != '@')
        return true;
    if (strncmp(text, every, sizeof every - 1) == 0)
        return every_read(text + sizeof every - 1, dialect, ret_every_s, fail);
    for (size_t i = 0; i < sizeof macros / sizeof macros[0]; i++) {
        if (!is_word(text, macros[i].name))
            continue;
        *ret_text = macros[i].fields;
        return true;
    }
    return refuse_macro(text, fail);
}
