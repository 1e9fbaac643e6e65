/* What a client's URL must and must not carry: all of it follows from the rows in client.c. */
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

static void others_keys_remove(const struct client *client, struct url *url)
{
    for (size_t i = 0; i < client_count(); i++) {
        const struct client *other = client_at(i);
        if (other == client || other->own_keys == NULL)
            continue;
        for (const char *const *key = other->own_keys; *key != NULL; key++)
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

/* Whether a client that lets nothing pass takes it; of one that sends the rest to the server, only
 * what is libpq's own is not for the server. */
static bool is_taken(const struct client *client, const char *key)
{
    if (client->keys == NULL)
        return client->foreign == FOREIGN_SENT || url_libpq_knows(key);
    for (const struct client_key *row = client->keys; row->libpq != NULL; row++)
        if (strcmp(row->libpq, key) == 0 || strcmp(row->own, key) == 0)
            return true;
    return client->foreign == FOREIGN_SENT && (is_sent(key) || !url_libpq_knows(key));
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

/* JDBC has user and password among the parameters. */
static void jdbc_translate(struct arena *arena, struct url *url)
{
    url_plus_to_blank(arena, url);
    url_authority_fill(arena, url);
    ssl_translate(arena, url);
    url_parameter_remove(url, "ssl");
}

static bool is_own_dialect(const struct client *client, const struct url *url)
{
    return client->own_schemes != NULL && url->scheme != NULL &&
           strncmp(url->scheme, client->own_schemes, strlen(client->own_schemes)) == 0;
}

/* `postgresql+psycopg2` in a template is SQLAlchemy's affair. */
static void scheme_adapt(struct arena *arena, const struct client *client, struct url *url)
{
    const struct url_scheme *row = url_scheme_find(url->scheme);
    if (row == NULL)
        return;
    if (row->libpq_scheme != NULL && !is_own_dialect(client, url)) {
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
    bool is_own = is_own_dialect(client, url);
    scheme_adapt(arena, client, url);
    if (client->reads_authority && !(is_own && client->form == FORM_JDBC))
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
        struct text written = {.arena = arena};
        if (!setting->in_url || value < 0 || !has_place(arena, url, setting->name))
            continue;
        client_setting_put(setting, value, &written);
        url_parameter_set(arena, url, setting->name, text_keep(&written));
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
    if (client->foreign == FOREIGN_REFUSED && other_driver)
        return false;
    bool becomes_jdbc = client->form == FORM_JDBC && !is_own_dialect(client, url);
    if (client->foreign == FOREIGN_REFUSED || becomes_jdbc)
        ssl_translate(arena, url);
    if (becomes_jdbc)
        url_parameter_remove(url, "ssl"); /* to JDBC it says verify-full */
    if (client->foreign == FOREIGN_SENT)
        others_keys_remove(client, url);
    if (is_strict)
        untaken_remove(arena, client, url);
    return true;
}

struct url *client_url(struct arena *arena, const struct client *client, const struct url *template,
                       const struct pool_settings *pool)
{
    struct url *url = template->is_keywords && !client->takes_keywords
                          ? url_from_keywords(arena, template)
                          : url_copy(arena, template);
    bool is_known = client->foreign != FOREIGN_UNKNOWN;
    bool is_own = is_own_dialect(client, url);
    if (is_known && !url->is_keywords)
        form_adapt(arena, client, url);
    bool takes_more = !is_known || others_remove(arena, client, url);
    if (!is_own && !url->is_keywords)
        client_dialect_put(arena, client, url);
    if (takes_more)
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
static bool is_moved(struct arena *arena, const struct url *template, const struct url *made,
                     const char *key)
{
    static const char *const parts[] = {"user", "password", "host", "port", "dbname"};
    const char *value = url_parameter(arena, template, key);
    if (strcmp(key, "host") == 0 && value != NULL && strchr(value, '/') != NULL)
        return false; /* a directory of sockets has no place before the path */
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(key, parts[i]) == 0)
            return true;
    return strcmp(key, "ssl") == 0 && url_parameter(arena, made, "sslmode") != NULL;
}

/* Under the client's own name for it. */
static bool is_renamed(struct arena *arena, const struct client *client, const struct url *made,
                       const char *key)
{
    const struct client_key *row = client_key_find(client, key);
    return row != NULL && url_parameter(arena, made, row->own) != NULL;
}

void client_left_out(struct arena *arena, const struct client *client, const struct url *template,
                     const struct url *made, struct text *text)
{
    for (size_t i = 0; i < template->parameter_count; i++) {
        const struct url_parameter *from = &template->parameters[i];
        const char *key = template->is_keywords ? from->key : url_decode(arena, from->key);
        if (key == NULL || *key == '\0' || url_parameter(arena, made, key) != NULL ||
            is_moved(arena, template, made, key) || is_renamed(arena, client, made, key))
            continue;
        text_printf(text, "%s%s", text->length > 0 ? ", " : "", key);
    }
}
