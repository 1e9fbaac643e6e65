#include "plan_formula.h"

#include "ratio.h"

#include <inttypes.h>
#include <string.h>

enum { DEEPEST = 16, DIGITS_MOST = 18, SHOWN = 20, GIB_PER_BYTES = 1073741824 };

enum state {
    STATE_NUMBER,
    STATE_UNKNOWN, /* a size that is not known, or no branch */
    STATE_BEYOND,  /* too large, or divided by zero: wrong where it is used */
};

struct value {
    enum state state;
    struct ratio number;
};

/* An expression while it is read: it is worked out as it is read, without a tree. */
struct formula {
    const char *at;
    const struct plan_size *size;
    struct fail *fail;
    unsigned depth;
};

static const struct value UNKNOWN_VALUE = {.state = STATE_UNKNOWN};
static const struct value BEYOND = {.state = STATE_BEYOND};

static bool sum_read(struct formula *formula, struct value *ret_value);

static void blanks_skip(struct formula *formula)
{
    formula->at += strspn(formula->at, " ");
}

static bool formula_fail(struct formula *formula, const char *what)
{
    if (*formula->at == '\0')
        return fail_set(formula->fail, FAIL_INPUT, "%s, but it ends", what);
    return fail_set(formula->fail, FAIL_INPUT, "%s at \"%.*s\"", what, SHOWN, formula->at);
}

static bool taken(struct formula *formula, const char *word)
{
    blanks_skip(formula);
    size_t length = strlen(word);
    if (strncmp(formula->at, word, length) != 0)
        return false;
    formula->at += length;
    return true;
}

static bool expect(struct formula *formula, const char *word, const char *what)
{
    return taken(formula, word) || formula_fail(formula, what);
}

/* --- working out --- */

typedef bool ratio_operation(struct ratio a, struct ratio b, struct ratio *ret_ratio);

static struct value combine(struct value a, struct value b, ratio_operation *operation)
{
    struct value value = {.state = STATE_NUMBER};
    if (a.state != STATE_NUMBER || b.state != STATE_NUMBER)
        return a.state == STATE_BEYOND || b.state == STATE_BEYOND ? BEYOND : UNKNOWN_VALUE;
    return operation(a.number, b.number, &value.number) ? value : BEYOND;
}

static bool ratio_subtract(struct ratio a, struct ratio b, struct ratio *ret_difference)
{
    return ratio_add(a, (struct ratio){-b.top, b.bottom}, ret_difference);
}

static bool ratio_least(struct ratio a, struct ratio b, struct ratio *ret_least)
{
    int order = 0;
    bool compared = ratio_compare(a, b, &order);
    *ret_least = order <= 0 ? a : b;
    return compared;
}

static bool ratio_greatest(struct ratio a, struct ratio b, struct ratio *ret_greatest)
{
    int order = 0;
    bool compared = ratio_compare(a, b, &order);
    *ret_greatest = order >= 0 ? a : b;
    return compared;
}

/* floor(a + b): a half for rounding. */
static bool ratio_floor_with(struct ratio a, struct ratio b, struct ratio *ret_whole)
{
    struct ratio sum;
    if (!ratio_add(a, b, &sum))
        return false;
    *ret_whole = (struct ratio){ratio_floor(sum), 1};
    return true;
}

/* -floor(-a); the second is not used. */
static bool ratio_ceil(struct ratio a, struct ratio b, struct ratio *ret_whole)
{
    (void)b;
    *ret_whole = (struct ratio){-ratio_floor((struct ratio){-a.top, a.bottom}), 1};
    return true;
}

/* --- reading --- */

static struct value size_of(int64_t thousandths, int64_t factor)
{
    struct value value = {.state = STATE_NUMBER};
    if (thousandths < 0)
        return UNKNOWN_VALUE;
    bool made = ratio_make(thousandths, 1000, &value.number) &&
                ratio_multiply(value.number, (struct ratio){factor, 1}, &value.number);
    return made ? value : BEYOND;
}

