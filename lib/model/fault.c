/*
 * Reporting what is wrong with an input, with its place.
 */
#include "field.h"
#include "setting.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { PATH_MAX_DEPTH = JSON_MAX_DEPTH + 8 };

static size_t path_names(const struct path *path, const char *names[PATH_MAX_DEPTH])
{
    size_t depth = 0;
    for (const struct path *at = path; at != NULL && depth < PATH_MAX_DEPTH; at = at->above)
        depth++;
    size_t i = depth;
    for (const struct path *at = path; at != NULL && i > 0; at = at->above)
        names[--i] = at->name;
    return depth;
}

const char *path_show(const struct path *path, char *buffer, size_t size)
{
    const char *names[PATH_MAX_DEPTH];
    size_t depth = path_names(path, names), length = 0;
    buffer[0] = '\0';
    for (size_t i = 0; i < depth && length + 1 < size; i++) {
        const char *name =
            strstr(names[i], "://") != NULL ? "..." : names[i]; /* may hold a password */
        const char *quote = name[0] == '\0' || strpbrk(name, ". /\"") != NULL ? "\"" : "";
        int more = snprintf(buffer + length, size - length, "%s%s%.64s%s", i > 0 ? "." : "", quote,
                            name, quote);
        length += more > 0 ? (size_t)more : 0;
    }
    return buffer;
}

/* The JSON Pointer from `base` down to `path`; false when it is longer than the buffer. */
static bool pointer_below(const struct path *path, const struct path *base, char *buffer,
                          size_t size)
{
    const char *names[PATH_MAX_DEPTH], *ignored[PATH_MAX_DEPTH];
    size_t depth = path_names(path, names), skipped = path_names(base, ignored), length = 0;
    buffer[0] = '\0';
    for (size_t i = skipped; i < depth; i++) {
        if (length + 2 > size)
            return false;
        buffer[length++] = '/';
        for (const char *at = names[i]; *at != '\0'; at++) {
            if (length + 3 > size)
                return false;
            if (*at == '~' || *at == '/')
                buffer[length++] = '~';
            buffer[length++] = (char)(*at == '~' ? '0' : *at == '/' ? '1' : *at);
        }
        buffer[length] = '\0';
    }
    return true;
}

bool faults_full(const struct reader *reader)
{
    return reader->faults->count == TOPOLOGY_MAX_FAULTS;
}

static struct fault *fault_new(struct reader *reader, enum fail_kind kind, const char *hint)
{
    struct faults *faults = reader->faults;
    if (faults_full(reader)) {
        faults->more++;
        return NULL;
    }
    struct fault *fault = &faults->items[faults->count++];
    *fault = (struct fault){.kind = kind};
    (void)snprintf(fault->hint, sizeof fault->hint, "%s", hint != NULL ? hint : "");
    return fault;
}

static void fault_place(struct reader *reader, struct fault *fault, size_t offset)
{
    fault->file = reader->text->name;
    json_position(reader->text, reader->arena, offset, &fault->line, &fault->column);
}

bool fault_at_offset(struct reader *reader, size_t offset, const char *hint, const char *message)
{
    struct fault *fault = fault_new(reader, FAIL_INPUT, hint);
    if (fault == NULL)
        return false;
    fault_place(reader, fault, offset);
    (void)snprintf(fault->message, sizeof fault->message, "%s", message);
    return false;
}

bool fault_json(struct reader *reader, const struct json_error *error)
{
    char message[JSON_MESSAGE_BYTES];
    return fault_at_offset(reader, error->offset, error->hint,
                           json_error_show(reader->text, reader->arena, error, message));
}

bool fault_usage(struct reader *reader, const char *hint, const char *format, ...)
{
    struct fault *fault = fault_new(reader, FAIL_USAGE, hint);
    if (fault == NULL)
        return false;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(fault->message, sizeof fault->message, format, arguments);
    va_end(arguments);
    return false;
}

bool path_is_set(const struct reader *reader, const struct path *path)
{
    const char *names[PATH_MAX_DEPTH];
    size_t depth = path_names(path, names);
    return settings_cover(reader->settings, names, depth) != NULL;
}

static const char *set_label(const struct reader *reader)
{
    return reader->settings != NULL ? reader->settings->label : "--set";
}

const char *path_option(const struct reader *reader, const struct path *path)
{
    /* Without a file, options said it. */
    return reader->text == NULL || path_is_set(reader, path) ? set_label(reader) : NULL;
}

static void fault_locate(struct reader *reader, struct fault *fault, const struct path *path,
                         enum fault_part part)
{
    char pointer[1024];
    size_t offset = part == FAULT_KEY ? reader->key_offset : reader->offset;
    if (!pointer_below(path, reader->base, pointer, sizeof pointer))
        offset = reader->offset;
    else if (pointer[0] != '\0')
        (void)json_locate(reader->text, reader->offset, pointer,
                          part == FAULT_KEY ? JSON_PART_KEY : JSON_PART_VALUE, &offset);
    fault_place(reader, fault, offset);
}

bool fault_at(struct reader *reader, const struct path *path, enum fault_part part,
              const char *hint, const char *format, ...)
{
    const char *option = path_option(reader, path);
    bool set = option != NULL;
    struct fault *fault = fault_new(reader, set ? FAIL_USAGE : FAIL_INPUT, hint);
    if (fault == NULL)
        return false;
    if (!set && reader->text->name != NULL)
        fault_locate(reader, fault, path, part);
    char shown[200];
    (void)snprintf(fault->message, sizeof fault->message, "%s%s%s%s",
                   set && path != NULL ? option : "", set && path != NULL ? ": " : "",
                   path_show(path, shown, sizeof shown), path != NULL ? ": " : "");
    size_t length = strlen(fault->message);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(fault->message + length, sizeof fault->message - length, format, arguments);
    va_end(arguments);
    return false;
}
