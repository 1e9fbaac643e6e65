#include "name.h"

#include "arena.h"
#include "text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { GUESS_MAX = 64 };

static char lower(char character)
{
    return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Optimal string alignment distance (insert, delete, replace, swap neighbours), case ignored; above
 * `GUESS_MAX` bytes it is not computed. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][GUESS_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t same = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            row[j] = least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + same);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[b_length];
}

const char *name_guess(const char *wrong, const char *const *candidates, size_t count,
                       size_t stride)
{
    size_t wrong_length = strlen(wrong);
    if (wrong_length == 0 || wrong_length > GUESS_MAX)
        return NULL;
    const char *best = NULL;
    size_t best_distance = (wrong_length < 3 ? 1 : wrong_length / 3) + 1; /* to be below */
    for (size_t i = 0; i < count; i++) {
        const char *candidate;
        memcpy(&candidate, (const char *)candidates + i * stride, sizeof candidate);
        size_t length = strlen(candidate);
        if (length > GUESS_MAX || length >= wrong_length + best_distance ||
            wrong_length >= length + best_distance)
            continue;
        size_t found = distance(wrong, wrong_length, candidate, length);
        if (found < best_distance && found < wrong_length) {
            best = candidate;
            best_distance = found;
        }
    }
    return best;
}

void name_list(const char *const *names, size_t count, size_t most, char *buffer, size_t size)
{
    size_t length = 0;
    buffer[0] = '\0';
    for (size_t i = 0; i < count && i < most && length < size; i++) {
        size_t bytes = strlen(names[i]), shown = utf8_cut(names[i], bytes, NAME_LISTED_BYTES);
        length += (size_t)snprintf(buffer + length, size - length, "%s%.*s%s", i > 0 ? ", " : "",
                                   (int)shown, names[i], shown < bytes ? "..." : "");
    }
    if (count > most && length < size)
        (void)snprintf(buffer + length, size - length, " and %zu more", count - most);
}

bool name_matches(const char *pattern, const char *name)
{
    const char *star = NULL, *resume = NULL;
    while (*name != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = name;
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star != NULL) {
            pattern = star + 1;
            name = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

/* FNV-1a. */
static uint64_t name_hash(const char *name)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *name != '\0'; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
    return hash ^ hash >> 32;
}

static size_t name_slot(const struct name_table *table, const char *name)
{
    size_t slot = (size_t)name_hash(name) & (table->capacity - 1);
    while (table->names[slot] != NULL && strcmp(table->names[slot], name) != 0)
        slot = (slot + 1) & (table->capacity - 1);
    return slot;
}

static void name_table_grow(struct name_table *table, struct arena *arena)
{
    struct name_table larger = {.capacity = table->capacity == 0 ? 16 : table->capacity * 2};
    larger.names = ARENA_ARRAY(arena, larger.capacity, const char *);
    larger.values = ARENA_ARRAY(arena, larger.capacity, size_t);
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->names[i] == NULL)
            continue;
        size_t slot = name_slot(&larger, table->names[i]);
        larger.names[slot] = table->names[i];
        larger.values[slot] = table->values[i];
    }
    larger.count = table->count;
    *table = larger;
}

bool name_table_add(struct name_table *table, struct arena *arena, const char *name, size_t value,
                    size_t *ret_value)
{
    if (table->count * 3 >= table->capacity * 2)
        name_table_grow(table, arena);
    size_t slot = name_slot(table, name);
    if (table->names[slot] != NULL) {
        if (ret_value != NULL)
            *ret_value = table->values[slot];
        return false;
    }
    table->names[slot] = name;
    table->values[slot] = value;
    table->count++;
    return true;
}

bool name_table_find(const struct name_table *table, const char *name, size_t *ret_value)
{
    if (table->capacity == 0)
        return false;
    size_t slot = name_slot(table, name);
    if (table->names[slot] == NULL)
        return false;
    if (ret_value != NULL)
        *ret_value = table->values[slot];
    return true;
}
