/* What a client's URL must and must not carry: all of it follows from the rows in client.c. */
#include "client.h"

#include "decimal.h"

#include <inttypes.h>
#include <string.h>

static bool carries_in_url(const struct client *client, const char *name)
{
    for (size_t i = 0; i < client->setting_count; i++) {
        if (client->settings[i].in_url && strcmp(client->settings[i].name, name) == 0)
            return true;
    }
    return false;
}

/* The name under which this client's URL carries the size of its pool; NULL where it carries none.
 */
static const char *limit_parameter(const struct client *client)
{
    for (size_t i = 0; i < client->setting_count; i++) {
        if (client->settings[i].in_url && client->settings[i].quantity == POOL_LIMIT)
            return client->settings[i].name;
    }
    return NULL;
}

int64_t client_limit_in_url(struct arena *arena, const struct client *client, const struct url *url)
{
    const char *name = limit_parameter(client);
    const char *value = name == NULL ? NULL : url_parameter(arena, url, name);
    int64_t limit;
    return value != NULL && count_read(value, &limit) && limit > 0 ? limit : -1;
}

const char *client_ignored_in_url(struct arena *arena, const struct client *client,
                                  const struct url *url)
{
    if (client->foreign == FOREIGN_UNKNOWN)
        return NULL;
    for (size_t i = 0; i < client_count; i++) {
        for (size_t j = 0; j < clients[i].setting_count; j++) {
            const struct client_setting *setting = &clients[i].settings[j];
            if (setting->quantity == POOL_LIMIT && !carries_in_url(client, setting->name) &&
                url_parameter(arena, url, setting->name) != NULL)
                return setting->name;
        }
    }
    return NULL;
}

/* What is sized here must not stand in the URL of a client that does not read it there. */
static void others_settings_remove(const struct client *client, struct url *url)
{
    for (size_t i = 0; i < client_count; i++) {
        for (size_t j = 0; j < clients[i].setting_count; j++) {
            const struct client_setting *setting = &clients[i].settings[j];
            if (setting->in_url && !url_libpq_knows(setting->name) &&
                !carries_in_url(client, setting->name))
                url_parameter_remove(url, setting->name);
        }
    }
}

static void others_keys_remove(const struct client *client, struct url *url)
{
    for (size_t i = 0; i < client_count; i++) {
        if (&clients[i] == client || clients[i].own_keys == NULL)
            continue;
        for (const char *const *key = clients[i].own_keys; *key != NULL; key++)
            url_parameter_remove(url, *key);
    }
}

/* `ssl=true` and a bare `ssl` are JDBC's; libpq takes the first, in URLs alone. Said in libpq's own
 * words, which most take, so that no connection loses its encryption. */
static void ssl_translate(struct arena *arena, struct url *url)
{
    const char *ssl = url_parameter(arena, url, "ssl");
    bool is_on = ssl != NULL && (*ssl == '\0' || strcmp(ssl, "true") == 0);
    if (is_on && url_parameter(arena, url, "sslmode") == NULL)
        url_parameter_set(arena, url, "sslmode", "require");
}

/* Removes what libpq would refuse. */
static void unknown_to_libpq_remove(struct arena *arena, struct url *url)
{
    ssl_translate(arena, url);
    for (size_t i = 0; i < url->parameter_count;) {
        const char *key = url->parameters[i].key;
        if (!url->is_keywords)
            key = url_decode(arena, key);
        if (key == NULL || url_libpq_knows(key))
            i++;
        else
            url_parameter_remove(url, key);
    }
}

/* JDBC has user and password among the parameters. */
static void jdbc_translate(struct arena *arena, struct url *url)
{
    url_plus_to_blank(arena, url);
    url_authority_fill(arena, url);
    ssl_translate(arena, url);
    url_parameter_remove(url, "ssl");
}

