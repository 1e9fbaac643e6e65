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

static void template_fill(const char *from, const char *end, const struct pool_settings *pool,
                          const char *url_variable, struct text *text)
{
    while (from < end) {
        size_t length;
        const struct client_setting *setting = mark_find(from, &length);
        if (setting != NULL) {
            text_put_int(text, client_setting_value(setting, pool));
            from += length;
        } else if (strncmp(from, "{url}", 5) == 0) {
            text_put(text, url_variable);
            from += 5;
        } else {
            const char *mark = memchr(from + 1, '{', (size_t)(end - from - 1));
            size_t plain = (size_t)((mark == NULL ? end : mark) - from);
            text_put_bytes(text, from, plain);
            from += plain;
        }
    }
}

void client_snippet(const struct client *client, const struct pool_settings *pool,
                    const char *url_variable, struct text *text)
{
    const char *at = client->snippet == NULL ? "" : client->snippet;
    const char *end = at + strlen(at);
    while (at < end) {
        const char *part = strstr(at, "{?");
        template_fill(at, part == NULL ? end : part, pool, url_variable, text);
        const char *part_end = part == NULL ? NULL : strstr(part, "?}");
        if (part_end == NULL)
            return;
        if (all_given(part, part_end, pool))
            template_fill(part + 2, part_end, pool, url_variable, text);
        at = part_end + 2;
    }
}
