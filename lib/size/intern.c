#include "intern.h"

#include <string.h>

enum { FIRST_CAPACITY = 64 };

struct intern_entry {
    const void *bytes; /* NULL: free */
    size_t size;
    uint64_t hash;
    uint32_t number;
};

/* Eight bytes at a time, each multiplied and folded. Speed only: what is equal is compared. */
static uint64_t hash_of(const void *bytes, size_t size)
{
    static const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
    const unsigned char *at = bytes;
    uint64_t hash = size * factor, word;
    for (; size >= sizeof word; size -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    word = 0;
    if (size > 0)
        memcpy(&word, at, size);
    hash = (hash ^ word) * factor;
    return hash ^ hash >> 32;
}

/* Its entry, or the free one that it would get. */
static struct intern_entry *entry_find(const struct intern *intern, const void *bytes, size_t size,
                                       uint64_t hash)
{
    for (size_t i = hash;; i++) {
        struct intern_entry *entry = &intern->entries[i & (intern->capacity - 1)];
        if (entry->bytes == NULL ||
            (entry->hash == hash && entry->size == size && memcmp(entry->bytes, bytes, size) == 0))
            return entry;
    }
}

static void intern_grow(struct intern *intern)
{
    struct intern old = *intern;
    intern->capacity = old.capacity == 0 ? FIRST_CAPACITY : old.capacity * 2;
    intern->entries = ARENA_ARRAY(intern->arena, intern->capacity, struct intern_entry);
    for (size_t i = 0; i < old.capacity; i++) {
        const struct intern_entry *entry = &old.entries[i];
        if (entry->bytes != NULL)
            *entry_find(intern, entry->bytes, entry->size, entry->hash) = *entry;
    }
}

uint32_t intern(struct intern *intern, const void *bytes, size_t size, bool *ret_is_new)
{
    if (intern->count >= intern->capacity / 2)
        intern_grow(intern);
    uint64_t hash = hash_of(bytes, size);
    struct intern_entry *entry = entry_find(intern, bytes, size, hash);
    bool is_new = entry->bytes == NULL;
    if (is_new) {
        char *copy = arena_strndup(intern->arena, bytes, size);
        *entry = (struct intern_entry){copy, size, hash, (uint32_t)intern->count++};
    }
    if (ret_is_new != NULL)
        *ret_is_new = is_new;
    return entry->number;
}
