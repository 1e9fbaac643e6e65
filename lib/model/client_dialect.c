#include "client_dialect.h"

#include <string.h>
#include <strings.h>

const struct client_key *client_key_find(const struct client *client, const char *libpq)
{
    for (const struct client_key *key = client->keys; key != NULL && key->libpq != NULL; key++)
        if (strcmp(key->libpq, libpq) == 0)
            return key;
    return NULL;
}

const struct client_key *client_own_key_find(const struct client *client, const char *own)
{
    for (const struct client_key *key = client->keys; key != NULL && key->libpq != NULL; key++)
        if (strcmp(key->own, own) == 0)
            return key;
    return NULL;
}

/* --- words --- */

/* The words of libpq 15, of the parameters that have a table of words somewhere. */
static const struct {
    const char *key;
    const char *words[7];
} libpq_words[] = {
    {"sslmode", {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}},
    {"target_session_attrs",
     {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"}},
    {"channel_binding", {"disable", "prefer", "require"}},
    {"gssencmode", {"disable", "prefer", "require"}},
};

/* .NET and Java take `verifyfull` and `VERIFY_FULL` as well. */
static bool is_same_word(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++)
        if (strncasecmp(*a == '_' ? "-" : a, *b == '_' ? "-" : b, 1) != 0)
            return false;
    return *a == *b;
}

const char *client_word_own(const struct client_key *key, const char *libpq)
{
    for (const struct client_word *word = key->words; word != NULL && word->libpq != NULL; word++)
        if (strcmp(word->libpq, libpq) == 0)
            return word->own;
    return libpq;
}

/* Whether the client has this word of libpq for itself, and not for another. */
static bool is_kept(const struct client_key *key, const char *libpq)
{
    const char *own = client_word_own(key, libpq);
    return own != NULL && is_same_word(own, libpq);
}

const char *client_word_libpq(const struct client_key *key, const char *own)
{
    const char *const *words = NULL;
    for (size_t i = 0; i < sizeof libpq_words / sizeof libpq_words[0]; i++)
        if (strcmp(libpq_words[i].key, key->libpq) == 0)
            words = libpq_words[i].words;
    if (words == NULL)
        return own;
    const char *same = NULL;
    for (size_t i = 0; words[i] != NULL && same == NULL; i++)
        same = is_same_word(words[i], own) ? words[i] : NULL;
    if (same != NULL && is_kept(key, same))
        return same;
    for (const struct client_word *word = key->words; word != NULL && word->libpq != NULL; word++)
        if (word->own != NULL && is_same_word(word->own, own))
            return word->libpq;
    /* Under libpq's own name it is meant as libpq does, whatever the client makes of it. */
    return strcmp(key->own, key->libpq) == 0 ? same : NULL;
}

/* --- from libpq's --- */

/* Gives a parameter the client's name and word. False: it has no word for it. */
static bool parameter_rename(struct arena *arena, const struct client *client,
                             struct url_parameter *parameter)
{
    const char *name = url_decode(arena, parameter->key);
    const struct client_key *key = name == NULL ? NULL : client_key_find(client, name);
    if (key == NULL)
        return true;
    const char *plain = parameter->value == NULL ? NULL : url_decode(arena, parameter->value);
    const char *own = plain == NULL ? NULL : client_word_own(key, plain);
    if (plain != NULL && own == NULL)
        return false;
    if (own != plain)
        parameter->value = url_encode(arena, own);
    if (strcmp(key->own, name) != 0)
        parameter->key = url_encode(arena, key->own);
    return true;
}

/* libpq's connect_timeout, in seconds, for a client that writes it in another unit. */
static void connect_timeout_put(struct arena *arena, const struct client *client, struct url *url)
{
    static const struct client_setting of_libpq = {.unit = UNIT_SECONDS};
    const struct client_setting *own = client_setting_find(client, POOL_CONNECT_TIMEOUT);
    const char *written = url_parameter(arena, url, "connect_timeout");
    if (own == NULL || !own->in_url || own->unit == UNIT_SECONDS || written == NULL)
        return;
    const struct pool_settings pool = {.connect_timeout_ms =
                                           client_setting_read(&of_libpq, written)};
    struct text text = {.arena = arena};
    url_parameter_remove(url, "connect_timeout");
    if (pool.connect_timeout_ms < 0)
        return;
    client_setting_put(own, client_setting_value(own, &pool), &text);
    url_parameter_set(arena, url, own->name, text_keep(&text));
}

static void parameters_rename(struct arena *arena, const struct client *client, struct url *url)
{
    size_t kept = 0;
    for (size_t i = 0; i < url->parameter_count; i++) {
        struct url_parameter parameter = url->parameters[i];
        if (parameter_rename(arena, client, &parameter))
            url->parameters[kept++] = parameter;
    }
    url->has_query &= kept > 0 || url->parameter_count == 0;
    url->parameter_count = kept;
}

/* Where `+` is read as a blank. */
static const char *plus_encode(struct arena *arena, const char *written)
{
    const char *plain =
        written == NULL || strchr(written, '+') == NULL ? NULL : url_decode(arena, written);
    return plain == NULL ? written : url_encode(arena, plain);
}

/* Both read `+` as a blank, know no directories of sockets, and take no port that is empty. */
static void java_put(struct arena *arena, struct url *url)
{
    for (size_t i = 0; i < url->parameter_count; i++)
        url->parameters[i].value = plus_encode(arena, url->parameters[i].value);
    for (size_t i = 0; i < url->host_count; i++)
        if (url->hosts[i].port != NULL && *url->hosts[i].port == '\0')
            url->hosts[i].port = NULL;
    url_parameter_remove(url, "host");
    url->fragment = NULL;
}

/* JDBC has user and password among the parameters, and a path always. */
static void jdbc_put(struct arena *arena, struct url *url)
{
    const struct {
        const char *key;
        const char **part;
    } rows[] = {{"user", &url->user}, {"password", &url->password}};
    java_put(arena, url);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *plain = *rows[i].part == NULL ? NULL : url_decode(arena, *rows[i].part);
        if (plain != NULL)
            url_parameter_set(arena, url, rows[i].key, plain);
        *rows[i].part = NULL;
    }
    url->has_at = false;
    url->database = url->database == NULL ? "" : plus_encode(arena, url->database);
}

