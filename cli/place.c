#include "place.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_LINKS = 40 };

/* "a/b/" of "a/b/c", "" of "c". */
static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "" : arena_strndup(arena, path, (size_t)(slash - path) + 1);
}

const char *place_follow(struct arena *arena, const char *path)
{
    for (int i = 0; i < MOST_LINKS; i++) {
        char target[PATH_MAX];
        ssize_t length = readlink(path, target, sizeof target);
        if (length < 0)
            return path;
        if ((size_t)length == sizeof target) {
            errno = ENAMETOOLONG;
            return NULL;
        }
        path = arena_printf(arena, "%s%.*s", target[0] == '/' ? "" : folder_of(arena, path),
                            (int)length, target);
    }
    errno = ELOOP;
    return NULL;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool place_stat(const char *path, int dash, struct stat *ret_status)
{
    return (strcmp(path, "-") == 0 ? fstat(dash, ret_status) : stat(path, ret_status)) == 0;
}

static bool will_be_same(struct arena *arena, const char *a, const char *b)
{
    struct stat status_a, status_b;
    a = place_follow(arena, a);
    b = place_follow(arena, b);
    if (a == NULL || b == NULL)
        return false;
    const char *folder_a = folder_of(arena, a), *folder_b = folder_of(arena, b);
    if (strcmp(a + strlen(folder_a), b + strlen(folder_b)) != 0)
        return false;
    return stat(*folder_a != '\0' ? folder_a : ".", &status_a) == 0 &&
           stat(*folder_b != '\0' ? folder_b : ".", &status_b) == 0 &&
           is_same(&status_a, &status_b);
}

bool place_same(struct arena *arena, const char *a, const char *b, int dash)
{
    struct stat status_a, status_b;
    if (strcmp(a, b) == 0)
        return true;
    bool a_is_there = place_stat(a, dash, &status_a), b_is_there = place_stat(b, dash, &status_b);
    if (a_is_there && b_is_there)
        return S_ISREG(status_a.st_mode) && is_same(&status_a, &status_b);
    return !a_is_there && !b_is_there && will_be_same(arena, a, b);
}
