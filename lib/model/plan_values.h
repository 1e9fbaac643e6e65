/*
 * Single values of a provider file: checked against their row, put into the struct when the row
 * keeps them. Lists and objects are made of these in plan_fields.c. Inside lib/model/plan_*.c only.
 */
#ifndef PGSIZE_PLAN_VALUES_H
#define PGSIZE_PLAN_VALUES_H

#include "plan_fields.h"

/* Reads one value into the struct at `base`; one function for each kind of field. */
typedef bool plan_field_read(const struct plan_reader *reader, const struct plan_path *path,
                             const struct plan_field *field, const struct json *value, void *base);

plan_field_read plan_text_read, plan_id_read, plan_word_read, plan_flag_read, plan_said_read,
    plan_integer_read, plan_number_read;

/* The same without a struct, for the elements of lists. */
bool plan_text_check(const struct plan_reader *reader, const struct plan_path *path,
                     const struct plan_field *field, const struct json *value,
                     const char **ret_string);
bool plan_integer_check(const struct plan_reader *reader, const struct plan_path *path,
                        const struct plan_field *field, const struct json *value,
                        int64_t *ret_integer);

/* Always false: "must be `wanted`, got `value`". */
bool plan_kind_fail(const struct plan_reader *reader, const struct plan_path *path,
                    const char *wanted, const struct json *value);

#endif
