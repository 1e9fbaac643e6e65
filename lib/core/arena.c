#include "arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ONE_BLOCK_EACH 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONE_BLOCK_EACH 1
#endif
#endif
#ifndef ONE_BLOCK_EACH
#define ONE_BLOCK_EACH 0
#endif

/* Blocks grow, so that a short-lived arena touches little memory and a large one has few blocks. */
enum {
    BLOCK_LEAST_BYTES = 4 * 1024,
    BLOCK_MOST_BYTES = 256 * 1024,
    ALIGNMENT = _Alignof(max_align_t),
};

struct arena_block {
    struct arena_block *previous;
    size_t size;
    max_align_t bytes[];
};

void arena_out_of_memory(const struct arena *arena)
{
    if (arena->on_out_of_memory != NULL)
        arena->on_out_of_memory();
    abort();
}

static char *block_new(struct arena *arena, size_t size)
{
    struct arena_block *block = calloc(1, sizeof *block + size);
    if (block == NULL)
        arena_out_of_memory(arena);
    block->previous = arena->blocks;
    block->size = size;
    arena->blocks = block;
    return (char *)block->bytes;
}

/* Of the next block that small allocations share, with room for `size`: twice the one before it. */
static size_t block_bytes(const struct arena *arena, size_t size)
{
    size_t bytes = arena->blocks == NULL ? BLOCK_LEAST_BYTES : arena->blocks->size * 2;
    if (bytes < size)
        bytes = size;
    return bytes < BLOCK_MOST_BYTES ? bytes : BLOCK_MOST_BYTES;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        arena_out_of_memory(arena);
    /* Under the address sanitizer each allocation is its own block, so that an overrun is seen. */
    if (ONE_BLOCK_EACH)
        return block_new(arena, size == 0 ? 1 : size);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (size > BLOCK_MOST_BYTES / 4)
        return block_new(arena, size);
    if ((size_t)(arena->end - arena->next) < size) {
        size_t bytes = block_bytes(arena, size);
        arena->next = block_new(arena, bytes);
        arena->end = arena->next + bytes;
    }
    void *memory = arena->next;
    arena->next += size;
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        arena_out_of_memory(arena);
    return arena_alloc(arena, bytes);
}

char *arena_strndup(struct arena *arena, const char *bytes, size_t length)
{
    if (length == SIZE_MAX)
        arena_out_of_memory(arena);
    char *copy = arena_alloc(arena, length + 1);
    memcpy(copy, bytes, length);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *string)
{
    return arena_strndup(arena, string, strlen(string));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    char small[256]; /* most are: formatting once to measure is half of the work */
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(small, sizeof small, format, again);
    va_end(again);
    if (length < 0)
        arena_out_of_memory(arena);
    if ((size_t)length < sizeof small)
        return arena_strndup(arena, small, (size_t)length);
    char *string = arena_alloc(arena, (size_t)length + 1);
    (void)vsnprintf(string, (size_t)length + 1, format, arguments);
    return string;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *string = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return string;
}

void arena_free(struct arena *arena)
{
    while (arena->blocks != NULL) {
        struct arena_block *previous = arena->blocks->previous;
        free(arena->blocks);
        arena->blocks = previous;
    }
    arena->next = arena->end = NULL;
}

void arena_clear(struct arena *arena)
{
    struct arena_block *kept = arena->blocks;
    /* Only a block that small allocations share, and that is the newest, can be used again. */
    if (ONE_BLOCK_EACH || kept == NULL || arena->end != (char *)kept->bytes + kept->size) {
        arena_free(arena);
        return;
    }
    arena->blocks = kept->previous;
    char *next = arena->next, *end = arena->end;
    arena_free(arena);
    kept->previous = NULL;
    memset(kept->bytes, 0, (size_t)(next - (char *)kept->bytes));
    arena->blocks = kept;
    arena->next = (char *)kept->bytes;
    arena->end = end;
}
