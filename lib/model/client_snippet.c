/* A client's settings in its own language: the template of its row, filled in. */
#include "client.h"

#include <inttypes.h>
#include <string.h>

static const struct {
    const char *mark;
    struct client_setting setting;
} marks[] = {
    {"{limit}", {.quantity = POOL_LIMIT, .unit = UNIT_COUNT}},
    {"{pool_timeout_s}", {.quantity = POOL_TIMEOUT, .unit = UNIT_SECONDS}},
    {"{pool_timeout_ms}", {.quantity = POOL_TIMEOUT, .unit = UNIT_MILLISECONDS}},
    {"{connect_timeout_s}", {.quantity = POOL_CONNECT_TIMEOUT, .unit = UNIT_SECONDS}},
    {"{connect_timeout_ms}", {.quantity = POOL_CONNECT_TIMEOUT, .unit = UNIT_MILLISECONDS}},
    {"{idle_timeout_s}", {.quantity = POOL_IDLE_TIMEOUT, .unit = UNIT_SECONDS}},
    {"{idle_timeout_ms}", {.quantity = POOL_IDLE_TIMEOUT, .unit = UNIT_MILLISECONDS}},
    {"{max_lifetime_s}", {.quantity = POOL_MAX_LIFETIME, .unit = UNIT_SECONDS}},
    {"{max_lifetime_ms}", {.quantity = POOL_MAX_LIFETIME, .unit = UNIT_MILLISECONDS}},
};

/* In the client's own bounds. */
static int64_t mark_value(const struct client *client, const struct client_setting *mark,
                          const struct pool_settings *pool)
{
    const struct client_setting *own = client_setting_find(client, mark->quantity);
    struct client_setting setting = *mark;
    setting.at_least = own == NULL ? 0 : own->at_least;
    setting.at_most = own == NULL ? 0 : own->at_most;
    return client_setting_value(&setting, pool);
}

/* The setting whose mark stands at `at`, NULL where none does. */
static const struct client_setting *mark_find(const char *at, size_t *ret_length)
{
    for (size_t i = 0; *at == '{' && i < sizeof marks / sizeof marks[0]; i++) {
        *ret_length = strlen(marks[i].mark);
        if (strncmp(at, marks[i].mark, *ret_length) == 0)
            return &marks[i].setting;
    }
    return NULL;
}

static bool all_given(const char *from, const char *end, const struct pool_settings *pool)
{
    for (; from < end; from++) {
        size_t length;
        const struct client_setting *setting = mark_find(from, &length);
        if (setting != NULL && client_setting_value(setting, pool) < 0)
            return false;
    }
    return true;
}

/* The template of a snippet, what is put into it, and where it goes. */
struct filling {
    const struct client *client;
    const struct pool_settings *pool;
    const char *url_variable;
    struct text *text;
};

static void plain_fill(const struct filling *filling, const char *from, const char *end)
{
    while (from < end) {
        size_t length;
        const struct client_setting *setting = mark_find(from, &length);
        if (setting != NULL) {
            text_put_int(filling->text, mark_value(filling->client, setting, filling->pool));
            from += length;
        } else if (strncmp(from, "{url}", 5) == 0) {
            text_put(filling->text, filling->url_variable);
            from += 5;
        } else {
            const char *mark = memchr(from + 1, '{', (size_t)(end - from - 1));
            size_t plain = (size_t)((mark == NULL ? end : mark) - from);
            text_put_bytes(filling->text, from, plain);
            from += plain;
        }
    }
}

/* Puts what stands before the next `{?`, or `end`, and then that part if all of it is given.
 * Returns what is behind it; `*ret_any`: the part was put. */
static const char *part_fill(const struct filling *filling, const char *at, const char *end,
                             bool *ret_any)
{
    const char *part = memmem(at, (size_t)(end - at), "{?", 2);
    const char *part_end = part == NULL ? NULL : memmem(part, (size_t)(end - part), "?}", 2);
    *ret_any = part_end != NULL && all_given(part, part_end, filling->pool);
    plain_fill(filling, at, part_end == NULL ? end : part);
    if (*ret_any)
        plain_fill(filling, part + 2, part_end);
    return part_end == NULL ? end : part_end + 2;
}

/* Returns whether any of its `{?...?}` was put. */
static bool parts_fill(const struct filling *filling, const char *at, const char *end)
{
    bool any = false;
    while (at < end) {
        bool here;
        at = part_fill(filling, at, end, &here);
        any |= here;
    }
    return any;
}

void client_snippet(const struct client *client, const struct pool_settings *pool,
                    const char *url_variable, struct text *text)
{
    const struct filling filling = {client, pool, url_variable, text};
    const char *at = client->snippet == NULL ? "" : client->snippet;
    const char *group = strstr(at, "{+");
    const char *group_end = group == NULL ? NULL : strstr(group, "+}");
    if (group_end != NULL) {
        (void)parts_fill(&filling, at, group);
        size_t before = text->length;
        if (!parts_fill(&filling, group + 2, group_end))
            text->length = before;
        at = group_end + 2;
    }
    (void)parts_fill(&filling, at, at + strlen(at));
}
