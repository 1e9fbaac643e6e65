/*
 * The clients as JSON: all that their rows say, for programs that make tables of their own.
 */
#include "list_clients.h"

#include "list_clients_parts.h"

static const char *const unit_names[] = {
    [UNIT_COUNT] = NULL,
    [UNIT_SECONDS] = "s",
    [UNIT_MILLISECONDS] = "ms",
    [UNIT_GO] = "Go duration",
    [UNIT_ISO] = "ISO 8601 duration",
};

static const char *const default_kinds[] = {
    [DEFAULT_KNOWN] = "known",
    [DEFAULT_FROM_CPUS] = "from cpus",
    [DEFAULT_FROM_THREADS] = "from threads",
    [DEFAULT_UNLIMITED] = "unlimited",
    [DEFAULT_UNKNOWN] = "not known",
};

static const char *const form_names[] = {
    [FORM_URL] = "URL",
    [FORM_JDBC] = "JDBC URL",
    [FORM_DOTNET] = ".NET connection string",
};

static void setting_json(const struct client *client, const struct client_setting *setting,
                         struct json_writer *writer)
{
    struct text words = {.arena = writer->text->arena};
    preset_put(setting, &words);
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "name", setting->name);
    json_write_string(writer, "quantity", quantity_words(setting->quantity));
    json_write_string(writer, "unit", unit_names[setting->unit]);
    json_write_count(writer, "default", preset_value(setting));
    json_write_string(writer, "default_words", words.bytes);
    json_write_count(writer, "constant",
                     setting->quantity == POOL_CONSTANT ? setting->constant : -1);
    json_write_count(writer, "at_least", setting->at_least > 0 ? setting->at_least : -1);
    json_write_count(writer, "at_most", setting->at_most > 0 ? setting->at_most : -1);
    json_write_bool(writer, "holds_idle", setting->holds_idle);
    json_write_bool(writer, "in_url", setting->in_url);
    json_write_string(writer, "where", setting->in_url ? "URL" : client->place);
    json_write_close(writer, '}');
    text_free(&words);
}

static void settings_json(const struct client *client, struct json_writer *writer)
{
    json_write_open(writer, "settings", '[');
    for (size_t i = 0; i < client->setting_count; i++)
        setting_json(client, &client->settings[i], writer);
    json_write_close(writer, ']');
}

/* null: it is no number of CPUs. */
static void default_of_cpus_json(const struct client *client, struct json_writer *writer)
{
    if (client->default_kind != DEFAULT_FROM_CPUS) {
        json_write_null(writer, "default_of_cpus");
        return;
    }
    json_write_open(writer, "default_of_cpus", '{');
    json_write_count(writer, "per_cpu", client->per_cpu);
    json_write_count(writer, "plus", client->plus);
    json_write_count(writer, "at_least", client->default_least > 0 ? client->default_least : -1);
    json_write_close(writer, '}');
}

static void key_json(const struct client_key *key, struct json_writer *writer)
{
    json_write_open(writer, NULL, '{');
    json_write_string(writer, "libpq", key->libpq);
    json_write_string(writer, "own", key->own);
    json_write_open(writer, "values", '{');
    for (const struct client_word *word = key->words; word != NULL && word->libpq != NULL; word++)
        json_write_string(writer, word->libpq, word->own);
    json_write_close(writer, '}');
    json_write_close(writer, '}');
}

/* null: it takes all of them, by their own names. */
static void keys_json(const struct client *client, struct json_writer *writer)
{
    if (client->keys == NULL) {
        json_write_null(writer, "libpq_parameters");
        return;
    }
    json_write_open(writer, "libpq_parameters", '[');
    for (const struct client_key *key = client->keys; key->libpq != NULL; key++)
        key_json(key, writer);
    json_write_close(writer, ']');
}

static void own_keys_json(const struct client *client, struct json_writer *writer)
{
    json_write_open(writer, "own_parameters", '[');
    for (const char *const *own = client->own_keys; own != NULL && *own != NULL; own++)
        json_write_string(writer, NULL, *own);
    json_write_close(writer, ']');
}

/* What it connects with, and what that may carry. */
static void connects_json(const struct client *client, struct json_writer *writer)
{
    json_write_string(writer, "form", form_names[client->form]);
    json_write_string(writer, "scheme",
                      client->form == FORM_DOTNET ? NULL
                      : client->scheme != NULL    ? client->scheme
                                                  : "postgresql");
    json_write_string(writer, "own_schemes", client->own_schemes);
    json_write_bool(writer, "takes_postgres_scheme",
                    client->form == FORM_URL && client->scheme == NULL &&
                        !client->refuses_postgres);
    json_write_bool(writer, "takes_keywords", client->takes_keywords);
    json_write_bool(writer, "takes_authority_parameters", !client->reads_authority);
    keys_json(client, writer);
    own_keys_json(client, writer);
    json_write_string(writer, "schema_parameter", client->schema_key);
    json_write_string(writer, "other_parameters", foreign_words(client->foreign));
}

static void words_json(struct json_writer *writer, const char *key, struct text *words)
{
    json_write_string(writer, key, words->length > 0 ? words->bytes : NULL);
    words->length = 0;
}

static void example_json(const struct client *client, struct json_writer *writer)
{
    struct text words = {.arena = writer->text->arena};
    example_url_put(client, writer->text->arena, &words);
    words_json(writer, "url", &words);
    example_snippet_put(client, &words);
    words_json(writer, "snippet", &words);
    text_free(&words);
}

void client_list_json(size_t index, struct json_writer *writer)
{
    const struct client *client = client_at(index);
    json_write_string(writer, "id", client->id);
    json_write_string(writer, "name", client->name);
    json_write_string(writer, "language", client->language);
    json_write_string(writer, "scope", client->scope);
    json_write_string(writer, "limit_setting", client->limit_setting);
    json_write_bool(writer, "limit_in_url", limit_is_in_url(client));
    json_write_string(writer, "place", client->place);
    json_write_string(writer, "default", client->default_words);
    json_write_string(writer, "default_kind", default_kinds[client->default_kind]);
    json_write_count(writer, "default_limit", client_default_limit(client, -1, -1));
    default_of_cpus_json(client, writer);
    json_write_bool(writer, "keeps_connections", !client->unpooled);
    json_write_bool(writer, "pings_idle", client->pings_idle);
    json_write_string(writer, "verified", verified_words(client));
    settings_json(client, writer);
    connects_json(client, writer);
    example_json(client, writer);
    json_write_string(writer, "source", client->source);
}
