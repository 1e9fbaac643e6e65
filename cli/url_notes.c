#include "url_notes.h"

#include "output.h"

#include "decimal.h"

#include <inttypes.h>
#include <string.h>

const struct pool_option pool_options[] = {
    {OPTION_CONNECTION_LIMIT, POOL_LIMIT},          {OPTION_POOL_TIMEOUT, POOL_TIMEOUT},
    {OPTION_CONNECT_TIMEOUT, POOL_CONNECT_TIMEOUT}, {OPTION_IDLE_TIMEOUT, POOL_IDLE_TIMEOUT},
    {OPTION_MAX_LIFETIME, POOL_MAX_LIFETIME},
};
const size_t pool_option_count = sizeof pool_options / sizeof pool_options[0];

static bool is_carried(struct arena *arena, const struct url *url,
                       const struct client_setting *setting, int64_t value)
{
    const char *written = url_parameter(arena, url, setting->name);
    struct text wanted = {.arena = arena};
    client_setting_put(setting, value, &wanted);
    bool is_same = written != NULL && strcmp(written, wanted.bytes) == 0;
    text_free(&wanted);
    return is_same;
}

/* Adds the settings that hold this quantity in the client's code; false: there is no place for it.
 */
static bool uncarried_add(struct arena *arena, const struct change *change, const struct url *url,
                          enum pool_quantity quantity, struct text *names)
{
    bool any = false;
    for (size_t i = 0; i < change->client->setting_count; i++) {
        const struct client_setting *setting = &change->client->settings[i];
        int64_t value = client_setting_value(setting, &change->pool);
        if (setting->quantity != quantity || value < 0)
            continue;
        any |= !setting->in_url || is_carried(arena, url, setting, value);
        if (!setting->in_url)
            text_printf(names, "%s%s = %" PRId64, names->length > 0 ? ", " : "", setting->name,
                        value);
    }
    return any;
}

static void lines_say(struct arena *arena, const char *lines)
{
    for (const char *end; (end = strchr(lines, '\n')) != NULL; lines = end + 1)
        say_more(arena_strndup(arena, lines, (size_t)(end - lines)));
    say_more(lines);
}

/* Says where what was asked for, or the URL said to another client, belongs if not in the URL. */
static void uncarried_say(const struct run *run, const struct change *change, const struct url *url)
{
    struct text names = {.arena = run->arena}, snippet = {.arena = run->arena};
    const char *id = change->client->id;
    for (size_t i = 0; i < pool_option_count; i++) {
        if (!uncarried_add(run->arena, change, url, pool_options[i].quantity, &names) &&
            option_given(&run->arguments, pool_options[i].option))
            say(url->is_keywords
                    ? "%s: a key=value string cannot carry --%s: it was left out, set it in the "
                      "application"
                    : "%s: the URL cannot carry --%s, and no other place is known: it was left out",
                id, option_rows[pool_options[i].option].name);
    }
    /* Every snippet holds the limit. */
    if (change->pool.limit >= 0)
        client_snippet(change->client, &change->pool, "DATABASE_URL", &snippet);
    if (names.length > 0)
        say("%s does not take this from the URL, but in its code: %s", id, names.bytes);
    if (names.length > 0 && snippet.length > 0)
        lines_say(run->arena, snippet.bytes);
    text_free(&names);
    text_free(&snippet);
}

static void left_out_say(const struct run *run, const struct change *change,
                         const struct url *template, const struct url *made)
{
    struct text names = {.arena = run->arena}, words = {.arena = run->arena};
    client_left_out(run->arena, change->client, template, made, &change->pool, &names);
    client_inexact(run->arena, change->client, template, made, &change->pool, &words);
    if (names.length > 0)
        say("%s does not take these parameters, they were left out: %s", change->client->id,
            names.bytes);
    if (words.length > 0)
        say("these have no exact counterpart, and were written as what is nearest: %s",
            words.bytes);
    if (change->client->takes_one_host && made->host_count > 1)
        say("%s takes one host, and refuses a URL with several: give it one", change->client->id);
    if (template->fragment != NULL && made->fragment == NULL)
        say("%s would read what stands behind the # as a part of the database's name: it was left "
            "out",
            change->client->id);
    text_free(&names);
    text_free(&words);
}

static bool is_loose(const char *written)
{
    return written != NULL && strpbrk(written, "#?") != NULL;
}

/* What clients read each in their own way. */
static void readings_say(const struct url *url)
{
    if (is_loose(url->user) || is_loose(url->password))
        say("only libpq takes the # or ? in the user or password: write # as %%23, ? as %%3F");
    if (url->fragment != NULL)
        say("libpq reads what stands behind the # as a part of the name or value before it, other "
            "clients drop it: remove it, or write # as %%23");
}

void url_notes_say(const struct run *run, const struct change *change, const struct url *template,
                   const struct url *made)
{
    if (change->of_pool) {
        left_out_say(run, change, template, made);
        uncarried_say(run, change, made);
    }
    readings_say(made);
}
