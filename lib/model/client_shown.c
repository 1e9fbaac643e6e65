#include "client_dialect.h"

#include <string.h>

bool client_has_key(const struct client *client, const char *key)
{
    for (const char *const *own = client->own_keys; own != NULL && *own != NULL; own++)
        if (strcmp(*own, key) == 0)
            return true;
    return false;
}

/* Whether a parameter means something to this client alone. */
static bool is_own(const struct client *client, const char *key)
{
    bool is_own_key = client_has_key(client, key);
    for (size_t i = 0; i < client_count() && is_own_key; i++)
        is_own_key = client_at(i) == client || !client_has_key(client_at(i), key);
    if (is_own_key)
        return true;
    for (size_t i = 0; i < client->setting_count; i++)
        if (client->settings[i].in_url && client->settings[i].quantity == POOL_LIMIT &&
            strcmp(client->settings[i].name, key) == 0)
            return true;
    return false;
}

const struct client *client_of_url(const struct url *url)
{
    if (url->is_dotnet)
        return client_find("npgsql");
    const struct url_scheme *scheme = url->scheme != NULL ? url_scheme_find(url->scheme) : NULL;
    if (scheme != NULL && scheme->client != NULL)
        return client_find(scheme->client);
    for (size_t i = 0; i < client_count(); i++) {
        const struct client *client = client_at(i);
        for (size_t k = 0; k < url->parameter_count && strcmp(client->id, "generic") != 0; k++)
            if (is_own(client, url->parameters[k].key))
                return client;
    }
    return NULL;
}
