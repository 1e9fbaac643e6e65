#include "lines.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_BYTES = 64 * 1024 };

/* Room for more: what was taken goes, and then the buffer grows up to the longest line. */
static void room_make(struct lines *lines)
{
    if (lines->begin > 0) {
        memmove(lines->buffer, lines->buffer + lines->begin, lines->end - lines->begin);
        lines->end -= lines->begin;
        lines->begin = 0;
    }
    if (lines->end < lines->capacity)
        return;
    size_t capacity = lines->capacity == 0 ? FIRST_BYTES : lines->capacity * 2;
    char *more = arena_alloc(lines->arena, capacity);
    if (lines->end > 0)
        memcpy(more, lines->buffer, lines->end);
    lines->buffer = more;
    lines->capacity = capacity;
}

static bool more_read(struct lines *lines, struct fail *fail)
{
    room_make(lines);
    ssize_t got;
    do
        got = read(lines->fd, lines->buffer + lines->end, lines->capacity - lines->end);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return fail_set(fail, FAIL_INPUT, "%s: cannot be read: %s", lines->path, strerror(errno));
    lines->is_over = got == 0;
    lines->end += (size_t)got;
    return true;
}

/* Takes what is there of a line that is too long, and passes over the rest of it. */
static bool rest_skip(struct lines *lines, struct fail *fail)
{
    lines->is_cut = true;
    for (;;) {
        const char *from = lines->buffer + lines->begin,
                   *found = memchr(from, '\n', lines->end - lines->begin);
        size_t length = found != NULL ? (size_t)(found - from) + 1 : lines->end - lines->begin;
        lines->next += (int64_t)length;
        lines->begin += length;
        lines->is_whole = found != NULL;
        if (found != NULL || lines->is_over)
            return true;
        if (!more_read(lines, fail))
            return false;
    }
}

bool lines_next(struct lines *lines, struct fail *fail)
{
    size_t looked = 0;
    const char *found = NULL;
    for (;;) {
        size_t there = lines->end - lines->begin;
        if (there > looked)
            found = memchr(lines->buffer + lines->begin + looked, '\n', there - looked);
        looked = there;
        if (found != NULL || lines->is_over || there > lines->most)
            break;
        if (!more_read(lines, fail))
            return false;
    }
    if (found == NULL && looked == 0)
        return false;
    lines->number++;
    lines->start = lines->next;
    lines->is_cut = false;
    if (found == NULL && looked > lines->most) {
        lines->bytes = "";
        lines->length = 0;
        return rest_skip(lines, fail);
    }
    lines->is_whole = found != NULL;
    lines->bytes = lines->buffer + lines->begin;
    lines->length = found != NULL ? (size_t)(found - lines->bytes) : looked;
    lines->begin += lines->length + lines->is_whole;
    lines->next += (int64_t)(lines->length + lines->is_whole);
    return true;
}
