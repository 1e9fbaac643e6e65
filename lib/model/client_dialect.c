#include "client_dialect.h"

#include <string.h>

const struct client_key *client_key_find(const struct client *client, const char *libpq)
{
    for (const struct client_key *key = client->keys; key != NULL && key->libpq != NULL; key++)
        if (strcmp(key->libpq, libpq) == 0)
            return key;
    return NULL;
}

/* Percent-encoded anew, so that no `+` or `&` of it means something else where it is put. */
static const char *encode_again(struct arena *arena, const char *written)
{
    const char *decoded = url_decode(arena, written);
    return decoded == NULL ? written : url_encode(arena, decoded);
}

static const char *word_find(struct arena *arena, const struct client_key *key, const char *written)
{
    const char *decoded = written == NULL ? NULL : url_decode(arena, written);
    for (const struct client_word *word = key->words;
         decoded != NULL && word != NULL && word->libpq != NULL; word++)
        if (strcmp(word->libpq, decoded) == 0)
            return word->own;
    return written;
}

static void parameters_rename(struct arena *arena, const struct client *client, struct url *url)
{
    for (size_t i = 0; i < url->parameter_count; i++) {
        struct url_parameter *parameter = &url->parameters[i];
        const char *name = url_decode(arena, parameter->key);
        const struct client_key *key = name == NULL ? NULL : client_key_find(client, name);
        if (key == NULL)
            continue;
        parameter->key = key->own;
        parameter->value = word_find(arena, key, parameter->value);
    }
}

/* JDBC has user and password among the parameters, reads `+` as a blank, and knows no sockets. */
static void jdbc_put(struct arena *arena, struct url *url)
{
    for (size_t i = 0; i < url->parameter_count; i++)
        if (url->parameters[i].value != NULL && strchr(url->parameters[i].value, '+') != NULL)
            url->parameters[i].value = encode_again(arena, url->parameters[i].value);
    const struct {
        const char *key;
        const char **part;
    } rows[] = {{"user", &url->user}, {"password", &url->password}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *plain = *rows[i].part == NULL ? NULL : url_decode(arena, *rows[i].part);
        if (plain != NULL)
            url_parameter_set(arena, url, rows[i].key, plain);
        *rows[i].part = NULL;
    }
    url->has_at = false;
    url_parameter_remove(url, "host");
    if (url->database == NULL)
        url->database = "";
}

void client_dialect_put(struct arena *arena, const struct client *client, struct url *url)
{
    parameters_rename(arena, client, url);
    if (client->scheme != NULL)
        url->scheme = client->scheme;
    if (client->form == FORM_JDBC)
        jdbc_put(arena, url);
    url->is_dotnet = client->form == FORM_DOTNET;
}
