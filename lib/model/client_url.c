/* What a client's URL must and must not carry: all of it follows from the rows in client_rows_*.c.
 */
#include "client_dialect.h"

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
    for (size_t i = 0; i < client->setting_count; i++) {
        const struct client_setting *setting = &client->settings[i];
        bool is_limit = setting->in_url && setting->quantity == POOL_LIMIT;
        const char *value = is_limit ? url_parameter(arena, url, setting->name) : NULL;
        int64_t limit;
        if (value != NULL && count_read(value, &limit) && limit > 0)
            return limit;
    }
    return -1;
}

const char *client_ignored_in_url(struct arena *arena, const struct client *client,
                                  const struct url *url)
{
    if (client->foreign == FOREIGN_UNKNOWN)
        return NULL;
    for (size_t i = 0; i < client_count(); i++) {
        const struct client *other = client_at(i);
        for (size_t j = 0; j < other->setting_count; j++) {
            const struct client_setting *setting = &other->settings[j];
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
    for (size_t i = 0; i < client_count(); i++) {
        const struct client *other = client_at(i);
        for (size_t j = 0; j < other->setting_count; j++) {
            const struct client_setting *setting = &other->settings[j];
            if (setting->in_url && !url_libpq_knows(setting->name) &&
                !carries_in_url(client, setting->name))
                url_parameter_remove(url, setting->name);
        }
    }
}

/* It says how to verify, and whose the URL is: both would be untrue. */
static void others_verifying_remove(const struct client *client, struct url *url)
{
    for (size_t i = 0; i < client_count(); i++) {
        const struct client *other = client_at(i);
        if (other != client && other->verifying != NULL)
            url_parameter_remove(url, other->verifying->key);
    }
}

static void others_keys_remove(const struct client *client, struct url *url)
{
    for (size_t i = 0; i < client_count(); i++) {
        const struct client *other = client_at(i);
        if (other == client || other->own_keys == NULL)
            continue;
        for (const char *const *key = other->own_keys; *key != NULL; key++)
            if (!client_has_key(client, *key))
                url_parameter_remove(url, *key);
    }
}

/* Settings that a session may begin with: the server itself takes them. */
static bool is_sent(const char *key)
{
    static const char *const keys[] = {
        "application_name",
        "client_encoding",
        "options",
        "replication",
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* Whether a client that has names of its own takes it. What libpq does not know is for the server
 * of one that sends it there, and may be another's of one that ignores it. */
static bool is_taken(const struct client *client, const char *key)
{
    const struct client_setting *connecting = client_setting_find(client, POOL_CONNECT_TIMEOUT);
    if (strcmp(key, "connect_timeout") == 0 && connecting != NULL && connecting->in_url)
        return true; /* under its own name */
    if (client->keys == NULL)
        return client->foreign == FOREIGN_SENT || url_libpq_knows(key);
    for (const struct client_key *row = client->keys; row->libpq != NULL; row++)
        if (strcmp(row->libpq, key) == 0 || strcmp(row->own, key) == 0)
            return true;
    if (client->foreign == FOREIGN_REFUSED)
        return false;
    return !url_libpq_knows(key) || (client->foreign == FOREIGN_SENT && is_sent(key));
}

static void untaken_remove(struct arena *arena, const struct client *client, struct url *url)
{
    for (size_t i = 0; i < url->parameter_count;) {
        const char *key = url->parameters[i].key;
        if (!url->is_keywords)
            key = url_decode(arena, key);
        if (key == NULL || is_taken(client, key) || carries_in_url(client, key))
            i++;
        else
            url_parameter_remove(url, key);
    }
}

static bool is_own_dialect(const struct client *client, const struct url *url)
{
    if (url->is_dotnet)
        return client->form == FORM_DOTNET;
    return client->own_schemes != NULL && url->scheme != NULL &&
           strncmp(url->scheme, client->own_schemes, strlen(client->own_schemes)) == 0;
}

/* How the parts are written, for a client of which it is known. */
static void form_adapt(struct arena *arena, const struct client *client, struct url *url)
{
    bool is_own = is_own_dialect(client, url);
    if (client->refuses_postgres && strcmp(url->scheme, "postgres") == 0)
        url->scheme = "postgresql";
    /* Without a pool in it, nobody would read the pool's settings. */
    if (client->form == FORM_R2DBC && strncmp(url->scheme, "r2dbc:postgresql", 16) == 0)
        url->scheme = arena_printf(arena, "r2dbc:pool:%s", url->scheme + strlen("r2dbc:"));
    if (client->reads_authority && !(is_own && client->form == FORM_JDBC))
        url_authority_fill(arena, url);
    url_userinfo_encode(arena, url);
    if (client->spreads_authority && !is_own)
        url_authority_spread(arena, url);
    if (client->foreign == FOREIGN_REFUSED && !is_own)
        url_equals_encode(arena, url);
    if (client->foreign == FOREIGN_REFUSED)
        url->fragment = NULL; /* libpq and SQLAlchemy would read it as a part of the database */
}

/* libpq refuses a `key=value ...` string for one key that it does not know; where such a key is
 * there already, somebody else reads the string. */
static bool has_place(struct arena *arena, const struct client *client, const struct url *url,
                      const char *name)
{
    if (url->is_dotnet)
        return client->form == FORM_DOTNET;
    return !url->is_keywords || url_libpq_knows(name) || url_parameter(arena, url, name) != NULL;
}

static void settings_put(struct arena *arena, const struct client *client, struct url *url,
                         const struct pool_settings *pool)
{
    for (size_t i = 0; i < client->setting_count; i++) {
        const struct client_setting *setting = &client->settings[i];
        int64_t value = client_setting_value(setting, pool);
        struct text written = {.arena = arena};
        bool is_needless = setting->is_alias && url_parameter(arena, url, setting->name) == NULL;
        if (!setting->in_url || is_needless || value < 0 ||
            !has_place(arena, client, url, setting->name))
            continue;
        client_setting_put(setting, value, &written);
        url_parameter_set(arena, url, setting->name, text_keep(&written));
    }
}

/* Lowers what is kept open to the size of the pool. */
static void least_put(struct arena *arena, const struct client *client, struct url *url)
{
    int64_t limit = client_limit_in_url(arena, client, url), least;
    for (const char *const *key = client->least_keys; key != NULL && *key != NULL; key++) {
        const char *written = url_parameter(arena, url, *key);
        bool is_more = limit > 0 && written != NULL && count_read(written, &least) && least > limit;
        if (is_more)
            url_parameter_set(arena, url, *key, arena_printf(arena, "%" PRId64, limit));
    }
}

/* Drops what this client would not take. False where nothing else may be put in: asyncpg and pg8000
 * have parameters of their own, and do not take libpq's. */
static bool others_remove(struct arena *arena, const struct client *client, struct url *url)
{
    const struct url_scheme *row = url->is_keywords ? NULL : url_scheme_find(url->scheme);
    bool other_driver = row != NULL && row->other_driver;
    bool is_strict = client->foreign == FOREIGN_REFUSED || client->foreign == FOREIGN_SENT;
    others_settings_remove(client, url);
    others_verifying_remove(client, url);
    if (client->foreign == FOREIGN_REFUSED && other_driver)
        return false;
    bool becomes_java =
        (client->form == FORM_JDBC || client->form == FORM_R2DBC) && !is_own_dialect(client, url);
    if (client->foreign == FOREIGN_REFUSED || becomes_java)
        client_ssl_put(arena, url);
    if (becomes_java)
        url_parameter_remove(url, "ssl"); /* to them it says verify-full */
    if (client->foreign == FOREIGN_SENT || becomes_java)
        others_keys_remove(client, url);
    if (is_strict || becomes_java)
        untaken_remove(arena, client, url);
    return true;
}

/* As the client reads it, of a template in whatever dialect. */
static struct url *template_take(struct arena *arena, const struct client *client,
                                 const struct url *template)
{
    if (client->foreign == FOREIGN_UNKNOWN || is_own_dialect(client, template))
        return url_copy(arena, template);
    struct url *url = client_libpq_url(arena, template);
    /* Of another dialect's name for it; who sends what he does not know takes it. */
    if (client->foreign == FOREIGN_IGNORED && client->schema_key == NULL &&
        client_key_find(client, "search_path") == NULL &&
        url_parameter(arena, template, "search_path") == NULL)
        url_parameter_remove(url, "search_path");
    return url->is_keywords && !client->takes_keywords ? url_from_keywords(arena, url) : url;
}

struct url *client_url(struct arena *arena, const struct client *client, const struct url *template,
                       const struct pool_settings *pool)
{
    struct url *url = template_take(arena, client, template);
    bool is_known = client->foreign != FOREIGN_UNKNOWN && !url->is_dotnet;
    bool is_own = is_own_dialect(client, url);
    if (is_known && !url->is_keywords)
        form_adapt(arena, client, url);
    bool takes_more = !is_known || others_remove(arena, client, url);
    if (!is_own && !url->is_keywords)
        client_dialect_put(arena, client, url);
    if (takes_more)
        settings_put(arena, client, url, pool);
    if (pool->limit >= 0)
        least_put(arena, client, url);
    return url;
}

bool client_carries_limit(struct arena *arena, const struct client *client,
                          const struct url *template)
{
    const char *name = limit_parameter(client);
    bool becomes_url = !client->takes_keywords;
    return name != NULL && (becomes_url || has_place(arena, client, template, name));
}
