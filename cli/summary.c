#include "summary.h"

#include "output.h"
#include "workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* https://docs.github.com/actions/reference/workflow-commands-for-github-actions: a step whose
 * summary is larger loses all of it. */
enum { SUMMARY_BYTES = 1024 * 1024 };

static void not_written(const char *path, const char *why)
{
    say("%s: the summary of the job was not written: %s", path, why);
}

static bool bytes_write(int fd, const struct text *text)
{
    size_t at = 0;
    while (at < text->length) {
        ssize_t written = write(fd, text->bytes + at, text->length - at);
        if (written < 0 && errno != EINTR)
            return false;
        at += written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* A pipe or device in its place would be waited for, or has no end. */
static void append(int fd, const char *path, const struct text *text)
{
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        not_written(path, "it is not a file");
    else if (status.st_size > SUMMARY_BYTES - (off_t)text->length)
        not_written(path, "with it the file would be larger than 1 MiB");
    else if (!bytes_write(fd, text))
        not_written(path, strerror(errno));
}

void summary_write(const struct run *run, const struct report *report)
{
    const char *path = variable(run, "GITHUB_STEP_SUMMARY");
    struct text text = {.arena = run->arena};
    struct report masked = *report;
    if (!workspace_is_github(run) || path == NULL || *path == '\0')
        return;
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0644);
    if (fd < 0) {
        not_written(path, strerror(errno));
        return;
    }
    masked.reveal = masked.colour = false;
    markdown_render(&masked, &text);
    append(fd, path, &text);
    if (close(fd) != 0)
        not_written(path, strerror(errno));
    text_free(&text);
}
