#include "record_file.h"

#include "lines.h"
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_fail(const struct record_file *file, int error, struct fail *fail)
{
    return fail_set(fail, FAIL_INTERNAL, "%s: the record cannot be written: %s", file->path,
                    strerror(error));
}

/* --- opening --- */

/* Whether the descriptor is still what the name stands for: another watcher may have put a thinned
 * record in its place between opening and locking. */
static bool is_in_place(const struct record_file *file)
{
    struct stat open, named;
    return fstat(file->fd, &open) == 0 && stat(file->target, &named) == 0 &&
           open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

static bool open_once(struct record_file *file, struct fail *fail)
{
    struct stat status;
    const int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    file->fd = open(file->target, flags, 0666);
    if (file->fd < 0)
        return fail_set(fail, FAIL_USAGE, "%s: cannot be written: %s", file->path, strerror(errno));
    if (fstat(file->fd, &status) != 0 || !S_ISREG(status.st_mode))
        return fail_set(fail, FAIL_USAGE, "%s: this is not a regular file", file->path);
    if (flock(file->fd, LOCK_EX | LOCK_NB) == 0)
        return true;
    if (errno != EWOULDBLOCK)
        return fail_set(fail, FAIL_USAGE, "%s: cannot be locked: %s", file->path, strerror(errno));
    (void)fail_set(fail, FAIL_USAGE, "%s: another pgsize watch is writing this record", file->path);
    return fail_hint(fail, "give this one a file of its own: --record FILE");
}

static bool open_locked(struct record_file *file, struct fail *fail)
{
    enum { MOST_TIMES = 100 };
    for (int i = 0; i < MOST_TIMES; i++) {
        if (!open_once(file, fail))
            return false;
        if (is_in_place(file))
            return true;
        (void)close(file->fd);
        file->fd = -1;
    }
    return fail_set(fail, FAIL_USAGE, "%s: is replaced again and again by somebody", file->path);
}

/* --- what stands in it --- */

static bool not_a_record(const struct record_file *file, int64_t line, const char *why,
                         struct fail *fail)
{
    (void)fail_set(fail, FAIL_USAGE, "%s:%" PRId64 ": this is no record: %s", file->path, line,
                   why);
    return fail_hint(fail, "nothing was written to it: give the record another name");
}

/* A first line that a watcher was killed in: it could become one. */
static bool is_begun(const char *bytes, size_t length)
{
    static const char begin[] = "{\"pgsize_record\":";
    size_t least = length < sizeof begin - 1 ? length : sizeof begin - 1;
    return memcmp(bytes, begin, least) == 0;
}

static bool lines_take(struct record_file *file, struct lines *lines, struct arena *scratch,
                       struct fail *fail)
{
    while (lines_next(lines, fail)) {
        struct record_line line;
        const char *why = "it is too long";
        bool is_first = !file->record.has_header;
        if (!lines->is_whole && is_first &&
            (lines->is_cut || !is_begun(lines->bytes, lines->length)))
            return not_a_record(file, 1, "its first line is another's", fail);
        if (!lines->is_whole)
            return true;
        arena_clear(scratch);
        bool good = !lines->is_cut && record_line_read(&file->record, scratch, lines->bytes,
                                                       lines->length, &line, &why);
        if (!good && is_first)
            return not_a_record(file, 1, why, fail);
        file->size = lines->next;
    }
    return fail->kind == FAIL_NONE;
}

/* Reads all of it, and cuts off what is no whole line. */
static bool all_read(struct record_file *file, struct fail *fail)
{
    void (*out_of_memory)(void) = file->arena.on_out_of_memory;
    struct arena scratch = {.on_out_of_memory = out_of_memory},
                 buffer = {.on_out_of_memory = out_of_memory};
    struct lines lines = {
        .fd = file->fd, .path = file->path, .arena = &buffer, .most = RECORD_MOST_LINE};
    arena_free(&file->arena);
    file->record = record_new(&file->arena);
    file->size = 0;
    (void)lseek(file->fd, 0, SEEK_SET);
    bool done = lines_take(file, &lines, &scratch, fail);
    arena_free(&scratch);
    arena_free(&buffer);
    if (done && ftruncate(file->fd, file->size) != 0)
        return write_fail(file, errno, fail);
    return done;
}

/* --- appending --- */

/* All of it, or nothing: what was begun is cut off again. */
static bool bytes_append(struct record_file *file, const struct text *text, struct fail *fail)
{
    size_t done = 0;
    while (done < text->length) {
        ssize_t written = write(file->fd, text->bytes + done, text->length - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            int error = errno;
            (void)!ftruncate(file->fd, file->size);
            return write_fail(file, error, fail);
        }
        done += (size_t)written;
    }
    file->size += (int64_t)text->length;
    return true;
}

static bool header_write(struct record_file *file, const char *server, int64_t every_ms,
                         struct fail *fail)
{
    file->text.length = 0;
    record_header_put(&file->record, server, every_ms, &file->text);
    return bytes_append(file, &file->text, fail);
}

static bool server_check(const struct record_file *file, const char *server, struct fail *fail)
{
    if (strcmp(file->record.server, server) == 0)
        return true;
    (void)fail_set(fail, FAIL_USAGE,
                   "%s: this is the record of server \"%.100s\", not of \"%.100s\"", file->path,
                   file->record.server, server);
    return fail_hint(fail, "give each server a record of its own");
}

bool record_open(const char *path, const char *server, int64_t every_ms, int64_t most,
                 void (*out_of_memory)(void), struct record_file *ret_file, struct fail *fail)
{
    struct record_file *file = ret_file;
    *file = (struct record_file){.path = path,
                                 .fd = -1,
                                 .most = most,
                                 .thin_at = most,
                                 .arena = {.on_out_of_memory = out_of_memory}};
    struct arena links = {.on_out_of_memory = out_of_memory};
    file->text.arena = &file->arena;
    const char *target = place_follow(&links, path);
    if (target != NULL)
        file->target = strdup(target);
    arena_free(&links);
    if (file->target == NULL)
        return fail_set(fail, FAIL_USAGE, "%s: cannot be written: %s", path, strerror(errno));
    bool done = open_locked(file, fail) && all_read(file, fail) &&
                (file->record.has_header ? server_check(file, server, fail)
                                         : header_write(file, server, every_ms, fail));
    if (!done) {
        struct fail ignored = {0};
        (void)!record_close(file, &ignored);
    }
    return done;
}

bool record_append(struct record_file *file, const struct sample *sample, int64_t every_ms,
                   struct fail *fail)
{
    if (file->is_behind && !all_read(file, fail))
        return false;
    file->is_behind = true;
    file->text.length = 0;
    record_sample_put(&file->record, sample, every_ms, &file->text);
    if (!bytes_append(file, &file->text, fail))
        return false;
    file->is_behind = false;
    return file->size < file->thin_at || record_file_thin(file, fail);
}

bool record_close(struct record_file *file, struct fail *fail)
{
    bool done = true;
    if (file->fd >= 0) {
        done = fsync(file->fd) == 0 || errno == EINVAL || errno == EROFS;
        if (!done)
            (void)write_fail(file, errno, fail);
        if (close(file->fd) != 0 && done)
            done = write_fail(file, errno, fail);
    }
    file->fd = -1;
    text_free(&file->text);
    arena_free(&file->arena);
    free(file->target);
    file->target = NULL;
    return done;
}
