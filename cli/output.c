#include "output.h"

#include "command.h"
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEFAULT_WIDTH = 80, LEAST_WIDTH = 40, MOST_WIDTH = 1000 };

static const char *environment_find(const char *const *environment, const char *name)
{
    size_t length = strlen(name);
    for (; *environment != NULL; environment++)
        if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
            return *environment + length + 1;
    return NULL;
}

const char *variable(const struct run *run, const char *name)
{
    return environment_find(run->environment, name);
}

static size_t width_find(const char *const *environment, bool is_terminal)
{
    struct winsize size = {0};
    const char *columns = environment_find(environment, "COLUMNS");
    long width = columns != NULL ? strtol(columns, NULL, 10) : 0;
    if (width <= 0 && is_terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        width = size.ws_col;
    if (width <= 0)
        width = DEFAULT_WIDTH;
    return width < LEAST_WIDTH ? LEAST_WIDTH : width > MOST_WIDTH ? MOST_WIDTH : (size_t)width;
}

struct screen screen_find(const char *colour_choice, const char *const *environment)
{
    const char *no_colour = environment_find(environment, "NO_COLOR");
    const char *terminal = environment_find(environment, "TERM");
    bool is_terminal = isatty(STDOUT_FILENO) == 1;
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    bool dumb = terminal == NULL || strcmp(terminal, "dumb") == 0;
    bool colour = is_terminal && !dumb && (no_colour == NULL || *no_colour == '\0');
    if (colour_choice != NULL && strcmp(colour_choice, "auto") != 0)
        colour = strcmp(colour_choice, "always") == 0;
    return (struct screen){
        .is_terminal = is_terminal,
        .colour = colour,
        .unicode = is_terminal && utf8,
        .plain = !utf8,
        .width = width_find(environment, is_terminal),
    };
}

static bool write_all(int fd, const char *bytes, size_t length, int *ret_errno)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            *ret_errno = errno;
            return false;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static bool output_sink(void *to, const char *bytes, size_t length)
{
    struct output *output = to;
    output->any |= length > 0;
    return write_all(output->fd, bytes, length, &output->write_errno);
}

static bool open_temporary(struct arena *arena, struct output *output, bool secret, mode_t old_mode,
                           struct fail *fail)
{
    output->temporary = arena_printf(arena, "%s.XXXXXX", output->target);
    output->fd = mkstemp(output->temporary);
    if (output->fd < 0) {
        output->temporary = NULL;
        return fail_set(fail, FAIL_USAGE, "%s: cannot be written: %s", output->path,
                        strerror(errno));
    }
    mode_t mask = umask(0);
    (void)umask(mask);
    mode_t mode = secret ? S_IRUSR | S_IWUSR : old_mode != 0 ? old_mode : 0666 & ~mask;
    (void)fchmod(output->fd, mode);
    return true;
}

/* /dev/stdout links to a file that somebody has open already: another in its place is not seen. */
static bool is_descriptor(const char *path)
{
    static const char *const starts[] = {"/dev/std", "/dev/fd/", "/proc/"};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++)
        if (strncmp(path, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

bool output_open(struct arena *arena, const char *path, bool secret, const struct screen *screen,
                 struct output *ret_output, struct fail *fail)
{
    *ret_output = (struct output){.path = path, .fd = STDOUT_FILENO};
    ret_output->text = (struct text){.arena = arena, .sink = output_sink, .to = ret_output};
    ret_output->text.plain = screen->plain;
    if (path == NULL)
        return true;
    struct stat status;
    bool exists = stat(path, &status) == 0;
    if (exists && (!S_ISREG(status.st_mode) || is_descriptor(path))) {
        ret_output->fd = open(path, O_WRONLY | O_CLOEXEC);
        if (ret_output->fd < 0)
            return fail_set(fail, FAIL_USAGE, "%s: cannot be written: %s", path, strerror(errno));
        return true;
    }
    ret_output->target = place_follow(arena, path);
    if (ret_output->target == NULL)
        return fail_set(fail, FAIL_USAGE, "%s: cannot be written: %s", path, strerror(errno));
    return open_temporary(arena, ret_output, secret, exists ? status.st_mode & 0777 : 0, fail);
}

void output_open_error(struct arena *arena, struct output *ret_output)
{
    *ret_output = (struct output){.fd = STDERR_FILENO};
    ret_output->text = (struct text){.arena = arena, .sink = output_sink, .to = ret_output};
}

void output_abandon(struct output *output)
{
    if (output->path != NULL && output->fd >= 0)
        (void)close(output->fd);
    if (output->temporary != NULL)
        (void)unlink(output->temporary);
    output->fd = -1;
    output->temporary = NULL;
    text_free(&output->text);
}

bool output_is_empty(const struct output *output)
{
    return !output->any && output->text.length == 0;
}

static bool output_finish(struct output *output)
{
    bool done = text_flush(&output->text);
    if (!done && output->write_errno == EPIPE)
        done = true;
    if (output->path == NULL)
        return done;
    int fd = output->fd;
    output->fd = -1;
    if (done && output->temporary != NULL && fsync(fd) != 0 && errno != EINVAL && errno != EROFS) {
        output->write_errno = errno;
        done = false;
    }
    if (close(fd) != 0 && done) {
        output->write_errno = errno;
        done = false;
    }
    if (done && output->temporary != NULL && rename(output->temporary, output->target) != 0) {
        output->write_errno = errno;
        done = false;
    }
    if (done)
        output->temporary = NULL;
    return done;
}

bool output_close(struct output *output, struct fail *fail)
{
    bool done = output_finish(output);
    if (!done)
        (void)fail_set(fail, FAIL_INTERNAL, "%s: cannot be written: %s",
                       output->path != NULL ? output->path : "standard output",
                       strerror(output->write_errno));
    output_abandon(output);
    return done;
}

static void say_line(const char *prefix, const char *line)
{
    struct arena none = {0};
    struct text text = {.arena = &none, .plain = strcmp(nl_langinfo(CODESET), "UTF-8") != 0};
    struct text masked = {.arena = &none};
    int ignored;
    text_put_masked(&masked, line);
    text_put(&text, prefix);
    text_put_visible(&text, masked.bytes);
    text_put_char(&text, '\n');
    (void)write_all(STDERR_FILENO, text.bytes, text.length, &ignored);
    text_free(&masked);
    text_free(&text);
}

void say(const char *format, ...)
{
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    say_line("pgsize: ", line);
}

void say_more(const char *line)
{
    say_line("  ", line);
}

void say_fail(const struct fail *fail)
{
    say_line("pgsize: ", fail->message);
    if (fail->hint[0] != '\0')
        say_more(fail->hint);
}
