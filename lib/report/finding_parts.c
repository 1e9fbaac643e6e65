#include "finding_parts.h"

#include "json.h"

#include <string.h>

void finding_sentence_put(const struct finding *finding, struct text *text)
{
    if (finding->service != NULL) {
        text_put(text, finding->service->name);
        text_put(text, ": ");
    }
    text_put(text, finding->message);
}

const char *finding_way_out(const struct finding *finding)
{
    return strcmp(finding->help, finding->rule->help) == 0 ? NULL : finding->help;
}

static void period_put(struct text *text)
{
    if (text->length > 0 && text->bytes[text->length - 1] != '.')
        text_put_char(text, '.');
}

void finding_paragraph_put(const struct finding *finding, struct text *text)
{
    const char *way_out = finding_way_out(finding);
    finding_sentence_put(finding, text);
    period_put(text);
    if (way_out == NULL)
        return;
    text_put(text, " Way out: ");
    text_put(text, way_out);
    period_put(text);
}

/* --- places --- */

/* Puts `/segment` for each segment of `path`; `..` takes the last one away again. */
static char *segments_put(char *start, char *end, const char *path)
{
    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        bool is_parent = length == 2 && path[0] == '.' && path[1] == '.';
        if (is_parent && end > start) {
            while (*--end != '/') {
            }
        } else if (length > 0 && !is_parent && !(length == 1 && path[0] == '.')) {
            *end++ = '/';
            memcpy(end, path, length);
            end += length;
        }
        path += length + (path[length] == '/');
    }
    *end = '\0';
    return end;
}

/* By its letters: links are not followed, so that a file is where its repository has it. */
static char *path_absolute(struct arena *arena, const char *here, const char *file)
{
    char *path = arena_alloc(arena, strlen(here) + strlen(file) + 3);
    char *end = file[0] == '/' ? path : segments_put(path, path, here);
    (void)segments_put(path, end, file);
    return path;
}

static const char *path_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    while (length > 0 && folder[length - 1] == '/')
        length--;
    return strncmp(path, folder, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

const char *report_path(const struct report *report, const char *file)
{
    if (file == NULL || strcmp(file, JSON_STANDARD_INPUT) == 0)
        return NULL;
    if (report->here == NULL)
        return file;
    const char *path = path_absolute(report->arena, report->here, file);
    const char *below = path_below(path, report->root != NULL ? report->root : report->here);
    return below != NULL ? below : path;
}
