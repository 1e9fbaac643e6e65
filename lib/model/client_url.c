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

/* Removes what libpq would refuse. `ssl=true`, which it takes in URLs alone, is said in its own
 * words, so that no connection loses its encryption. */
static void unknown_to_libpq_remove(struct arena *arena, struct url *url)
{
    const char *ssl = url_parameter(arena, url, "ssl");
    if (ssl != NULL && strcmp(ssl, "true") == 0 && url_parameter(arena, url, "sslmode") == NULL)
        url_parameter_set(arena, url, "sslmode", "require");
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

/* `postgresql+psycopg2` in a template is SQLAlchemy's affair. A client of which nothing is known
 * gets the scheme as it is. */
static void scheme_adapt(const struct client *client, struct url *url)
{
    const struct url_scheme *row = url_scheme_find(url->scheme);
    if (row == NULL || client->foreign == FOREIGN_UNKNOWN)
        return;
    bool is_own = row->client != NULL && strcmp(row->client, client->id) == 0;
    if (row->libpq_scheme != NULL && !is_own)
        url->scheme = row->libpq_scheme;
    else if (client->refuses_postgres && strcmp(row->scheme, "postgres") == 0)
        url->scheme = "postgresql";
}

static void settings_put(struct arena *arena, const struct client *client, struct url *url,
                         const struct pool_settings *pool)
{
    for (size_t i = 0; i < client->setting_count; i++) {
        const struct client_setting *setting = &client->settings[i];
        int64_t value = client_setting_value(setting, pool);
        if (setting->in_url && value >= 0)
            url_parameter_set(arena, url, setting->name, arena_printf(arena, "%" PRId64, value));
    }
}

struct url *client_url(struct arena *arena, const struct client *client, const struct url *template,
                       const struct pool_settings *pool)
{
    struct url *url = template->is_keywords && !client->takes_keywords
                          ? url_from_keywords(arena, template)
                          : url_copy(arena, template);
    bool other_driver = false;
    if (!url->is_keywords) {
        scheme_adapt(client, url);
        const struct url_scheme *row = url_scheme_find(url->scheme);
        other_driver = row != NULL && row->other_driver;
    }
    others_settings_remove(client, url);
    /* asyncpg and pg8000 have parameters of their own, and do not take libpq's. */
    if (other_driver && client->foreign == FOREIGN_REFUSED)
        return url;
    if (client->foreign == FOREIGN_REFUSED)
        unknown_to_libpq_remove(arena, url);
    else if (client->foreign == FOREIGN_SENT)
        others_keys_remove(client, url);
    settings_put(arena, client, url, pool);
    return url;
}
