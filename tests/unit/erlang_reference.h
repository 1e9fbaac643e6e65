/*
 * tests/reference/erlang.json: answers computed with 20 and more digits, and checked by others. Its
 * numbers are strings; what is less than the smallest double is given by its logarithm too.
 */
#ifndef PGSIZE_ERLANG_REFERENCE_H
#define PGSIZE_ERLANG_REFERENCE_H

#include <float.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#ifndef REFERENCE_DIR
#define REFERENCE_DIR "tests/reference" /* tests run at the root of the sources */
#endif

static inline json_t *reference_open(void)
{
    json_error_t error;
    json_t *root = json_load_file(REFERENCE_DIR "/erlang.json", 0, &error);
    if (root == NULL)
        fail_msg("%s: %s", REFERENCE_DIR "/erlang.json", error.text);
    return root;
}

/* A list that has `count` elements. */
static inline const json_t *reference_list(const json_t *root, const char *name, size_t count)
{
    const json_t *list = json_object_get(root, name);
    assert_int_equal(json_array_size(list), count);
    return list;
}

static inline double decimal_of(const char *string)
{
    char *end;
    double number = strtod(string, &end);
    if (end == string || *end != '\0')
        fail_msg("not a number: %s", string);
    return number;
}

static inline double number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_string(value))
        return decimal_of(json_string_value(value));
    if (!json_is_number(value))
        fail_msg("%s is no number", key);
    return json_number_value(value);
}

static inline int64_t count_of(const json_t *object, const char *key)
{
    assert_true(json_is_integer(json_object_get(object, key)));
    return json_integer_value(json_object_get(object, key));
}

/* Where the reference is below the smallest normal double, so must the number be. */
static inline void assert_near(double number, double reference, double tolerance, const char *what,
                               int64_t connections, double load)
{
    bool is_near = reference < DBL_MIN ? number >= 0 && number < DBL_MIN
                                       : fabs(number - reference) <= tolerance * reference;
    if (!is_near)
        fail_msg("%s, c = %" PRId64 ", a = %.17g: %.17g, not %.17g (off by %.2g)", what,
                 connections, load, number, reference, number / reference - 1);
}

/* What the reference promises and more: 1e-12, for the largest pools 1e-11. */
static inline double tolerance_of(int64_t connections)
{
    return connections > 10000 ? 1e-11 : 1e-12;
}

/* What c - a may be off by, in shares of itself: the reference's `a` is a decimal, ours the nearest
 * double. */
static inline double rest_tolerance(int64_t connections, double load)
{
    return load * 0x1p-53 / ((double)connections - load);
}

#endif
