/* What a conversion could not carry over, and what it could only say in other words. */
#include "client_dialect.h"

#include <string.h>

/* A conversion that is looked back upon. */
struct passage {
    struct arena *arena;
    const struct client *from, *client;
    const struct url *template, *made;
    const struct pool_settings *pool;
};

/* Parts that a URL may say in a parameter or elsewhere. */
static bool is_moved(const struct passage *passage, const char *key)
{
    static const char *const parts[] = {"user", "password", "host", "port", "dbname"};
    const char *value = url_parameter(passage->arena, passage->template, key);
    if (strcmp(key, "host") == 0 && value != NULL && strchr(value, '/') != NULL)
        return false; /* a directory of sockets has no place before the path */
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strcmp(key, parts[i]) == 0)
            return true;
    return false;
}

/* libpq's name for a parameter of the template, and the client's for libpq's. */
static const char *libpq_name(const struct passage *passage, const char *key)
{
    const struct client_key *row =
        passage->from == NULL ? NULL : client_own_key_find(passage->from, key);
    if (client_schema_is_path(passage->arena, passage->from, passage->template, key))
        return "search_path";
    return row != NULL ? row->libpq : strcmp(key, "ssl") == 0 ? "sslmode" : key;
}

static const char *own_name(const struct passage *passage, const char *libpq)
{
    const struct client_key *row = client_key_find(passage->client, libpq);
    if (passage->client->schema_key != NULL && strcmp(libpq, "search_path") == 0)
        return passage->client->schema_key;
    return row != NULL ? row->own : libpq;
}

/* What became of it, decoded; NULL: nothing. */
static const char *made_value(const struct passage *passage, const char *key)
{
    const char *same = url_parameter(passage->arena, passage->made, key);
    const char *own = own_name(passage, libpq_name(passage, key));
    return same != NULL ? same : url_parameter(passage->arena, passage->made, own);
}

/* Whether the client has a place, if only in its code, for the setting of the pool that this
 * parameter is. */
static bool is_set(const struct passage *passage, const char *key)
{
    const struct client *from = passage->from;
    enum pool_quantity quantity = POOL_CONSTANT;
    for (size_t i = 0; from != NULL && i < from->setting_count; i++)
        if (from->settings[i].in_url && strcmp(from->settings[i].name, key) == 0)
            quantity = from->settings[i].quantity;
    if (strcmp(libpq_name(passage, key), "connect_timeout") == 0)
        quantity = POOL_CONNECT_TIMEOUT;
    return pool_settings_value(passage->pool, quantity) >= 0 &&
           client_setting_find(passage->client, quantity) != NULL;
}

static const char *plain_key(const struct passage *passage, size_t index)
{
    const char *key = passage->template->parameters[index].key;
    return passage->template->is_keywords ? key : url_decode(passage->arena, key);
}

/* The key of a parameter that says something, the first time; NULL: it does not. */
static const char *key_of(const struct passage *passage, size_t index)
{
    const char *key = plain_key(passage, index);
    const struct url *url = passage->template;
    bool is_empty = url->is_dotnet && *url->parameters[index].value == '\0';
    if (key == NULL || *key == '\0' || is_empty)
        return NULL;
    for (size_t i = 0; i < index; i++) {
        const char *before = plain_key(passage, i);
        if (before != NULL && strcmp(before, key) == 0)
            return NULL;
    }
    return key;
}

void client_left_out(struct arena *arena, const struct client *client, const struct url *template,
                     const struct url *made, const struct pool_settings *pool, struct text *text)
{
    const struct passage passage = {arena, client_dialect_of(template), client, template, made,
                                    pool};
    for (size_t i = 0; i < template->parameter_count; i++) {
        const char *key = key_of(&passage, i);
        if (key != NULL && made_value(&passage, key) == NULL && !is_moved(&passage, key) &&
            !is_set(&passage, key))
            text_printf(text, "%s%s", text->length > 0 ? ", " : "", key);
    }
}

/* The parameter of the template in libpq's words, NULL where it had to be guessed: several of them
 * are the one that stands there. */
static const char *word_taken(const struct passage *passage, const char *key, const char *value)
{
    const struct client_key *row =
        passage->from == NULL ? NULL : client_own_key_find(passage->from, key);
    if (row == NULL)
        return strcmp(key, "ssl") == 0 ? NULL : value;
    const char *libpq = client_word_libpq(row, value);
    for (const struct client_word *word = row->words; word != NULL && word->libpq != NULL; word++)
        if (libpq != NULL && strcmp(word->libpq, libpq) != 0 && strcmp(libpq, value) != 0 &&
            word->own != NULL && strcmp(word->own, client_word_own(row, libpq)) == 0)
            return NULL;
    return libpq;
}

/* Whether what was made says no more and no less. Only words of libpq_words are looked at. */
static bool is_exact(const struct passage *passage, const char *key, const char *value,
                     const char *made)
{
    const char *name = libpq_name(passage, key);
    const struct client_key same = {.libpq = name, .own = name};
    const struct client_key *row = client_key_find(passage->client, name);
    row = row != NULL ? row : &same;
    bool is_own = passage->from == NULL || passage->from == passage->client;
    if (is_own && strcmp(key, row->own) == 0 && strcmp(value, made) == 0)
        return true;
    const char *taken = word_taken(passage, key, value), *again = client_word_libpq(row, made);
    return taken != NULL && (again == NULL || strcmp(again, taken) == 0);
}

/* What is beyond the bounds of a setting was moved to them. */
static void bounded_put(const struct client *client, const struct pool_settings *pool,
                        struct text *text)
{
    for (size_t i = 0; i < client->setting_count; i++) {
        struct client_setting setting = client->settings[i];
        int64_t written = client_setting_value(&setting, pool);
        setting.at_least = setting.at_most = 0;
        int64_t asked = client_setting_value(&setting, pool);
        if (asked == written)
            continue;
        text_printf(text, "%s%s=", text->length > 0 ? ", " : "", setting.name);
        client_setting_put(&setting, asked, text);
        text_printf(text, " as %s=", setting.name);
        client_setting_put(&setting, written, text);
    }
}

void client_inexact(struct arena *arena, const struct client *client, const struct url *template,
                    const struct url *made, const struct pool_settings *pool, struct text *text)
{
    static const char *const keys[] = {"sslmode", "target_session_attrs", "channel_binding",
                                       "gssencmode"};
    const struct passage passage = {arena, client_dialect_of(template), client, template, made,
                                    NULL};
    for (size_t i = 0; i < template->parameter_count; i++) {
        const char *key = key_of(&passage, i), *name = key == NULL ? "" : libpq_name(&passage, key);
        bool has_words = false;
        if (key != NULL && strcmp(key, "ssl") == 0 && url_parameter(arena, template, "sslmode"))
            continue; /* which wins */
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
            has_words |= strcmp(keys[k], name) == 0;
        const char *own = own_name(&passage, name);
        const char *value = has_words ? url_parameter(arena, template, key) : NULL;
        const char *after = has_words ? url_parameter(arena, made, own) : NULL;
        if (value != NULL && after != NULL && !is_exact(&passage, key, value, after))
            text_printf(text, "%s%s%s%s as %s=%s", text->length > 0 ? ", " : "", key,
                        *value != '\0' ? "=" : "", value, own, after);
    }
    bounded_put(client, pool, text);
}
