/*
 * A record that has become too large: thinned into a file of its own, which then takes its place.
 */
#include "lines.h"
#include "record_file.h"
#include "record_thin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };
static const int64_t windows_ms[] = {
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    HOUR_MS,
    6 * HOUR_MS,
    24 * HOUR_MS,
    INT64_C(7) * 24 * HOUR_MS,
    INT64_C(365) * 24 * HOUR_MS,
    RECORD_MOST,
};
enum { WINDOWS = sizeof windows_ms / sizeof windows_ms[0] };

/* The one that takes the record's place. */
struct thinned {
    char *path;
    int fd;
    int64_t size;
    int error;
};

static bool thinned_sink(void *to, const char *bytes, size_t length)
{
    struct thinned *thinned = to;
    while (length > 0) {
        ssize_t written = write(thinned->fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            thinned->error = errno;
            return false;
        }
        bytes += written;
        length -= (size_t)written;
        thinned->size += written;
    }
    return true;
}

/* What a watcher left that was killed while it thinned is nobody's: this one has the lock. */
static bool thinned_open(const struct record_file *file, struct thinned *thinned)
{
    struct stat status;
    const int flags = O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
    (void)unlink(thinned->path);
    thinned->fd = open(thinned->path, flags, 0600);
    if (thinned->fd >= 0 && fstat(file->fd, &status) == 0 &&
        fchmod(thinned->fd, status.st_mode & 0777) == 0 &&
        flock(thinned->fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    thinned->error = errno;
    return false;
}

/* The younger quarter of what it may hold stays as it is. */
static bool thinned_write(const struct record_file *file, int64_t window_ms,
                          struct thinned *thinned, struct fail *fail)
{
    struct arena arena = {.on_out_of_memory = file->arena.on_out_of_memory};
    struct record_thinning thinning = record_thinning_new(&arena, window_ms);
    struct lines lines = {
        .fd = file->fd, .path = file->path, .arena = &arena, .most = RECORD_MOST_LINE};
    struct text text = {.arena = &arena, .sink = thinned_sink, .to = thinned};
    int64_t keep = file->size - file->most / 4;
    (void)lseek(file->fd, 0, SEEK_SET);
    while (lines_next(&lines, fail))
        if (lines.is_whole && !lines.is_cut)
            record_thin(&thinning, lines.bytes, lines.length, lines.start >= keep, &text);
    record_thin_end(&thinning, &text);
    bool done = text_flush(&text) && fail->kind == FAIL_NONE;
    text_free(&text);
    arena_free(&arena);
    return done;
}

/* By the smallest windows that halve it. */
static bool thinned_fill(struct record_file *file, struct thinned *thinned, struct fail *fail)
{
    for (;; file->window++) {
        if (!thinned_write(file, windows_ms[file->window], thinned, fail))
            return false;
        if (thinned->size <= file->most / 2 || file->window + 1 == WINDOWS)
            return true;
        if (ftruncate(thinned->fd, 0) != 0) {
            thinned->error = errno;
            return false;
        }
        thinned->size = 0;
    }
}

static bool thin_fail(struct record_file *file, struct thinned *thinned, struct fail *fail)
{
    if (thinned->fd >= 0)
        (void)close(thinned->fd);
    (void)unlink(thinned->path);
    file->thin_at = file->size + file->most / 4;
    (void)fail_set(fail, FAIL_INTERNAL, "%s: the record grows on, for it cannot be thinned: %s: %s",
                   file->path, thinned->path, strerror(thinned->error));
    free(thinned->path);
    return false;
}

bool record_file_thin(struct record_file *file, struct fail *fail)
{
    struct thinned thinned = {.fd = -1};
    size_t bytes = strlen(file->target) + sizeof ".thinned";
    thinned.path = malloc(bytes);
    if (thinned.path == NULL)
        arena_out_of_memory(&file->arena);
    (void)snprintf(thinned.path, bytes, "%s.thinned", file->target);
    if (!thinned_open(file, &thinned) || !thinned_fill(file, &thinned, fail))
        return thin_fail(file, &thinned, fail);
    if (fsync(thinned.fd) != 0 || rename(thinned.path, file->target) != 0) {
        thinned.error = errno;
        return thin_fail(file, &thinned, fail);
    }
    (void)close(file->fd);
    free(thinned.path);
    file->fd = thinned.fd;
    file->size = thinned.size;
    file->thin_at = 2 * file->size > file->most ? 2 * file->size : file->most;
    return true;
}