/* `postgresql+psycopg2` in a template is SQLAlchemy's affair. */
static void scheme_adapt(struct arena *arena, const struct client *client, struct url *url)
{
    const struct url_scheme *row = url_scheme_find(url->scheme);
    if (row == NULL)
        return;
    bool is_own = row->client != NULL && strcmp(row->client, client->id) == 0;
    if (row->libpq_scheme != NULL && !is_own) {
        if (url_scheme_is_jdbc(url->scheme))
            jdbc_translate(arena, url);
        url->scheme = row->libpq_scheme;
    } else if (client->refuses_postgres && strcmp(row->scheme, "postgres") == 0) {
        url->scheme = "postgresql";
    }
}

/* How the parts are written, for a client of which it is known. */
static void form_adapt(struct arena *arena, const struct client *client, struct url *url)
{
    scheme_adapt(arena, client, url);
    if (client->reads_authority)
        url_authority_fill(arena, url);
    url_userinfo_encode(arena, url);
    if (client->foreign == FOREIGN_REFUSED)
        url->fragment = NULL; /* libpq and SQLAlchemy would read it as a part of the database */
}

/* libpq refuses a `key=value ...` string for one key that it does not know; where such a key is
 * there already, somebody else reads the string. */
static bool has_place(struct arena *arena, const struct url *url, const char *name)
{
    return !url->is_keywords || url_libpq_knows(name) || url_parameter(arena, url, name) != NULL;
}

static void settings_put(struct arena *arena, const struct client *client, struct url *url,
                         const struct pool_settings *pool)
{
    for (size_t i = 0; i < client->setting_count; i++) {
        const struct client_setting *setting = &client->settings[i];
        int64_t value = client_setting_value(setting, pool);
        if (setting->in_url && value >= 0 && has_place(arena, url, setting->name))
            url_parameter_set(arena, url, setting->name, arena_printf(arena, "%" PRId64, value));
    }
}

/* Drops what this client would not take. False where nothing else may be put in: asyncpg and pg8000
 * have parameters of their own, and do not take libpq's. */
static bool others_remove(struct arena *arena, const struct client *client, struct url *url)
{
    const struct url_scheme *row = url->is_keywords ? NULL : url_scheme_find(url->scheme);
    bool other_driver = row != NULL && row->other_driver;
    others_settings_remove(client, url);
    if (client->foreign == FOREIGN_REFUSED && other_driver)
        return false;
    if (client->foreign == FOREIGN_REFUSED)
        unknown_to_libpq_remove(arena, url);
    else if (client->foreign == FOREIGN_SENT)
        others_keys_remove(client, url);
    return true;
}

struct url *client_url(struct arena *arena, const struct client *client, const struct url *template,
                       const struct pool_settings *pool)
{
    struct url *url = template->is_keywords && !client->takes_keywords
                          ? url_from_keywords(arena, template)
                          : url_copy(arena, template);
    bool is_known = client->foreign != FOREIGN_UNKNOWN;
    if (is_known && !url->is_keywords)
        form_adapt(arena, client, url);
    if (!is_known || others_remove(arena, client, url))
        settings_put(arena, client, url, pool);
    return url;
}

bool client_carries_limit(struct arena *arena, const struct client *client,
                          const struct url *template)
{
    const char *name = limit_parameter(client);
    bool becomes_url = !client->takes_keywords;
    return name != NULL && (becomes_url || has_place(arena, template, name));
}

/* Parts that a URL may say in a parameter or elsewhere, and `ssl`, which becomes sslmode. */
static bool is_moved(struct arena *arena, const struct url *made, const char *key)
{
    static const char *const parts[] = {"user", "password", "host", "port", "dbname"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(key, parts[i]) == 0)
            return true;
    return strcmp(key, "ssl") == 0 && url_parameter(arena, made, "sslmode") != NULL;
}

void client_left_out(struct arena *arena, const struct url *template, const struct url *made,
                     struct text *text)
{
    for (size_t i = 0; i < template->parameter_count; i++) {
        const struct url_parameter *from = &template->parameters[i];
        const char *key = template->is_keywords ? from->key : url_decode(arena, from->key);
        if (key == NULL || *key == '\0' || url_parameter(arena, made, key) != NULL ||
            is_moved(arena, made, key))
            continue;
        text_printf(text, "%s%s", text->length > 0 ? ", " : "", key);
    }
}