static void r2dbc_put(struct arena *arena, struct url *url)
{
    java_put(arena, url);
    url->user = plus_encode(arena, url->user);
    url->password = plus_encode(arena, url->password);
    if (url->host_count > 1)
        url->scheme = "r2dbc:pool:postgresql:failover";
}

/* With one host it takes no wish but "any". */
static void dotnet_put(struct arena *arena, struct url *url)
{
    static const char *const wish = "Target Session Attributes";
    const char *wished = url_parameter(arena, url, wish), *host = url_parameter(arena, url, "host");
    bool is_one = url->host_count == 1 && (host == NULL || strchr(host, ',') == NULL);
    if (is_one && wished != NULL && strcasecmp(wished, "any") != 0)
        url_parameter_remove(url, wish);
    *url = *url_to_dotnet(arena, url);
}

/* What the client is told beside its word for verify-ca and verify-full. */
static void verifying_put(struct arena *arena, const struct client *client, struct url *url)
{
    const struct client_verifying *verifying = client->verifying;
    const char *mode = url_parameter(arena, url, "sslmode");
    bool verifies =
        mode != NULL && (strcmp(mode, "verify-ca") == 0 || strcmp(mode, "verify-full") == 0);
    if (verifying != NULL && verifies && url_parameter(arena, url, verifying->key) == NULL)
        url_parameter_set(arena, url, verifying->key, verifying->value);
}

void client_dialect_put(struct arena *arena, const struct client *client, struct url *url)
{
    static void (*const forms[])(struct arena *, struct url *) = {
        [FORM_JDBC] = jdbc_put,
        [FORM_R2DBC] = r2dbc_put,
        [FORM_DOTNET] = dotnet_put,
    };
    connect_timeout_put(arena, client, url);
    client_schema_put(arena, client, url);
    verifying_put(arena, client, url);
    parameters_rename(arena, client, url);
    if (client->scheme != NULL)
        url->scheme = client->scheme;
    if (client->form != FORM_URL)
        forms[client->form](arena, url);
}