static bool name_fail(struct formula *formula, const char *name, size_t length)
{
    fail_set(formula->fail, FAIL_INPUT, "unknown name \"%.*s\"",
             (int)(length < SHOWN ? length : SHOWN), name);
    return fail_hint(formula->fail,
                     "there are memory_bytes, memory_gib, vcpu, compute_units; floor(), ceil(), "
                     "round(), least(), greatest(), when()");
}

static bool name_value(struct formula *formula, const char *name, size_t length,
                       struct value *ret_value)
{
    const struct {
        const char *name;
        int64_t thousandths, factor;
    } names[] = {
        {"memory_bytes", formula->size->memory_milligib, GIB_PER_BYTES},
        {"memory_gib", formula->size->memory_milligib, 1},
        {"vcpu", formula->size->milli_vcpu, 1},
        {"compute_units", formula->size->milli_compute_units, 1},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i].name) != length || strncmp(names[i].name, name, length) != 0)
            continue;
        *ret_value = size_of(names[i].thousandths, names[i].factor);
        return true;
    }
    return name_fail(formula, name, length);
}

static bool number_read(struct formula *formula, struct value *ret_value)
{
    int64_t top = 0, bottom = 1;
    unsigned digits = 0;
    bool behind_point = false;
    for (; (*formula->at >= '0' && *formula->at <= '9') || (*formula->at == '.' && !behind_point);
         formula->at++) {
        if (*formula->at == '.') {
            behind_point = true;
            continue;
        }
        if (++digits > DIGITS_MOST)
            return formula_fail(formula, "a number has too many digits");
        top = top * 10 + (*formula->at - '0');
        bottom *= behind_point ? 10 : 1;
    }
    if (formula->at[-1] == '.')
        return formula_fail(formula, "digits are missing behind the point");
    *ret_value = (struct value){.state = STATE_NUMBER};
    return ratio_make(top, bottom, &ret_value->number);
}

/* floor(a), ceil(a), round(a). */
static bool rounding_read(struct formula *formula, ratio_operation *operation, int64_t half,
                          struct value *ret_value)
{
    const struct value added = {.number = {half, half + 1}};
    if (!sum_read(formula, ret_value) || !expect(formula, ")", "expected )"))
        return false;
    *ret_value = combine(*ret_value, added, operation);
    return true;
}

/* least(a, b, ...), greatest(a, b, ...). */
static bool extreme_read(struct formula *formula, ratio_operation *operation,
                         struct value *ret_value)
{
    struct value next;
    if (!sum_read(formula, ret_value))
        return false;
    while (taken(formula, ",")) {
        if (!sum_read(formula, &next))
            return false;
        *ret_value = combine(*ret_value, next, operation);
    }
    return expect(formula, ")", "expected , or )");
}

/* A comparison of what is not known is neither true nor false. */
static bool comparison_read(struct formula *formula, enum state *ret_state, bool *ret_holds)
{
    struct value left, right;
    if (!sum_read(formula, &left))
        return false;
    bool is_less = taken(formula, "<"), is_more = !is_less && taken(formula, ">");
    if (!is_less && !is_more)
        return formula_fail(formula, "expected a comparison");
    bool or_equal = taken(formula, "=");
    if (!sum_read(formula, &right))
        return false;
    int order = 0;
    struct value difference = combine(left, right, ratio_subtract);
    *ret_state = difference.state;
    if (difference.state == STATE_NUMBER)
        order = (difference.number.top > 0) - (difference.number.top < 0);
    *ret_holds = (order == 0 && or_equal) || (is_less ? order < 0 : order > 0);
    return true;
}

/* All branches are read, one is taken; behind a comparison that is not known none is. */
static bool when_read(struct formula *formula, struct value *ret_value)
{
    bool decided = false;
    *ret_value = UNKNOWN_VALUE;
    do {
        enum state state;
        bool holds;
        struct value value;
        if (!comparison_read(formula, &state, &holds) ||
            !expect(formula, ",", "expected , and a value") || !sum_read(formula, &value))
            return false;
        if (decided || (state == STATE_NUMBER && !holds))
            continue;
        decided = true;
        *ret_value = state == STATE_NUMBER ? value : (struct value){.state = state};
    } while (taken(formula, ","));
    return expect(formula, ")", "expected , or )");
}

