#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_READ = 64 * 1024, MOST_PARENTS = 64 };

static bool read_fail(const char *path, int error, struct fail *fail)
{
    return fail_set(fail, FAIL_INPUT, "%s: cannot be read: %s", path, strerror(error));
}

/* One byte more than the limit is enough to know that it is passed. */
static size_t capacity_find(int fd)
{
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
        status.st_size < JSON_MAX_BYTES)
        return (size_t)status.st_size + 1;
    return FIRST_READ;
}

static bool fd_read(struct arena *arena, int fd, const char *path, struct json_text *ret_text,
                    struct fail *fail)
{
    size_t capacity = capacity_find(fd), length = 0;
    char *bytes = arena_alloc(arena, capacity);
    for (;;) {
        if (length == capacity) {
            char *more = arena_alloc(arena, capacity * 2);
            memcpy(more, bytes, length);
            bytes = more;
            capacity *= 2;
        }
        ssize_t got = read(fd, bytes + length, capacity - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return read_fail(path, errno, fail);
        if (got == 0)
            break;
        length += (size_t)got;
        if (length > JSON_MAX_BYTES)
            return fail_set(fail, FAIL_INPUT, "%s: larger than %d MiB", path,
                            JSON_MAX_BYTES / 1024 / 1024);
    }
    *ret_text = (struct json_text){.name = path, .bytes = bytes, .length = length};
    return true;
}

bool file_read(struct arena *arena, const char *path, const char *missing_hint,
               struct json_text *ret_text, struct fail *fail)
{
    if (strcmp(path, "-") == 0)
        return fd_read(arena, STDIN_FILENO, JSON_STANDARD_INPUT, ret_text, fail);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno == ENOENT)
            (void)fail_hint(fail, "%s", missing_hint);
        return read_fail(path, errno, fail);
    }
    bool done = fd_read(arena, fd, path, ret_text, fail);
    (void)close(fd);
    return done;
}

bool regular_file_read(struct arena *arena, const char *path, struct json_text *ret_text,
                       struct fail *fail)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return read_fail(path, errno, fail);
    bool done = fstat(fd, &status) == 0 && S_ISREG(status.st_mode)
                    ? fd_read(arena, fd, path, ret_text, fail)
                    : fail_set(fail, FAIL_INPUT, "%s: this is not a regular file", path);
    (void)close(fd);
    return done;
}

const char *topology_default(struct arena *arena)
{
    const char *path = "pgsize.json";
    struct stat here, root = {0};
    bool root_known = stat("/", &root) == 0;
    const char *directory = ".";
    for (int i = 0; i < MOST_PARENTS; i++) {
        if (access(path, F_OK) == 0)
            return path;
        if (!root_known || stat(directory, &here) != 0 ||
            (here.st_dev == root.st_dev && here.st_ino == root.st_ino))
            return NULL;
        directory = i == 0 ? ".." : arena_printf(arena, "../%s", directory);
        path = arena_printf(arena, "%s/pgsize.json", directory);
    }
    return NULL;
}
