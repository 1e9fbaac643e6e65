/*
 * One arena per run: everything the answer is made of lives here until the run ends, so nobody
 * frees a single object. It is not a general allocator: memory is given back all at once.
 *
 * Running out of memory calls the owner's handler, which must not return.
 */
#ifndef PGSIZE_ARENA_H
#define PGSIZE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena {
    struct arena_block *blocks;
    char *next, *end;
    void (*on_out_of_memory)(void);
};

/* `size` zeroed bytes, aligned for any type. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((returns_nonnull));

/* `count` zeroed elements of `size` bytes; the product is checked. */
void *arena_array(struct arena *arena, size_t count, size_t size) __attribute__((returns_nonnull));

char *arena_strdup(struct arena *arena, const char *string) __attribute__((returns_nonnull));
char *arena_strndup(struct arena *arena, const char *bytes, size_t length)
    __attribute__((returns_nonnull));
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0), returns_nonnull));

/* Calls the owner's handler, or aborts where there is none. */
void arena_out_of_memory(const struct arena *arena) __attribute__((noreturn));

void arena_free(struct arena *arena);

/* Forgets everything that was allocated but keeps a block, for scratch memory in a loop. */
void arena_clear(struct arena *arena);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

#endif
