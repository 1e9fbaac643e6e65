#include "cron_parts.h"
#include "text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SHOWN_BYTES = 32, STEP_MAX = 9999, NAME_LENGTH = 3 };

struct limits {
    const char *what;
    int least, most;
    const char *names; /* of three letters each, the first stands for `first_named` */
    int first_named;
};

static const struct limits limits[CRON_FIELDS] = {
    [CRON_MINUTE] = {"minute", 0, 59},
    [CRON_HOUR] = {"hour", 0, 23},
    [CRON_DAY] = {"day of month", 1, 31},
    [CRON_MONTH] = {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec", 1},
    [CRON_WEEKDAY] = {"day of week", 0, 6, "sunmontuewedthufrisat", 0},
};

/* A part of a field, between commas. */
struct part {
    const struct cron_field *field;
    const char *text;
    size_t length;
    struct fail *fail;
};

static int most_of(const struct cron_field *field)
{
    /* Vixie cron takes 7 for Sunday, in ranges too. */
    bool seven = field->id == CRON_WEEKDAY && field->dialect == CRON_VIXIE;
    return seven ? 7 : limits[field->id].most;
}

/* `what` follows what was found, which is cut where it is long. */
static bool refuse(const struct part *part, const char *text, size_t length, const char *what)
{
    bool is_cut = length > SHOWN_BYTES;
    return fail_set(part->fail, FAIL_INPUT, "cron: field %d (%s): %.*s%s %s",
                    (int)part->field->id + 1, limits[part->field->id].what,
                    (int)utf8_cut(text, length, SHOWN_BYTES), text, is_cut ? "..." : "", what);
}

static bool refuse_value(const struct part *part, const char *text, size_t length)
{
    const struct limits *limit = &limits[part->field->id];
    char what[64];
    (void)snprintf(what, sizeof what, "is not in %d to %d", limit->least, most_of(part->field));
    (void)refuse(part, text, length, what);
    if (part->field->id == CRON_WEEKDAY && length == 1 && *text == '7')
        return fail_hint(part->fail, "Sunday is 0 in Kubernetes");
    if (limit->names != NULL)
        return fail_hint(part->fail, "or a name of three letters, as %.3s", limit->names);
    return false;
}

/* Digits only: a sign, a blank or a number beyond `most` is none. */
static bool number_read(const char *text, size_t length, int most, int *ret_number)
{
    int number = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        number = number * 10 + (text[i] - '0');
        if (number > most)
            return false;
    }
    *ret_number = number;
    return length > 0;
}

static bool name_read(const struct limits *limit, const char *text, size_t length, int *ret_value)
{
    if (limit->names == NULL || length != NAME_LENGTH)
        return false;
    for (int i = 0; limit->names[i * NAME_LENGTH] != '\0'; i++) {
        if (strncasecmp(&limit->names[i * NAME_LENGTH], text, NAME_LENGTH) != 0)
            continue;
        *ret_value = limit->first_named + i;
        return true;
    }
    return false;
}

static bool value_read(const struct part *part, const char *text, size_t length, int *ret_value)
{
    const struct limits *limit = &limits[part->field->id];
    if (length == 0)
        return refuse(part, part->text, part->length, "misses a value");
    if (name_read(limit, text, length, ret_value))
        return true;
    if (!number_read(text, length, most_of(part->field), ret_value) || *ret_value < limit->least)
        return refuse_value(part, text, length);
    return true;
}

static bool refuse_unknown_signs(const struct part *part)
{
    /* `L`, `W` and `#` are Quartz's: 5L, LW, 15W, 1#2. */
    if (strcspn(part->text, "#") < part->length ||
        (strcspn(part->text, "LlWw") < part->length &&
         strspn(part->text, "LlWw0123456789-") >= part->length)) {
        (void)refuse(part, part->text, part->length, "is not possible: there is no L, W or #");
        return fail_hint(part->fail, "say a day or a weekday, and let the job look at the date");
    }
    if (strcspn(part->text, "~") < part->length || strcspn(part->text, "HR") == 0) {
        (void)refuse(part, part->text, part->length, "is chosen at random by other programs");
        return fail_hint(part->fail, "say the value at which it runs");
    }
    return true;
}

