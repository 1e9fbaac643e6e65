/*
 * `--set PATH=VALUE`: changing one value of a topology before it is read. Dots separate the names
 * of a path; a path that begins with `/` is a JSON Pointer, for names with dots. The value is JSON,
 * else a string; null removes the key.
 */
#ifndef PGSIZE_SETTING_H
#define PGSIZE_SETTING_H

#include "arena.h"
#include "fail.h"
#include "json.h"

#include <stdbool.h>
#include <stddef.h>

enum { SETTING_MAX_DEPTH = 16 };

struct setting {
    const char *label, *argument;
    const char *path[SETTING_MAX_DEPTH];
    size_t depth;
    const char *value;
    bool used;
};

struct settings {
    const char *label; /* of errors: "--set" */
    struct setting *items;
    size_t count;
};

/* Takes the arguments of --set apart; `label` is what errors call it, NULL: --set. */
bool settings_read(struct arena *arena, const char *label, const char *const *arguments,
                   size_t count, struct settings *ret_settings, struct fail *fail) MUST_USE;

/* Changes the value whose place in the document is `place` by every setting of it or of what lies
 * below it. The value is NULL when it is not there, and becomes NULL when a setting removes it. */
bool settings_apply(struct settings *settings, const char *const *place, size_t depth,
                    struct json **value, struct fail *fail) MUST_USE;

/* The argument of the setting that put what stands at this path, or (inside a server or service) a
 * part of it; NULL: none did. */
const char *settings_cover(const struct settings *settings, const char *const *path, size_t depth);

#endif