static bool function_read(struct formula *formula, const char *name, size_t length,
                          struct value *ret_value)
{
    static const struct {
        const char *name;
        bool (*read)(struct formula *formula, ratio_operation *operation, struct value *ret_value);
        ratio_operation *operation;
        int64_t half; /* added before it is rounded: 0/1 or 1/2 */
    } functions[] = {
        {"floor", NULL, ratio_floor_with, 0},
        {"round", NULL, ratio_floor_with, 1},
        {"ceil", NULL, ratio_ceil, 0},
        {"least", extreme_read, ratio_least, 0},
        {"greatest", extreme_read, ratio_greatest, 0},
    };
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (strlen(functions[i].name) != length || strncmp(functions[i].name, name, length) != 0)
            continue;
        return functions[i].read != NULL
                   ? functions[i].read(formula, functions[i].operation, ret_value)
                   : rounding_read(formula, functions[i].operation, functions[i].half, ret_value);
    }
    if (length == 4 && strncmp(name, "when", length) == 0)
        return when_read(formula, ret_value);
    return name_fail(formula, name, length);
}

static bool primary_read(struct formula *formula, struct value *ret_value)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz_";
    blanks_skip(formula);
    const char *name = formula->at;
    size_t length = strspn(name, letters);
    if (*name >= '0' && *name <= '9')
        return number_read(formula, ret_value);
    if (length == 0 && taken(formula, "("))
        return sum_read(formula, ret_value) && expect(formula, ")", "expected )");
    if (length == 0)
        return formula_fail(formula, "expected a number, a name or (");
    formula->at += length;
    if (taken(formula, "("))
        return function_read(formula, name, length, ret_value);
    return name_value(formula, name, length, ret_value);
}

static bool product_read(struct formula *formula, struct value *ret_value)
{
    struct value next;
    if (!primary_read(formula, ret_value))
        return false;
    for (;;) {
        bool times = taken(formula, "*");
        if (!times && !taken(formula, "/"))
            return true;
        if (!primary_read(formula, &next))
            return false;
        *ret_value = combine(*ret_value, next, times ? ratio_multiply : ratio_divide);
    }
}

/* Everything that nests comes through here, and so is bounded here. */
static bool sum_read(struct formula *formula, struct value *ret_value)
{
    struct value next;
    if (++formula->depth > DEEPEST)
        return formula_fail(formula, "too deep");
    if (!product_read(formula, ret_value))
        return false;
    for (;;) {
        bool plus = taken(formula, "+");
        if (!plus && !taken(formula, "-"))
            break;
        if (!product_read(formula, &next))
            return false;
        *ret_value = combine(*ret_value, next, plus ? ratio_add : ratio_subtract);
    }
    formula->depth--;
    return true;
}

bool plan_formula_evaluate(const char *expression, const struct plan_size *size, int64_t most,
                           int64_t *ret_value, struct fail *fail)
{
    struct formula formula = {.at = expression, .size = size, .fail = fail};
    struct value value;
    *ret_value = -1;
    if (!sum_read(&formula, &value))
        return false;
    blanks_skip(&formula);
    if (*formula.at != '\0')
        return formula_fail(&formula, "expected an operator or the end");
    if (value.state == STATE_BEYOND)
        return fail_set(fail, FAIL_INPUT, "is too large to work out, or divides by zero");
    if (value.state == STATE_UNKNOWN)
        return true;
    if (value.number.bottom != 1) {
        fail_set(fail, FAIL_INPUT, "gives %" PRId64 "/%" PRId64 ", which is not whole",
                 value.number.top, value.number.bottom);
        return fail_hint(fail, "say how it is rounded: floor(...), ceil(...) or round(...)");
    }
    if (value.number.top < 1 || value.number.top > most)
        return fail_set(fail, FAIL_INPUT, "must give 1 to %" PRId64 ", gives %" PRId64, most,
                        value.number.top);
    *ret_value = value.number.top;
    return true;
}
