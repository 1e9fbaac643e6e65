/* One schema by its name, as Prisma's `schema` has it, and libpq's search_path. */
#include "client_dialect.h"

#include <string.h>

static const char *const plain = "abcdefghijklmnopqrstuvwxyz0123456789_-";

static bool is_plain(const char *name)
{
    return *name != '\0' && name[strspn(name, plain)] == '\0';
}

/* Prisma's own default, which every `prisma init` writes: to others it says nothing. */
static bool is_default(const char *name)
{
    return strcmp(name, "public") == 0;
}

bool client_schema_is_path(struct arena *arena, const struct client *from, const struct url *url,
                           const char *key)
{
    if (from == NULL || from->schema_key == NULL || strcmp(from->schema_key, key) != 0)
        return false;
    const char *name = url_parameter(arena, url, key);
    return name != NULL && !is_default(name) && url_parameter(arena, url, "search_path") == NULL;
}

static const char *path_of(struct arena *arena, const char *name)
{
    if (is_plain(name))
        return name;
    struct text text = {.arena = arena};
    text_put_char(&text, '"');
    for (; *name != '\0'; name++) {
        text_put(&text, *name == '"' ? "\"" : "");
        text_put_char(&text, *name);
    }
    text_put_char(&text, '"');
    return text_keep(&text);
}

/* The only name of a path; NULL: it has several, or PostgreSQL would fold it. */
static const char *name_of(struct arena *arena, const char *path)
{
    if (is_plain(path))
        return path;
    struct text text = {.arena = arena};
    if (*path != '"')
        return NULL;
    text_put(&text, "");
    for (path++; *path != '\0' && (*path != '"' || path[1] == '"'); path++) {
        path += *path == '"';
        text_put_char(&text, *path);
    }
    return strcmp(path, "\"") == 0 ? text_keep(&text) : NULL;
}

static void parameter_change(struct arena *arena, struct url *url, const char *from, const char *to,
                             const char *value)
{
    url_parameter_set(arena, url, from, value);
    for (size_t i = 0; i < url->parameter_count; i++) {
        const char *key = url_decode(arena, url->parameters[i].key);
        if (key != NULL && strcmp(key, from) == 0)
            url->parameters[i].key = to;
    }
}

void client_schema_take(struct arena *arena, const struct client *from, struct url *url)
{
    const char *key = from == NULL ? NULL : from->schema_key;
    if (key != NULL && client_schema_is_path(arena, from, url, key))
        parameter_change(arena, url, key, "search_path",
                         path_of(arena, url_parameter(arena, url, key)));
}

void client_schema_put(struct arena *arena, const struct client *client, struct url *url)
{
    const char *key = client->schema_key;
    const char *path = key == NULL ? NULL : url_parameter(arena, url, "search_path");
    if (path == NULL || url_parameter(arena, url, key) != NULL)
        return;
    const char *name = name_of(arena, path);
    if (name != NULL)
        parameter_change(arena, url, "search_path", key, name);
    else
        url_parameter_remove(url, "search_path");
}