static bool is_any(const struct cron_field *field, const char *text, size_t length)
{
    return length == 1 && (*text == '*' || (*text == '?' && field->dialect == CRON_KUBERNETES));
}

static bool range_read(const struct part *part, size_t length, bool has_step, int *ret_first,
                       int *ret_last)
{
    const struct cron_field *field = part->field;
    const char *dash = memchr(part->text, '-', length);
    if (is_any(field, part->text, length)) {
        *ret_first = limits[field->id].least;
        *ret_last = limits[field->id].most;
        return true;
    }
    if (length == 1 && *part->text == '?') {
        (void)refuse(part, part->text, length, "is not known to vixie cron");
        return fail_hint(part->fail, "write *");
    }
    size_t first_length = dash == NULL ? length : (size_t)(dash - part->text);
    if (!value_read(part, part->text, first_length, ret_first))
        return false;
    if (dash == NULL) {
        *ret_last = has_step ? most_of(field) : *ret_first;
        return true;
    }
    if (!value_read(part, dash + 1, length - first_length - 1, ret_last))
        return false;
    if (*ret_first <= *ret_last)
        return true;
    (void)refuse(part, part->text, length, "is backwards");
    return fail_hint(part->fail, "a range goes upwards: write two of them with a comma");
}

static bool step_read(const struct part *part, const char *slash, int *ret_step)
{
    size_t length = part->length - (size_t)(slash + 1 - part->text);
    if (!number_read(slash + 1, length, STEP_MAX, ret_step) || *ret_step == 0)
        return refuse(part, part->text, part->length, "has no step of 1 to 9999 after the /");
    bool from_number = !is_any(part->field, part->text, (size_t)(slash - part->text)) &&
                       memchr(part->text, '-', (size_t)(slash - part->text)) == NULL;
    if (!from_number || part->field->dialect == CRON_KUBERNETES)
        return true;
    (void)refuse(part, part->text, part->length, "has a step without a range");
    return fail_hint(part->fail, "write %.*s-%d%.*s", (int)(slash - part->text), part->text,
                     most_of(part->field), (int)(length + 1), slash);
}

static bool part_read(const struct part *part, struct cron_field *ret_field)
{
    int first = 0, last = 0, step = 1;
    const char *slash = memchr(part->text, '/', part->length);
    size_t length = slash == NULL ? part->length : (size_t)(slash - part->text);
    if (part->length == 0)
        return refuse(part, ret_field->text, ret_field->length, "has nothing beside a comma");
    if (!refuse_unknown_signs(part) || !range_read(part, length, slash != NULL, &first, &last))
        return false;
    if (slash != NULL && !step_read(part, slash, &step))
        return false;
    for (int value = first; value <= last; value += step)
        ret_field->bits |= UINT64_C(1) << value;
    if (ret_field->dialect == CRON_KUBERNETES && step == 1 && is_any(ret_field, part->text, length))
        ret_field->is_star = true;
    return true;
}

bool cron_field_read(struct cron_field *field, struct fail *fail)
{
    const char *end = field->text + field->length;
    field->is_star = field->dialect == CRON_VIXIE && *field->text == '*';
    for (const char *text = field->text;; text++) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        size_t length = (size_t)((comma == NULL ? end : comma) - text);
        struct part part = {.field = field, .text = text, .length = length, .fail = fail};
        if (!part_read(&part, field))
            return false;
        if (comma == NULL)
            break;
        text = comma;
    }
    if (field->id == CRON_WEEKDAY && field->bits >> 7 & 1)
        field->bits = (field->bits | 1) & 0x7f;
    return true;
}
