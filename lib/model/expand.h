/*
 * ${NAME} and ${NAME:-default} in the strings of a topology; `$${` is a literal `${`. Values come
 * from a list that the caller gives: nothing here reads the environment.
 */
#ifndef PGSIZE_EXPAND_H
#define PGSIZE_EXPAND_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>

/* EXPAND_URL percent-encodes what lands in the user or password of a URL. */
enum expand_into { EXPAND_PLAIN, EXPAND_URL };

/* A string without any ${ is returned itself, not copied. NULL when a variable is missing or the
 * notation is wrong; `missing` then says so in a sentence. `ret_literal_password` (may be NULL,
 * URLs only): whether the password, or part of it, is written in the string itself. */
const char *expand(struct arena *arena, const char *string, const char *const *environment,
                   enum expand_into into, bool *ret_literal_password, char *missing, size_t size);

#endif
